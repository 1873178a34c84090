"""Columns nobody knows are asked for; what was confirmed is remembered for the enterprise; heads can be moved."""

from __future__ import annotations

import io

from openpyxl import Workbook

from formserver.equipment.lists_service import Lists
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from tests.support.lists import MOTOR, PUMP, list_id, own_file, template_file, upload, work
from tests.support.website import Website, fields, texts
from tests.support.workbooks import sheet

FORM = "//form[@data-columns]"
KEYS = {"key-0-0": "name", "key-0-1": "model", "key-0-2": "made", "key-0-3": "quantity", "key-0-4": "status"}


def test_unknown_headings_are_asked_and_nothing_is_checked_before(site: Website):
    answer = upload(site, own_file([MOTOR, PUMP]), title="自有表头")
    assert answer.location.endswith("/columns")
    assert work(site) == 0
    client = site.client("chen")
    page = client.get(answer.location)
    assert "牌子上写的" in page.text
    assert "缺少“设备型号”" in page.text
    looked = client.post(answer.location, data=fields(page.text, FORM, do="look", **KEYS))
    assert looked.status_code == 200
    assert "缺少“设备型号”" not in looked.text
    assert "Y160M-4" in texts(looked, "//*[@data-preview]")[0]
    done = client.post(answer.location, data=fields(looked.text, FORM, do="confirm"))
    assert done.status_code == 302
    assert work(site) == 1
    assert "已识别" in client.get(done.location).text


def test_without_the_model_nothing_begins_and_the_choices_stay(site: Website):
    address = upload(site, own_file([MOTOR])).location
    client = site.client("chen")
    page = client.get(address).text
    chosen = fields(page, FORM, do="confirm", **{**KEYS, "key-0-1": "", "key-0-2": "remark"})
    refused = client.post(address, data=chosen)
    assert refused.status_code == 422
    assert "型号" in texts(refused, "//*[@data-error-summary]")[0]
    assert fields(refused.text, FORM)["key-0-2"] == "remark"
    twice = client.post(address, data=fields(page, FORM, do="confirm", **{**KEYS, "key-0-2": "model"}))
    assert twice.status_code == 422
    assert "只能选一列" in twice.text
    assert work(site) == 0


def test_what_was_confirmed_is_remembered_for_the_enterprise_alone(site: Website):
    firm = {"enterprise": "川西水泥有限公司", "enterprise_id": site.enterprise.id}
    client = site.client("chen")
    first = upload(site, own_file([MOTOR]), title="第一次", **firm)
    page = client.get(first.location).text
    done = client.post(first.location, data=fields(page, FORM, do="confirm", remember="1", **KEYS))
    assert done.status_code == 302
    second = upload(site, own_file([PUMP, MOTOR, PUMP]), title="第二次", **firm)
    assert "/columns" not in second.location
    shown = client.get(second.location)
    assert "沿用这家企业上一次确认的结果" in shown.text
    assert f"{second.location}/columns" in shown.text
    assert upload(site, own_file([MOTOR]), title="没有企业").location.endswith("/columns")
    work(site)


def test_columns_can_be_changed_after_the_check_until_somebody_has_spoken(site: Website):
    address = upload(site, template_file([MOTOR, PUMP]), title="改列").location
    work(site)
    client = site.client("chen")
    page = client.get(f"{address}/columns").text
    posted = fields(page, FORM, do="confirm")
    name = next(key for key, value in posted.items() if value == "made")
    posted[name] = ""
    assert client.post(f"{address}/columns", data=posted).status_code == 302
    assert work(site) == 1
    one = site.context.service(Lists).get(site.actor("chen"), list_id(address))
    assert one.counts["rows"] == 2


def test_the_head_can_be_moved_to_another_row(site: Website):
    data = sheet(
        [
            ["设备名称", "设备型号", "数量", "使用状态"],
            ["下面才是今年的表", "", "", ""],
            ["型号", "名称", "台数", "状态"],
            ["Y160M-4", "三相异步电动机", "2", "在用"],
        ]
    )
    address = upload(site, data, title="两个表头").location
    client = site.client("chen")
    columns = address if address.endswith("/columns") else f"{address}/columns"
    page = client.get(columns).text
    moved = client.post(columns, data=fields(page, FORM, do="look", **{"head-0": "3"}))
    assert moved.status_code == 200
    typed = fields(moved.text, FORM)
    assert (typed["head-0"], typed["shown-0"]) == ("3", "3")
    assert (typed["key-0-0"], typed["key-0-1"]) == ("model", "name")
    none = client.post(columns, data=fields(page, FORM, do="look", **{"head-0": "4000"}))
    assert none.status_code == 422
    assert "表头要在第 1 至 4 行之间" in none.text
    assert client.post(columns, data=fields(moved.text, FORM, do="confirm")).status_code == 302
    assert work(site) >= 1


def test_the_preview_alone_changes_nothing(site: Website):
    address = upload(site, own_file([MOTOR]), title="预览").location
    client = site.client("chen")
    page = client.get(address).text
    part = client.post(f"{address}/preview", data=fields(page, FORM, **KEYS))
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Y160M-4" in part.text
    assert client.post(f"{address}/preview", data={}).status_code in (400, 403)
    assert fields(client.get(address).text, FORM)["key-0-1"] == ""


def test_a_head_that_was_moved_is_moved_again_for_files_laid_out_alike(site: Website):
    firm = {"enterprise": "川西水泥有限公司", "enterprise_id": site.enterprise.id}

    def book(*models: str) -> bytes:
        rows = [[model, "三相异步电动机", "2", "在用"] for model in models]
        return sheet(
            [
                ["设备名称", "设备型号", "数量", "状态"],
                ["以下为今年", "", "", ""],
                ["型号", "名称", "台数", "状态"],
                *rows,
            ]
        )

    client = site.client("chen")
    first = upload(site, book("Y160M-4"), title="挪表头一", **firm).location
    columns = first if first.endswith("/columns") else f"{first}/columns"
    moved = client.post(columns, data=fields(client.get(columns).text, FORM, do="look", **{"head-0": "3"}))
    assert client.post(columns, data=fields(moved.text, FORM, do="confirm", remember="1")).status_code == 302
    second = upload(site, book("Y160M-4", "Y180M-4"), title="挪表头二", **firm).location
    assert "/columns" not in second
    work(site)
    lists = site.context.service(Lists)
    one = lists.get(site.actor("chen"), list_id(second))
    assert lists.plan_of(one).sheets[0].head_row == 3
    assert one.counts["rows"] == 2
    with site.context.store.uow() as u:
        rows = u.repository(EquipmentListRepository).rows(one.id, RowQuery())
    assert [row.stated["values"]["model"] for row in rows] == ["Y160M-4", "Y180M-4"]
    assert [row.row for row in rows] == [4, 5]


def test_a_workbook_of_many_wide_sheets_still_makes_a_page(site: Website):
    made, stream = Workbook(), io.BytesIO()
    for number in range(30):
        page = made.create_sheet(f"表{number}")
        page.append(["设备名称", "设备型号", "数量", "使用状态", *(f"其他{i}" for i in range(90))])
        page.append(["电动机", "Y160M-4", "1", "在用", *("x" for _ in range(90))])
    made.save(stream)
    address = upload(site, stream.getvalue(), title="很多表").location
    columns = address if address.endswith("/columns") else f"{address}/columns"
    answer = site.client("chen").get(columns)
    assert answer.status_code == 200
    assert len(answer.data) < 3_000_000
    done = site.client("chen").post(columns, data=fields(answer.text, FORM, do="confirm"))
    assert done.status_code == 302
    work(site)
    assert site.context.service(Lists).get(site.actor("chen"), list_id(address)).counts["rows"] == 30
