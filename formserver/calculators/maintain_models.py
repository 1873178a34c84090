"""A draft of an own edition: the method and its limits, edited together and published together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "编辑中"
    PUBLISHED = "已发布"
    WITHDRAWN = "已撤回"
    DISCARDED = "已放弃"


@dataclass(frozen=True, slots=True)
class Draft:
    """``method`` and ``limits`` are the files as they are to be published; they may be faulty while somebody edits.

    ``base`` is the edition it grew from, ``tag`` counts the changes, ``contributors`` are the ids of everybody who
    changed it: none of them publishes it alone. ``ended_*``: by whom, when and why it was published or given up.
    """

    id: str
    name: str
    edition: str
    base: str
    agency_id: str
    state: DraftState
    tag: int
    method: Json
    limits: Json
    purpose: str
    created_by: str
    created_by_name: str
    created_at: datetime
    changed_by: str
    changed_by_name: str
    changed_at: datetime
    contributors: tuple[str, ...]
    ended_by_name: str = ""
    ended_at: str = ""
    ended_reason: str = ""

    @property
    def method_id(self) -> str:
        """The id of the calculator it becomes."""
        return f"calculator/{self.name}/{self.edition}"

    @property
    def limits_id(self) -> str:
        """The id of the limits it brings along."""
        return f"limits/{self.name}/{self.edition}"

    @property
    def title(self) -> str:
        """The title as it stands."""
        found = self.method.get("title")
        return found if isinstance(found, str) and found else self.name
