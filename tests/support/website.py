"""The whole website over a real SQLite file: agencies of the sample tree, people with roles, one enterprise."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from formserver.accounts.service import AccountService
from formserver.agencies.repository import AgencyRepository
from formserver.agencies.service import AgencyService
from formserver.app import build_context, create_app
from formserver.config import Settings
from formserver.core.drafting import Drafting
from formserver.core.ids import new_row_key
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.core.permissions import Actor, system_actor
from formserver.enterprises.service import EnterpriseService
from formserver.web.throttle import Throttle
from tests.support.browser_form import controls_in

PASSWORD = "Jiancha-2026-川西"
ROLES = ("inspector", "leader", "archivist")


@dataclass
class Website:
    """A running application and the people who use it. ``city`` and ``elsewhere`` cannot see each other."""

    storage: Path
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = Settings(storage_dir=self.storage, environment="test", pdf_workers=1, login_attempts=100)
        self.context = build_context(settings)
        self.app = create_app(settings, self.context)
        entries = json.loads((settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))["agencies"]
        self.context.service(AgencyService).load(system_actor(), entries)
        with self.context.store.uow() as u:
            self.agencies = {a.code: a.id for a in u.repository(AgencyRepository).all()}
        accounts = self.context.service(AccountService)
        for username, name, code, roles in (
            ("chen", "陈志远", "SC-CD", ROLES),
            ("he", "何雨桐", "SC-CD", ROLES),
            ("waishi", "外市人员", self._other_city(), ROLES),
            ("viewer", "查阅员", "SC-CD", ("viewer",)),
        ):
            accounts.add_user(
                username=username,
                name=name,
                password=PASSWORD,
                agency_id=self.agencies[code],
                roles=roles,
                cert_no="51180012031",
            )
        self.enterprise = self.context.service(EnterpriseService).create(
            self.actor("chen"),
            {
                "name": "川西水泥有限公司",
                "uscc": "91510000123456788G",
                "reg_address": "四川省川西市青石镇水泥路88号",
                "legal_rep": "周国栋",
                "contact": "林晓燕",
                "phone": "0830-5550188",
            },
        )

    def _other_city(self) -> str:
        return next(c for c in self.agencies if c.count("-") == 1 and c != "SC-CD")

    def actor(self, username: str) -> Actor:
        """The person as services see them."""
        accounts = self.context.service(AccountService)
        return accounts.actor_for(next(u for u in accounts.everybody() if u.username == username))

    def client(self, username: str) -> FlaskClient:
        """A browser in which the person has signed in."""
        if username not in self.clients:
            client = self.app.test_client()
            page = client.get("/sign-in").text
            client.post("/sign-in", data=fields(page, username=username, password=PASSWORD))
            self.clients[username] = client
        return self.clients[username]

    def started(self, username: str = "chen", type_key: str = "inspection_notice") -> Document:
        """A new document for the enterprise, not saved yet."""
        return self.context.service(Drafting).create(
            self.actor(username), type_key, enterprise_id=self.enterprise.id
        )

    def saved(self, username: str = "chen", type_key: str = "inspection_notice", **changes: Any) -> Document:
        """A document saved once with the sample of its type."""
        document = self.started(username, type_key)
        body = {**self.context.catalogue.sample(type_key), **changes}
        self.context.service(Drafting).save_body(self.actor(username), document.id, body, base_version=0)
        return self.head(document.id)

    def approved(self, document: Document, username: str = "chen", approver: str = "he") -> Document:
        """Submitted by one person and approved by another: nobody approves what they submitted."""
        issuing = self.context.service(Issuing)
        for who, key in ((username, "submit"), (approver, "approve")):
            head = self.head(document.id).head_version
            document = issuing.transition(self.actor(who), document.id, key, base_version=head)
        return document

    def head(self, document_id: str) -> Document:
        """The head row as it is now."""
        with self.context.store.uow() as u:
            return u.documents.get(document_id, system_actor().scope)

    def forget_checks(self) -> None:
        """Let the public page be asked again."""
        self.context.service(Throttle).__init__(1000, 60.0)  # type: ignore[misc]

    def close(self) -> None:
        """Stop what was started."""
        self.context.close()
        self.context.store.engine.dispose()  # type: ignore[attr-defined]


def fields(page: str, form: str = "//main//form", **values: Any) -> MultiDict[str, Any]:
    """What posting the first form that ``form`` (XPath) finds would send, with ``values`` typed into it."""
    found = controls_in(html.fromstring(page).xpath(form)[0])
    for name, value in values.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def texts(answer: TestResponse, path: str) -> list[str]:
    """The texts of the elements an XPath finds, blanks joined."""
    return [" ".join(e.text_content().split()) for e in html.fromstring(answer.text).xpath(path)]


def fresh_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with keys of their own."""
    return [{**row, "_k": new_row_key()} for row in rows]
