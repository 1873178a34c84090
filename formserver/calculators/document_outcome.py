"""A result of the engine as it is kept in a document: plain, complete, with the editions and hashes it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.energy import PRIMARY, ConvertedLine, EnergyBalance
from formserver.calculation.energy_lines import BASES, DEFAULT, MEASURED
from formserver.calculation.results import (
    IndicatorResult,
    LimitResult,
    Result,
    Trouble,
    plain,
    result_to_json,
)
from formserver.calculation.rounding import round_to
from formserver.calculation.units import convertible, factor, unit
from formserver.calculators.document_words import filled, made_key
from formserver.calculators.wording import conclusion
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.errors import AppError
from formserver.core.models import Json

_TEXT: Final = 500
_MOST: Final = 200
"""Rows of one list: a message more helps nobody, and a body has its bounds."""


def outcome_of(
    result: Result, *, at: str, request: str, on: date, line_keys: tuple[str, ...], coefficients: str = ""
) -> Json:
    """What is kept of ``result`` for the row ``at``.

    ``line_keys`` are the keys of the energy lines, in order; ``coefficients`` the number of the standard they rest on.
    """
    balance = result.energy
    total = None if balance is None or balance.troubles or not balance.lines else plain(balance.total / 1000)
    return filled(
        {
            "request": request,
            "calculated_on": on.isoformat(),
            "edition": result.edition,
            "standard": result.standard,
            "standard_title": result.standard_title[:120],
            "total_tce": total,
            **_on_bases(balance if total is not None else None),
            "verdict": result.verdict.value,
            "preview": True if result.preview else None,
            "summary": _summary(result),
            "troubles": [_trouble(one, at) for one in _troubles(result)[:_MOST]],
            "unconfirmed": [
                {ROW_KEY: made_key(at, "figure", one.id), "figure": one.id[:200], "title": _figure_words(one)}
                for one in result.unconfirmed[:_MOST]
            ],
            "remarks": _remarks(result),
            "lines": _lines(result, line_keys, at, coefficients),
            "definitions": [
                {ROW_KEY: made_key(at, "definition", name), "definition": name[:200], "sha256": sha256}
                for name, sha256 in result.definitions
            ],
            "indicators": [_indicator(one, at) for one in result.indicators],
        }
    )


def _on_bases(balance: EnergyBalance | None) -> Json:
    """The basis of the total and, where it is known, the total on the other one; nothing where it makes no difference."""
    if balance is None or not any(line.counted and line.two_values for line in balance.lines):
        return {}
    other = balance.equivalent if balance.basis == PRIMARY else balance.primary
    return {
        "basis": BASES[balance.basis],
        "other_tce": plain(other.total / 1000) if other is not None else None,
    }


def failed(trouble: Trouble, *, at: str, request: str, on: date) -> Json:
    """The outcome where the engine could not even begin (no period yet, a product that is no more)."""
    return {
        "request": request,
        "calculated_on": on.isoformat(),
        "verdict": "不完整",
        "troubles": [_trouble(trouble, at)],
    }


def _summary(result: Result) -> str:
    """The conclusion for the paper: a comparison that rests on unconfirmed figures stays on the screen."""
    data = result_to_json(result)
    for one in data["indicators"]:
        one["benchmark_text"] = settled(one["benchmark_text"])
    return conclusion(data)[:2000]


def settled(benchmark: str) -> str:
    """Where a value stands between 标杆 and 基准, unless that is 待确认."""
    return "" if benchmark.endswith("（待确认）") else benchmark


def _troubles(result: Result) -> list[Trouble]:
    """Everything that stands against the numbers; faulty energy lines too where no indicator rests on them."""
    found = {(one.code, one.field, one.message): one for one in result.troubles}
    if result.energy is not None:
        found.update({(one.code, one.field, one.message): one for one in result.energy.troubles})
    return list(found.values())


def _trouble(one: Trouble, at: str) -> Json:
    key = made_key(at, "trouble", one.code, one.field, one.message)
    return filled(
        {ROW_KEY: key, "code": one.code[:60], "place": one.field[:120], "text": one.message[:_TEXT]}
    )


def _figure_words(figure: Any) -> str:
    value = "" if figure.value is None else f" {plain(figure.value)} {figure.unit}".rstrip()
    clause = f"（{figure.clause}）" if figure.clause else ""
    return f"{figure.title}{value}{clause}"[:200]


def _remarks(result: Result) -> list[str]:
    said = [*result.notes, *(w for one in result.indicators for w in one.warnings)]
    if result.unchecked:
        said.append(f"计算式待核：{'、'.join(one.title for one in result.unchecked)}")
    return list(dict.fromkeys(text[:_TEXT] for text in said if text))[:_MOST]


def _lines(result: Result, line_keys: tuple[str, ...], at: str, coefficients: str) -> list[Json]:
    if result.energy is None:
        return []
    made = []
    for line in result.energy.lines:
        if line.kgce is None or not line.counted or line.number >= len(line_keys):
            continue
        tce = line.kgce / 1000
        other = line.equivalent if line.basis == PRIMARY else line.primary
        made.append(
            filled(
                {
                    ROW_KEY: made_key(at, "line", line_keys[line.number]),
                    "line": line_keys[line.number],
                    "carrier_title": line.title[:60],
                    "factor": _factor(line, coefficients),
                    "per_unit": plain(tce / line.amount) if line.amount else None,
                    "factor_kind": _factor_kind(line),
                    "basis": BASES[line.basis] if line.two_values else None,
                    "other_tce": plain(other / 1000) if line.two_values and other is not None else None,
                    "tce": plain(tce),
                }
            )
        )
    return made


def _factor(line: ConvertedLine, standard: str) -> str:
    source = standard if line.source == DEFAULT and standard else line.source
    if line.two_values:
        source = f"{source}，{BASES[line.basis]}"
    if line.coefficient is None:
        return source[:300]
    return f"{plain(round_to(line.coefficient, 8))} {line.coefficient_unit}（{source}）"[:300]


def _factor_kind(line: ConvertedLine) -> str:
    if MEASURED in line.source:
        return "实测低位热值"
    return "等价" if line.two_values and line.basis == PRIMARY else "当量"


def _indicator(one: IndicatorResult, at: str) -> Json:
    energy, energy_unit = _energy_of(one)
    row: Json = {
        ROW_KEY: made_key(at, "indicator", one.key),
        "key": one.key,
        "title": one.title[:120],
        "unit": one.unit,
        "value": _plain(one.value),
        "shown": one.shown,
        "direction": one.direction,
        "decisive": one.decisive,
        "corrections": _corrections(one.limits),
        "level": None if one.computed_passes is None else one.level or 0,
        "verdict": one.verdict.value,
        "over_pct": _plain(one.deviation_pct) if one.computed_passes is False else None,
        "excess": _plain(one.excess),
        "excess_unit": one.excess_unit,
        "energy": energy,
        "energy_unit": energy_unit,
        "output": _plain(one.output),
        "output_unit": one.output_unit,
        "best": _plain(one.benchmark.value) if one.benchmark else None,
        "baseline": _plain(one.baseline.value) if one.baseline else None,
        "benchmark": one.benchmark_text[:300],
        "remark": "；".join(one.warnings)[:_TEXT],
    }
    for limit in one.limits:
        row[f"base_{limit.level}"] = _plain(limit.base)
        row[f"limit_{limit.level}"] = _plain(limit.limit)
    return filled(row)


def _corrections(limits: tuple[LimitResult, ...]) -> str:
    said = {}
    for limit in limits:
        for one in limit.corrections:
            said[one.key] = f"{one.title}：{one.numbers}" if one.numbers else one.title
    return "；".join(said.values())[:_TEXT]


def _energy_of(one: IndicatorResult) -> tuple[str | None, str]:
    """The energy the indicator stands for (value × output) in tce or kWh, where its unit says so."""
    if one.value is None or one.output is None:
        return None, ""
    try:
        whole = unit(one.unit) * unit(one.output_unit)
        for target in ("tce", "kWh"):
            if convertible(whole, target):
                return plain(one.value * one.output * factor(whole, target)), target
    except AppError:
        pass
    return None, ""


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def stub_indicators(outcome: Json, indicators: Mapping[str, tuple[str, str]], at: str) -> Json:
    """An outcome without indicators, given one line per indicator, so that the paper shows what is not judged."""
    if outcome.get("indicators"):
        return outcome
    remark = "；".join(outcome.get("remarks", ()))[:_TEXT]
    rows = [
        filled(
            {
                ROW_KEY: made_key(at, "indicator", key),
                "key": key,
                "title": title,
                "unit": unit_text,
                "verdict": outcome["verdict"],
                "remark": remark,
            }
        )
        for key, (title, unit_text) in indicators.items()
    ]
    return {**outcome, "indicators": rows} if rows else outcome
