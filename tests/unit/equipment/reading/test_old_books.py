"""Lists LibreOffice has saved: xls, csv and its own xlsx."""

from __future__ import annotations

import io
import subprocess
from datetime import date

import pytest
from openpyxl import load_workbook

from formserver.core.errors import AppError
from formserver.equipment.reading.reader import open_list
from tests.unit.equipment.reading.conftest import Read, book_of, saved


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The list as xls, xlsx and csv by LibreOffice."""
    folder = tmp_path_factory.mktemp("lists")
    book = load_workbook(io.BytesIO(book_of(
        ["川西水泥设备台账"], ["设备名称", "型号", "功率(kW)", "数量", "安装地点"],
        ["三相异步电动机", "Y160M-4", 11.5, 2, "一车间"], [None, "Y132M-4", "7.5千瓦", 1, None],
        ["离心通风机", date(2025, 8, 18), 5, 1, "二车间"], ["合计", None, 24, 4],
    )))  # fmt: skip
    book.active.merge_cells("A3:A4")
    book.active.merge_cells("E3:E4")
    (folder / "list.xlsx").write_bytes(saved(book))
    for kind in ("xls", "csv:Text - txt - csv (StarCalc):44,34,76"):
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
             "--outdir", str(folder), str(folder / "list.xlsx")],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    return folder


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_the_same_list_in_both_formats(converted, kind):
    read = Read((converted / f"list.{kind}").read_bytes(), f"list.{kind}")
    assert read.opened.kind == kind
    assert [row.values.get("name") for row in read.rows] == ["三相异步电动机", "三相异步电动机", "离心通风机"]
    assert [row.values.get("location") for row in read.rows] == ["一车间", "一车间", "二车间"]
    assert [row.values["power_kw"] for row in read.rows] == ["11.5", "7.5", "5"]
    assert [row.row for row in read.rows] == [3, 4, 5]
    assert [p.code for p in read.rows[2].problems] == ["MODEL_DATE"]
    assert read.tally.summary == 1


def test_the_csv_of_libreoffice(converted):
    read = Read((converted / "list.csv").read_bytes(), "list.csv")
    assert [row.values.get("model") for row in read.rows] == ["Y160M-4", "Y132M-4", None]
    assert read.rows[2].blocked


@pytest.mark.parametrize("keep", [600, 3000, 5000])
def test_a_cut_off_xls_is_refused(converted, keep):
    whole = (converted / "list.xls").read_bytes()
    assert keep < len(whole)
    with pytest.raises(AppError, match="损坏"):
        open_list(whole[:keep], "list.xls")
