"""The tree of agencies and the own agency's letter data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from formserver.agencies.forms import AgencyForm
from formserver.agencies.models import Mode, Regime
from formserver.agencies.permissions import AgencyPermission
from formserver.agencies.service import AGENCY_CHANGED, EDITABLE, AgencyService
from formserver.core.errors import NOT_ALLOWED, AppError, Kind
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

agencies = Blueprint("agencies", __name__, template_folder="templates", url_prefix="/agencies")


@agencies.get("/")
@requires(AgencyPermission.READ)
def index() -> Any:
    """The tree."""
    branches = service(AgencyService).tree(current_actor())
    return render_template("agencies/index.html", branches=branches)


@agencies.get("/<agency_id>")
@requires(AgencyPermission.READ)
def show(agency_id: str) -> Any:
    """One agency."""
    actor, agencies_service = current_actor(), service(AgencyService)
    agency = agencies_service.get(actor, agency_id)
    return render_template(
        "agencies/show.html", agency=agency, editable=agencies_service.may_edit(actor, agency_id)
    )


@agencies.route("/<agency_id>/edit", methods=["GET", "POST"])
@requires(AgencyPermission.EDIT)
def edit(agency_id: str) -> Any:
    """Change letter data."""
    actor, agencies_service = current_actor(), service(AgencyService)
    agency = agencies_service.get(actor, agency_id)
    if not agencies_service.may_edit(actor, agency_id):
        raise NOT_ALLOWED(what="修改其他机构的资料")
    form = AgencyForm(obj=agency)
    status = 200
    if form.validate_on_submit():
        try:
            agencies_service.edit(actor, agency_id, _values(form), expected_version=_version(form))
        except AppError as error:
            status = _show_error(form, error)
        else:
            flash("机构资料已保存，今后新建的文书将使用新的内容。", "success")
            return redirect(url_for("agencies.show", agency_id=agency_id))
    elif form.is_submitted():
        status = 422
    else:
        form.mode.data, form.regime.data = agency.mode.name, agency.regime.name
    if status == 409:
        form.row_version.data = str(agency.row_version)
    return render_template("agencies/edit.html", form=form, agency=agency), status


def _values(form: AgencyForm) -> dict[str, Any]:
    values = {name: form[name].data for name in EDITABLE}
    values = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
    values["mode"], values["regime"] = Mode[values["mode"]], Regime[values["regime"]]
    return values


def _version(form: AgencyForm) -> int:
    text = form.row_version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _show_error(form: AgencyForm, error: AppError) -> int:
    if error.code == AGENCY_CHANGED:
        form.form_errors.append(error.message() + " 您填写的内容还在下面。")
        return 409
    if error.kind is not Kind.INVALID:
        raise error
    for problem in error.problems:
        if problem.pointer in form:
            form[problem.pointer].errors = [*form[problem.pointer].errors, problem.message]
        else:
            form.form_errors.append(problem.message)
    return 422
