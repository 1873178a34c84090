"""What every hostile test needs: a town with people of two cities, browsers with tokens, papers to attack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.core.papers import Papers
from formserver.enterprises.imports import ImportService
from tests.hostile.belongings import belongings
from tests.support.website import PASSWORD, Website
from tests.support.workbooks import sheet

ALL_ROLES = ("inspector", "leader", "archivist", "register_clerk", "administrator", "viewer")
SECRETS = ("川西水泥有限公司", "91510000123456788G", "周国栋", "0830-5550188", "陈志远")
"""Words of the first city that nobody of another city may ever read."""
_TOKENS: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


@dataclass(frozen=True)
class Targets:
    """Ids of one of everything, all of the first city."""

    draft: str
    issued: str
    rendition: str
    enterprise: str
    import_id: str
    agency: str
    token: str
    more: dict[str, Any]

    def arguments(self) -> dict[str, Any]:
        """Values for the variable parts of any route."""
        return {
            "document_id": self.issued,
            "rendition_id": self.rendition,
            "enterprise_id": self.enterprise,
            "import_id": self.import_id,
            "agency_id": self.agency,
            "type_key": "inspection_notice",
            "no": 1,
            "key": "void",
            "token": self.token,
            "filename": "css/app.css",
            "version_no": 1,
            **self.more,
        }


class Town(Website):
    """The website of the other tests with an administrator of another city, a clerk and a province viewer."""

    def __init__(self, storage: Path, *, furnished: bool = True) -> None:
        """``furnished`` with one of everything that people can own; it takes some seconds and megabytes."""
        # the same algorithm at the least cost: the tests sign in some hundred times
        passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        passwords._decoy.cache_clear()
        super().__init__(storage)
        self.app.testing = False  # errors become the pages that people see
        for username, name, code, roles in (
            ("stranger", "外市全权", self._other_city(), ALL_ROLES),
            ("clerk", "吴档案", "SC-CD", ALL_ROLES),
            ("province", "省级查阅", "SC", ("viewer",)),
            ("nobody", "无角色", "SC-CD", ()),
        ):
            self.add(username, name, code, roles)
        self.targets = self._make_targets(furnished)

    def client(self, username: str) -> FlaskClient:
        """As everywhere, and signed in anew when a test has ended the session: some of them end sessions by all routes."""
        known = self.clients.get(username)
        if (
            known is not None
            and known.get("/notices/count", headers={"Accept": "application/json"}).status_code == 401
        ):
            self.clients.pop(username)
            _TOKENS.pop(known, None)
        return super().client(username)

    def add(self, username: str, name: str, code: str, roles: tuple[str, ...]) -> None:
        """One more person."""
        self.context.service(AccountService).add_user(
            username=username, name=name, password=PASSWORD, agency_id=self.agencies[code], roles=roles
        )

    def _make_targets(self, furnished: bool) -> Targets:
        draft, issued = self.saved(), self.numbered()
        (paper, *_) = self.context.service(Papers).renditions(self.actor("chen"), issued.id)
        imported = self.context.service(ImportService).preview(
            self.actor("clerk"),
            sheet([["单位名称", "住所"], ["川西水泥有限公司", "青石镇水泥路88号"]]),
            "名录.xlsx",
        )
        return Targets(
            draft.id,
            issued.id,
            paper.id,
            self.enterprise.id,
            imported,
            self.agencies["SC-CD"],
            self.head(issued.id).check_token,
            belongings(self, issued) if furnished else {},
        )

    def numbered(self) -> Document:
        """A notice with a number and a printed docx."""
        document = self.saved()
        actor, issuing = self.actor("chen"), self.context.service(Issuing)
        self.approved(document)
        issuing.take_number(actor, document.id, base_version=3)
        return self.head(document.id)

    def final(self, type_key: str = "site_record", **changes: Any) -> Document:
        """A record that waits for its signatures."""
        document = self.saved("chen", type_key, **changes)
        self.context.service(Issuing).finalise(self.actor("chen"), document.id, base_version=1)
        return self.head(document.id)


def token(client: FlaskClient) -> str:
    """The CSRF token of a client's session, asked for once."""
    known = _TOKENS.get(client)
    if known is None:
        known = _TOKENS[client] = fresh_token(client)
    return known


def fresh_token(client: FlaskClient) -> str:
    """The CSRF token a page carries now."""
    page = client.get("/sign-in", follow_redirects=True).text
    return str(html.fromstring(page).xpath("//meta[@name='csrf-token']/@content")[0])


def send(client: FlaskClient, method: str, url: str, **more: Any) -> TestResponse:
    """A request with a good token where one is needed."""
    headers = dict(more.pop("headers", {}))
    if method not in ("GET", "HEAD"):
        headers.setdefault("X-CSRFToken", token(client))
    answer = client.open(url, method=method, headers=headers, buffered=True, **more)
    answer.request.input_stream.close()  # a large body waits in a temporary file
    return answer


def patch(client: FlaskClient, document_id: str, **payload: Any) -> TestResponse:
    """One autosave, on the newest seq unless the payload names another."""
    opened = client.get(f"/documents/{document_id}/draft")
    if opened.status_code != 200:
        return opened
    state = opened.json
    return client.patch(
        f"/documents/{document_id}/draft",
        json={"seq": state["seq"], **payload},
        headers={"X-CSRFToken": state["csrf"]},
    )
