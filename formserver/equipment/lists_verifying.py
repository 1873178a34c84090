"""The originals of equipment lists and the photographs of name plates against what was recorded; a step of ``verify``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from formserver.equipment.tables import equipment_list, equipment_photo
from formserver.store.findings import Fault, Report
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event as e
from formserver.store.verify_renditions import event_data

TITLE: Final = "检查设备清单"
_BATCH: Final = 500


def check_lists(store: SqlStore, report: Report) -> None:
    """Every original is there and is the one that was uploaded; every photograph is there."""
    t, last = equipment_list, ""
    while True:
        with store.unit() as u:
            query = select(t.c.id, t.c.title, t.c.filename, t.c.source_sha256)
            rows = u.connection.execute(query.where(t.c.id > last).order_by(t.c.id).limit(_BATCH)).all()
            said = _uploaded(u.connection, [row.id for row in rows])
        for row in rows:
            report.checked["设备清单"] += 1
            place = f"设备清单《{row.title}》（{row.id}）的原件“{row.filename}”"
            if not store.blobs.exists(row.source_sha256):
                report.add(Fault.MISSING_BLOB, f"{place}（{row.source_sha256}）")
            if said.get(row.id) not in (None, row.source_sha256):
                report.add(Fault.BLOB, f"{place}，与上传时的记录不是同一个文件")
        if len(rows) < _BATCH:
            break
        last = rows[-1].id
    _check_photos(store, report)


def _uploaded(connection: Connection, list_ids: Sequence[str]) -> dict[str, str]:
    """The hash the record of the upload names, by list."""
    subjects = [f"equipment_list:{one}" for one in list_ids]
    query = select(e.c.subject, e.c.data).where(e.c.action == "equipment.upload", e.c.subject.in_(subjects))
    found: dict[str, str] = {}
    for subject, text in connection.execute(query):
        data: Any = event_data(text)
        found[str(subject).partition(":")[2]] = str(data.get("sha256", ""))
    return found


def _check_photos(store: SqlStore, report: Report) -> None:
    t, last = equipment_photo, ""
    while True:
        with store.unit() as u:
            query = select(t.c.id, t.c.filename, t.c.sha256).where(t.c.id > last)
            rows = u.connection.execute(query.order_by(t.c.id).limit(_BATCH)).all()
        for row in rows:
            report.checked["铭牌照片"] += 1
            if not store.blobs.exists(row.sha256):
                report.add(Fault.MISSING_BLOB, f"铭牌照片“{row.filename}”（{row.id}，{row.sha256}）")
        if len(rows) < _BATCH:
            return
        last = rows[-1].id
