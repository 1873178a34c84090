"""A draft of an own edition: an elimination catalogue, or the rules of recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from formserver.calculators.maintain_models import DraftState

Json = dict[str, Any]
ELIMINATION: Final = "elimination"
MATCHING: Final = "matching"
KIND_TITLES: Final = {ELIMINATION: "淘汰目录", MATCHING: "识别规则"}
"""Kinds that are drafted here; the ``$id`` of a file of each begins with its kind."""


@dataclass(frozen=True, slots=True)
class CatalogueDraft:
    """``content`` is the file as it is to be published; it may be faulty while somebody edits.

    ``base`` is the edition it grew from ("" for a new catalogue), ``tag`` counts the changes, ``contributors`` are the
    ids of everybody who changed it: none of them publishes it alone. ``ended_*``: by whom, when and why it was
    published or given up.
    """

    id: str
    kind: str
    name: str
    edition: str
    base: str
    agency_id: str
    state: DraftState
    tag: int
    content: Json
    purpose: str
    created_by: str
    created_by_name: str
    created_at: datetime
    changed_by_name: str
    changed_at: datetime
    contributors: tuple[str, ...]
    ended_by_name: str = ""
    ended_at: str = ""
    ended_reason: str = ""

    @property
    def definition_id(self) -> str:
        """The id of the definition it becomes."""
        return f"{self.kind}/{self.name}/{self.edition}"

    @property
    def title(self) -> str:
        """The title as it stands."""
        title = self.content.get("title")
        return title if isinstance(title, str) and title else KIND_TITLES[self.kind]

    @property
    def own(self) -> bool:
        """Whether it mends an edition (``2024+own.1``) rather than being a text that was issued anew."""
        return "+" in self.edition

    def rows(self, key: str) -> list[Json]:
        """The lines (``items``) or ``rules`` that have a form at all."""
        found = self.content.get(key)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
