"""文号登记簿: the page, its Excel file, and the deeds of whoever keeps it."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for

from formserver.agencies.service import AgencyService, Branch
from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.core.models import NumberStatus, Series
from formserver.core.permissions import Actor
from formserver.numbers.models import Line, Register
from formserver.numbers.permissions import NumberPermission
from formserver.numbers.service import MOST_AT_ONCE, RegisterService
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

numbers = Blueprint("numbers", __name__, template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@numbers.get("/numbers")
@requires(NumberPermission.READ)
def index() -> Any:
    """One series: every number with its fate."""
    return _page()


@numbers.get("/numbers/register.xlsx")
@requires(NumberPermission.READ)
def export() -> Any:
    """Exactly what the page shows."""
    from formserver.numbers.sheet import register_file  # openpyxl takes long to load

    actor = current_actor()
    _, dt, register = _chosen(actor)
    title = f"{service(AgencyService).name_of(register.series.agency_id)} {dt.title} {register.series.year}年"
    data = register_file(title, _filtered(register))
    name = f"文号登记簿 {dt.title} {register.series.year}.xlsx"
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)


@numbers.post("/numbers/start")
@requires(NumberPermission.MANAGE)
def start() -> Any:
    """Set the number the series goes on with."""
    actor, series = current_actor(), _posted()
    try:
        value = request.form.get("start", type=int)
        service(RegisterService).set_start(actor, series, value, request.form.get("reason", ""))
    except AppError as error:
        return _refused(error, "start")
    flash(f"下一个号从第 {value} 号开始。", "success")
    return _back(series)


@numbers.post("/numbers/reserve")
@requires(NumberPermission.MANAGE)
def reserve() -> Any:
    """Set a block of numbers aside."""
    actor, series = current_actor(), _posted()
    try:
        made = service(RegisterService).reserve(
            actor,
            series,
            request.form.get("count", type=int),
            request.form.get("whom", ""),
            request.form.get("reason", ""),
        )
    except AppError as error:
        return _refused(error, "reserve")
    flash(f"已预留 {len(made)} 个号：{made[0].text} 至 {made[-1].text}。", "success")
    return _back(series)


@numbers.post("/numbers/give-up")
@requires(NumberPermission.MANAGE)
def give_up() -> Any:
    """Take a reserved number back or declare it void."""
    actor, series = current_actor(), _posted()
    void = request.form.get("do") == "void"
    try:
        ended = service(RegisterService).give_up(
            actor, series, request.form.get("text", ""), request.form.get("reason", ""), void=void
        )
    except AppError as error:
        return _refused(error, "give-up")
    flash(f"{ended.text}{ended.status.value}。", "success")
    return _back(series)


def _posted() -> Series:
    form = request.form
    return Series(
        form.get("agency", "")[:64], form.get("type", "")[:64], form.get("year", type=int, default=0)
    )


def _back(series: Series) -> Any:
    return redirect(url_for("numbers.index", agency=series.agency_id, type=series.type, year=series.year))


def _chosen(actor: Actor) -> tuple[tuple[DocumentType, ...], DocumentType, Register]:
    """The series the address (or the refused form) names; the own agency, first type and this year by default."""
    asked, register = request.values, service(RegisterService)
    agency_id = asked.get("agency", "") or actor.agency_id
    types = register.types(actor, agency_id)
    if not types:
        raise NOT_FOUND(what="编文号的文书种类")
    dt = next((t for t in types if t.key == asked.get("type", "")), types[0])
    year = asked.get("year", type=int, default=0)
    if year not in register.years(actor, agency_id) and year != register.this_year() + 1:
        year = register.this_year()
    return types, dt, register.register(actor, Series(agency_id, dt.key, year))


def _filtered(register: Register) -> tuple[Line, ...]:
    status, text = request.args.get("status", ""), request.args.get("q", "").strip()[:100]
    return tuple(
        line
        for line in register.lines
        if (not status or line.entry.status.value == status)
        and (not text or any(text in part for part in (line.entry.text, line.title, line.entry.reason)))
    )


def _refused(error: AppError, form: str) -> Any:
    if error.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise error
    return _page(error, form), STATUS[error.kind]


def _page(error: AppError | None = None, form: str = "") -> str:
    actor, keeper = current_actor(), service(RegisterService)
    types, dt, register = _chosen(actor)
    series = register.series
    years = keeper.years(actor, series.agency_id)
    return render_template(
        "numbers/index.html",
        register=register,
        series=series,
        dt=dt,
        types=types,
        years=(keeper.this_year() + 1, *years) if series.year > years[0] else years,
        agencies=[(b.agency.id, b.agency.name) for b in _flat(service(AgencyService).tree(actor))],
        agency_name=service(AgencyService).name_of(series.agency_id),
        lines=_filtered(register),
        statuses=[(s.value, register.count(s)) for s in NumberStatus if register.count(s)],
        status=request.args.get("status", ""),
        text=request.args.get("q", ""),
        may_manage=keeper.may_manage(actor, series.agency_id)
        and series.year in (keeper.this_year(), keeper.this_year() + 1),
        most=MOST_AT_ONCE,
        typed=request.form,
        error=error.message() if error else "",
        errors={p.pointer.strip("/"): p.message for p in error.problems} if error else {},
        opened=form,
    )


def _flat(branches: tuple[Branch, ...]) -> list[Branch]:
    return [one for branch in branches for one in (branch, *_flat(branch.children))]
