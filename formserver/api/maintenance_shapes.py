"""How calculators, figures and drafts look to programs that maintain them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from formserver.api.shapes import FREE, INSTANT, PROBLEM_ENTRY, TEXT, WHOLE, instant, shape, titled
from formserver.calculators.confirm_figures import STATES, Item
from formserver.calculators.maintain_models import Draft
from formserver.calculators.models import Confirmation
from formserver.core.errors import Problem

EDITION: Final = shape(
    "CalculatorEditionLine",
    "计算包的一个版本",
    {
        "name": titled(TEXT, "计算包"),
        "edition": titled(TEXT, "版本"),
        "title": titled(TEXT, "名称"),
        "standard": titled(TEXT, "标准号"),
        "word": {"type": "string", "enum": ["现行", "将实施", "已被代替", "草稿", "已撤回"], "title": "效力"},
        "validity": titled(TEXT, "施行"),
        "origin": {"type": "string", "enum": ["自编", "随附"], "title": "由来"},
        "products": titled(WHOLE, "产品数"),
        "counts": {"type": "object", "title": "各状态的数值", "additionalProperties": WHOLE},
        "passed": titled(WHOLE, "通过的算例"),
        "examples": titled(WHOLE, "算例"),
    },
)
FIGURE: Final = shape(
    "CalculatorFigure",
    "一个数值或计算式",
    {
        "id": titled(TEXT, "标识"),
        "kind": titled(TEXT, "种类"),
        "title": titled(TEXT, "名称"),
        "value": titled(TEXT, "数值；未录入为空"),
        "unit": titled(TEXT, "单位"),
        "state": {"type": "string", "enum": list(STATES), "title": "状态"},
        "standard": titled(TEXT, "标准号"),
        "clause": titled(TEXT, "条文"),
        "source": titled(TEXT, "来源"),
        "note": titled(TEXT, "备注"),
        "used_in": {"type": "array", "items": TEXT, "title": "用于产品"},
    },
)
CONFIRMATION: Final = shape(
    "FigureConfirmation",
    "一次确认",
    {
        "id": titled(TEXT, "标识"),
        "figure_id": titled(TEXT, "数值标识"),
        "value": titled(TEXT, "数值"),
        "against": titled(TEXT, "核对依据"),
        "by": titled(TEXT, "确认人"),
        "at": titled(INSTANT, "时间"),
        "withdrawn": {"type": "boolean", "title": "已撤回"},
    },
)
DRAFT: Final = shape(
    "CalculatorDraft",
    "草案",
    {
        "id": titled(TEXT, "标识"),
        "calculator": titled(TEXT, "计算包"),
        "edition": titled(TEXT, "版本"),
        "base": titled(TEXT, "由来"),
        "state": {"type": "string", "enum": ["编辑中", "已发布", "已撤回", "已放弃"], "title": "状态"},
        "revision": titled(WHOLE, "稿次"),
        "purpose": titled(TEXT, "为什么修改"),
        "changed_by": titled(TEXT, "最近修改人"),
        "changed_at": titled(INSTANT, "最近修改"),
        "method": titled(FREE, "方法文件"),
        "limits": titled(FREE, "限额文件"),
        "problems": {"type": "array", "items": PROBLEM_ENTRY, "title": "问题"},
    },
)


def figure_data(one: Item) -> dict[str, Any]:
    """A figure with its state."""
    keys = ("id", "kind", "title", "value", "unit", "state", "standard", "clause", "source", "note")
    return {**{key: getattr(one, key) for key in keys}, "used_in": list(one.used_in)}


def confirmation_data(one: Confirmation) -> dict[str, Any]:
    """One confirmation, standing or not."""
    return {
        "id": one.id,
        "figure_id": one.figure_id,
        "value": one.value,
        "against": one.against_what,
        "by": one.confirmed_by_name,
        "at": instant(one.confirmed_at),
        "withdrawn": one.withdrawn_at is not None,
    }


def draft_data(one: Draft, problems: Sequence[Problem] = (), *, whole: bool = True) -> dict[str, Any]:
    """A draft; in lists without its files."""
    return {
        "id": one.id,
        "calculator": one.name,
        "edition": one.edition,
        "base": one.base,
        "state": one.state.value,
        "revision": one.tag,
        "purpose": one.purpose,
        "changed_by": one.changed_by_name,
        "changed_at": instant(one.changed_at),
        "method": one.method if whole else {},
        "limits": one.limits if whole else {},
        "problems": [each.as_dict() for each in problems],
    }
