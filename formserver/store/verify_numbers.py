"""The register of numbers against the documents that bear them, and each series against its counter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from formserver.core.canonical import sha256_hex
from formserver.core.models import Document, NumberEntry, NumberStatus, Series, State, VersionContent
from formserver.store.contents import as_bytes
from formserver.store.findings import Fault, Report
from formserver.store.rows import to_document, to_number
from formserver.store.sql_store import SqlStore
from formserver.store.tables import content as c
from formserver.store.tables import document as d
from formserver.store.tables import event as e
from formserver.store.tables import number_entry as t
from formserver.store.tables import number_series as s
from formserver.store.tables import version as v
from formserver.store.verify_documents import head_contents, name, versions_of
from formserver.store.verify_number_lines import check_number_lines
from formserver.store.verify_renditions import event_data

_DOCUMENTS = 200
_ROWS = 1_000
_GIVEN = (NumberStatus.ISSUED.value, NumberStatus.VOID.value, NumberStatus.EXTERNAL.value)


def check_numbers(store: SqlStore, report: Report) -> None:
    """Every number a document bears or bore is in the register as it should be; no series has a hole."""
    last = ""
    while True:
        with store.unit() as u:
            page = select(d).where(d.c.id > last).order_by(d.c.id).limit(_DOCUMENTS)
            documents = [to_document(row) for row in u.connection.execute(page).mappings()]
            if not documents:
                break
            ids = [document.id for document in documents]
            entries = _entries(u.connection, ids, report)
            announced = _announced(u.connection, ids)
            heads = head_contents(u.connection, documents, versions_of(u.connection, documents))
            for document in documents:
                number, state = _bears(document, heads.get(document.id))
                known = announced.get(document.id, set()) | ({number} if number else set())
                found = entries.get(document.id, [])
                if any(entry.text not in known for entry in found):
                    known |= _in_versions(u.connection, document.id)
                _compare(document, number, state, known, found, report)
        last = documents[-1].id
    _check_strays(store, report)
    _check_series(store, report)
    check_number_lines(store, report)


def _entries(connection: Connection, ids: Sequence[str], report: Report) -> dict[str, list[NumberEntry]]:
    found: dict[str, list[NumberEntry]] = {}
    statement = select(t).where(t.c.document_id.in_(ids)).order_by(t.c.year, t.c.seq)
    for row in connection.execute(statement).mappings():
        try:
            entry = to_number(row)
        except ValueError:  # a status or an instant that the product never writes
            report.add(Fault.NUMBER, f"文号“{row['text']}”", f"登记无法读取，状态记为“{row['status']}”")
            continue
        found.setdefault(row["document_id"], []).append(entry)
    return found


def _announced(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """The numbers the events of these documents speak of, by document."""
    found: dict[str, set[str]] = {}
    statement = select(e.c.document_id, e.c.data).where(
        e.c.document_id.in_(ids), e.c.action.startswith("document."), e.c.data.contains('"number":')
    )
    for document_id, text in connection.execute(statement):
        number = event_data(text).get("number")
        if number:
            found.setdefault(document_id, set()).add(str(number))
    return found


def _in_versions(connection: Connection, document_id: str) -> set[str]:
    """The numbers in all envelopes of a document; read only for a line its events do not explain."""
    statement = (
        select(c.c.sha256, c.c.data)
        .join(v, v.c.envelope_sha256 == c.c.sha256)
        .where(v.c.document_id == document_id)
    )
    return {
        str(json.loads(as_bytes(data)).get("number", ""))
        for sha256, data in connection.execute(statement)
        if sha256_hex(as_bytes(data)) == sha256  # a damaged one is reported among the contents
    }


def _bears(document: Document, head: VersionContent | None) -> tuple[str, State]:
    """Number and state as the head version tells them; the head row's where the version is damaged."""
    if head is None or head.version.no != document.head_version:
        return document.number, document.state
    return str(head.envelope.get("number", "")), head.version.state


def _compare(
    document: Document,
    number: str,
    state: State,
    known: set[str],
    entries: Sequence[NumberEntry],
    report: Report,
) -> None:
    for entry in entries:
        report.checked["文号"] += 1
        place = f"{name(document)}的文号“{entry.text}”"
        if entry.text not in known:
            report.add(Fault.NUMBER, place, "文书的版本和操作记录中没有这个文号")
            continue
        expected = _expected(entry, number, state)
        if entry.status is not expected:
            detail = f"登记簿记为“{entry.status.value}”，应为“{expected.value}”"
            report.add(Fault.NUMBER, place, detail)
        if entry.seq > 0 and not (str(entry.seq) in entry.text and str(entry.series.year) in entry.text):
            detail = f"登记簿记为{entry.series.year}年第{entry.seq}号，与文号的文字不符"
            report.add(Fault.NUMBER, place, detail)
    for text in sorted(known - {entry.text for entry in entries} - {""}):
        report.add(Fault.NUMBER, f"{name(document)}的文号“{text}”", "登记簿中没有这份文书的这个文号")


def _expected(entry: NumberEntry, number: str, state: State) -> NumberStatus:
    """A void document's number is void, and so is one that another number replaced."""
    if state is State.VOID or entry.text != number:
        return NumberStatus.VOID
    return NumberStatus.ISSUED if entry.seq > 0 else NumberStatus.EXTERNAL


def _check_strays(store: SqlStore, report: Report) -> None:
    """Lines given to a document that is not there."""
    with store.unit() as u:
        statement = (
            select(t.c.text, t.c.status)
            .select_from(t.join(d, d.c.id == t.c.document_id, isouter=True))
            .where(d.c.id.is_(None), t.c.status.in_(_GIVEN))
            .where(
                (t.c.status != NumberStatus.VOID.value) | (t.c.document_id != "")
            )  # a reserved one, voided
            .order_by(t.c.text)
            .limit(_ROWS)
        )
        for text, status in u.connection.execute(statement):
            report.add(Fault.NUMBER, f"文号“{text}”", f"登记簿记为“{status}”，却没有对应的文书")


def _check_series(store: SqlStore, report: Report) -> None:
    """From its lowest number to the last one given, a series has no hole; its counter stands right after it.

    A series may begin above 1: the agency numbered by hand before (``set_start``).
    """
    with store.unit() as u:
        lines = select(t.c.agency_id, t.c.type, t.c.year, func.min(t.c.seq), func.max(t.c.seq), func.count())
        lines = lines.where(t.c.seq > 0).group_by(t.c.agency_id, t.c.type, t.c.year)
        counters = {
            Series(row.agency_id, row.type, row.year): row.next_seq for row in u.connection.execute(select(s))
        }
        for agency_id, type_, year, lowest, highest, count in u.connection.execute(lines).all():
            series = Series(agency_id, type_, year)
            place = f"{agency_id}的{type_}{year}年文号"
            if count != highest - lowest + 1:
                for first, last in _holes(u.connection, series):
                    missing = f"第{first}号" if first == last else f"第{first}至{last}号"
                    report.add(Fault.NUMBER, place, f"缺少{missing}", count=last - first + 1)
            following = counters.get(series)
            if following is None:
                report.add(Fault.NUMBER, place, "缺少计数")
            elif following != highest + 1:
                detail = f"登记簿的最后一号为第{highest}号，计数的下一号却为第{following}号"
                report.add(Fault.NUMBER, place, detail)


def _holes(connection: Connection, series: Series) -> Iterator[tuple[int, int]]:
    statement = (
        select(t.c.seq)
        .where(
            t.c.agency_id == series.agency_id, t.c.type == series.type, t.c.year == series.year, t.c.seq > 0
        )
        .order_by(t.c.seq)
    )
    before = 0
    for seq in connection.execute(statement).scalars():
        if before and seq > before + 1:
            yield before + 1, seq - 1
        before = seq
