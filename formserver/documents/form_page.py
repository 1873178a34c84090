"""The form page as data: sections with marks, the error summary, the button that comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.computing import UNSETTLED, unsettled
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.validation import validate_complete
from formserver.core.drafting import Workspace
from formserver.core.errors import Problem, Severity
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import Action
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.documents.lookup import Lookup
from formserver.web.context import context, service
from formserver.web.forms.codec import FormCodec
from formserver.web.forms.views import SECTION_MARKS, SectionView

MISSING: Final = frozenset({"REQUIRED", "MIN_ITEMS"})
"""Codes that only say something is not there yet: shown as marks while a person is still typing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said about a body: everything found, and the part that is told while it is being filled."""

    dt: DocumentType
    ctx: Mapping[str, str]
    found: tuple[Problem, ...]
    told: tuple[Problem, ...]
    marks: Mapping[str, tuple[str, int]]

    @property
    def missing(self) -> int:
        """How many required places are still empty."""
        return sum(1 for p in self.found if p.code in MISSING)


@dataclass(frozen=True, slots=True)
class FormState:
    """A body under the pen, drawn, with its error summary."""

    dt: DocumentType
    ctx: Mapping[str, str]
    body: Mapping[str, Any]
    raw: Mapping[str, str]
    sections: list[SectionView]
    summary: list[tuple[str, str]]
    missing: int
    unsettled: list[tuple[str, str]]
    """(anchor, text) of results that do not stand yet, when all is to be told."""


def codec_for(dt: DocumentType) -> FormCodec:
    """The codec of a type, dates completed with today's year in China."""
    return FormCodec(dt, today_in_china(context().clock))


def primary_action(actor: Actor, document: Document) -> Action | None:
    """The one button at the top right, or None when nothing sensible is left for this person."""
    actions = service(Issuing).actions(actor, document)
    return actions[0] if actions and actions[0].primary else None


def judge(
    actor: Actor,
    document: Document,
    body: Mapping[str, Any],
    raw: Mapping[str, str],
    *,
    strict: bool = False,
    kept: bool = False,
) -> Judged:
    """Check a body for the step that comes next. ``strict`` also tells what is missing, field by field.

    ``kept``: the body has just been taken as a draft.
    """
    lookup = service(Lookup)
    dt, ctx = lookup.type_of(document), lookup.context(actor, document.id)
    action = primary_action(actor, document)
    stage = action.stage if action and action.stage else "draft"
    problems = validate_complete(dt, body, stage=stage, ctx=ctx, kept=kept)
    found = [p for p in problems if not _is_raw(body, raw, p)]
    found += unsettled(service(Kit), dt, body, dt.hidden(body, ctx))
    told = [p for p in found if strict or p.code not in (*MISSING, UNSETTLED)]
    return Judged(dt, ctx, tuple(found), tuple(told), section_states(dt, body, raw, found))


def form_state(
    actor: Actor,
    workspace: Workspace,
    *,
    body: Mapping[str, Any] | None = None,
    raw: Mapping[str, str] | None = None,
    extra: Sequence[Problem] = (),
    strict: bool = False,
    pages: Mapping[str, int] | None = None,
) -> FormState:
    """Draw the draft (or ``body`` and ``raw`` as just typed). ``extra`` are the problems of a refused post."""
    draft = workspace.draft
    shown = draft.body if body is None else body
    left = draft.raw if raw is None else raw
    judged = judge(actor, workspace.document, shown, left, strict=strict)
    codec = codec_for(judged.dt)
    problems = [*judged.told, *extra]
    sections = codec.sections(shown, left, problems, draft.origins, judged.ctx, pages=pages)
    for view in sections:
        view.state, view.error_count = judged.marks[view.key]
    unread = [Problem("RAW_LEFT", f"“{text[:40]}”还不能识别，请改正。", at) for at, text in left.items()]
    told_extra = [p for p in extra if p.pointer not in left]
    errors = [*judged.told, *told_extra] if strict else told_extra
    summary = codec.summary(shown, [*unread, *errors])
    waiting = [p for p in judged.told if p.code == UNSETTLED]
    return FormState(
        judged.dt,
        judged.ctx,
        shown,
        left,
        sections,
        list(dict.fromkeys(summary)),
        judged.missing,
        codec.summary(shown, waiting, Severity.WARNING),
    )


def section_states(
    dt: DocumentType, body: Mapping[str, Any], raw: Mapping[str, str], problems: Sequence[Problem]
) -> dict[str, tuple[str, int]]:
    """(state, number of errors) by section: something wrong, something missing, a result that does not stand yet,
    complete, nothing there."""
    wrong: Counter[str] = Counter(section_of(dt, pointer) for pointer in raw)
    lacking: Counter[str] = Counter()
    waiting = {section_of(dt, problem.pointer) for problem in problems if problem.code == UNSETTLED}
    for problem in problems:
        if problem.severity is Severity.ERROR:
            counted = lacking if problem.code in MISSING else wrong
            counted[section_of(dt, problem.pointer)] += 1
    found = {}
    for section in dt.sections:
        filled = any(leaf.key in body for leaf in dt.section_fields(section.key) if leaf.widget != "hidden")
        state = "unsettled" if section.key in waiting else "complete"
        if lacking[section.key]:
            state = "partial"
        if not filled:
            state = "empty"
        if wrong[section.key]:
            state = "errors"
        found[section.key] = (state, wrong[section.key])
    return found


def section_of(dt: DocumentType, pointer: str) -> str:
    """The section a place belongs to; empty for a place outside the form."""
    parts = places.split(pointer)
    leaf = dt.by_pattern.get(places.join(parts[:1])) if parts else None
    return leaf.section if leaf else ""


def section_marks(marks: Mapping[str, tuple[str, int]]) -> list[dict[str, Any]]:
    """The marks as plain data, for the side list in the browser."""
    words = {"complete": "已填", "partial": "未填完", "unsettled": "计算结果未定", "empty": "未填"}
    return [
        {
            "key": key,
            "state": state,
            "mark": SECTION_MARKS[state],
            "text": words.get(state, f"有 {count} 处错误"),
        }
        for key, (state, count) in marks.items()
    ]


def _is_raw(body: Mapping[str, Any], raw: Mapping[str, str], problem: Problem) -> bool:
    return bool(raw) and places.to_keyed(body, problem.pointer) in raw
