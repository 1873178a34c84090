"""The equipment of 现场核查表 in a real browser: results while somebody types, pasting from Excel, filling from a list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.support.equipment import MIXED, ready_list
from tests.support.form_page import draft, edit, wait_saved

pytestmark = pytest.mark.browser
PASTE = """block => {
  const rows = [...document.querySelectorAll('[data-rows="/equipment"] [data-row]')];
  const input = rows.at(-1).querySelector('input[name$="/name"]');
  input.focus();
  const data = new DataTransfer();
  data.setData('text/plain', block);
  input.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def begun(person, served: Served) -> tuple[Page, str]:
    """A new form of the enterprise with one empty row."""
    document = served.site.started("chen", "verification_form")
    page = edit(person("chen"), document.id)
    page.locator('input[name="/task_types"][value="设备淘汰"]').check()
    page.locator('button[value="add:/equipment"]').click()
    expect(page.locator(".equip-card")).to_have_count(1)
    return page, document.id


def test_the_result_follows_what_is_typed_and_asks_for_a_reason(person, served: Served) -> None:
    page, document_id = begun(person, served)
    card = page.locator(".equip-card")
    card.locator('input[name$="/name"]').fill("三相异步电动机")
    card.locator('input[name$="/model"]').fill("JO2-72-4")
    expect(card.locator(".equip-verdict")).to_contain_text("疑似淘汰")
    assert page.evaluate("document.activeElement.name").endswith("/model")
    card.locator('input[name$="/model"]').fill("YE4-315L1-4")
    expect(card.locator(".equip-verdict")).to_have_text("未命中")
    mark = card.locator('[data-place$="/manual_reason"] [data-required-mark]')
    expect(mark).to_be_hidden()
    card.locator('select[name$="/manual_confirm"]').select_option("确认淘汰")
    expect(mark).to_be_visible()
    card.locator(".equip-why summary").click()
    expect(card.locator(".equip-why p")).to_contain_text("各批淘汰目录未列")
    wait_saved(page)
    (row,) = draft(served.site, document_id).body["equipment"]
    assert (row["system_suggestion"], row["manual_confirm"]) == ("未命中", "确认淘汰")


def test_rows_pasted_from_a_table_are_compared(person, served: Served) -> None:
    page, document_id = begun(person, served)
    page.evaluate(
        PASTE, "设备名称\t型号规格\t比对结果\n配电变压器\tS7-630/10\t未命中\n离心泵\tIS80-65-160\t疑似淘汰"
    )
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("第一行是表头")
    dialog.locator("button.btn-primary").last.click()
    expect(page.locator(".equip-card")).to_have_count(2)
    expect(page.locator(".equip-card").nth(0).locator(".equip-verdict")).to_contain_text("疑似淘汰")
    expect(page.locator(".equip-card").nth(1).locator(".equip-verdict")).to_contain_text("未命中")
    wait_saved(page)
    rows = draft(served.site, document_id).body["equipment"]
    assert [row["system_suggestion"] for row in rows] == ["疑似淘汰", "未命中"]


def test_a_list_fills_the_form_at_the_first_press(person, served: Served) -> None:
    ready_list(served.site, MIXED, title="浏览器里的清单")
    page, document_id = begun(person, served)
    wait_saved(page)
    page.locator('button[value="equipment-fill:/equipment"]').click()
    expect(page.get_by_text("已从“浏览器里的清单”填入 2 行")).to_be_visible()
    assert len(draft(served.site, document_id).body["equipment"]) == 3
