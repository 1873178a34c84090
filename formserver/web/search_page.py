"""搜索: one box for everything. Sources come from the slices; here their hits are marked, counted and narrowed down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import jsonify, render_template, request, url_for

from formserver.core.permissions import Actor
from formserver.web.blueprint import kit
from formserver.web.context import context, current_actor
from formserver.web.feature import ListedSource, SearchHit
from formserver.web.language import say
from formserver.web.marking import mark_snippet, mark_words
from formserver.web.permissions import requires_sign_in

SEARCH_LIMIT: Final = 50
"""Hits per source; a source that reaches it is shown with "50+" and a link to its list."""
SUGGESTIONS: Final = 5
LONGEST_TEXT: Final = 100
_WHAT: Final = "类别"


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source. ``more_url`` leads to the list that holds the rest, where there is one."""

    title: str
    hits: tuple[SearchHit, ...]
    full: bool
    more_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value hits can be narrowed down to: how many there are, where it leads, whether it is chosen now."""

    value: str
    count: int
    url: str
    chosen: bool


@kit.get("/search")
@requires_sign_in
def search() -> Any:
    """Every source that the slices offer, each within the person's scope."""
    text = _text()
    found = tuple(_groups(current_actor(), text, SEARCH_LIMIT)) if text else ()
    what = request.args.get("what", "")
    if what not in {group.title for group in found}:
        what = ""
    in_view = [group for group in found if what in ("", group.title)]
    wanted = _wanted() if what else {}
    groups = [_narrowed(group, wanted) for group in in_view]
    return render_template(
        "search.html",
        text=text,
        groups=[group for group in groups if group.hits],
        facets=_facets(text, found, what, wanted),
        narrowed=bool(what or wanted),
        marked=lambda plain: mark_words(plain, text),
        marked_snippet=mark_snippet,
        says_more=lambda hit: hit.snippet and not _all_in(f"{hit.title} {hit.detail}", text),
    )


@kit.get("/search/suggest")
@requires_sign_in
def suggest() -> Any:
    """The first hits while somebody types; ``title`` and ``detail`` come in pieces, the hits marked."""
    text = _text()
    items = [
        {
            "kind": say(group.title),
            "state": say(hit.state),
            "title": hit.title,
            "detail": hit.detail,
            "url": hit.url,
        }
        for group in (_groups(current_actor(), text, SUGGESTIONS) if text else ())
        for hit in group.hits
    ]
    return jsonify(items=items, all=url_for("kit.search", q=text))


def _text() -> str:
    return request.args.get("q", "").strip()[:LONGEST_TEXT]


def _all_in(shown: str, text: str) -> bool:
    """Whether the line itself shows every word; a snippet would only say it again."""
    lowered = shown.lower()
    return all(word in lowered for word in text.lower().split())


def _wanted() -> dict[str, str]:
    """``f=状态:草稿`` narrows down; what nobody offers is left out later."""
    pairs = (part.partition(":") for part in request.args.getlist("f")[:10])
    return {key: value for key, mark, value in pairs if mark}


def _groups(actor: Actor, text: str, limit: int) -> Iterable[Group]:
    for source in context().search_sources:
        hits = tuple(source.search(actor, text, limit=limit))
        if hits:
            more = source.list_url(text) if isinstance(source, ListedSource) else ""
            yield Group(source.title, hits, len(hits) >= limit, more)


def _narrowed(group: Group, wanted: Mapping[str, str]) -> Group:
    hits = tuple(hit for hit in group.hits if _fits(hit, wanted))
    return Group(group.title, hits, group.full and len(hits) == len(group.hits), group.more_url)


def _fits(hit: SearchHit, wanted: Mapping[str, str], but: str = "") -> bool:
    return all(hit.facets.get(key) == value for key, value in wanted.items() if key != but)


def _facets(
    text: str, found: Sequence[Group], what: str, wanted: Mapping[str, str]
) -> list[tuple[str, list[Choice]]]:
    """Each facet with its values and counts; a count is what choosing that value would show."""

    def url(kind: str, pairs: Mapping[str, str]) -> str:
        chosen = [f"{key}:{value}" for key, value in pairs.items()]
        return url_for("kit.search", q=text, what=kind or None, f=chosen or None)

    kinds = [
        Choice(
            group.title,
            len(group.hits),
            url("" if group.title == what else group.title, {}),
            group.title == what,
        )
        for group in found
    ]
    shown = [(_WHAT, kinds)] if kinds else []
    for group in found:
        if group.title != what:
            continue
        for key in dict.fromkeys(key for hit in group.hits for key in hit.facets):
            counts = Counter(
                hit.facets[key] for hit in group.hits if hit.facets.get(key) and _fits(hit, wanted, but=key)
            )
            values = [
                Choice(
                    value,
                    count,
                    url(
                        what,
                        {k: v for k, v in wanted.items() if k != key}
                        | ({} if wanted.get(key) == value else {key: value}),
                    ),
                    wanted.get(key) == value,
                )
                for value, count in counts.most_common(12)
            ]
            if values:
                shown.append((key, values))
    return shown
