"""草案: the list, one draft, its head, what it changes, publishing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.calculators.maintain_service import day_of
from formserver.core.errors import AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_content import RECALLED, VERIFIED
from formserver.equipment.catalogue_diff import difference
from formserver.equipment.catalogue_draft_page import draft_page, posted_tag, shown_draft, values_of
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_effect import Effects
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_models import KIND_TITLES
from formserver.equipment.catalogue_new import HEAD_FIELDS, kept_error
from formserver.equipment.catalogue_publishing import CataloguePublishing
from formserver.equipment.catalogue_views import COLOURS
from formserver.equipment.catalogue_work import Work
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@equipment.get("/drafts")
@requires(EquipmentPermission.READ)
def catalogue_drafts() -> Any:
    """The drafts of one's own agency and of those below it."""
    everything = request.args.get("all") == "1"
    found = service(CatalogueDrafts).list(current_actor(), open_only=not everything)
    return render_template(
        "equipment/catalogue_drafts.html", drafts=found, everything=everything, kinds=KIND_TITLES
    )


@equipment.get("/drafts/<catalogue_draft_id>")
@requires(EquipmentPermission.READ)
def catalogue_draft(catalogue_draft_id: str) -> Any:
    """One draft: what is wrong with it, what it changes, publishing it."""
    return draft_page(shown_draft(catalogue_draft_id))


@equipment.get("/drafts/<catalogue_draft_id>/effect")
@requires(EquipmentPermission.READ)
def draft_effect(catalogue_draft_id: str) -> Any:
    """What would change on labelled rows and on the newest lists."""
    actor, found = current_actor(), shown_draft(catalogue_draft_id)
    problems = service(Work).problems(found)
    return render_template(
        "equipment/catalogue_effect.html",
        draft=found,
        problems=problems,
        effect=None if problems else service(Work).samples(actor, found),
        lists=() if problems else service(Effects).lists(actor, found),
        verdicts=VERDICT_WORDS,
        colours=COLOURS,
    )


@equipment.post("/drafts/<catalogue_draft_id>/head")
@requires(EquipmentPermission.MAINTAIN)
def save_head(catalogue_draft_id: str) -> Any:
    """Keep the head. A refused post shows it as typed, beside what stands there now."""
    found, form = shown_draft(catalogue_draft_id), request.form
    typed = {
        key: " ".join(text.split()) for key, text in values_of(form, [f[0] for f in HEAD_FIELDS]).items()
    }
    content = {**found.content, **{key: text for key, text in typed.items() if key in form}}
    content["confidence"] = VERIFIED if form.get("checked") == "1" else RECALLED
    if found.kind != "elimination":  # rules have a title and a note alone
        content = {**found.content, **{key: typed[key] for key in ("title", "note") if key in form}}
    try:
        service(CatalogueDrafts).save(current_actor(), found.id, content, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        typed["checked"] = form.get("checked", "")
        return draft_page(shown_draft(found.id), error=str(error), typed=typed), STATUS[error.kind]
    flash("已保存。", "success")
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=found.id))


@equipment.post("/drafts/<catalogue_draft_id>/checked")
@requires(EquipmentPermission.MAINTAIN)
def mark_draft_checked(catalogue_draft_id: str) -> Any:
    """Recalled lines of the draft somebody held against the text."""
    found, form = shown_draft(catalogue_draft_id), request.form
    try:
        _, count = service(Marking).mark_in(
            current_actor(), found, form.getlist("line"), form.get("against", ""), seen=posted_tag()
        )
    except AppError as error:
        return _refused(error, found.id)
    flash(f"{count} 条已标为已核对。", "success")
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=found.id))


@equipment.post("/drafts/<catalogue_draft_id>/publish")
@requires(EquipmentPermission.PUBLISH)
def publish_catalogue(catalogue_draft_id: str) -> Any:
    """Freeze it as an edition in force from a day."""
    form = request.form
    try:
        done = service(CataloguePublishing).publish(
            current_actor(),
            catalogue_draft_id,
            day_of(form.get("effective", "")),
            seen=posted_tag(),
            alone=form.get("alone", ""),
            accepted=form.get("accepted") == "1",
            accepted_reason=form.get("accepted_reason", ""),
        )
    except AppError as error:
        return _refused(error, catalogue_draft_id)
    flash("已发布，内容不再变动；基准日在施行日及以后的清单按它识别。", "success")
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=done.id))


@equipment.post("/drafts/<catalogue_draft_id>/discard")
@requires(EquipmentPermission.MAINTAIN)
def discard_catalogue(catalogue_draft_id: str) -> Any:
    """Give it up."""
    try:
        service(CatalogueDrafts).discard(current_actor(), catalogue_draft_id, request.form.get("reason", ""))
    except AppError as error:
        return _refused(error, catalogue_draft_id)
    flash("已放弃这份草案。", "success")
    return redirect(url_for("equipment.catalogue_drafts"))


@equipment.get("/drafts/<catalogue_draft_id>/compared")
@requires(EquipmentPermission.READ)
def draft_compared(catalogue_draft_id: str) -> Any:
    """Every change against the base, however many."""
    found = shown_draft(catalogue_draft_id)
    changes = difference(service(Work).base(found), found.content)
    return render_template("equipment/catalogue_compared.html", draft=found, changes=changes)


def _refused(error: AppError, draft_id: str) -> Any:
    """The draft with what stands against it; what was typed stays in the form."""
    if error.kind is Kind.NOT_FOUND or error.code.code == "NOT_ALLOWED":
        raise error
    return draft_page(shown_draft(draft_id), error=str(error)), STATUS[error.kind]
