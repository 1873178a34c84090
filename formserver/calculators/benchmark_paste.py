"""A block copied from Excel or WPS, read into the lines of an energy table: which column is what, and in which words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from formserver.calculation.coefficients import Coefficients
from formserver.calculation.energy_lines import DIRECTIONS, ORIGINS
from formserver.calculation.units import unit
from formserver.calculators.benchmark_energy import amount_units
from formserver.calculators.benchmark_sheet import MOST_LINES, TypedLine, TypedPeriod, new_line
from formserver.core.definitions.parsing_numbers import parse_decimal
from formserver.core.errors import AppError

LONGEST: Final = 20_000
_MOST_COLUMNS: Final = 40
_HEADS: Final = (
    ("q_net", ("低位发热量", "发热量", "热值")),
    ("coefficient", ("折标系数", "折标准煤系数", "折算系数")),
    ("", ("折标准煤", "折标煤", "标准煤量", "序号", "编号", "小计")),
    ("opening_stock", ("期初库存", "年初库存", "期初")),
    ("closing_stock", ("期末库存", "年末库存", "期末")),
    ("purchased", ("购进量", "购进", "外购量", "购入量")),
    ("exported", ("外供量", "外供", "外销量")),
    ("unit", ("计量单位", "单位")),
    ("direction", ("方向", "输入输出")),
    ("origin", ("来源",)),
    ("amount", ("实物量", "消费量", "消耗量", "使用量", "用量", "数量", "合计")),
    ("carrier", ("能源名称", "能源品种", "能源种类", "品种", "能源", "名称", "燃料")),
    ("evidence", ("依据", "凭证", "备注")),
)
"""Columns by the words of a header, the longer and rarer words first; "" columns are left out."""
_UNIT_IN_HEAD: Final = re.compile(r"[（(\[［]\s*([^（()）\]］]+?)\s*[)）\]］]")


def pasted(period: TypedPeriod, text: str, coefficients: Coefficients) -> tuple[TypedLine, ...]:
    """The lines of the period with the block behind them; empty lines make room, what is no energy row is left out."""
    rows = [row for row in _cells(text) if any(row)]
    if not rows:
        return period.lines
    columns, units = _by_header(rows[0])
    data = rows[1:] if columns else rows
    columns = columns or _by_content(data, coefficients)
    lines = tuple(line for line in period.lines if not line.is_empty)
    for row in data:
        values = _values(row, columns, units, coefficients)
        if values and len(lines) < MOST_LINES:
            used = (*period.lines, *lines)  # a name of a line is never given twice
            lines = (*lines, new_line(used, **values))
    return lines


def _cells(text: str) -> list[list[str]]:
    clean = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        found = list(csv.reader(io.StringIO(clean), delimiter="\t"))
    except csv.Error:
        found = [line.split("\t") for line in clean.split("\n")]
    return [[" ".join(cell.split())[:200] for cell in row[:_MOST_COLUMNS]] for row in found[: MOST_LINES * 2]]


def _by_header(row: Sequence[str]) -> tuple[dict[int, str], dict[str, str]]:
    """Column → field, and units that stand in the header (实物量（t）); nothing where the row holds values."""
    columns: dict[int, str] = {}
    units: dict[str, str] = {}
    for place, cell in enumerate(row):
        words = _UNIT_IN_HEAD.sub("", cell)
        key = next((key for key, names in _HEADS if any(name in words for name in names)), "")
        if not key or key in columns.values():
            continue
        columns[place] = key
        if inside := _UNIT_IN_HEAD.search(cell):
            units[key] = inside[1]
    enough = {"carrier", "amount"} <= set(columns.values())
    return (columns, units) if enough else ({}, {})


def _by_content(rows: Sequence[Sequence[str]], coefficients: Coefficients) -> dict[int, str]:
    """Without a header: names of energies, numbers and units are told by what they are."""
    columns: dict[int, str] = {}
    for place in range(max(len(row) for row in rows)):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if not cells:
            continue
        kinds = {_kind(cell, coefficients) for cell in cells}
        kind = kinds.pop() if len(kinds) == 1 else "carrier" if "carrier" in kinds else ""
        serial = [str(number + 1) for number in range(len(cells))]
        if kind == "amount" and len(cells) > 1 and cells == serial:
            continue
        if kind and kind not in columns.values():
            columns[place] = kind
    if "carrier" not in columns.values():
        free = (place for place, cell in enumerate(rows[0]) if place not in columns and cell)
        first = next(free, None)
        if first is not None:
            columns[first] = "carrier"
    return columns


def _kind(cell: str, coefficients: Coefficients) -> str:
    if coefficients.by_title(cell) is not None:
        return "carrier"
    if parse_decimal(cell, "").value is not None:
        return "amount"
    if cell in DIRECTIONS.values():
        return "direction"
    if cell in ORIGINS.values():
        return "origin"
    return "unit" if _unit(cell, "") else ""


def _values(
    row: Sequence[str], columns: dict[int, str], units: dict[str, str], coefficients: Coefficients
) -> dict[str, str]:
    given = {key: row[place] for place, key in columns.items() if place < len(row) and row[place]}
    if not given.get("carrier") or given["carrier"].rstrip("：:") in ("合计", "总计", "小计", "综合能耗"):
        return {}
    carrier = coefficients.by_title(given["carrier"])
    own = carrier.unit if carrier is not None else ""
    values = {**given, "carrier": carrier.title if carrier is not None else given["carrier"]}
    values["unit"] = _unit(given.get("unit") or units.get("amount", ""), own) or amount_units(own)[0]
    for key, names in (("direction", DIRECTIONS), ("origin", ORIGINS)):
        chosen = next((code for code, name in names.items() if code and name == given.get(key)), "")
        values.pop(key, None)
        if chosen:
            values[key] = chosen
    typed = parse_decimal(given.get("coefficient", ""), "").value
    if carrier is not None and typed is not None and Decimal(typed) == carrier.figure.value:
        del values["coefficient"]  # the table's own value: it stays the table's, with its source
    elif "coefficient" in given:
        values |= {"mode": "own", "coefficient_unit": units.get("coefficient", "")}
    if "q_net" in given:
        values |= {"mode": "measured", "q_unit": units.get("q_net", "")}
    return {key: value for key, value in values.items() if value}


def _unit(text: str, own: str) -> str:
    """The unit as the table writes it (吨 → t), as typed where it is none of these, "" where it is no unit."""
    if not text:
        return ""
    try:
        meant = unit(text)
    except AppError:
        return ""
    return next((one for one in amount_units(own) if unit(one) == meant), text)
