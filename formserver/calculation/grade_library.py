"""Grade tables read from definition files (``schemas/meta/grades.json``), and which edition holds on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from formserver.calculation.grade_model import (
    GRADES,
    Criterion,
    Derived,
    GradeKey,
    GradeTable,
    Measured,
    Row,
    Series,
)
from formserver.calculation.model import Choice, Confidence, Earlier, Figure
from formserver.calculation.results import Trouble
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import Kind, error_code

GRADES_UNKNOWN = error_code(
    "GRADES_UNKNOWN",
    Kind.NOT_FOUND,
    zh="没有设备种类 {name}，可选：{known}。",
    en="There is no kind of equipment {name}; there are {known}.",
)


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """The edition of a day, or why there is none with values. ``table`` is there in any case, to say what is asked."""

    table: GradeTable
    trouble: Trouble | None = None


class GradeLibrary:
    """Reads grade tables; what it hands out is immutable and kept until definitions change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def names(self) -> tuple[str, ...]:
        """The names of all tables: those with values first."""
        found = self._tables()
        return tuple(sorted(found, key=lambda name: (-len(found[name][-1].rows), name)))

    def editions(self, name: str) -> tuple[GradeTable, ...]:
        """Every usable edition, oldest first. Raises GRADES_UNKNOWN."""
        found = self._tables().get(name)
        if not found:
            raise GRADES_UNKNOWN(name=name[:60], known="、".join(sorted(self._tables())))
        return found

    def choose(self, name: str, on: date, edition: str = "") -> ChosenTable:
        """The edition of a day. Raises GRADES_UNKNOWN."""
        editions = self.editions(name)
        if edition:
            found = next((one for one in editions if one.edition == edition), None)
            if found is None:
                known = "、".join(one.standard for one in editions)
                message = f"没有选定的版本，可选：{known}。"
                return ChosenTable(editions[-1], Trouble("INVALID_INPUT", "edition", "标准版本", message))
            return ChosenTable(found, None if found.in_force(on) else _not_in_force(found, on))
        able = [one for one in editions if one.in_force(on)]
        if able:
            return ChosenTable(able[-1])
        for one in editions:
            for past in one.earlier:
                if (past.valid_from is None or past.valid_from <= on) and on <= past.valid_to:
                    return ChosenTable(one, _not_entered(past, on))
        return ChosenTable(editions[-1], _not_in_force(editions[-1], on))

    def _tables(self) -> Mapping[str, tuple[GradeTable, ...]]:
        made: Mapping[str, tuple[GradeTable, ...]] = self._catalogue.remember("grades", self._read_all)
        return made

    def _read_all(self) -> dict[str, tuple[GradeTable, ...]]:
        found: dict[str, list[GradeTable]] = {}
        for definition in self._catalogue.definitions("grades"):
            if definition.usable:
                data = read_json(definition.content, definition.id)
                made = read_grades(data, definition.id, definition.sha256)
                found.setdefault(definition.name, []).append(
                    replace(
                        made, valid_to=definition.valid_to
                    )  # the store's: own editions end what was before
                )
        return {
            name: tuple(sorted(ones, key=lambda one: (one.valid_from or date.min, one.edition)))
            for name, ones in found.items()
        }


def read_grades(data: Mapping[str, Any], definition_id: str, sha256: str) -> GradeTable:
    """A table from its file. ``definition_id`` is ``grades/<name>/<edition>``."""
    _, name, edition = definition_id.split("/")
    standard, sources = data["standard"], dict(data["sources"])
    criteria = tuple(_criterion(one) for one in data["criteria"])
    titles = {one.key: one for one in criteria}
    return GradeTable(
        id=definition_id,
        sha256=sha256,
        name=name,
        edition=edition,
        title=data["title"],
        standard=standard["number"],
        standard_title=standard["title"],
        facts=standard,
        valid_from=_day(data["valid_from"]),
        valid_to=_day(data["valid_to"]),
        earlier=tuple(
            Earlier(
                one["number"],
                _day(one["valid_from"]),
                date.fromisoformat(one["valid_to"]),
                one.get("note", ""),
                Confidence(one["confidence"]),
            )
            for one in data["earlier"]
        ),
        sources=sources,
        scope=data.get("scope", ""),
        keys=tuple(_key(one) for one in data["keys"]),
        criteria=criteria,
        clause=data.get("clause", ""),
        outside=data.get("outside", ""),
        rows=tuple(_row(one, definition_id, titles, sources, data.get("clause", "")) for one in data["rows"]),
        series=tuple(
            Series(one["prefix"], one["says"], Confidence(one["confidence"]))
            for one in data.get("series", ())
        ),
        unknown=tuple(data["unknown"]),
        examples=tuple(data["examples"]),
    )


def _key(raw: Mapping[str, Any]) -> GradeKey:
    choices = raw.get("choices", ())
    return GradeKey(
        key=raw["key"],
        title=raw["title"],
        kind=raw["kind"],
        unit=raw.get("unit", ""),
        choices=tuple(Choice(one["value"], one["title"]) for one in choices),
        notes={one["value"]: one["note"] for one in choices if "note" in one},
        only_for={key: tuple(values) for key, values in raw.get("only_for", {}).items()},
        help=raw.get("help", ""),
    )


def _criterion(raw: Mapping[str, Any]) -> Criterion:
    derived = raw.get("derived")
    return Criterion(
        key=raw["key"],
        title=raw["title"],
        unit=raw["unit"],
        direction=raw["direction"],
        maximum=Decimal(raw["maximum"]) if "maximum" in raw else None,
        help=raw.get("help", ""),
        derived=Derived(
            derived["formula"],
            tuple(derived["times"]),
            tuple(derived["over"]),
            tuple(
                Measured(one["key"], one["title"], one["unit"], one.get("default", ""))
                for one in derived["inputs"]
            ),
            Confidence(derived["confidence"]),
        )
        if derived
        else None,
    )


def _row(
    raw: Mapping[str, Any],
    definition_id: str,
    criteria: Mapping[str, Criterion],
    sources: Mapping[str, str],
    clause: str,
) -> Row:
    said, source = raw["confidence"], raw.get("source", "")

    def figure(criterion: str, grade: int, text: str | None) -> Figure:
        sure = said if isinstance(said, str) else said.get(str(grade), "recalled")
        verified = text is not None and sure == "verified"
        return Figure(
            id=f"{definition_id}#rows/{raw['key']}/{criterion}/{grade}",
            title=f"{criteria[criterion].title}{grade}级限值",
            value=None if text is None else Decimal(text),
            unit=criteria[criterion].unit,
            confidence=Confidence.UNKNOWN if text is None else Confidence(sure),
            source=sources.get(source, source) if verified or not isinstance(said, Mapping) else "",
            clause=clause,
            note=raw.get("note", ""),
        )

    return Row(
        key=raw["key"],
        at=dict(raw["at"]),
        limits={
            key: {grade: figure(key, grade, limits.get(str(grade))) for grade in GRADES}
            for key, limits in raw["limits"].items()
        },
        note=raw.get("note", ""),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _not_entered(past: Earlier, on: date) -> Trouble:
    note = past.note or "限值未录入。"
    return Trouble(
        "LIMIT_UNKNOWN",
        "on",
        "适用日期",
        f"{on:%Y年%-m月%-d日}适用{past.number}或者更早的版本，{note}请维护人员录入该版本后再判定。",
    )


def _not_in_force(one: GradeTable, on: date) -> Trouble:
    begins = f"自{one.valid_from:%Y年%-m月%-d日}起施行" if one.valid_from else ""
    ends = f"施行至{one.valid_to:%Y年%-m月%-d日}" if one.valid_to else ""
    said = "，".join(filter(None, (begins, ends)))
    return Trouble(
        "STANDARD_NOT_IN_FORCE",
        "on",
        "适用日期",
        f"{one.standard}{said}，{on:%Y年%-m月%-d日}不适用，请核对日期。",
    )
