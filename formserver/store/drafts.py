"""Working copies on SQL: one mutable row per document and person."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from formserver.core.models import Draft
from formserver.store.failures import CONFLICT
from formserver.store.rows import draft_row, to_draft
from formserver.store.tables import draft as t

_WHAT = "您在另一个窗口打开的同一份草稿"
_ONE = select(t).where(t.c.document_id == bindparam("of"), t.c.user_id == bindparam("by"))


class SqlDrafts:
    """:class:`~formserver.core.store_ports.DraftStore` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, document_id: str, user_id: str) -> Draft | None:
        """This person's draft, if any."""
        row = self._connection.execute(_ONE, {"of": document_id, "by": user_id}).mappings().first()
        return to_draft(row) if row is not None else None

    def others(self, document_id: str, user_id: str) -> tuple[Draft, ...]:
        """Drafts of other people on the same document, newest first."""
        statement = (
            select(t)
            .where(t.c.document_id == document_id, t.c.user_id != user_id)
            .order_by(t.c.updated_at.desc(), t.c.user_id)
        )
        return tuple(to_draft(row) for row in self._connection.execute(statement).mappings())

    def put(self, draft: Draft, *, expected_seq: int | None) -> None:
        """Insert (``expected_seq`` None) or replace if the stored seq equals ``expected_seq``.

        Raises STORE_CONFLICT when another window was faster.
        """
        values = draft_row(draft)
        if expected_seq is None:
            if self.get(draft.document_id, draft.user_id) is not None:
                raise CONFLICT(what=_WHAT)
            try:
                self._connection.execute(insert(t).values(values))
            except IntegrityError as taken:
                raise CONFLICT(what=_WHAT) from taken
            return
        done = self._connection.execute(
            update(t)
            .where(
                t.c.document_id == draft.document_id,
                t.c.user_id == draft.user_id,
                t.c.seq == expected_seq,
            )
            .values(values)
        )
        if done.rowcount != 1:
            raise CONFLICT(what=_WHAT)

    def delete(self, document_id: str, user_id: str) -> None:
        """Remove; no error if absent."""
        self._connection.execute(delete(t).where(t.c.document_id == document_id, t.c.user_id == user_id))
