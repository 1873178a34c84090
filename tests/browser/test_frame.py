"""The frame around every page: no page too wide or inaccessible, keys, search as one types, away and back, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from formserver.demo.people import DEMO_PASSWORD
from tests.browser.conftest import NARROW, WIDE, shot
from tests.browser.demo_site import DemoSite
from tests.browser.sweep import AXE, load_axe, serious_findings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DemoSite]]:
    site = DemoSite(tmp_path_factory.mktemp("demo"))
    yield site.serve(), site
    site.close()


@pytest.fixture
def signed_in(browser: Browser, demo: tuple[str, DemoSite]) -> Iterator[Callable[..., Page]]:
    url, _ = demo
    made: list[BrowserContext] = []

    def sign_in(viewport: dict[str, int] = WIDE, username: str = "demo") -> Page:
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=url)
        context.set_default_timeout(8000)
        context.route(lambda to: not to.startswith(url), lambda route: route.abort())
        made.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda to: "/sign-in" not in to)
        return page

    yield sign_in
    for context in made:
        context.close()


SHARES = 6


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_fits_and_axe_finds_nothing_serious(
    signed_in: Callable[..., Page], demo: tuple[str, DemoSite], share: int
) -> None:
    if not AXE.exists():
        pytest.skip("NO PAGE WAS CHECKED: axe-core is not installed (npm ci)")
    pages = demo[1].share(share, SHARES)
    assert len(pages) >= 4
    page = signed_in(WIDE)
    page.route(
        "**/*", lambda route: route.abort() if route.request.resource_type == "image" else route.fallback()
    )
    load_axe(page)
    found: list[str] = []
    for path in pages:
        page.goto(path)
        for viewport in (WIDE, NARROW):  # the page that was loaded is made narrow, as when a tablet is turned
            page.set_viewport_size(viewport)
            where = f"{path} at {viewport['width']} px"
            too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if too_wide > 0:
                found.append(f"{where}: {too_wide} px too wide")
            found += [f"{where}: {finding}" for finding in serious_findings(page)]
        page.set_viewport_size(WIDE)
    assert not found, "\n".join(found)


def test_the_shares_hold_every_page(demo: tuple[str, DemoSite]) -> None:
    shares = [demo[1].share(number, SHARES) for number in range(SHARES)]
    assert sum(map(len, shares)) == len(demo[1].pages()) > 80


def test_targets_on_a_phone_are_large_enough_for_a_thumb(signed_in: Callable[..., Page]) -> None:
    page = signed_in(NARROW)
    page.locator(".fs-drawer-button").click()
    expect(page.get_by_role("link", name="文书应用")).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll('.fs-top a, .fs-top summary, .fs-top label, .fs-side a, .fs-actions .btn')]
        .filter((e) => e.checkVisibility()).map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44).map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    assert small == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="文书应用")).to_be_hidden()


def test_the_keyboard_goes_everywhere_and_says_how(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="键盘快捷键")
    expect(dialog).to_contain_text("搜索")
    expect(dialog).to_contain_text("新建文书")
    shot(page, "frame-keys")
    page.keyboard.press("n")  # no shortcut acts behind an open dialog
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/documents**")
    page.keyboard.press("Control+k")
    page.keyboard.type("gq?n")
    expect(page.locator("[data-search-box]")).to_have_value("gq?n")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_single_letters_can_be_switched_off_and_stay_off(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.keyboard.press("?")
    page.get_by_label("使用单个字母的快捷键").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="工作台", level=1)).to_be_visible()
    page.locator(".fs-person summary").click()
    page.get_by_role("button", name="键盘快捷键").click()
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()


def test_suggestions_while_typing_are_chosen_by_arrow_and_enter(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    box = page.get_by_role("combobox", name="搜索文书、企业")
    page.keyboard.press("Control+k")
    page.keyboard.type("川西水泥")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("川西水泥")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")  # the last line
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("有限")
    expect(options.first).to_contain_text("川西水泥有限")
    page.keyboard.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    assert chosen == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="川西水泥有限公司", level=1)).to_be_visible()


def test_results_are_walked_with_the_arrows(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.goto("/search?q=水泥")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    target = page.locator(".fs-hit").first
    expect(target).to_be_focused()
    href = target.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")


def test_a_calm_bar_while_away_that_goes_by_itself(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    bar = page.locator("[data-connection]")
    expect(bar).to_be_hidden()
    page.context.set_offline(True)
    expect(bar).to_be_visible()
    expect(bar.locator("[data-connection-text]")).to_have_text("网络已断开，填写的内容会留在本机")
    shot(page, "frame-offline")
    page.context.set_offline(False)
    expect(bar).to_be_hidden()


def test_a_session_that_ended_is_said_where_the_person_is(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when the window comes back
    bar = page.locator("[data-connection]")
    expect(bar).to_contain_text("登录已过期")
    expect(bar.get_by_role("link", name="在新窗口登录")).to_be_visible()
    assert page.url.endswith("/")


@pytest.mark.parametrize("path", ["/", "/documents", "/enterprises", "/search?q=水泥"])
def test_paper_shows_the_page_and_nothing_of_the_frame(signed_in: Callable[..., Page], path: str) -> None:
    page = signed_in()
    page.goto(path)
    page.emulate_media(media="print")
    for part in (".fs-top", ".fs-side", ".fs-actions", ".fs-filter", ".btn", "[data-connection]"):
        for element in page.locator(part).all():
            expect(element).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.set_viewport_size(
        {"width": 680, "height": 960}
    )  # A4 without margins: narrower than stacked lists begin
    assert (
        page.locator("table.fs-table thead").count() == page.locator("table.fs-table thead:visible").count()
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_first_paint_and_nothing_jumps(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    for path in ("/", "/documents", "/search?q=水泥&what=文书", "/notices"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        shift = page.evaluate(
            """() => new Promise((done) => { let sum = 0;
            new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
              .observe({type: 'layout-shift', buffered: true});
            requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); })"""
        )
        assert shift < 0.01, path
        assert page.evaluate("performance.getEntriesByName('first-contentful-paint').length") == 1
