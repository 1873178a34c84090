"""文书列表: a filter that reads as a sentence, full-text search, pages of the newest change first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import render_template, request, url_for
from markupsafe import Markup, escape

from formserver.core.document_permissions import DocumentPermission
from formserver.core.models import State
from formserver.core.permissions import Actor
from formserver.core.store_ports import MARK_END, MARK_START, DocumentQuery
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.web.context import current_actor, service
from formserver.web.feature import SearchHit
from formserver.web.permissions import requires

PAGE: Final = 30
LONGEST_TEXT: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the list asks for. Unknown words are left out, never an error page."""

    text: str = ""
    enterprise: str = ""
    types: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    since: date | None = None
    until: date | None = None
    mine: bool = False
    cursor: str = ""

    def query(self, actor: Actor) -> DocumentQuery:
        """For the store."""
        return DocumentQuery(
            text=f"{self.text} {self.enterprise}".strip(),
            types=self.types,
            states=self.states,
            created_by=actor.user_id if self.mine else "",
            date_from=self.since,
            date_to=self.until,
            cursor=self.cursor,
            limit=PAGE,
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The address of the list without the page mark."""
        words = {
            "q": self.text,
            "ent": self.enterprise,
            "type": list(self.types),
            "state": [state.value for state in self.states],
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "mine": "1" if self.mine else "",
        }
        return {key: value for key, value in words.items() if value}


@documents.get("/documents")
@requires(DocumentPermission.READ)
def index() -> Any:
    """The list."""
    actor, lookup = current_actor(), service(Lookup)
    titles = {dt.key: dt.title for dt in lookup.types(actor)}
    wanted = read_filter(titles)
    page = lookup.find(actor, wanted.query(actor))
    next_url = (
        url_for("documents.index", **wanted.arguments, cursor=page.next_cursor) if page.next_cursor else ""
    )
    return render_template(
        "documents/index.html",
        page=page,
        filter=wanted,
        titles=titles,
        states=list(State),
        chips=chips(wanted, titles),
        next_url=next_url,
        snippets={key: highlighted(text) for key, text in page.snippets.items()},
        may_create=actor.may(DocumentPermission.CREATE),
    )


def read_filter(titles: Mapping[str, str]) -> Filter:
    """The filter of the current address."""
    args = request.args
    states = {state.value: state for state in State}
    return Filter(
        text=args.get("q", "").strip()[:LONGEST_TEXT],
        enterprise=args.get("ent", "").strip()[:LONGEST_TEXT],
        types=tuple(dict.fromkeys(t for t in args.getlist("type") if t in titles)),
        states=tuple(dict.fromkeys(states[s] for s in args.getlist("state") if s in states)),
        since=_day(args.get("from", "")),
        until=_day(args.get("to", "")),
        mine=args.get("mine") == "1",
        cursor=args.get("cursor", ""),
    )


def chips(wanted: Filter, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """(words, address without them): the sentence above the list; each part can be taken away."""
    found: list[tuple[str, str]] = []

    def add(words: str, key: str, value: str = "") -> None:
        left = dict(wanted.arguments)
        rest = [v for v in left[key] if v != value] if value else []
        if rest:
            left[key] = rest
        else:
            left.pop(key)
        found.append((words, url_for("documents.index", **left)))

    if wanted.mine:
        add("我新建的", "mine")
    for state in wanted.states:
        add(state.value, "state", state.value)
    if wanted.enterprise:
        add(f"企业“{wanted.enterprise}”", "ent")
    if wanted.since:
        add(f"{wanted.since.isoformat()} 起", "from")
    if wanted.until:
        add(f"{wanted.until.isoformat()} 止", "to")
    for key in wanted.types:
        add(titles[key], "type", key)
    if wanted.text:
        add(f"含“{wanted.text}”", "q")
    return found


def highlighted(snippet: str) -> Markup:
    """A snippet with its hits marked; everything stored is escaped first."""
    return Markup(  # noqa: S704  escaped in the line itself
        str(escape(snippet)).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class DocumentSearch:
    """Documents in the search box of every page."""

    title = "文书"

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def search(self, actor: Actor, text: str, *, limit: int) -> list[SearchHit]:
        """The newest hits inside the scope; nothing for people who may not read documents."""
        if not actor.may(DocumentPermission.READ):
            return []
        page = self._lookup.find(actor, DocumentQuery(text=text, limit=limit))
        titles = {dt.key: dt.title for dt in self._lookup.types(actor)}
        return [
            SearchHit(
                self.title,
                d.title,
                url_for("documents.show", document_id=d.id),
                " · ".join(part for part in (d.number, d.facets.enterprise_name) if part),
                snippet=page.snippets.get(d.id, ""),
                state=d.state.value,
                facets={
                    "文书种类": titles.get(d.type, "其他"),
                    "状态": d.state.value,
                    "年份": f"{(d.facets.doc_date or d.created_at).year} 年",
                },
            )
            for d in page.items
        ]

    def list_url(self, text: str) -> str:
        """The list of documents with this text in its filter."""
        return url_for("documents.index", q=text)
