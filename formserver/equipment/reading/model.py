"""What reading a list gives. Nothing is dropped: what cannot be read is a problem with its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """ERROR keeps a row from being judged until it is mended; WARNING and NOTE do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """``address`` is what a spreadsheet shows (``设备表!C17``), ``column`` the heading, ``value`` what stands there
    (shortened); ``message`` says what to do."""

    level: Level
    code: str
    address: str
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class StatedRow:
    """One piece of equipment as the file states it. ``number`` counts through the whole list from 1, ``sheet`` and ``row``
    are where it stands. ``cells`` hold what was written (trimmed) by column key, ``extra`` what stands in columns nobody
    asked for, by heading. ``values`` are the same after reading: units off, dates as written, quantity as digits."""

    number: int
    sheet: str
    row: int
    cells: Mapping[str, str]
    values: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[CellProblem, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether it cannot be judged before it is mended."""
        return any(problem.level is Level.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet: place (0 for A), what its heading says, some of its values, the proposed key ("" for none)
    and how sure that is (certain, likely, none)."""

    place: int
    title: str
    examples: tuple[str, ...]
    key: str
    sure: str


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How one sheet is read: ``head_row`` counts from 1 (0: none found), ``skip`` leaves the sheet out, ``why`` says so in
    Chinese. ``rows`` is how many lines follow the head."""

    title: str
    head_row: int
    headings: tuple[Heading, ...]
    rows: int
    skip: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The proposal a person confirms or changes. ``signature`` is the same for files laid out alike: what is remembered
    per enterprise. ``remarks`` are about the file as a whole (hidden rows, formulas without values, encoding)."""

    sheets: tuple[SheetPlan, ...]
    signature: str
    remarks: tuple[str, ...] = ()
