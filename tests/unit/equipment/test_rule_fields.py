"""The form of a rule gives back exactly the record it was drawn from, and keeps what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from formserver.core.definitions.shipped import shipped_dir
from formserver.equipment.rule_fields import FIELDS, ends, new_rule, shown, typed_rule
from formserver.equipment.rule_words import CANON_WORDS, TERM_TITLES, plain_conditions

META = json.loads((shipped_dir("schemas") / "meta" / "matching.json").read_text(encoding="utf-8"))


def shipped_rules() -> list[dict[str, Any]]:
    folder = Path(shipped_dir("schemas"))
    files = [*folder.glob("matching/*/*.json"), *folder.glob("elimination/*/*.json")]
    return [rule for file in files for rule in json.loads(file.read_text(encoding="utf-8"))["rules"]]


def form_of(rule: dict[str, Any]) -> dict[str, str]:
    """What a browser sends that shows the rule and changes nothing."""
    sent = {}
    for field in FIELDS:
        text = shown(field, rule)
        if field.kind == "range":
            sent[f"{field.name}.low"], sent[f"{field.name}.high"] = ends(text)
        else:
            sent[field.name] = text.replace("\n", "\r\n")
    return sent


def test_every_shipped_rule_survives_its_form() -> None:
    rules = shipped_rules()
    assert len(rules) > 300
    for rule in rules:
        assert typed_rule(rule, form_of(rule)) == rule, rule["id"]


def test_the_form_and_the_words_know_every_condition_of_the_schema() -> None:
    rule = META["$defs"]["rule"]
    places = {field.place.partition(".")[0] for field in FIELDS}
    assert places == set(rule["properties"]) - {"id"}
    assert set(TERM_TITLES) == set(rule["properties"]) - set(rule["required"])
    assert set(CANON_WORDS) == set(rule["properties"]["canon"]["enum"])


def test_every_shipped_rule_is_said_in_words() -> None:
    for rule in shipped_rules():
        terms = {key: value for key, value in rule.items() if key in TERM_TITLES}
        said = plain_conditions(terms)
        told = [key for key in terms if not key.startswith("if_")]
        assert len(said) == len(told), rule["id"]
        assert all(said)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"pattern": "^ABC1$"}, "型号是 ABC1"),
        ({"pattern": "^AB[12]$"}, "型号符合写法 ^AB[12]$"),
        ({"kva": [30, 1600]}, "容量 30～1600 kVA（含两端）"),
        ({"amp": [400, 9999]}, "额定电流 400 A 及以上"),
        ({"steam_tph": [0, 10]}, "蒸发量不大于 10 t/h"),
        (
            {"made_on_or_before": "2003-12-31", "if_date_unknown": "review"},
            "制造日期不晚于 2003-12-31；没有写日期的转待确认",
        ),
        ({"name_any": ["深井", "潜水"]}, "设备名称中有“深井”“潜水”之一"),
    ],
)
def test_conditions_in_words(terms: dict[str, Any], said: str) -> None:
    assert plain_conditions(terms) == (said,)


def test_words_never_fail_on_faulty_rules() -> None:
    for key in TERM_TITLES:
        for value in (None, "", "x", 3, [], ["a"], {}, {"a": 1}, [1, 2, 3]):
            plain_conditions({key: value})


def test_what_cannot_be_read_is_kept_as_typed() -> None:
    made = typed_rule(new_rule("X01"), {"f.power_kw.low": "很大", "f.power_kw.high": "", "f.poles": "2,四 6"})
    assert made["power_kw"] == ["很大", ""]
    assert made["poles"] == [2, "四", 6]
    kept = typed_rule(new_rule("X01"), {"f.fan_no_not_in": "{不是JSON"})
    assert kept["fan_no_not_in"] == "{不是JSON"


def test_emptied_conditions_are_gone_and_numbers_are_exact() -> None:
    rule = new_rule("X01") | {"kv_in": [6, "6.3"], "pattern": "^A$", "made_after": "1999-12-31"}
    made = typed_rule(rule, {"f.kv_in": "6.30 10", "f.pattern": " ", "f.made_after": "", "f.evidence": ""})
    assert made["kv_in"] == ["6.30", 10]
    assert "pattern" not in made
    assert "made_after" not in made
    assert made["evidence"] == ""
