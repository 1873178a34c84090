"""What is asked of a calculator: product, period, inputs and energy lines, as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any, Final

from formserver.calculation.energy import EnergyLine
from formserver.core.errors import Kind, error_code

PRODUCTION_STATES: Final = {
    "normal": "正常生产",
    "partial": "部分停产",
    "stopped": "停产",
    "closed": "关停",
    "not_started": "未投产",
}
"""Enterprises that stand still are shown with their state and never 达标 (enterprise_table.md §3)."""
STANDING_STILL: Final = frozenset({"stopped", "closed", "not_started"})
REQUEST_FAULTY = error_code(
    "CALCULATION_REQUEST_FAULTY",
    Kind.INVALID,
    zh="计算请求有误：{reason}",
    en="The calculation request is faulty: {reason}",
)
_KEYS: Final = frozenset(
    {"calculator", "product", "period", "inputs", "energy", "edition", "new_project", "production_state"}
)
_LINE_TEXTS: Final = {one.name: "" if one.default is MISSING else one.default for one in fields(EnergyLine)}
"""Field of an energy line → what it is when nothing is said."""
_LONGEST: Final = 200
_MOST: Final = 500
"""Inputs, and energy lines: far more than any enterprise has."""


@dataclass(frozen=True, slots=True)
class Request:
    """One product of one enterprise in one period. ``inputs`` map input keys to what was typed ("" = nothing).

    ``edition`` "" lets the period choose; otherwise the person chose, which a period across two editions needs.
    """

    calculator: str
    product: str
    start: date
    end: date
    inputs: Mapping[str, str] = field(default_factory=dict)
    energy: tuple[EnergyLine, ...] = ()
    edition: str = ""
    new_project: bool = False
    production_state: str = "normal"


def request_from_json(data: Any) -> Request:
    """A request from plain data (``docs/calculators.md``). Raises CALCULATION_REQUEST_FAULTY saying where."""
    if not isinstance(data, dict):
        raise REQUEST_FAULTY(reason="应为一个 JSON 对象")
    unknown = set(data) - _KEYS
    if unknown:
        raise REQUEST_FAULTY(reason=f"不认识的内容 {_named(unknown)}")
    for key in ("calculator", "product"):
        if not isinstance(data.get(key), str) or not data[key]:
            raise REQUEST_FAULTY(reason=f"缺少 {key}")
        _text(data[key], key)
    period = data.get("period")
    if not isinstance(period, dict):
        raise REQUEST_FAULTY(reason="缺少统计期 period（start、end）")
    start, end = _day(period.get("start"), "start"), _day(period.get("end"), "end")
    inputs = data.get("inputs", {})
    if not isinstance(inputs, dict):
        raise REQUEST_FAULTY(reason="inputs 应为对象")
    if len(inputs) > _MOST:
        raise REQUEST_FAULTY(reason=f"inputs 最多 {_MOST} 项")
    lines = data.get("energy", [])
    if not isinstance(lines, list):
        raise REQUEST_FAULTY(reason="energy 应为数组")
    if len(lines) > _MOST:
        raise REQUEST_FAULTY(reason=f"energy 最多 {_MOST} 行")
    state = data.get("production_state", "normal")
    if not isinstance(state, str) or state not in PRODUCTION_STATES:
        raise REQUEST_FAULTY(reason=f"production_state 应为 {'、'.join(PRODUCTION_STATES)} 之一")
    new_project = data.get("new_project", False)
    if not isinstance(new_project, bool):
        raise REQUEST_FAULTY(reason="new_project 应为 true 或 false")
    edition = data.get("edition", "")
    if not isinstance(edition, str):
        raise REQUEST_FAULTY(reason="edition 应为文本")
    _text(edition, "edition")
    return Request(
        calculator=data["calculator"],
        product=data["product"],
        start=start,
        end=end,
        inputs={str(key): _text(value, f"inputs/{str(key)[:60]}") for key, value in inputs.items()},
        energy=tuple(EnergyLine(**{**_LINE_TEXTS, **_line(line, n)}) for n, line in enumerate(lines)),
        edition=edition,
        new_project=new_project,
        production_state=state,
    )


def request_to_json(request: Request) -> dict[str, Any]:
    """The request as plain data; reading it again gives the same request."""
    return {
        "calculator": request.calculator,
        "product": request.product,
        "period": {"start": request.start.isoformat(), "end": request.end.isoformat()},
        "edition": request.edition,
        "new_project": request.new_project,
        "production_state": request.production_state,
        "inputs": dict(request.inputs),
        "energy": [
            {key: text for key, default in _LINE_TEXTS.items() if (text := getattr(line, key)) != default}
            for line in request.energy
        ],
    }


def _line(line: Any, number: int) -> dict[str, str]:
    if not isinstance(line, dict):
        raise REQUEST_FAULTY(reason=f"energy 第{number + 1}行应为对象")
    unknown = set(line) - set(_LINE_TEXTS)
    if unknown:
        raise REQUEST_FAULTY(reason=f"energy 第{number + 1}行有不认识的内容 {_named(unknown)}")
    return {key: _text(value, f"energy 第{number + 1}行 {key}") for key, value in line.items()}


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 10**60:  # Python refuses to write whole numbers of any length
        return str(value)
    if not isinstance(value, str):
        raise REQUEST_FAULTY(reason=f'{where} 应为文本或整数；小数请写成文本，如 "0.1229"')
    if len(value) > _LONGEST:
        raise REQUEST_FAULTY(reason=f"{where} 太长")
    return value


def _named(unknown: set[Any]) -> str:
    return "、".join(sorted(str(one)[:60] for one in unknown)[:5])


def _day(value: Any, name: str) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise REQUEST_FAULTY(reason=f"统计期 {name} 应为日期，如 2025-01-01")
