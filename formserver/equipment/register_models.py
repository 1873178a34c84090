"""What the register of an enterprise's equipment works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(slots=True)
class Total:
    """Of one list: rows by standing verdict; units, W and VA of what stands as eliminated and is not taken down."""

    rows: dict[str, int] = field(default_factory=dict)
    units: int = 0
    watts: int = 0
    va: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """A row of one of two lists: where it stands, what it states by column key, what holds of it."""

    number: int
    sheet: str
    row: int
    values: Mapping[str, str]
    verdict: str
    standing: str
    decided: str


class Became(StrEnum):
    """What became of a piece of equipment. ADDED and REMOVED are in one list only; CHANGED states something else, VERDICT
    is judged otherwise, DECISION was decided otherwise."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    VERDICT = "verdict"
    DECISION = "decision"


KIND_WORDS: Mapping[Became, str] = {
    Became.ADDED: "新增",
    Became.REMOVED: "减少",
    Became.CHANGED: "内容变化",
    Became.VERDICT: "结论变化",
    Became.DECISION: "处理变化",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it is called, what stood there, what stands there now."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One piece of equipment. One that states something else and is judged otherwise is of both kinds."""

    kinds: tuple[Became, ...]
    old: Side | None
    new: Side | None
    changes: tuple[Change, ...] = ()
    near: bool = False
    """Matched by name, model and place only, because the identity is another."""

    @property
    def shown(self) -> Side:
        """The side that says what it is: the new one where there is one."""
        found = self.new or self.old
        assert found is not None
        return found
