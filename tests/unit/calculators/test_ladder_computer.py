"""The sheet 阶梯电价核算表: what stands in a row is the server's, never what was sent, never new in silence."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculators.ladder_computer import COMPUTED, LADDER, TOTALS, LadderComputer, place_of
from formserver.calculators.ladder_figures import rule_items
from formserver.core.computing import computed_fields, computer_name
from formserver.core.definitions.validation import validate_complete, validate_draft
from tests.support.calculating import catalogue, everybody

DT = catalogue().type("ladder_price_sheet", "v1")
[FIELD] = computed_fields(DT)
ON = date(2026, 11, 21)
FURNACE = {
    "_k": "aaaaaaa1",
    "product": "高炉",
    "tariff": "钢铁行业差别电价",
    "category": "限制类",
    "kwh": "1000",
    "paid": "30",
}
POTLINE = {
    "_k": "aaaaaaa2",
    "product": "电解",
    "tariff": "电解铝行业阶梯电价",
    "value": "13340",
    "kwh": "500",
    "paid": "1",
}


def nobody(_id: str, _value: str) -> bool:
    return False


def sheet(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "region": "510000 四川省",
        "rows": list(rows),
        **more,
    }


def compute(body: dict[str, Any], *trusted: dict[str, Any], confirmed: Any = nobody) -> dict[str, Any]:
    return LadderComputer(TariffLibrary(catalogue()), confirmed).compute(
        DT, FIELD, copy.deepcopy(body), trusted, ON
    )


def test_the_type_has_one_field_of_this_computer() -> None:
    assert computer_name(FIELD) == LADDER
    known = {field.key for field in DT.fields() if field.pointer.startswith("/rows/*/")}
    assert set(COMPUTED) <= known
    assert set(TOTALS) <= {field.key for field in DT.children[""]}


def test_a_row_gets_tier_rate_and_amounts_and_the_sheet_its_totals() -> None:
    made = compute(sheet(FURNACE, {**FURNACE, "_k": "aaaaaaa3", "kwh": "500.5", "paid": "60"}))
    first = made["rows"][0]
    assert (first["tier"], first["rate"], first["due"], first["diff"]) == ("限制类", "0.1", "100", "70")
    assert (first["state"], first["execution"]) == ("已算定", "部分执行")
    assert (made["due_total"], made["paid_total"], made["diff_total"]) == ("150.05", "90", "60.05")
    assert validate_draft(DT, made) == []


def test_what_is_sent_for_a_result_does_not_stay() -> None:
    honest = compute(sheet(FURNACE))
    forged = {**FURNACE, "due": "0", "diff": "0", "state": "已算定", "execution": "已执行"}
    assert compute(sheet(forged, due_total="0")) == honest
    assert compute(sheet(forged), honest) == honest


def test_an_unconfirmed_amount_stops_the_paper_until_it_is_confirmed() -> None:
    waiting = compute(sheet(POTLINE))
    row = waiting["rows"][0]
    assert (row["state"], row["due"]) == ("待确认", "10")
    assert "分档标准" in row["troubles"]
    codes = {p.code for p in validate_complete(DT, waiting, stage="draft", ctx={})}
    assert "LADDER-UNSETTLED" in codes
    assert compute(waiting, waiting, confirmed=everybody)["rows"][0]["state"] == "已算定"


def test_a_settled_amount_is_not_worked_out_anew_while_nothing_changed() -> None:
    kept = compute(sheet(POTLINE), confirmed=everybody)
    assert compute(kept, kept)["rows"][0]["state"] == "已算定"
    changed = {**kept, "rows": [{**kept["rows"][0], "kwh": "501"}]}
    assert compute(changed, kept)["rows"][0]["state"] == "待确认"
    assert compute({**kept, "period_to": "2024-12-31"}, kept)["rows"][0]["state"] == "不完整"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"tariff": ""}, "请选择电价规则"),
        ({"tariff": "玻璃行业阶梯电价"}, "没有这项电价规则"),
        ({"kwh": "很多"}, "计费电量"),
        ({"category": "鼓励类"}, "没有“鼓励类”"),
        ({"kwh": None, "category": 3}, "缺少"),
    ],
)
def test_what_cannot_be_worked_out_says_why_and_stays_as_typed(row: dict[str, Any], word: str) -> None:
    made = compute(sheet({**FURNACE, **row}))["rows"][0]
    assert (made["state"], word in made["troubles"]) == ("不完整", True)
    assert {key: made.get(key) for key in row} == row
    assert "due" not in made


def test_rows_without_content_and_bodies_without_rows_stay_quiet() -> None:
    assert compute(sheet({"_k": "aaaaaaa1"}))["rows"] == [{"_k": "aaaaaaa1"}]
    assert compute({"rows": "junk", "due_total": "7"}) == {"rows": "junk"}
    assert "due_total" not in compute(sheet(FURNACE, {"_k": "aaaaaaa9", "product": "x"}))


@pytest.mark.parametrize("paid", ["1E999999999", "NaN", "9" * 60, "-", "１２"])
def test_amounts_that_are_none_never_enter_a_total(paid: str) -> None:
    made = compute(sheet({**FURNACE, "paid": paid}))
    assert "paid_total" not in made
    assert made["rows"][0]["paid"] == paid


def test_what_people_stated_is_the_rest() -> None:
    made = compute(sheet(FURNACE))
    computer = LadderComputer(TariffLibrary(catalogue()), nobody)
    assert computer.stated(DT, FIELD, made) == sheet(FURNACE)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"region": "130200 河北省唐山市"}, "河北省唐山市"),
        ({"enterprise": {"ent_address": "河北省邯郸市钢铁路1号"}}, "河北省邯郸市钢铁路1号"),
        ({"region": 5, "enterprise": []}, ""),
    ],
)
def test_the_place_comes_from_the_region_or_the_address(body: dict[str, Any], place: str) -> None:
    assert place_of(body) == place


def test_the_region_of_the_sheet_chooses_the_edition() -> None:
    row = {**FURNACE, "category": "淘汰类"}
    assert compute(sheet(row, region="河北省"))["rows"][0]["rate"] == "0.6"
    assert compute(sheet(row, region="河南省"))["rows"][0]["rate"] == "0.5"


def test_every_figure_can_be_confirmed_under_the_id_results_name() -> None:
    items = {one.id: one for one in rule_items(catalogue())}
    assert items["tariff/aluminium/fgjg1239-2021#thresholds/2025/value"].value == "13300"
    assert items["grades/motor/gb18613-2020#rows/4p-11kw/efficiency/3"].title.startswith("4极，11kW")
    hebei = [key for key in items if "/hebei-2017#" in key]
    assert hebei == ["tariff/steel_differential/hebei-2017#categories/eliminated/rate"]
