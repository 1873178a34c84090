"""What recognition looks at twice: rows without a model, dates that cannot be, models that miss a listed one by a hyphen,
motors under the name of what they drive. None of it settles: such rows are 待确认, so that they do not pass as 正常.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from formserver.equipment.matching.attributes_dates import Interval, made_interval
from formserver.equipment.matching.conditions import Compiled, Outcome, Reading
from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.normalising import Part

_SIGNS: Final = ("", "-", "--", "---", "—", "——", "/", "\\", "?", "？", "*")
_WORDS: Final = (
    *(
        "无",
        "无铭牌",
        "无型号",
        "不详",
        "不清",
        "不明",
        "未知",
        "未填",
        "空",
        "看不清",
        "铭牌模糊",
        "铭牌不清",
    ),
    *("见铭牌", "同上", "同前", "N/A", "NA"),
)
NO_MODEL_WORDS: Final = frozenset((*_SIGNS, *_WORDS))
"""What people write where there is no model."""
DRIVEN: Final = ("pump", "fan", "compressor")
"""Machines in whose rows the model of their motor is often copied."""


class Said:
    """What one rule said about one part of the cell, with what is needed to show it."""

    __slots__ = ("outcome", "part", "reading", "text")

    def __init__(self, outcome: Outcome, part: Part, text: str, reading: Reading) -> None:
        self.outcome = outcome
        self.part = part
        self.text = text
        self.reading = reading


def spelled_alike(model: str) -> str:
    """A model without its hyphens and without the unit of a current: V3/8 for V-3/8, BX1330 for BX1-330A."""
    plain = model.replace("-", "")
    return plain[:-1] if plain[-1:] == "A" and plain[-4:-1].isdigit() else plain


def near_models(rules: Iterable[tuple[Compiled, Iterable[str]]]) -> dict[str, tuple[Compiled, str]]:
    """Models that lines name one by one, without their hyphens → the first rule that speaks to them, as written there."""
    found: dict[str, tuple[Compiled, str]] = {}
    for rule, models in rules:
        if rule.rule.canon != "generic" or rule.rule.verdict is not Verdict.ELIMINATED:
            continue
        for model in models:
            if "-" in model and any(c.isdigit() for c in model) and any(c.isalpha() for c in model):
                found.setdefault(spelled_alike(model), (rule, model))
    return found


def settles(outcome: Outcome) -> bool:
    """Whether a rule names the model: it eliminates, or would had the piece been made earlier."""
    rule = outcome.rule.rule
    return rule.verdict is Verdict.ELIMINATED or (rule.verdict is Verdict.RESTRICTED and rule.reason == "C04")


def as_motor(said: Said) -> Said:
    """A listed motor in the row of a pump, fan or compressor: whose model it is must be said first."""
    why = f"{said.text}是电动机型号，与设备名称不符，请分清是设备本身还是配套电动机，电动机另列一行"
    outcome = replace(said.outcome, verdict=Verdict.REVIEW, reasons=("C10",), missing=(), why=why)
    return Said(outcome, said.part, said.text, said.reading)


def stated_date(text: str, as_of: date) -> tuple[Interval | None, str]:
    """When it was made, or why that is not known though something is stated."""
    made = made_interval(text)
    if made is None:
        return None, f"所填制造日期“{text.strip()[:20]}”看不出年份"
    if made[0] > as_of:
        return None, f"所填制造日期{text.strip()[:20]}晚于基准日{as_of.year}年{as_of.month}月{as_of.day}日"
    return made, ""
