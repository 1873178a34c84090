"""企业设备台账: lists over time, what stands now, differences and their file, the start of the next inspection."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from formserver.enterprises.models import Enterprise
from formserver.enterprises.service import EnterpriseService
from formserver.equipment.lists_service import Lists
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.register_service import ROWS_SHOWN, Registers
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.support.equipment import MIXED, MOTOR, make_list, many
from tests.support.lists import work
from tests.support.web import check_page
from tests.support.website import Website, fields


@pytest.fixture(scope="module")
def firm(site: Website) -> Enterprise:
    """An enterprise of its own: the register is about all its lists."""
    facts = {"name": "青石玻璃有限公司", "uscc": "91510000999999999K", "reg_address": "四川省川西市青石镇"}
    return site.context.service(EnterpriseService).create(site.actor("chen"), facts, accept_duplicate=True)


@pytest.fixture(scope="module")
def pair(site: Website, firm: Enterprise) -> tuple[EquipmentList, EquipmentList]:
    """Two lists: one motor has another rating, one another date, one pump went, one motor came."""
    enterprise = (firm.id, firm.name, firm.uscc)
    first = [dict(row) for row in MIXED]
    second = [dict(row) for row in (*MIXED[:3], MIXED[4])]
    second[0]["power_kw"], second[1]["made"] = "15", "1999"
    second[1]["_verdict"] = "eliminated"
    second.append({**MOTOR, "model": "YE5-200L-4", "location": "新车间", "_verdict": "ok"})
    chen = site.actor("chen")
    old = make_list(site.context, chen, first, title="2024年清单", enterprise=enterprise)
    new = make_list(site.context, chen, second, title="2025年清单", enterprise=enterprise, previous_id=old.id)
    return old, new


def seen(site: Website, address: str, username: str = "chen", status: int = 200) -> html.HtmlElement:
    answer = site.client(username).get(address)
    assert answer.status_code == status, answer.text[-1500:]
    tree = html.fromstring(answer.text)
    if status == 200:
        check_page(tree)
    return tree


def words(tree: html.HtmlElement) -> str:
    return " ".join(tree.text_content().split())


def book_of(answer: TestResponse) -> dict[str, list[tuple[Any, ...]]]:
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_page_of_an_enterprise_leads_to_its_register(site: Website, firm: Enterprise) -> None:
    tree = seen(site, f"/enterprises/{firm.id}")
    assert tree.xpath(f"//a[@href='/equipment/enterprises/{firm.id}']")


def test_an_enterprise_without_lists_says_so(site: Website) -> None:
    facts = {"name": "新开业有限公司", "uscc": "", "reg_address": "川西市"}
    new = site.context.service(EnterpriseService).create(site.actor("chen"), facts)
    assert "还没有设备清单" in words(seen(site, f"/equipment/enterprises/{new.id}"))
    assert "还没有可以比较的两份清单" in words(seen(site, f"/equipment/enterprises/{new.id}/differences"))
    for part in ("differences.xlsx", "last.xlsx"):
        seen(site, f"/equipment/enterprises/{new.id}/{part}", status=404)


def test_lists_stand_with_their_counts_and_sums(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    text = words(seen(site, f"/equipment/enterprises/{firm.id}"))
    assert "现行清单：2025年清单，基准日 2025-06-30" in text
    assert "4 台，52 kW" in text  # two motors of 15 kW and two of 11 kW
    assert "2 台，22 kW" in text


def test_what_stands_now_is_found_by_verdict_and_text(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    address = f"/equipment/enterprises/{firm.id}"
    assert "共 5 条" in words(seen(site, address))
    assert "共 2 条" in words(seen(site, f"{address}?standing=eliminated"))
    assert "共 1 条" in words(seen(site, f"{address}?q=YE5-200L"))
    assert "共 1 条" in words(seen(site, f"{address}?standing=blocked"))
    assert "没有符合条件的设备" in words(seen(site, f"{address}?q=不存在"))
    for odd in ("standing=x", "row=99999999999", "row=-1", "row=一", "after=zzz", "category=%00"):
        seen(site, f"{address}?{odd}")


def test_differences_are_of_the_last_two_lists_unless_others_are_named(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    old, new = pair
    address = f"/equipment/enterprises/{firm.id}/differences"
    text = words(seen(site, address))
    for said in ("新增 1", "减少 1", "内容变化 2", "结论变化 1", "处理变化 0"):
        assert said in text
    assert "标识不同，按名称、型号、地点认作同一台" in text
    assert words(seen(site, f"{address}?old={new.id}&new={old.id}")) == words(
        seen(site, f"{address}?old={old.id}&new={new.id}")
    )
    only = words(seen(site, f"{address}?kind=removed"))
    assert "IS80-65-160" in only
    assert "YE5-200L-4" not in only
    seen(site, f"{address}?kind=nonsense&page=99999")
    seen(site, f"{address}?old={'0' * 26}", status=404)


def test_differences_come_as_a_workbook(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    sheets = book_of(
        site.client("chen").get(f"/equipment/enterprises/{firm.id}/differences.xlsx", buffered=True)
    )
    lines = sheets["差异明细"]
    assert any(line[0] == "内容变化" and line[6:9] == ("额定功率", "11", "15") for line in lines)
    assert any(line[0] == "减少" and line[4] == "IS80-65-160" for line in lines)
    assert ("新增", 1) in sheets["汇总"]


def test_decisions_are_differences_too(site: Website, firm: Enterprise) -> None:
    enterprise = (firm.id, firm.name, firm.uscc)
    chen, registers = site.actor("chen"), site.context.service(Registers)
    lists = [make_list(site.context, chen, MIXED, title=f"同{n}", enterprise=enterprise) for n in (1, 2)]
    compared = registers.compare(chen, firm.id, lists[0].id, lists[1].id)
    assert compared is not None
    assert compared.found == []
    wish = Wish("in", "photo", "铭牌为1998年制造，在列")
    site.context.service(Reviews).decide(chen, lists[1].id, 2, wish, seen="")
    compared = registers.compare(chen, firm.id, lists[0].id, lists[1].id)
    assert compared is not None
    (one,) = compared.found
    assert [(c.title, c.old, c.new) for c in one.changes] == [
        ("结论", "待确认", "淘汰（自动判定：待确认）"),
        ("处理", "未确认", "已移入"),
    ]


def test_the_last_list_goes_out_to_be_corrected_and_comes_back(site: Website) -> None:
    facts = {"name": "来回水泥有限公司", "uscc": "", "reg_address": "川西市"}
    firm = site.context.service(EnterpriseService).create(site.actor("chen"), facts)
    chen = site.actor("chen")
    rows = [row for row in MIXED if "_error" not in row]
    old = make_list(site.context, chen, rows, title="上次清单", enterprise=(firm.id, firm.name, ""))
    site.context.service(Reviews).decide(
        chen, old.id, 2, Wish("out", "photo", "铭牌为2006年制造，不在列"), seen=""
    )
    sheets = book_of(site.client("chen").get(f"/equipment/enterprises/{firm.id}/last.xlsx", buffered=True))
    head, *lines = sheets["设备信息表"]
    assert head[-1] == "上次结论/处理"
    assert [line[-1] for line in lines] == ["淘汰", "正常／已移出", "限制", "正常"]
    page = site.client("chen").get(f"/equipment/enterprises/{firm.id}")
    action = f"/equipment/enterprises/{firm.id}/continue"
    form = fields(page.text, f"//form[@action='{action}']", as_of="2026-05-01", title="本次清单")
    answer = site.client("chen").post(action, data=form)
    assert answer.status_code == 302
    work(site)
    made = site.context.service(Lists).find(chen)[0][0]
    assert (made.title, made.state, made.previous_id) == ("本次清单", ListState.READY, old.id)
    with site.context.store.uow() as u:
        found = u.repository(EquipmentListRepository).rows(made.id, RowQuery())
    assert [(row.decided, row.stated["values"]["model"]) for row in found] == [
        ("", "Y160M-4"),
        ("carried", "Y2-160M-4"),
        ("", "S9-500/10"),
        ("", "IS80-65-160"),
    ]
    assert found[1].standing == "ok"


@pytest.mark.parametrize(
    "typed", [{"as_of": "1999-01-01"}, {"as_of": "昨天"}, {"title": "长" * 150}], ids=str
)
def test_a_refused_beginning_keeps_what_was_typed(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList], typed: dict[str, str]
) -> None:
    page = site.client("chen").get(f"/equipment/enterprises/{firm.id}")
    action = f"/equipment/enterprises/{firm.id}/continue"
    answer = site.client("chen").post(action, data=fields(page.text, f"//form[@action='{action}']", **typed))
    assert answer.status_code == 422
    tree = html.fromstring(answer.text)
    check_page(tree)
    ((name, value),) = typed.items()
    (control,) = tree.xpath(f"//input[@name='{name}']")
    assert control.get("value") == value
    assert control.get("aria-invalid") == "true"


def test_another_city_finds_nothing_and_readers_change_nothing(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    address = f"/equipment/enterprises/{firm.id}"
    for part in ("", "/differences", "/differences.xlsx", "/last.xlsx"):
        assert site.client("waishi").get(address + part).status_code == 404
    token = fields(site.client("waishi").get("/equipment/new").text, "//form[@enctype]")["csrf_token"]
    assert site.client("waishi").post(f"{address}/continue", data={"csrf_token": token}).status_code == 404


def test_lists_of_two_enterprises_are_not_compared(
    site: Website, firm: Enterprise, pair: tuple[EquipmentList, EquipmentList]
) -> None:
    other = make_list(
        site.context,
        site.actor("chen"),
        MIXED,
        title="别家",
        enterprise=(site.enterprise.id, "川西水泥有限公司", ""),
    )
    seen(site, f"/equipment/enterprises/{firm.id}/differences?old={other.id}", status=404)


@pytest.mark.slow
def test_twenty_thousand_rows_stay_pages_of_fifty(site: Website) -> None:
    facts = {"name": "万台集团有限公司", "uscc": "", "reg_address": "川西市"}
    firm = site.context.service(EnterpriseService).create(site.actor("chen"), facts)
    chen, enterprise = site.actor("chen"), (firm.id, firm.name, "")
    for title, start in (("旧", 0), ("新", 5)):
        rows = list(many(20_000))[start:]
        if start:
            rows += [{**MOTOR, "location": f"新{n}", "_verdict": "ok"} for n in range(5)]
        make_list(site.context, chen, rows, title=title, enterprise=enterprise)
    tree = seen(site, f"/equipment/enterprises/{firm.id}")
    assert len(tree.xpath("//section[@aria-labelledby='now']//tbody/tr")) == ROWS_SHOWN
    begun = time.perf_counter()
    compared = site.context.service(Registers).compare(chen, firm.id)
    took = time.perf_counter() - begun
    assert compared is not None
    assert len(compared.found) == 10
    assert took < 30  # seconds; decision 0022 tells what it takes
