"""Whose address counts: the forwarded one only where the settings say how many proxies stand in front."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import request

from formserver.app import create_app
from tests.support.web import context_of, make_settings


@pytest.mark.parametrize(("hops", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
    tmp_path: Path, hops: int, address: str
) -> None:
    app = create_app(make_settings(tmp_path / "storage", proxy_hops=hops))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/health", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert seen == [address]
    context_of(app).store.close()
