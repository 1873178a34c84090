"""Pages of documents: filters and scope become index tokens, the rest becomes SQL, the newest change comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, literal_column, select, text

from formserver.core.models import State
from formserver.core.permissions import Scope
from formserver.core.store_ports import BAD_CURSOR, MARK_END, MARK_START, DocumentQuery, Page
from formserver.store.engine import is_sqlite
from formserver.store.rows import to_document
from formserver.store.scoping import inside, scope_tokens
from formserver.store.search import fts_expression, vector_expressions
from formserver.store.tables import document as d
from formserver.store.tables import search_entry as e
from formserver.store.tokens import TextQuery, read_query, scope_token, snippet

MAX_LIMIT = 200
COUNT_LIMIT = 1_000
EMPTY = Page(items=(), next_cursor="", count=0)


def find(connection: Connection, query: DocumentQuery, scope: Scope) -> Page:
    """A page of documents inside the scope. Raises BAD_CURSOR."""
    cursor = read_cursor(query.cursor)
    groups = scope_tokens(scope)
    words = read_query(query.text)
    nothing_left = not query.include_void and not _states(query)
    if groups is None or nothing_left or (query.text.strip() and words.hopeless):
        return EMPTY
    base, pos = _by_tokens(connection, groups + filter_tokens(query), words)
    conditions = _conditions(connection, query, words)
    limit = max(1, min(query.limit, MAX_LIMIT))
    listed = base.add_columns(*d.c, e.c.text.label("entry_text"), pos.label("pos")).where(*conditions)
    if cursor is not None:
        listed = listed.where(pos < cursor)
    rows = connection.execute(listed.order_by(pos.desc()).limit(limit + 1)).mappings().all()
    counted = base.add_columns(literal_column("1").label("one")).where(*conditions).limit(COUNT_LIMIT + 1)
    count = connection.execute(select(func.count()).select_from(counted.subquery())).scalar_one()
    return _page(rows, limit, count, scope, words)


def filter_tokens(query: DocumentQuery) -> list[set[str]]:
    """The filters that are index tokens; each group must match."""
    groups: list[set[str]] = []
    for kind, values in (
        ("a", (query.agency_id,)),
        ("e", (query.enterprise_id,)),
        ("k", (query.task_id,)),
        ("u", (query.created_by,)),
        ("n", (query.number,)),
        ("t", query.types),
        ("z", tuple(state.value for state in _states(query))),
    ):
        wanted = {scope_token(kind, value) for value in values if value}
        if wanted:
            groups.append(wanted)
    if query.date_from and query.date_to and 0 <= query.date_to.year - query.date_from.year < 30:
        groups.append({f"sy{year}" for year in range(query.date_from.year, query.date_to.year + 1)})
    return groups


def _states(query: DocumentQuery) -> Sequence[State]:
    if query.include_void:
        return query.states
    return tuple(state for state in (query.states or tuple(State)) if state is not State.VOID)


def _by_tokens(
    connection: Connection, groups: list[set[str]], words: TextQuery
) -> tuple[Select[Any], ColumnElement[int]]:
    if is_sqlite(connection):
        rowid: ColumnElement[int] = literal_column("search_index.rowid")
        source = text("search_index")
        statement = (
            select()
            .select_from(source)
            .join(e, e.c.pos == rowid)
            .join(d, d.c.id == e.c.document_id)
            .where(
                text("search_index MATCH :expression").bindparams(expression=fts_expression(groups, words))
            )
        )
        return statement, rowid
    scope_query, word_query = vector_expressions(groups, words)
    statement = select().select_from(e).join(d, d.c.id == e.c.document_id)
    if scope_query:
        statement = statement.where(
            text("search_entry.scope @@ CAST(:scope AS tsquery)").bindparams(scope=scope_query)
        )
    if word_query:
        statement = statement.where(
            text("search_entry.words @@ CAST(:words AS tsquery)").bindparams(words=word_query)
        )
    return statement, e.c.pos


def _conditions(connection: Connection, query: DocumentQuery, words: TextQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.number:
        conditions.append(d.c.number == query.number)
    if query.date_from:
        conditions.append(d.c.day >= query.date_from.isoformat())
    if query.date_to:
        conditions.append(d.c.day <= query.date_to.isoformat())
    if is_sqlite(connection):
        conditions += [func.instr(func.lower(e.c.text), phrase) > 0 for phrase in words.phrases]
    else:  # the C collation lowers ASCII letters alone, as SQLite and tokens.lower do
        lowered = func.lower(e.c.text.collate("C"))
        conditions += [func.strpos(lowered, phrase) > 0 for phrase in words.phrases]
    return conditions


def _page(rows: Sequence[RowMapping], limit: int, count: int, scope: Scope, words: TextQuery) -> Page:
    shown = [(row, to_document(row)) for row in rows[:limit]]
    visible = [(row, document) for row, document in shown if inside(document, scope)]
    snippets: Mapping[str, str] = {}
    if words.marks:
        snippets = {
            document.id: snippet(row["entry_text"], words.marks, start=MARK_START, end=MARK_END)
            for row, document in visible
        }
    more = str(shown[-1][0]["pos"]) if len(rows) > limit else ""
    return Page(tuple(document for _, document in visible), more, count, snippets)


def read_cursor(cursor: str) -> int | None:
    """The position after which a page starts. Raises BAD_CURSOR."""
    if not cursor:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", cursor):
        raise BAD_CURSOR()
    return int(cursor)
