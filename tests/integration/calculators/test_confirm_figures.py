"""Figures nobody has held against the standard: confirming, withdrawing, the list as a file and back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook

from formserver.calculation.examples import example_request
from formserver.calculation.results import Verdict
from formserver.calculators.confirm_figures import CONFIRMED, UNKNOWN, WAITING, Item, Wanted
from formserver.core.errors import AppError
from tests.support.maintaining import Maintained
from tests.support.website import fields, texts

FORM = "//form[@method='post' and starts-with(@action,'/calculators/figures') and .//section]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("figures"))
    yield made
    made.close()


def waiting(site: Maintained, kind: str = "限额", standard: str = "") -> list[Item]:
    found = site.figures.items(site.actor("tang"), Wanted(kind=kind))
    return [one for one in found if not standard or one.standard == standard]


def code_of(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(AppError) as caught:
        call(*args, **more)
    return caught.value.code.code


def test_a_confirmation_makes_the_verdict_appear_and_its_withdrawal_takes_it_back(site: Maintained) -> None:
    tang = site.actor("tang")
    item = next(one for one in waiting(site) if one.id.endswith("/3"))
    name, edition = item.pack.split("/")
    calculator = site.calculators.library.calculator(name, edition)
    found = [
        example
        for example in calculator.examples
        if example["product"] == item.place.split("/")[0] and "indicators" in example["expect"]
    ]
    request = example_request(calculator, found[0])

    def own() -> set[str]:
        return {figure.id for figure in site.calculators.evaluate(request).unconfirmed}

    before = own()
    assert item.id in before
    assert site.calculators.evaluate(request).verdict is Verdict.UNCONFIRMED
    site.figures.confirm(tang, {item.id: item.value}, "标准原文第5页表2", "复印件存档")
    assert own() == before - {item.id}
    now, (confirmation,) = site.figures.item(tang, item.id)
    assert now.state == CONFIRMED
    assert confirmation.against_what == "标准原文第5页表2"
    assert code_of(site.figures.withdraw, tang, confirmation.id, "") == "WITHDRAWAL_REASON_MISSING"
    site.figures.withdraw(tang, confirmation.id, "看错了页")
    assert own() == before
    assert code_of(site.figures.withdraw, tang, confirmation.id, "再来") == "CONFIRMATION_NOT_STANDING"
    _, history = site.figures.item(tang, item.id)
    assert history[0].withdrawn_reason == "看错了页"


def test_what_cannot_be_confirmed(site: Maintained) -> None:
    tang, confirm = site.actor("tang"), site.figures.confirm
    one = waiting(site)[0]
    other = next(item for item in waiting(site) if item.standard != one.standard)
    gap = next(iter(site.figures.items(tang, Wanted(state=UNKNOWN))))
    assert code_of(confirm, tang, {one.id: one.value}, " 表2 ") == "AGAINST_WHAT_MISSING"
    assert code_of(confirm, tang, {one.id: one.value}, "长" * 301) == "AGAINST_WHAT_MISSING"
    assert code_of(confirm, tang, {}, "标准原文") == "NOTHING_TO_CONFIRM"
    assert code_of(confirm, tang, {one.id: "999"}, "标准原文") == "FIGURE_CHANGED"
    assert code_of(confirm, tang, {gap.id: ""}, "标准原文") == "FIGURE_UNKNOWN"
    assert code_of(confirm, tang, {"limits/x/y#z": "1"}, "标准原文") == "NOT_FOUND"
    assert (
        code_of(confirm, tang, {one.id: one.value, other.id: other.value}, "标准原文") == "SEVERAL_STANDARDS"
    )
    assert code_of(confirm, site.actor("chen"), {one.id: one.value}, "标准原文") == "NOT_ALLOWED"
    assert site.figures.item(tang, one.id)[0].state == WAITING


def test_confirmations_are_withdrawn_by_the_own_agency_or_above(site: Maintained) -> None:
    item = waiting(site, "折标系数")[0]
    site.figures.confirm(site.actor("admin"), {item.id: item.value}, "标准原文附录A")
    _, (made, *_) = site.figures.item(site.actor("far"), item.id)
    assert code_of(site.figures.withdraw, site.actor("far"), made.id, "不信") == "NOT_ALLOWED"
    assert site.figures.withdraw(site.actor("tang"), made.id, "版本不对").withdrawn_by_name == "唐思源"


def test_formulas_are_confirmed_in_their_words(site: Maintained) -> None:
    formula = waiting(site, "计算式")[0]
    site.figures.confirm(site.actor("tang"), {formula.id: formula.value}, "标准原文第6章")
    assert formula.id not in {one.id for one in waiting(site, "计算式")}


def test_the_list_goes_to_the_library_and_back_row_by_row(site: Maintained) -> None:
    client = site.client("admin")
    answer = client.get("/calculators/figures/list.xlsx?kind=限额")
    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    column = {
        "original": next(c for h, c in heads.items() if h.startswith("原文数值")),
        "against": next(c for h, c in heads.items() if h.startswith("核对依据")),
        "value": heads["系统中的数值"],
        "id": next(c for h, c in heads.items() if h.startswith("编号")),
    }
    typed = (("相符", "原文表1，第4页"), (None, "原文表1，第4页"), ("123456", "原文表1，第4页"), (None, None))
    for row, (original, against) in enumerate(typed, 2):
        sheet.cell(row, column["original"]).value = original
        sheet.cell(row, column["against"]).value = against
    sheet.cell(6, column["original"]).value = float(sheet.cell(6, column["value"]).value)
    sheet.cell(6, column["against"]).value = "原文表1，第4页"
    sheet.cell(7, column["original"]).value = "相符"
    sheet.cell(7, column["against"]).value = "原文表1，第4页"
    sheet.cell(7, column["id"]).value = "limits/none#x"
    stream = io.BytesIO()
    book.save(stream)
    page = client.get("/calculators/figures").text
    data = {"csrf_token": html.fromstring(page).xpath("//meta[@name='csrf-token']/@content")[0]}
    data["file"] = (io.BytesIO(stream.getvalue()), "清单.xlsx")
    answer = client.post("/calculators/figures/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200
    results = [row.split()[-1] if "未确认" not in row else row for row in texts(answer, "//tbody/tr")]
    assert len(results) == 5  # the row nobody filled in is passed over
    assert results[0].endswith("已确认")
    assert results[3].endswith("已确认")
    assert "抄录" in results[1]
    assert "123456" in results[2]
    assert "没有这个编号" in results[4]


def test_foreign_files_are_refused_with_the_list_still_there(site: Maintained) -> None:
    client = site.client("admin")
    page = client.get("/calculators/figures").text
    token = html.fromstring(page).xpath("//meta[@name='csrf-token']/@content")[0]
    for content in (b"", b"MZ program", b"PK\x03\x04broken"):
        data = {"csrf_token": token, "file": (io.BytesIO(content), "x.xlsx")}
        answer = client.post("/calculators/figures/import", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "待核数值" in answer.text


def test_the_page_confirms_what_is_ticked_and_keeps_what_was_typed(site: Maintained) -> None:
    client, item = site.client("admin"), waiting(site)[0]
    page = client.get("/calculators/figures", query_string={"calculator": item.standard, "kind": "限额"})
    refused = client.post(
        "/calculators/figures",
        data=fields(page.text, FORM, figure=[item.id], against="短", note="旁注"),
    )
    assert refused.status_code == 422
    body = html.fromstring(refused.text)
    assert body.xpath("//input[@name='note']/@value") == ["旁注"]
    assert item.id in body.xpath("//input[@name='figure'][@checked]/@value")
    done = client.post(
        "/calculators/figures",
        data=fields(page.text, FORM, figure=[item.id], against="标准原文第5页表2"),
        follow_redirects=True,
    )
    assert "已确认 1 项" in done.text
    shown = client.get("/calculators/figures/one", query_string={"id": item.id})
    assert "标准原文第5页表2" in shown.text
    assert "撤回确认" in shown.text


def test_readers_see_and_do_not_confirm(site: Maintained) -> None:
    page = site.client("chen").get("/calculators/figures")
    assert page.status_code == 200
    assert "确认所选" not in page.text
    assert site.client("chen").get("/calculators/figures/one?id=x").status_code == 404
    assert site.client("viewer").get("/calculators/figures").status_code == 403
