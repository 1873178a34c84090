"""Events against their seals, and the seals against each other."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select

from formserver.store.findings import Fault, Report
from formserver.store.rows import to_event, to_seal
from formserver.store.seals import leaf_hash, merkle_root, seal_facts, seal_hash
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event as t
from formserver.store.tables import event_seal as m
from formserver.store.tables import seal as s


def check_seals(store: SqlStore, report: Report) -> None:
    """Recompute every seal from the events it covers; count the events no seal covers."""
    previous_no, previous_hash = 0, ""
    while True:
        with store.unit() as u:
            row = u.connection.execute(select(s).where(s.c.no > previous_no).order_by(s.c.no).limit(1))
            found = row.mappings().first()
            if found is None:
                break
            seal = to_seal(found)
            place = f"第{seal.no}号封存"
            if seal.no != previous_no + 1:
                report.add(Fault.SEAL, place, f"其前缺少第{previous_no + 1}号封存")
            elif seal.previous_hash != previous_hash:
                report.add(Fault.SEAL, place, "所记的上一封存校验值不符")
            if seal_hash(seal_facts(seal)) != seal.hash:
                report.add(Fault.SEAL, place, "封存记录本身被改动")
            leaves, whole = _leaves(u.connection, seal.no, report)
        if whole and (len(leaves) != seal.count or merkle_root(leaves).hex() != seal.root):
            report.add(Fault.SEAL, place, "所封存的操作记录清单与封存不符")
        report.checked["封存"] += 1
        report.checked["操作记录"] += len(leaves)
        previous_no, previous_hash = seal.no, seal.hash
    with store.unit() as u:
        sealed = exists().where(m.c.event_id == t.c.id)
        waiting = u.connection.execute(select(func.count()).select_from(t).where(~sealed)).scalar_one()
    if waiting:
        report.checked["操作记录"] += waiting
        report.add(Fault.UNSEALED, f"{waiting} 条", count=waiting)


def _leaves(connection: Connection, seal_no: int, report: Report) -> tuple[list[bytes], bool]:
    """The leaves of a seal recomputed from the events; False when a finding already explains a difference."""
    statement = (
        select(t, m.c.event_id.label("sealed_id"), m.c.leaf)
        .select_from(m.join(t, t.c.id == m.c.event_id, isouter=True))
        .where(m.c.seal_no == seal_no)
        .order_by(m.c.position)
    )
    leaves: list[bytes] = []
    whole = True
    for row in connection.execute(statement).mappings():
        if row["id"] is None:
            report.add(Fault.MISSING_EVENT, f"操作记录 {row['sealed_id']}（第{seal_no}号封存）")
            leaves.append(bytes.fromhex(row["leaf"]))
            whole = False
            continue
        event = to_event(row)
        leaf = leaf_hash(event)
        if leaf.hex() != row["leaf"]:
            document = f"，文书 {event.document_id}" if event.document_id else ""
            report.add(Fault.EVENT, f"操作记录 {event.id}（{event.action}{document}）")
            whole = False
        leaves.append(leaf)
    return leaves, whole
