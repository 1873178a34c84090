"""Labelled rows with the day they are judged by and, of one's own, who labelled them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from formserver.equipment.matching.model import Equipment, Finding
from formserver.equipment.matching.samples import Sample, SampleResult

STATED: Final = tuple(one.name for one in fields(Equipment))
"""The keys recognition reads."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """``sample`` must come out as it says as of ``as_of``. Shipped rows belong to no agency."""

    sample: Sample
    as_of: date
    agency_id: str = ""
    by_name: str = ""
    at: datetime | None = None
    removed_at: datetime | None = None
    removed_by_name: str = ""

    @property
    def id(self) -> str:
        """The name of the row."""
        return self.sample.id

    @property
    def stated(self) -> Mapping[str, str]:
        """What the row says."""
        return self.sample.stated

    @property
    def own(self) -> bool:
        """Whether somebody of this server labelled it."""
        return bool(self.agency_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A labelled row and what recognition says about it."""

    row: LabelledRow
    result: SampleResult

    @property
    def finding(self) -> Finding:
        """What came."""
        return self.result.got

    @property
    def right(self) -> bool:
        """Whether verdict and, where one is labelled, rule are as expected."""
        return self.result.agrees
