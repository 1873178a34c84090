"""Bringing a database to the schema of this program: at every start, by one process at a time.

One linear history for the store and all slices lies in ``migrations/versions``. A new migration is drafted with
``make migration M="slice: what changes"``, which compares the database of the history so far with the tables that the
store and every slice's ``tables.py`` declare on :data:`formserver.store.metadata.metadata`. The store imports no
slice: whoever wants a comparison imports the slices first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

from formserver.core.errors import Kind, error_code
from formserver.store.engine import connect, is_sqlite
from formserver.store.reindex import reindex_if_stale

FOLDER = Path(__file__).parent / "migrations"
SCHEMA_TOO_NEW = error_code(
    "SCHEMA_TOO_NEW",
    Kind.UNAVAILABLE,
    zh="数据库由更新版本的程序建立（{revision}），本程序不能使用。请升级程序。",
    en="The database belongs to a newer version of the program ({revision}). Upgrade the program.",
)
_LOCK = 0x5C4E


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision``, all or nothing. Cheap when there is nothing to do. Raises SCHEMA_TOO_NEW."""
    if revision == "head" and _is_current(engine):
        return
    with _exclusive(engine) as connection:
        command.upgrade(_config(connection), revision)
        if revision == "head":
            reindex_if_stale(connection)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to ``revision`` (``base``: an empty database), all or nothing."""
    with _exclusive(engine) as connection:
        command.downgrade(_config(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with connect(engine, write=False) as connection, connection.begin():
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The newest revision this program knows."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    if head is None:
        raise RuntimeError("the program was installed without its migrations")
    return head


def differences(engine: Engine, metadata: MetaData) -> list[Any]:
    """How the database differs from ``metadata``; the empty list when they agree (slices imported by the caller)."""
    with connect(engine, write=False) as connection, connection.begin():
        options = {"compare_type": True, "include_object": include_object}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def draft_migration(engine: Engine, message: str, metadata: MetaData, today: str) -> Path:
    """Write a new migration file from the differences; ``engine`` stands at the head. A person must read it."""
    with connect(engine, write=True) as connection, connection.begin():
        config = _config(connection)
        config.attributes["metadata"] = metadata
        slug = "_".join("".join(c if c.isalnum() else " " for c in message.lower()).split())[:50]
        script = command.revision(
            config, message=message, autogenerate=True, rev_id=f"{today.replace('-', '')}_{slug}"[:32]
        )
    if script is None or isinstance(script, list):
        raise RuntimeError("no migration was written")
    return Path(script.path)


def include_object(
    _object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object
) -> bool:
    """Leave out what only one engine has: FTS5's virtual table with its shadows, the GIN index."""
    if name is None:
        return True
    return not (kind == "table" and name.startswith("search_index")) and name != "gin_search_entry"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_current(engine: Engine) -> bool:
    current = current_revision(engine)
    if current is None or current == head_revision():
        return current is not None
    if current not in {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}:
        raise SCHEMA_TOO_NEW(revision=current)
    return False


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    with connect(engine, write=True) as connection, connection.begin():
        if not is_sqlite(connection):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection
