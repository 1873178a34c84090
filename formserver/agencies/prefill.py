"""``agency.*``: what a new document says about the agency that issues it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.core.definitions.prefill import Origin, Provided
from formserver.core.definitions.sources import Source

ORIGIN = "来自机构资料"


class AgencyPrefill:
    """Answers ``agency.<field>`` from the facts of one agency."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self._facts = facts

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:  # noqa: ARG002  port
        """The fact; a cap is a number."""
        value: Any = self._facts.get(source.path)
        if value is None:
            return None
        if source.path == "check_cap":
            value = int(value)
        return Provided(value, Origin(ORIGIN))
