"""What is done with an edition as a whole, of catalogues and of rules alike: copying it as a draft, withdrawing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import MATCHING
from formserver.equipment.catalogue_publishing import CataloguePublishing
from formserver.equipment.catalogue_views import edition_page
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_views import rules_page
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@equipment.post("/editions/<catalogue_kind>/<catalogue_name>/<catalogue_edition>/copy")
@requires(EquipmentPermission.MAINTAIN)
def copy_edition(catalogue_kind: str, catalogue_name: str, catalogue_edition: str) -> Any:
    """A draft of the next own edition."""
    draft = service(CatalogueDrafts).copy(
        current_actor(), catalogue_kind, catalogue_name, catalogue_edition, request.form.get("purpose", "")
    )
    flash("已另存草案，原来的版本不变。", "success")
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=draft.id))


@equipment.post("/editions/<catalogue_kind>/<catalogue_name>/<catalogue_edition>/withdraw")
@requires(EquipmentPermission.PUBLISH)
def withdraw_edition(catalogue_kind: str, catalogue_name: str, catalogue_edition: str) -> Any:
    """Take an own edition out of force."""
    try:
        service(CataloguePublishing).withdraw(
            current_actor(), catalogue_kind, catalogue_name, catalogue_edition, request.form.get("reason", "")
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(str(error), "error")
        if catalogue_kind == MATCHING:
            return rules_page(), STATUS[error.kind]
        return edition_page(catalogue_name, catalogue_edition), STATUS[error.kind]
    flash("已撤回这个版本，被它替换的版本恢复施行。", "success")
    if catalogue_kind == MATCHING:
        return redirect(url_for("equipment.rules"))
    return redirect(url_for("equipment.catalogues"))
