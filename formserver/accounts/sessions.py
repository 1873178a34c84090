"""Flask-Security on our store: who a session belongs to, how long it lasts, signing in and out.

Its own pages are not registered: ours are in Chinese, count attempts before hashing and keep what was typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, session
from flask_login import current_user
from flask_security import Security, UserDatastore, login_user, logout_user

from formserver.accounts.models import NoRole, User
from formserver.accounts.service import AccountService
from formserver.core.clock import format_instant, parse_instant
from formserver.core.permissions import Actor
from formserver.web.context import AppContext, context, service

_SIGNED_IN_AT = "signed_in_at"


class StoreUserDatastore(UserDatastore):
    """Lets Flask-Security find users through a unit of work, so that every engine and the memory twin serve it."""

    def __init__(self, accounts: AccountService) -> None:
        super().__init__(User, NoRole)
        self._accounts = accounts

    def find_user(self, *_args: Any, **query: Any) -> User | None:
        """By ``fs_uniquifier``, the only key a session holds."""
        value = query.get("fs_uniquifier")
        return self._accounts.by_uniquifier(str(value)) if value else None

    def find_role(self, *_args: Any, **_query: Any) -> None:
        """Roles are data and never Flask-Security's."""


def install_sessions(app: Flask, built: AppContext) -> None:
    """Register Flask-Security and tell the context who is acting."""
    secret = built.settings.secret_key.get_secret_value()
    app.config.update(
        SECURITY_PASSWORD_SALT=secret,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  the name of the algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_OPTIONS={},
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": str}}],
        SECURITY_ANONYMOUS_USER_DISABLED=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
        REMEMBER_COOKIE_DURATION=timedelta(0),
    )
    accounts = built.service(AccountService)
    Security(app, StoreUserDatastore(accounts), register_blueprint=False)
    # "strong" would sign phones out whenever their address changes
    app.login_manager.session_protection = "basic"  # type: ignore[attr-defined]
    built.actor_loader = load_actor


def begin_session(user: User, at: datetime) -> None:
    """Sign ``user`` in on a fresh session: nothing of the session before survives."""
    session.clear()
    g.pop("csrf_token", None)  # made for the old session earlier in this request
    session.permanent = True
    session[_SIGNED_IN_AT] = format_instant(at)
    login_user(user)


def end_session() -> None:
    """Sign out."""
    logout_user()
    session.clear()


def load_actor() -> Actor | None:
    """Who is behind the request; a session past its time is ended here."""
    if not current_user or not current_user.is_authenticated:
        return None
    user: User = current_user._get_current_object()
    running = context()
    try:
        since = parse_instant(session.get(_SIGNED_IN_AT, ""))
    except ValueError:
        since = None
    now, hours = running.clock.now(), running.settings.session_hours
    if since is None or now - since > timedelta(hours=hours):
        end_session()
        return None
    return service(AccountService).actor_for(user)
