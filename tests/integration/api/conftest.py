"""One website for the whole folder: the tests make documents of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from tests.support.api import Program
from tests.support.website import PASSWORD, Website

EVERYTHING = ("inspector", "leader", "archivist", "register_clerk", "administrator", "viewer")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._decoy.cache_clear()
    made = Website(tmp_path_factory.mktemp("api") / "storage")
    made.app.testing = False
    yield made
    made.close()


@pytest.fixture(scope="session")
def program(site: Website) -> Program:
    """Acts for somebody who may do everything with documents."""
    return Program(site)


@pytest.fixture(scope="session")
def boss(site: Website) -> Program:
    """Somebody of the same city with every role."""
    site.context.service(AccountService).add_user(
        username="boss", name="总管", password=PASSWORD, agency_id=site.agencies["SC-CD"], roles=EVERYTHING
    )
    return Program(site, "boss")
