"""What stands before every view: request id, size limit, sign-in, permission; and the headers behind it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for

from formserver.core.errors import NOT_ALLOWED
from formserver.core.permissions import Permission
from formserver.web.api import is_api_request
from formserver.web.context import context, find_actor
from formserver.web.errors import problem_response, wants_json
from formserver.web.kept_post import kept_from_request
from formserver.web.permissions import ANY_SIGNED_IN, PUBLIC_ROUTES, required_permission

View = TypeVar("View", bound=Callable[..., Any])

DEFAULT_LIMIT: Final = 2 * 1024 * 1024
"""Bytes a post may have on a route that takes no files."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; media-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
)


def accepts_upload(megabytes: int | None = None) -> Callable[[View], View]:
    """Raise the size limit of a route: to ``megabytes``, or to the setting ``max_upload_mb``."""

    def mark(view: View) -> View:
        view.upload_megabytes = megabytes or -1  # type: ignore[attr-defined]
        return view

    return mark


def install_gate(app: Flask) -> None:
    """Register the hooks. Must come before anything that reads the form (CSRF), because it sets the limits."""
    app.config.update(
        MAX_CONTENT_LENGTH=DEFAULT_LIMIT, MAX_FORM_MEMORY_SIZE=DEFAULT_LIMIT, MAX_FORM_PARTS=10_000
    )
    app.before_request(_guard)
    app.after_request(_headers)


def _guard() -> Any:
    g.request_id = secrets.token_hex(5)
    endpoint = request.endpoint
    if endpoint is None:
        return None
    view = current_app.view_functions[endpoint]
    megabytes = getattr(view, "upload_megabytes", None)
    if megabytes is not None:
        limit = megabytes if megabytes > 0 else context().settings.max_upload_mb
        request.max_content_length = limit * 1024 * 1024 + 65536  # the form around the file
    if endpoint in PUBLIC_ROUTES:
        return None
    required = required_permission(view)
    if required is None:  # the convention test forbids it; refuse all the same
        raise NOT_ALLOWED(what="打开这个页面")
    actor = find_actor()
    if actor is None:
        return _sign_in_first()
    if required != ANY_SIGNED_IN and isinstance(required, Permission):
        actor.require(required)
    return None


def _sign_in_first() -> Any:
    where = url_for("accounts.sign_in", next=_return_path())
    if request.headers.get("HX-Request") == "true":
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = where
        return answer
    if is_api_request():
        answer = problem_response(
            401, title="请先登录", detail="没有有效的访问令牌。请在 Authorization 请求头中写：Bearer 令牌。"
        )
        answer.headers["WWW-Authenticate"] = 'Bearer realm="formserver"'
        return answer
    if wants_json() or request.is_json:
        return problem_response(
            401, title="请先登录", detail="登录已过期，请重新登录；页面上的内容还在。", sign_in=where
        )
    if request.method in ("GET", "HEAD"):
        return redirect(where)
    kept = kept_from_request()
    form = current_app.extensions["formserver.sign_in_form"]()
    return render_template("accounts/sign_in.html", form=form, kept=kept, next=_return_path()), 401


def _return_path() -> str:
    """Where to go after signing in: this page, or for a post the page it was sent from if it is ours."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    referrer = request.referrer or ""
    return referrer[len(request.host_url) - 1 :] if referrer.startswith(request.host_url) else "/"


def _headers(answer: Response) -> Response:
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    headers.setdefault("X-Request-ID", g.get("request_id", "-"))
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return answer
