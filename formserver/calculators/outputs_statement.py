"""企业能耗达标情况表 as a table of words and numbers, from stored results and a layout; how it is drawn comes after.

Columns and rules: parts A (totals), B (one line per indicator), C (verdict and signatures) of the layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.layouts import Column, Layout
from formserver.calculation.results import Verdict
from formserver.calculation.units import convertible, factor, unit
from formserver.calculators.outputs_energy import total_values
from formserver.calculators.outputs_reading import (
    Item,
    ResultData,
    correction_words,
    decimal,
    joined,
    level_words,
    over_percent,
    overall,
    period_of,
    places,
    shown,
    shown_limit,
    state_words,
    telling_digits,
    warning_for,
)

ABSENT: Final = "—"
UNKNOWN: Final = "未录入"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a place: the words, and the number behind them where they are one."""

    text: str
    number: Decimal | None = None
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole sheet. ``facts`` and ``totals`` are (title, words); ``sentences`` are part C."""

    layout: Layout
    facts: tuple[tuple[str, str], ...]
    totals: tuple[tuple[str, Shown, str], ...]
    rows: tuple[tuple[Shown, ...], ...]
    verdict: Verdict
    sentences: tuple[str, ...]
    warning: str
    items: tuple[Item, ...]


def make_statement(layout: Layout, items: Sequence[Item], facts: Mapping[str, str]) -> Statement:
    """The sheet of one enterprise. ``facts`` holds what the results do not say: name, code, address, inspectors,
    output value (万元); keys as in the layout."""
    results = [one.result for one in items]
    known = {**_facts_of(results), **{key: text for key, text in facts.items() if text}}
    rows = [row for item in items for row in _rows(layout, item)]
    totals = total_values(results, decimal(facts.get("output_value", "").replace(",", "")))
    return Statement(
        layout=layout,
        facts=tuple((title, known.get(key, "")) for key, title in layout.facts),
        totals=tuple(_total(layout, totals, index) for index in range(len(layout.totals))),
        rows=tuple(
            tuple(Shown(str(number)) if c.key == "seq" else row[c.key] for c in layout.columns)
            for number, row in enumerate(rows, start=1)
        ),
        verdict=overall(results),
        sentences=tuple(_sentences(results)),
        warning=warning_for(results),
        items=tuple(items),
    )


def heading_of(column: Column) -> str:
    """A column's title with its unit on a line of its own."""
    head, mark, unit_words = column.title.rpartition("（")
    return f"{head}\n({unit_words[:-1]})" if mark and head and column.title.endswith("）") else column.title


def _facts_of(results: Sequence[ResultData]) -> dict[str, str]:
    return {
        "period": joined(period_of(one) for one in results),
        "production_state": joined(state_words(one) for one in results),
        "standards": joined(one["standard"] for one in results),
        "industry": joined(one["title"] for one in results),
    }


def _total(layout: Layout, totals: Mapping[str, Decimal], index: int) -> tuple[str, Shown, str]:
    entry = layout.totals[index]
    value = totals.get(entry.key)
    title = f"{entry.title}（{entry.unit}）" if entry.unit else entry.title
    whole = totals.get("energy_in")
    share = ""
    if entry.share and value is not None and whole:
        share = f"{shown(value / whole * 100, 2)}%"
    number = None if value is None else Decimal(shown(value, entry.digits))
    return title, Shown(shown(value, entry.digits), number, entry.digits), share


def _rows(layout: Layout, item: Item) -> Iterator[dict[str, Shown]]:
    result = item.result
    if not result["indicators"]:
        yield {c.key: _cell(c, item, None) for c in layout.columns}
    for indicator in result["indicators"]:
        yield {c.key: _cell(c, item, indicator) for c in layout.columns}


def _cell(column: Column, item: Item, indicator: Mapping[str, Any] | None) -> Shown:
    result = item.result
    if column.sources:
        return _sourced(column, result)
    match column.key:
        case "seq":
            return Shown("")  # numbered when all lines are known
        case "product_name":
            return Shown(result["product_title"])
        case "line":
            return Shown(item.line)
        case "standard_no":
            return Shown(result["standard"])
        case "remark":
            return Shown(_remark(item, indicator))
        case "level" | "compliant" if indicator is None:
            return Shown(result["verdict"])
    if indicator is None:
        return Shown("")
    return _of_indicator(column, indicator)


def _of_indicator(column: Column, indicator: Mapping[str, Any]) -> Shown:
    failed = indicator["verdict"] == Verdict.FAIL.value
    match column.key:
        case "indicator_name":
            return Shown(indicator["title"])
        case "unit":
            return Shown(indicator["unit"])
        case "actual":
            return _number(decimal(indicator["shown"]), indicator["digits"])
        case "output":
            return _amount(decimal(indicator["output"]), indicator["output_unit"], column)
        case "energy":
            return _energy(indicator, column)
        case "corrections":
            return Shown(correction_words(indicator))
        case "level":
            return Shown(level_words(indicator))
        case "compliant":
            return Shown(indicator["verdict"])
        case "deviation_percent":
            share = over_percent(indicator) if failed else None
            return _number(
                share, telling_digits(share or Decimal(0), 2 if column.digits is None else column.digits)
            )
        case "excess_energy":
            value = decimal(indicator["excess"]) if failed else None
            return _amount(value, indicator["excess_unit"], column)
        case "benchmark_position":
            return Shown(indicator["benchmark_text"])
        case key:
            return _limit(indicator, int(key.split("_")[1]), base=key.endswith("_base"))


def _limit(indicator: Mapping[str, Any], level: int, *, base: bool) -> Shown:
    found = next((one for one in indicator["limits"] if one["level"] == level), None)
    if found is None or found["absent"]:
        return Shown(ABSENT)
    value = decimal(found["base"] if base else found["limit"])
    if value is None:
        return Shown(UNKNOWN)
    text = shown_limit(value, max(2, indicator["digits"]))
    return _number(Decimal(text), places(Decimal(text)))


def _energy(indicator: Mapping[str, Any], column: Column) -> Shown:
    """统计期能耗 behind this indicator: actual value × output, in tce or kWh (enterprise_table, column 8)."""
    value, output = decimal(indicator["value"]), decimal(indicator["output"])
    if value is None or output is None or not indicator["output_unit"]:
        return Shown("")
    whole = unit(indicator["unit"]) * unit(indicator["output_unit"])
    for target in ("tce", "kWh", "MJ"):
        if convertible(whole, target):
            return _amount(value * output * factor(whole, target), target, column)
    return Shown("")


def _sourced(column: Column, result: ResultData) -> Shown:
    """The first input or step a column names that this result holds."""
    for source in column.sources:
        part, _, key = source.partition("/")
        for one in result["inputs" if part == "input" else "steps"]:
            if one["key"] != key:
                continue
            if part == "step":
                value = decimal(one["value"])
                digits = places(Decimal(one["shown"])) if column.digits is None else column.digits
                return _number(value, digits)
            number = _as_number(one["value"])
            if number is None:
                return Shown(one["text"])
            return _number(number, places(number) if column.digits is None else column.digits)
    return Shown("")


def _as_number(text: str) -> Decimal | None:
    return Decimal(text) if text.lstrip("-").replace(".", "", 1).isdigit() else None


def _number(value: Decimal | None, digits: int) -> Shown:
    if value is None:
        return Shown("")
    text = shown(value, digits)
    return Shown(text, Decimal(text), digits)


def _amount(value: Decimal | None, unit_text: str, column: Column) -> Shown:
    """An amount with its unit behind it: the unit changes from line to line."""
    if value is None:
        return Shown("")
    digits = telling_digits(value, min(places(value), 2) if column.digits is None else column.digits)
    return Shown(f"{shown(value, digits)} {unit_text}".rstrip())


def _remark(item: Item, indicator: Mapping[str, Any] | None) -> str:
    result = item.result
    parts = [item.remark]
    if result["production_state"] != "normal":
        parts.append(state_words(result))
    if result["new_project"]:
        parts.append("新建（改扩建）项目")
    troubles = indicator["troubles"] if indicator else result["troubles"]
    parts += [one["message"] for one in troubles]
    if indicator and indicator["unconfirmed"]:
        parts.append("所依据的数值待确认")
    parts += indicator["warnings"] if indicator else result["notes"]
    return joined(part.rstrip("。；") for part in parts)


def _sentences(results: Sequence[ResultData]) -> Iterator[str]:
    """Part C in words: the verdict and what it rests on."""
    judged = [(one, i) for one in results for i in one["indicators"]]
    failed = [
        f"{one['product_title']}·{i['title']}" for one, i in judged if i["verdict"] == Verdict.FAIL.value
    ]
    yield f"综合判定：{overall(results).value}。"
    if failed:
        yield f"不达标的指标（{len(failed)} 项）：{'、'.join(failed)}。"
    missing = joined(t["title"] for one in results for t in one["troubles"])
    if missing:
        yield f"资料不完整，缺少或有误：{missing.replace('；', '、')}。补齐之前本表不得报出。"
    doubtful = {f["id"]: f["title"] for one in results for f in one["unconfirmed"]}
    if doubtful:
        yield f"有 {len(doubtful)} 项标准数值待核对原文确认，判定为“待确认”，本表仅供内部测算。"
    stopped = joined(
        one["product_title"] for one in results if one["verdict"] == Verdict.NOT_APPLICABLE.value
    )
    if stopped:
        yield f"不适用（停产、关停或未投产）：{stopped}。"
