"""Figures of a list: rows and units by what stands; equipment that was taken down has no units."""

from __future__ import annotations

from formserver.equipment.lists_counting import Tally
from formserver.equipment.lists_identity import Copies, identity_of
from formserver.equipment.models import ListRow

WARNING = {
    "level": "warning",
    "code": "DATE_MISSING",
    "address": "表!E2",
    "column": "制造日期",
    "value": "",
    "message": "",
}
ERROR = {**WARNING, "level": "error", "code": "MODEL_DATE", "column": "设备型号"}


def row(standing: str, units: int, status: str = "在用", problems: tuple = (), decided: str = "") -> ListRow:
    stated = {"cells": {}, "values": {}, "extra": {}, "problems": list(problems)}
    return ListRow(
        "l", 1, "表", 2, "0" * 64, 1, stated, {}, standing, "motor", "", "", "", standing, decided, 0, 0, status, units
    )  # fmt: skip


def test_rows_and_units_are_counted_by_what_stands():
    tally = Tally()
    for one in (
        row("eliminated", 3),
        row("eliminated", 2, "已拆除"),
        row("review", 1, problems=(WARNING, WARNING), decided="carried"),
        row("", 4, problems=(ERROR,)),
    ):
        tally.add(one)
    counts = tally.counts()
    assert (counts["rows"], counts["units"]) == (4, 8)
    assert (counts["eliminated"], counts["units_eliminated"]) == (2, 3)
    assert (counts["blocked"], counts["units_blocked"]) == (1, 4)
    assert (counts["warnings"], counts["carried"], counts["ok"]) == (1, 1, 0)
    assert tally.judged == 3
    assert tally.problems() == [
        {"level": "error", "code": "MODEL_DATE", "column": "设备型号", "count": 1},
        {"level": "warning", "code": "DATE_MISSING", "column": "制造日期", "count": 2},
    ]


def test_the_same_equipment_is_known_by_model_date_and_place_whatever_its_widths_and_blanks():
    one = identity_of({"model": "Y160M-4", "made": "1998", "location": "一车间", "name": "电机"})
    assert identity_of({"model": " Ｙ160M－4 ", "made": "1998", "location": "一 车间", "name": "别名"}) == one
    assert identity_of({"model": "Y160M-4", "made": "1999", "location": "一车间"}) != one
    assert identity_of({"model": "Y160M-41998", "made": "", "location": "一车间"}) != one


def test_copies_of_one_equipment_are_numbered_from_one():
    copies, a, b = Copies(), identity_of({"model": "a"}), identity_of({"model": "b"})
    assert [copies.next(one) for one in (a, b, a, a, b)] == [1, 1, 2, 3, 2]
