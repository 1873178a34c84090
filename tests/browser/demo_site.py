"""The demonstration on a real server: what it can show a person, found by following its links."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException

from formserver.app import build_context, create_app
from formserver.demo.load import play
from formserver.demo.people import DEMO_PASSWORD, add_people
from formserver.demo.register import add_enterprises
from tests.support.browser_form import controls_in
from tests.support.web import make_settings

EACH = 2
"""Pages that are looked at per kind of page: one document in two states is enough."""


class DemoSite:
    """The demonstration data behind the real application; ``app`` is what a server serves."""

    def __init__(self, storage) -> None:
        settings = make_settings(storage, pdf_workers=0)
        self.context = build_context(settings)
        self.app = create_app(settings, self.context)
        actor = add_people(self.context)
        play(self.context, actor, add_enterprises(self.context, actor))

    def close(self) -> None:
        self.context.close()
        self.context.store.engine.dispose()

    def pages(self, username: str = "demo") -> list[str]:
        """Addresses of pages this person can reach by links, and of every page without a name in its address."""
        client = self.app.test_client()
        form = html.fromstring(client.get("/sign-in").text).xpath("//form")[0]
        fields = controls_in(form)
        fields["username"], fields["password"] = username, DEMO_PASSWORD
        assert client.post("/sign-in", data=fields).status_code == 302
        plain = [
            rule.rule
            for rule in self.app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.arguments and rule.endpoint != "kit.favicon"
        ]
        return list(self._follow(client, ["/", "/search?q=水泥&what=文书", *sorted(plain)]))

    def _follow(self, client: FlaskClient, queue: list[str]) -> Iterator[str]:
        seen: defaultdict[tuple[str, str], int] = defaultdict(int)
        asked: set[str] = set()
        urls = self.app.url_map.bind("localhost")
        while queue:
            address = urldefrag(queue.pop(0)).url
            parts = urlsplit(address)
            if address in asked or parts.netloc or not address.startswith("/"):
                continue
            asked.add(address)
            try:
                endpoint, arguments = urls.match(parts.path, "GET")
            except HTTPException:
                continue
            # a form differs by the type of paper, a deed by its key; documents, firms and versions are alike
            kind = json.dumps({k: v for k, v in sorted(arguments.items()) if k in ("key", "type_key")})
            if endpoint == "static" or seen[endpoint, kind] >= EACH:
                continue
            answer = client.get(address)
            whole = answer.mimetype == "text/html" and "<html" in answer.text[:200]  # not a piece of a page
            if answer.status_code != 200 or not whole:
                answer.close()
                continue
            seen[endpoint, kind] += 1
            yield address
            queue += html.fromstring(answer.text).xpath("//a/@href")
