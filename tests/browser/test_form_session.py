"""The session ends and the network goes while somebody types: signed in again in place, sent when it can be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Served, shot
from tests.support.form_page import draft, edit, field, wait_saved
from tests.support.website import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("用户名").fill(username)
    dialog.get_by_label("密码").fill(password)
    dialog.get_by_role("button", name="登录并继续").click()


def test_signing_in_again_in_the_middle_of_an_interview(person, served: Served) -> None:
    document = served.site.saved(type_key="inquiry_record")
    someone = person("chen")
    someone.forgiven = ("403",)  # the wrong password
    page = edit(someone, document.id)
    answer = page.locator('#doc-form textarea[name$="/a"]').first
    answer.fill("第一句话。")
    wait_saved(page)
    page.wait_for_load_state("networkidle")  # an answer still under way would bring the session back
    someone.context.clear_cookies()
    answer.press("End")
    answer.press_sequentially("说到一半，登录过期了。")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("填写的内容都还在")
    shot(page, "sign-in-again-1440")
    sign_in(page, "chen", "记错了的密码")
    expect(dialog.locator("[data-said]")).to_contain_text("不正确")
    sign_in(page, "chen")
    expect(dialog).to_have_count(0)
    expect(answer).to_be_focused()
    wait_saved(page)
    name = answer.get_attribute("name") or ""
    key = name.split("/")[2].removeprefix("@")
    list_name = name.split("/")[1]
    rows = draft(served.site, document.id).body[list_name]
    assert next(row for row in rows if row["_k"] == key)["a"] == "第一句话。说到一半，登录过期了。"
    answer.press_sequentially("接着说。")
    expect(page.locator("[data-save-state]")).to_have_text("有未暂存的修改…")
    wait_saved(page)


def test_another_person_is_refused_and_sees_nothing(person, served: Served) -> None:
    document = served.site.saved()
    someone = person("chen", NARROW)
    page = edit(someone, document.id)
    page.wait_for_load_state("networkidle")
    someone.context.clear_cookies()
    field(page, "/inspect_place").fill("陈志远写的")
    sign_in(page, "he")
    said = page.locator("dialog[open] [data-said]")
    expect(said).to_contain_text("由另一位用户填写")
    blurred = "getComputedStyle(document.querySelector('.doc-form-layout')).filter"
    assert "blur" in page.evaluate(blurred)
    assert not any(c["name"] == "formserver" and _signed_in(page) for c in someone.context.cookies())
    assert draft(served.site, document.id, "he").body.get("inspect_place") != "陈志远写的"
    sign_in(page, "chen")
    wait_saved(page)
    assert draft(served.site, document.id).body["inspect_place"] == "陈志远写的"
    page.close()
    someone.forgiven = ("403",)  # the refusal


def _signed_in(page: Page) -> bool:
    script = (
        "async () => (await fetch('/documents', { headers: { Accept: 'application/json' } })).status !== 401"
    )
    return bool(page.evaluate(script))


def test_what_one_person_typed_never_lands_in_the_draft_of_another(person, served: Served) -> None:
    document = served.site.saved()
    someone, other = person("chen"), person("he")
    page = edit(someone, document.id)
    page.wait_for_load_state("networkidle")
    someone.context.clear_cookies()
    someone.context.add_cookies(other.context.cookies())  # signed in as 何雨桐 in another window
    field(page, "/inspect_place").fill("陈志远写的")
    expect(page.locator("dialog[open]")).to_contain_text("登录已过期")
    assert draft(served.site, document.id, "he").body.get("inspect_place") != "陈志远写的"
    assert draft(served.site, document.id, "chen").body.get("inspect_place") != "陈志远写的"
    page.close()
    someone.forgiven = ("400",)  # the token of another session


def test_the_network_goes_in_the_middle_of_a_save(person, served: Served) -> None:
    document = served.site.saved()
    someone = person("chen")
    page = edit(someone, document.id)
    page.route("**/draft", lambda route: (route.fetch(), route.abort()))  # it arrives, its answer does not
    field(page, "/inspect_place").fill("答复丢了")
    expect(page.locator("[data-save-state]")).to_contain_text("已留在本机，正在重试")
    assert draft(served.site, document.id).body["inspect_place"] == "答复丢了"
    page.unroute("**/draft")
    wait_saved(page)
    expect(page.locator("dialog[open], .doc-panel")).to_have_count(0)  # no false alarm about another window
    assert draft(served.site, document.id).body["inspect_place"] == "答复丢了"
    page.close()
    someone.complaints.clear()  # the aborted requests
