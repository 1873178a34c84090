"""Do the laws a paper cites exist, with that article, in force on that day (行政处罚法 37)?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.libraries import LawRegister
from formserver.core.errors import Problem, Severity


def citation_problems(
    dt: DocumentType, body: Mapping[str, Any], laws: LawRegister, on: date
) -> list[Problem]:
    """Citations in law tables of ``body`` that do not exist or were not in force on ``on`` (warnings)."""
    found = []
    for place in dt.places(body):
        row = place.row
        if place.field.key != "law" or row is None or place.value is None:
            continue
        citation = laws.check(str(place.value), str(row.get("article", "")), on)
        if not citation.ok:
            label = dt.label(place.pointer)
            found.append(
                Problem(
                    "LAW_CITATION", f"“{label}”：{citation.message}", place.pointer, label, Severity.WARNING
                )
            )
    return found
