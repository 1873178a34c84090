"""One town per test process: building it costs more than any attack on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.kit import Town, patch


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture
def open_draft(town: Town) -> str:
    """A document with a saved version and an open draft."""
    document = town.saved()
    assert patch(town.client("chen"), document.id, changes=[]).status_code == 200
    return document.id
