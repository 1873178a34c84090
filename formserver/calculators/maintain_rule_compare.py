"""What a draft of coefficients, a tariff or a grade table changes against the edition it grew from, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from formserver.calculators.maintain_compare import ADDED, CHANGED, REMOVED, Comparison, Pair
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_rule_fields import sections_of

MOST: Final = 300
_NAMELESS: Final = frozenset({"$id", "format", "extends"})
_WORDS: Final = {
    "value": "数值",
    "coefficient": "折标系数",
    "confidence": "可信度",
    "note": "备注",
    "clause": "条文",
    "source": "来源",
    "seen_in": "来源",
    "rate": "加价标准",
    "upto": "上限",
    "title": "名称",
    "unit": "单位",
    "aliases": "别名",
    "primary": "等价值",
    "by_year": "年份",
    "tiers": "各档",
    "ladders": "阶梯",
    "limits": "限值",
    "rows": "各行",
    "number": "文号",
    "expect": "应得结果",
    "inputs": "输入",
    "examples": "算例",
    "document": "文件",
    "unknown": "尚不清楚的事",
    "region": "地区",
    "valid_from": "施行日期",
    "valid_to": "最后一日",
    "standard": "标准",
    "size": "加价级距",
    "increment": "每级加价标准",
    "issued": "发文年月",
    "published": "发布日期",
    "valid_from_confidence": "施行日期的可信度",
    "industry": "行业",
    "set_by": "由谁制定",
    "applies_to": "适用范围",
    "step": "分级",
    "from_year": "起始年",
    "to_year": "截止年",
}
_SECTIONS: Final = frozenset(
    {"carriers", "ladders", "thresholds", "categories", "examples", "rows", "sources"}
)
"""Named in the heading already."""
_SURE: Final = {"verified": "见公开来源", "recalled": "凭记忆，待确认", "unknown": "未知"}


def compare_rule(base: Mapping[str, Any], draft: Draft) -> Comparison:
    """Every value that differs, under the section it is edited in."""
    titles = {one.head: one.title for one in sections_of(draft) if one.shape != "record"}
    found: dict[str, list[Pair]] = {}
    if "extends" in draft.method and "extends" not in base:  # what a region leaves out it inherits
        base = {key: value for key, value in base.items() if key in draft.method}
    for path, pair in _pairs(base, draft.method, (), ""):
        title = titles.get(path[0], "其他")
        if path[0] == "examples":
            title = "算例"
        pairs = found.setdefault(title, [])
        if len(pairs) < MOST:
            pairs.append(pair)
    return Comparison((), tuple((title, tuple(pairs)) for title, pairs in found.items()))


def _pairs(old: Any, new: Any, path: tuple[str, ...], said: str) -> Iterator[tuple[tuple[str, ...], Pair]]:
    if old == new:
        return
    before, after = _entries(old), _entries(new)
    if before is not None and after is not None:
        for key in dict.fromkeys((*before, *after)):
            if path or key not in _NAMELESS:
                word = _name(before.get(key, after.get(key)), key)
                inner = f"{said} · {word}" if said else "" if key in _SECTIONS else word
                yield from _pairs(before.get(key), after.get(key), (*path, key), inner)
        return
    kind = ADDED if old is None else REMOVED if new is None else CHANGED
    yield path, Pair(said, _text(old), _text(new), kind)


def _entries(value: Any) -> Mapping[str, Any] | None:
    """A mapping, or a list of things with keys by them."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(one, dict) and "key" in one for one in value):
        return {str(one["key"]): one for one in value}
    return None


def _name(value: Any, key: str) -> str:
    title = value.get("title") if isinstance(value, Mapping) and key not in _WORDS else None
    return title if isinstance(title, str) and title else _WORDS.get(key, key)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        shown = value.get("value", value.get("coefficient", value.get("title")))
        return _text(shown) if shown is not None else "…"
    if isinstance(value, list):
        return " ".join(map(_text, value))[:300]
    text = {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return _SURE.get(text, text)[:300]
