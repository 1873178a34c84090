"""A real server and a real browser; nothing outside this machine is reachable."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waitress.server import create_server

from tests.support.website import PASSWORD, Website

CHROMIUM = Path("/usr/bin/chromium")
SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_EXPECTED = (
    "status of 409",
    "status of 401",
    "status of 422",
    "ERR_INTERNET_DISCONNECTED",
    "Failed to fetch",
)

expect.set_options(timeout=15_000)
"""What is awaited comes at once at a desk; a busy machine may take its time."""


class Served:
    """The address and everything behind it."""

    def __init__(self, site: Website) -> None:
        self.site = site
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._server = create_server(site.app, host="127.0.0.1", port=port, threads=6)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self._thread.join(timeout=10)
        self._server.task_dispatcher.shutdown()
        self.site.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(Website(tmp_path_factory.mktemp("browser")))
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER TEST RAN: Chromium is not installed at {CHROMIUM}")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield made
        made.close()


class Person:
    """Somebody at a browser: signed in, with what the console said."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.complaints: list[str] = []
        self.forgiven: tuple[str, ...] = ()  # parts of messages that a test brings about on purpose

    def page(self) -> Page:
        made = self.context.new_page()
        made.on("pageerror", lambda error: self.complaints.append(str(error)))
        made.on("console", self._said)
        return made

    def _said(self, message) -> None:
        if message.type == "error" and not any(known in message.text for known in _EXPECTED):
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        page = self.page()
        page.goto(self.url + path)
        return page


@pytest.fixture
def person(browser: Browser, served: Served) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def sign_in(username: str, viewport: dict[str, int] = WIDE) -> Person:
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=served.url)
        context.set_default_timeout(8000)
        context.route(lambda url: not url.startswith(served.url), lambda route: route.abort())
        someone = Person(context, served.url)
        made.append(someone)
        page = someone.open("/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.close()
        return someone

    yield sign_in
    complaints = [
        c for someone in made for c in someone.complaints if not any(part in c for part in someone.forgiven)
    ]
    for someone in made:
        someone.context.close()
    assert not complaints


def shot(page: Page, name: str) -> None:
    """A screenshot for people to look at, and the check that nothing sticks out sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, animations="disabled", timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
