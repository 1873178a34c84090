"""What of a list is looked at: conditions from the address, tabs and chips with their counts, the sums of the head. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Final

from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.repository import BLOCKED, RowQuery
from formserver.equipment.review_acts import DECIDED_WORDS
from formserver.equipment.review_repository import TallyLine
from formserver.equipment.review_view import BLOCKED_WORD
from formserver.equipment.review_words import COLOURS, REASON_WORDS

REMOVED: Final = "已拆除"
TABS: Final = (("", "全部"), *VERDICT_WORDS.items(), (BLOCKED, BLOCKED_WORD))
NOBODY: Final = "none"
_LONGEST: Final = 100
_NAMED: Final[Sequence[tuple[str, str, Callable[[str], str]]]] = (
    ("decided", "人工意见", lambda key: DECIDED_WORDS.get("" if key == NOBODY else key, key)),
    ("category", "类别", lambda key: CATEGORY_WORDS.get(key, key)),
    ("catalogue", "目录批次", lambda key: key),
    ("reason", "理由", lambda key: REASON_WORDS.get(key, key)),
    ("status", "使用状态", lambda key: key),
    ("sheet", "工作表", lambda key: key),
)
"""The conditions besides the tabs: field, title, and its values in words."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of one condition: how many rows it leaves, and whether it is set."""

    key: str
    word: str
    rows: int
    on: bool


@dataclass(frozen=True, slots=True)
class ChipRow:
    """All values of one condition that occur."""

    field: str
    title: str
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """What stands under one verdict. Units, kW and kVA leave out what was taken down (已拆除), rows do not."""

    key: str
    word: str
    colour: str
    rows: int
    units: int
    kw: Decimal
    kva: Decimal

    @property
    def kw_text(self) -> str:
        """As people read it: 1,234.5."""
        return _plain(self.kw)

    @property
    def kva_text(self) -> str:
        """As people read it."""
        return _plain(self.kva)


@dataclass(frozen=True, slots=True)
class Head:
    """The sums of a list and how far people are. ``open`` counts rows whose machine verdict is 待确认, ``settled`` those
    of them somebody has moved in or out."""

    sums: tuple[Sum, ...]
    rows: int
    moved_in: int
    moved_out: int
    carried: int
    open: int
    settled: int
    removed: int


def query_from(arguments: Mapping[str, str]) -> RowQuery:
    """The conditions of an address; what is not known is passed over."""
    names = {one.name for one in fields(RowQuery)} - {"text", "verdict", "grade"}
    given = {name: arguments.get(name, "").strip()[:_LONGEST] for name in names}
    text = arguments.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    return RowQuery(text=text, **{name: value.replace("\x00", "") for name, value in given.items()})


def arguments_of(query: RowQuery) -> dict[str, Any]:
    """The inverse, without what is empty."""
    found = {one.name: getattr(query, one.name) for one in fields(RowQuery)}
    found["q"] = found.pop("text")
    return {key: value for key, value in found.items() if value}


def tabs(lines: Iterable[TallyLine], query: RowQuery) -> tuple[Chip, ...]:
    """The verdicts with their counts under the other conditions."""
    counts: dict[str, int] = {}
    for line in _fitting(lines, replace(query, standing="")):
        counts[line.standing or BLOCKED] = counts.get(line.standing or BLOCKED, 0) + line.rows
    counts[""] = sum(counts.values())
    return tuple(Chip(key, word, counts.get(key, 0), query.standing == key) for key, word in TABS)


def chip_rows(lines: Sequence[TallyLine], query: RowQuery) -> tuple[ChipRow, ...]:
    """The other conditions: each with its values under all the rest; one without a choice is left out."""
    found = []
    for field, title, word in _NAMED:
        counts: dict[str, int] = {}
        for line in _fitting(lines, replace(query, **{field: ""})):
            value = getattr(line, field)
            if field == "decided":
                value = value or NOBODY
            if value:
                counts[value] = counts.get(value, 0) + line.rows
        wanted = getattr(query, field)
        if wanted:
            counts.setdefault(wanted, 0)
        chips = [Chip(key, word(key), rows, key == wanted) for key, rows in counts.items()]
        if len(chips) > 1 or wanted:
            chips.sort(key=lambda chip: (-chip.rows, chip.word))
            found.append(ChipRow(field, title, tuple(chips)))
    return tuple(found)


def count_of(lines: Iterable[TallyLine], query: RowQuery) -> int:
    """How many rows the conditions leave."""
    return sum(line.rows for line in _fitting(lines, query))


def head_of(lines: Sequence[TallyLine]) -> Head:
    """The sums over a whole list."""
    sums = []
    for key, word in TABS[1:]:
        own = [line for line in lines if (line.standing or BLOCKED) == key]
        used = [line for line in own if line.status != REMOVED]
        sums.append(
            Sum(
                key=key,
                word=word,
                colour=COLOURS.get(key, "grey"),
                rows=sum(line.rows for line in own),
                units=sum(line.units for line in used),
                kw=Decimal(sum(line.watts for line in used)) / 1000,
                kva=Decimal(sum(line.va for line in used)) / 1000,
            )
        )
    waiting = [line for line in lines if line.verdict == "review"]
    return Head(
        sums=tuple(sums),
        rows=sum(line.rows for line in lines),
        moved_in=_decided(lines, "in"),
        moved_out=_decided(lines, "out"),
        carried=_decided(lines, "carried"),
        open=sum(line.rows for line in waiting),
        settled=sum(line.rows for line in waiting if line.decided in ("in", "out", "confirmed")),
        removed=sum(line.units for line in lines if line.status == REMOVED),
    )


def _plain(value: Decimal) -> str:
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def _decided(lines: Iterable[TallyLine], word: str) -> int:
    return sum(line.rows for line in lines if line.decided == word)


def _fitting(lines: Iterable[TallyLine], query: RowQuery) -> Iterable[TallyLine]:
    wanted = {
        name: "" if value == (BLOCKED if name == "standing" else NOBODY) else value
        for name in ("standing", "decided", "category", "catalogue", "reason", "sheet", "status")
        if (value := getattr(query, name))
    }
    return [line for line in lines if all(getattr(line, name) == value for name, value in wanted.items())]
