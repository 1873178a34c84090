"""Word lists of a draft of rules: series, kind words of names, fuel codes, frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.core.errors import AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_draft_page import posted_tag
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_new import kept_error
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_tables_page import draft_shows, shown_rules_draft, typed_faults
from formserver.equipment.rule_tables_words import GROUPS, LISTS, typed_words, words_of
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@equipment.get("/drafts/<rules_draft_id>/words")
@requires(EquipmentPermission.MAINTAIN)
def rule_words(rules_draft_id: str) -> Any:
    """Every word list as a form, one word in each line."""
    return _page(shown_rules_draft(rules_draft_id))


@equipment.post("/drafts/<rules_draft_id>/words")
@requires(EquipmentPermission.MAINTAIN)
def save_rule_words(rules_draft_id: str) -> Any:
    """Keep the lists. A refused post shows them as typed, with what differs from what stands there now."""
    found = shown_rules_draft(rules_draft_id)
    try:
        changed = typed_words(found.content, request.form)
        kept = service(CatalogueDrafts).save(current_actor(), found.id, changed, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        return _page(shown_rules_draft(found.id), str(error), request.form), STATUS[error.kind]
    flash("已保存。", "success")
    return redirect(url_for("equipment.rule_words", rules_draft_id=kept.id))


@equipment.post("/drafts/<rules_draft_id>/words/check")
@requires(EquipmentPermission.MAINTAIN)
def check_rule_words(rules_draft_id: str) -> Any:
    """What is wrong with the lists as they stand in the form; nothing is kept."""
    found = shown_rules_draft(rules_draft_id)
    try:
        faults = typed_faults(found, typed_words(found.content, request.form))
    except AppError as error:
        if not kept_error(error):
            raise
        return jsonify(faults=[str(error)], conditions=[])
    return jsonify(faults=[f"{one.where}：{one.message}" for one in faults], conditions=[])


def _page(found: CatalogueDraft, error: str = "", typed: Mapping[str, str] | None = None) -> str:
    grammar = found.content.get("grammar")
    kept = {one.place: words_of(grammar, one.place) for one in LISTS}
    texts = {one.place: "\n".join(kept[one.place]) for one in LISTS}
    apart: dict[str, tuple[list[str], list[str]]] = {}
    for one in LISTS if typed is not None else ():
        text = (typed or {}).get(one.name, texts[one.place]).replace("\r\n", "\n")
        texts[one.place] = text
        words = [line.strip() for line in text.split("\n") if line.strip()]
        here = [word for word in words if word not in kept[one.place]]
        there = [word for word in kept[one.place] if word not in words]
        if here or there:
            apart[one.place] = (here, there)
    shows = draft_shows(found, error)
    here_url = url_for("equipment.rule_words", rules_draft_id=found.id)
    return render_template(
        "equipment/rule_words.html",
        groups=GROUPS,
        texts=texts,
        apart=apart,
        faults=[one for one in shows["all_faults"] if one.url.partition("#")[0] == here_url],
        **shows,
    )
