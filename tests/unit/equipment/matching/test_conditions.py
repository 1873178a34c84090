"""Conditions are parsed once; what is wrong with a rule is said, never raised while recognising."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from formserver.equipment.matching.conditions_terms import RuleFault, parse_terms
from formserver.equipment.matching.library_reading import assemble, check_rule, rule_from_json
from formserver.equipment.matching.model import Equipment, Verdict
from tests.support.recognising import library

GOOD: dict[str, Any] = {
    "id": "X01", "category": "motor", "title": "试", "canon": "generic", "verdict": "review", "reason": "C05",
    "source": {"catalogue": "试", "item": ""}, "items": [], "confidence": "verified",
    "deadline": {"text": "", "on": None}, "evidence": "", "pattern": "^QQ-?\\d.*$",
}  # fmt: skip


def recognised(
    *rules: dict[str, Any], model: str = "QQ-12", **columns: str
) -> tuple[Verdict, tuple[str, ...]]:
    day = date(2025, 6, 30)
    made = assemble(
        library().rule_sets(day), (), [rule_from_json(one, "matching/own/v1") for one in rules], day
    )
    found = made.recognise(Equipment("电动机", model, **columns))
    return found.verdict, found.reasons


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pattern": "^(QQ"}, "pattern"),
        ({"pattern": "^(Q+)+$"}, "pattern"),
        ({"pattern": "^.*$"}, "pattern"),
        ({"pattern_not": "(["}, "pattern_not"),
        ({"power_kw": [5, 3]}, "power_kw"),
        ({"made_after": "2003-02-30"}, "made_after"),
        ({"canon": "fan"}, "fan_series"),
        ({"canon": "strange"}, "canon"),
        ({"kva": ["a", "b"]}, "条件写法有误"),
    ],
)
def test_a_faulty_rule_is_described_and_stays_silent(change: dict[str, Any], said: str) -> None:
    faulty = GOOD | change
    assert said in "".join(check_rule(faulty))
    assert recognised(faulty | {"id": "X00"}, GOOD) == (Verdict.REVIEW, ("C05",))


def test_a_good_rule_has_no_fault() -> None:
    assert check_rule(GOOD) == []
    with pytest.raises(RuleFault, match="series"):
        parse_terms("motor_frame", {})


@pytest.mark.parametrize(
    ("terms", "columns", "expected"),
    [
        ({"made_on_or_before": "2003-12-31"}, {"made": "2003"}, ("C05",)),
        ({"made_on_or_before": "2003-12-31"}, {"made": "2004"}, ()),
        ({"made_on_or_before": "2003-12-31"}, {}, ("C03",)),
        ({"made_on_or_before": "2003-12-31", "if_date_unknown": "skip"}, {}, ()),
        ({"made_after": "2003-12-31"}, {"made": "2004"}, ("C05",)),
        ({"made_after": "2003-06-30"}, {"made": "2003"}, ("C03",)),
        ({"volt_max": 660}, {"voltage_v": "660"}, ("C05",)),
        ({"volt_max": 660}, {"voltage_v": "380/1140"}, ()),
        ({"volt_max": 660}, {}, ("C03",)),
        ({"volts_in": [380], "if_volt_unknown": "match"}, {}, ("C05",)),
        ({"volts_in": [380]}, {"voltage_v": "660"}, ("C07", "C05")),
        ({"power_kw": ["7.5", 125]}, {"power_kw": "7.5"}, ("C05",)),
        ({"power_kw": ["7.5", 125]}, {"power_kw": "7.4"}, ("C07", "C05")),
        ({"power_kw": ["7.5", 125]}, {}, ("C05",)),
        ({"name_any": ["深井"]}, {}, ()),
        ({"name_all": ["电动", "机"]}, {}, ("C05",)),
        ({"pattern_not": "12$"}, {}, ()),
        ({"pattern_list": ["QQ-12"], "pattern": "^ZZ9$"}, {}, ("C05",)),
    ],
)
def test_conditions(terms: dict[str, Any], columns: dict[str, str], expected: tuple[str, ...]) -> None:
    assert recognised(GOOD | terms, **columns)[1] == expected


def test_a_rule_leaves_models_to_the_rules_it_excludes() -> None:
    other = GOOD | {"id": "X02", "reason": "C06", "exclude_rules": ["X01"]}
    assert recognised(other, GOOD)[1] == ("C05",)
    assert recognised(other)[1] == ("C06",)


def test_the_stricter_verdict_wins_and_between_equals_the_first_rule() -> None:
    milder = GOOD | {"id": "X03", "verdict": "restricted", "reason": "C04"}
    assert recognised(milder, GOOD) == (Verdict.REVIEW, ("C05",))
    assert recognised(GOOD | {"id": "X04", "reason": "C06"}, GOOD)[1] == ("C06",)
