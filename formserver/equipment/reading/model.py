"""What reading a list gives. Nothing is dropped: what cannot be read is a problem with its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, overload

from formserver.core.errors import Kind, error_code

LIST_UNREADABLE = error_code(
    "LIST_UNREADABLE",
    Kind.INVALID,
    zh="“{name}”不能读取：{reason}。",
    en="{name} cannot be read: {reason}.",
)
LIST_PLAN_UNFIT = error_code(
    "LIST_PLAN_UNFIT",
    Kind.INVALID,
    zh="列的对应关系不能使用：{reason}。请重新选择各列的含义。",
    en="The mapping of columns cannot be used: {reason}. Choose the meaning of the columns again.",
)


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


class LazyGrid(Sequence[Sequence[Any]]):
    """The lines of a sheet, made one by one while somebody goes through them: a large sheet is never twice in memory."""

    def __init__(self, lines: Callable[[], Iterator[Sequence[Any]]], height: int) -> None:
        self._lines = lines
        self._height = height

    def __len__(self) -> int:
        return self._height

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return self._lines()

    @overload
    def __getitem__(self, place: int) -> Sequence[Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sequence[Any]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Any] | list[Sequence[Any]]:
        if isinstance(place, slice):
            return list(islice(self._lines(), *place.indices(self._height)))
        if not -self._height <= place < self._height:
            raise IndexError(place)
        return next(islice(self._lines(), place % self._height, None))


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """One table of a file. ``grid`` are its lines from column A, blank cells as ``""``; the first of them is row
    ``first_row`` of the sheet. ``merged`` are (first row, first column, last row, last column) from 0 within the grid.

    ``missing`` are addresses of formulas without a value, ``faults`` of cells with ``#N/A`` and the like. ``remarks`` are
    about the sheet (hidden rows, filters).
    """

    title: str
    grid: Sequence[Sequence[Any]]
    first_row: int = 1
    merged: Sequence[tuple[int, int, int, int]] = ()
    missing: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    width: int = 0
    """Columns of the widest line as opened."""


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A file whose tables are in memory. ``kind`` is xlsx, xls or csv; ``remarks`` are about the whole file."""

    name: str
    kind: str
    sheets: tuple[OpenedSheet, ...]
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class ReadTally:
    """What reading came to. ``problems`` counts by code, ``levels`` by level; both are exact whatever is shown.
    ``shown`` holds the first problems of the list in order."""

    rows: int = 0
    blocked: int = 0
    blank: int = 0
    summary: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    shown: list[CellProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
