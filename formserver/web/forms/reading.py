"""From a posted section back to a body: what was on the page is read, everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.computing import CALCULATED
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field, join_pointer
from formserver.core.definitions.grammar import MAX_ROWS
from formserver.core.errors import Problem, Severity
from formserver.web.forms.controls import COVERED_PREFIX, LeafControl
from formserver.web.forms.texts import ABSENT

ROWS_PREFIX: Final = "rows:"
"""``rows:/inspectors`` posted once per row on the page, in order: a row that is not named is not touched."""
GONE_PREFIX: Final = "gone:"
"""``gone:/inspectors``: rows the person removed on the page."""

_KEY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")


class ParsedSection(NamedTuple):
    """What a post means: the new body, the texts that do not parse, and what to say (keyed pointers)."""

    body: dict[str, Any]
    raw: dict[str, str]
    problems: list[Problem]


@dataclass(slots=True)
class Reader:
    """Reads one post. ``body`` and ``raw`` are copies that are changed in place.

    ``touched`` are the fields of the top level the post says anything of; the others stay what they are.
    """

    dt: DocumentType
    formdata: MultiDict[str, str]
    today: date
    body: dict[str, Any]
    raw: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    form: BaseForm = field(default_factory=lambda: BaseForm({}))
    covered: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    @classmethod
    def over(
        cls,
        dt: DocumentType,
        formdata: MultiDict[str, str],
        body: Mapping[str, Any],
        raw: Mapping[str, str],
        today: date,
    ) -> Reader:
        """A reader over copies of ``body`` and ``raw``."""
        covered = frozenset(formdata.getlist(COVERED_PREFIX))
        touched = frozenset(name.partition("/")[2].partition("/")[0] for name in (*formdata, *covered))
        copied = {key: clone(value) if key in touched else value for key, value in body.items()}
        return cls(dt, formdata, today, copied, dict(raw), covered=covered, touched=touched)

    def section(self, key: str) -> ParsedSection:
        """Read every field of a section that the post covers."""
        for leaf in self.dt.section_fields(key):
            if leaf.key in self.touched:
                self._node(leaf, self.body, "", leaf.title)
        return ParsedSection(self.body, self.raw, self.problems)

    def _node(self, leaf: Field, holder: dict[str, Any], parent: str, label: str) -> None:
        if leaf.is_row_key or leaf.widget in ("hidden", "readonly"):
            return
        name = join_pointer(parent, leaf.key)
        if leaf.kind == "object":
            self._object(leaf, holder, name, label)
        elif leaf.kind == "rows":
            self._rows(leaf, holder, name, label)
        elif name in self.formdata or name in self.covered:  # what the post does not cover stays
            self._leaf(leaf, holder, name, label)

    def _leaf(self, leaf: Field, holder: dict[str, Any], name: str, label: str) -> None:
        control: LeafControl = LeafControl(
            name=name,
            leaf=leaf,
            value=holder.get(leaf.key, ABSENT),
            raw=self.raw.get(name),
            today=self.today,
            _form=self.form,
            _meta=self.form.meta,
        )
        control.process(self.formdata)
        outcome = control.outcome
        if outcome is None:
            return
        if outcome.value is ABSENT:
            holder.pop(leaf.key, None)
        else:
            holder[leaf.key] = outcome.value
        if outcome.raw is None:
            self.raw.pop(name, None)
        else:
            self.raw[name] = outcome.raw
        if outcome.message:
            severity = Severity.HINT if outcome.certain else Severity.ERROR
            self.problems.append(Problem(outcome.code, outcome.message, name, label, severity))

    def _object(self, leaf: Field, holder: dict[str, Any], name: str, label: str) -> None:
        old = holder.get(leaf.key)
        inner: dict[str, Any] = old if isinstance(old, dict) else {}
        before = dict(inner)
        for child in self.dt.children.get(leaf.pointer, ()):
            self._node(child, inner, name, f"{label} · {child.title}")
        if inner:
            holder[leaf.key] = inner
        elif before:  # the last field was emptied: nothing is stated any more
            holder.pop(leaf.key, None)

    def _rows(self, leaf: Field, holder: dict[str, Any], name: str, label: str) -> None:
        old = holder.get(leaf.key)
        rows: list[dict[str, Any]] = [r for r in old if isinstance(r, dict)] if isinstance(old, list) else []
        named = [k for k in self.formdata.getlist(ROWS_PREFIX + name) if _KEY.fullmatch(k)]
        named = list(dict.fromkeys(named))
        gone = set(self.formdata.getlist(GONE_PREFIX + name))
        rows = _arrange(rows, named, gone)
        if len(rows) > MAX_ROWS:
            text = f"共 {len(rows)} 行，最多 {MAX_ROWS} 行；请改用附件导入，多出的行没有保存。"
            self.problems.append(Problem("TOO_MANY_ROWS", text, name, label))
            rows = rows[:MAX_ROWS]
        on_page = set(named) - gone
        for number, row in enumerate(rows, start=1):
            if row.get(ROW_KEY) not in on_page or row.get(CALCULATED):
                continue
            row_name = join_pointer(name, f"@{row[ROW_KEY]}")
            for child in self.dt.children.get(leaf.pointer + "/*", ()):
                self._node(child, row, row_name, f"{label} 第{number}行 · {child.title}")
        for key in gone:
            self._forget(places.join([*places.split(name), f"@{key}"]))
        if rows:
            holder[leaf.key] = rows
        elif old:
            holder.pop(leaf.key, None)

    def _forget(self, name: str) -> None:
        for pointer in [p for p in self.raw if p == name or p.startswith(name + "/")]:
            del self.raw[pointer]


def _arrange(rows: list[dict[str, Any]], named: list[str], gone: set[str]) -> list[dict[str, Any]]:
    """The rows in their new order: those on the page as posted, the others where they were.

    A named row that the body does not hold is new and comes after the row named before it.
    """
    held = {str(row.get(ROW_KEY)): row for row in rows}
    kept = [key for key in named if key in held]
    turn = iter(kept)
    on_page = set(kept)
    arranged = [held[next(turn)] if str(row.get(ROW_KEY)) in on_page else row for row in rows]
    before: str | None = None
    for key in named:
        if key not in held:
            at = (
                0
                if before is None
                else 1 + next(i for i, r in enumerate(arranged) if r.get(ROW_KEY) == before)
            )
            arranged.insert(len(arranged) if before is None and not kept else at, {ROW_KEY: key})
        before = key
    return [row for row in arranged if str(row.get(ROW_KEY)) not in gone]
