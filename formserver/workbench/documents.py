"""Work that follows from documents alone: what their author has to do next, as the list of documents would show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import g, url_for

from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.core.store_ports import DocumentQuery, Page
from formserver.documents.lookup import Lookup
from formserver.web.feature import SearchHit, WorkCard
from formserver.web.kit import format_day
from formserver.web.language import say

FIRST: Final = 5
SHARED: Final = 100
RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class Heap:
    """A kind of work: documents of mine in ``state``, for people who hold ``permission``.

    ``outward`` leaves out records (笔录, 核查表 …), which are signed on the spot and never served.
    """

    title: str
    state: State
    permission: P
    order: int
    empty: str
    outward: bool = False


HEAPS: Final = (
    Heap("退回给我的", State.RETURNED, P.SUBMIT, 20, "没有被退回的文书"),
    Heap("我的草稿", State.DRAFT, P.EDIT, 40, "没有未完成的草稿"),
    Heap("待取号", State.APPROVED, P.NUMBER, 50, "没有等待取号的文书"),
    Heap("待定稿打印", State.NUMBERED, P.FINALISE, 60, "没有等待打印的文书"),
    Heap("待上传签字件", State.FINAL, P.SIGN, 70, "没有等待签字件的文书"),
    Heap("待送达", State.SIGNED, P.SERVE, 80, "没有等待送达的文书", outward=True),
)

OPEN: Final = tuple(heap.state for heap in HEAPS if not heap.outward)


class DocumentWork:
    """One heap as a :data:`~formserver.web.feature.WorkSource`."""

    def __init__(self, lookup: Lookup, heap: Heap) -> None:
        self._lookup = lookup
        self._heap = heap

    def __call__(self, actor: Actor) -> WorkCard | None:
        """The card; None for people who may not do this work."""
        heap = self._heap
        if not (actor.may(P.READ) and actor.may(heap.permission)):
            return None
        types: tuple[str, ...] = ()
        if heap.outward:
            types = tuple(dt.key for dt in self._lookup.types(actor) if dt.lifecycle == "outward")
            if not types:
                return None
        count, items = self._first(actor, types)
        return WorkCard(
            title=heap.title,
            count=count,
            items=[as_hit(document) for document in items],
            url=url_for("documents.index", state=heap.state.value, mine="1", type=list(types) or None),
            order=heap.order,
            empty=heap.empty,
        )

    def _first(self, actor: Actor, types: tuple[str, ...]) -> tuple[int, Sequence[Document]]:
        """How many, and the newest; from the one page that all heaps share while it holds all of them."""
        state = self._heap.state
        if state in OPEN:
            shared = _open_documents(self._lookup, actor)
            if shared.count <= SHARED:
                items = [document for document in shared.items if document.state is state]
                return len(items), items[:FIRST]
        query = DocumentQuery(types=types, states=(state,), created_by=actor.user_id, limit=FIRST)
        page = self._lookup.find(actor, query)
        return page.count, page.items


def _open_documents(lookup: Lookup, actor: Actor) -> Page:
    """Everything of this person that is not signed yet, read once per request: one query instead of five."""
    if "workbench_open" not in g:
        g.workbench_open = lookup.find(
            actor, DocumentQuery(states=OPEN, created_by=actor.user_id, limit=SHARED)
        )
    found: Page = g.workbench_open
    return found


def recent(lookup: Lookup, actor: Actor) -> Sequence[SearchHit]:
    """What this person made and somebody changed last; nothing for people who may not read documents."""
    if not actor.may(P.READ):
        return ()
    page = lookup.find(actor, DocumentQuery(created_by=actor.user_id, limit=RECENT))
    return [as_hit(document) for document in page.items]


def as_hit(document: Document) -> SearchHit:
    """A document as a line: its title, its number and firm, the day of the last change."""
    parts = (document.number, document.facets.enterprise_name, say(f"{format_day(document.updated_at)} 改动"))
    return SearchHit(
        "文书",
        document.title,
        url_for("documents.show", document_id=document.id),
        " · ".join(part for part in parts if part),
        state=document.state.value,
    )
