"""Random bodies of a document type: everything the body grammar allows, stated or not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field

LEGAL = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\n\t &<>\"'、"
)
TEXTS = st.text(LEGAL, min_size=1, max_size=30)
KEYS = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=8, max_size=8)
DECIMALS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?\Z")


def bodies(dt: DocumentType) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with any subset of the fields."""
    return _object(dt, "")


def _object(dt: DocumentType, pattern: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = {f.key: _value(dt, f) for f in dt.children.get(pattern, ()) if not f.is_row_key}
    return st.fixed_dictionaries({}, optional=fields)


def _value(dt: DocumentType, field: Field) -> st.SearchStrategy[Any]:
    match field.kind:
        case "object":
            return _object(dt, field.pointer)
        case "rows":
            rows = st.tuples(KEYS, _object(dt, field.pointer + "/*")).map(lambda r: {"_k": r[0], **r[1]})
            return st.lists(rows, max_size=3, unique_by=lambda r: r["_k"])
        case "list":
            items = TEXTS | st.sampled_from(field.choices) if field.choices else TEXTS
            return st.lists(items, max_size=4)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-(2**53), 2**53)
        case "decimal":
            return DECIMALS
        case "date":
            return st.dates().map(lambda d: d.isoformat())
        case "date-time":
            return st.datetimes().map(lambda d: d.strftime("%Y-%m-%dT%H:%M").zfill(16))
    return st.sampled_from(field.choices) | TEXTS if field.choices else TEXTS
