"""From a fault's place in a file to the field of a form that mends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from formserver.calculators.maintain_fields import Section
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_rows import Row, rows_of
from formserver.calculators.maintain_rule_fields import sections_of
from formserver.core.errors import Problem

_MISSING: Final = re.compile(r"缺少 ([a-z_]+)。")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as a page shows it: ``anchor`` is the field's id in ``section``; "" where only the raw file helps."""

    section: str
    anchor: str
    where: str
    message: str


class Anchors:
    """The fields of one draft by the places of its files."""

    def __init__(self, draft: Draft) -> None:
        self._places: dict[str, tuple[Section, int, Row]] = {}
        self._sections = sections_of(draft)
        examples = draft.method.get("examples")
        self._examples = examples if isinstance(examples, list) else []
        for section in self._sections:
            for index, row in enumerate(rows_of(section, draft)):
                prefix = "limits:" if section.part == "limits" else ""
                self._places[f"{prefix}{row.pointer}"] = (section, index, row)
                key = row.data.get("key")
                if section.at == "steps" and isinstance(key, str):
                    self._places.setdefault(f"/steps/{key}", (section, index, row))
                owner = row.data.get("@product")
                if section.outer != "products" and isinstance(owner, str):
                    self._places.setdefault(f"/{section.outer}/{owner}", (section, index, row))

    def fault(self, problem: Problem) -> Fault:
        """Where the fault is mended."""
        place = problem.pointer
        while place:
            found = self._places.get(place)
            if found is not None and (found[0].shape != "record"):
                return self._at(found, problem, problem.pointer[len(place) :].strip("/"))
            place = place.rpartition("/")[0]
        prefix, _, rest = problem.pointer.rpartition(":")
        first = rest.strip("/").partition("/")[0]
        if not prefix:
            if first == "limits" and self._sections[0].part == "limits":
                return Fault("limits", "", self._sections[0].title, problem.message)
            for record in (one for one in self._sections if one.shape == "record"):
                for column in record.columns:
                    if rest.strip("/").startswith("/".join(column.place)):
                        place = f"{record.key}.0.{column.key}"
                        return Fault(record.key, place, column.title, problem.message)
        named = next(
            (
                s
                for s in self._sections
                if first and first in (s.at, s.head) and (s.part == "limits") == bool(prefix)
            ),
            None,
        )
        if named is not None:
            return Fault(named.key, "", named.title, problem.message)
        if first == "examples":
            return Fault("raw", "", f"算例 {self._example(rest)}", problem.message)
        return Fault("raw", "", "原始文件", problem.message)

    def _example(self, pointer: str) -> str:
        """The title of the example a fault of a file without a form for them names by its key or number."""
        which = pointer.strip("/").split("/")[1:2]
        for number, one in enumerate(self._examples):
            if isinstance(one, dict) and which and which[0] in (str(one.get("key")), str(number)):
                return str(one.get("title", ""))
        return ""

    @staticmethod
    def _at(found: tuple[Section, int, Row], problem: Problem, inner: str) -> Fault:
        section, index, row = found
        column, message = None, problem.message
        missing = _MISSING.fullmatch(message)
        if missing:  # said of the row; the field is what the person looks for
            inner = f"{inner}/{missing[1]}".strip("/")
        if inner:
            head = inner.split("/")
            fitting = [one for one in section.columns if tuple(head[: len(one.place)]) == one.place]
            fitting += [one for one in section.columns if one.place[0] == head[0]]
            column = fitting[0] if fitting else None
            if column is None and head[0] in ("points", "bands", "texts"):
                column = section.column("grid")
        if missing and column is not None:
            message = f"请填写{column.title}。"
        column = column or section.columns[0]
        title = (
            row.data.get("title")
            or row.data.get("@key")
            or row.data.get("key")
            or f"第 {index + 1} {section.row_title}"
        )
        where = f"{section.title} · {title} · {column.title}"
        return Fault(section.key, f"{section.key}.{index}.{column.key}", where, message)


def faults_of(draft: Draft, problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Every problem with its field."""
    anchors = Anchors(draft)
    return tuple(anchors.fault(one) for one in problems)


def by_anchor(faults: Iterable[Fault]) -> Mapping[str, tuple[str, ...]]:
    """Messages by field id."""
    found: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        if fault.anchor:
            found[fault.anchor] = (*found.get(fault.anchor, ()), fault.message)
    return found


def by_section(faults: Iterable[Fault]) -> Mapping[str, int]:
    """How many faults each section has."""
    found: dict[str, int] = {}
    for fault in faults:
        found[fault.section] = found.get(fault.section, 0) + 1
    return found
