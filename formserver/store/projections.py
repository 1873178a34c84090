"""Facets and measures of a head version: what lists, statistics and checks filter by."""

from __future__ import annotations

import math
import re
from datetime import date

from sqlalchemy import Connection, delete, insert, update

from formserver.core.models import Document, Projection
from formserver.store.rows import document_row
from formserver.store.tables import document, facet, measure

_FACET_LENGTH = 400
_HEAD = ("enterprise_name", "uscc", "region", "industry", "level", "doc_date", "day")


def write_projection(connection: Connection, head: Document, projection: Projection) -> None:
    """Replace everything derived from the head version, but for the search index."""
    row = document_row(head)
    if head.facets == projection.facets:
        connection.execute(
            update(document).where(document.c.id == head.id).values({name: row[name] for name in _HEAD})
        )
    connection.execute(delete(facet).where(facet.c.document_id == head.id))
    connection.execute(delete(measure).where(measure.c.document_id == head.id))
    facets = facet_rows(head.id, projection)
    if facets:
        connection.execute(insert(facet), facets)
    measures = measure_rows(head, projection)
    if measures:
        connection.execute(insert(measure), measures)


def facet_rows(document_id: str, projection: Projection) -> list[dict[str, object]]:
    """The facet rows of a projection. Text is cut at 400 characters: a facet is for filtering, not for keeping."""
    return [
        {
            "document_id": document_id,
            "key": key,
            "position": position,
            "text": value[:_FACET_LENGTH],
            "number": number_of(value),
            "date": _date_of(value),
        }
        for key, values in sorted(projection.extra_facets.items())
        for position, value in enumerate(values)
    ]


def measure_rows(head: Document, projection: Projection) -> list[dict[str, object]]:
    """The measure rows of a projection; ``value_text`` is exact, ``value_number`` is for sorting and sums."""
    return [
        {
            "document_id": head.id,
            "position": position,
            "key": item.key,
            "row_key": item.row_key,
            "period": item.period,
            "product": item.product,
            "version_no": head.head_version,
            "value_text": item.value_text,
            "value_number": number_of(item.value_text),
            "unit": item.unit,
        }
        for position, item in enumerate(projection.measures)
    ]


def number_of(text: str) -> float | None:
    """The number a text is, or None; never infinity."""
    if not re.fullmatch(r"-?\d{1,300}(\.\d{1,300})?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _date_of(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None
