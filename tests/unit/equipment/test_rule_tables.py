"""Tables of models and word lists: read from a form and back, never raising, told in words, judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formserver.core.canonical import clone
from formserver.core.definitions.shipped import shipped_dir
from formserver.core.errors import AppError
from formserver.equipment.catalogue_diff import difference
from formserver.equipment.matching.judging_tables import table_faults, word_faults
from formserver.equipment.rule_tables_content import (
    TableLine,
    grammar_of,
    merged,
    pasted_lines,
    plain_model,
    plain_powers,
    posted_lines,
    shown_table,
    tables_of,
    typed_table,
    users_of,
)
from formserver.equipment.rule_tables_words import LISTS, typed_words, words_of

FILE = json.loads(
    (shipped_dir("schemas") / "matching" / "national" / "2025.json").read_text(encoding="utf-8")
)
GRAMMAR = grammar_of(FILE)
BROKEN: tuple[Any, ...] = (
    {},
    {"tables": []},
    {"tables": {"a": 1, "b": {"x": 1, "y": [None, {}]}}, "grammar": 3},
    {"grammar": {"motor_series": 1, "category_keywords": [], "motor_frames": {"80": 1}, "fuel_codes": {"coal": 2}}},
    {"rules": [{"not_in_tables": 3}, 1], "tables": None, "grammar": None},
)  # fmt: skip


def test_shipped_tables_and_words_come_back_and_are_good() -> None:
    for table in tables_of(FILE).values():
        assert typed_table(shown_table(table), table, GRAMMAR) == table
    form = {one.name: "\r\n".join(words_of(FILE["grammar"], one.place)) for one in LISTS}
    assert typed_words(FILE, form) == FILE
    assert [*table_faults(FILE), *word_faults(FILE)] == []
    covered = {one.place.partition(".")[0] for one in LISTS}
    assert covered == set(FILE["grammar"])


@pytest.mark.parametrize("broken", BROKEN)
def test_faulty_files_stay_editable(broken: Any) -> None:
    for table in tables_of(broken).values():
        typed_table(shown_table(table), table, grammar_of(broken))
    typed_words(broken, {one.name: "" for one in LISTS})
    users_of(broken, "a")
    difference(broken, FILE)
    difference(FILE, broken)


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("80M1-2", "80M1-2"),
        ("Y80M1-2", "80M1-2"),
        ("Y2132S-4", "132S-4"),
        (" ｙ2－132s－4 ", "132S-4"),
        ("Y801-4", "80M1-4"),
        ("JO2-51-4", "JO2-51-4"),  # no model of a frame: stays, the judge says so
        ("Y80M1-2W", "Y80M1-2W"),
        ("", ""),
    ],
)
def test_models_lose_their_series_where_that_is_certain(written: str, model: str) -> None:
    assert plain_model(written, GRAMMAR) == model


def test_powers_are_read_in_the_ways_people_write_them() -> None:
    assert plain_powers("0.75 kW、１．１KW; 2.2千瓦") == ["0.75", "1.1", "2.2"]
    assert plain_powers("很大") == ["很大"]
    assert plain_powers("") == []


def test_a_block_is_read_with_and_without_a_head() -> None:
    assert pasted_lines("型号\t功率\n80M1-2\t0.75\t1.1\n\n90S-2 1.5\r\n90L-2，2.2") == (
        TableLine("80M1-2", "0.75、1.1"),
        TableLine("90S-2", "1.5"),
        TableLine("90L-2", "2.2"),
    )
    assert pasted_lines("80M1-2") == (TableLine("80M1-2", ""),)
    assert pasted_lines(" \n ") == ()


def test_a_block_takes_the_place_of_lines_with_the_same_model() -> None:
    lines = (TableLine("80M1-2", "0.75"), TableLine("", "9"), TableLine("90S-2", "1.5"))
    block = (TableLine("Y90S-2", "1.6"), TableLine("", "8"))
    found = merged(lines, block, GRAMMAR)
    assert [one.power for one in found] == ["0.75", "9", "1.6", "8"]


def test_posted_lines_may_be_uneven() -> None:
    assert posted_lines(["a", "", "b"], ["1"]) == (TableLine("a", "1"), TableLine("b", ""))


def test_a_line_that_would_be_lost_is_refused() -> None:
    for lines in (
        [TableLine("80M1-2", "1"), TableLine("Y80M1-2", "2")],
        [TableLine("", "1")],
        [TableLine(str(number), "1") for number in range(2_001)],
    ):
        with pytest.raises(AppError):
            typed_table(lines, {}, GRAMMAR)


def test_whole_numbers_that_did_not_change_stay_numbers() -> None:
    assert typed_table([TableLine("90S-2", "3")], {"90S-2": [3]}, GRAMMAR) == {"90S-2": [3]}


def test_changes_are_told_in_words() -> None:
    new = clone(FILE)
    new["tables"]["Y_B3_16"]["112M-2"] = ["4", "4.5"]
    del new["tables"]["FRAME71"]
    new["tables"]["新表"] = {"80M1-2": ["0.75"]}
    new["grammar"]["fuel_codes"]["coal"].append("AIV")
    new["grammar"]["motor_frames"]["63"] = ["", "M"]
    new["grammar"]["unknown_names"].reverse()
    found = difference(FILE, new)
    tables = {one.id: one for one in found.tables}
    assert (tables["Y_B3_16"].kind, tables["Y_B3_16"].fields) == (
        "修改",
        (("112M-2", "4 kW", "4、4.5 kW"),),
    )
    assert (tables["FRAME71"].kind, tables["新表"].kind) == ("删去", "新增")
    words = {one.id: one.fields for one in found.words}
    assert words["fuel_codes.coal"] == (("加入", "", "AIV"),)
    assert words["motor_frames"] == (("各行", "63：无", "63：无、M"),)
    assert words["unknown_names"][0][0] == "次序"
    assert not found.nothing
    assert found.head == ()
    assert difference(FILE, clone(FILE)).nothing


def test_words_nobody_could_meet_are_faults() -> None:
    for place, value in (
        ("motor_series", ["y2", "Y"]),
        ("transformer_series", ["Ｓ7"]),
        ("category_keywords", {"pump": ["泵"], "fan": ["泵"]}),
        ("category_keywords", {"pump": ["水 泵"]}),
        ("fuel_codes", {"coal": ["A"], "oilgas": ["A"]}),
        ("fuel_codes", {"wood": ["A"]}),
        ("motor_frames", {**FILE["grammar"]["motor_frames"], "8": ["M"]}),
        ("motor_core_digits", {"80Q": ["1"]}),
        ("motor_core_digits", {"80M": ["①"]}),
    ):
        grammar = {**FILE["grammar"], place: value}
        assert [*word_faults({**FILE, "grammar": grammar})], place
    for table in ({}, {"JO2-51-4": ["7.5"]}, {"80M1-2": ["-1"]}, {"80M1-2": ["100001"]}, {"80M1": ["1"]}):
        assert [*table_faults({**FILE, "tables": {"a/b": table}})], table
