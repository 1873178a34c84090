"""The demonstration on a real server: what it can show a person, found by following its links."""

from __future__ import annotations

import threading
import zlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urldefrag, urlsplit

from flask.testing import FlaskClient
from lxml import html
from waitress.server import create_server
from werkzeug.exceptions import HTTPException

from formserver.app import build_context, create_app
from formserver.core.models import Document, State
from formserver.core.store_ports import DocumentQuery
from formserver.demo.calculations import fill_tools
from formserver.demo.desk import fill_desk
from formserver.demo.equipment import fill_equipment
from formserver.demo.load import play
from formserver.demo.people import DEMO_PASSWORD, add_people
from formserver.demo.register import add_enterprises
from tests.browser.demo_extras import furnish
from tests.support.browser_form import controls_in
from tests.support.web import make_settings

EACH = 2
"""Pages that are looked at per kind of page; one, where the kind says more than which page it is."""


class DemoSite:
    """The demonstration data behind the real application; ``app`` is what a server serves."""

    def __init__(self, storage: Path, *, pdf_workers: int = 0) -> None:
        settings = make_settings(storage, pdf_workers=pdf_workers, login_attempts=100)
        self.context = build_context(settings)
        self.app = create_app(settings, self.context)
        self.actor = add_people(self.context)
        self.enterprises = add_enterprises(self.context, self.actor)
        play(self.context, self.actor, self.enterprises)
        fill_desk(self.context, self.actor, self.enterprises)
        fill_tools(self.context, self.actor, self.enterprises)
        fill_equipment(self.context, self.actor, self.enterprises)
        self.extras = furnish(self)
        self._server: Any = None

    def serve(self) -> str:
        """Serve on a free port until closed; the address."""
        self._server = create_server(self.app, host="127.0.0.1", port=0, threads=6)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.effective_port}"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._thread.join(timeout=10)
            self._server.task_dispatcher.shutdown()
        self.context.close()
        self.context.store.engine.dispose()

    def client(self, username: str = "demo") -> FlaskClient:
        """Somebody signed in, without a browser."""
        client = self.app.test_client()
        form = html.fromstring(client.get("/sign-in").text).xpath("//form")[0]
        fields = controls_in(form)
        fields["username"], fields["password"] = username, DEMO_PASSWORD
        assert client.post("/sign-in", data=fields).status_code == 302
        return client

    @cache  # noqa: B019  one site per process, and its pages stay
    def pages(self, username: str = "demo") -> dict[str, str]:
        """Addresses of pages this person can reach, each with its kind (the same in every run).

        By links, and every page without a name in its address.
        """
        plain = [
            rule.rule
            for rule in self.app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.arguments and rule.endpoint != "kit.favicon"
        ]
        papers = self.papers()
        self._known = {document.id: document for document in papers}
        forms = {d.type: d.id for d in papers if d.state is State.DRAFT}.values()
        states = sorted({d.state: d for d in papers}.values(), key=lambda d: d.state is not State.FINAL)
        queue = [
            "/",
            "/search?q=水泥&what=文书",
            *sorted(plain),
            *(f"/documents/{form}/edit" for form in forms),
        ]
        for document in states:
            queue += [
                f"/documents/{document.id}{part}" for part in ("", "/scans", "/signatures", "/evidence")
            ]
            queue.append(f"/check/{document.check_token}")
        return dict(self._follow(self.client(username), [*queue, *self.extras]))

    def papers(self) -> list[Document]:
        """Every document of the demonstration."""
        with self.context.store.uow() as u:
            return list(u.documents.find(DocumentQuery(limit=200), self.actor.scope).items)

    def share(self, number: int, of: int, username: str = "demo") -> list[str]:
        """One of ``of`` shares of the pages; together they are all of them, whichever process asks."""
        return [
            path for path, kind in self.pages(username).items() if zlib.crc32(kind.encode()) % of == number
        ]

    def kind(self, address: str) -> str:
        """Pages of one kind are alike: firms and versions are; forms differ by type of paper, papers by state. Rows of
        equipment are alike however they are filtered."""
        parts = urlsplit(address)
        endpoint, arguments = self.app.url_map.bind("localhost").match(parts.path, "GET")
        words = [str(endpoint), *([arguments["key"]] if "key" in arguments else [])]
        paper = self._known.get(arguments.get("document_id", ""))
        if endpoint == "documents.index" or endpoint.startswith("equipment."):
            words.append("filtered" if parts.query else "")
        elif endpoint == "documents.edit" and paper is not None and not parts.query:
            words.append(paper.type)
        elif endpoint == "documents.show" and paper is not None and not parts.query:
            words.append(paper.state.value)
        else:
            words += sorted(parse_qs(parts.query))
        return " ".join(words).strip()

    def _follow(self, client: FlaskClient, queue: list[str]) -> Iterator[tuple[str, str]]:
        seen: defaultdict[str, int] = defaultdict(int)
        asked: set[str] = set()
        while queue:
            address = urldefrag(queue.pop(0)).url
            if address in asked or urlsplit(address).netloc or not address.startswith("/"):
                continue
            asked.add(address)
            try:
                kind = self.kind(address)
            except HTTPException:
                continue
            if kind.startswith("static") or seen[kind] >= (1 if len(kind.split()) > 1 else EACH):
                continue
            answer = client.get(address)
            whole = answer.mimetype == "text/html" and "<html" in answer.text[:200]  # not a piece of a page
            if answer.status_code != 200 or not whole:
                answer.close()
                continue
            seen[kind] += 1
            yield address, kind
            queue += html.fromstring(answer.text).xpath("//a/@href")
