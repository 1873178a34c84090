"""Signing in again in place: the session ended while somebody was typing, and the page is still open."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_wtf.csrf import generate_csrf

from formserver.accounts.service import AccountService
from formserver.accounts.sessions import begin_session
from formserver.accounts.views import accounts
from formserver.core.errors import Kind, error_code
from formserver.web.context import service
from formserver.web.kept_post import owner_of

ANOTHER_PERSON = error_code(
    "ANOTHER_PERSON",
    Kind.NOT_ALLOWED,
    zh="这一页由另一位用户填写，请由本人登录；换人使用请先关闭这一页。",
    en="This page was being filled in by another person.",
)


@accounts.post("/sign-in/again")
def sign_in_again() -> Any:
    """``{username, password, owner}`` as JSON; ``owner`` is the signed token of who opened the page.

    No session begins for anybody else, so that what was typed is neither shown nor sent on in another name.
    Raises WRONG_CREDENTIALS, TOO_MANY_ATTEMPTS, ANOTHER_PERSON.
    """
    data = request.get_json(silent=True)
    given = data if isinstance(data, dict) else {}
    username, password, owner = (
        str(given.get(key) or "")[:4096] for key in ("username", "password", "owner")
    )
    user = service(AccountService).authenticate(username, password, address=request.remote_addr or "")
    if owner_of(owner) != user.id:
        raise ANOTHER_PERSON()
    begin_session(user)
    return jsonify(csrf=generate_csrf())
