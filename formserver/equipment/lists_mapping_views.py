"""列的含义: what a person says about the columns of a list, with the first rows as they will be read."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.columns import COLUMNS
from formserver.equipment.lists_layout import (
    changed,
    fresh_heads,
    missing_of,
    twice_of,
    typed_heads,
    typed_plan,
)
from formserver.equipment.lists_pages import SURE_COLOURS, SURE_WORDS, Preview, columns_shown, preview_of
from formserver.equipment.lists_service import Lists
from formserver.equipment.models import EquipmentList
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.reading.model import ReadPlan
from formserver.rendering.sheet_reading import letters
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@equipment.get("/lists/<list_id>/columns")
@requires(EquipmentPermission.UPLOAD)
def list_columns(list_id: str) -> Any:
    """The columns as they were proposed, or confirmed before."""
    one = service(Lists).columns(current_actor(), list_id)
    return _page(one, service(Lists).plan_of(one), [])


@equipment.post("/lists/<list_id>/columns")
@requires(EquipmentPermission.UPLOAD)
def list_columns_confirm(list_id: str) -> Any:
    """Look again, read the heads anew, or confirm and begin."""
    lists, actor = service(Lists), current_actor()
    one = lists.columns(actor, list_id)
    plan = lists.plan_of(one)
    typed = typed_plan(plan, request.form)
    try:
        typed, asked = _typed(one, plan)
        if asked or request.form.get("do") == "look":
            return _page(one, typed, [])
        lists.confirm(actor, list_id, typed, remember=request.form.get("remember") == "1")
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(one, typed, [error.message()]), STATUS[error.kind]
    words = "已按改动后的列开始识别。" if changed(plan, typed) else "已确认列的含义，开始识别。"
    flash(words, "success")
    return redirect(url_for("equipment.list_show", list_id=list_id))


@equipment.post("/lists/<list_id>/columns/preview")
@requires(EquipmentPermission.UPLOAD)
def list_columns_preview(list_id: str) -> Any:
    """The part of the page that follows what is chosen: what is missing, the first rows. Changes nothing."""
    one = service(Lists).columns(current_actor(), list_id)
    try:
        plan, _ = _typed(one, service(Lists).plan_of(one))
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return render_template("equipment/list_preview.html", unread=error.message())
    return render_template("equipment/list_preview.html", **_preview(one, plan))


def _typed(one: EquipmentList, plan: ReadPlan) -> tuple[ReadPlan, bool]:
    """The plan as the form says, and whether heads were moved since it was shown."""
    heads = typed_heads(plan, request.form)
    if heads:
        plan = service(Lists).with_heads(one, plan, heads)
    fresh = fresh_heads(plan, request.form)
    return typed_plan(plan, request.form, fresh), bool(fresh)


def _page(one: EquipmentList, plan: ReadPlan, errors: list[str]) -> str:
    return render_template(
        "equipment/list_columns.html",
        one=one,
        plan=plan,
        errors=errors,
        columns=COLUMNS,
        shown=columns_shown(plan),
        letters=letters,
        sure_words=SURE_WORDS,
        sure_colours=SURE_COLOURS,
        remembered=one.mapping.get("remembered"),
        **_preview(one, plan),
    )


def _preview(one: EquipmentList, plan: ReadPlan) -> dict[str, Any]:
    """What is missing and the first rows; what cannot be read says why instead."""
    twice = twice_of(plan)
    previews: list[Preview] = []
    unread = ""
    if not twice:
        try:
            previews = preview_of(service(Lists).head_of(one), plan, one)
        except AppError as error:
            unread = error.message()
    return {"previews": previews, "missing": missing_of(plan), "twice": twice, "unread": unread}
