"""The form page as data: sections with marks, the error summary, the button that comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.validation import validate_complete
from formserver.core.drafting import Workspace
from formserver.core.errors import Problem, Severity
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import Action
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.documents.lookup import Lookup
from formserver.web.context import context, service
from formserver.web.forms.codec import FormCodec
from formserver.web.forms.views import SectionView

MISSING: Final = frozenset({"REQUIRED", "MIN_ITEMS"})
"""Codes that only say something is not there yet: shown as marks while a person is still typing."""


@dataclass(frozen=True, slots=True)
class FormState:
    """A body under the pen and what is to be said about it."""

    dt: DocumentType
    body: Mapping[str, Any]
    raw: Mapping[str, str]
    problems: tuple[Problem, ...]
    sections: list[SectionView]
    summary: list[tuple[str, str]]
    missing: int


def codec_for(dt: DocumentType) -> FormCodec:
    """The codec of a type, dates completed with today's year in China."""
    return FormCodec(dt, today_in_china(context().clock))


def primary_action(actor: Actor, document: Document) -> Action | None:
    """The one button at the top right, or None when nothing sensible is left for this person."""
    actions = service(Issuing).actions(actor, document)
    return actions[0] if actions and actions[0].primary else None


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
    """Draw the draft (or ``body`` and ``raw`` as just typed). ``strict`` also says what is missing, field by field."""
    document, draft = workspace.document, workspace.draft
    shown = draft.body if body is None else body
    left = draft.raw if raw is None else raw
    dt = service(Lookup).type_of(document)
    ctx = service(Lookup).context(actor, document.id)
    action = primary_action(actor, document)
    stage = action.stage if action and action.stage else "draft"
    found = [p for p in validate_complete(dt, shown, stage=stage, ctx=ctx) if not _is_raw(shown, left, p)]
    told = [p for p in found if strict or p.code not in MISSING]
    codec = codec_for(dt)
    problems = [*told, *extra]
    sections = codec.sections(shown, left, problems, draft.origins, ctx, pages=pages)
    mark_sections(dt, sections, shown, left, found)
    unread = [Problem("RAW_LEFT", f"“{text[:40]}”还不能识别，请改正。", at) for at, text in left.items()]
    told_extra = [p for p in extra if p.pointer not in left]
    errors = [p for p in (*told, *told_extra) if strict or p in told_extra]
    summary = codec.summary(shown, [*unread, *errors]) if strict or extra or left else []
    missing = sum(1 for p in found if p.code in MISSING)
    return FormState(dt, shown, left, tuple(found), sections, list(dict.fromkeys(summary)), missing)


def mark_sections(
    dt: DocumentType,
    sections: Sequence[SectionView],
    body: Mapping[str, Any],
    raw: Mapping[str, str],
    problems: Sequence[Problem],
) -> None:
    """Set the state marks: ! something wrong, ● something missing, ✓ complete, ○ nothing there."""
    wrong: dict[str, int] = {}
    lacking: dict[str, int] = {}
    for problem in problems:
        if problem.severity is Severity.ERROR:
            counted = lacking if problem.code in MISSING else wrong
            key = section_of(dt, problem.pointer)
            counted[key] = counted.get(key, 0) + 1
    for pointer in raw:
        key = section_of(dt, pointer)
        wrong[key] = wrong.get(key, 0) + 1
    for view in sections:
        filled = any(node.leaf.key in body for node in view.nodes)
        view.error_count = wrong.get(view.key, 0)
        if view.error_count:
            view.state = "errors"
        elif not filled:
            view.state = "empty"
        else:
            view.state = "partial" if lacking.get(view.key) else "complete"


def section_of(dt: DocumentType, pointer: str) -> str:
    """The section a place belongs to; empty for a place outside the form."""
    parts = places.split(pointer)
    leaf = dt.by_pattern.get(places.join(parts[:1])) if parts else None
    return leaf.section if leaf else ""


def section_marks(sections: Sequence[SectionView]) -> list[dict[str, Any]]:
    """The marks as plain data, for the side list in the browser."""
    words = {"complete": "已填", "partial": "未填完", "empty": "未填"}
    return [
        {
            "key": view.key,
            "state": view.state,
            "mark": view.mark,
            "text": f"有 {view.error_count} 处错误" if view.state == "errors" else words[view.state],
        }
        for view in sections
    ]


def _is_raw(body: Mapping[str, Any], raw: Mapping[str, str], problem: Problem) -> bool:
    return bool(raw) and places.to_keyed(body, problem.pointer) in raw
