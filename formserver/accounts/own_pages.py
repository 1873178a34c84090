"""我的登录 and 访问令牌: where one is signed in, and which programs act in one's name."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.accounts.devices import device_text
from formserver.accounts.session_service import SessionService
from formserver.accounts.sessions import end_session, own_session_id
from formserver.accounts.tokens import TokenService
from formserver.accounts.views import accounts
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError, Kind
from formserver.core.permissions import PERMISSION_LABELS
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires_sign_in


@accounts.get("/account/sessions")
@requires_sign_in
def sessions() -> Any:
    """Every device one is signed in on."""
    found = service(SessionService).of(current_actor())
    return render_template(
        "accounts/sessions.html", sessions=found, here=own_session_id(), device_text=device_text
    )


@accounts.post("/account/sessions/<session_id>/end")
@requires_sign_in
def end_one(session_id: str) -> Any:
    """Sign out on one device; ending this one is signing out."""
    if session_id == own_session_id():
        end_session()
        flash("您已退出登录。", "success")
        return redirect(url_for("accounts.sign_in"))
    service(SessionService).end(current_actor(), session_id)
    flash("已退出那台设备上的登录。", "success")
    return redirect(url_for("accounts.sessions"))


@accounts.get("/account/tokens")
@requires_sign_in
def tokens() -> Any:
    """The tokens, and the form for a new one."""
    return _tokens_page()


@accounts.post("/account/tokens")
@requires_sign_in
def create_token() -> Any:
    """Make one; its text stands on the page that answers and nowhere else."""
    try:
        _, text = service(TokenService).create(
            current_actor(),
            name=request.form.get("name", ""),
            scopes=request.form.getlist("scopes"),
            until=_day(request.form.get("until", "")),
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _tokens_page(error=error), STATUS[error.kind]
    return _tokens_page(made=text)


@accounts.post("/account/tokens/<token_id>/revoke")
@requires_sign_in
def revoke_token(token_id: str) -> Any:
    """The token opens nothing from now on."""
    token = service(TokenService).revoke(current_actor(), token_id)
    flash(f"已撤销令牌“{token.name}”，使用它的程序不能再访问。", "success")
    return redirect(url_for("accounts.tokens"))


def _tokens_page(*, error: AppError | None = None, made: str = "") -> str:
    actor, now = current_actor(), context().clock.now()
    today = today_in_china(context().clock)
    return render_template(
        "accounts/tokens.html",
        tokens=[(token, token.works(now)) for token in service(TokenService).of(actor)],
        labels=PERMISSION_LABELS,
        scopes=sorted(actor.permissions),  # by name: what belongs together stands together
        error=error,
        problems={p.pointer.removeprefix("/"): p.message for p in error.problems} if error else {},
        made=made,
        typed=request.form if error else {},
        chosen=request.form.getlist("scopes") if error else [],
        today=today,
        last=_a_year_after(today),
    )


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
