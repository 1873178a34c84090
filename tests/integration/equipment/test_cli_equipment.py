"""``formserver equipment``: lists in, result workbooks out, folders, mappings, refusals; without a database."""

from __future__ import annotations

import io
import json
import os

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from formserver.cli.main import main

HEAD = ["序号", "设备名称", "规格型号", "出厂日期", "功率(kW)", "容量(kVA)", "数量", "安装地点", "使用状态"]
OLD = [1, "三相异步电动机", "JO2-51-4", "1975", 7.5, None, 2, "一车间", "在用"]
UNKNOWN = [2, "三相异步电动机", "Y2-160M-4", None, 11, None, 1, "二车间", "在用"]
NEW = [3, "三相异步电动机", "YE3-160M-4", "2020", 11, None, 1, "三车间", "在用"]
BROKEN = [4, "变压器", "S7-500/10", "1990", None, "若干", 1, "变电所", "在用"]
STOPPED = [5, "三相异步电动机", "JO2-52-4", "1976", 10, None, 4, "库房", "停用"]


def sheet(*rows, head=HEAD, title="设备台账"):
    book, stream = Workbook(), io.BytesIO()
    book.active.title = title
    for row in (head, *rows):
        book.active.append(list(row))
    book.save(stream)
    return stream.getvalue()


def run(*words):
    return CliRunner().invoke(main, ["equipment", *map(str, words)])


def check(path, *words):
    return run("check", path, "--shipped", "--as-of", "2025-06-30", *words)


def cells(path, title):
    return [list(row) for row in load_workbook(path)[title].iter_rows(values_only=True)]


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "清单.xlsx"
    path.write_bytes(sheet(OLD, UNKNOWN, NEW, BROKEN, STOPPED))
    return path


@pytest.mark.parametrize(
    ("rows", "code"),
    [((NEW,), 0), ((OLD, NEW), 1), ((UNKNOWN,), 1), ((OLD, BROKEN), 3)],
    ids=("none", "old", "open", "broken"),
)
def test_the_exit_code_says_what_was_found(tmp_path, rows, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet(*rows))
    found = check(path, "-o", tmp_path / "out.xlsx")
    assert found.exit_code == code, found.output


def test_the_result_stands_beside_the_list_and_holds_every_row(listed):
    found = check(listed)
    assert found.exit_code == 3, found.output
    assert "淘汰 2 行" in found.stdout
    assert "须先改 1 行" in found.stdout
    result = listed.with_name("清单.识别结果.xlsx")
    assert sorted(os.listdir(listed.parent)) == sorted([listed.name, result.name])
    book = load_workbook(result)
    assert book.sheetnames == [
        "汇总",
        "淘汰设备清单",
        "待人工确认",
        "提示清单",
        "未识别（须先改）",
        "全部设备",
    ]
    whole = cells(result, "全部设备")
    assert [row[3] for row in whole[3:]] == ["JO2-51-4", "Y2-160M-4", "YE3-160M-4", "S7-500/10", "JO2-52-4"]
    assert [row[14] for row in whole[3:]] == ["淘汰", "待确认", "正常", "未识别（须先改）", "淘汰"]
    assert "基准日：2025-06-30" in whole[1][0]
    assert "规则库版本：" in whole[1][0]
    eliminated = cells(result, "淘汰设备清单")
    titles = eliminated[2]
    first = dict(zip(titles, eliminated[3], strict=True))
    assert first["原表行号"] == "设备台账!2"
    assert first["依据目录"]
    assert first["条目号"]
    assert first["判定方式"] == "自动"
    assert "被监察单位" in eliminated[-1][0]
    review = cells(result, "待人工确认")
    assert "制造日期" in review[3][review[2].index("缺什么、怎样补")]
    faulty = cells(result, "未识别（须先改）")
    assert faulty[3][4:6] == ["设备台账!F5", "若干"]


def test_stopped_units_stand_apart_in_the_summary(listed):
    check(listed)
    rows = cells(listed.with_name("清单.识别结果.xlsx"), "汇总")
    total = next(row for row in rows if row[0] == "淘汰　合计")
    assert total[3:] == [1, 2, 15, 0, 4, 0]
    assert any(row[0] and "1 行须先改" in str(row[0]) for row in rows)


def test_nothing_in_a_list_becomes_a_formula(tmp_path):
    path = tmp_path / "a.xlsx"
    hostile = '=HYPERLINK("http://x.example","y")'
    data = sheet([1, "水泵", "@SUM(A1)", None, None, None, 1, "+1+1", "在用", "甲"], head=[*HEAD, "说明书"])
    book = load_workbook(io.BytesIO(data))
    cell = book.active["J2"]
    cell.value, cell.data_type = hostile, "s"
    book.save(path)
    check(path, "-o", tmp_path / "out.xlsx")
    book = load_workbook(tmp_path / "out.xlsx")
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@")):
                    assert cell.quotePrefix
    values = [cell.value for row in book["全部设备"].iter_rows() for cell in row]
    assert "@SUM(A1)" in values
    assert any(hostile in str(value) for value in values)


def test_a_folder_is_checked_file_by_file_and_one_bad_file_stops_nothing(tmp_path):
    folder = tmp_path / "清单"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(sheet(OLD, NEW))
    (folder / "乙.csv").write_bytes("设备名称,型号,数量\n水泵,IS80,3\n".encode("gb18030"))
    (folder / "丙.xlsx").write_bytes(b"%PDF-1.7")
    (folder / "~$甲.xlsx").write_bytes(b"x")
    (folder / "说明.docx").write_bytes(b"x")
    found = check(folder, "--json", "-o", tmp_path / "out")
    assert found.exit_code == 3
    answers = {one["list"]: one for one in json.loads(found.stdout)}
    assert set(answers) == {"甲.xlsx", "乙.csv", "丙.xlsx"}
    assert answers["甲.xlsx"]["rows"]["eliminated"] == 1
    assert answers["甲.xlsx"]["units"]["eliminated"] == 2
    assert "PDF" in answers["丙.xlsx"]["failure"]
    assert sorted(os.listdir(tmp_path / "out")) == sorted(
        ["甲.xlsx.识别结果.xlsx", "乙.csv.识别结果.xlsx", "汇总.xlsx"]
    )
    rows = cells(tmp_path / "out" / "汇总.xlsx", "汇总")
    assert {row[0] for row in rows[1:4]} == {"甲.xlsx", "乙.csv", "丙.xlsx"}
    assert any("PDF" in str(row[-1]) for row in rows)


def test_a_mapping_written_out_changed_and_given_again_is_followed(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet(["三相异步电动机", "甲", "JO2-51-4"], head=["设备名称", "型号", "铭牌"]))
    plan = json.loads(check(path, "--plan").stdout)
    keys = {"型号": "", "铭牌": "model"}
    for one in plan["sheets"][0]["headings"]:
        one["key"] = keys.get(one["title"], one["key"])
    (tmp_path / "map.json").write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "out.xlsx"
    found = check(path, "-o", out, "--map", tmp_path / "map.json")
    assert found.exit_code == 1, found.output
    assert cells(out, "淘汰设备清单")[3][3] == "JO2-51-4"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-o", "清单.xlsx"], 3),
        (["--map", "broken.json"], 3),
        (["--as-of", "2025"], 2),
        (["-o", "清单.xlsx/x.xlsx"], 6),
    ],
)
def test_what_cannot_be_done_is_said_and_the_list_stays_as_it_is(listed, monkeypatch, words, code):
    monkeypatch.chdir(listed.parent)
    (listed.parent / "broken.json").write_text("{", encoding="utf-8")
    before = listed.read_bytes()
    found = run("check", listed.name, "--shipped", *words)
    assert found.exit_code == code, found.output
    assert listed.read_bytes() == before
    assert sorted(os.listdir(listed.parent)) == ["broken.json", "清单.xlsx"]


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "0 字节"), (b"%PDF-1.7", "PDF"), (b"<html><table>", "网页"), (b"PK\x03\x04x", "损坏")],
)
def test_a_file_that_is_no_list_is_named(tmp_path, data, word):
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    found = check(path)
    assert found.exit_code == 3
    assert word in found.stderr
    assert os.listdir(tmp_path) == ["a.xls"]


def test_an_empty_folder_says_so(tmp_path):
    assert check(tmp_path).exit_code == 4


def test_the_same_list_gives_the_same_verdicts_from_xlsx_and_csv(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(sheet(OLD, UNKNOWN, NEW))
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in (HEAD, OLD, UNKNOWN, NEW)]
    (tmp_path / "b.csv").write_bytes("\n".join(lines).encode("gb18030"))
    counts = [json.loads(check(tmp_path / name, "--json").stdout)[0]["rows"] for name in ("a.xlsx", "b.csv")]
    assert counts[0] == counts[1] == {"eliminated": 1, "review": 1, "ok": 1}


def test_the_template_is_written_and_can_be_filled_in_and_checked(tmp_path):
    blank = tmp_path / "模板.xlsx"
    assert run("template", "-o", blank).exit_code == 0
    assert check(blank, "-o", tmp_path / "none.xlsx").exit_code == 0
    book = load_workbook(blank)
    book["设备信息表"].append(["1", "三相异步电动机", "JO2-51-4"])
    book.save(blank)
    assert check(blank, "-o", tmp_path / "out.xlsx").exit_code == 1
