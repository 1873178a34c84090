"""Rendition rows on SQL: insert-only."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from formserver.core.clock import format_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.models import Rendition
from formserver.store.failures import CONFLICT
from formserver.store.rows import to_rendition
from formserver.store.tables import rendition as t


class SqlRenditions:
    """:class:`~formserver.core.store_ports.RenditionStore` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rendition: Rendition) -> None:
        """Insert. Raises STORE_CONFLICT when the id is taken."""
        values = asdict(rendition)
        values["kind"] = rendition.kind.value
        values["created_at"] = format_instant(rendition.created_at)
        taken = select(t.c.id).where(t.c.id == rendition.id)
        if self._connection.execute(taken).first() is not None:
            raise CONFLICT(what="这份呈现件")
        try:
            self._connection.execute(insert(t).values(values))
        except IntegrityError as late:
            raise CONFLICT(what="这份呈现件") from late

    def get(self, rendition_id: str) -> Rendition:
        """Raises NOT_FOUND. The caller checks the document's scope."""
        row = self._connection.execute(select(t).where(t.c.id == rendition_id)).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这份呈现件")
        return to_rendition(row)

    def for_document(self, document_id: str) -> tuple[Rendition, ...]:
        """All, oldest first."""
        statement = select(t).where(t.c.document_id == document_id).order_by(t.c.created_at, t.c.id)
        return tuple(to_rendition(row) for row in self._connection.execute(statement).mappings())
