"""The page of one draft, also where something was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for

from formserver.calculators.maintain_models import DraftState
from formserver.core.errors import Problem
from formserver.equipment.catalogue_content import STATE_WORDS, rows_of, state_of
from formserver.equipment.catalogue_diff import difference, line_title
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_effect import SampleEffect
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_models import ELIMINATION, KIND_TITLES, MATCHING, CatalogueDraft
from formserver.equipment.catalogue_new import HEAD_FIELDS, head_of
from formserver.equipment.catalogue_publishing import CataloguePublishing
from formserver.equipment.catalogue_work import Work
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_tables_content import shown_powers, tables_of
from formserver.equipment.rule_tables_words import LISTS
from formserver.web.context import current_actor, service

CHANGES_SHOWN: Final = 200
LINES_SHOWN: Final = 200
_PLACE: Final = re.compile(r"/(items|rules)/(\d+)(?:/(.*))?")
_GRAMMAR: Final = re.compile(r"/(tables|grammar)(?:/([^/]+))?(?:/([^/]+))?")
_CODES: Final = ("/$id", "/name", "/format")


@dataclass(frozen=True, slots=True)
class FaultView:
    """A fault with its place in words, and where it can be mended ("" for nowhere in particular)."""

    where: str
    message: str
    url: str


def fault_views(draft: CatalogueDraft, problems: Sequence[Problem]) -> tuple[FaultView, ...]:
    """Problems of a draft by the line or rule they stand in."""
    return tuple(_fault(draft, one) for one in problems)


def posted_tag() -> int:
    """The revision a form was drawn with."""
    text = request.form.get("tag", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def draft_page(
    found: CatalogueDraft,
    *,
    error: str = "",
    cells: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    """``typed`` is a head that was refused, ``cells`` those of a refused file."""
    actor, work = current_actor(), service(Work)
    problems = work.problems(found)
    allowed, others = service(CataloguePublishing).why_not(actor, found)
    is_open = found.state is DraftState.OPEN
    effect: SampleEffect | None = work.samples(actor, found) if is_open and not problems else None
    changes = difference(work.base(found), found.content)
    wanted = request.args.get("q", "").strip()[:100]
    lines = [
        one
        for one in rows_of(found.content, "items")
        if not wanted or wanted.casefold() in line_title(one).casefold()
    ]
    return render_template(
        "equipment/catalogue_draft.html",
        draft=found,
        kind_title=KIND_TITLES[found.kind],
        is_catalogue=found.kind == ELIMINATION,
        faults=fault_views(found, problems),
        changes=changes,
        shown=CHANGES_SHOWN,
        fields=HEAD_FIELDS,
        head=typed if typed is not None else head_of(found.content),
        now=head_of(found.content),
        checked=(typed or {}).get("checked") == "1"
        if typed is not None
        else found.content.get("confidence") == "verified",
        lines=lines[:LINES_SHOWN],
        line_count=len(lines),
        wanted=wanted,
        rule_count=len(rows_of(found.content, "rules")),
        table_count=len(tables_of(found.content)),
        freeable=service(Marking).freeable(found) if is_open else (),
        effect=effect,
        error=error,
        cells=cells,
        states={str(one.get("id")): STATE_WORDS[state_of(found.content, one)] for one in lines[:LINES_SHOWN]},
        open=is_open,
        may_edit=actor.may(EquipmentPermission.MAINTAIN) and is_open,
        may_publish=allowed,
        contributed=actor.user_id in found.contributors,
        others=others,
        published_url=_published_url(found),
    )


def shown_draft(draft_id: str) -> CatalogueDraft:
    """The draft of a route. Raises NOT_FOUND, NOT_ALLOWED."""
    return service(CatalogueDrafts).get(current_actor(), draft_id)


def _fault(draft: CatalogueDraft, problem: Problem) -> FaultView:
    found = _PLACE.match(problem.pointer)
    message = problem.message
    if found is None and (inside := _GRAMMAR.match(problem.pointer)) and draft.kind == MATCHING:
        return _grammar_fault(draft, inside, problem)
    if found is None:
        title = {key: title for key, title, _ in HEAD_FIELDS}.get(problem.pointer.strip("/"), "")
        return FaultView("文件" if problem.pointer in _CODES else title or "目录", message, "#head")
    rows, place = draft.content.get(found[1]), int(found[2])
    row = rows[place] if isinstance(rows, list) and place < len(rows) else {}
    if not isinstance(row, dict):
        return FaultView("文件", message, "")
    row_id = str(row.get("id") or "")
    if found[1] == "items":
        where = line_title(row) or f"第 {place + 1} 条"
        url = url_for("equipment.draft_line", catalogue_draft_id=draft.id, line_id=row_id) if row_id else ""
    else:
        where = f"规则 {row_id} {row.get('title', '')}".strip()
        url = url_for("equipment.draft_rule", catalogue_draft_id=draft.id, rule_id=row_id) if row_id else ""
    return FaultView(where, message.removeprefix(f"{row_id}："), url)


def _grammar_fault(draft: CatalogueDraft, found: re.Match[str], problem: Problem) -> FaultView:
    """A fault of a table or of a word list."""
    message = problem.message
    name, inner = ((part or "").replace("~1", "/").replace("~0", "~") for part in found.groups()[1:])
    if found[1] == "tables":
        if not name:
            return FaultView("逐型号表", message, url_for("equipment.rule_tables", rules_draft_id=draft.id))
        url = url_for("equipment.rule_table", rules_draft_id=draft.id, table_name=name)
        if inner and problem.code == "DEFINITION_SCHEMA":  # what is left of form are powers
            written = shown_powers(tables_of(draft.content).get(name, {}).get(inner, ""))
            message = f"规格 {inner} 的允许功率（{written or '空'}）应写成数字，如 0.75；有几个的用“、”隔开。"
        return FaultView(f"逐型号表 {name}", message, url)
    place = f"{name}.{inner}" if name in ("category_keywords", "fuel_codes") and inner else name
    title = next((one.title for one in LISTS if one.place == place), "用词")
    url = url_for("equipment.rule_words", rules_draft_id=draft.id)
    return FaultView(title, message, f"{url}#w-{place.replace('.', '-')}")


def _published_url(found: CatalogueDraft) -> str:
    if found.state is not DraftState.PUBLISHED:
        return ""
    if found.kind == ELIMINATION:
        return url_for("equipment.catalogue", catalogue_name=found.name, catalogue_edition=found.edition)
    return url_for("equipment.rules", from_definition=found.definition_id)


def values_of(form: Any, keys: Sequence[str]) -> dict[str, str]:
    """The posted texts of those fields."""
    return {key: str(form.get(key, "")) for key in keys}
