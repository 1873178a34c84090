"""Own catalogues and rules against what the sealed events said when they were published; a step of ``verify``."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from formserver.core.definitions.repository import EQUIPMENT_KINDS
from formserver.core.definitions.shipped import definition_hash
from formserver.core.errors import AppError
from formserver.store.findings import Fault, Report
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event as e
from formserver.store.verify_renditions import event_data

TITLE: Final = "检查淘汰目录"


def check_own_catalogues(store: SqlStore, report: Report) -> None:
    """What recognition is made of has the hash it was stored with; own editions the one they were published with."""
    with store.unit() as u:
        definitions = [one for kind in EQUIPMENT_KINDS for one in u.definitions.list(kind)]
        said = _published(u.connection)
    found = {one.id for one in definitions}
    for one in definitions:
        report.checked["淘汰目录"] += 1
        try:
            actual = definition_hash(one.kind, one.content)
        except (AppError, ValueError):
            actual = ""
        if actual != one.sha256:
            report.add(Fault.DEFINITION, one.id, "内容与登记的校验值不符")
        if one.origin != "local" or one.status == "draft":
            continue
        if one.id not in said:
            report.add(Fault.DEFINITION, one.id, "没有操作记录记载过它的发布")
        elif said[one.id] != actual:
            report.add(Fault.DEFINITION, one.id, "内容与发布时不同")
    for definition_id in sorted(set(said) - found):
        report.add(Fault.DEFINITION, definition_id, "操作记录记载已发布，定义却没有了")


def _published(connection: Connection) -> dict[str, str]:
    statement = select(e.c.subject, e.c.data).where(e.c.action == "equipment.catalogue.publish")
    return {
        str(subject): str(event_data(text).get("sha256", ""))
        for subject, text in connection.execute(statement.order_by(e.c.id))
    }
