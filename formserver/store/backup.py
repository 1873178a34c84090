"""A backup while the server runs: a consistent copy of the database first, then every file it can refer to.

Blobs are written before the rows that name them and never change, so copying them after the database snapshot misses
none. SQLite is copied with its online backup; PostgreSQL is exported table by table from one snapshot with COPY,
which needs no program beyond the driver. ``manifest.json`` comes last: a folder without it is no backup.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.engine import make_url

from formserver.core.clock import format_instant
from formserver.core.errors import Kind, error_code
from formserver.store.blobs import sync_folder
from formserver.store.engine import is_sqlite
from formserver.store.failures import DISK_FULL, is_disk_full, translate_sqlite
from formserver.store.migrate import current_revision
from formserver.store.sql_store import SqlStore

FORMAT = "formserver-backup/1"
MANIFEST = "manifest.json"
BACKUP_EXISTS = error_code(
    "BACKUP_EXISTS",
    Kind.CONFLICT,
    zh="目标文件夹 {folder} 不是空的，备份不会覆盖任何内容。请指定一个新的文件夹。",
    en="{folder} is not empty; a backup overwrites nothing. Name a new folder.",
)
_CHUNK = 1 << 20
Progress = Callable[[str], None]


def backup(
    store: SqlStore, folder: Path, at: datetime, *, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """Write a backup into the new or empty ``folder``; the manifest. Raises BACKUP_EXISTS, DISK_FULL."""
    if folder.exists() and any(folder.iterdir()):
        raise BACKUP_EXISTS(folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _write(store, folder, at, progress)
    except BaseException as error:
        for (
            left
        ) in folder.iterdir():  # half a backup is worse than none, and would stand in the way of the next
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if isinstance(error, OSError) and is_disk_full(error):
            raise DISK_FULL() from error
        if isinstance(error, sqlite3.OperationalError):
            raise translate_sqlite(error) from error
        raise


def _write(store: SqlStore, folder: Path, at: datetime, progress: Progress) -> dict[str, Any]:
    progress("备份数据库")
    database = _sqlite(store, folder) if is_sqlite(store.engine) else _postgresql(store, folder)
    progress("备份文件")
    blobs = [_copy_blob(store, sha256, folder / "blobs") for sha256 in store.blobs.all_hashes()]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "at": format_instant(at),
        "revision": current_revision(store.engine),
        **database,
        "blobs": blobs,
    }
    write_durably(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return manifest


def write_durably(path: Path, data: bytes) -> None:
    """Write a small file and make it and its name durable."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def file_facts(path: Path, folder: Path) -> dict[str, Any]:
    """Name, size and hash of a file of a backup."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
        os.fsync(file.fileno())
    return {
        "name": path.relative_to(folder).as_posix(),
        "size": path.stat().st_size,
        "sha256": hasher.hexdigest(),
    }


def _sqlite(store: SqlStore, folder: Path) -> dict[str, Any]:
    source_uri = Path(str(make_url(store.url).database)).resolve().as_uri()
    target = folder / "database.sqlite3"
    with (
        closing(sqlite3.connect(f"{source_uri}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # All pages in one step: one snapshot. WAL lets writers go on meanwhile.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return {"engine": "sqlite", "files": [file_facts(target, folder)]}


def _postgresql(store: SqlStore, folder: Path) -> dict[str, Any]:
    target = folder / "tables"
    target.mkdir()
    files, tables = [], []
    with store.unit() as u:  # a read unit is one snapshot
        for name in table_names(u.connection):
            path = target / f"{name}.copy.gz"
            columns = column_names(u.connection, name)
            rows = _copy_out(u.connection, name, columns, path)
            tables.append({"name": name, "columns": columns, "rows": rows})
            files.append(file_facts(path, folder))
        sequences = {
            name: u.connection.execute(
                select(column("last_value"), column("is_called")).select_from(table(name))
            )
            .one()
            ._asdict()
            for name in inspect(u.connection).get_sequence_names()
        }
    return {"engine": "postgresql", "files": files, "tables": tables, "sequences": sequences}


def _copy_out(connection: Connection, name: str, columns: list[str], path: Path) -> int:
    raw: Any = connection.connection.driver_connection
    names = ", ".join(f'"{part}"' for part in columns)
    with gzip.open(path, "wb", compresslevel=3) as file, raw.cursor() as cursor:
        with cursor.copy(f'COPY "{name}" ({names}) TO STDOUT') as copy:
            for block in copy:
                file.write(block)
        return int(cursor.rowcount)


def table_names(connection: Connection) -> list[str]:
    """Every table but Alembic's own, each after those its foreign keys point at."""
    inspector = inspect(connection)
    return [
        name for name, _ in inspector.get_sorted_table_and_fkc_names() if name and name != "alembic_version"
    ]


def column_names(connection: Connection, name: str) -> list[str]:
    """The columns of a table in their order."""
    return [found["name"] for found in inspect(connection).get_columns(name)]


def _copy_blob(store: SqlStore, sha256: str, folder: Path) -> dict[str, Any]:
    source = store.blobs.path(sha256)
    target = folder / sha256[:2] / sha256[2:4] / sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Blobs never change, so on the same disk a second name is enough and costs no space.
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
    return {"sha256": sha256, "size": target.stat().st_size}
