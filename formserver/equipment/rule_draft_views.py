"""Rules of a draft: their list, one of them as a form or as its record, trying it on a name plate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.calculators.maintain_models import DraftState
from formserver.core.errors import NOT_FOUND, AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_content import (
    free_rule_id,
    free_rules,
    good_rule_id,
    move_row,
    put_row,
    remove_row,
    row_of,
)
from formserver.equipment.catalogue_draft_page import fault_views, posted_tag, shown_draft
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_errors import DRAFT_UNREADABLE
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_models import CatalogueDraft, Json
from formserver.equipment.catalogue_new import kept_error
from formserver.equipment.catalogue_try import Trying
from formserver.equipment.catalogue_work import Work
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_fields import FIELDS, GROUPS, aside, ends, new_rule, shown, typed_rule
from formserver.equipment.rule_tables_content import tables_of
from formserver.equipment.rule_tables_lines import find_lines, told_lines, with_lines
from formserver.equipment.rule_words import TERM_TITLES, plain_conditions
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.language import say
from formserver.web.permissions import requires


@equipment.get("/drafts/<catalogue_draft_id>/rules")
@requires(EquipmentPermission.MAINTAIN)
def draft_rules(catalogue_draft_id: str) -> Any:
    """Every rule of the draft in the order that decides."""
    return _list_page(shown_draft(catalogue_draft_id))


@equipment.post("/drafts/<catalogue_draft_id>/rules")
@requires(EquipmentPermission.MAINTAIN)
def change_draft_rules(catalogue_draft_id: str) -> Any:
    """Add a rule, move one, or mark those as verified whose lines all are."""
    found, form = shown_draft(catalogue_draft_id), request.form
    do, _, rule_id = form.get("do", "").partition(":")
    content, target = found.content, ""
    if do == "add":
        known = {one.id for one in service(Trying).library.rules(service(Trying).today)}
        target = free_rule_id(content, known)
        content = put_row(content, "rules", target, new_rule(target))
    elif do in ("up", "down"):
        content = move_row(content, "rules", rule_id, -1 if do == "up" else 1)
    elif do == "free":
        free = {str(one.get("id")) for one in service(Marking).freeable(found)}
        content = free_rules(content, free & set(form.getlist("rule")))
    try:
        kept = service(CatalogueDrafts).save(current_actor(), found.id, content, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        return _list_page(shown_draft(found.id), str(error)), STATUS[error.kind]
    if target:
        return redirect(url_for("equipment.draft_rule", catalogue_draft_id=kept.id, rule_id=target))
    if do == "free":
        flash("所选规则已标为有出处。", "success")
    anchor = f"#rule-{rule_id}" if rule_id else ""
    return redirect(url_for("equipment.draft_rules", catalogue_draft_id=kept.id) + anchor)


@equipment.get("/drafts/<catalogue_draft_id>/rules/<rule_id>")
@requires(EquipmentPermission.MAINTAIN)
def draft_rule(catalogue_draft_id: str, rule_id: str) -> Any:
    """One rule as a form."""
    found = shown_draft(catalogue_draft_id)
    rule = row_of(found.content, "rules", rule_id)
    if rule is None:
        raise NOT_FOUND(what="这条规则")
    return _rule_page(found, rule_id, rule)


@equipment.post("/drafts/<catalogue_draft_id>/rules/<rule_id>")
@requires(EquipmentPermission.MAINTAIN)
def save_draft_rule(catalogue_draft_id: str, rule_id: str) -> Any:
    """Keep a rule, good or faulty; remove it. A refused post shows it as typed."""
    found, form = shown_draft(catalogue_draft_id), request.form
    old = row_of(found.content, "rules", rule_id)
    if old is None and posted_tag() == found.tag:
        raise NOT_FOUND(what="这条规则")
    raw = form.get("raw", "")
    typed: Json = typed_rule(old or {"id": rule_id}, form)
    if form.get("do") != "raw":
        typed = with_lines(typed, form.getlist("line"))
    if form.get("do") == "find":
        return _rule_page(found, rule_id, typed)
    try:
        if form.get("do") == "remove":
            content = remove_row(found.content, "rules", rule_id)
        else:
            typed = read_rule(raw) if form.get("do") == "raw" else typed
            content = put_row(found.content, "rules", rule_id, typed)
        kept = service(CatalogueDrafts).save(current_actor(), found.id, content, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        now = shown_draft(found.id)
        return _rule_page(now, rule_id, typed, str(error), raw if form.get("do") == "raw" else ""), STATUS[
            error.kind
        ]
    if form.get("do") == "remove":
        flash("已删去这条规则。", "success")
        return redirect(url_for("equipment.draft_rules", catalogue_draft_id=kept.id))
    new_id = str(typed.get("id") or rule_id)
    faults = _faults(kept, new_id, service(Work).problems(kept))
    flash("已保存。" if not faults else f"已保存，还有 {len(faults)} 处问题。", "success")
    return redirect(url_for("equipment.draft_rule", catalogue_draft_id=kept.id, rule_id=new_id))


@equipment.post("/drafts/<catalogue_draft_id>/rules/<rule_id>/check")
@requires(EquipmentPermission.MAINTAIN)
def check_draft_rule(catalogue_draft_id: str, rule_id: str) -> Any:
    """What is wrong with a rule as it stands in the form, and its conditions in words; nothing is kept."""
    found, form = shown_draft(catalogue_draft_id), request.form
    try:
        if form.get("do") == "raw":
            typed = read_rule(form.get("raw", ""))
        else:
            typed = typed_rule(row_of(found.content, "rules", rule_id) or {"id": rule_id}, form)
            typed = with_lines(typed, form.getlist("line"))
        whole = replace(found, content=put_row(found.content, "rules", rule_id, typed))
        try:
            faults = [one.message for one in service(Work).rule_problems(whole, typed)]
        except (AttributeError, KeyError, TypeError, ValueError):
            faults = []  # other parts of the draft have no good form; saving says so
    except AppError as error:
        if not kept_error(error):
            raise
        return jsonify(faults=[say(str(error))], conditions=[])
    return jsonify(faults=[say(one) for one in faults], conditions=[say(one) for one in _conditions(typed)])


def read_rule(text: str) -> Json:
    """A record somebody typed. Raises EQUIPMENT_DRAFT_UNREADABLE."""
    try:
        made = json.loads(text, parse_float=str) if len(text) < 200_000 else None
    except (ValueError, RecursionError) as error:
        raise DRAFT_UNREADABLE(reason="这段 JSON 不能读取，请检查引号、逗号和括号") from error
    if not isinstance(made, dict):
        raise DRAFT_UNREADABLE(reason="规则应写成一个 JSON 对象")
    if not good_rule_id(str(made.get("id", ""))):
        raise DRAFT_UNREADABLE(reason="规则编号（id）应以大写字母开头，如 M01")
    return made


def _faults(draft: CatalogueDraft, rule_id: str, problems: Any) -> list[Any]:
    url = url_for("equipment.draft_rule", catalogue_draft_id=draft.id, rule_id=rule_id)
    return [one for one in fault_views(draft, problems) if one.url == url]


def _conditions(rule: Mapping[str, Any]) -> tuple[str, ...]:
    return plain_conditions({key: value for key, value in rule.items() if key in TERM_TITLES})


def _list_page(found: CatalogueDraft, error: str = "") -> str:
    text = request.values.get("q", "").strip()[:100]
    rows = [
        (at, rule, _conditions(rule))
        for at, rule in enumerate(found.rows("rules"), 1)
        if not text or text.casefold() in f"{rule.get('id')} {rule.get('title')}".casefold()
    ]
    further: dict[str, Any] = {"q": text}
    begin = request.values.get("from", "")
    start = int(begin) if begin.isascii() and begin.isdigit() and len(begin) < 7 else 0
    return render_template(
        "equipment/rule_draft_list.html",
        draft=found,
        rows=rows[start : start + 100],
        count=len(rows),
        next_url=url_for(
            "equipment.draft_rules", catalogue_draft_id=found.id, **{**further, "from": start + 100}
        )
        if start + 100 < len(rows)
        else "",
        text=text,
        error=error,
        freeable=service(Marking).freeable(found),
        verdicts=VERDICT_WORDS,
        categories=CATEGORY_WORDS,
        open=found.state is DraftState.OPEN,
    )


def _rule_page(
    found: CatalogueDraft, rule_id: str, rule: Mapping[str, Any], error: str = "", raw: str = ""
) -> str:
    library = service(Trying).library
    reasons = library.reason_words(service(Trying).today)
    kept = row_of(found.content, "rules", rule_id) or {}
    return render_template(
        "equipment/rule_draft.html",
        draft=found,
        rule_id=rule_id,
        rule=rule,
        groups=GROUPS,
        shown={field.place: shown(field, rule) for field in FIELDS},
        kept={field.place: shown(field, kept) for field in FIELDS} if error else {},
        filled={title for title, fields in GROUPS if any(shown(field, rule) for field in fields)},
        ends=ends,
        aside=aside(rule),
        reasons=[(code, f"{words}（{code}）") for code, words in sorted(reasons.items())],
        conditions=_conditions(rule),
        faults=_faults(found, str(rule.get("id") or rule_id), service(Work).problems(found)),
        wanted=request.form.get("find", "")[:100],
        choices=find_lines(found, request.form.get("find", "")),
        told=told_lines(found, rule.get("items")),
        tables=tuple(tables_of(found.content)),
        raw=raw or json.dumps(rule, ensure_ascii=False, indent=2),
        error=error,
        open=found.state is DraftState.OPEN,
    )
