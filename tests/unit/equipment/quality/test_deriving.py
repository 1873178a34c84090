"""Rules a catalogue line makes itself: what it means, how sure that is, and that it says where it comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from formserver.equipment.matching.deriving import Words, derive_rules
from formserver.equipment.matching.judging_patterns import pattern_fault
from formserver.equipment.matching.model import Deadline, Item

WORDS = Words(
    frozenset({"S8", "SCB8", "SG(B)8", "SL7"}), frozenset({"电容器", "泵", "电动机", "接线端子", "断路器"})
)


def line(
    model: str,
    name: str = "行程开关",
    category: str = "switchgear",
    condition: str = "",
    *,
    recalled: bool = False,
) -> Item:
    return Item(
        "batch_5:3-4", "batch_5", "2026", "3-4", "三、电器", category, name, model, condition,
        Deadline("2027-12-31", date(2027, 12, 31)), "", "", recalled, "official",
    )  # fmt: skip


def rules(*args: Any, **more: Any) -> list[dict[str, Any]]:
    return derive_rules([line(*args, **more)], "第五批", WORDS)


def speaks(rule: dict[str, Any], text: str) -> bool:
    return re.fullmatch(rule["pattern"], text) is not None


def test_a_model_written_out_settles_exactly_that_model() -> None:
    [rule] = rules("HD9-200")
    assert (rule["id"], rule["verdict"], rule["reason"], rule["confidence"]) == (
        "B5-3-4",
        "eliminated",
        "C01",
        "verified",
    )
    assert (rule["items"], rule["source"]) == (["batch_5:3-4"], {"catalogue": "第五批", "item": "3-4"})
    assert rule["deadline"] == {"text": "2027-12-31", "on": "2027-12-31"}
    assert speaks(rule, "HD9-200")
    assert not any(speaks(rule, text) for text in ("HD9-2000", "HD92-00", "XHD9-200", "HD9-20", "HD9-200/31"))


def test_a_model_without_size_asks_about_sizes() -> None:
    exact, sized = rules("JL4")
    assert (exact["verdict"], sized["verdict"], sized["reason"]) == ("eliminated", "review", "C06")
    assert speaks(exact, "JL4")
    assert speaks(sized, "JL4-11/2")
    assert not any(speaks(rule, text) for rule in (exact, sized) for text in ("JL14", "JL41", "JL4A"))


@pytest.mark.parametrize(
    ("model", "yes", "no", "verdict"),
    [
        ("JT17全系列", ("JT17", "JT17-11L"), ("JT171", "JT18", "AJT17"), "eliminated"),
        ("MW1系列", ("MW1-6", "MW1"), ("MW16", "MW2"), "eliminated"),
        ("JR16-A/B/C/D系列", ("JR16B-20/3", "JR16-A"), ("JR16-20/3", "JR16E", "JR36B"), "eliminated"),
        ("12JD型", ("12JD230", "12JD"), ("112JD230", "12JDB"), "review"),
        ("JY(老型)08", ("JY08",), ("JY082",), "review"),
        ("SHF6～SHF35", ("SHF6", "SHF35"), ("SHF5", "SHF36", "SHF65"), "eliminated"),
    ],
)
def test_notations_of_series(model: str, yes: tuple[str, ...], no: tuple[str, ...], verdict: str) -> None:
    first = rules(model, category="compressor", name="空压机")[0]
    assert first["verdict"] == verdict
    assert all(speaks(first, text) for text in yes)
    assert not any(speaks(first, text) for text in no)


def test_lists_make_a_rule_each_and_the_last_word_counts_for_all() -> None:
    found = rules("QC10、QC12、QC8系列", category="furnace")
    assert [one["id"] for one in found] == ["B5-3-4-A", "B5-3-4-B", "B5-3-4-C"]
    assert [speaks(one, text) for one, text in zip(found, ("QC10-2/6", "QC12", "QC8-5"), strict=True)] == [
        True
    ] * 3


def test_a_range_of_transformers_is_read_as_one() -> None:
    [rule] = rules("SCB8-30～2500/10", "干式变压器", "transformer")
    assert (rule["canon"], rule["series_in"], rule["kva"]) == ("transformer", ["SCB8"], [30, 2500])
    assert 10 in rule["kv_in"]
    assert 35 not in rule["kv_in"]
    [single] = rules("S8-30", "变压器", "transformer")
    assert (single["series_in"], single["kva_in"]) == (["S8"], [30])


def test_a_tilde_inside_a_model_is_no_range() -> None:
    [rule] = rules("PZK-14.3/45～6", "膨胀机", "compressor")
    assert speaks(rule, "PZK-14.3/45~6")
    assert speaks(rule, "PZK-14.3/45-6")


def test_a_short_model_needs_its_name() -> None:
    for rule in rules("BY", "低压全纸并联电容器"):
        assert rule["name_any"] == ["电容器"]
    [pump] = rules("高产30-4", "水轮泵", "pump")
    assert (pump["name_any"], speaks(pump, "30-4")) == (["水轮泵"], True)


@pytest.mark.parametrize("model", ["1200叠板轧机", "", "叠板轧机"])
def test_a_line_without_a_model_asks_by_name(model: str) -> None:
    [rule] = rules(model, "叠板轧机", "machine_tool")
    assert (rule["canon"], rule["verdict"], rule["reason"]) == ("name", "review", "C07")
    assert speaks(rule, "二车间叠板轧机")


def test_conditions_a_rule_can_check_become_terms_and_others_a_question() -> None:
    [motor] = rules("Y112M-2", "电动机", "motor", "额定功率4kW；2003年（含）前生产")
    assert motor["verdict"] == "eliminated"
    assert (motor["made_on_or_before"], motor["if_date_unknown"]) == ("2003-12-31", "review")
    assert motor["power_kw"] == ["3.80", "4.20"]
    assert speaks(motor, "Y112M2")
    [older] = rules("C616", "普通车床", "machine_tool", "2000年前生产")
    assert older["made_on_or_before"] == "1999-12-31"
    [ring] = rules("3W-0.9/7", "空压机", "compressor", "环状阀")
    assert (ring["verdict"], ring["reason"]) == ("review", "C07")
    assert "环状阀" in ring["evidence"]
    [amps] = rules("ZX6系列", "焊机", "welder", "额定焊接电流160～199A")
    assert (amps["canon"], amps["amp_series"], amps["amp"]) == ("welder_amp", "ZX6", [160, 199])


def test_lines_from_memory_make_rules_from_memory() -> None:
    [rule] = rules("JL4", recalled=True)
    assert rule["confidence"] == "recalled"


@pytest.mark.parametrize(
    "model",
    [
        "(((",
        "、、；",
        "～",
        "A～B",
        "型",
        "系列",
        "全系列",
        "Y" * 200,
        "1～9～3",
        "\\d+",
        "[A-Z]*",
        "a(b",
        "老型",
        "等",
    ],
)
def test_whatever_stands_in_the_cell_makes_harmless_rules(model: str) -> None:
    for rule in rules(model, "名称", "pump"):
        assert pattern_fault(rule["pattern"]) == ""
        assert re.fullmatch("[A-Z][A-Za-z0-9_.:-]*", rule["id"])


def test_one_line_twice_has_two_ids() -> None:
    found = derive_rules([line("HD9-200"), line("HD9-200")], "第五批", WORDS)
    assert [one["id"] for one in found] == ["B5-3-4", "B5-3-4.2"]


def test_letters_other_switches_bear_too_settle_under_their_own_name_only() -> None:
    exact, asked = rules("KW3", "空气断路器")
    assert (exact["verdict"], exact["name_any"]) == ("eliminated", ["断路器"])
    assert (asked["verdict"], "name_any" in asked) == ("review", False)
    assert speaks(asked, "KW3")
    assert speaks(asked, "KW3-35")


def test_a_note_limits_nothing_but_a_doubt_in_it_asks() -> None:
    for note, verdict in (("列出的是机座号", "eliminated"), ("首字符I或1存疑", "review")):
        [rule] = derive_rules([replace(line("HD9-200"), note=note)], "第五批", WORDS)
        assert (rule["verdict"], note in rule["evidence"]) == (verdict, verdict == "review")
