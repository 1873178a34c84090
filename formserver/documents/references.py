"""What stands beside a figure while it is typed: last year's of the same firm, the middle of its industry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify, url_for

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType, Measure
from formserver.core.document_permissions import DocumentPermission
from formserver.core.draft_head import linked_enterprise
from formserver.core.figures import FEWEST_PEERS, Figure, FigureQuery, by_meaning, middle, year_before
from formserver.core.models import Document, Draft, Json
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.documents.blueprint import documents
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

MOST_PLACES: Final = 500
Groups = Mapping[tuple[str, str, str], list[Figure]]


class References:
    """Figures to compare with, inside the actor's scope."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def values(self, actor: Actor, document_id: str) -> dict[str, Any]:
        """Every figure place of this person's draft with what there is to compare. Raises NOT_FOUND."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
            dt = self._kit.document_type(document)
            body = draft.body if draft is not None else self._saved(u, actor, document)
            wanted = figure_places(dt, body)[:MOST_PLACES]
            keys = tuple(sorted({m.key for m in wanted}))
            about = _about(dt, document, draft, body)
            before = year_before(about["period"])
            own: tuple[Figure, ...] = ()
            peers: tuple[Figure, ...] = ()
            if keys and before and about["enterprise"]:
                query = FigureQuery(keys, (before,), enterprise_id=about["enterprise"], but=document_id)
                own = u.documents.figures(query, actor.scope)
            if keys and about["period"] and about["industry"]:
                periods = tuple(p for p in (about["period"], before) if p)
                query = FigureQuery(keys, periods, industry=about["industry"], but=document_id)
                peers = u.documents.figures(query, actor.scope)
        reasons = _reasons(about, before)
        mine, now = by_meaning(own), by_meaning([f for f in peers if f.period == about["period"]])
        last = by_meaning([f for f in peers if f.period == before])
        return {
            "period": about["period"],
            "before": before,
            "industry": about["industry"],
            "values": [
                {
                    "at": places.to_keyed(body, m.pointer),
                    "key": m.key,
                    "product": m.product,
                    "unit": m.unit,
                    "own": _own(mine, m),
                    "own_reason": reasons["own"],
                    "median": _median(now, m, about["period"]) or _median(last, m, before),
                    "median_reason": reasons["median"],
                }
                for m in wanted
            ],
        }

    def _saved(self, u: Any, actor: Actor, document: Document) -> Json:
        if not document.head_version:
            return {}
        body: Json = u.documents.version(document.id, document.head_version, actor.scope).body
        return body


def figure_places(dt: DocumentType, body: Mapping[str, Any]) -> list[Measure]:
    """Every place of ``body`` where a figure belongs, empty ones too; rows without a product have none yet."""
    found = []
    for place in dt.places(body):
        words = place.field.schema
        if "x-measure" not in words:
            continue
        row = place.row or {}
        product = str(row.get(words.get("x-measure-row", ""), ""))
        if "x-measure-row" in words and not product:
            continue
        unit = str(row.get(words.get("x-unit-at", ""), words.get("x-unit", "")))
        found.append(Measure(str(words["x-measure"]), place.pointer, "", product, "", unit))
    return found


@documents.get("/documents/<document_id>/draft/references")
@requires(DocumentPermission.EDIT)
def reference_values(document_id: str) -> Any:
    """The comparison values of a form as JSON; ``own`` and ``median`` are null where a reason is told instead."""
    return jsonify(service(References).values(current_actor(), document_id))


def _about(
    dt: DocumentType, document: Document, draft: Draft | None, body: Mapping[str, Any]
) -> dict[str, str]:
    named = dt.document.get("facets", {})
    enterprise = linked_enterprise(dt, document, draft) if draft is not None else document.enterprise_id
    said = {key: dt.value(body, named[key]) for key in ("period", "industry") if key in named}
    return {
        "enterprise": enterprise,
        "period": str(said.get("period") or ""),
        "industry": str(said.get("industry") or ""),
    }


def _reasons(about: Mapping[str, str], before: str) -> dict[str, str]:
    own = "上一年度没有这项数据。"
    if not before:
        own = "先填写核查期间，才能对照上一年度。"
    elif not about["enterprise"]:
        own = "这份文书还没有选定企业档案中的单位。"
    median = f"同行业不足 {FEWEST_PEERS} 家，不显示中位数。"
    if not about["period"]:
        median = "先填写核查期间，才能对照同行业。"
    elif not about["industry"]:
        median = "先填写所属行业，才能对照同行业。"
    return {"own": own, "median": median}


def _own(groups: Groups, measure: Measure) -> dict[str, Any] | None:
    found = groups.get((measure.key, measure.product, measure.unit))
    if not found:
        return None
    figure = found[0]
    return {
        "value": figure.value_text,
        "unit": figure.unit,
        "period": figure.period,
        "title": figure.title,
        "url": url_for("documents.show", document_id=figure.document_id),
    }


def _median(groups: Groups, measure: Measure, period: str) -> dict[str, Any] | None:
    found = middle(groups.get((measure.key, measure.product, measure.unit), ()))
    if found is None:
        return None
    return {"value": found[0], "count": found[1], "unit": measure.unit, "period": period}
