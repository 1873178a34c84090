"""Flask-Security on our store: who a session belongs to, how long it lasts, signing in and out.

Its own pages are not registered: ours are in Chinese, count attempts before hashing and keep what was typed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from flask import Flask, current_app, g, request, session
from flask_login import current_user
from flask_security import Security, UserDatastore, login_user, logout_user

from formserver.accounts.models import NoRole, User
from formserver.accounts.server_session import CSRF_KEY, ServerSession, StoredSessions
from formserver.accounts.service import AccountService
from formserver.accounts.tokens import TokenService
from formserver.core.permissions import Actor
from formserver.web.api import bearer_token
from formserver.web.context import AppContext, service


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
    security = Security(app, StoreUserDatastore(accounts), register_blueprint=False)
    # Flask-Principal would look for a person before every request, files and programs with a token among them
    security.principal.identity_loaders.clear()
    app.session_interface = StoredSessions(built)
    # "strong" would sign phones out whenever their address changes
    app.login_manager.session_protection = "basic"  # type: ignore[attr-defined]
    built.actor_loader = load_actor


def begin_session(user: User) -> None:
    """Sign ``user`` in on a fresh session: nothing of the session before survives."""
    here = own_session()
    here.renew()
    g.pop(CSRF_KEY, None)  # made for the old session earlier in this request
    login_user(user)
    _interface().begin(here, user.id, kind="password")


def end_session() -> None:
    """Sign out: the session ends on the server, so that a copy of its cookie is worth nothing."""
    logout_user()
    _interface().end(own_session())


def own_session() -> ServerSession:
    """The session of this request."""
    return cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]


def own_session_id() -> str:
    """The id of this request's session; empty when there is none on the server."""
    here = own_session()
    return here.stored.id if here.data and here.stored is not None else ""


def load_actor() -> Actor | None:
    """Who is behind the request: the person of its token on the API, else the person of its session."""
    token = bearer_token()
    if token is not None:
        return service(TokenService).actor_of(token, address=request.remote_addr or "")
    if not current_user or not current_user.is_authenticated:
        return None
    here = own_session()
    if here.stored is None or here.stored.user_id != current_user.id:
        return None
    return service(AccountService).actor_for(current_user._get_current_object())


def _interface() -> StoredSessions:
    return cast(StoredSessions, current_app.session_interface)
