"""A row as the review page shows it: what the file says beside what was recognised. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.columns import BY_KEY, COLUMNS
from formserver.equipment.joint import Judgement, judgement_from_json
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS, Item
from formserver.equipment.models import Decision, ListRow
from formserver.equipment.review_acts import BASIS_WORDS, DECIDED_WORDS, verbs_for
from formserver.equipment.review_words import COLOURS, HOW_TO_GET, NOT_KNOWN, REASON_WORDS

BLOCKED_WORD: Final = "未识别"
_SHOWN: Final = (
    "made", "power_kw", "capacity_kva", "poles", "voltage_v", "boiler_capacity", "fuel", "current_a", "quantity",
    "location", "status",
)  # fmt: skip
"""Beside name and model on the page; the file of a row shows every column."""
_KEYS: Final = {column.title: column.key for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is; the code stands small beside the word."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is missing, and how to get it."""

    title: str
    how: str


@dataclass(frozen=True, slots=True)
class RowView:
    """What the templates show. ``machine`` is the machine's verdict, ``standing`` the one in force, both in words."""

    row: ListRow
    seen: str
    spoken: Decision | None
    judgement: Judgement | None
    name: str
    model: str
    facts: tuple[tuple[str, str], ...]
    address: str
    problems: tuple[Mapping[str, Any], ...]
    standing: str
    colour: str
    machine: str
    machine_colour: str
    category: str
    reasons: tuple[Reason, ...]
    lacking: tuple[Lacking, ...]
    verbs: tuple[str, ...]
    decided: str
    basis: str

    @property
    def blocked(self) -> bool:
        """Whether it could not be judged."""
        return not self.row.verdict

    @property
    def item(self) -> Item | None:
        """The line of the catalogue."""
        return self.judgement.finding.item if self.judgement else None

    @property
    def recalled(self) -> bool:
        """Whether the rule or the line of the catalogue was written from memory and nobody has checked it."""
        if self.judgement is None:
            return False
        return self.judgement.finding.recalled or (self.item is not None and self.item.recalled)

    @property
    def departs(self) -> bool:
        """Whether a person's verdict is another one than the machine's."""
        return self.row.standing != self.row.verdict


def row_view(row: ListRow, seen: str = "", spoken: Decision | None = None) -> RowView:
    """Everything the page says about a row."""
    cells = row.stated.get("cells", {})
    judgement = judgement_from_json(row.judged) if row.judged else None
    finding = judgement.finding if judgement else None
    missing = dict.fromkeys((*(finding.missing if finding else ()), *_asked_by_grade(judgement)))
    return RowView(
        row=row,
        seen=seen,
        spoken=spoken,
        judgement=judgement,
        name=str(cells.get("name", "")),
        model=str(cells.get("model", "")),
        facts=tuple((_title(key), _with_unit(key, cells[key])) for key in _SHOWN if cells.get(key)),
        address=f"“{row.sheet}”第{row.row}行",
        problems=tuple(row.stated.get("problems", ())),
        standing=VERDICT_WORDS.get(row.standing, BLOCKED_WORD),
        colour=COLOURS.get(row.standing, "grey"),
        machine=VERDICT_WORDS.get(row.verdict, BLOCKED_WORD),
        machine_colour=COLOURS.get(row.verdict, "grey"),
        category=CATEGORY_WORDS.get(row.category, ""),
        reasons=tuple(Reason(code, REASON_WORDS.get(code, "")) for code in judgement.reasons)
        if judgement
        else (),
        lacking=tuple(Lacking(_title(key), HOW_TO_GET.get(key, NOT_KNOWN)) for key in missing),
        verbs=verbs_for(row),
        decided=DECIDED_WORDS.get(row.decided, ""),
        basis=BASIS_WORDS.get(spoken.basis, "") if spoken else "",
    )


def all_stated(row: ListRow) -> tuple[tuple[str, str, str, str], ...]:
    """Every column of a row: title, unit, what is written, what was read where that is another text."""
    cells, values = row.stated.get("cells", {}), row.stated.get("values", {})
    found = []
    for column in COLUMNS:
        written, read = str(cells.get(column.key, "")), str(values.get(column.key, ""))
        if written or read:
            found.append((column.title, column.unit, written, "" if read == written else read))
    found += [(str(title), "", str(value), "") for title, value in row.stated.get("extra", {}).items()]
    return tuple(found)


def _asked_by_grade(judgement: Judgement | None) -> tuple[str, ...]:
    """What the efficiency check lacks, where it is that check that keeps the row at 待确认."""
    if judgement is None or not judgement.by_grade:
        return ()
    return tuple(_KEYS.get(title, title) for title in judgement.grade.missing)


def _title(key: str) -> str:
    return BY_KEY[key].title if key in BY_KEY else key


def _with_unit(key: str, value: object) -> str:
    text, unit = str(value), BY_KEY[key].unit
    bare = bool(unit) and text.replace(".", "", 1).isdecimal()
    return f"{text} {unit}" if bare else text
