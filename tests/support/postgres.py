"""A real PostgreSQL for tests and benchmarks: made in a temporary folder, reached through a socket, thrown away.

``initdb`` refuses to run as root, so under root it runs as the user ``postgres`` or ``nobody``. The application's
role owns its databases but is no superuser, as in production; otherwise revoked rights would not count.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


def find_binaries() -> Path | None:
    """The folder of the newest initdb on this machine, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Server:
    """A running server."""

    socket_dir: Path
    superuser: str

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database for the application's role."""
        return f"postgresql+psycopg://formserver@/{database}?host={self.socket_dir}"

    def create_database(self, template: str = "template1") -> str:
        """A new database owned by the application's role; its name."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.run(f'CREATE DATABASE "{name}" OWNER formserver TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is still connected."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str, database: str = "postgres") -> None:
        """Execute one statement as the superuser."""
        with self.connect(database) as connection:
            connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A superuser's connection."""
        return psycopg.connect(
            host=str(self.socket_dir), user=self.superuser, dbname=database, autocommit=True
        )


def _account() -> str | None:
    """The account to run the server as; None means the present one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("running as root, and neither a user postgres nor nobody exists to run PostgreSQL")


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """Start a server, stop it at the end. ``durable=False`` skips fsync: for tests, never for benchmarks."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("initdb")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    options: dict[str, Any] = {"check": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    options |= {"cwd": folder, "text": True}
    if account is not None:
        entry = pwd.getpwnam(account)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        options |= {"user": account, "group": entry.pw_gid, "extra_groups": []}
    data, log = folder / "data", folder / "log"
    superuser = account or getpass.getuser()
    settings = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=100 "
        f"-c fsync={'on' if durable else 'off'} -c synchronous_commit={'on' if durable else 'off'} "
        "-c shared_buffers=256MB"
    )
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w"]
    try:
        subprocess.run(
            [str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            **options,
        )
        # pg_ctl's child keeps the pipe open, so the server's output goes to its own file only.
        subprocess.run([*control, "-o", settings, "start"], **{**options, "stdout": subprocess.DEVNULL})
        try:
            server = Server(folder, superuser)
            server.run("CREATE ROLE formserver LOGIN")
            yield server
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **{**options, "stdout": subprocess.DEVNULL})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
