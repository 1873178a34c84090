"""Catalogues from spreadsheets: nothing dropped, every bad cell with its address, ids that stay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.shipped import shipped_dir
from formserver.core.errors import AppError
from formserver.equipment.catalogue_book import HEADS, catalogue_book, template
from formserver.equipment.catalogue_deriving import with_rules
from formserver.equipment.catalogue_diff import difference
from formserver.equipment.catalogue_drafts import MOST_BYTES
from formserver.equipment.catalogue_import import MOST_LINES, deadline_of, put_lines, read_catalogue
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.rendering.sheet_reading import read_sheets
from tests.support.workbooks import sheet

TITLES = [title for _, title, _, _ in HEADS]
GOOD = ["1-1", "一、电动机", "电动机", "三相异步电动机", "Y9-2", "额定功率1kW", "2027年12月31日", "效率低", "YE4",
        "公告第3页", "见公开来源"]  # fmt: skip
EDITIONS = sorted(shipped_dir("schemas").glob("elimination/*/*.json"))


def read(*rows: list[Any], heads: list[str] | None = None) -> Any:
    return read_catalogue(sheet([heads or TITLES, *rows]), "目录.xlsx", "唐思源", "2026-11-21")


def said(found: Any) -> dict[str, str]:
    return {one.address.partition("!")[2]: one.message for one in found.problems}


@pytest.mark.parametrize("file", EDITIONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_is_exported_comes_back_without_a_difference(file: Any) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    found = read_catalogue(catalogue_book(content), "x.xlsx", "唐思源", "2026-11-21")
    assert not found.problems
    assert len(found.lines) == len(content["items"])
    again = put_lines(content, found.lines, content)
    assert again["items"] == content["items"]
    assert difference(content, again).nothing


def test_the_template_reads_as_empty_and_has_the_columns() -> None:
    title, table = read_sheets(template(), "模板.xlsx")[0]
    assert (title, list(table[0])) == ("目录条目", TITLES)
    assert "没有条目" in read_catalogue(template(), "模板.xlsx", "甲", "2026-11-21").problems[0].message


def test_as_many_of_the_longest_lines_as_are_promised_fit_in_a_draft_with_their_rules() -> None:
    def line(number: int) -> list[str]:
        longest = {key: "效" * most for key, _, _, most in HEADS}
        longest |= {
            "seq": f"1-{number}",
            "category": "电器开关",
            "model": f"XQ{number % 90}{chr(65 + number // 90)}",
        }
        longest |= {"confidence": "见公开来源", "deadline": "2027-12-31" + "效" * 180}
        return [longest[key] for key, _, _, _ in HEADS]

    many = read(*(line(number) for number in range(200)))
    assert not many.problems
    head = {
        "$id": "elimination/batch_5/2026",
        "name": "batch_5",
        "title": "第五批",
        "issued_on": "2026-03-01",
    }
    head |= {"valid_from": "2026-05-01", "sources": {}, "rules": []}  # type: ignore[dict-item]
    content = with_rules(
        EquipmentLibrary(shipped_catalogue(SystemClock())), put_lines(head, many.lines, {}), {}
    )
    assert len(content["rules"]) >= 200
    size = len(json.dumps(content, ensure_ascii=False).encode())
    assert size / 200 * MOST_LINES < MOST_BYTES
    bad = read(*([f"1-{number}", *GOOD[1:]] for number in range(MOST_LINES + 1)))
    assert [one.message for one in bad.problems] == ["有 3001 条，一份目录最多 3000 条；请分成几份。"]


def test_a_good_row_becomes_a_line() -> None:
    (line,) = read(GOOD).lines
    assert line["category"] == "motor"
    assert line["deadline"] == {"text": "2027年12月31日", "on": "2027-12-31"}
    assert line["confidence"] == "verified"
    made = put_lines({"name": "batch_5", "sources": {}, "rules": []}, [line], {})
    assert made["items"][0]["id"] == "1-1"
    assert made["sources"] == {"s1": "公告第3页"}


def test_every_bad_cell_has_its_address() -> None:
    bad = [
        ["1", "", "电动", "", "Y1", "", "", "", "", "", "对过了"],
        ["2", "", "泵", "离心泵", "B", "长" * 501, "", "", "", "", "已核对"],
        ["2", "", "泵", "离心泵", "B\x01", "", "", "", "", "第1页", ""],
    ]
    found = said(read(*bad[:2], [*GOOD], [*GOOD]))
    assert "没有名称" in found["D2"]
    assert "没有这个类别" in found["C2"]
    assert "只能填" in found["K2"]
    assert "最多 500 个字" in found["F3"]
    assert "请写明来源" in found["J3"]
    assert "完全重复" in found["D5"]


def test_unknown_columns_and_sheets_without_a_head_are_never_dropped() -> None:
    found = said(read([*GOOD, "", "要紧的话"], heads=[*TITLES, "附注"]))
    assert "模板里没有这一列" in found["M1"]
    assert "没有找到表头" in said(read(["随便"], heads=["什么", "也不是"]))["A1"]
    assert "缺少“类别”" in said(read(["a", "b"], heads=["名称", "型号"]))["A1"]


def test_title_rows_above_the_head_are_passed() -> None:
    data = sheet([["某某目录"], [], TITLES, GOOD])
    found = read_catalogue(data, "目录.xlsx", "甲", "2026-11-21")
    assert not found.problems
    assert len(found.lines) == 1


def test_checked_lines_are_signed_once() -> None:
    (line,) = read([*GOOD[:10], "已核对"]).lines
    assert line["source"] == "公告第3页（唐思源 2026-11-21 核对）"
    (again,) = read([*GOOD[:9], line["source"], "已核对"]).lines
    assert again["source"] == line["source"]


def test_ids_stay_with_their_lines_and_new_ones_are_free() -> None:
    lines = read(GOOD, ["1-1", *GOOD[1:4], "Y9-4", *GOOD[5:]], ["", *GOOD[1:4], "Y9-6", *GOOD[5:]]).lines
    made = put_lines({"name": "b", "sources": {}, "rules": []}, lines, {})
    assert [one["id"] for one in made["items"]] == ["1-1", "1-1.2", "motor-1"]
    moved = [lines[2], {**lines[1], "condition": "改过"}, lines[0]]
    again = put_lines(made, moved, made)
    assert [one["id"] for one in again["items"]] == ["motor-1", "1-1.2", "1-1"]
    shorter = put_lines(made, lines[1:], {**made, "rules": []})
    assert [one["id"] for one in shorter["items"]] == ["1-1.2", "motor-1"]


def test_rules_forget_lines_that_are_gone() -> None:
    lines = read(GOOD, ["1-2", *GOOD[1:]]).lines
    base = put_lines({"name": "b", "sources": {}, "rules": []}, lines, {})
    base["rules"] = [{"id": "R", "items": ["b:1-1", "b:1-2", "other:1-1"]}]
    made = put_lines(base, lines[1:], base)
    assert made["rules"][0]["items"] == ["b:1-2", "other:1-1"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-12-31", "2015-12-31"),
        ("2012-10-01起执行（未列逐项期限）", "2012-10-01"),
        ("2015年底", "2015-12-31"),
        ("2016 年 2 月底前", "2016-02-29"),
        ("2015年13月40日", None),
        ("立即", None),
        ("", None),
    ],
)
def test_days_of_deadlines(text: str, day: str | None) -> None:
    assert deadline_of(text) == day


def test_what_is_no_workbook_is_refused() -> None:
    for data in (b"", b"PK\x03\x04broken", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ"):
        with pytest.raises(AppError):
            read_catalogue(data, "目录.xlsx", "甲", "2026-11-21")


def test_formulas_in_cells_are_texts_in_the_export() -> None:
    line = {
        "id": "1",
        "seq": "=1+1",
        "category": "other",
        "name": "@SUM(A1)",
        "model": "-2",
        "confidence": "recalled",
    }
    data = catalogue_book({"title": "甲", "items": [line], "rules": [], "sources": {}})
    _, table = read_sheets(data, "x.xlsx")[0]
    assert list(table[1])[:5] == ["=1+1", "", "其他", "@SUM(A1)", "-2"]
    assert b"<f>" not in data


def test_notes_about_the_text_are_a_column_and_a_table_without_it_changes_none() -> None:
    old = {"id": "1-1", "seq": "1-1", "name": "三相异步电动机", "model": "Y9-2", "note": "列出的是机座号"}
    base = {"name": "batch_5", "sources": {}, "rules": [], "items": [old]}

    def notes(found: Any) -> list[Any]:
        return [one.get("note") for one in put_lines(base, found.lines, base)["items"]]

    assert notes(read([*GOOD, "原文疑有错字"])) == ["原文疑有错字"]
    assert notes(read([*GOOD, ""])) == [None]
    assert notes(read(GOOD, heads=TITLES[:-1])) == ["列出的是机座号"]


@pytest.mark.parametrize("file", EDITIONS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_shipped_conditions_say_nothing_about_the_text_itself(file: Any) -> None:
    items = json.loads(file.read_text(encoding="utf-8"))["items"]
    about = ("误作", "错字", "抽取", "印作", "存疑", "疑误", "疑为", "目录印")
    assert not [one["id"] for one in items if any(word in one["condition"] for word in about)]
