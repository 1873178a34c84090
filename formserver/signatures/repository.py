"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.signatures.models import CapturedMark, MarkKind, SealImage
from formserver.signatures.tables import captured_mark, seal_image


class SignatureRepository:
    """Seals by agency, marks by document. Callers have checked the scope of the document or agency."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_seal(self, seal: SealImage) -> None:
        """Insert."""
        values = {**_fields(seal), "created_at": format_instant(seal.created_at), "retired_at": None}
        self._connection.execute(insert(seal_image).values(values))

    def seals(self, agency_id: str) -> tuple[SealImage, ...]:
        """All of an agency, retired ones too, newest first."""
        query = select(seal_image).where(seal_image.c.agency_id == agency_id).order_by(seal_image.c.id.desc())
        return tuple(_seal(row._mapping) for row in self._connection.execute(query))

    def seal(self, seal_id: str, agency_id: str) -> SealImage:
        """One of this agency. Raises NOT_FOUND."""
        query = select(seal_image).where(seal_image.c.id == seal_id, seal_image.c.agency_id == agency_id)
        row = self._connection.execute(query).first()
        if row is None:
            raise NOT_FOUND(what="这枚印章")
        return _seal(row._mapping)

    def retire_seal(self, seal_id: str, at: datetime) -> None:
        """Close a seal for further use; what it was put on stays."""
        query = update(seal_image).where(seal_image.c.id == seal_id, seal_image.c.retired_at.is_(None))
        self._connection.execute(query.values(retired_at=format_instant(at)))

    def add_mark(self, mark: CapturedMark) -> None:
        """Insert; marks standing in the same place of the same version are withdrawn by it."""
        same = (
            captured_mark.c.document_id == mark.document_id,
            captured_mark.c.version_no == mark.version_no,
            captured_mark.c.slot == mark.slot,
            captured_mark.c.place == mark.place,
            captured_mark.c.withdrawn_at.is_(None),
        )
        at = format_instant(mark.at)
        self._connection.execute(update(captured_mark).where(*same).values(withdrawn_at=at))
        values = {**_fields(mark), "kind": mark.kind.value, "at": at, "withdrawn_at": None}
        self._connection.execute(insert(captured_mark).values(values))

    def marks(self, document_id: str, version_no: int) -> tuple[CapturedMark, ...]:
        """The marks that stand on one printed version, oldest first."""
        query = (
            select(captured_mark)
            .where(
                captured_mark.c.document_id == document_id,
                captured_mark.c.version_no == version_no,
                captured_mark.c.withdrawn_at.is_(None),
            )
            .order_by(captured_mark.c.id)
        )
        return tuple(_mark(row._mapping) for row in self._connection.execute(query))

    def withdraw(self, mark_id: str, document_id: str, at: datetime) -> CapturedMark:
        """Take a standing mark back. Raises NOT_FOUND."""
        where = (
            captured_mark.c.id == mark_id,
            captured_mark.c.document_id == document_id,
            captured_mark.c.withdrawn_at.is_(None),
        )
        row = self._connection.execute(select(captured_mark).where(*where)).first()
        if row is None:
            raise NOT_FOUND(what="这处签名或印章，它可能已被撤回")
        self._connection.execute(update(captured_mark).where(*where).values(withdrawn_at=format_instant(at)))
        return _mark(row._mapping)


def _fields(item: SealImage | CapturedMark) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _seal(row: Any) -> SealImage:
    retired = row["retired_at"]
    values = {**row, "created_at": parse_instant(row["created_at"])}
    return SealImage(**{**values, "retired_at": parse_instant(retired) if retired else None})


def _mark(row: Any) -> CapturedMark:
    withdrawn = row["withdrawn_at"]
    values = {**row, "kind": MarkKind(row["kind"]), "at": parse_instant(row["at"])}
    return CapturedMark(**{**values, "withdrawn_at": parse_instant(withdrawn) if withdrawn else None})
