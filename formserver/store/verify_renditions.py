"""Rendition rows against the sealed events that announced them: none missing, none added, none changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from formserver.core.models import Document, rendition_digest
from formserver.store.findings import Fault, Report
from formserver.store.rows import to_document, to_rendition
from formserver.store.sql_store import SqlStore
from formserver.store.tables import document as d
from formserver.store.tables import event as e
from formserver.store.tables import rendition as r
from formserver.store.verify_documents import name

_DOCUMENTS = 200
_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class _Announced:
    """What an event said about a rendition when it was added."""

    digest: str
    version_no: int


def check_renditions(store: SqlStore, report: Report) -> None:
    """Compare, some hundred documents per read unit; rows of documents that do not exist are found as well."""
    last = ""
    while True:
        with store.unit() as u:
            page = select(d).where(d.c.id > last).order_by(d.c.id).limit(_DOCUMENTS)
            documents = [to_document(row) for row in u.connection.execute(page).mappings()]
            if not documents:
                break
            ids = [document.id for document in documents]
            rows = _rows(u.connection, ids)
            announced = _announced(u.connection, ids)
        for document in documents:
            _compare(document, rows.get(document.id, []), announced.get(document.id, {}), report)
        last = documents[-1].id
    _check_strays(store, report)


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    statement = select(r).where(r.c.document_id.in_(ids)).order_by(r.c.created_at, r.c.id)
    for row in connection.execute(statement).mappings():
        found.setdefault(row["document_id"], []).append(row)
    return found


def _announced(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, _Announced]]:
    """By document and rendition id. The text is searched first: most events announce nothing."""
    found: dict[str, dict[str, _Announced]] = {}
    statement = (
        select(e.c.document_id, e.c.data)
        .where(e.c.document_id.in_(ids), e.c.data.contains('"renditions":'))
        .order_by(e.c.id)
    )
    for document_id, text in connection.execute(statement):
        data = event_data(text)
        no = data.get("printed_version") or data.get("version") or 0
        for rendition_id, digest in dict(data.get("renditions") or {}).items():
            found.setdefault(document_id, {})[rendition_id] = _Announced(digest, no)
    return found


def event_data(text: str) -> dict[str, Any]:
    """The data of an event; nothing where it was made unreadable, which the check of the seals reports."""
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _digest(row: RowMapping) -> str:
    try:
        return rendition_digest(to_rendition(row))
    except ValueError:  # a kind or an instant that the product never writes
        return ""


def _compare(
    document: Document, rows: Sequence[RowMapping], announced: dict[str, _Announced], report: Report
) -> None:
    for row in rows:
        said = announced.get(row["id"])
        what = f"的{row['kind']}“{row['filename']}”（{row['id']}）"
        if said is None:
            report.add(Fault.RENDITION, f"{name(document, row['version_no'])}{what}", "没有操作记录记载过它")
        elif _digest(row) != said.digest:
            report.add(Fault.RENDITION, f"{name(document, said.version_no)}{what}", "登记的内容被改动")
    present = {row["id"] for row in rows}
    for rendition_id, said in announced.items():
        if rendition_id not in present:
            place = f"{name(document, said.version_no)}的呈现件（{rendition_id}）"
            report.add(Fault.RENDITION, place, "操作记录记载过它，登记中却没有")


def _check_strays(store: SqlStore, report: Report) -> None:
    """Rows that name a document that is not there."""
    with store.unit() as u:
        statement = (
            select(r.c.id, r.c.document_id, r.c.filename)
            .select_from(r.join(d, d.c.id == r.c.document_id, isouter=True))
            .where(d.c.id.is_(None))
            .order_by(r.c.id)
            .limit(_ROWS)
        )
        for rendition_id, document_id, filename in u.connection.execute(statement):
            place = f"呈现件“{filename}”（{rendition_id}）"
            report.add(Fault.RENDITION, place, f"它所属的文书 {document_id} 不存在")
