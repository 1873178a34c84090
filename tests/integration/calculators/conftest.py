"""One website for the folder: ``chen`` and ``he`` inspect one city, ``waishi`` another; ``admin`` keeps the methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from argon2 import PasswordHasher

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from tests.integration.store.conftest import database_url, migrated_file, postgres, sql_store  # noqa: F401
from tests.support.website import PASSWORD, Website

CLINKER: Final[dict[str, str]] = {
    "coal_t": "208000",
    "q_net_ar": "22400",
    "clinker_t": "1550000",
    "clinker_kwh": "83700000",
    "waste_heat_factor": "0",
    "altitude_m": "420",
}
"""Worked example WE-01: 102.565051, 54 and 109.201651; levels 3, 2 and 3."""


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._decoy.cache_clear()
    made = Website(tmp_path_factory.mktemp("calculators"))
    made.context.service(AccountService).add_user(
        username="admin",
        name="系统管理员",
        password=PASSWORD,
        agency_id=made.agencies["SC-CD"],
        roles=("administrator",),
    )
    yield made
    made.close()


def asked(inputs: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """A request as plain data."""
    return {
        "calculator": "cement",
        "product": "clinker",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "inputs": CLINKER if inputs is None else inputs,
        **more,
    }
