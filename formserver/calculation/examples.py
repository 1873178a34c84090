"""The worked examples of a calculator: they are its tests, and run whenever it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from formserver.calculation.asking import plan_of
from formserver.calculation.engine import calculate_with
from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.requests import Request, request_from_json
from formserver.calculation.results import Result, Trouble, plain
from formserver.calculation.rounding import round_to
from formserver.core.errors import AppError, Problem

_ABOUT_VALIDITY = frozenset({"STANDARD_NOT_IN_FORCE", "LIMIT_UNKNOWN", "PERIOD_CROSSES_EDITIONS"})


def example_problems(calculator: Calculator, limits: LimitTable | None, library: Library) -> list[Problem]:
    """The examples that do not come out as they say."""
    found = []
    for index, example in enumerate(calculator.examples):
        place = f"/examples/{index}"
        try:
            wrong = list(_example(calculator, limits, library, example))
        except AppError as error:
            wrong = [str(error)]
        title = example.get("title", example.get("key", ""))
        found += [Problem("EXAMPLE_FAILS", f"算例“{title}”：{text}", place) for text in wrong]
    return found


def run_example(
    calculator: Calculator, limits: LimitTable | None, library: Library, example: Mapping[str, Any]
) -> Result:
    """The result of one example: by the period's own choice of edition where the example asks for a problem with it.

    Raises CALCULATION_REQUEST_FAULTY, PRODUCT_UNKNOWN.
    """
    request = example_request(calculator, example)
    against, preview = _out_of_force(calculator, request, example)
    return calculate_with(
        library,
        calculator,
        request,
        limits=limits,
        confirmed=_all_confirmed,
        against=against,
        preview=preview,
    )


def example_request(calculator: Calculator, example: Mapping[str, Any]) -> Request:
    """The request of an example. Raises CALCULATION_REQUEST_FAULTY."""
    taken = ("product", "period", "inputs", "energy", "new_project", "production_state", "edition")
    return request_from_json(
        {"calculator": calculator.name, **{key: example[key] for key in taken if key in example}}
    )


def _all_confirmed(_id: str, _value: str) -> bool:
    """Examples test the method; whether figures are confirmed is another question."""
    return True


def _out_of_force(
    calculator: Calculator, request: Request, example: Mapping[str, Any]
) -> tuple[Trouble | None, bool]:
    if example["expect"].get("problem") not in _ABOUT_VALIDITY:
        return None, False  # it tests the method: an own edition may hold from a later day than its examples
    first, last = calculator.valid_from or date.min, calculator.valid_to or date.max
    for past in calculator.earlier:
        if (
            (past.valid_from or date.min) <= request.start
            and request.end <= past.valid_to
            and not example.get("edition")
        ):
            return Trouble(
                "LIMIT_UNKNOWN", past.number, "适用标准版本", f"{past.number} 的限额没有录入。"
            ), False
    if request.end < first or request.start > last:
        return Trouble("STANDARD_NOT_IN_FORCE", "period", "统计期", "版本不在施行期内。"), True
    return None, False


def _example(
    calculator: Calculator, limits: LimitTable | None, library: Library, example: Mapping[str, Any]
) -> Iterator[str]:
    result = run_example(calculator, limits, library, example)
    expect = example["expect"]
    asked = {one.key for one in plan_of(calculator, calculator.products[result.product]).inputs}
    for key in sorted(set(example["inputs"]) - asked):
        yield f"产品没有输入项 {key}"
    if not any(expect.get("indicators", {"": 1}).values()):
        yield "没有写明应得的结果"
    if "problem" in expect:
        codes = {(one.code, one.field) for one in result.troubles}
        wanted = expect["problem"]
        if not any(
            code == wanted and (not expect.get("field") or place == expect["field"]) for code, place in codes
        ):
            yield f"应报 {wanted}（{expect.get('field', '')}），实际为 {sorted(codes) or '没有问题'}"
        if "indicators" not in expect:
            return
    elif result.troubles:
        yield "；".join(one.message for one in result.troubles)
        return
    if "total_kgce" in expect:
        total = None if result.energy is None else result.energy.total
        yield from _same("综合能耗", total, expect["total_kgce"])
    for key, wanted in expect.get("indicators", {}).items():
        found = next((one for one in result.indicators if one.key == key), None)
        if found is None:
            yield f"没有指标 {key}"
            continue
        if "value" in wanted:
            yield from _same(found.title, found.value, wanted["value"])
        if "level" in wanted and found.level != wanted["level"]:
            yield f"{found.title}应为{_level(wanted['level'])}，算得{_level(found.level)}"
        if "passes" in wanted and found.computed_passes is not wanted["passes"]:
            yield f"{found.title}应为{_passes(wanted['passes'])}，算得{_passes(found.computed_passes)}"
        for level, text in wanted.get("limits", {}).items():
            limit = found.limit(int(level))
            got = None if limit is None else limit.limit
            if text is None and got is None:
                continue
            yield from _same(f"{found.title}{level}级限额", got, text)


def _level(level: int | None) -> str:
    return "未达到任何等级" if level is None else f" {level} 级"


def _passes(passes: bool | None) -> str:
    return "不作判定" if passes is None else "达标" if passes else "不达标"


def _same(title: str, found: Decimal | None, wanted: str | None) -> Iterator[str]:
    """Equal after rounding to the places given (GB/T 8170)."""
    if wanted is None or found is None:
        if wanted is not None or found is not None:
            said = "没有数值" if wanted is None else f" {wanted}"
            yield f"{title}应为{said}，算得 {'无' if found is None else plain(found)}"
        return
    places = len(wanted.partition(".")[2])
    if round_to(found, places) != Decimal(wanted):
        yield f"{title}应为 {wanted}，算得 {plain(found)}"
