"""Sums of papers by category and catalogue. Units, power and capacity count what is in use or in reserve; what is 停用 or
已拆除 is counted apart and never among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.results import plain
from formserver.core.definitions.fields import ROW_KEY
from formserver.equipment.matching.model import CATEGORY_WORDS
from formserver.equipment.papers_words import IN_USE, REMOVED, STOPPED, cut, row_key

SUMMARY_TABLE: Final = 7
"""Number of the summary among the tables whose rows are made here (:func:`papers_words.row_key`)."""
PARTED: Final = "·"
"""Stands between category and catalogue in the name of a group, which statistics part there."""
_ORDER: Final = {word: place for place, word in enumerate(CATEGORY_WORDS.values())}


@dataclass(slots=True)
class Sums:
    """What a group adds up to. ``watts`` and ``va`` are whole numbers, so that nothing is rounded on the way."""

    models: set[str] = field(default_factory=set)
    units: int = 0
    watts: int = 0
    va: int = 0
    stopped: int = 0
    removed: int = 0
    by_standing: dict[str, int] = field(default_factory=dict)

    def add(self, model: str, status: str, units: int, watts: int, va: int, standing: str = "") -> None:
        """One row of a list."""
        self.models.add(model)
        if status in IN_USE:
            self.units += units
            self.watts += watts
            self.va += va
            self.by_standing[standing] = self.by_standing.get(standing, 0) + units
        elif status == STOPPED:
            self.stopped += units
        elif status == REMOVED:
            self.removed += units

    def cells(self) -> dict[str, Any]:
        """As a row of 汇总 states it."""
        made: dict[str, Any] = {"models": len(self.models), "units": self.units}
        made |= {"power_kw": kilo(self.watts), "capacity_kva": kilo(self.va)}
        return made | {"stopped": self.stopped, "removed": self.removed}


def kilo(thousandths: int) -> str:
    """W as kW, VA as kVA: plain decimal text without trailing zeros."""
    return plain((Decimal(thousandths) / 1000).normalize())


def thousandths(text: Any, units: int) -> int:
    """kW as a body states it for one unit, as W for all units."""
    return int(Decimal(text) * 1000 * units) if isinstance(text, str) and text else 0


def ordered(groups: Iterable[tuple[str, str]], batches: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(category, catalogue) in the order of the categories, then of ``batches`` (short titles as the library has them:
    第二批 before 第三批, which code points turn round); catalogues that are not among these last."""
    places = {title: place for place, title in enumerate(batches)}
    return sorted(
        groups, key=lambda one: (_ORDER.get(one[0], len(_ORDER)), places.get(one[1], len(places)), one[1])
    )


def eliminated_summary(
    groups: Mapping[tuple[str, str], Sums], batches: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows of 汇总 of 淘汰设备清单; ``batches`` as in :func:`ordered`."""
    return [
        {
            ROW_KEY: row_key(SUMMARY_TABLE, number),
            "category": cut(category, 20),
            "batch": cut(batch, 100),
            "group": cut(f"{category}{PARTED}{batch}", 140),
            **groups[category, batch].cells(),
        }
        for number, (category, batch) in enumerate(ordered(groups, batches), start=1)
    ]


def equipment_summary(groups: Mapping[str, Sums]) -> list[dict[str, Any]]:
    """The rows of 汇总 of 设备清单, by category alone."""
    return [
        {
            ROW_KEY: row_key(SUMMARY_TABLE, number),
            "category": cut(category, 20),
            **groups[category].cells(),
            "eliminated": groups[category].by_standing.get("eliminated", 0),
            "review": groups[category].by_standing.get("review", 0),
            "restricted": groups[category].by_standing.get("restricted", 0),
        }
        for number, (category, _) in enumerate(ordered((one, "") for one in groups), start=1)
    ]


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The totals under 汇总, from its rows; models of different groups are different models."""
    made: dict[str, Any] = {}
    for key in ("models", "units", "stopped", "removed", "eliminated", "review", "restricted"):
        if any(key in row for row in rows) or key in ("models", "units", "stopped", "removed"):
            made[f"{key}_total"] = sum(int(row.get(key, 0)) for row in rows)
    for key, name in (("power_kw", "power_total"), ("capacity_kva", "capacity_total")):
        made[name] = plain(sum((Decimal(str(row.get(key, "0"))) for row in rows), Decimal(0)).normalize())
    return made
