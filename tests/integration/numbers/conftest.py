"""One website per module, and the stores of the contract tests for crowds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formserver.accounts.service import AccountService
from formserver.core.models import Series
from formserver.numbers.service import RegisterService
from tests.integration.store.conftest import database_url, migrated_file, postgres, sql_store  # noqa: F401
from tests.support.website import PASSWORD, Website


class Registry(Website):
    """``chen`` and ``he`` keep the register of their city; ``clerk`` reads it; ``sheng`` sees it from the province."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for username, code, roles in (
            ("clerk", "SC-CD", ("inspector",)),
            ("sheng", "SC", ("leader",)),
            ("waiguan", self._other_city(), ("leader",)),
        ):
            self.context.service(AccountService).add_user(
                username=username,
                name=username,
                password=PASSWORD,
                agency_id=self.agencies[code],
                roles=roles,
            )

    @property
    def register(self) -> RegisterService:
        return self.context.service(RegisterService)

    @property
    def series(self) -> Series:
        """The notices of the city of this year."""
        return Series(self.agencies["SC-CD"], "inspection_notice", self.register.this_year())


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    made = Registry(tmp_path_factory.mktemp("registry"))
    yield made
    made.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Registry]:
    """A website of its own, with empty registers."""
    made = Registry(tmp_path / "fresh")
    yield made
    made.close()
