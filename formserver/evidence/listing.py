"""Evidence as rows of a 证据清单, and as the provider of the prefill namespace ``evidence``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formserver.core.definitions.prefill import Origin, Provided
from formserver.core.definitions.sources import Source
from formserver.evidence.models import COPY_NOTE, Evidence

_SAME = ("title", "legal_kind", "source", "original", "extent", "place", "maker", "provider", "proves")


def list_rows(items: Sequence[Evidence]) -> list[dict[str, Any]]:
    """The rows, in the order of the library; nothing empty stands in them."""
    return [_row(item) for item in items]


def _row(item: Evidence) -> dict[str, Any]:
    row: dict[str, Any] = {"evidence_no": f"证据{item.no}"}
    row.update({key: value for key in _SAME if (value := getattr(item, key))})
    note = item.note.replace("\n", " ")
    if item.original == "复印件" and COPY_NOTE not in note:
        note = f"{COPY_NOTE}。{note}"
    row.update({"obtained_at": item.moment} if item.taken_at else {})
    row.update({"note": note[:200]} if note else {})
    return {**row, "filename": item.filename, "sha256": item.blob_sha256}


@dataclass(frozen=True, slots=True)
class EvidenceProvider:
    """Answers ``evidence[]``: everything valid of the case a new paper belongs to."""

    items: Sequence[Evidence]

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The rows; nothing where the library is empty."""
        del body, source
        rows = list_rows(self.items)
        return Provided(rows, Origin("来自证据库")) if rows else None
