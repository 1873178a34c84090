"""审批顺序 and 委托审批: who signs in which order, and who during an absence."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.approvals.blueprint import approvals
from formserver.approvals.chains import Chains
from formserver.approvals.deputies import Deputies
from formserver.approvals.models import MOST_STEPS, ChainStep
from formserver.approvals.permissions import ApprovalPermission
from formserver.core.clock import today_in_china
from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.errors import AppError, Kind
from formserver.core.service_kit import Kit
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@approvals.get("/approvals/chains")
@requires(ApprovalPermission.CHAIN)
def chains() -> Any:
    """The orders of the own agency."""
    return _chains_page()


@approvals.post("/approvals/chains")
@requires(ApprovalPermission.CHAIN)
def save_chain() -> Any:
    """Set one order; a refused one is shown as typed."""
    type_key = request.form.get("type", "")[:64]
    titles, holders = request.form.getlist("title"), request.form.getlist("holder")
    pairs = list(zip(titles, holders, strict=False))[: MOST_STEPS + 1]
    steps = [ChainStep(t.strip(), h) for t, h in pairs if t.strip() or h]
    version = request.form.get("row_version", type=int, default=0)
    if request.form.get("do") == "drop":
        steps = []
    try:
        service(Chains).put(current_actor(), type_key, steps, expected_version=version)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _chains_page(type_key, steps, error), STATUS[error.kind]
    flash("审批顺序已保存，从下一次提交起生效。" if steps else "已取消单独设置。", "success")
    return redirect(url_for("approvals.chains", type=type_key or None))


def _chains_page(
    chosen: str | None = None, typed: list[ChainStep] | None = None, error: AppError | None = None
) -> str:
    actor, kit = current_actor(), service(Kit)
    types = [(dt.key, dt.title) for dt in kit.catalogue.types() if dt.lifecycle == "outward"]
    asked = request.args.get("type", "") if chosen is None else chosen
    type_key = asked if asked in dict(types) else ""
    found = service(Chains).all(actor)
    chain = found.get(type_key)
    steps = typed if typed is not None else list(chain.steps) if chain else []
    blank = [ChainStep("")] * max(0, MOST_STEPS - len(steps))
    return render_template(
        "approvals/chains.html",
        types=types,
        type_key=type_key,
        type_title=dict(types).get(type_key, "全部文书"),
        chains=found,
        chain=chain,
        steps=[*steps, *blank][:MOST_STEPS],
        choices=service(Chains).choices(actor),
        error=error.message() if error else "",
        errors={p.pointer: p.message for p in error.problems} if error else {},
    )


@approvals.get("/approvals/deputies")
@requires(ApprovalPermission.DEPUTY)
def deputies() -> Any:
    """Whom I have named, and for whom I act."""
    return _deputies_page()


@approvals.post("/approvals/deputies")
@requires(ApprovalPermission.DEPUTY)
def name_deputy() -> Any:
    """Name a deputy; a refused form is shown as typed."""
    actor = current_actor()
    try:
        made = service(Deputies).name(
            actor,
            request.form.get("deputy", "")[:64],
            _day(request.form.get("from_day", "")),
            _day(request.form.get("to_day", "")),
            request.form.get("reason", ""),
        )
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _deputies_page(error), STATUS[error.kind]
    flash(f"已委托{made.deputy_name}代为审批。", "success")
    return redirect(url_for("approvals.deputies"))


@approvals.post("/approvals/deputies/<appointment_id>/end")
@requires(ApprovalPermission.DEPUTY)
def end_deputy(appointment_id: str) -> Any:
    """End an appointment before its time."""
    ended = service(Deputies).end(current_actor(), appointment_id)
    flash(f"对{ended.deputy_name}的委托已结束。", "success")
    return redirect(url_for("approvals.deputies"))


def _deputies_page(error: AppError | None = None) -> str:
    actor = current_actor()
    return render_template(
        "approvals/deputies.html",
        mine=service(Deputies).mine(actor),
        for_whom=service(Deputies).for_whom(actor),
        choices=service(Deputies).choices(actor),
        today=today_in_china(context().clock),
        typed=request.form,
        errors={p.pointer: p.message for p in error.problems} if error else {},
    )


def _day(text: str) -> date | None:
    parsed = parse_date(text.strip()[:40], today_in_china(context().clock))
    try:
        return date.fromisoformat(str(parsed.value or ""))
    except ValueError:
        return None
