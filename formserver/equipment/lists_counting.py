"""The figures of a list, counted while it is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from formserver.equipment.models import ListRow
from formserver.equipment.repository import BLOCKED

REMOVED: Final = "已拆除"
STANDINGS: Final = ("eliminated", "review", "restricted", "ok", BLOCKED)
MOST_GROUPS: Final = 200


class Tally:
    """Counts rows as they are written.

    ``rows``, ``warnings`` (rows with at least one), ``carried``, then rows by standing (``eliminated`` … ``blocked``) and
    units by standing (``units_eliminated`` …) with ``units`` over all; equipment that was taken down has no units.
    """

    def __init__(self) -> None:
        names = ["rows", "warnings", "carried", "units", *STANDINGS]
        self._counts: dict[str, int] = dict.fromkeys([*names, *(f"units_{one}" for one in STANDINGS)], 0)
        self._problems: Counter[tuple[str, str, str]] = Counter()

    @property
    def rows(self) -> int:
        """Rows so far."""
        return self._counts["rows"]

    @property
    def judged(self) -> int:
        """Rows so far that were recognised."""
        return self._counts["rows"] - self._counts[BLOCKED]

    def add(self, row: ListRow) -> None:
        """One more row."""
        counts = self._counts
        standing = row.standing or BLOCKED
        counts["rows"] += 1
        counts[standing] += 1
        if row.status != REMOVED:
            counts["units"] += row.units
            counts[f"units_{standing}"] += row.units
        counts["carried"] += row.decided == "carried"
        problems = row.stated.get("problems", ())
        counts["warnings"] += any(one["level"] == "warning" for one in problems)
        for one in problems:
            self._problems[(one["level"], one["code"], one["column"])] += 1

    def counts(self) -> Mapping[str, int]:
        """All figures, zeros too."""
        return dict(self._counts)

    def problems(self) -> list[dict[str, Any]]:
        """How often each problem occurs in each column: errors first, then the most frequent."""
        rank = {"error": 0, "warning": 1, "note": 2}
        found = sorted(
            self._problems.items(), key=lambda one: (rank.get(one[0][0], 3), -one[1], one[0][1], one[0][2])
        )
        return [
            {"level": level, "code": code, "column": column, "count": count}
            for (level, code, column), count in found[:MOST_GROUPS]
        ]
