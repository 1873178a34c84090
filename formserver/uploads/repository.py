"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.uploads.models import Upload, UploadState
from formserver.uploads.pieces import UPLOAD_GONE
from formserver.uploads.tables import upload as t


class UploadRepository:
    """Uploads on their way. Every read of one names its owner: nobody sees another person's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Upload) -> None:
        """Insert."""
        self._connection.execute(insert(t).values(_row(item)))

    def get(self, upload_id: str, owner: str) -> Upload:
        """Raises UPLOAD_GONE, for another person's upload exactly as for an unknown id."""
        row = self._connection.execute(select(t).where(t.c.id == upload_id, t.c.owner == owner)).first()
        if row is None:
            raise UPLOAD_GONE()
        return _upload(row._mapping)

    def put(self, item: Upload) -> None:
        """Replace."""
        self._connection.execute(update(t).where(t.c.id == item.id).values(_row(item)))

    def remove(self, upload_ids: Sequence[str]) -> None:
        """Delete rows; the caller removes their files."""
        self._connection.execute(delete(t).where(t.c.id.in_(upload_ids)))

    def open_of(self, owner: str) -> tuple[Upload, ...]:
        """What a person has not finished or not used yet, newest first."""
        query = (
            select(t)
            .where(t.c.owner == owner, t.c.state == UploadState.OPEN.value)
            .order_by(t.c.created_at.desc(), t.c.id.desc())
        )
        return tuple(_upload(row._mapping) for row in self._connection.execute(query))

    def outstanding(self) -> int:
        """Bytes announced by everybody that have not arrived yet."""
        query = select(func.coalesce(func.sum(t.c.size - t.c.received), 0)).where(
            t.c.state == UploadState.OPEN.value
        )
        return int(self._connection.execute(query).scalar_one())

    def expired(self, at: datetime, *, limit: int = 500) -> tuple[Upload, ...]:
        """Uploads whose time is over, oldest first."""
        query = select(t).where(t.c.expires_at < format_instant(at)).order_by(t.c.expires_at).limit(limit)
        return tuple(_upload(row._mapping) for row in self._connection.execute(query))

    def known(self, upload_ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids have a row."""
        return frozenset(self._connection.execute(select(t.c.id).where(t.c.id.in_(upload_ids))).scalars())


def _row(item: Upload) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in Upload.__dataclass_fields__}
    values["state"] = item.state.value
    values["created_at"] = format_instant(item.created_at)
    values["expires_at"] = format_instant(item.expires_at)
    return values


def _upload(row: Any) -> Upload:
    values = dict(row)
    values["state"] = UploadState(values["state"])
    values["created_at"] = parse_instant(values["created_at"])
    values["expires_at"] = parse_instant(values["expires_at"])
    return Upload(**values)
