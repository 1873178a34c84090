"""How cells are read, without a database."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from formserver.core.errors import AppError
from formserver.enterprises.importing import read_workbook
from formserver.enterprises.models import FIELDS
from formserver.enterprises.sheets import safe_cell
from formserver.rendering.sheet_reading import letters


def book(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_excel_names_them(index, name):
    assert letters(index) == name


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.key)
def test_every_usual_title_of_a_column_is_understood(field):
    for title in (field.label, *field.synonyms, f" {field.label}* ", f"{field.label}："):
        others = [] if field.key == "name" else ["单位名称"]
        read = read_workbook(book([*others, title], [*(["川西"] if others else []), "是"]), "x.xlsx")
        assert field.key in read.columns.values(), title


def test_no_title_means_two_fields():
    seen = {}
    for field in FIELDS:
        for title in (field.label, *field.synonyms):
            assert seen.setdefault(title, field.key) == field.key


def test_cells_keep_their_addresses():
    read = read_workbook(book(["", "标题"], ["序号", "单位名称", "电话"], [1, "川西", "028-1"]), "x.xlsx")
    assert read.rows[0].cells == {"name": "B3", "phone": "C3"}


@pytest.mark.parametrize("cut", [10, 200, 1500])
def test_a_cut_off_file_is_refused_and_nothing_breaks(cut):
    with pytest.raises(AppError):
        read_workbook(book(["单位名称"], ["川西"])[:cut], "x.xlsx")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_is_made_harmless(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["川西", "1+1", "", 5, None])
def test_other_cells_stay_as_they_are(value):
    assert safe_cell(value) == value
