"""A kept result as the form shows it: headline, level bars, what is missing and where, whether it should be done anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from formserver.calculators.document_asking import energy_lines
from formserver.calculators.document_words import rows_of, text_of
from formserver.calculators.drawing import Bar, bar_of
from formserver.calculators.result_view import COLOURS
from formserver.core.definitions.fields import ROW_KEY

MISSING: Final = "MISSING_INPUT"
_NOT_COMPARED: Final = frozenset({"calculated_on", "request", "summary"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that stands against a result, and the control that mends it ("" for none)."""

    code: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One indicator: ``data`` as kept, with its bar."""

    data: Mapping[str, Any]
    bar: Bar | None
    colour: str


@dataclass(frozen=True, slots=True)
class WidgetResult:
    """What stands beside the inputs. ``newer`` is the verdict that calculating anew would give, "" for no change."""

    data: Mapping[str, Any]
    headline: str
    colour: str
    indicators: tuple[IndicatorView, ...]
    wrong: tuple[Said, ...]
    missing: tuple[Said, ...]
    unconfirmed: tuple[str, ...]
    newer: str
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def result_view(name: str, row: Mapping[str, Any], fresh: Mapping[str, Any] | None) -> WidgetResult | None:
    """``name`` is the keyed pointer of the row; ``fresh`` what the engine says now. None without a result."""
    outcome = row.get("outcome")
    if not isinstance(outcome, dict):
        return None
    anchors = _anchors(name, row)
    said = [
        Said(text_of(one, "code"), text_of(one, "text"), anchors.get(text_of(one, "place"), ""))
        for one in rows_of(outcome, "troubles")
    ]
    messages: dict[str, tuple[str, ...]] = {}
    for one in said:
        if one.anchor and one.code != MISSING:
            messages[one.anchor] = (*messages.get(one.anchor, ()), one.text)
    verdict = text_of(outcome, "verdict")
    return WidgetResult(
        data=outcome,
        headline=_headline(outcome),
        colour=COLOURS.get(verdict, "grey"),
        indicators=tuple(_indicator(one) for one in rows_of(outcome, "indicators") if one.get("value")),
        wrong=tuple(one for one in said if one.code != MISSING),
        missing=tuple(one for one in said if one.code == MISSING),
        unconfirmed=tuple(text_of(one, "title") for one in rows_of(outcome, "unconfirmed")),
        newer=_newer(outcome, fresh),
        messages=messages,
    )


def _headline(outcome: Mapping[str, Any]) -> str:
    verdict = text_of(outcome, "verdict")
    levels = [one.get("level") for one in rows_of(outcome, "indicators")]
    known = [level for level in levels if isinstance(level, int) and level > 0]
    level = f"{max(known)}级" if known and len(known) == len(levels) else ""
    if verdict == "待确认" and level:
        return f"待确认（测算等级 {level}）"
    return " · ".join(filter(None, (verdict, level)))


def _indicator(one: Mapping[str, Any]) -> IndicatorView:
    drawn = {
        "title": one.get("title", ""),
        "unit": one.get("unit", ""),
        "value": one.get("value"),
        "shown": one.get("shown", ""),
        "direction": one.get("direction", "le"),
        "limits": [{"level": level, "limit": one.get(f"limit_{level}")} for level in (1, 2, 3)],
        "benchmark": {"value": one["best"]} if one.get("best") else None,
        "baseline": {"value": one["baseline"]} if one.get("baseline") else None,
    }
    return IndicatorView(one, bar_of(drawn), COLOURS.get(text_of(one, "verdict"), "grey"))


def _anchors(name: str, row: Mapping[str, Any]) -> dict[str, str]:
    """Places of the engine's messages, as the names of controls."""
    found = {"period": f"{name}/period_from", "edition": f"{name}/edition", "product": f"{name}/product"}
    for one in rows_of(row, "inputs"):
        found[text_of(one, "key")] = f"{name}/inputs/@{one.get(ROW_KEY)}/value"
    found["energy"] = f"{name}/energy"
    for number, line in enumerate(energy_lines(row)):
        for part in (
            "carrier",
            "amount",
            "unit",
            "q_net",
            "q_unit",
            "coefficient",
            "coefficient_unit",
            "basis",
            "origin",
        ):
            found[f"energy/{number}/{part}"] = f"{name}/energy/@{line.get(ROW_KEY)}/{part}"
    return found


def _newer(outcome: Mapping[str, Any], fresh: Mapping[str, Any] | None) -> str:
    if fresh is None or not fresh.get("indicators"):
        return ""
    same = all(outcome.get(k) == fresh.get(k) for k in {*outcome, *fresh} - _NOT_COMPARED)
    return "" if same else text_of(fresh, "verdict")
