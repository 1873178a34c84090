"""Earlier years beside a calculation: what the same enterprise's saved papers say of the same product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.calculators.document_asking import period_of
from formserver.calculators.document_words import rows_of, text_of
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import DocumentQuery, UnitOfWork
from formserver.web.context import service
from formserver.web.forms.views import RowsView

MOST_YEARS: Final = 3
_MOST_PAPERS: Final = 12


@dataclass(frozen=True, slots=True)
class Year:
    """One earlier period of the same product and line."""

    period: str
    title: str
    document_id: str
    values: Mapping[str, tuple[str, str]]
    """(value shown, verdict) by indicator."""


def years_before(actor: Actor, document_id: str, view: RowsView) -> dict[str, tuple[Year, ...]]:
    """By row key, the newest first; one paper per period. Only papers inside the actor's scope are read."""
    wanted = {
        str(row.data.get(ROW_KEY)): (text_of(row.data, "product"), text_of(row.data, "line"), period)
        for row in view.rows
        if text_of(row.data, "product") and (period := period_of(row.data, view.body)) is not None
    }
    if not wanted:
        return {}
    kit = service(Kit)
    with kit.store.uow() as u:
        document = u.documents.get(document_id, actor.scope)
        if not document.enterprise_id:
            return {}
        found = _papers(kit, u, actor, document, view.leaf.key)
    made: dict[str, tuple[Year, ...]] = {}
    for key, (product, line, period) in wanted.items():
        years: dict[str, Year] = {}
        for other, body in found:
            for row in rows_of(body, view.leaf.key):
                earlier = period_of(row, body)
                if text_of(row, "product") != product or text_of(row, "line") != line or earlier is None:
                    continue
                if earlier[1] < period[0]:
                    name = f"{earlier[0].isoformat()}至{earlier[1].isoformat()}"
                    years.setdefault(name, _year(name, other, row))
        made[key] = tuple(years[name] for name in sorted(years, reverse=True)[:MOST_YEARS])
    return {key: years for key, years in made.items() if years}


def _papers(
    kit: Kit, u: UnitOfWork, actor: Actor, document: Document, field: str
) -> list[tuple[Document, Mapping[str, Any]]]:
    types = tuple(dt.key for dt in kit.catalogue.types() if f"/{field}" in dt.by_pattern)
    query = DocumentQuery(
        types=types, enterprise_id=document.enterprise_id, include_void=False, limit=_MOST_PAPERS
    )
    return [
        (one, u.documents.version(one.id, one.head_version, actor.scope).body)
        for one in u.documents.find(query, actor.scope).items
        if one.id != document.id and one.head_version and one.state is not State.VOID
    ]


def _year(period: str, document: Document, row: Mapping[str, Any]) -> Year:
    outcome = row.get("outcome")
    indicators = rows_of(outcome, "indicators") if isinstance(outcome, dict) else []
    values = {
        text_of(one, "key"): (text_of(one, "shown") or "—", text_of(one, "verdict")) for one in indicators
    }
    start, _, end = period.partition("至")
    year = start[:4] + "年" if start[5:] == "01-01" and end == f"{start[:4]}-12-31" else period
    return Year(year, document.title, document.id, values)
