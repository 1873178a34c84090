"""The index behind every list and every search: FTS5 on SQLite, a GIN index on PostgreSQL, the same tokens in both.

The index scopes, filters and finds in one go and yields the newest change first, so a list costs what it shows and
not what the table holds. Rows are written at the end of a unit of work, once per changed document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from formserver.core.models import Document
from formserver.store.engine import is_sqlite
from formserver.store.scoping import row_tokens
from formserver.store.tables import search_agency
from formserver.store.tables import search_entry as e
from formserver.store.tokens import TextQuery, clean_text, pinyin_words, text_tokens

_FTS_DELETE = text("INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', :pos, :tokens)")
_FTS_INSERT = text("INSERT INTO search_index(rowid, tokens) VALUES (:pos, :tokens)")


Groups = Sequence[Collection[str]]


@dataclass(slots=True)
class _Pending:
    document: Document
    text: str | None


class SearchIndex:
    """Keeps the index of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = is_sqlite(connection)
        self._pending: dict[str, _Pending] = {}

    def touch(self, document: Document, projected: str | None = None) -> None:
        """Remember that ``document`` changed; ``projected`` is its new text, None keeps the old one."""
        known = self._pending.get(document.id)
        if projected is None and known is not None:
            projected = known.text
        self._pending[document.id] = _Pending(document, projected)

    def flush(self) -> None:
        """Write what was remembered; called before a query and before the commit."""
        pending, self._pending = self._pending, {}
        for change in pending.values():
            self._write(change.document, change.text)

    def _write(self, document: Document, projected: str | None) -> None:
        old = self._connection.execute(select(e).where(e.c.document_id == document.id)).mappings().first()
        kept = old["text"].partition("\n\n")[2] if old else ""
        body = kept if projected is None else clean_text(projected)
        entry_text = f"{heading(document)}\n\n{body}"
        names = document.facets.enterprise_name
        scope = " ".join(sorted(row_tokens(document)))
        if self._sqlite:
            pos = (self._connection.execute(select(func.max(e.c.pos))).scalar() or 0) + 1
            if old is not None:
                gone = index_tokens(old["scope"], old["names"], old["text"])
                self._connection.execute(_FTS_DELETE, {"pos": old["pos"], "tokens": gone})
            tokens = index_tokens(scope, names, entry_text)
            self._connection.execute(_FTS_INSERT, {"pos": pos, "tokens": tokens})
            stored = {"scope": scope, "words": ""}
        else:
            pos = self._connection.execute(text("SELECT nextval('search_pos')")).scalar_one()
            stored = {
                "scope": as_vector(scope.split()),
                "words": as_vector(word_tokens(names, entry_text)),
            }
        dialect = sqlite if self._sqlite else postgresql
        agency = dialect.insert(search_agency).values(agency_id=document.agency_id)
        self._connection.execute(agency.on_conflict_do_nothing())
        values = {"pos": pos, "names": names, "text": entry_text, **stored}
        if old is None:
            self._connection.execute(insert(e).values(document_id=document.id, **values))
        else:
            self._connection.execute(update(e).where(e.c.document_id == document.id).values(**values))


def index_tokens(scope: str, names: str, entry_text: str) -> str:
    """The token stream of a row for FTS5; deleting a row needs the very same stream again."""
    return scope + " " + " ".join(sorted(word_tokens(names, entry_text)))


def word_tokens(names: str, entry_text: str) -> set[str]:
    """What can be searched for: the text, and the names in pinyin."""
    return text_tokens(entry_text) | {"w" + word for word in pinyin_words(names)}


def fts_expression(groups: Groups, query: TextQuery, excluded: Collection[str] = ()) -> str:
    """A MATCH expression: every group (one token of it is enough), every token, every prefix, nothing excluded."""
    terms = [_any(group, " OR ", '"{}"') for group in groups]
    terms += [f'"{token}"' for token in sorted(query.tokens)]
    terms += [f'"{prefix}"*' for prefix in sorted(query.prefixes)]
    wanted = " AND ".join(terms) or '"sall"'
    if not excluded:
        return wanted
    return f"({wanted}) NOT " + _any(excluded, " OR ", '"{}"')


def vector_expressions(groups: Groups, query: TextQuery, excluded: Collection[str] = ()) -> tuple[str, str]:
    """The same for PostgreSQL: a tsquery for the scope column and one for the words (empty: not asked)."""
    terms = [_any(group, " | ", "'{}'") for group in groups]
    if excluded:
        terms = terms or ["'sall'"]  # an index finds rows by what they have
        terms.append("!" + _any(excluded, " | ", "'{}'"))
    scope = " & ".join(terms)
    words = [f"'{token}'" for token in sorted(query.tokens)]
    words += [f"'{prefix}':*" for prefix in sorted(query.prefixes)]
    return scope, " & ".join(words)


def _any(group: Collection[str], joiner: str, form: str) -> str:
    return "(" + joiner.join(form.format(token) for token in sorted(group)) + ")"


def heading(document: Document) -> str:
    """Title, number and enterprise, searchable in front of the text. It holds no empty line, so that the text behind
    it can be told apart again."""
    parts = (document.title, document.number, document.facets.enterprise_name)
    return "\n".join(" ".join(clean_text(part).split()) for part in parts if part.strip())


def as_vector(tokens: Iterable[str]) -> str:
    """Tokens as the text of a tsvector (no token holds a quote or a backslash)."""
    return " ".join(f"'{token}'" for token in sorted(tokens))
