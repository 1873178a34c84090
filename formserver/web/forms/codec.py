"""The form of a document type: :class:`FormCodec` draws sections of a body and reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType
from formserver.core.drafts import changes_between
from formserver.core.errors import Problem, Severity
from formserver.core.models import Json
from formserver.web.forms.drawing import Drawing
from formserver.web.forms.reading import ParsedSection, Reader
from formserver.web.forms.rowwork import RowResult, act_on_rows
from formserver.web.forms.views import SectionView


class FormCodec:
    """Draws and reads one edition of a document type. Cheap to make; holds no state.

    Names of controls are keyed pointers (``/inspectors/@k3v9t2ab/name``, see :mod:`formserver.core.places`), the same
    that drafts, raw texts and origins use. ``today`` (Asia/Shanghai) completes dates typed without a year.
    """

    def __init__(self, dt: DocumentType, today: date) -> None:
        self._dt = dt
        self._today = today

    def sections(
        self,
        body: Mapping[str, Any],
        raw: Mapping[str, str] | None = None,
        problems: Sequence[Problem] = (),
        origins: Mapping[str, Any] | None = None,
        ctx: Mapping[str, Any] | None = None,
        *,
        pages: Mapping[str, int] | None = None,
        only: frozenset[str] | None = None,
        live: Mapping[str, frozenset[str]] | None = None,
    ) -> list[SectionView]:
        """View models of every section (or of those in ``only``), in order, hidden ones too.

        ``problems`` may have indexed or keyed pointers; ``pages`` opens a page of rows by keyed pointer of the list;
        ``live`` draws of a list these rows only.
        """
        drawing = Drawing.prepare(
            self._dt, body, raw or {}, list(problems), origins or {}, ctx or {}, self._today, pages or {}
        )
        drawing.live = live or {}
        return [drawing.section(s) for s in self._dt.sections if only is None or s.key in only]

    def parse(
        self,
        section_key: str,
        formdata: MultiDict[str, str],
        body: Mapping[str, Any],
        raw: Mapping[str, str] | None = None,
    ) -> ParsedSection:
        """The body after a post of one section; what the post does not name stays exactly as it is."""
        return Reader.over(self._dt, formdata, body, raw or {}, self._today).section(section_key)

    def parse_all(
        self, formdata: MultiDict[str, str], body: Mapping[str, Any], raw: Mapping[str, str] | None = None
    ) -> ParsedSection:
        """Like :meth:`parse` for a page that shows every section."""
        reader = Reader.over(self._dt, formdata, body, raw or {}, self._today)
        for section in self._dt.sections:
            reader.section(section.key)
        return ParsedSection(reader.body, reader.raw, reader.problems)

    def act(self, action: str, body: Mapping[str, Any]) -> RowResult:
        """Do what a row button asks: ``add:/list``, ``remove:/list/@key``, ``copy:``, ``up:``, ``down:``."""
        return act_on_rows(body, action)

    def summary(
        self, body: Mapping[str, Any], problems: Sequence[Problem], severity: Severity = Severity.ERROR
    ) -> list[tuple[str, str]]:
        """(anchor, text) for the error summary, in the order given; only those of ``severity``."""
        found = []
        for problem in problems:
            if problem.severity is severity:
                label = problem.label or self._dt.label(problem.pointer)
                text = (
                    problem.message if label and label in problem.message else f"{label}：{problem.message}"
                )
                found.append((self._anchor(body, problem.pointer), text.removeprefix("：")))
        return found

    def _anchor(self, body: Mapping[str, Any], pointer: str) -> str:
        keyed = places.to_keyed(body, pointer)
        try:
            leaf = self._dt.leaf(places.to_indexed(body, pointer))
        except LookupError:
            return keyed
        return f"section-{leaf.section}" if leaf.widget == "hidden" else keyed  # nothing of it is drawn


def changes(
    old_body: Mapping[str, Any],
    new_body: Mapping[str, Any],
    old_raw: Mapping[str, str] | None = None,
    new_raw: Mapping[str, str] | None = None,
) -> list[Json]:
    """The draft operations (:mod:`formserver.core.drafts`) that lead from one state to the other, raw texts included."""
    before, after = old_raw or {}, new_raw or {}
    ops = changes_between(old_body, new_body)
    ops += [{"op": "set", "at": at, "raw": text} for at, text in after.items() if before.get(at) != text]
    for at in before:
        if at not in after:
            value = places.get(new_body, at)
            ops.append(
                {"op": "remove", "at": at} if value is None else {"op": "set", "at": at, "value": value}
            )
    return ops
