"""The register as it is shown: lines with their fate, and whether every gap is explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from formserver.core.models import NumberEntry, NumberStatus, Series


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody set the number a series goes on with."""

    id: str
    agency_id: str
    type: str
    year: int
    next_seq: int
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what may be said of its document; ``title`` is empty where it is out of sight or there is none."""

    entry: NumberEntry
    title: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """One series. ``holes`` are numbers nobody can account for; ``before`` is how many lie before its first one."""

    series: Series
    lines: tuple[Line, ...]
    starts: tuple[Start, ...]
    next_seq: int
    holes: tuple[int, ...]

    @property
    def before(self) -> int:
        """Numbers before the first of this series: given by hand before the platform was used."""
        given = [line.entry.seq for line in self.lines if line.entry.seq > 0]
        return min(given, default=self.next_seq) - 1

    def count(self, status: NumberStatus) -> int:
        """How many lines have this fate."""
        return sum(line.entry.status is status for line in self.lines)


def holes_in(entries: tuple[NumberEntry, ...], next_seq: int) -> tuple[int, ...]:
    """Numbers between the first given and the next to give that no line accounts for."""
    given = {entry.seq for entry in entries if entry.seq > 0}
    if not given:
        return ()
    return tuple(seq for seq in range(min(given), next_seq) if seq not in given)
