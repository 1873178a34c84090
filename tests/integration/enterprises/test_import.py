"""Excel files as offices have them: preview, carry out, and a word about every row and column."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from formserver.core.errors import AppError
from formserver.enterprises.imports import Fate, ImportService
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService
from tests.support.web import context_of

GOOD = "91510000123456788G"
OTHER = "91510100MA6C00017C"


def xlsx(*rows, extra=()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for title, cells in extra:
        book.create_sheet(title).append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client, data: bytes, name: str = "名录.xlsx", *, status: int = 200):
    return client.post("/enterprises/import", {"file": (io.BytesIO(data), name)}, status=status)


def services(app):
    context = context_of(app)
    return context.service(ImportService), context.service(EnterpriseService)


def preview(app, actor, data: bytes):
    imports, _ = services(app)
    return imports.report(actor, imports.preview(actor, data, "名录.xlsx"))


def test_a_file_is_previewed_and_then_carried_out(client_as):
    client = client_as("clerk")
    page = upload(
        client,
        xlsx(("企业名称", "信用代码", "注册地址"), ("川西水泥", GOOD, "成都"), ("锦江玻璃", OTHER, "")),
    )
    assert page.heading == "导入预览"
    assert "新增 2" in page.text
    assert "川西水泥" not in client.get("/enterprises/?q=川西").tree.xpath("string(//table)")
    action = page.tree.xpath("//form[@id='import-form']/@action")[0]
    done = client.submit(page, action)
    assert done.heading == "导入结果"
    assert "川西水泥" in client.get("/enterprises/?q=cxsn").text
    client.post(action, status=409)


def test_the_shipped_template_can_be_filled_in_and_imported(app, client_as, people):
    answer = client_as("clerk").http.get("/enterprises/import/template.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    book["企业档案"].append(["川西水泥", GOOD, "是"])
    stream = io.BytesIO()
    book.save(stream)
    report = preview(app, people("clerk"), stream.getvalue())
    assert [(r.name, r.fate) for r in report.rows] == [("川西水泥", Fate.ADD)]


def test_known_firms_are_updated_and_empty_cells_change_nothing(app, people):
    imports, register = services(app)
    actor = people("clerk")
    item = register.create(actor, {"name": "川西水泥", "uscc": GOOD, "contact": "张三", "phone": "028-1"})
    same = register.create(actor, {"name": "锦江玻璃", "uscc": OTHER})
    report = preview(
        app,
        actor,
        xlsx(
            ("名称", "信用代码", "联系人", "电话"), ("川西水泥", GOOD, "", "028-2"), ("锦江玻璃", "", "", "")
        ),
    )
    assert [r.fate for r in report.rows] == [Fate.UPDATE, Fate.SAME]
    imports.carry_out(actor, report.id)
    now = register.get(actor, item.id)
    assert (now.contact, now.phone) == ("张三", "028-2")
    assert register.get(actor, same.id).row_version == 1
    assert register.history(actor, item.id)[0].cause == "导入"


def test_every_row_and_column_that_is_not_used_is_named(app, people):
    data = xlsx(
        ("2026年用能单位名录",),
        ("序号", "单位名称", "统一社会信用代码", "备注", "企业名称", "重点用能单位"),
        (1, "川西水泥", GOOD, "重要", "重复列", "是"),
        (2, "", OTHER, "", "", ""),
        (3, "川西水泥", GOOD, "", "", "也许"),
        extra=(("去年", ["旧数据"]),),
    )
    report = preview(app, people("clerk"), data)
    remarks = "\n".join(report.remarks)
    for part in ("A列“序号”", "D列“备注”", "E列“企业名称”与前面的列重复", "工作表“去年”", "表头在第 2 行"):
        assert part in remarks
    assert [(r.number, r.fate) for r in report.rows] == [(3, Fate.ADD), (4, Fate.ERROR), (5, Fate.ERROR)]
    assert any("请填写单位名称" in m for m in report.rows[1].messages)
    assert any("与第 3 行是同一家" in m for m in report.rows[2].messages)
    assert any(m.startswith("F5：“也许”") for m in report.rows[2].messages)


def test_codes_that_excel_turned_into_numbers_are_pointed_at(app, people):
    report = preview(app, people("clerk"), xlsx(("单位名称", "信用代码"), ("川西水泥", 915100001234567880)))
    assert any(m.startswith("B2：") and "表格软件" in m for m in report.rows[0].messages)


def test_numbers_and_dates_in_cells_read_as_people_see_them(app, people):
    imports, register = services(app)
    actor = people("clerk")
    report = preview(app, actor, xlsx(("单位名称", "行业代码", "电话"), ("川西水泥", 3011, 13560131653)))
    imports.carry_out(actor, report.id)
    [item] = register.search(actor, EnterpriseQuery(text="川西")).items
    assert (item.industry_code, item.phone) == ("3011", "13560131653")


def test_a_firm_of_another_code_but_the_same_name_is_left_for_a_person(app, people):
    _, register = services(app)
    actor = people("clerk")
    register.create(actor, {"name": "川西水泥", "uscc": GOOD})
    report = preview(app, actor, xlsx(("单位名称", "信用代码"), ("川西水泥", OTHER)))
    assert report.rows[0].fate is Fate.ERROR
    assert "与本行不同" in report.rows[0].messages[0]


def test_an_import_sees_only_firms_of_its_own_scope(app, people):
    imports, register = services(app)
    register.create(people("mianyang"), {"name": "川西水泥", "uscc": GOOD})
    actor = people("chengdu_admin")
    report = preview(app, actor, xlsx(("单位名称", "信用代码"), ("川西水泥", GOOD)))
    assert report.rows[0].fate is Fate.ADD
    imports.carry_out(actor, report.id)
    with pytest.raises(AppError):
        imports.report(people("admin"), report.id)


def ole() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def other_zip(name: str, size: int = 10) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"MZ\x90\0" + b"\0" * 100, "这是一个程序"),
        (b"\x7fELF" + b"\0" * 100, "这是一个程序"),
        (ole(), "另存为不加密的 xlsx"),
        (b"%PDF-1.7\n", "不是 Excel"),
        ("单位名称,信用代码\n川西,1\n".encode("gbk"), "不是 Excel"),
        (other_zip("word/document.xml"), "不是 Excel"),
        (other_zip("xl/workbook.xml"), "已损坏"),
        (other_zip("xl/workbook.xml", 101 * 1024 * 1024), "过大"),
        (other_zip("xl/vbaProject.bin"), "宏"),
        (xlsx(("甲", "乙"), (1, 2)), "没有找到含“单位名称”的表头"),
        (xlsx(("单位名称",)), "没有内容"),
        (xlsx(("单位名称",), *((f"厂{n}",) for n in range(5001))), "最多导入 5000 行"),
    ],
)
def test_files_that_are_something_else_are_refused_with_the_way_out(client_as, data, said):
    page = upload(client_as("clerk"), data, "名录.xlsx", status=422)
    assert said in page.text
    assert "名录.xlsx" in page.text


def test_no_file_at_all_is_said_kindly(client_as):
    assert "请选择" in client_as("clerk").post("/enterprises/import", status=422).text


def test_the_report_holds_every_row_and_no_formula(client_as):
    client = client_as("clerk")
    evil = '=HYPERLINK("http://evil.example","点我")'
    page = upload(client, xlsx(("单位名称", "联系人"), ("川西水泥", "张三"), ("'" + evil, ""), ("+1234", "")))
    href = next(h for h in page.tree.xpath("//a/@href") if h.endswith("report.xlsx"))
    data = client.http.get(href).data
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.max_row == 4
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {
        "s",
        "n",
    }
    plain = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert any(str(row[1]).startswith("'+1234") for row in plain)
