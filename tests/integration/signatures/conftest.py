"""One website per module: building it costs more than any request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.website import Website


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    made = Website(tmp_path_factory.mktemp("site"))
    yield made
    made.close()
