"""The order of signers, one paper's way through it, remarks on fields, and deputies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

ANYONE: Final = ""
ROLE, USER = "role:", "user:"
"""How a step names who may decide: nobody in particular, whoever holds a role, or one person."""
MOST_STEPS: Final = 6
DEFAULT_TITLE: Final = "审批"


class Decision(StrEnum):
    """What became of a step; ``OPEN`` steps wait for their turn."""

    OPEN = ""
    AGREED = "同意"
    RETURNED = "退回"
    WITHDRAWN = "撤回"
    ENDED = "终止"


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One signer of an order: what the step is called and who may decide (:data:`ANYONE`, role or person)."""

    title: str
    holder: str = ANYONE


@dataclass(frozen=True, slots=True)
class Chain:
    """The order of signers of an agency for one document type; ``type`` empty: for all without one of their own."""

    agency_id: str
    type: str
    steps: tuple[ChainStep, ...]
    row_version: int = 0
    changed_by: str = ""
    changed_by_name: str = ""
    changed_at: datetime | None = None


DEFAULT_STEPS: Final = (ChainStep(DEFAULT_TITLE),)
"""Where nothing is set: one step, anybody who may approve, except who submitted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One signer's part in one round of one paper. ``behalf_of`` is who was represented, empty: nobody."""

    document_id: str
    round: int
    position: int
    title: str
    holder: str
    version_no: int
    submitted_by: str
    submitted_by_name: str
    submitted_at: datetime
    decision: Decision = Decision.OPEN
    decided_by: str = ""
    decided_by_name: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    behalf_of: str = ""
    behalf_of_name: str = ""

    @property
    def who(self) -> str:
        """The decider as people say it: ``李明（代 王华）``."""
        return (
            f"{self.decided_by_name}（代 {self.behalf_of_name}）" if self.behalf_of else self.decided_by_name
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """A mark on one field. ``place`` is a keyed pointer into the body of ``version_no``."""

    id: str
    document_id: str
    round: int
    version_no: int
    place: str
    label: str
    remark: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deputy:
    """委托审批: ``deputy`` decides for ``person`` from one day to another (both included, Asia/Shanghai)."""

    id: str
    person_id: str
    person_name: str
    deputy_id: str
    deputy_name: str
    from_day: date
    to_day: date
    reason: str
    at: datetime
    ended_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the deputy may act on ``day``."""
        return self.ended_at is None and self.from_day <= day <= self.to_day


@dataclass(frozen=True, slots=True)
class Round:
    """One submission: its steps in order."""

    steps: tuple[Step, ...]

    @property
    def current(self) -> Step | None:
        """The step whose turn it is; None: the round is over."""
        return next((step for step in self.steps if step.decision is Decision.OPEN), None)

    @property
    def is_last(self) -> bool:
        """Whether only one decision is left."""
        return sum(step.decision is Decision.OPEN for step in self.steps) == 1

    @property
    def outcome(self) -> Decision:
        """How it ended, or OPEN."""
        ends = [s.decision for s in self.steps if s.decision in (Decision.RETURNED, Decision.WITHDRAWN)]
        return ends[0] if ends else self.steps[-1].decision
