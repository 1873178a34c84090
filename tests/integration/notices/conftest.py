"""One website per module, and the board alone on each engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from formserver.agencies.service import AgencyService
from formserver.app import build_context
from formserver.core.permissions import system_actor
from formserver.web.context import AppContext
from tests.support.postgres import find_binaries, running_server
from tests.support.web import make_settings
from tests.support.website import Website


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    made = Website(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def context(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppContext]:
    folder = tmp_path_factory.mktemp("board")
    if request.param == "sqlite":
        yield from _built(folder)
        return
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        yield from _built(folder, database_url=server.url(server.create_database()))


def _built(folder: Any, **more: Any) -> Iterator[AppContext]:
    made = build_context(make_settings(folder, **more))
    entries = json.loads((made.settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))
    made.service(AgencyService).load(system_actor(), entries["agencies"])
    yield made
    made.store.close()
