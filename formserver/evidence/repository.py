"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope
from formserver.evidence.models import Evidence, EvidenceState, Link
from formserver.evidence.tables import evidence as t
from formserver.evidence.tables import evidence_link as k
from formserver.store.scoping import scope_clause
from formserver.store.tables import document as d


class EvidenceRepository:
    """Evidence and what cites it. Who may see a paper may see the evidence that was added to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, evidence_id: str, scope: Scope) -> Evidence:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        query = self._visible(scope).where(t.c.id == evidence_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这份证据")
        return _evidence(row)

    def of_case(self, case_key: str, scope: Scope) -> tuple[Evidence, ...]:
        """The evidence of a case as far as the person sees it, in the order given by hand."""
        query = self._visible(scope).where(t.c.case_key == case_key).order_by(t.c.seq, t.c.no)
        return tuple(_evidence(row) for row in self._connection.execute(query).mappings())

    def by_upload(self, upload_id: str) -> Evidence | None:
        """What an upload has become already."""
        row = self._connection.execute(select(t).where(t.c.upload_id == upload_id)).mappings().first()
        return _evidence(row) if row is not None else None

    def next_no(self, case_key: str) -> int:
        """The next number of the case; the units that ask at the same moment wait for each other."""
        if self._connection.dialect.name == "postgresql":  # a SQLite writer is alone anyway
            statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 15))")
            self._connection.execute(statement, {"key": case_key})
        query = select(func.coalesce(func.max(t.c.no), 0)).where(t.c.case_key == case_key)
        return int(self._connection.execute(query).scalar_one()) + 1

    def add(self, item: Evidence) -> None:
        """Insert."""
        self._connection.execute(insert(t).values(_row(item)))

    def replace(self, item: Evidence, *, expected_version: int) -> bool:
        """Write what is said about it; False when somebody else wrote in between."""
        kept = ("id", "case_key", "no", "blob_sha256", "size", "media_type", "filename", "upload_id", "seq")
        values = {key: value for key, value in _row(item).items() if key not in kept}
        done = self._connection.execute(
            update(t).where(t.c.id == item.id, t.c.row_version == expected_version).values(values)
        )
        return bool(done.rowcount == 1)

    def order(self, places: Mapping[str, int]) -> None:
        """Set the places in the library."""
        for evidence_id, seq in places.items():
            self._connection.execute(update(t).where(t.c.id == evidence_id).values(seq=seq))

    def mark_checked(self, evidence_id: str, at: datetime, *, damaged: bool) -> None:
        """Note the outcome of a comparison of bytes and hash."""
        values = {"checked_at": format_instant(at), "damaged": damaged}
        self._connection.execute(update(t).where(t.c.id == evidence_id).values(values))

    def add_links(self, links: Iterable[Link]) -> None:
        """Insert the citations of one version."""
        rows = [
            {
                "document_id": link.document_id,
                "version_no": link.version_no,
                "evidence_id": link.evidence_id,
                "pointer": link.pointer,
                "place": f"{link.page}/{link.second}",
                "label": link.label,
                "page": link.page,
                "second": link.second,
            }
            for link in links
        ]
        if rows:
            self._connection.execute(insert(k), rows)

    def links_of(self, document_id: str, version_no: int) -> tuple[Link, ...]:
        """The citations kept of one version."""
        query = (
            select(k, d.c.title)
            .join(d, d.c.id == k.c.document_id)
            .where(k.c.document_id == document_id, k.c.version_no == version_no)
            .order_by(k.c.pointer)
        )
        return tuple(
            Link(
                row["evidence_id"],
                row["document_id"],
                row["title"],
                row["version_no"],
                row["pointer"],
                row["label"],
                row["page"],
                row["second"],
            )
            for row in self._connection.execute(query).mappings()
        )

    def page_after(self, last_id: str, limit: int) -> tuple[Evidence, ...]:
        """Everything in key order, for checks of the whole record."""
        query = select(t).where(t.c.id > last_id).order_by(t.c.id).limit(limit)
        return tuple(_evidence(row) for row in self._connection.execute(query).mappings())

    def ids_in(self, evidence_ids: Sequence[str]) -> frozenset[str]:
        """Which of these exist."""
        return frozenset(self._connection.execute(select(t.c.id).where(t.c.id.in_(evidence_ids))).scalars())

    @staticmethod
    def _visible(scope: Scope) -> Any:
        return select(t).join(d, d.c.id == t.c.document_id).where(scope_clause(scope))


def _row(item: Evidence) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in Evidence.__dataclass_fields__}
    values.update(
        state=item.state.value,
        created_at=format_instant(item.created_at),
        updated_at=format_instant(item.updated_at),
        checked_at=format_instant(item.checked_at) if item.checked_at else None,
        proposed=json.dumps(dict(item.proposed), ensure_ascii=False),
    )
    return values


def _evidence(row: Any) -> Evidence:
    values = {name: row[name] for name in Evidence.__dataclass_fields__}
    values.update(
        state=EvidenceState(values["state"]),
        created_at=parse_instant(values["created_at"]),
        updated_at=parse_instant(values["updated_at"]),
        checked_at=parse_instant(values["checked_at"]) if values["checked_at"] else None,
        proposed=json.loads(values["proposed"]),
    )
    return Evidence(**values)
