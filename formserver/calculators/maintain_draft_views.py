"""草案: the list, one draft, its sections as forms with autosave, the raw files, publishing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.confirm_figures import limits_of
from formserver.calculators.maintain_anchors import faults_of
from formserver.calculators.maintain_checking import Judged, check_size, read_text, run_examples
from formserver.calculators.maintain_compare import COLOURS, compare
from formserver.calculators.maintain_errors import DRAFT_CHANGED
from formserver.calculators.maintain_examples import expected, from_saved
from formserver.calculators.maintain_fields import Section
from formserver.calculators.maintain_following import follow
from formserver.calculators.maintain_models import KIND_TITLES, Draft, DraftState
from formserver.calculators.maintain_overtaken import differing
from formserver.calculators.maintain_page import (
    SectionPage,
    products_of,
    read_rows,
    section_page,
)
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_rows import changed_rows, put_rows, rows_of
from formserver.calculators.maintain_rule_compare import compare_rule
from formserver.calculators.maintain_rule_fields import sections_of
from formserver.calculators.maintain_service import Drafts, day_of
from formserver.calculators.models import SavedCalculation
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.definitions.document_type import read_json
from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@calculators.get("/drafts")
@requires(CalculatorPermission.USE)
def drafts() -> Any:
    """The drafts of one's own agency and of those below it."""
    everything = request.args.get("all") == "1"
    found = service(Drafts).list(current_actor(), open_only=not everything)
    return render_template(
        "calculators/maintain_drafts.html", drafts=found, everything=everything, kinds=KIND_TITLES
    )


@calculators.get("/drafts/<draft_id>")
@requires(CalculatorPermission.USE)
def draft(draft_id: str) -> Any:
    """One draft: what changed against its base, what is wrong with it, publishing it."""
    return _draft_page(service(Drafts).get(current_actor(), draft_id))


@calculators.get("/drafts/<draft_id>/edit/<section_key>")
@requires(CalculatorPermission.MAINTAIN)
def draft_section(draft_id: str, section_key: str) -> Any:
    """One section as a form."""
    found = service(Drafts).get(current_actor(), draft_id)
    if section_key == "raw":
        return _raw_page(found)
    return _section_page(_page(found, _section(found, section_key)))


@calculators.post("/drafts/<draft_id>/edit/<section_key>")
@requires(CalculatorPermission.MAINTAIN)
def save_section(draft_id: str, section_key: str) -> Any:
    """Keep a section: by its button, by a button of a row, or while somebody types (answers JSON then)."""
    actor, form = current_actor(), request.form
    old = service(Drafts).get(actor, draft_id)
    if section_key == "raw":
        return _save_raw(old)
    section, do = _section(old, section_key), form.get("do", "save")
    live = request.accept_mimetypes.best == "application/json"
    seen = _tag()
    if seen != old.tag:  # the rows were drawn from another draft: they must not be laid over this one
        return _overtaken(old, section, seen, live=live)
    before = [row.data for row in rows_of(section, old)]
    after = read_rows(section, old, form)
    new = put_rows(section, old, _turned(old, section, after, do))
    new = follow(old, new, section.key, before, after, do)
    try:
        kept = service(Drafts).save(actor, draft_id, new.method, new.limits, seen=seen)
    except AppError as error:
        if error.code.code == DRAFT_CHANGED.code:
            return _overtaken(service(Drafts).get(actor, draft_id), section, seen, live=live)
        if live:
            return jsonify(error=str(error)), STATUS[error.kind]
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(str(error), "error")
        return _section_page(_page(new, section)), STATUS[error.kind]
    page = _page(kept, section)
    if live:
        return jsonify(page.live())
    if do == "save":
        flash("已保存。" if not page.faults else f"已保存，还有 {len(page.faults)} 处需要改正。", "success")
    row = f"#{section.key}-{len(page.rows) - 1}" if do in ("add",) and page.rows else ""
    return redirect(url_for("calculators.draft_section", draft_id=draft_id, section_key=section.key) + row)


@calculators.post("/drafts/<draft_id>/publish")
@requires(CalculatorPermission.PUBLISH)
def publish_draft(draft_id: str) -> Any:
    """Freeze it as an edition in force from a day."""
    actor, form = current_actor(), request.form
    try:
        done = service(Publishing).publish(
            actor, draft_id, day_of(form.get("effective", "")), seen=_tag(), alone=form.get("alone", "")
        )
    except AppError as error:
        if error.kind is Kind.NOT_FOUND or error.code.code == "NOT_ALLOWED":
            raise
        flash(str(error), "error")
        return _draft_page(service(Drafts).get(actor, draft_id)), STATUS[error.kind]
    flash(f"已发布 {done.edition}，内容不再变动。", "success")
    if done.is_rule:
        return redirect(
            url_for("calculators.rule_edition", kind=done.kind, name=done.name, edition=done.edition)
        )
    return redirect(url_for("calculators.pack", name=done.name, edition=done.edition))


@calculators.post("/drafts/<draft_id>/discard")
@requires(CalculatorPermission.MAINTAIN)
def discard_draft(draft_id: str) -> Any:
    """Give it up."""
    try:
        service(Drafts).discard(current_actor(), draft_id, request.form.get("reason", ""))
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(str(error), "error")
        return _draft_page(service(Drafts).get(current_actor(), draft_id)), STATUS[error.kind]
    flash("已放弃这份草案。", "success")
    return redirect(url_for("calculators.drafts"))


def _turned(old: Draft, section: Section, rows: list[dict[str, Any]], do: str) -> list[dict[str, Any]]:
    """The rows after the button: those of examples can also be taken from kept calculations or filled in."""
    if section.key == "examples" and do == "from-saved":
        saved = service(Calculators).saved(current_actor(), request.form.get("saved", "")[:26])
        return [*rows, from_saved(saved, rows)]
    if section.key == "examples" and do.startswith("expect-"):
        return _expecting(old, rows, do.removeprefix("expect-"))
    return changed_rows(section, rows, do, [key for key, _ in products_of(old, section.outer)])


def _expecting(old: Draft, rows: list[dict[str, Any]], which: str) -> list[dict[str, Any]]:
    """The examples, one or all of them, expecting what the draft gives now."""
    judged = service(Drafts).judged(old)
    if judged.calculator is None:
        flash("先改正其他问题，才能算出结果。", "warning")
        return rows
    library = service(Calculators).library
    return [
        expected(judged.calculator, judged.limits, library, row) if which in ("all", str(index)) else row
        for index, row in enumerate(rows)
    ]


def _overtaken(now: Draft, section: Section, seen: int, *, live: bool) -> Any:
    """Somebody else was quicker: both versions beside each other, nothing of either is lost."""
    error = DRAFT_CHANGED(who=now.changed_by_name, now=now.tag, seen=seen)
    if live:
        return jsonify(error=str(error), tag=now.tag), 409
    return (
        render_template(
            "calculators/maintain_overtaken.html",
            error=error,
            draft=now,
            section=section,
            differing=differing(_page(now, section), request.form),
        ),
        409,
    )


def _save_raw(old: Draft) -> Any:
    form = request.form
    try:
        method = read_text(form.get("method", ""))
        limits = {} if old.is_rule else read_text(form.get("limits", ""))
        if form.get("do") == "check":
            return _checked(replace(old, method=method, limits=limits))
        kept = service(Drafts).save(current_actor(), old.id, method, limits, seen=_tag())
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        if form.get("do") == "check":
            return jsonify(error=str(error)), STATUS[error.kind]
        if error.code.code == DRAFT_CHANGED.code:
            old = service(Drafts).get(current_actor(), old.id)
        return _raw_page(old, str(error), form), STATUS[error.kind]
    count = len(service(Drafts).judged(kept).problems)
    flash("已保存。" if not count else f"已保存，还有 {count} 处需要改正。", "success")
    return redirect(url_for("calculators.draft_section", draft_id=old.id, section_key="raw"))


def _checked(typed: Draft) -> Any:
    """What is wrong with the text as it stands in the form; nothing is kept."""
    check_size(typed.method, typed.limits)
    faults = faults_of(typed, service(Drafts).judged(typed).problems)
    return jsonify(faults=[{"where": one.where, "message": one.message} for one in faults])


def _raw_page(found: Draft, error: str = "", typed: Any = None) -> str:
    faults = faults_of(found, service(Drafts).judged(found).problems)
    now = json.dumps(found.method, ensure_ascii=False, indent=2)
    return render_template(
        "calculators/maintain_raw.html",
        draft=found,
        sections=sections_of(found),
        here="raw",
        counts={},
        faults=faults,
        error=error,
        overtaken=bool(typed) and typed.get("tag") != str(found.tag),
        method=typed.get("method", "") if typed else now,
        limits=typed.get("limits", "") if typed else json.dumps(found.limits, ensure_ascii=False, indent=2),
        now=now,
    )


def _section_page(page: SectionPage) -> str:
    saved: tuple[SavedCalculation, ...] = ()
    if page.section.key == "examples":
        own = service(Calculators).own(current_actor(), limit=100)
        saved = tuple(one for one in own if one.calculator == page.draft.name)
    return render_template(
        "calculators/maintain_section.html",
        page=page,
        sections=sections_of(page.draft),
        saved=saved,
        here=page.section.key,
    )


def _draft_page(found: Draft) -> str:
    actor, library = current_actor(), service(Calculators).library
    judged = service(Drafts).judged(found)
    allowed, others = service(Publishing).why_not(actor, found)
    return render_template(
        "calculators/maintain_draft.html",
        draft=found,
        sections=sections_of(found),
        faults=faults_of(found, judged.problems),
        kind_title=KIND_TITLES[found.kind],
        example_count=_examples(found),
        comparison=_against_base(found, judged),
        examples=run_examples(judged.calculator, judged.limits, library) if judged.calculator else (),
        colours=COLOURS,
        open=found.state is DraftState.OPEN,
        may_edit=actor.may(CalculatorPermission.MAINTAIN),
        may_publish=allowed,
        contributed=actor.user_id in found.contributors,
        others=others,
    )


def _examples(found: Draft) -> int:
    examples = found.method.get("examples", ())
    return len(examples) if isinstance(examples, list) else 0


def _against_base(found: Draft, judged: Judged) -> Any:
    if found.is_rule:
        try:
            base = context().catalogue.definition(found.kind, found.name, found.base)
        except AppError:  # published from a file that grew from none
            return None
        return compare_rule(read_json(base.content, base.id), found)
    if judged.calculator is None:
        return None
    library = service(Calculators).library
    before = library.calculator(found.name, found.base)
    return compare((before, limits_of(library, before)), (judged.calculator, judged.limits))


def _page(found: Draft, section: Section) -> SectionPage:
    return section_page(found, section, service(Drafts).judged(found))


def _section(found: Draft, key: str) -> Section:
    section = next((one for one in sections_of(found) if one.key == key), None)
    if section is None:
        raise NOT_FOUND(what="这一部分")
    return section


def _tag() -> int:
    text = request.form.get("tag", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
