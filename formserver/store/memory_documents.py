"""Documents of the memory twin: head rows, versions, projections, and search by plain comparison."""

from __future__ import annotations

import copy
from typing import Protocol

from formserver.core.errors import NOT_FOUND
from formserver.core.figures import Figure, FigureQuery
from formserver.core.models import Document, Measure, Projection, State, Version, VersionContent
from formserver.core.permissions import Scope
from formserver.core.store_ports import MARK_END, MARK_START, DocumentQuery, Page
from formserver.store.failures import CONFLICT
from formserver.store.finding import COUNT_LIMIT, EMPTY, MAX_LIMIT, read_cursor
from formserver.store.rows import day_of
from formserver.store.scoping import inside, origin_word
from formserver.store.search import heading, word_tokens
from formserver.store.tokens import TextQuery, clean_text, lower, read_query, snippet


class DocumentsState(Protocol):
    """The part of the state these documents work on."""

    documents: dict[str, Document]
    versions: dict[tuple[str, int], VersionContent]
    projections: dict[str, Projection]
    order: dict[str, int]
    clock_of_changes: int


class MemoryDocuments:
    """:class:`~formserver.core.store_ports.DocumentStore` in dictionaries."""

    def __init__(self, state: DocumentsState) -> None:
        self._state = state

    def add(self, document: Document) -> None:
        """Insert. Raises STORE_CONFLICT."""
        tokens = {known.check_token for known in self._state.documents.values()} - {""}
        if document.id in self._state.documents or document.check_token in tokens:
            raise CONFLICT(what="这份文书的编号或校验码")
        self._keep(document)

    def get(self, document_id: str, scope: Scope) -> Document:
        """Raises NOT_FOUND outside the scope too."""
        found = self._state.documents.get(document_id)
        if found is None or not inside(found, scope):
            raise NOT_FOUND(what="这份文书")
        return found

    def lock(self, document_id: str, scope: Scope) -> Document:
        """Writers take turns as a whole."""
        return self.get(document_id, scope)

    def update(self, document: Document) -> None:
        """Replace the head row. Raises NOT_FOUND."""
        if document.id not in self._state.documents:
            raise NOT_FOUND(what="这份文书")
        self._keep(document)

    def add_version(self, content: VersionContent) -> None:
        """Insert a version. Raises STORE_CONFLICT."""
        key = (content.version.document_id, content.version.no)
        if key in self._state.versions:
            raise CONFLICT(what=f"第{content.version.no}版")
        self._state.versions[key] = copy.deepcopy(content)

    def version(self, document_id: str, no: int, scope: Scope) -> VersionContent:
        """One version. Raises NOT_FOUND."""
        self.get(document_id, scope)
        if (document_id, no) not in self._state.versions:
            raise NOT_FOUND(what=f"第{no}版")
        return copy.deepcopy(self._state.versions[document_id, no])

    def versions(self, document_id: str, scope: Scope) -> tuple[Version, ...]:
        """All versions, oldest first."""
        self.get(document_id, scope)
        found = [c.version for (owner, _), c in self._state.versions.items() if owner == document_id]
        return tuple(sorted(found, key=lambda version: version.no))

    def project(self, document: Document, projection: Projection) -> None:
        """Keep the projection."""
        self._state.projections[document.id] = projection
        self._touch(document.id)

    def find(self, query: DocumentQuery, scope: Scope) -> Page:
        """A page of documents inside the scope, the newest change first. Raises BAD_CURSOR."""
        before, count = read_cursor(query.cursor)
        words = read_query(query.text)
        if query.text.strip() and words.hopeless:
            return EMPTY
        found = [
            document
            for document in self._state.documents.values()
            if inside(document, scope) and _passes(document, query) and self._speaks_of(document, words)
        ]
        found.sort(key=lambda document: self._state.order[document.id], reverse=True)
        if before is None:
            count = min(len(found), COUNT_LIMIT + 1)
        else:
            found = [document for document in found if self._state.order[document.id] < before]
        limit = max(1, min(query.limit, MAX_LIMIT))
        shown = found[:limit]
        more = f"{self._state.order[shown[-1].id]}.{count}" if len(found) > limit else ""
        snippets = {}
        if words.marks:
            snippets = {
                document.id: snippet(self._text(document), words.marks, start=MARK_START, end=MARK_END)
                for document in shown
            }
        return Page(tuple(shown), more, count, snippets)

    def figures(self, query: FigureQuery, scope: Scope) -> tuple[Figure, ...]:
        """Figures of head versions inside the scope, those of the document changed last first."""
        newest = sorted(
            self._state.documents.values(), key=lambda known: (known.updated_at, known.id), reverse=True
        )
        found = [
            Figure(
                document.id,
                document.title,
                document.enterprise_id or document.facets.uscc or document.facets.enterprise_name,
                measure.key,
                measure.product,
                measure.period,
                measure.value_text,
                measure.unit,
            )
            for document in newest
            if inside(document, scope) and document.state is not State.VOID and document.id != query.but
            if query.enterprise_id in ("", document.enterprise_id)
            if query.industry in ("", document.facets.industry)
            for measure in self._projected(document)
            if measure.key in query.keys and measure.period in query.periods
        ]
        return tuple(found[: query.limit])

    def _projected(self, document: Document) -> tuple[Measure, ...]:
        projection = self._state.projections.get(document.id)
        return projection.measures if projection is not None else ()

    def by_token(self, check_token: str) -> Document | None:
        """The document of a printed check code."""
        for document in self._state.documents.values():
            if check_token and document.check_token == check_token:
                return document
        return None

    def _keep(self, document: Document) -> None:
        self._state.documents[document.id] = document
        self._touch(document.id)

    def _touch(self, document_id: str) -> None:
        self._state.clock_of_changes += 1
        self._state.order[document_id] = self._state.clock_of_changes

    def _text(self, document: Document) -> str:
        projection = self._state.projections.get(document.id)
        return f"{heading(document)}\n\n{clean_text(projection.text) if projection else ''}"

    def _speaks_of(self, document: Document, words: TextQuery) -> bool:
        if words.hopeless:
            return True
        text = self._text(document)
        tokens = word_tokens(document.facets.enterprise_name, text)
        return (
            words.tokens <= tokens
            and all(any(token.startswith(prefix) for token in tokens) for prefix in words.prefixes)
            and all(phrase in lower(text) for phrase in words.phrases)
        )


def _passes(document: Document, query: DocumentQuery) -> bool:
    day = day_of(document)
    return (
        (not query.types or document.type in query.types)
        and (not query.states or document.state in query.states)
        and (query.include_void or document.state is not State.VOID)
        and query.agency_id in ("", document.agency_id)
        and (not query.agency_ids or document.agency_id in query.agency_ids)
        and (query.numbered is None or query.numbered is bool(document.number))
        and query.confidentiality in (None, document.confidentiality)
        and (not query.origins or origin_word(document) in query.origins)
        and query.enterprise_id in ("", document.enterprise_id)
        and query.task_id in ("", document.task_id)
        and query.created_by in ("", document.created_by)
        and query.number in ("", document.number)
        and (query.date_from is None or day >= query.date_from.isoformat())
        and (query.date_to is None or day <= query.date_to.isoformat())
    )
