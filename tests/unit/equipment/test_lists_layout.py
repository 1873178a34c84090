"""What a person says about columns becomes a plan; what a plan lacks is said plainly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formserver.equipment.lists_layout import (
    changed,
    fresh_heads,
    is_certain,
    missing_of,
    twice_of,
    typed_heads,
    typed_plan,
)
from formserver.equipment.reading.model import Heading, ReadPlan, SheetPlan

REQUIRED = ("name", "model", "quantity", "status")


def plan(*keys: str, sure: str = "certain", skip: bool = False, head_row: int = 1) -> ReadPlan:
    headings = tuple(Heading(place, key or "其他", (), key, sure) for place, key in enumerate(keys))
    return ReadPlan((SheetPlan("设备表", head_row, headings, 10, skip),), "signature")


def test_a_plan_with_every_required_column_lacks_nothing_and_is_certain():
    assert missing_of(plan(*REQUIRED)) == ()
    assert is_certain(plan(*REQUIRED))


def test_a_guess_anywhere_asks():
    guessed = plan(*REQUIRED, "made")
    sheet = guessed.sheets[0]
    headings = (*sheet.headings[:-1], replace(sheet.headings[-1], sure="likely"))
    assert not is_certain(replace(guessed, sheets=(replace(sheet, headings=headings),)))


@pytest.mark.parametrize(
    ("keys", "titles", "fatal"),
    [
        (("name", "quantity", "status"), ["设备型号"], [True]),
        (("model", "quantity", "status"), ["设备名称"], [False]),
        (("name", "model"), ["数量", "使用状态"], [False, False]),
        (("quantity", "status"), ["设备名称", "设备型号"], [True, True]),
    ],
)
def test_missing_columns_are_named_with_what_follows(
    keys: tuple[str, ...], titles: list[str], fatal: list[bool]
):
    found = missing_of(plan(*keys))
    assert [one.title for one in found] == titles
    assert [one.fatal for one in found] == fatal
    assert all(one.title in one.message for one in found)


def test_a_list_without_a_sheet_to_read_cannot_be_checked():
    (only,) = missing_of(plan(*REQUIRED, skip=True))
    assert only.fatal
    assert not is_certain(plan(*REQUIRED, skip=True))
    assert missing_of(plan(*REQUIRED, head_row=0)) == ()


def test_a_sheet_whose_head_was_not_found_is_named():
    (only,) = missing_of(plan(*REQUIRED, skip=True, head_row=0))
    assert only.fatal
    assert "没有找到表头：请指定表头所在的行" in only.message
    assert only.sheet in only.message


def test_one_meaning_for_two_columns_is_refused_by_their_headings():
    twice = plan(*REQUIRED, "model")
    assert len(twice_of(twice)) == 1
    assert "设备型号" in twice_of(twice)[0]
    assert twice_of(replace(twice, sheets=(replace(twice.sheets[0], skip=True),))) == ()


def test_a_form_changes_meanings_heads_and_sheets():
    before = plan("name", "", "quantity", "status")
    form = {"shown-0": "1", "head-0": "1", "read-0": "1", "key-0-1": "model", "key-0-2": ""}
    after = typed_plan(before, form)
    assert [one.key for one in after.sheets[0].headings] == ["name", "model", "", "status"]
    assert after.sheets[0].headings[1].sure == "chosen"
    assert after.sheets[0].headings[0].sure == "certain"
    assert changed(before, after)
    assert typed_plan(before, {"shown-0": "1", "head-0": "1"}).sheets[0].skip
    assert not changed(before, typed_plan(before, {}))


def test_what_was_chosen_for_columns_of_another_head_is_not_taken_over():
    before = plan("name", "", "quantity", "status")
    form = {"shown-0": "1", "head-0": "3", "read-0": "1", "key-0-1": "model"}
    assert typed_heads(before, form) == {0: 3}
    fresh = fresh_heads(before, form)
    assert fresh == {0}
    assert typed_plan(before, form, fresh).sheets[0].headings == before.sheets[0].headings


@pytest.mark.parametrize("text", ["", "-1", "1e3", "²", "9999999", "<script>", "１"])
def test_rows_that_are_none_are_no_head(text: str):
    assert typed_heads(plan(*REQUIRED), {"shown-0": "1", "head-0": text, "read-0": "1"}) == {}


def test_keys_nobody_knows_change_nothing():
    before = plan(*REQUIRED)
    assert typed_plan(before, {"key-0-0": "../etc", "key-9-9": "model"}) == before
