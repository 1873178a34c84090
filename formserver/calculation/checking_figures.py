"""Rules about the figures of a calculator: tables, and limits that belong to it and can be compared with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from formserver.calculation.asking import unit_of
from formserver.calculation.judging import EXCESS_UNITS
from formserver.calculation.model import Figure, Indicator, Levels, Product, Table
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.rounding import ROUNDED, same_digits
from formserver.calculation.units import convertible, is_unit, unit
from formserver.core.errors import Problem


def table_problems(calculator: Calculator) -> Iterator[Problem]:
    """Tables that could not be read one way only."""
    for key, table in calculator.tables.items():
        yield from (Problem("TABLE_FAULTY", text, f"/tables/{key}") for text in _table(table))


def _table(table: Table) -> Iterator[str]:
    if table.rule == "text":
        if not table.texts:
            yield "按选项查的表没有内容。"
        return
    if table.rule == "bands":
        if not table.bands:
            yield "分段表没有内容。"
        for low, high, _ in table.bands:
            if low is not None and high is not None and low >= high:
                yield f"分段 {low} 至 {high} 的下限应小于上限。"
        for (_, high, _), (low, _, _) in pairwise(table.bands):
            if high is None or low is None or high != low:
                yield "分段应首尾相接，既无空档也不重叠。"
        return
    places = [at for at, _ in table.points]
    if len(places) < (2 if table.rule == "linear" else 1):
        yield "表中的点太少。"
    if places != sorted(set(places)):
        yield "表中的点应从小到大，不重复。"


def limit_problems(calculator: Calculator, limits: LimitTable | None) -> Iterator[Problem]:
    """Limits that are missing, of another standard or time, in another unit, or that contradict themselves."""
    if limits is None:
        yield Problem("LIMITS_MISSING", f"没有限额文件 {calculator.limits}。", "/limits")
        return
    yield from _belonging(calculator, limits)
    for place in limits.twice:
        yield Problem("NAME_TWICE", "限额文件中同一产品的同一指标写了两行，只会用后一行。", place, limits.id)
    wanted = {}
    for number, product in enumerate(calculator.products.values()):
        for index, indicator in enumerate(product.indicators):
            place = f"/products/{number}/indicators/{index}"
            wanted[product.key, indicator.key] = place
            yield from (Problem(code, text, place) for code, text in _excess(calculator, product, indicator))
            found = limits.limits.get((product.key, indicator.key))
            if found is None:
                text = f"限额文件没有 {product.key} 的 {indicator.key}。"
                yield Problem("LIMITS_MISSING", text, place)
                continue
            named = f"{product.title}“{indicator.title}”"
            yield from (Problem(code, f"{named}{text}", place) for code, text in _row(indicator, found))
    for key in limits.limits:
        if key not in wanted:
            yield Problem("NOT_REACHED", f"限额文件中的 {key[0]}/{key[1]} 没有指标用到。", "/limits")


def _belonging(calculator: Calculator, limits: LimitTable) -> Iterator[Problem]:
    """A method is never held against the limits of another standard, or of a time that is not its own."""
    if limits.standard != calculator.standard:
        text = f"限额文件属于 {limits.standard}，本计算包是 {calculator.standard}，不能混用。"
        yield Problem("LIMITS_FOREIGN", text, "/limits")
    first, last = limits.valid_from or date.min, limits.valid_to or date.max
    own = "+" in limits.edition  # grown from limits of this method, and holds from its own day
    if (first > (calculator.valid_from or date.min) and not own) or last < (calculator.valid_to or date.max):
        yield Problem("LIMITS_FOREIGN", "限额文件的施行期没有覆盖计算包的施行期。", "/limits")
    if first > last:
        yield Problem("VALIDITY_REVERSED", "限额文件的施行止日早于起日。", "/valid_to", limits.id)


def _row(indicator: Indicator, row: Levels) -> Iterator[tuple[str, str]]:
    if not is_unit(row.unit) or not is_unit(indicator.unit) or unit(row.unit) != unit(indicator.unit):
        yield "UNIT_MISMATCH", f"的限额单位是 {row.unit}，指标的单位是 {indicator.unit}。"
        return
    for level in sorted(row.stated & row.absent):
        yield "LIMITS_FAULTY", f"的{level}级有数值，又列为标准没有规定（absent）。"
    values = {level: one.value for level, one in row.levels.items() if one.value is not None}
    sign = 1 if indicator.direction == "le" else -1
    loosest = values.get(3)
    if loosest is not None and any(one * sign > loosest * sign for one in values.values()):
        yield "LIMITS_FAULTY", "的3级（限定值）应是最宽的一级，现在有更宽的。"
    if indicator.comparison == ROUNDED and any(
        same_digits(v) > indicator.limit_digits for v in values.values()
    ):
        yield (
            "LIMITS_FAULTY",
            f"按修约值比较，limit_digits 为 {indicator.limit_digits}，少于限额写出的小数位数。",
        )
    yield from _scale(indicator, row, sign)


def _scale(indicator: Indicator, row: Levels, sign: int) -> Iterator[tuple[str, str]]:
    ends: list[Figure] = [one for one in (row.benchmark, row.baseline) if one is not None]
    for one in ends:
        if not is_unit(one.unit) or not convertible(one.unit, indicator.unit):
            yield "UNIT_MISMATCH", f"的{one.title}单位是 {one.unit}，不能与 {indicator.unit} 比较。"
    values = [one.value * sign for one in ends if one.value is not None]
    if len(values) == 2 and values[0] > values[1]:
        yield "LIMITS_FAULTY", "的标杆水平应严于基准水平。"


def _excess(calculator: Calculator, product: Product, indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Units must fit for 超标能耗量: an indicator per tonne is not multiplied by square metres."""
    if not indicator.output or not indicator.excess:
        return
    given = unit_of(calculator, product, indicator.output)
    if not is_unit(given) or not is_unit(indicator.unit):
        return  # told where units are judged
    whole = unit(indicator.unit) * unit(given)
    if not any(convertible(whole, target) for target in EXCESS_UNITS):
        yield (
            "UNIT_MISMATCH",
            f"{indicator.title}（{indicator.unit}）乘产量（{given}）不是能量，算不出超标能耗量；"
            "请改正单位，或写 excess 为 false。",
        )
