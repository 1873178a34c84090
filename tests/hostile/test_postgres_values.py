"""What SQLite stores and PostgreSQL refuses (U+0000) ends in words there too, for strangers first of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from formserver.app import build_context, create_app
from tests.hostile.kit import fresh_token
from tests.integration.store.conftest import postgres
from tests.support.postgres import Server
from tests.support.web import make_settings

__all__ = ["postgres"]


@pytest.mark.postgres
def test_a_nul_in_an_address_or_a_name_is_refused_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    database = postgres.create_database()
    settings = make_settings(tmp_path / "storage", database_url=postgres.url(database))
    context = build_context(settings)
    app = create_app(settings, context)
    app.testing = False
    client = app.test_client()
    answer = client.get("/check/a%00b")
    assert answer.status_code == 422
    assert "U+0000" in answer.text
    data = {"csrf_token": fresh_token(client), "username": "a\x00b", "password": "x"}
    assert client.post("/sign-in", data=data).status_code in (401, 422)
    assert client.get("/check/unknown").status_code == 404
    context.store.close()
    postgres.drop_database(database)
