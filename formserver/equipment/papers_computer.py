"""The computer of ``x-widget: calculator:elimination`` and ``calculator:equipment_list``: what a paper says of a list is
what the server took from it.

A body names its paper record by ``list_ref``; whoever keeps it, everything else that comes from the list is put there
from the content the record names, so nothing sent in its place survives. The reference itself never changes once a body
was kept. What people add (补充的设备, opinions) is theirs and stands apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from formserver.core.computing import UNSETTLED
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.definitions.grammar import form_breach
from formserver.core.errors import AppError, Problem, Severity
from formserver.core.models import Json
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.papers_models import ELIMINATION, MOST_INLINE, REF, PaperRecord
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.papers_sums import Sums, eliminated_summary, thousandths, totals
from formserver.equipment.papers_words import OUTSIDE
from formserver.equipment.repository import EquipmentListRepository

COMPUTERS: Final = ("elimination", "equipment_list")
"""Names of the computer: one per type, so that a field says whose it is."""
PART: Final = "equipment_part"
"""Widget of the other tables taken from a list: drawn alike, made together with ``rows``."""
BEHIND: Final = "设备清单在本文书取数之后有改动（人工意见、重新识别），请点“按清单更新”，核对后再定稿。"


@dataclass(frozen=True, slots=True)
class PaperComputer:
    """See :class:`formserver.core.computing.FieldComputer`."""

    u: UnitOfWork

    def compute(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json], on: date) -> Json:  # noqa: ARG002
        """The body with every part of the list as its record says; without a record with none."""
        made = {key: value for key, value in body.items() if key not in computed_keys(dt)}
        kept = [one[REF] for one in trusted if isinstance(one.get(REF), str)]
        record = self.record(kept[0] if kept else body.get(REF), dt.key)
        if record is None:
            made.pop(REF, None)
            return made
        made[REF] = record.ref
        parts = self.parts(record)
        if dt.key == ELIMINATION:
            parts |= with_outside(parts, body.get("extra_rows"))
        return made | {key: value for key, value in parts.items() if key in computed_keys(dt)}

    def unsettled(self, dt: DocumentType, field: Field, body: Mapping[str, Any]) -> list[Problem]:
        """A list that went on since its content was taken."""
        record = self.record(body.get(REF), dt.key)
        if record is None or not self.is_behind(record):
            return []
        return [Problem(UNSETTLED, BEHIND, f"/{field.key}", field.title, Severity.WARNING)]

    def stated(self, dt: DocumentType, field: Field, body: Json) -> Json:  # noqa: ARG002 - the port gives it
        """What people said and which list it is about."""
        return {key: value for key, value in body.items() if key not in computed_keys(dt)}

    def record(self, ref: Any, kind: str) -> PaperRecord | None:
        """The record a body names, of this type."""
        if not isinstance(ref, str) or not 0 < len(ref) <= 26:
            return None
        found = self.u.repository(PaperRepository).get(ref)
        return found if found is not None and found.type == kind else None

    def parts(self, record: PaperRecord) -> Json:
        """What was taken from the list."""
        made: Json = json.loads(self.u.contents.get(record.parts_sha256))
        return made

    def is_behind(self, record: PaperRecord) -> bool:
        """Whether the list is in another state than when its content was taken; a list that is gone is."""
        try:
            one = self.u.repository(EquipmentListRepository).get(record.list_id, SYSTEM_SCOPE)
        except AppError:
            return True
        return self.u.repository(PaperRepository).stamp(one) != record.stamp


@lru_cache(maxsize=64)
def computed_keys(dt: DocumentType) -> frozenset[str]:
    """The top-level properties nobody states: those of the list and what follows from them."""
    made = {
        one.key
        for one in dt.children.get("", ())
        if one.widget == "readonly" or one.widget.startswith("calculator:")
    }
    return frozenset(made)


def with_outside(parts: Mapping[str, Any], rows: Any) -> Json:
    """汇总 and totals with what was found outside the list, in groups of its own; the result where there is any."""
    groups: dict[tuple[str, str], Sums] = {}
    for row in rows[:MOST_INLINE] if isinstance(rows, list) else ():
        if not isinstance(row, Mapping) or not _counts(row):
            continue
        sums = groups.setdefault((row["category"], OUTSIDE), Sums())
        units = row["quantity"]
        watts, va = thousandths(row.get("power_kw"), units), thousandths(row.get("capacity_kva"), units)
        sums.add(str(row.get("model", "")), str(row.get("status", "")), units, watts, va)
    if not groups:
        return {}
    taken = [dict(row) for row in parts.get("summary", ())]
    outside = eliminated_summary(groups)
    for row in outside:  # keys of their own: the groups of the list keep theirs
        row["_k"] = "z" + row["_k"][1:]
    summary = [*taken, *outside]
    return {"summary": summary, **totals(summary), "result": "有淘汰设备"}


def _counts(row: Mapping[str, Any]) -> bool:
    """Whether enough is stated, and rightly, for a row to count."""
    units, status = row.get("quantity"), row.get("status")
    if not isinstance(row.get("category"), str) or not isinstance(status, str):
        return False
    if not isinstance(units, int) or isinstance(units, bool) or not 0 < units <= 9_999:
        return False
    figures = [row[key] for key in ("power_kw", "capacity_kva") if key in row]
    return all(
        isinstance(one, str) and len(one) < 20 and form_breach("decimal", one) is None for one in figures
    )
