"""A draft of an own edition: a method with its limits, or a file of coefficients, a tariff, a grade table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

Json = dict[str, Any]
CALCULATOR: Final = "calculator"
RULE_FOLDERS: Final = {"coefficients": "coefficients", "tariff": "tariffs", "grades": "grades"}
"""Kinds of one file each → the folder their ``$id`` begins with."""
KIND_TITLES: Final = {
    CALCULATOR: "计算包",
    "coefficients": "折标系数",
    "tariff": "阶梯电价",
    "grades": "能效等级",
}


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "编辑中"
    PUBLISHED = "已发布"
    WITHDRAWN = "已撤回"
    DISCARDED = "已放弃"


@dataclass(frozen=True, slots=True)
class Draft:
    """``method`` and ``limits`` are the files as they are to be published; they may be faulty while somebody edits.
    Of the kinds in ``RULE_FOLDERS`` ``method`` is the one file and ``limits`` empty.

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
    kind: str = CALCULATOR

    @property
    def method_id(self) -> str:
        """The id of the definition it becomes."""
        return f"{self.kind}/{self.name}/{self.edition}"

    @property
    def is_rule(self) -> bool:
        """Whether it is one file of coefficients, a tariff or grades."""
        return self.kind in RULE_FOLDERS

    @property
    def limits_id(self) -> str:
        """The id of the limits it brings along."""
        return f"limits/{self.name}/{self.edition}"

    @property
    def title(self) -> str:
        """The title as it stands."""
        found = self.method.get("title")
        document = self.method.get("document")
        if not found and isinstance(document, dict):
            found = document.get("title")
        title = found if isinstance(found, str) and found else self.name
        region = self.method.get("region")
        return f"{title}（{region}）" if isinstance(region, str) and region else title
