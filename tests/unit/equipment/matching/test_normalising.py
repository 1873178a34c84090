"""Many spellings, one normal form; the normal form of a normal form is itself."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.equipment.matching.normalising import KINDS, LONGEST, normal_form, normalise

# fmt: off
PIECES = (
    "Y160M-4", "JO2-42-4", "J02", "ZZJ0", "JOⅡ", "S7-315/10", "10kV", "kVA", "11kW", "380/660V", "4P", "4极", "IP44", "B3",
    "配", "带", "+", "、", ",", "，", " ", "/", "-", "－", "一", "l", "x", "×", "型", "（", "）", "(", ")", "ExdⅡBT4", "2台",
    "No", "№", "8-18",
    "右90°", "½", "1 1/2", "BA-6", "O", "0", "Y132S-4", "(B)", "Dyn11", "F级", "ß", "ſ", "㎾", "￥", "\x01", "\n",
)
# fmt: on
MESSY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
ANY = st.one_of(MESSY, st.text(max_size=260))


@pytest.mark.parametrize(
    ("written", "kind", "form"),
    [
        ("Ｙ１６０Ｍ－４", "motor", "Y160M-4"),
        ("Y160M—4", "motor", "Y160M-4"),
        ("Y160M一4", "motor", "Y160M-4"),
        ("Y160M--4", "motor", "Y160M-4"),
        ("y160m-4", "motor", "Y160M-4"),
        (" 型号：Y160M-4 型 ", "motor", "Y160M-4"),
        ("Y160M-4（IP44）B3 11kW 380V", "motor", "Y160M-4"),
        ("Y160M-4/6000V", "motor", "Y160M-4"),
        ("Y90L-6/1.1KW", "motor", "Y90L-6"),
        ("Y160M-4P", "motor", "Y160M-4"),
        ("Y160M4P", "motor", "Y160M4"),
        ("Y160M 4极", "motor", "Y160M"),
        ("Y160M-4 1460r/min 50Hz F级 2台", "motor", "Y160M-4"),
        ("YB-160M-4 ExdⅡBT4", "motor", "YB-160M-4"),
        ("YB3-160M-4", "motor", "YB3-160M-4"),
        ("J02-42-4", "motor", "JO2-42-4"),
        ("BJ02-52-4", "motor", "BJO2-52-4"),
        ("JR02", "motor", "JRO2"),
        ("ZZJ0-12", "motor", "ZZJO-12"),
        ("JOⅡ-42-4", "motor", "JO2-42-4"),
        ("JOⅢ", "motor", "JO3"),
        ("Y16OM-4", "motor", "Y160M-4"),
        ("JO2O", "motor", "JO2O"),
        ("JS148-6,6kV", "motor", "JS148-6"),
        ("SJl-560/10", "transformer", "SJ1-560/10"),
        ("sl7-315/10", "transformer", "SL7-315/10"),
        ("S7-100kVA", "transformer", "S7-100"),
        ("SCB8—630kVA/10kV", "transformer", "SCB8-630/10"),
        ("S7-315KVA10/0.4KV", "transformer", "S7-315/10/0.4"),
        ("S9-630/10 Dyn11", "transformer", "S9-630/10"),
        ("SG（B）8-400/10", "transformer", "SG(B)8-400/10"),
        ("l-20/8", "other", "L-20/8"),
        ("BXl-135", "other", "BX1-135"),
        ("150NQl0", "other", "150NQ10"),
        ("1½BA-6", "other", "1.5BA-6"),
        ("1 1/2BA-6", "other", "1.5BA-6"),
        ("D36×35-40/3500", "other", "D36X35-40/3500"),
        ("Q11-3x1800", "other", "Q11-3X1800"),
        ("2V-6/8", "other", "2V-6/8"),
        ("3W—0．9／7型", "other", "3W-0.9/7"),
        ("8-18-101№6", "other", "8-18-101NO6"),
        ("Y9-35№20F右90°", "other", "Y9-35NO20F"),
        ("4M8(1)-30/320", "other", "4M8(1)-30/320"),
        ("X62W(", "other", "X62W"),
        ("WNS4-1.25-Y(Q)", "other", "WNS4-1.25-Y(Q)"),
        ("Y160M-4+Y132S-4", "motor", "Y160M-4+Y132S-4"),
        ("Y160M-4/Y132S-4", "motor", "Y160M-4+Y132S-4"),
        ("Y160M-4 Y132S-4", "motor", "Y160M-4+Y132S-4"),
        ("4-72No5A 配Y132S1-2", "other", "4-72NO5A+Y132S1-2"),
        ("IS80-65-160 配 Y160M2-2 15kW", "motor", "IS80-65-160+Y160M2-2"),
        ("IS80-65-160 电机Y160M-4", "other", "IS80-65-160+Y160M-4"),
        ("IS80-65-160(Y160M-4)", "other", "IS80-65-160+Y160M-4"),
        ("1#主变S9-630/10", "transformer", "S9-630/10"),
        ("2号Y160M-4", "motor", "Y160M-4"),
        ("见铭牌", "motor", ""),
        ("", "motor", ""),
    ],
)
def test_spellings(written: str, kind: str, form: str) -> None:
    assert normal_form(written, kind) == form


@given(ANY, st.sampled_from(KINDS))
def test_normalising_twice_changes_nothing(text: str, kind: str) -> None:
    once = normal_form(text, kind)
    assert normal_form(once, kind) == once


@given(ANY, st.sampled_from(KINDS))
def test_a_normal_form_is_plain_ascii_in_upper_case(text: str, kind: str) -> None:
    form = normal_form(text, kind)
    assert form.isascii()
    assert form == form.upper()
    assert " " not in form


def test_the_original_is_kept_part_by_part() -> None:
    normal = normalise("4-72№5A 配 Ｙ132S1—2型", "other")
    assert [part.raw for part in normal.parts] == ["4-72№5A", "Ｙ132S1—2型"]
    assert [part.text for part in normal.parts] == ["4-72NO5A", "Y132S1-2"]


@pytest.mark.parametrize(
    ("written", "restored", "other"),
    [("SJl-560", True, "SJL-560"), ("J02-4", True, ""), ("Y16OM-4", True, ""), ("Y160M-4", False, "")],
)
def test_restored_characters_are_noted(written: str, restored: bool, other: str) -> None:
    part = normalise(written, "motor").parts[0]
    assert (part.restored, part.other) == (restored, other)


def test_attributes_stay_with_their_part() -> None:
    normal = normalise("Y160M-4 11kW + Y132S-4 5.5千瓦; 380V", "motor")
    assert [[str(p) for p in part.attributes.powers] for part in normal.parts] == [["11"], ["5.5"]]
    assert [str(v) for v in normal.attributes.volts] == ["380"]


@pytest.mark.parametrize(
    "unit", ["Y160M-4", "4K", "(", "kW", " ", "一", "½", "l", "1/", "№", "字", "Y1-", "\x01"]
)
def test_what_is_far_too_long_is_cut_and_quick(unit: str) -> None:
    begun = process_time()
    for kind in KINDS:
        normal = normalise(unit * (10_000 // len(unit)) + "x", kind)
        assert sum(len(part.text) for part in normal.parts) <= LONGEST
    assert process_time() - begun < 2
