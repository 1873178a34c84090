"""Two editions side by side: what was added, removed and changed, and limits with their change in percent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.calculation.model import Figure, Indicator, Levels
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.results import plain
from formserver.calculation.rounding import round_to
from formserver.calculators.maintain_wording import (
    choice_titles,
    names_of,
    table_lines,
    validity_words,
    worded,
)

SAME, ADDED, REMOVED, CHANGED = "相同", "新增", "删除", "变动"
COLOURS: Final = {SAME: "grey", ADDED: "green", REMOVED: "red", CHANGED: "amber"}
Side = tuple[Calculator, LimitTable | None]


@dataclass(frozen=True, slots=True)
class LevelPair:
    """One level of one indicator. ``change`` is in percent of the old value, with sign; "" where one is missing."""

    level: str
    old: str
    new: str
    change: str
    kind: str


@dataclass(frozen=True, slots=True)
class LimitPair:
    """One indicator of one product in both editions."""

    product: str
    indicator: str
    unit: str
    kind: str
    levels: tuple[LevelPair, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing in words, before and after."""

    title: str
    old: str
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``limits`` by product and indicator, ``parts`` the other sections in which something differs."""

    limits: tuple[LimitPair, ...]
    parts: tuple[tuple[str, tuple[Pair, ...]], ...]

    @property
    def changed_limits(self) -> tuple[LimitPair, ...]:
        """Without the indicators that say the same in both."""
        return tuple(one for one in self.limits if one.kind != SAME)

    def counts(self) -> Mapping[str, int]:
        """How many indicators were added, removed, changed or stayed."""
        return {
            kind: sum(1 for one in self.limits if one.kind == kind)
            for kind in (CHANGED, ADDED, REMOVED, SAME)
        }


def compare(old: Side, new: Side) -> Comparison:
    """What differs between two editions, the old first."""
    before, after = old[0], new[0]
    makers: tuple[tuple[str, Callable[[Calculator], Mapping[str, tuple[str, str]]]], ...] = (
        ("标准", _facts),
        ("计算式", _steps),
        ("修正", _corrections),
        ("输入项", _inputs),
        ("常数", _constants),
        ("查表", _tables),
        ("产品与指标", _products),
        ("算例", _examples),
    )
    parts = tuple((title, pairs) for title, make in makers if (pairs := _pairs(make(before), make(after))))
    return Comparison(_limits(old, new), parts)


def _pairs(old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]) -> tuple[Pair, ...]:
    found = []
    for key in dict.fromkeys((*old, *new)):
        title, before = old.get(key, ("", ""))
        now, after = new.get(key, ("", ""))
        if key in old and key in new and before == after:
            continue
        kind = REMOVED if key not in new else ADDED if key not in old else CHANGED
        found.append(Pair(now or title, before, after, kind))
    return tuple(found)


def _limits(old: Side, new: Side) -> tuple[LimitPair, ...]:
    before = old[1].limits if old[1] is not None else {}
    after = new[1].limits if new[1] is not None else {}
    found = []
    for key in dict.fromkeys((*after, *before)):
        product, indicator = _named(new[0], key) or _named(old[0], key) or key
        a, b = before.get(key), after.get(key)
        kind = ADDED if a is None else REMOVED if b is None else SAME
        levels = tuple(
            _level(word, _figure(a, level), _figure(b, level), a, b)
            for word, level in (("1级", 1), ("2级", 2), ("3级", 3))
        )
        unit = (b or a).unit if (b or a) is not None else ""  # type: ignore[union-attr]
        if a is not None and b is not None and a.unit != b.unit:
            unit = f"{a.unit} → {b.unit}"
            kind = CHANGED
        if kind == SAME and any(one.kind != SAME for one in levels):
            kind = CHANGED
        found.append(LimitPair(product, indicator, unit, kind, levels))
    return tuple(found)


def _named(calculator: Calculator, key: tuple[str, str]) -> tuple[str, str] | None:
    product = calculator.products.get(key[0])
    indicator = next((one for one in product.indicators if one.key == key[1]), None) if product else None
    return (product.title, indicator.title) if product and indicator else None


def _figure(levels: Levels | None, level: int) -> Figure | None:
    return levels.levels.get(level) if levels is not None else None


def _level(
    word: str, a: Figure | None, b: Figure | None, old: Levels | None, new: Levels | None
) -> LevelPair:
    before, after = _said(a, old), _said(b, new)
    change = ""
    if a and b and a.value is not None and b.value is not None and a.unit == b.unit and a.value != 0:
        percent = round_to((b.value - a.value) / abs(a.value) * 100, 1)
        change = f"{percent:+f}%" if percent else ""
    missing = ADDED if old is None else REMOVED if new is None else CHANGED
    kind = SAME if before == after else missing
    return LevelPair(word, before, after, change, kind)


def _said(figure: Figure | None, levels: Levels | None) -> str:
    if levels is None:
        return ""
    if figure is None:
        return "未设"
    return "未知" if figure.value is None else plain(figure.value)


def _facts(one: Calculator) -> dict[str, tuple[str, str]]:
    facts = one.standard_facts
    return {
        "number": ("标准号", one.standard),
        "title": ("标准名称", one.standard_title),
        "published": ("发布日期", facts.get("published") or "不详"),
        "valid": ("施行", validity_words(one.valid_from, one.valid_to)),
        "supersedes": ("代替", "、".join(facts.get("supersedes", ()))),
        "coefficients": ("折标系数", one.coefficients),
        "unknown": ("尚不清楚的事", "；".join(one.unknown)),
    }


def _steps(one: Calculator) -> dict[str, tuple[str, str]]:
    names = names_of(one)
    return {
        key: (step.title, f"{worded(step.expression, names)} [{step.unit}]")
        for key, step in one.steps.items()
    }


def _corrections(one: Calculator) -> dict[str, tuple[str, str]]:
    names = names_of(one)
    return {
        key: (
            each.title,
            f"{'、'.join(map(str, each.levels))}级：{worded(each.expression, names)}"
            + (f"（条件：{worded(each.when, names)}）" if each.when else ""),
        )
        for key, each in one.corrections.items()
    }


def _inputs(one: Calculator) -> dict[str, tuple[str, str]]:
    found = {}
    for key, each in one.inputs.items():
        said: list[str] = [each.title, {"choice": "选项", "boolean": "是否"}.get(each.kind, each.unit)]
        said += [f"≥{plain(each.minimum)}"] if each.minimum is not None else []
        said += [f"≤{plain(each.maximum)}"] if each.maximum is not None else []
        said += ["可不填"] if not each.required else []
        said += [f"条件必填 {each.required_when}"] if each.required_when else []
        said += ["、".join(choice.title for choice in each.choices)] if each.choices else []
        said += [f"默认 {each.default}"] if each.default is not None else []
        found[key] = (each.title, " · ".join(filter(None, said)))
    return found


def _constants(one: Calculator) -> dict[str, tuple[str, str]]:
    def said(figure: Figure) -> str:
        return f"{'未知' if figure.value is None else plain(figure.value)} {figure.unit}"

    found = {key: (figure.title, said(figure)) for key, figure in one.constants.items()}
    for product in one.products.values():
        for key, figure in product.constants.items():
            found[f"{product.key}/{key}"] = (f"{product.title}：{figure.title}", said(figure))
    return found


def _tables(one: Calculator) -> dict[str, tuple[str, str]]:
    choices = choice_titles(one)
    return {
        key: (table.title, "；".join(f"{at} → {value}" for at, value in table_lines(table, choices)))
        for key, table in one.tables.items()
    }


def _products(one: Calculator) -> dict[str, tuple[str, str]]:
    found = {}
    for product in one.products.values():
        said = [_indicator_words(one, each) for each in product.indicators]
        found[product.key] = (product.title, "；".join(filter(None, (*said, product.note))))
    return found


def _indicator_words(one: Calculator, each: Indicator) -> str:
    titles = [one.corrections[key].title for key in each.corrections if key in one.corrections]
    corrected = f"，修正：{'、'.join(titles)}" if titles else ""
    return f"{each.title} [{each.unit}]{corrected}{'，修约值比较' if each.comparison == 'rounded' else ''}"


def _examples(one: Calculator) -> dict[str, tuple[str, str]]:
    def said(example: Mapping[str, Any]) -> str:
        inputs: Sequence[str] = [f"{key}={text}" for key, text in example.get("inputs", {}).items()]
        return f"{example.get('product', '')} {'，'.join(inputs)}"[:160]

    return {
        str(example.get("key")): (str(example.get("title", "")), said(example)) for example in one.examples
    }
