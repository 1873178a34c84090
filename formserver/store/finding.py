"""Pages of documents: filters and scope become index tokens, the rest becomes SQL, the newest change comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    func,
    literal_column,
    select,
    text,
)

from formserver.core.models import State
from formserver.core.permissions import Scope
from formserver.core.store_ports import BAD_CURSOR, MARK_END, MARK_START, DocumentQuery, Page
from formserver.store.engine import is_sqlite
from formserver.store.rows import to_document
from formserver.store.scoping import NUMBERED, ScopeTokens, inside, scope_tokens
from formserver.store.search import fts_expression, vector_expressions
from formserver.store.tables import document as d
from formserver.store.tables import search_agency
from formserver.store.tables import search_entry as e
from formserver.store.tokens import TextQuery, read_query, scope_token, snippet

MAX_LIMIT = 200
COUNT_LIMIT = 1_000
EMPTY = Page(items=(), next_cursor="", count=0)


def find(connection: Connection, query: DocumentQuery, scope: Scope) -> Page:
    """A page of documents inside the scope. Raises BAD_CURSOR.

    One pass over the index yields the first page and the count; the cursor carries the count to the later pages.
    """
    before, count = read_cursor(query.cursor)
    agencies = frozenset(connection.execute(select(search_agency.c.agency_id)).scalars())
    visible = scope_tokens(scope, agencies)
    words = read_query(query.text)
    nothing_left = not query.include_void and not _states(query)
    if visible is None or nothing_left or (query.text.strip() and words.hopeless):
        return EMPTY
    found, pos = _matches(connection, visible, query, words)
    limit = max(1, min(query.limit, MAX_LIMIT))
    wanted = COUNT_LIMIT + 1
    if before is not None:
        found, wanted = found.where(pos < before), limit + 1
    places = list(connection.execute(found.order_by(pos.desc()).limit(wanted)).scalars())
    if before is None:
        count = len(places)
    more = f"{places[limit - 1]}.{count}" if len(places) > limit else ""
    shown = select(d, e.c.text.label("entry_text")).join(e, e.c.document_id == d.c.id)
    shown = shown.where(e.c.pos.in_(places[:limit])).order_by(e.c.pos.desc())
    return _page(connection.execute(shown).mappings().all(), more, count, scope, words)


def filter_tokens(query: DocumentQuery) -> list[set[str]]:
    """The filters that are index tokens; each group must match."""
    groups: list[set[str]] = []
    for kind, values in (
        ("a", (query.agency_id,)),
        ("a", query.agency_ids),
        ("e", (query.enterprise_id,)),
        ("k", (query.task_id,)),
        ("u", (query.created_by,)),
        ("n", (query.number,)),
        ("t", query.types),
        ("o", query.origins),
        ("z", tuple(state.value for state in _states(query))),
    ):
        wanted = {scope_token(kind, value) for value in values if value}
        if wanted:
            groups.append(wanted)
    if years := _years(query):
        groups.append({f"sy{year}" for year in years})
    if query.numbered:
        groups.append({NUMBERED})
    if query.confidentiality is not None:
        groups.append({f"sv{query.confidentiality}"})
    return groups


def excluded_tokens(query: DocumentQuery) -> frozenset[str]:
    """The filters that are tokens a row must not have: a level is visible at its own 密级 and not at the one below."""
    away = set()
    if query.numbered is False:
        away.add(NUMBERED)
    if query.confidentiality:
        away.add(f"sv{query.confidentiality - 1}")
    return frozenset(away)


def _years(query: DocumentQuery) -> range:
    """The years of a closed range of dates that is not absurdly long; they are tokens too."""
    if not query.date_from or not query.date_to or query.date_to.year - query.date_from.year >= 30:
        return range(0)
    return range(query.date_from.year, query.date_to.year + 1)


def _states(query: DocumentQuery) -> Sequence[State]:
    if query.include_void:
        return query.states
    return tuple(state for state in (query.states or tuple(State)) if state is not State.VOID)


def _matches(
    connection: Connection, visible: ScopeTokens, query: DocumentQuery, words: TextQuery
) -> tuple[Select[int], ColumnElement[int]]:
    """The positions that match, and the column to sort them by. Tables are joined only where conditions ask."""
    pos: ColumnElement[int] = e.c.pos
    groups = [*visible.groups, *filter_tokens(query)]
    excluded = visible.excluded | excluded_tokens(query)
    conditions = _conditions(connection, query, words)
    if is_sqlite(connection):
        pos = literal_column("search_index.rowid", BigInteger)
        expression = fts_expression(groups, words, excluded)
        match = text("search_index MATCH :expression").bindparams(expression=expression)
        statement = select(pos).select_from(text("search_index")).where(match)
        if conditions:
            statement = statement.join(e, e.c.pos == pos)
    else:
        statement = select(pos).select_from(e)
        scope_query, word_query = vector_expressions(groups, words, excluded)
        if scope_query:
            match = text("search_entry.scope @@ CAST(:scope AS tsquery)").bindparams(scope=scope_query)
            statement = statement.where(match)
        if word_query:
            match = text("search_entry.words @@ CAST(:words AS tsquery)").bindparams(words=word_query)
            statement = statement.where(match)
    if conditions:
        statement = statement.join(d, d.c.id == e.c.document_id).where(*conditions)
    return statement, pos


def _conditions(connection: Connection, query: DocumentQuery, words: TextQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.number:
        conditions.append(d.c.number == query.number)
    if query.date_from and not (_years(query) and (query.date_from.month, query.date_from.day) == (1, 1)):
        conditions.append(d.c.day >= query.date_from.isoformat())
    if query.date_to and not (_years(query) and (query.date_to.month, query.date_to.day) == (12, 31)):
        conditions.append(d.c.day <= query.date_to.isoformat())
    if is_sqlite(connection):
        conditions += [func.instr(func.lower(e.c.text), phrase) > 0 for phrase in words.phrases]
    else:  # the C collation lowers ASCII letters alone, as SQLite and tokens.lower do
        lowered = func.lower(e.c.text.collate("C"))
        conditions += [func.strpos(lowered, phrase) > 0 for phrase in words.phrases]
    return conditions


def _page(rows: Sequence[RowMapping], more: str, count: int, scope: Scope, words: TextQuery) -> Page:
    shown = [(row, to_document(row)) for row in rows]
    visible = [(row, document) for row, document in shown if inside(document, scope)]
    snippets: Mapping[str, str] = {}
    if words.marks:
        snippets = {
            document.id: snippet(row["entry_text"], words.marks, start=MARK_START, end=MARK_END)
            for row, document in visible
        }
    return Page(tuple(document for _, document in visible), more, count, snippets)


def read_cursor(cursor: str) -> tuple[int | None, int]:
    """The position after which a page starts (None: the first page) and the count found then. Raises BAD_CURSOR."""
    if not cursor:
        return None, 0
    parts = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,4})", cursor)
    if parts is None:
        raise BAD_CURSOR()
    return int(parts[1]), min(int(parts[2]), COUNT_LIMIT + 1)
