"""How what rules say is weighed: caps, several models, sources from memory, days, and no text that breaks it."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.equipment.matching.model import Equipment, Verdict
from tests.support.recognising import AS_OF, finding, library, said

NAMES = (
    "三相异步电动机",
    "变压器",
    "离心泵",
    "离心风机",
    "空压机",
    "蒸汽锅炉",
    "电焊机",
    "箱式电阻炉",
    "断路器",
    "疏水阀",
    "设备",
    "皮带机",
)
MODELS = (
    "Y160M-4",
    "Y2-160M-4",
    "YB200L-8",
    "JO2-42-4",
    "S9-315/10",
    "S7",
    "8-18No.6",
    "ZX5",
    "DZL4-1.25",
    "X62",
    "6BA-8",
    "C620",
)
TEXT = st.text(max_size=90)


@pytest.mark.parametrize(
    ("name", "model", "expected"),
    [
        ("JO2电动机", "", "review M20 C03"),
        ("JO2电动机", "-", "review M20 C03"),
        ("JO2电动机", "见铭牌", "review M20 C03"),
        ("电动机", "", "review  C03"),
        ("电动机", "同上", "review  C03"),
        ("办公桌", "", "ok"),
        ("燃煤锅炉", "", "review B02 C03"),
        ("设备", "Y160M-4", "review M01 C10"),
        ("", "S7-315/10", "review T01 C10"),
        ("皮带机", "JO2-42-4", "review M20 C10"),
        ("皮带机", "TD75", "ok"),
        ("离心泵机组", "IS80-65-160 配 Y160M2-2 15kW", "review M01 C09"),
        ("电动机", "Y160M-4+Y132S-4", "review M01 C09"),
        ("电动机", "Y160M-4，Y132S-4", "review M01 C09"),
        ("离心泵", "6BA-8配JO2-42-4", "review M20 C09"),
        ("电动机", "YE3-160M-4+YE3-132S-4", "ok"),
        ("万能铣床", "X62W", "review K03 C11"),
        ("柴油机", "Y160M-4", "ok"),
        ("电解槽", "85kA", "review B2-12-2 C07"),
        ("85kA电解槽", "", "review B2-12-2 C07"),
        ("电动机", "Y160M-4 " + "x" * 300, "review M17 C09"),
    ],
)
def test_verdicts_are_capped(name: str, model: str, expected: str) -> None:
    assert said(name, model) == expected


def test_a_restored_model_says_so_beside_its_reason() -> None:
    assert finding("电动机", "J02-42-4").reasons == ("C01", "C13")
    assert finding("变压器", "SJl-560/10").reasons == ("C01", "C13")
    assert finding("变压器", "Sl7-315/10").canonical == "SL7-315/10"
    assert finding("电动机", "JO2-42-4").reasons == ("C01",)


def test_a_source_from_memory_never_eliminates_but_keeps_its_own_reason() -> None:
    found = finding("柴油机", "TY1100")
    assert (found.verdict, found.reasons[:1], found.recalled) == (Verdict.REVIEW, ("C11",), True)
    assert finding("普通车床", "C620").recalled


@pytest.mark.parametrize(
    ("on", "model", "expected"),
    [
        ("2009-12-03", "JO2-42-4", "ok"),
        ("2009-12-04", "JO2-42-4", "eliminated M20 C01"),
        ("2012-09-30", "Y160M-4", "ok"),
        ("2012-10-01", "Y160M-4", "eliminated M01 C01"),
        ("2012-10-01", "Y112M-4", "review M04 C06"),
        ("2014-03-06", "Y112M-4", "restricted M02 C01"),
        ("2014-03-05", "Y2-160M-4", "ok"),
        ("2014-03-06", "Y2-160M-4", "restricted M05 C01"),
        ("2015-12-30", "Y2-160M-4", "restricted M05 C01"),
        ("2015-12-31", "Y2-160M-4", "eliminated M05 C01"),
        ("2016-03-13", "JS115-4", "ok"),
        ("2016-03-14", "JS115-4", "restricted M47 C01"),
        ("2017-12-31", "JS115-4", "eliminated M47 C01"),
    ],
)
def test_catalogues_speak_from_their_day_and_settle_from_their_deadline(
    on: str, model: str, expected: str
) -> None:
    assert said("电动机", model, date.fromisoformat(on), made="1999") == expected


def test_the_edition_of_another_year_does_not_speak_for_a_rule_that_names_its_year() -> None:
    assert said("锅炉", "DZL4-1.25-AⅡ", date(2024, 1, 31)) == "ok"
    assert said("锅炉", "DZL4-1.25-AⅡ", date(2024, 2, 1)) == "eliminated B02 C01"
    assert finding("深井泵", "10JD140", date(2024, 1, 31)).verdict is not Verdict.ELIMINATED


def test_days_over_the_deadline_are_counted() -> None:
    assert finding("电动机", "Y160M-4", date(2012, 10, 2)).overdue_days == 1
    assert finding("电动机", "Y160M-4", date(2012, 10, 1)).overdue_days is None
    assert finding("电动机", "JO2-42-4").overdue_days is None


def test_a_finding_names_line_replacement_and_everything_else_that_spoke() -> None:
    found = finding("三相异步电动机", "Y160M-4", power_kw="11")
    assert found.item is not None
    assert (found.catalogue, found.seq, found.item.model) == ("第二批", "1-1.24", "Y160M-4")
    assert found.replacement == found.item.replacement
    assert "B02" in finding("固定炉排燃煤锅炉", "LSG0.5-8").also
    assert finding("电动机", "Y132S-6").item is None


@pytest.mark.parametrize(
    ("name", "model", "missing", "filled", "settled"),
    [
        ("电动机", "Y2-160M-4", ("made",), {"made": "2003"}, "eliminated M05 C01"),
        ("电动机", "Y2-160M-4", ("made",), {"made": "2004"}, "restricted M06 C04"),
        ("电动机", "YB200L-8", ("voltage_v",), {"voltage_v": "380"}, "eliminated M12 C01"),
        ("电动机", "YB200L-8", ("voltage_v",), {"voltage_v": "1140"}, "ok"),
        ("电动机", "Y160M", ("poles",), {"poles": "4"}, "eliminated M01 C01"),
        ("变压器", "S8", ("capacity_kva",), {"capacity_kva": "315"}, "eliminated T03 C01"),
        ("蒸汽锅炉", "DZL4-1.25", ("fuel",), {"fuel": "煤"}, "eliminated B02 C01"),
        ("蒸汽锅炉", "DZL4-1.25", ("fuel",), {"fuel": "气"}, "ok"),
        ("燃煤锅炉", "DZL", ("boiler_capacity",), {"boiler_capacity": "4t/h"}, "eliminated B02 C01"),
        ("焊机", "ZX5", ("current_a",), {"current_a": "160"}, "eliminated W06 C01"),
        ("设备", "Y160M-4", ("name",), {"name": "电动机"}, "eliminated M01 C01"),
        ("JO2电动机", "", ("model",), {"model": "JO2-42-4"}, "eliminated M20 C01"),
    ],
)
def test_what_is_missing_settles_the_row(
    name: str, model: str, missing: tuple[str, ...], filled: dict[str, str], settled: str
) -> None:
    found = finding(name, model)
    assert (found.verdict, found.missing) == (Verdict.REVIEW, missing)
    row = {"name": name, "model": model} | filled
    assert said(row.pop("name"), row.pop("model"), **row) == settled


@settings(deadline=None)
@given(
    st.builds(
        Equipment,
        st.one_of(st.sampled_from(NAMES), TEXT),
        st.one_of(st.sampled_from(MODELS), TEXT),
        *([TEXT] * 8),
    )
)
def test_nothing_that_is_written_breaks_it(equipment: Equipment) -> None:
    found = library().recogniser(AS_OF).recognise(equipment)
    assert found.explanation
    assert found.rule == "" if found.verdict is Verdict.OK else found.rule or found.missing == ("model",)
    assert found.missing == () or found.verdict is Verdict.REVIEW
    assert found.item is not None or found.verdict is not Verdict.ELIMINATED


@given(st.sampled_from(NAMES), st.sampled_from(MODELS), st.lists(st.sampled_from(MODELS), max_size=4))
def test_a_verdict_does_not_depend_on_the_rows_before(name: str, model: str, before: list[str]) -> None:
    recogniser = library().recogniser(AS_OF)
    alone = recogniser.recognise(Equipment(name, model))
    for one in before:
        recogniser.recognise(Equipment(name, one, made="1990"))
    assert recogniser.recognise(Equipment(name, model)) == alone


@pytest.mark.parametrize(
    "unit",
    ["Y", "1", "-", "A0-", "JO2", "8-18", "S7-", "DZL4-", "ZX5-1", "(", "0.1/", " 1", "x1", "配Y160M-4"],
)
def test_long_texts_take_no_time(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    begun = process_time()
    for name in NAMES:
        library().recogniser(AS_OF).recognise(Equipment(name, text, *([text] * 8)))
        library().recogniser(AS_OF).recognise(Equipment(text, text[:80]))
    assert process_time() - begun < 5
