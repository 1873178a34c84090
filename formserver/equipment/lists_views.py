"""设备清单: hand one in, watch it being checked, see what came out, take the files."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from formserver.core.clock import today_in_china
from formserver.core.errors import AppError, Kind
from formserver.core.jobs import JobState
from formserver.equipment.blueprint import equipment
from formserver.equipment.lists_errors import LIST_DAY, LIST_ENTERPRISE, LIST_TITLE
from formserver.equipment.lists_layout import missing_of
from formserver.equipment.lists_pages import (
    figures_of,
    next_step,
    notice_of,
    remarks_of,
    sheets_of,
)
from formserver.equipment.lists_problem_words import (
    LEVEL_COLOURS,
    LEVEL_WORDS,
    problem_groups,
    problem_totals,
)
from formserver.equipment.lists_results import ListResults
from formserver.equipment.lists_service import MAX_LIST, PURPOSE, Lists, state_word
from formserver.equipment.lists_wishes import TITLE_LIMIT, Wish
from formserver.equipment.models import ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.reading.keeping import plan_from_json
from formserver.uploads.intake import taken_from_request
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

_FIELDS: Final = ("title", "as_of", "enterprise", "enterprise_id", "previous_id")
_PLACE: Final = {LIST_DAY.code: "as_of", LIST_ENTERPRISE.code: "enterprise", LIST_TITLE.code: "title"}
"""Which field of the form an error belongs to; all others are about the file."""


@equipment.get("/new")
@requires(EquipmentPermission.UPLOAD)
def list_new() -> Any:
    """The form: enterprise, day, file. ``previous`` names the list that is uploaded again, mended."""
    typed = dict.fromkeys(_FIELDS, "") | {"as_of": today_in_china(context().clock).isoformat()}
    previous = request.args.get("previous", "")[:26]
    if previous:
        one = service(Lists).get(current_actor(), previous)
        typed |= {"previous_id": one.id, "enterprise": one.enterprise_name, "title": one.title}
        typed |= {"enterprise_id": one.enterprise_id, "as_of": one.as_of.isoformat()}
    else:
        typed |= {key: request.args.get(key, "")[:200] for key in ("enterprise", "enterprise_id")}
    return _form(typed, {})


@equipment.post("/new")
@requires(EquipmentPermission.UPLOAD)
@accepts_upload(MAX_LIST // 1048576 + 1)
def list_upload() -> Any:
    """Take the file; what was typed stays when it is refused."""
    actor = current_actor()
    typed = {key: request.form.get(key, "")[:200] for key in _FIELDS}
    try:
        stored = taken_from_request(actor, PURPOSE)
        if not stored:
            return _form(typed, {"file": "请选择设备清单文件（xlsx、xls 或 csv）。"}), STATUS[Kind.INVALID]
        made = service(Lists).start(actor, Wish(**typed), stored[0].filename, stored[0].sha256)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _form(typed, {_PLACE.get(error.code.code, "file"): error.message()}), STATUS[Kind.INVALID]
    if len(stored) > 1:
        flash(f"一次识别一个文件，只收下了“{stored[0].filename}”，其余请再次上传。", "warning")
    if made.state is ListState.MAPPING:
        return redirect(url_for("equipment.list_columns", list_id=made.id))
    return redirect(url_for("equipment.list_show", list_id=made.id))


@equipment.get("/lists/<list_id>")
@requires(EquipmentPermission.READ)
def list_show(list_id: str) -> Any:
    """How far a list is, or what came out."""
    actor = current_actor()
    page = service(Lists).page(actor, list_id)
    one, job = page.one, page.job
    broken = one.state is ListState.CHECKING and job is not None and job.state is JobState.FAILED
    plan = plan_from_json(one.mapping["plan"]) if "plan" in one.mapping else None
    return render_template(
        "equipment/list_show.html",
        one=one,
        job=job,
        broken=broken,
        word="未能识别" if broken else state_word(one),
        figures=figures_of(page),
        next_step=next_step(one) if actor.may(EquipmentPermission.UPLOAD) or one.checked_at else None,
        notice=notice_of(str(one.mapping.get("how", "")), plan),
        sheets=sheets_of(plan),
        remarks=remarks_of(one),
        short=service(ListResults).short(one),
        groups=problem_groups(one),
        totals=problem_totals(one),
        level_words=LEVEL_WORDS,
        level_colours=LEVEL_COLOURS,
        missing=[text for text in missing_of(plan) if not text.fatal] if plan else [],
        may_upload=actor.may(EquipmentPermission.UPLOAD),
        may_decide=actor.may(EquipmentPermission.DECIDE),
        previous=_previous(one.previous_id),
    )


@equipment.post("/lists/<list_id>/cancel")
@requires(EquipmentPermission.UPLOAD)
def list_cancel(list_id: str) -> Any:
    """Stop the check, or give the list up."""
    return _done(list_id, lambda lists, actor: lists.cancel(actor, list_id), "已取消，没有留下结果。")


@equipment.post("/lists/<list_id>/retry")
@requires(EquipmentPermission.UPLOAD)
def list_retry(list_id: str) -> Any:
    """Check once more."""
    return _done(list_id, lambda lists, actor: lists.retry(actor, list_id), "已重新排队。")


@equipment.get("/lists/<list_id>/edit")
@requires(EquipmentPermission.UPLOAD)
def list_edit(list_id: str) -> Any:
    """Another title; declare void."""
    one = service(Lists).get(current_actor(), list_id)
    return _edit_form(list_id, {"title": one.title, "reason": ""}, {})


@equipment.post("/lists/<list_id>/edit")
@requires(EquipmentPermission.UPLOAD)
def list_retitle(list_id: str) -> Any:
    """Keep the new title."""
    typed = {"title": request.form.get("title", "")[:300], "reason": ""}
    try:
        service(Lists).retitle(current_actor(), list_id, typed["title"])
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _edit_form(list_id, typed, {"title": error.message()}), STATUS[error.kind]
    flash("已修改清单名称。", "success")
    return redirect(url_for("equipment.list_show", list_id=list_id))


@equipment.post("/lists/<list_id>/void")
@requires(EquipmentPermission.UPLOAD)
def list_void(list_id: str) -> Any:
    """Declare void, with a reason."""
    reason = request.form.get("reason", "")[:600]
    one = service(Lists).get(current_actor(), list_id)
    try:
        service(Lists).void(current_actor(), list_id, reason)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        typed = {"title": one.title, "reason": reason}
        return _edit_form(list_id, typed, {"reason": error.message()}), STATUS[error.kind]
    flash("已作废这份清单，文件和记录保留。", "success")
    return redirect(url_for("equipment.list_show", list_id=list_id))


def _form(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "equipment/list_new.html",
        typed=typed,
        errors=errors,
        purpose=PURPOSE,
        limit=MAX_LIST // 1048576,
        title_limit=TITLE_LIMIT,
    )


def _edit_form(list_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    one = service(Lists).get(current_actor(), list_id)
    return render_template(
        "equipment/list_edit.html",
        one=one,
        typed=typed,
        errors=errors,
        voidable=one.state in (ListState.READY, ListState.FAILED),
        limit=TITLE_LIMIT,
    )


def _previous(list_id: str) -> Any:
    """The list before, where this person may see it."""
    if not list_id:
        return None
    try:
        return service(Lists).get(current_actor(), list_id)
    except AppError:
        return None


def _done(list_id: str, deed: Any, words: str) -> Any:
    try:
        deed(service(Lists), current_actor())
        flash(words, "success")
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(error.message(), "warning")
    return redirect(url_for("equipment.list_show", list_id=list_id))
