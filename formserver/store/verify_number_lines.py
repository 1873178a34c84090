"""Lines of the number register against the sealed events that announced them: who, when and why cannot be rewritten.

Lines from before events announced them are held by their documents alone; a line without a document (reserved,
released) must be announced.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from formserver.core.models import number_digest
from formserver.store.findings import Fault, Report
from formserver.store.rows import to_number
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event as e
from formserver.store.tables import number_entry as t
from formserver.store.verify_renditions import event_data

_Line = tuple[str, str, str]


def check_number_lines(store: SqlStore, report: Report) -> None:
    """Look twice: what a running server changed between reading lines and events is no finding."""
    with store.unit() as u:
        suspects = _suspects(u.connection)
    if suspects:
        with store.unit() as u:
            suspects = {line: why for line, why in _suspects(u.connection).items() if line in suspects}
    for (_, _, text), why in sorted(suspects.items()):
        report.add(Fault.NUMBER, f"文号“{text}”的登记", why)


def _suspects(connection: Connection) -> dict[_Line, str]:
    announced = _announced(connection)
    found: dict[_Line, str] = {}
    present: set[_Line] = set()
    for row in connection.execute(select(t)).mappings():
        line = (row["agency_id"], row["type"], row["text"])
        present.add(line)
        said = announced.get(line)
        if said is None:
            if not row["document_id"]:
                found[line] = "没有操作记录记载过它"
            continue
        try:
            same = number_digest(to_number(row)) == said
        except ValueError:  # a status or an instant that the product never writes
            same = False
        if not same:
            found[line] = "登记的经办人、时间、理由或状态被改动"
    for line in announced.keys() - present:
        found[line] = "操作记录记载过它，登记簿中却没有"
    return found


def _announced(connection: Connection) -> dict[_Line, str]:
    """What the newest event about each line said of it."""
    found: dict[_Line, str] = {}
    statement = select(e.c.data).where(e.c.data.contains('"number_lines":')).order_by(e.c.id)
    for text in connection.execute(statement).scalars():
        lines = event_data(text).get("number_lines")
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, list) and len(line) == 4:
                agency_id, type_key, number, digest = map(str, line)
                found[agency_id, type_key, number] = digest
    return found
