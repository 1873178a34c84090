"""What the page of a list says about columns nobody was asked for: only what is true of this file."""

from __future__ import annotations

import pytest

from formserver.equipment.columns import COLUMNS
from formserver.equipment.lists_pages import NOTICES, notice_of
from formserver.equipment.reading.model import OpenedList, OpenedSheet
from formserver.equipment.reading.reader import read_list

TEMPLATE = tuple(f"{one.title}（{one.unit}）" if one.unit else one.title for one in COLUMNS)
OWN = ("名称", "规格型号", "台数", "设备状态")


def notice(*sheets: tuple[str, ...], how: str = "certain") -> str:
    rows = {"设备名称": "三相异步电动机", "名称": "三相异步电动机", "设备型号": "Y160M-4", "规格型号": "Y160M-4",
            "数量": "2", "台数": "2", "使用状态": "在用", "设备状态": "在用"}  # fmt: skip
    opened = OpenedList(
        "清单.xlsx",
        "xlsx",
        tuple(
            OpenedSheet(f"表{place}", [list(heads), [rows.get(one, "") for one in heads]], width=len(heads))
            for place, heads in enumerate(sheets)
        ),
    )
    return notice_of(how, read_list(opened))


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ((TEMPLATE,), "template"),
        ((OWN,), "certain"),
        (((*OWN, "资产编号"),), "others"),
        ((TEMPLATE, OWN), "certain"),
        ((TEMPLATE[:-1],), "certain"),
        (((*TEMPLATE, "资产编号"),), "others"),
    ],
)
def test_what_was_certain_is_said_as_it_was(sheets: tuple[tuple[str, ...], ...], said: str):
    assert notice(*sheets) == NOTICES[said]


def test_what_was_remembered_or_said_by_a_person():
    assert notice(OWN, how="remembered") == NOTICES["remembered"]
    assert notice(TEMPLATE, how="confirmed") == ""
