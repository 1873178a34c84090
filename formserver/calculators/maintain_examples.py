"""Examples of a draft from calculations people kept, and with the results the draft gives now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.calculation.examples import run_example
from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.results import Result, plain
from formserver.calculation.rounding import round_to
from formserver.calculators.models import SavedCalculation
from formserver.core.errors import AppError

Json = dict[str, Any]
_PLACES = 6


def from_saved(saved: SavedCalculation, rows: Sequence[Mapping[str, Any]]) -> Json:
    """A kept calculation as an example that expects what came out then."""
    taken = {str(row.get("key")) for row in rows}
    key, number = "saved", 2
    while key in taken:
        key, number = f"saved_{number}", number + 1
    request, result = saved.request, saved.result
    made: Json = {
        "key": key,
        "title": saved.title,
        "origin": "own",
        "product": request.get("product", ""),
        "period": dict(request.get("period", {})),
        "inputs": {name: text for name, text in request.get("inputs", {}).items() if text},
        "expect": {
            "indicators": {
                one["key"]: {
                    "value": one["value"],
                    "level": one.get("level"),
                    "passes": one.get("computed_passes"),
                }
                for one in result.get("indicators", ())
                if one.get("value") is not None
            }
        },
    }
    if request.get("energy"):
        made["energy"] = [{"direction": "in", **line} for line in request["energy"]]
    if request.get("new_project"):
        made["new_project"] = True
    return made


def expected(
    calculator: Calculator, limits: LimitTable | None, library: Library, row: Mapping[str, Any]
) -> Json:
    """The example expecting what the method gives now; as it was where nothing comes out."""
    try:
        result = run_example(calculator, limits, library, {**row, "expect": {"indicators": {}}})
    except (AppError, KeyError, TypeError, ValueError):
        return dict(row)
    return {**row, "expect": _expect(result)}


def _expect(result: Result) -> Json:
    if result.troubles:
        first = result.troubles[0]
        return {"problem": first.code, **({"field": first.field} if first.field else {})}
    return {
        "indicators": {
            one.key: {
                "value": plain(round_to(one.value, _PLACES)),
                "level": one.level,
                "passes": one.computed_passes,
                "limits": {
                    str(each.level): None if each.limit is None else plain(round_to(each.limit, _PLACES))
                    for each in one.limits
                    if not each.absent
                },
            }
            for one in result.indicators
            if one.value is not None
        }
    }
