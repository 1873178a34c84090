"""Flask sessions kept on the server: the cookie holds a random token and nothing else.

A session is read when something asks for it, not before: files, probes and requests with a token of their own cost no
query. A row exists only for a person or a message to the next page; the CSRF value of everybody else is derived from
the token, so a thousand visits of the sign-in page write nothing. ``seen_at`` is written at most once a minute.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin

from formserver.accounts.models import StoredSession
from formserver.accounts.session_repository import SessionRepository
from formserver.core.errors import AppError
from formserver.web.context import AppContext

log = structlog.get_logger(__name__)

TOUCH_AFTER: Final = timedelta(minutes=1)
MESSAGE_LASTS: Final = timedelta(minutes=15)
COOKIE_OUTLIVES: Final = timedelta(days=7)
CSRF_KEY: Final = "csrf_token"
_REMEMBER: Final = "_remember"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_json = TaggedJSONSerializer()


def session_id(token: str) -> str:
    """What the store knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class ServerSession(SessionMixin):
    """The session of one request."""

    def __init__(self, token: str, csrf_secret: bytes, load: Callable[[str], StoredSession | None]) -> None:
        self.token = token
        self.stored: StoredSession | None = None
        self.modified = False
        self._csrf_secret = csrf_secret
        self._load = load
        self._data: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What the session keeps, read at the first use."""
        if self._data is None:
            self._data = {}
            if self.token:
                self.stored = self._load(session_id(self.token))
            if self.stored is not None:
                self._data = dict(_json.loads(self.stored.data))
        return self._data

    @property
    def looked_at(self) -> bool:
        """Whether anything asked for it."""
        return self._data is not None

    def renew(self) -> None:
        """Become another session, with nothing in it and a token nobody has seen."""
        self.token = secrets.token_urlsafe(32)
        self.stored, self._data, self.modified = None, {}, True

    def dump(self) -> str:
        """What is kept, as text."""
        return _json.dumps(self.data)

    def __getitem__(self, key: str) -> Any:
        if key == CSRF_KEY:
            if not self.token:
                self.renew()
            return hmac.new(self._csrf_secret, self.token.encode(), hashlib.sha256).hexdigest()
        return self.data[key]

    def __contains__(self, key: object) -> bool:
        if key == _REMEMBER:  # asked by Flask-Login after every request, files too; we give no such cookies
            return False
        return key == CSRF_KEY or key in self.data

    def __setitem__(self, key: str, value: Any) -> None:
        if key != CSRF_KEY:  # derived, never chosen
            self.data[key] = value
            self.modified = True

    def __delitem__(self, key: str) -> None:
        if key != CSRF_KEY:
            del self.data[key]
            self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


class StoredSessions(SessionInterface):
    """Opens and keeps :class:`ServerSession` on our store."""

    def __init__(self, built: AppContext) -> None:
        self._built = built
        secret = built.settings.secret_key.get_secret_value()
        self._csrf_secret = hashlib.sha256(b"csrf of a session\0" + secret.encode()).digest()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session the cookie names; what is no token of ours is none."""
        value = request.cookies.get(self.get_cookie_name(app), "")
        return ServerSession(value if _TOKEN.fullmatch(value) else "", self._csrf_secret, self._find)

    def begin(self, session: ServerSession, user_id: str, *, kind: str) -> None:
        """Write the row of a person who has just signed in (the data is complete by now)."""
        now, hours = self._built.clock.now(), self._built.settings.session_hours
        row = self._row(session, user_id, kind, now, timedelta(hours=hours))
        with self._built.store.uow(write=True) as u:
            rows = u.repository(SessionRepository)
            rows.forget_expired(now)
            rows.add(row)
        session.stored, session.modified = row, True

    def end(self, session: ServerSession) -> None:
        """Delete the row; the token is worth nothing from now on, whoever has copied it."""
        if session.token:
            with self._built.store.uow(write=True) as u:
                u.repository(SessionRepository).end(session_id(session.token))
        session.renew()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed and send the cookie where the token is new.

        A session nobody looked at is left alone. What cannot be written is left out: the answer is made already, and
        all that is at stake is a message or the time of the last use.
        """
        if not isinstance(session, ServerSession) or not session.looked_at:
            return
        response.vary.add("Cookie")
        sent = request.cookies.get(self.get_cookie_name(app), "")
        try:
            self._keep(session)
        except AppError as error:
            log.warning("session not kept", code=error.code.code)
        if session.token and session.token != sent:
            self._send_cookie(app, session, response)

    def _keep(self, session: ServerSession) -> None:
        now = self._built.clock.now()
        if session.stored is None:
            if session.data:
                row = self._row(session, "", "message", now, MESSAGE_LASTS)
                with self._built.store.uow(write=True) as u:
                    u.repository(SessionRepository).add(row)
        elif session.modified and session.dump() != session.stored.data:
            with self._built.store.uow(write=True) as u:
                u.repository(SessionRepository).set_data(session.stored.id, session.dump())
        elif abs(now - session.stored.seen_at) > TOUCH_AFTER:
            with self._built.store.uow(write=True) as u:
                u.repository(SessionRepository).touch(session.stored.id, now, _address())

    def _row(
        self, session: ServerSession, user_id: str, kind: str, now: datetime, lasts: timedelta
    ) -> StoredSession:
        session.token = session.token or secrets.token_urlsafe(32)
        agent = request.headers.get("User-Agent", "")[:300]
        return StoredSession(
            session_id(session.token), user_id, kind, now, now, now + lasts, agent, _address(), session.dump()
        )

    def _find(self, wanted: str) -> StoredSession | None:
        with self._built.store.uow() as u:
            found = u.repository(SessionRepository).find(wanted)
        return found if found is not None and self._built.clock.now() < found.expires_at else None

    def _send_cookie(self, app: Flask, session: ServerSession, response: Response) -> None:
        signed_in = session.stored is not None and session.stored.user_id
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            # the page that is open when the session ends signs in again with the value it holds
            expires=session.stored.expires_at + COOKIE_OUTLIVES if session.stored and signed_in else None,
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite=self.get_cookie_samesite(app),
            path=self.get_cookie_path(app),
        )


def _address() -> str:
    return (request.remote_addr or "")[:64]
