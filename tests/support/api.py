"""A program that talks to the API with a token and holds every answer against the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from formserver.accounts.tokens import TokenService
from formserver.api.openapi import openapi_document
from formserver.web.api import API_ROOT
from tests.support.website import Website


def token_for(site: Website, username: str, scopes: Iterable[str] | None = None) -> str:
    """The text of a new token with ``scopes``, or with everything the person may do."""
    actor = site.actor(username)
    until = (site.context.clock.now() + timedelta(days=30)).date()
    wanted = actor.permissions if scopes is None else scopes
    _, text = site.context.service(TokenService).create(actor, name="测试程序", scopes=wanted, until=until)
    return text


@dataclass
class Program:
    """``program.get("/documents")``; a status that was not expected and an answer unlike its schema both fail."""

    site: Website
    username: str = "chen"
    token: str = ""
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or token_for(self.site, self.username)
        self.client = self.site.app.test_client()
        self.document = openapi_document(self.site.context.operations, "http://localhost")

    def get(self, path: str, status: int = 200, **more: Any) -> TestResponse:
        return self.ask("GET", path, status, **more)

    def post(self, path: str, body: Any = None, status: int = 200, **more: Any) -> TestResponse:
        return self.ask("POST", path, status, **({"json": body} if body is not None else {}), **more)

    def patch(self, path: str, body: Any, status: int = 200, **more: Any) -> TestResponse:
        return self.ask("PATCH", path, status, json=body, **more)

    def ask(
        self, method: str, path: str, status: int, *, match: int | None = None, key: str = "", **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if match is not None:
            headers["If-Match"] = f'"{match}"'
        if key:
            headers["Idempotency-Key"] = key
        answer = self.client.open(API_ROOT + path, method=method, headers=headers, buffered=True, **more)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text[:600])
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """The answer is one the document declares."""
        operation = self.operation(method, path.partition("?")[0])
        declared = operation["responses"].get(str(answer.status_code))
        assert declared is not None, (method, path, answer.status_code, "is not declared")
        if "$ref" in declared:
            declared = self.document["components"]["responses"][declared["$ref"].rpartition("/")[2]]
        content = declared.get("content")
        if content is None:
            assert answer.data == b""
            return
        assert answer.mimetype in content, (answer.mimetype, list(content))
        schema = content[answer.mimetype].get("schema")
        if schema is not None:
            whole = {**schema, "components": self.document["components"]}
            Draft202012Validator(whole, format_checker=FormatChecker()).validate(json.loads(answer.data))
        for name in declared.get("headers", {}):
            assert name in answer.headers, name

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        """What the document says of one operation."""
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\{[a-z_]+\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item[method.lower()]
        raise AssertionError(f"{method} {path} is not in the document")
