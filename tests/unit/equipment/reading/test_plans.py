"""Plans: kept as JSON, changed by people, recognised again by the layout of a list."""

from __future__ import annotations

import json

import pytest

from formserver.core.errors import AppError
from formserver.equipment.reading.keeping import (
    plan_from_json,
    plan_to_json,
    stated_from_json,
    stated_to_json,
)
from formserver.equipment.reading.reader import open_list, read_list, read_rows
from tests.unit.equipment.reading.conftest import AS_OF, Read, book_of

LIST = book_of(["设备", "规格型号", "编码X", "台数"], ["水泵", "IS80", "22", 1])


def changed(plan, key, place):
    data = plan_to_json(plan)
    for heading in data["sheets"][0]["headings"]:
        if heading["place"] == place:
            heading["key"] = key
    return json.loads(json.dumps(data, ensure_ascii=False))


def test_a_plan_comes_back_as_it_was():
    plan = read_list(open_list(LIST, "x.xlsx"))
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))) == plan


def test_a_changed_plan_is_followed():
    opened = open_list(LIST, "x.xlsx")
    plan = plan_from_json(changed(read_list(opened), "power_kw", 2))
    row = next(iter(read_rows(opened, plan, AS_OF)))
    assert row.values["power_kw"] == "22"
    assert row.extra == {}


def test_what_was_decided_for_a_layout_is_proposed_again():
    first = read_list(open_list(LIST, "x.xlsx"))
    kept = plan_from_json(changed(first, "power_kw", 2))
    again = open_list(
        book_of(["设备", "规格型号", "编码X", "台数"], ["风机", "9-19", "5", 2], title="新"), "y.xlsx"
    )
    plan = read_list(again, kept)
    assert plan.signature == first.signature
    assert [one.key for one in plan.sheets[0].headings] == ["name", "model", "power_kw", "quantity"]


def test_other_layouts_have_other_signatures():
    other = read_list(open_list(book_of(["规格型号", "设备"], ["IS80", "水泵"]), "x.xlsx"))
    assert other.signature != read_list(open_list(LIST, "x.xlsx")).signature


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("sheets"),
        lambda data: data.update(sheets=[]),
        lambda data: data.update(sheets="x"),
        lambda data: data["sheets"][0].update(headings=[{"place": 0}, {"place": 0}]),
        lambda data: data["sheets"][0]["headings"][0].update(key="model"),
        lambda data: data["sheets"][0]["headings"][0].update(key="nonsense"),
        lambda data: data["sheets"][0]["headings"][0].update(place=-1),
        lambda data: data["sheets"][0].update(head_row=-3),
        lambda data: data["sheets"][0].update(head_row="x"),
        lambda data: data["sheets"][0].pop("title"),
    ],
)
def test_a_spoilt_plan_is_refused(spoil):
    data = plan_to_json(read_list(open_list(LIST, "x.xlsx")))
    spoil(data)
    with pytest.raises(AppError, match="列的对应关系不能使用"):
        plan_from_json(data)


def test_a_plan_of_another_file_is_refused():
    plan = read_list(open_list(book_of(["设备", "型号"], ["水泵", "IS80"], title="别的"), "x.xlsx"))
    with pytest.raises(AppError, match="工作表与文件不符"):
        read_rows(open_list(LIST, "x.xlsx"), plan, AS_OF)
    data = plan_to_json(read_list(open_list(LIST, "x.xlsx")))
    data["sheets"][0]["head_row"] = 50
    with pytest.raises(AppError, match="表头行超出"):
        read_rows(open_list(LIST, "x.xlsx"), plan_from_json(data), AS_OF)


def test_rows_come_back_as_they_were():
    row = Read(book_of(["设备名称", "型号", "功率", "位号"], ["水泵", "IS80", "约5", "P1"])).rows[0]
    assert (
        stated_from_json(row.number, row.sheet, row.row, json.loads(json.dumps(stated_to_json(row)))) == row
    )
