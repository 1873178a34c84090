"""Signing in and out, own password."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for

from formserver.accounts.forms import ChangePasswordForm, SignInForm
from formserver.accounts.passwords import WEAK_PASSWORD
from formserver.accounts.service import TOO_MANY_ATTEMPTS, WRONG_CREDENTIALS, AccountService
from formserver.accounts.sessions import begin_session, end_session
from formserver.core.errors import AppError
from formserver.web.context import current_actor, find_actor, service
from formserver.web.kept_post import KeptPost, belongs_to, confirmation_page, load_kept
from formserver.web.permissions import requires_sign_in

accounts = Blueprint("accounts", __name__, template_folder="templates")

PICK_LIMIT = 12
_UNSAFE = re.compile(r"[\x00-\x20\\\x7f]")


def safe_next(target: str | None) -> str:
    """``target`` if it is a path of this site, else the start page: no open redirects."""
    if not target or not target.startswith("/") or target.startswith("//") or _UNSAFE.search(target):
        return url_for("kit.home")
    return target


@accounts.get("/sign-in")
def sign_in() -> Any:
    """The sign-in page."""
    target = safe_next(request.args.get("next"))
    if find_actor() is not None:
        return redirect(target)
    return render_template("accounts/sign_in.html", form=SignInForm(), kept=None, next=target)


@accounts.post("/sign-in")
def sign_in_post() -> Any:
    """Check name and password; then go where the person was going, or show what was not sent yet."""
    form = SignInForm()
    target = safe_next(form.next.data)
    kept = load_kept(form.kept.data) if form.kept.data else None
    status = 422
    if form.validate_on_submit():
        try:
            user = service(AccountService).authenticate(
                form.username.data or "", form.password.data or "", address=request.remote_addr or ""
            )
        except AppError as error:
            if error.code not in (WRONG_CREDENTIALS, TOO_MANY_ATTEMPTS):
                raise
            status = 429 if error.code == TOO_MANY_ATTEMPTS else 401
            form.form_errors.append(error.message())
        else:
            begin_session(user)
            if kept is not None:
                return _show_kept(kept, user.id)
            return redirect(target)
    return render_template("accounts/sign_in.html", form=form, kept=kept, next=target), status


def _show_kept(kept: KeptPost, user_id: str) -> Any:
    g.actor = service(AccountService).actor_for(service(AccountService).get(user_id))
    if not belongs_to(kept, user_id):
        flash("登录前页面上的内容由另一位用户填写，已不再显示。", "warning")
        return redirect(url_for("kit.home"))
    return confirmation_page(kept)


@accounts.post("/sign-out")
@requires_sign_in
def sign_out() -> Any:
    """End the session."""
    end_session()
    flash("您已退出登录。", "success")
    return redirect(url_for("accounts.sign_in"))


@accounts.get("/people/pick")
@requires_sign_in
def pick_person() -> Any:
    """For the person table of a form: inspectors with their certificates, as JSON."""
    text = request.args.get("q", "")[:50]
    found = service(AccountService).colleagues(current_actor(), text, limit=PICK_LIMIT)
    items = [
        {"name": p["name"], "detail": " · ".join(filter(None, (p["org"], p["cert_no"]))), "facts": p}
        for p in found
    ]
    return jsonify(items=items)


@accounts.route("/password", methods=["GET", "POST"])
@requires_sign_in
def change_password() -> Any:
    """Own password."""
    form = ChangePasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            user = service(AccountService).change_password(
                current_actor().user_id,
                current=form.current.data or "",
                new=form.new.data or "",
                address=request.remote_addr or "",
            )
        except AppError as error:
            if error.code == WEAK_PASSWORD:
                form.new.errors = [error.message()]
            elif error.code == WRONG_CREDENTIALS:
                form.current.errors = ["现在的密码不正确"]
            elif error.code == TOO_MANY_ATTEMPTS:
                form.form_errors.append(error.message())
            else:
                raise
            status = 422
        else:
            begin_session(user)
            flash("密码已修改，您在其他设备上的登录已全部退出。", "success")
            return redirect(url_for("kit.home"))
    elif form.is_submitted():
        status = 422
    return render_template("accounts/change_password.html", form=form), status
