"""Small immutable contents in the database, by hash: bodies, envelopes, manifests, definitions."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, insert, literal, select
from sqlalchemy.dialects import postgresql

from formserver.core.canonical import sha256_hex
from formserver.core.errors import NOT_FOUND
from formserver.store.engine import is_sqlite
from formserver.store.failures import DAMAGED
from formserver.store.tables import content

_DATA = select(content.c.data).where(content.c.sha256 == bindparam("wanted"))


class SqlContents:
    """:class:`~formserver.core.store_ports.ContentStore` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, data: bytes) -> str:
        """Store once; returns the sha256."""
        sha256 = sha256_hex(data)
        if is_sqlite(self._connection):
            # Not ON CONFLICT DO NOTHING: the trigger against replacing a row would fire before the conflict is seen.
            known = exists().where(content.c.sha256 == sha256)
            source = select(literal(sha256), literal(data)).where(~known)
            self._connection.execute(insert(content).from_select(["sha256", "data"], source))
        else:
            statement = postgresql.insert(content).values(sha256=sha256, data=data)
            self._connection.execute(statement.on_conflict_do_nothing())
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NOT_FOUND, and CONTENT_DAMAGED when they do not match the hash."""
        data = self._connection.execute(_DATA, {"wanted": sha256}).scalar()
        if data is None:
            raise NOT_FOUND(what=f"内容 {sha256[:12]}")
        found = as_bytes(data)
        if sha256_hex(found) != sha256:
            raise DAMAGED(sha256=sha256)
        return found


def as_bytes(data: bytes | memoryview | str) -> bytes:
    """A stored content as bytes; text, which SQLite accepts in any column, is somebody's tampering."""
    return data.encode() if isinstance(data, str) else bytes(data)
