"""The whole application on a real SQLite file, people to sign in as, and a client that checks every page it fetches.

Take the fixtures into a folder's ``conftest.py``::

    from tests.support.web import app, client_as, people, template_storage  # noqa: F401
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.app import build_context, create_app
from formserver.config import Settings
from formserver.core.permissions import Actor, system_actor
from formserver.web.context import EXTENSION, AppContext
from tests.support.browser_form import controls_in

PASSWORD = "明月几时有 2026"
"""Of every person below."""

PEOPLE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # user name: (name, agency code, roles)
    "inspector": ("李明", "SC", ("inspector",)),
    "leader": ("赵敏", "SC", ("leader",)),
    "admin": ("孙管理", "SC", ("administrator",)),
    "clerk": ("吴档案", "SC", ("register_clerk",)),
    "viewer": ("周阅", "SC", ("viewer",)),
    "archivist": ("郑存", "SC", ("archivist",)),
    "chengdu": ("陈成都", "SC-CD", ("inspector",)),
    "chengdu_admin": ("钱成都", "SC-CD", ("administrator",)),
    "mianyang": ("王绵阳", "SC-MY", ("inspector",)),
    "nobody": ("无角色", "SC", ()),
}


def make_settings(storage: Path, **more: Any) -> Settings:
    """Settings for a test: nothing from the environment matters."""
    return Settings(environment="test", storage_dir=storage, secret_key="k" * 40, _env_file=None, **more)


@pytest.fixture(scope="session")
def template_storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storage folder with agencies and people, made once and copied for each test."""
    # the same algorithm at the least cost: these tests sign in some hundred times
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._decoy.cache_clear()
    folder = tmp_path_factory.mktemp("template") / "storage"
    context = build_context(make_settings(folder))
    entries = json.loads((context.settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))
    agencies, accounts = context.service(AgencyService), context.service(AccountService)
    agencies.load(system_actor(), entries["agencies"])
    for username, (name, agency, roles) in PEOPLE.items():
        accounts.add_user(
            username=username,
            name=name,
            password=PASSWORD,
            agency_id=agencies.id_by_code(agency),
            roles=roles,
            cert_no=f"CZ{username}",
            confidentiality=1,
        )
    context.store.close()
    return folder


@pytest.fixture
def app(template_storage: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on its own copy of the template."""
    folder = tmp_path / "storage"
    shutil.copytree(template_storage, folder)
    made = create_app(make_settings(folder))
    made.testing = False  # errors become the pages that people see
    yield made
    context_of(made).store.close()


def context_of(app: Flask) -> AppContext:
    """The running parts behind ``app``."""
    found: AppContext = app.extensions[EXTENSION]
    return found


@pytest.fixture
def people(app: Flask) -> Callable[[str], Actor]:
    """``people("inspector")``: the actor behind a user name."""

    def actor(username: str) -> Actor:
        accounts = context_of(app).service(AccountService)
        user = next(u for u in accounts.everybody() if u.username == username)
        return accounts.actor_for(user)

    return actor


@dataclasses.dataclass
class Page:
    """A fetched page that passed the checks."""

    response: TestResponse
    tree: html.HtmlElement

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def heading(self) -> str:
        return " ".join(self.tree.xpath("//h1")[0].text_content().split())

    def form(self, action: str = "", *, method: str = "post") -> MultiDict[str, str]:
        """What a browser would post from the form with that action."""
        return controls_in(self.form_element(action, method=method))

    def form_element(self, action: str = "", *, method: str = "post") -> html.HtmlElement:
        forms = [
            f
            for f in self.tree.xpath("//form")
            if (f.get("method") or "get").lower() == method and (not action or f.get("action") == action)
        ]
        assert forms, f"no {method} form with action {action!r}"
        return forms[-1]


class CheckedClient:
    """A browser without JavaScript that refuses to look at a badly made page."""

    def __init__(self, client: FlaskClient) -> None:
        self.http = client

    def get(self, url: str, *, status: int = 200, follow: bool = True) -> Page:
        """Fetch and check."""
        return self._page(self.http.get(url, follow_redirects=follow), status)

    def post(
        self, url: str, data: Any = None, *, status: int = 200, follow: bool = True, **more: Any
    ) -> Page:
        """Post with the token of this session and check the page that comes back."""
        fields = data if isinstance(data, MultiDict) else MultiDict()
        if fields is not data:
            for name, value in (data or {}).items():  # a file is a tuple, which MultiDict would take apart
                fields.add(name, value)
        if "csrf_token" not in fields:
            fields.add("csrf_token", self.token())
        return self._page(self.http.post(url, data=fields, follow_redirects=follow, **more), status)

    def submit(
        self, page: Page, action: str, changes: dict[str, Any] | None = None, *, status: int = 200
    ) -> Page:
        """Fill in a form of ``page`` and send it."""
        fields = page.form(action)
        for name, value in (changes or {}).items():
            fields.poplist(name)
            for item in value if isinstance(value, list) else [value]:
                if item is not None:
                    fields.add(name, item)
        return self.post(action, fields, status=status)

    def token(self) -> str:
        """The CSRF token of this session."""
        page = self.http.get("/password", follow_redirects=True)
        return html.fromstring(page.text).xpath("//meta[@name='csrf-token']/@content")[0]

    def sign_in(
        self, username: str, password: str = PASSWORD, *, status: int = 200, next: str = "/password"
    ) -> Page:
        """Sign in through the page."""
        fields = {"username": username, "password": password, "next": next}
        return self.submit(self.get("/sign-in"), "/sign-in", fields, status=status)

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (response.status_code, response.text[-2000:])
        assert response.mimetype == "text/html"
        page = Page(response, html.fromstring(response.text))
        check_page(page.tree)
        return page


def check_page(tree: html.HtmlElement) -> None:
    """One title, one h1, unique ids, labelled controls, forms that post with a token to an address of ours."""
    assert tree.xpath("string(//title)").strip(" ·")
    assert len(tree.xpath("//h1")) == 1, "one h1"
    assert tree.xpath("//html[@lang='zh-CN' or @lang='en']")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), sorted(i for i in set(ids) if ids.count(i) > 1)
    for form in tree.xpath("//form"):
        assert (form.get("action") or "").startswith("/"), "a form says where it goes"
        if (form.get("method") or "get").lower() == "post":
            assert form.xpath(".//input[@name='csrf_token']/@value"), form.get("action")
    labelled = set(tree.xpath("//label/@for"))
    for control in tree.xpath(
        "//main//input[not(@type='hidden')] | //main//select | //main//textarea[not(@hidden)]"
    ):
        named = control.get("id") in labelled or control.xpath("ancestor::label") or control.get("aria-label")
        assert named, html.tostring(control)
    for reference in tree.xpath("//@aria-describedby"):
        assert set(reference.split()) <= set(ids), reference
    assert not tree.xpath("//script[not(@src)]"), "scripts are files"
    assert not tree.xpath("//*[@style]"), "the content policy forbids inline styles"
    assert not tree.xpath("//@*[starts-with(name(), 'on')]"), "no inline handlers"


@pytest.fixture
def client_as(app: Flask) -> Callable[[str], CheckedClient]:
    """``client_as("inspector")``: a signed-in checked client; ``client_as("")`` is a stranger."""

    def make(username: str) -> CheckedClient:
        client = CheckedClient(app.test_client())
        if username:  # by way of a page that every signed-in person may open
            client.sign_in(username, next="/password")
        return client

    return make
