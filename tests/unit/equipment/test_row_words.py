"""What rows are found by: what the file says, never how it is kept."""

from __future__ import annotations

from formserver.equipment.row_words import MOST, plain_words, row_words

STATED = {
    "cells": {"name": "三相异步电动机", "model": "Ｙ２－１６０Ｍ－４",
              "quantity": "2 台", "location": "1#车间", "status": "在用"},
    "values": {"name": "三相异步电动机", "model": "Y2-160M-4",
               "quantity": "2", "location": "1#车间", "status": "在用"},
    "extra": {"资产编号": "ZC-0017"},
    "problems": [{"level": "warning", "code": "DATE_UNREADABLE", "address": "表!E2", "column": "制造日期",
                  "value": "廿二年", "message": "看不懂这个日期。"}],
}  # fmt: skip


def test_a_row_is_found_by_what_its_file_says():
    words = row_words(STATED)
    for said in ("三相异步", "y2-160m-4", "ｙ２", "1#车间", "zc-0017", "廿二年"):
        assert said in words


def test_how_a_row_is_kept_finds_nothing():
    words = row_words(STATED)
    for kept in (
        "cells",
        "values",
        "problems",
        "level",
        "warning",
        "date_unreadable",
        "看不懂",
        "资产编号",
        "在用",
        '"',
    ):
        assert kept not in words


def test_full_width_and_roman_letters_are_found_by_plain_ones():
    assert plain_words("ＹⅡ") == "yii"
    assert "yii" in row_words({"cells": {"model": "ＹⅡ"}})


def test_nothing_stated_is_nothing_and_a_hostile_row_has_an_end():
    assert row_words({}) == ""
    assert len(row_words({"cells": {"remark": "ﷺ" * 30_000}})) <= 3 * MOST + 1
