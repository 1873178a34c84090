"""Evidence rows against the sealed events that announced them, and their files; a step of ``verify``."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from formserver.evidence.models import Evidence, evidence_digest
from formserver.evidence.repository import EvidenceRepository
from formserver.store.findings import Fault, Report
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event as e
from formserver.store.verify_renditions import event_data

TITLE: Final = "检查证据登记"
_BATCH: Final = 500


def check_evidence(store: SqlStore, report: Report) -> None:
    """None missing, none added, none changed behind the program's back; every file there with its length."""
    last = ""
    while True:
        with store.unit() as u:
            items = u.repository(EvidenceRepository).page_after(last, _BATCH)
            said = _announced(u.connection, {item.document_id for item in items})
        for item in items:
            report.checked["证据"] += 1
            _check(store, item, said.get(item.id, ""), report)
        if len(items) < _BATCH:
            break
        last = items[-1].id
    _check_gone(store, report)


def _check(store: SqlStore, item: Evidence, digest: str, report: Report) -> None:
    place = f"证据{item.no}《{item.title}》（{item.id}）"
    if not digest:
        report.add(Fault.EVIDENCE, place, "没有操作记录记载过它")
    elif digest != evidence_digest(item):
        report.add(Fault.EVIDENCE, place, "登记的内容被改动")
    if not store.blobs.exists(item.blob_sha256):
        report.add(Fault.MISSING_BLOB, f"{place}的文件“{item.filename}”（{item.blob_sha256}）")
    elif item.damaged:
        report.add(Fault.BLOB, f"{place}的文件“{item.filename}”，后台核对时与校验值不符")


def _announced(connection: Connection, documents: set[str]) -> dict[str, str]:
    """The digest the newest event says, by evidence."""
    statement = (
        select(e.c.data)
        .where(e.c.document_id.in_(sorted(documents)), e.c.action.like("evidence.%"))
        .order_by(e.c.id)
    )
    found: dict[str, str] = {}
    for (text,) in connection.execute(statement):
        data = event_data(text)
        if data.get("digest"):
            found[str(data.get("evidence"))] = str(data["digest"])
    return found


def _check_gone(store: SqlStore, report: Report) -> None:
    """Rows that were announced and are not there."""
    last = ""
    while True:
        with store.unit() as u:
            statement = (
                select(e.c.id, e.c.subject, e.c.data)
                .where(e.c.action == "evidence.added", e.c.id > last)
                .order_by(e.c.id)
                .limit(_BATCH)
            )
            rows = u.connection.execute(statement).all()
            told = {str(event_data(data).get("evidence")): subject for _, subject, data in rows}
            there = u.repository(EvidenceRepository).ids_in(sorted(told))
        for evidence_id in sorted(set(told) - there):
            report.add(
                Fault.EVIDENCE, f"{told[evidence_id]}（{evidence_id}）", "操作记录记载过它，登记中却没有"
            )
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]
