"""Making the search index anew from head rows and its own texts, when the rules for tokens have changed with the program."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, text, update

from formserver.store.engine import is_sqlite
from formserver.store.rows import to_document
from formserver.store.scoping import row_tokens
from formserver.store.search import as_vector, index_tokens, word_tokens
from formserver.store.tables import document as d
from formserver.store.tables import search_entry as e
from formserver.store.tables import store_info
from formserver.store.tokens import TOKENS_VERSION

_KEY = "tokens"
_BATCH = 1_000


def reindex_if_stale(connection: Connection) -> bool:
    """Reindex if the index was made by other rules; whether that was so. Needs a write unit."""
    made_by = connection.execute(select(store_info.c.value).where(store_info.c.key == _KEY)).scalar()
    if made_by == TOKENS_VERSION:
        return False
    reindex(connection)
    if made_by is None:
        connection.execute(insert(store_info).values(key=_KEY, value=TOKENS_VERSION))
    else:
        connection.execute(update(store_info).where(store_info.c.key == _KEY).values(value=TOKENS_VERSION))
    return True


def reindex(connection: Connection) -> int:
    """Make the index anew from head rows, names and texts, keeping the order; how many rows it has."""
    if is_sqlite(connection):
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('delete-all')"))
    changed = update(e).where(e.c.document_id == bindparam("of"))
    changed = changed.values(scope=bindparam("made"), words=bindparam("found"))
    count, last = 0, -1
    while True:
        page = select(d, e.c.pos, e.c.names, e.c.text.label("entry_text")).join(e, e.c.document_id == d.c.id)
        rows = connection.execute(page.where(e.c.pos > last).order_by(e.c.pos).limit(_BATCH)).mappings().all()
        if not rows:
            return count
        made = [_tokens(row, sqlite=is_sqlite(connection)) for row in rows]
        if is_sqlite(connection):
            connection.execute(
                text("INSERT INTO search_index(rowid, tokens) VALUES (:pos, :tokens)"),
                [{"pos": one["pos"], "tokens": one["tokens"]} for one in made],
            )
        connection.execute(changed, [{key: one[key] for key in ("of", "made", "found")} for one in made])
        count += len(rows)
        last = rows[-1]["pos"]


def _tokens(row: RowMapping, *, sqlite: bool) -> dict[str, Any]:
    scope = sorted(row_tokens(to_document(row)))
    if sqlite:
        joined = " ".join(scope)
        tokens = index_tokens(joined, row["names"], row["entry_text"])
        return {"of": row["id"], "pos": row["pos"], "made": joined, "found": "", "tokens": tokens}
    words = as_vector(word_tokens(row["names"], row["entry_text"]))
    return {"of": row["id"], "pos": row["pos"], "made": as_vector(scope), "found": words}
