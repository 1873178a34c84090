"""One website for the folder: ``chen`` and ``he`` inspect one city, ``waishi`` another; ``viewer`` only reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from tests.support.website import PASSWORD, Website


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._decoy.cache_clear()
    made = Website(tmp_path_factory.mktemp("equipment"))
    made.context.service(AccountService).add_user(
        username="admin",
        name="系统管理员",
        password=PASSWORD,
        agency_id=made.agencies["SC-CD"],
        roles=("administrator",),
    )
    yield made
    made.close()
