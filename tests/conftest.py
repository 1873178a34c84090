"""Settings every test shares: no example is refused because the machine is busy, and CI repeats what it saw."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from formserver.config import load_settings

settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def settings_of_this_test() -> Iterator[None]:
    """Commands run inside this process read the environment of their own test, not of the one before."""
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()
