"""Making the search index anew from its own rows, when the rules for tokens have changed with the program."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, text, update

from formserver.store.engine import is_sqlite
from formserver.store.search import as_vector, index_tokens, word_tokens
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
    """Make the index anew from names and texts, keeping the order; how many rows it has."""
    if is_sqlite(connection):
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('delete-all')"))
    count, last = 0, -1
    while True:
        page = select(e.c.document_id, e.c.pos, e.c.scope, e.c.names, e.c.text).where(e.c.pos > last)
        rows = connection.execute(page.order_by(e.c.pos).limit(_BATCH)).mappings().all()
        if not rows:
            return count
        if is_sqlite(connection):
            connection.execute(
                text("INSERT INTO search_index(rowid, tokens) VALUES (:pos, :tokens)"),
                [
                    {"pos": row["pos"], "tokens": index_tokens(row["scope"], row["names"], row["text"])}
                    for row in rows
                ],
            )
        else:
            connection.execute(
                update(e).where(e.c.document_id == bindparam("id")).values(words=bindparam("made")),
                [
                    {"id": row["document_id"], "made": as_vector(word_tokens(row["names"], row["text"]))}
                    for row in rows
                ],
            )
        count += len(rows)
        last = rows[-1]["pos"]
