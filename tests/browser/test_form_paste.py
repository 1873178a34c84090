"""Pasting into a form: blocks of a spreadsheet with their columns, text with line ends inside its sentences."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Served, shot
from tests.support.form_page import cells, draft, edit, field, paste, rows_of, wait_saved

pytestmark = pytest.mark.browser
PEOPLE = "/inspectors"
BLOCK = (
    "序号\t姓名\t执法证号\t证件有效期\t备注\n"
    "1\t甲一\t51180012031\t2027.5.6\t组长\n"
    '2\t"乙\n二"\t51180012032\t5月\t\n'
)


def test_a_block_is_mapped_read_shown_and_taken_back_as_a_whole(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    before = draft(served.site, document.id).body["inspectors"]
    paste(rows_of(page, PEOPLE).nth(0).locator('[name$="/name"]'), BLOCK)
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(".doc-paste-said")).to_contain_text("这些列没有对应，不会粘贴：序号、备注")
    expect(dialog.locator(".doc-paste-said")).to_contain_text("有 1 处需要核对")
    expect(dialog.get_by_label("第一行是表头")).to_be_checked()
    expect(dialog.get_by_label("执法证号对应")).to_have_value("cert_no")
    expect(dialog.get_by_label("作为新行加在末尾")).to_be_checked()
    expect(dialog.locator("tbody td").nth(4)).to_contain_text("2027-05-06")
    shot(page, "paste-1440")
    dialog.get_by_role("button", name="粘贴", exact=True).click()
    expect(rows_of(page, PEOPLE)).to_have_count(5)
    wait_saved(page)
    kept = draft(served.site, document.id)
    assert [row.get("name") for row in kept.body["inspectors"]][3:] == ["甲一", "乙\n二"]
    assert kept.body["inspectors"][3]["cert_valid_to"] == "2027-05-06"
    assert list(kept.raw.values()) == ["5月"]
    page.get_by_role("button", name="撤销").click()
    expect(rows_of(page, PEOPLE)).to_have_count(3)
    wait_saved(page)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    after = draft(served.site, document.id)
    assert (after.body["inspectors"], after.raw) == (before, {})


def test_columns_can_be_given_another_place_and_rows_be_overwritten(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    before = cells(page, PEOPLE, "name")
    paste(rows_of(page, PEOPLE).nth(1).locator('[name$="/name"]'), "一\t01\n二\t02\n三\t03\n")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_label("第一行是表头")).not_to_be_checked()
    dialog.get_by_label("第2列对应").select_option("cert_no")
    dialog.get_by_label("从第2行起填入，盖住原有内容").check()
    expect(dialog.get_by_label("第2列对应")).to_have_value("cert_no")
    dialog.get_by_role("button", name="粘贴", exact=True).click()
    assert cells(page, PEOPLE, "name") == [before[0], "一", "二", "三"]
    assert cells(page, PEOPLE, "cert_no")[1:] == ["01", "02", "03"]
    page.keyboard.press("Escape")
    page.locator(".doc-snack").get_by_role("button", name="撤销").click()
    assert cells(page, PEOPLE, "name") == before


def test_a_table_copied_from_a_page_and_one_word_typed_over(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen", NARROW), document.id)
    paste(rows_of(page, PEOPLE).nth(0).locator('[name$="/name"]'), "一个词")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "一个词" in cells(page, PEOPLE, "name")[0]
    table = "<table><tr><th>姓名</th><th>分工</th></tr><tr><td>丙<br>三</td><td>随便</td></tr></table>"
    paste(rows_of(page, PEOPLE).nth(0).locator('[name$="/name"]'), "姓名 分工 丙三", table)
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(".doc-paste-ask")).to_contain_text("随便")
    shot(page, "paste-390")
    dialog.get_by_role("button", name="取消").click()
    expect(rows_of(page, PEOPLE)).to_have_count(3)


def test_the_button_opens_a_place_to_paste_into(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    page.locator(f'fieldset[data-rows="{PEOPLE}"]').get_by_role("button", name="从表格粘贴").click()
    paste(page.get_by_label("在这里粘贴"), "姓名\n甲\n乙\n")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_label("姓名对应")).to_have_value("name")
    dialog.get_by_role("button", name="粘贴", exact=True).click()
    assert cells(page, PEOPLE, "name")[3:] == ["甲", "乙"]


def test_hard_line_ends_are_joined_on_request_and_can_be_had_back(person, served: Served) -> None:
    document = served.site.saved(type_key="inquiry_record")
    page = edit(person("chen"), document.id)
    area = page.locator('#doc-form textarea[name$="/a"]').first
    area.fill("")
    broken = (
        "本企业于二〇二五年完成了主要用能设备的\n更新改造，年综合能耗下降百分之三点二。\n一、设备清单见附件。"
    )
    paste(area, broken)
    expect(area).to_have_value(broken)
    page.get_by_role("button", name="合并断行").click()
    joined = broken.replace("的\n更", "的更")
    expect(area).to_have_value(joined)
    page.get_by_role("button", name="撤销").click()
    expect(area).to_have_value(broken)
    wait_saved(page)
    assert field(page, area.get_attribute("name") or "").input_value() == broken


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("第一行文字还没有说完就到了边\n接着说完。", "第一行文字还没有说完就到了边接着说完。"),
        ("说完了。\n另起一段话，也说完了。", "说完了。\n另起一段话，也说完了。"),
        ("短行\n短行", "短行\n短行"),
        ("这一行文字比较长没有句号\n一、这是清单的第一项", "这一行文字比较长没有句号\n一、这是清单的第一项"),
        (
            "energy saving in the cement\nindustry of Sichuan",
            "energy saving in the cement industry of Sichuan",
        ),
        ("前一段文字没有结束也很长\n\n后一段文字", "前一段文字没有结束也很长\n\n后一段文字"),
        ("没有断行", "没有断行"),
        ("", ""),
    ],
)
def test_which_line_ends_are_taken_out(person, served: Served, text: str, joined: str) -> None:
    page = person("chen").open("/sign-in")
    script = "async (text) => (await import('/static/documents/lines.js')).joinLines(text)"
    assert page.evaluate(script, text) == joined


def test_how_a_clipboard_is_taken_apart(person, served: Served) -> None:
    page = person("chen").open("/sign-in")
    script = '''async () => {
        const t = await import('/static/documents/paste-table.js');
        const columns = [{ key: "n", title: "姓名" }, { key: "e", title: "能耗（tce）" }, { key: "m", title: "备注" }];
        return {
            quoted: t.parseText('a\\t"b\\n""c"""\\r\\n"d\\te\\n'),
            merged: t.parseHtml('<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>'),
            header: t.hasHeader([["姓 名", "能耗"], ["甲", "1"]], columns),
            values: t.hasHeader([["甲", "1"]], columns),
            named: t.proposeColumns([["能耗:", "姓名", "年份"]], columns, { header: true }),
            placed: t.proposeColumns([["1", "2"]], columns, { header: false, start: 1 }),
            serial: t.proposeColumns([["1", "甲", "2", "x"], ["2", "乙", "3", "y"]], columns, { header: false }),
            left: t.leftOut([["甲", "乙", ""], ["1", "2", ""]], ["n", "", ""], false),
        };
    }'''
    assert page.evaluate(script) == {
        "quoted": [["a", 'b\n"c"'], ['"d', "e"]],
        "merged": [["a", "b"], ["", "c"]],
        "header": True,
        "values": False,
        "named": ["e", "n", ""],
        "placed": ["e", "m"],
        "serial": ["", "n", "e", "m"],
        "left": ["第2列"],
    }
