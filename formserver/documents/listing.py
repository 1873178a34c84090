"""文书列表: a filter that reads as a sentence, saved views, chosen columns, pages of the newest change first."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from markupsafe import Markup, escape

from formserver.core.document_permissions import DocumentPermission
from formserver.core.models import State
from formserver.core.permissions import CONFIDENTIALITY, Actor
from formserver.core.store_ports import MARK_END, MARK_START, DocumentQuery
from formserver.documents.blueprint import documents
from formserver.documents.bulk_deeds import offered_deeds
from formserver.documents.columns import COLUMNS, ORIGINS, CellTexts, chosen
from formserver.documents.list_names import agencies_below, list_names
from formserver.documents.listing_filter import PAGE, chips, read_filter
from formserver.documents.lookup import Lookup
from formserver.documents.saved_views import SavedView, SavedViews
from formserver.web.context import current_actor, service
from formserver.web.feature import SearchHit
from formserver.web.permissions import requires

PLAIN = "all"
"""As a view in the address: the list as it is, not the view the list opens with."""


@documents.get("/documents")
@requires(DocumentPermission.READ)
def index() -> Any:
    """The list. Opened without any wish it shows the person's default view."""
    actor, lookup = current_actor(), service(Lookup)
    views = service(SavedViews).visible(actor)
    if not request.args and (first := next((v for v in views if v.is_default), None)):
        return redirect(view_url(first))
    names = list_names(actor)
    wanted = read_filter(request.args, names)
    view = next((v for v in views if v.name and v.id == request.args.get("view")), None)
    kept: dict[str, Any] = {"view": view.id if view else PLAIN} if view or request.args.get("view") else {}
    columns = chosen(request.args.getlist("col") or _columns_of(views, view))
    page = lookup.find(actor, wanted.query(actor, agencies_below(actor, wanted), limit=PAGE))
    following = page.next_cursor
    return render_template(
        "documents/index.html",
        page=page,
        filter=wanted,
        names=names,
        states=list(State),
        levels=CONFIDENTIALITY,
        origins={key: word for key, word in ORIGINS.items() if key != "form"},
        chips=chips(wanted, names, **kept),
        plain_url=url_for("documents.index", view=PLAIN),
        next_url=url_for("documents.index", **wanted.arguments, **kept, cursor=following)
        if following
        else "",
        snippets={key: highlighted(text) for key, text in page.snippets.items()},
        may_create=actor.may(DocumentPermission.CREATE),
        views=[(v, view_url(v)) for v in views if v.name],
        view=view,
        view_changed=view is not None and dict(view.query) != wanted.arguments,
        columns=columns,
        all_columns=COLUMNS,
        cells=CellTexts(names.types),
        deeds=offered_deeds(actor),
        address=url_for("documents.index", **wanted.arguments).partition("?")[2],
        export_url=url_for("documents.export_list", **wanted.arguments, col=[c.key for c in columns]),
    )


def view_url(view: SavedView) -> str:
    """The address a view stands for."""
    return url_for("documents.index", **{**view.query, "view": view.id})


def _columns_of(views: tuple[SavedView, ...], view: SavedView | None) -> tuple[str, ...]:
    """Of the view, else those this person chose for the plain list."""
    if view is not None and view.columns:
        return view.columns
    return next((v.columns for v in views if v.mine and not v.name), ())


def highlighted(snippet: str) -> Markup:
    """A snippet with its hits marked; everything stored is escaped first."""
    return Markup(  # noqa: S704  escaped in the line itself
        str(escape(snippet)).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    )


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
