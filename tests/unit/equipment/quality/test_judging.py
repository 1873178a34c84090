"""Faults the meta-schemas cannot see are found, and named where they stand."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest

from formserver.core.definitions.repository import EQUIPMENT_KINDS
from formserver.equipment.matching.judging import content_problems, judge_definition, judges
from formserver.equipment.matching.judging_patterns import pattern_fault
from tests.support.calculating import catalogue

CATALOGUE = catalogue()


def shipped(kind: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(CATALOGUE.definitions(kind, name)[-1].content)
    return content


def test_the_shipped_definitions_are_good() -> None:
    assert set(judges()) == set(EQUIPMENT_KINDS)
    for kind in EQUIPMENT_KINDS:
        for definition in CATALOGUE.definitions(kind):
            assert judge_definition(CATALOGUE, definition) == []


def of_rule(rule: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    return lambda data: change(next(one for one in data["rules"] if one["id"] == rule))


@pytest.mark.parametrize(
    ("kind", "name", "change", "said"),
    [
        ("matching", "national", of_rule("M20", lambda r: r.update(items=[])), "判淘汰的规则须指明目录条目"),
        ("matching", "national", of_rule("M20", lambda r: r.update(items=["batch_1:99"])), "没有目录条目 batch_1:99"),
        ("matching", "national", of_rule("M01", lambda r: r.update(models_table="X")), "没有名为 X 的逐型号表"),
        ("matching", "national", of_rule("M04", lambda r: r.update(not_in_tables=["X"])), "没有名为 X 的逐型号表"),
        ("matching", "national", of_rule("M49", lambda r: r.update(exclude_rules=["M99"])), "没有规则 M99"),
        ("matching", "national", of_rule("M20", lambda r: r.update(pattern="^(A+)+$")), "不能重复一个括号组"),
        ("matching", "national", of_rule("M20", lambda r: r.update(pattern="^(A$")), "表达式不能解读"),
        ("matching", "national", of_rule("M02", lambda r: r.update(made_on_or_before="2003-02-30")), "不是真实的日期"),
        ("matching", "national", of_rule("M02", lambda r: r.pop("if_date_unknown")), "缺日期时怎么办"),
        ("matching", "national", of_rule("M01", lambda r: r.pop("series")), "永远不会命中"),
        ("matching", "national", of_rule("M01", lambda r: r.update(series=["ZZ"])), "没有 ZZ"),
        ("matching", "national", of_rule("T01", lambda r: r.update(kva=[1600, 30])), "下限大于上限"),
        ("matching", "national", of_rule("M20", lambda r: r.update(reason="C99")), "没有理由码 C99"),
        ("matching", "national", of_rule("M20", lambda r: r.update(id="M21")), "重复"),
        ("matching", "national", of_rule("K05", lambda r: r.update(confidence="verified")), "都凭记忆"),
        ("matching", "national", of_rule("M20", lambda r: r["deadline"].update(on="2012-13-01")), "不是真实的日期"),
        ("elimination", "batch_2", lambda d: d["items"].append(d["items"][0]), "条目编号 1-1.1 重复"),
        ("elimination", "batch_2", lambda d: d["items"][3].update(source="x"), "没有来源 x"),
        ("elimination", "batch_2", lambda d: d.update(valid_to="2001-01-01"), "失效日期早于施行日期"),
        ("elimination", "batch_2", of_rule("B2-3-4", lambda r: r.update(id="M20")), "已用于 国家目录识别规则"),
        ("equipment_samples", "national", lambda d: d["samples"][0].update(rule="Q1"), "没有规则 Q1"),
        ("equipment_samples", "national", lambda d: d["samples"][0]["stated"].update(modle="x"), "没有 modle 这一栏"),
        ("equipment_samples", "national", lambda d: d["samples"].append(d["samples"][0]), "样本编号"),
        ("equipment_samples", "national", lambda d: d.update(as_of="2025-06-31"), "不是真实的日期"),
    ],
)  # fmt: skip
def test_a_fault_is_named(kind: str, name: str, change: Callable[[dict[str, Any]], Any], said: str) -> None:
    data = copy.deepcopy(shipped(kind, name))
    change(data)
    problems = content_problems(CATALOGUE, kind, data)
    assert any(said in one.message for one in problems), [one.message for one in problems]
    assert all(one.pointer.startswith("/") for one in problems)


def test_form_is_judged_first() -> None:
    data = shipped("matching", "national")
    data["rules"][0]["verdict"] = "gone"
    [problem] = content_problems(CATALOGUE, "matching", data)
    assert (problem.code, problem.pointer) == ("DEFINITION_SCHEMA", "/rules/0/verdict")


@pytest.mark.parametrize(
    "pattern",
    ["^(A+)+$", "^(A|AA)*$", "^(?:A{1,9}){2,}B$", "^A.*.*.*.*.*B$", "^A*$", "(?<=A)B", r"^(A)\1$", "[", "A" * 2001,
     "^(?:\\d+-?)*$", "^A{0,99999}A{0,9999}A{0,99}A{0,99}A{10,99}$",
     "^" + "(Y?)" * 60 + "Y" * 60 + "$", "^" + "(Y|YY)" * 60 + "$", "^" + "Y{1,9}" * 30 + "Z$", "^" + "Y?" * 300 + "$",
     "^AB" + "(?:YY?|Y)" * 40 + "$", r"^(?P<a>Y)(?P=a)$", "(?i)^A$", "^(?>A)B$", "^(A)?(?(1)B|C)$"],
)  # fmt: skip
def test_patterns_that_harm_are_refused_at_once(pattern: str) -> None:
    begun = process_time()
    assert pattern_fault(pattern)
    assert process_time() - begun < 5


@pytest.mark.parametrize(
    "pattern", ["^JO[23](?![A-Z])(-?.*)?$", r"^(\d+(\.\d+)?)?GC-?\d.*$|^GC$", r"^SHF-?(?:6|7)[)*+]?A{2}$"]
)
def test_patterns_that_do_not_are_taken(pattern: str) -> None:
    assert pattern_fault(pattern) == ""
