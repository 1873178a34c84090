"""Changes of a catalogue's file and how they are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formserver.core.canonical import clone
from formserver.core.definitions.shipped import shipped_dir
from formserver.equipment.catalogue_content import (
    check_lines,
    free_rule_id,
    free_rules,
    move_row,
    put_row,
    remove_row,
    signed,
    state_of,
)
from formserver.equipment.catalogue_diff import difference
from formserver.equipment.catalogue_drafts import new_name

GUIDANCE = json.loads(
    (shipped_dir("schemas") / "elimination" / "guidance" / "2024.json").read_text(encoding="utf-8")
)


def line(line_id: str, **more: Any) -> dict[str, Any]:
    return {"id": line_id, "seq": line_id, "name": "离心泵", "model": f"B{line_id}", "confidence": "recalled",
            "source": "m", **more}  # fmt: skip


def small() -> dict[str, Any]:
    rule = {
        "id": "R1",
        "title": "甲",
        "items": ["b:1", "b:2"],
        "confidence": "recalled",
        "reason": "C11",
        "verdict": "review",
    }
    return {"name": "b", "sources": {"m": "凭记忆"}, "items": [line("1"), line("2")], "rules": [rule]}


def test_checked_lines_free_the_rules_that_rest_on_them_alone() -> None:
    source = signed("原文第5页", "唐思源", "2026-11-21")
    one, done = check_lines(small(), {"1", "无此条"}, source)
    assert done == ("1",)
    assert state_of(one, one["items"][0]) == "checked"
    assert one["rules"][0]["confidence"] == "recalled"  # its other line is still recalled
    both, done = check_lines(one, {"1", "2"}, source)
    assert done == ("2",)
    rule = both["rules"][0]
    assert (rule["confidence"], rule["verdict"], rule["reason"]) == ("verified", "eliminated", "C01")
    assert check_lines(both, {"1", "2"}, source)[1] == ()


def test_nothing_changes_the_file_it_is_given() -> None:
    content = small()
    before = clone(content)
    check_lines(content, {"1"}, "x")
    put_row(content, "items", "3", line("3"))
    remove_row(content, "items", "1")
    move_row(content, "rules", "R1", 1)
    free_rules(content, {"R1"})
    assert content == before


def test_rows_are_put_removed_and_moved() -> None:
    content = put_row(small(), "rules", "R2", {"id": "R2", "items": []})
    assert [one["id"] for one in move_row(content, "rules", "R2", -1)["rules"]] == ["R2", "R1"]
    assert [one["id"] for one in move_row(content, "rules", "R2", 99)["rules"]] == ["R1", "R2"]
    gone = remove_row(content, "items", "1")
    assert [one["id"] for one in gone["items"]] == ["2"]
    assert gone["rules"][0]["items"] == ["b:2"]
    assert free_rule_id({"rules": [{"id": "X01"}]}, {"X02"}) == "X03"


@pytest.mark.parametrize(
    ("content"), [{}, {"items": None, "rules": 3}, {"items": [1, "x", None]}, {"items": [{}]}]
)
def test_faulty_files_stay_editable(content: dict[str, Any]) -> None:
    check_lines(content, {"1"}, "x")
    put_row(content, "items", "1", line("1"))
    remove_row(content, "items", "1")
    difference(content, small())
    difference(small(), content)


def test_a_difference_names_fields_in_words() -> None:
    new = clone(GUIDANCE)
    new["items"][0]["condition"] = "另一条件"
    new["items"][1]["deadline"] = {"text": "2030-01-01", "on": "2030-01-01"}
    del new["items"][2]
    new["items"].append(line("new-1", category="pump"))
    new["title"] = "另一简称"
    found = difference(GUIDANCE, new)
    assert found.head == (("简称", "产业目录2024", "另一简称"),)
    assert found.counts("lines") == {"新增": 1, "修改": 2, "删去": 1}
    changed = {one.id: one.fields for one in found.lines if one.kind == "修改"}
    assert changed["motor-1"] == (("条件", "机座号63～355mm，660V及以下", "另一条件"),)
    assert changed["motor-2"] == (("淘汰期限", "2024-02-01施行", "2030-01-01"),)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("第五批", "batch_5"),
        ("高耗能淘汰目录（第十二批）", "batch_12"),
        ("第二十批", "batch_20"),
        ("第4批", "own_1"),
        ("地方目录", "own_1"),
    ],
)
def test_names_of_new_catalogues(title: str, name: str) -> None:
    assert new_name(title, {"batch_4"}) == name
    assert new_name("地方目录", {"own_1"}) == "own_2"
