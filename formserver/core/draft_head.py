"""What belongs to a draft beside its body: where its count begins, its marks, and what they say of the head row.

The enterprise of the register is the record picked in the form, known by the mark of that field.

The mark (an origin of source ``enterprise.…``) carries the id of the record in its reference; only the server writes
marks, after it has seen that the person may see the record. A mark with an empty id says: no record of the register.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.models import Document, Draft, Facets, Json
from formserver.core.places import get as value_at

_NAMESPACE = "enterprise."


@lru_cache(maxsize=256)
def picker_of(dt: DocumentType) -> Field | None:
    """The field in which the enterprise is picked; None for a type that has none."""
    fitting = (f for f in dt.fields() if f.widget == "enterprise-picker" and not f.list_depth)
    return next(fitting, None)


def link_mark(enterprise_id: str, text: str) -> Json:
    """The mark of a picked record; of none with an empty id."""
    reference = {"id": enterprise_id}
    return {"text": text, "source": f"{_NAMESPACE}name", "frozen": False, "reference": reference}


def linked_enterprise(dt: DocumentType, document: Document, draft: Draft) -> str:
    """The id the document is about once ``draft`` counts: the one picked, else the one it has."""
    picker = picker_of(dt)
    mark = draft.origins.get(picker.pointer) if picker is not None else None
    if not isinstance(mark, dict) or not str(mark.get("source", "")).startswith(_NAMESPACE):
        return document.enterprise_id
    return str(mark.get("reference", {}).get("id", document.enterprise_id))


def head_of_unsaved(dt: DocumentType, document: Document, draft: Draft) -> Document:
    """The head row of a document that has no version yet, so that lists show what is being written."""
    return dataclasses.replace(
        document,
        title=dt.summary(draft.body),
        facets=_facets(dt, draft.body),
        enterprise_id=linked_enterprise(dt, document, draft),
    )


def first_seq() -> int:
    """Where the count of a new draft begins: nowhere a former draft of the same person may have been.

    A window that was opened before the last save or discard must not pass for one opened after it: its old values
    would silently take the place of those saved meanwhile.
    """
    return 1 + secrets.randbelow(1_000_000_000)


def still_untouched(draft: Draft, body: Json) -> Json:
    """A prefilled value that was changed is the person's own from now on; its mark goes."""
    return {p: o for p, o in draft.origins.items() if value_at(draft.body, p) == value_at(body, p)}


def _facets(dt: DocumentType, body: Mapping[str, Any]) -> Facets:
    said = {key: dt.value(body, pointer) for key, pointer in dt.document.get("facets", {}).items()}
    plain = {key: str(value) for key, value in said.items() if isinstance(value, str | int)}
    names = ("enterprise_name", "uscc", "region", "industry", "level")
    return Facets(**{key: plain.get(key, "") for key in names}, doc_date=_day(plain.get("doc_date", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
