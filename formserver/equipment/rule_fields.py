"""The form of a rule for people who are no programmers: its fields, read into the record and shown from it.

What cannot be read is kept as it was typed: the judges then say what is wrong with it, and nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.catalogue_models import Json
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.rule_words import CANON_WORDS, DATE_UNKNOWN, FUEL_WORDS, TERM_TITLES, VOLT_UNKNOWN

_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class RuleField:
    """``kind``: text, area, choice, words (one in each line), numbers, number, range, day, json. ``place`` is where the
    value stands in the record (``deadline.on``)."""

    place: str
    title: str
    kind: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        """The name of the input."""
        return f"f.{self.place}"


def _choices(words: Mapping[str, str], *, empty: bool = False) -> tuple[tuple[str, str], ...]:
    return ((("", "不限"),) if empty else ()) + tuple(words.items())


_VERDICTS: Final = _choices({key: word for key, word in VERDICT_WORDS.items() if key != "ok"})
_CATEGORIES: Final = _choices({key: word for key, word in CATEGORY_WORDS.items() if key != "unknown"})
_CONFIDENCE: Final = (("verified", "有出处"), ("recalled", "凭记忆（不会判淘汰）"))


def _term(key: str, kind: str, help_: str = "", choices: tuple[tuple[str, str], ...] = ()) -> RuleField:
    return RuleField(key, TERM_TITLES[key], kind, help_, choices)


GROUPS: Final[tuple[tuple[str, tuple[RuleField, ...]], ...]] = (
    (
        "结论和依据",
        (
            RuleField("title", "名称", "text", "如 JO2、S7 配电变压器。", required=True),
            RuleField("category", "类别", "choice", choices=_CATEGORIES, required=True),
            RuleField("verdict", "结论", "choice", choices=_VERDICTS, required=True),
            RuleField("reason", "理由", "choice", "说明为什么是这个结论。", required=True),
            RuleField("confidence", "核对状态", "choice", choices=_CONFIDENCE, required=True),
            RuleField("source.catalogue", "出处", "text", "目录简称，如 第二批。", required=True),
            RuleField("source.item", "出处条目", "text", "如 1-1。"),
            RuleField("items", "目录条目", "words", "每行一条；写法见条目页的“引用”。"),
            RuleField("deadline.text", "淘汰期限", "text", "照目录抄写。"),
            RuleField("deadline.on", "期限最后一天", "day", "没有逐项期限的不填。"),
            RuleField("evidence", "依据说明", "area", "给核查人员看的一两句话。"),
        ),
    ),
    (
        "型号",
        (
            RuleField("canon", "型号怎样拆开", "choice", choices=_choices(CANON_WORDS), required=True),
            _term("pattern_list", "words", "每行一个型号，最简单也最可靠。"),
            _term("pattern", "area", "正则表达式，须与整个型号相符；会写的人用。"),
            _term("pattern_not", "area", "符合它的不适用本条。"),
            _term("series", "words", "电动机系列，每行一个。"),
            _term("series_in", "words", "变压器系列，每行一个。"),
            _term("fan_series", "words"),
            _term("fan_no_in", "words", "如 4C、12D，每行一个。"),
            _term("fan_no_not_in", "json", "按系列列出的机号，照原样修改。"),
            _term("amp_series", "text"),
            _term("models_table", "text", "规则文件中的表名。"),
            _term("not_in_tables", "words"),
        ),
    ),
    (
        "规格范围",
        (
            _term("poles", "numbers", "用空格隔开。"),
            _term("frame_mm", "range"),
            _term("power_kw", "range"),
            _term("kva", "range"),
            _term("kva_in", "numbers", "用空格隔开。"),
            _term("kva_not_in", "numbers", "用空格隔开。"),
            _term("kv_in", "numbers", "用空格隔开。"),
            _term("kv_min", "number"),
            _term("volt_max", "number"),
            _term("volts_in", "numbers", "用空格隔开。"),
            _term("if_volt_unknown", "choice", choices=_choices(VOLT_UNKNOWN, empty=True)),
            _term("amp", "range"),
            _term("steam_tph", "range"),
            _term("hot_mw", "range"),
        ),
    ),
    (
        "日期、燃料和名称",
        (
            _term("made_on_or_before", "day", "如 2003-12-31。"),
            _term("made_after", "day"),
            _term("if_date_unknown", "choice", choices=_choices(DATE_UNKNOWN, empty=True)),
            _term("fuel", "choice", choices=_choices(FUEL_WORDS, empty=True)),
            _term("name_any", "words", "每行一个词，有其一即可。"),
            _term("name_all", "words", "每行一个词，须全有。"),
            _term("exclude_rules", "words", "每行一个规则编号。"),
        ),
    ),
)
_FOR_CANON: Final[Mapping[str, frozenset[str]]] = {
    "motor_frame": frozenset({"series", "models_table", "not_in_tables", "poles", "frame_mm"}),
    "motor_suffix": frozenset({"series"}),
    "series_only": frozenset({"series"}),
    "transformer": frozenset({"series_in", "kva", "kva_in", "kva_not_in", "kv_in", "kv_min"}),
    "fan": frozenset({"fan_series", "fan_no_in", "fan_no_not_in"}),
    "boiler": frozenset({"steam_tph", "hot_mw"}),
    "welder_amp": frozenset({"amp_series", "amp"}),
    "generic": frozenset({"pattern", "pattern_not", "pattern_list"}),
    "name": frozenset(),
}
"""Conditions that belong to one way of taking a model apart; all others go with every way."""
FIELDS: Final = tuple(field for _, fields in GROUPS for field in fields)
_ALWAYS: Final = frozenset(
    {"items", "evidence", "source.item", "deadline.text", "deadline.on", "title", "source.catalogue"}
)


def shown(field: RuleField, rule: Mapping[str, Any]) -> str:
    """The value as the form shows it; of a range both ends, apart by ``～``."""
    value: Any = rule
    for part in field.place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    if field.kind == "json":
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        between = {"range": "～", "numbers": " "}.get(field.kind, "\n")
        return between.join(str(one) for one in value)
    return str(value)


def aside(rule: Mapping[str, Any]) -> frozenset[str]:
    """Fields a form can put aside: empty, and of no use for the way this rule takes a model apart."""
    own = _FOR_CANON.get(str(rule.get("canon")))
    if own is None:
        return frozenset()
    others = frozenset().union(*_FOR_CANON.values()) - own
    return frozenset(field.place for field in FIELDS if field.place in others and not shown(field, rule))


def ends(text: str) -> tuple[str, str]:
    """Both ends of a range as shown."""
    low, _, high = text.partition("～")
    return low, high


def typed_rule(rule: Mapping[str, Any], form: Mapping[str, str]) -> Json:
    """The rule with what was typed; fields that were not posted stay."""
    made: Json = {**rule}
    for field in FIELDS:
        if field.kind == "range":
            if f"{field.name}.low" not in form and f"{field.name}.high" not in form:
                continue
            low, high = (form.get(f"{field.name}.{end}", "").strip() for end in ("low", "high"))
            value: Any = [_number(low), _number(high)] if low or high else None
        elif field.name in form:
            value = _typed(field, form[field.name])
        else:
            continue
        _put(made, field.place, value)
    return made


def new_rule(rule_id: str) -> Json:
    """An empty rule: it only asks for a look until somebody says more."""
    return {
        "id": rule_id,
        "category": "other",
        "title": "新规则",
        "canon": "generic",
        "verdict": "review",
        "reason": "C11",
        "source": {"catalogue": "", "item": ""},
        "items": [],
        "confidence": "recalled",
        "deadline": {"text": "", "on": None},
        "evidence": "",
    }


def _typed(field: RuleField, text: str) -> Any:
    text = text.replace("\r\n", "\n").strip()
    if field.kind == "words":
        words = [one.strip() for one in text.split("\n")]
        found = [one for one in words if one]
        return found if found or field.place in _ALWAYS else None
    if field.kind == "numbers":
        return [_number(one) for one in re.split(r"[\s,，、;；]+", text) if one] or None
    if field.kind == "number":
        return _number(text) if text else None
    if field.kind == "json":
        return _json(text)
    if field.place == "deadline.on":
        return text or None
    return text if text or field.place in _ALWAYS else None


def _json(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return text


def _number(text: str) -> Any:
    if _NUMBER.fullmatch(text) is None:
        return text
    return text if "." in text else int(text)


def _put(made: Json, place: str, value: Any) -> None:
    head, _, tail = place.partition(".")
    if tail:
        inner = made.get(head)
        made[head] = {**(inner if isinstance(inner, dict) else {}), tail: value}
    elif value is None:
        made.pop(head, None)
    else:
        made[head] = value
