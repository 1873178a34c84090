"""The register's pages: list, one enterprise, create and edit, and the picker's JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind, Problem, Severity
from formserver.core.permissions import Actor
from formserver.enterprises.checks import soft_findings
from formserver.enterprises.forms import EnterpriseForm
from formserver.enterprises.models import FIELDS, LABELS, Enterprise, EnterpriseQuery, as_text
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import (
    ENTERPRISE_CHANGED,
    POSSIBLE_DUPLICATE,
    EnterpriseService,
    facts_of,
)
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires

enterprises = Blueprint("enterprises", __name__, template_folder="templates", url_prefix="/enterprises")
PICK_LIMIT = 12


@enterprises.get("/")
@requires(EnterprisePermission.READ)
def index() -> Any:
    """The list: search, filter, next page."""
    query = EnterpriseQuery(
        text=request.args.get("q", "").strip()[:100],
        key_users_only=request.args.get("key") == "1",
        cursor=request.args.get("cursor", "")[:800],
    )
    page = service(EnterpriseService).search(current_actor(), query)
    following = ""
    if page.next_cursor:
        following = url_for(
            "enterprises.index",
            q=query.text or None,
            key="1" if query.key_users_only else None,
            cursor=page.next_cursor,
        )
    return render_template("enterprises/index.html", page=page, query=query, next_url=following)


@enterprises.get("/pick")
@requires(EnterprisePermission.READ)
def pick() -> Any:
    """For pickers: the best fits with their facts, as JSON."""
    query = EnterpriseQuery(text=request.args.get("q", "").strip()[:100], limit=PICK_LIMIT)
    page = service(EnterpriseService).search(current_actor(), query)
    items = [
        {
            "id": item.id,
            "name": item.name,
            "uscc": item.uscc,
            "detail": " · ".join(filter(None, (item.uscc, item.region_name, item.industry_name))),
            "facts": facts_of(item),
        }
        for item in page.items
    ]
    return jsonify(items=items, count=page.count)


@enterprises.get("/<enterprise_id>")
@requires(EnterprisePermission.READ)
def show(enterprise_id: str) -> Any:
    """One enterprise with its history."""
    actor, register = current_actor(), service(EnterpriseService)
    item = register.get(actor, enterprise_id)
    facts = [(f.label, as_text(getattr(item, f.key))) for f in FIELDS]
    return render_template(
        "enterprises/show.html",
        item=item,
        facts=facts,
        findings=soft_findings({f.key: getattr(item, f.key) for f in FIELDS}),
        twins=register.twins(actor, item),
        history=register.history(actor, enterprise_id),
        labels=LABELS,
        may_edit=actor.may(EnterprisePermission.EDIT),
        links=[link for port in context().enterprise_links for link in port.links(actor, item.id)],
    )


@enterprises.route("/new", methods=["GET", "POST"])
@requires(EnterprisePermission.EDIT)
def new() -> Any:
    """Add an enterprise."""
    actor, form = current_actor(), EnterpriseForm.of()
    if request.method == "GET":
        form.name.data = request.args.get("name", "")[:100]
        return _form_page(form, None)
    if not form.validate_on_submit():
        return _form_page(form, None, 422)
    try:
        item = service(EnterpriseService).create(
            actor, form.values(), accept_duplicate=bool(form.confirm_duplicate.data)
        )
    except AppError as error:
        return _refused(form, None, error, actor)
    flash(f"已建立“{item.name}”的档案。", "success")
    return redirect(url_for("enterprises.show", enterprise_id=item.id))


@enterprises.route("/<enterprise_id>/edit", methods=["GET", "POST"])
@requires(EnterprisePermission.EDIT)
def edit(enterprise_id: str) -> Any:
    """Change an enterprise; when somebody was quicker, both values are shown."""
    actor, register = current_actor(), service(EnterpriseService)
    item = register.get(actor, enterprise_id)
    form = EnterpriseForm.of(item)
    if request.method == "GET":
        return _form_page(form, item)
    if not form.validate_on_submit():
        return _form_page(form, item, 422)
    try:
        register.edit(
            actor,
            enterprise_id,
            form.values(),
            expected_version=form.expected_version(),
            accept_duplicate=bool(form.confirm_duplicate.data),
        )
    except AppError as error:
        return _refused(form, item, error, actor)
    flash("企业档案已保存。", "success")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))


def _refused(form: EnterpriseForm, item: Enterprise | None, error: AppError, actor: Actor) -> Any:
    if error.code == ENTERPRISE_CHANGED and item is not None:
        current = service(EnterpriseService).get(actor, item.id)
        form.row_version.data = str(current.row_version)  # saving again is a decision made with both in view
        return _form_page(form, current, 409, conflicts=_conflicts(form, current), message=error.message())
    if error.code == POSSIBLE_DUPLICATE:
        return _form_page(form, item, 409, twins=error.problems, message=error.message())
    if error.kind is Kind.INVALID and error.problems:
        for problem in error.problems:
            if problem.severity is Severity.ERROR and problem.pointer in form:
                field = form[problem.pointer]
                field.errors = [*field.errors, problem.message]
        return _form_page(form, item, 422)
    raise error


def _conflicts(form: EnterpriseForm, current: Enterprise) -> list[tuple[str, str, str]]:
    mine = form.values()
    return [
        (LABELS[key], as_text(mine[key]), as_text(getattr(current, key)))
        for key in LABELS
        if mine[key] != getattr(current, key)
    ]


def _form_page(
    form: EnterpriseForm,
    item: Enterprise | None,
    status: int = 200,
    *,
    conflicts: list[tuple[str, str, str]] | None = None,
    twins: tuple[Problem, ...] = (),
    message: str = "",
) -> Any:
    warnings = {p.pointer: p.message for p in soft_findings(form.values())} if status == 200 and item else {}
    if status != 200:
        warnings = {p.pointer: p.message for p in soft_findings(form.values())}
    page = render_template(
        "enterprises/form.html",
        form=form,
        item=item,
        fields=FIELDS,
        conflicts=conflicts or [],
        twins=twins,
        message=message,
        warnings=warnings,
    )
    return page, status
