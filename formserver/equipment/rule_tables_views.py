"""逐型号表 of a draft of rules: their list, one of them with a line for each model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.core.errors import NOT_FOUND, AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_draft_page import posted_tag
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_errors import DRAFT_UNREADABLE
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_new import kept_error
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_tables_content import (
    MOST_TABLES,
    TableLine,
    good_table_name,
    grammar_of,
    merged,
    pasted_lines,
    plain_model,
    posted_lines,
    put_table,
    remove_table,
    shown_powers,
    shown_table,
    tables_of,
    typed_table,
    users_of,
)
from formserver.equipment.rule_tables_page import draft_shows, shown_rules_draft, typed_faults
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

_EMPTY = TableLine("", "")
NEW_LINES = 5


@equipment.get("/drafts/<rules_draft_id>/tables")
@requires(EquipmentPermission.MAINTAIN)
def rule_tables(rules_draft_id: str) -> Any:
    """Every table of the draft, with the rules that use it."""
    return _list_page(shown_rules_draft(rules_draft_id))


@equipment.post("/drafts/<rules_draft_id>/tables")
@requires(EquipmentPermission.MAINTAIN)
def add_rule_table(rules_draft_id: str) -> Any:
    """A new table without lines."""
    found, name = shown_rules_draft(rules_draft_id), request.form.get("table", "").strip()
    try:
        known = tables_of(found.content)
        if not good_table_name(name):
            raise DRAFT_UNREADABLE(
                reason="表名用汉字、字母、数字、“-”和“_”，最多 60 个，不带空格，如 第五批_高压电动机"
            )
        if name in known:
            raise DRAFT_UNREADABLE(reason=f"已经有名为 {name} 的表")
        if len(known) >= MOST_TABLES:
            raise DRAFT_UNREADABLE(reason=f"最多 {MOST_TABLES} 张表")
        changed = put_table(found.content, name, {})
        kept = service(CatalogueDrafts).save(current_actor(), found.id, changed, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        return _list_page(shown_rules_draft(found.id), str(error), name), STATUS[error.kind]
    return redirect(url_for("equipment.rule_table", rules_draft_id=kept.id, table_name=name))


@equipment.get("/drafts/<rules_draft_id>/tables/<table_name>")
@requires(EquipmentPermission.MAINTAIN)
def rule_table(rules_draft_id: str, table_name: str) -> Any:
    """One table as a form."""
    found = shown_rules_draft(rules_draft_id)
    table = tables_of(found.content).get(table_name)
    if table is None:
        raise NOT_FOUND(what="这张表")
    return _page(found, table_name, shown_table(table))


@equipment.post("/drafts/<rules_draft_id>/tables/<table_name>")
@requires(EquipmentPermission.MAINTAIN)
def save_rule_table(rules_draft_id: str, table_name: str) -> Any:
    """Keep the table, or remove it; or draw it again with a pasted block, more lines, one line less.

    A refused post shows it as typed, beside what stands there now.
    """
    found, form = shown_rules_draft(rules_draft_id), request.form
    old = tables_of(found.content).get(table_name)
    if old is None and (posted_tag() == found.tag or not good_table_name(table_name)):
        raise NOT_FOUND(what="这张表")
    do, _, place = form.get("do", "save").partition(":")
    lines: Sequence[TableLine] = ()
    try:
        lines = _posted(place if do == "drop" else "")
        grammar, block = grammar_of(found.content), form.get("block", "")
        if do == "remove":
            changed = remove_table(found.content, table_name)
        else:
            count = len(lines)
            lines = merged(lines, pasted_lines(block), grammar) if block.strip() else lines
            if do in ("paste", "more", "drop"):
                told = f"已放进表里，新增 {len(lines) - count} 行；核对后请保存。" if do == "paste" else ""
                return _page(found, table_name, lines, told=told, more=20 if do == "more" else NEW_LINES)
            changed = put_table(found.content, table_name, typed_table(lines, old or {}, grammar))
        kept = service(CatalogueDrafts).save(current_actor(), found.id, changed, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        return _page(shown_rules_draft(found.id), table_name, lines, str(error)), STATUS[error.kind]
    if do == "remove":
        flash("已删去这张表。", "success")
        return redirect(url_for("equipment.rule_tables", rules_draft_id=kept.id))
    flash("已保存。", "success")
    return redirect(url_for("equipment.rule_table", rules_draft_id=kept.id, table_name=table_name))


@equipment.post("/drafts/<rules_draft_id>/tables/<table_name>/check")
@requires(EquipmentPermission.MAINTAIN)
def check_rule_table(rules_draft_id: str, table_name: str) -> Any:
    """What is wrong with a table as it stands in the form; nothing is kept."""
    found = shown_rules_draft(rules_draft_id)
    try:
        old = tables_of(found.content).get(table_name, {})
        table = typed_table(_posted(), old, grammar_of(found.content))
        faults = typed_faults(found, put_table(found.content, table_name, table))
    except AppError as error:
        if not kept_error(error):
            raise
        return jsonify(faults=[str(error)], conditions=[])
    here = url_for("equipment.rule_table", rules_draft_id=found.id, table_name=table_name)
    return jsonify(faults=[one.message for one in faults if one.url == here], conditions=[])


def _posted(dropped: str = "") -> tuple[TableLine, ...]:
    models, powers = request.form.getlist("model"), request.form.getlist("power")
    if dropped.isascii() and dropped.isdigit() and int(dropped[:6]) < min(len(models), len(powers)):
        del models[int(dropped[:6])], powers[int(dropped[:6])]
    return posted_lines(models, powers)


def _list_page(found: CatalogueDraft, error: str = "", name: str = "") -> str:
    tables = tables_of(found.content)
    return render_template(
        "equipment/rule_tables.html",
        tables=[(key, table, users_of(found.content, key)) for key, table in tables.items()],
        typed_name=name,
        **draft_shows(found, error),
    )


def _page(
    found: CatalogueDraft,
    name: str,
    lines: Sequence[TableLine],
    error: str = "",
    *,
    told: str = "",
    more: int = NEW_LINES,
) -> str:
    kept, grammar = tables_of(found.content).get(name, {}), grammar_of(found.content)
    typed = {plain_model(one.model, grammar) for one in lines}
    now = {key: shown_powers(powers) for key, powers in kept.items()} if error else {}
    shows = draft_shows(found, error or told)
    here = url_for("equipment.rule_table", rules_draft_id=found.id, table_name=name)
    return render_template(
        "equipment/rule_tables_table.html",
        name=name,
        lines=[(one, now.get(plain_model(one.model, grammar))) for one in lines],
        others="；".join(f"{key} {power} kW" for key, power in now.items() if key not in typed),
        empty=[_EMPTY] * more,
        told=told,
        users_found=users_of(found.content, name),
        faults=[one for one in shows["all_faults"] if one.url == here],
        block=request.form.get("block", "") if error else "",
        **shows,
    )
