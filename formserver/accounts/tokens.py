"""Personal access tokens: a person lets a program act in their name, with some of their permissions, for a time."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from formserver.accounts.models import ApiToken
from formserver.accounts.repository import UserRepository
from formserver.accounts.service import AccountService
from formserver.accounts.token_repository import TokenRepository
from formserver.core.clock import SHANGHAI, Clock, today_in_china
from formserver.core.definitions.grammar import breaches
from formserver.core.errors import AppError, Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.web.throttle import Throttle

PREFIX: Final = "fs_"
LONGEST: Final = timedelta(days=366)
MOST_TOKENS: Final = 50
LONGEST_NAME: Final = 60
TOUCH_AFTER: Final = timedelta(minutes=1)
FAILURES, FAILURE_SECONDS = 30, 600.0
"""Wrong tokens one address may send in ten minutes before it is told to wait."""

TOO_MANY_WRONG_TOKENS = error_code(
    "TOO_MANY_WRONG_TOKENS",
    Kind.NOT_ALLOWED,
    zh="短时间内多次使用了无效的令牌，请 10 分钟后再试，并检查程序中的令牌是否过期或已撤销。",
    en="Too many invalid tokens from this address; try again in 10 minutes.",
)
TOO_MANY_TOKENS = error_code(
    "TOO_MANY_TOKENS",
    Kind.CONFLICT,
    zh="您已有 {count} 个有效的令牌，请先撤销不再使用的。",
    en="You hold {count} working tokens; revoke some first.",
)
_FORM = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


class TokenService:
    """Make, list, revoke tokens; and who acts behind one."""

    def __init__(self, store: Store, clock: Clock, accounts: AccountService) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._failures = Throttle(FAILURES, FAILURE_SECONDS)

    def create(
        self, actor: Actor, *, name: str, scopes: Iterable[str], until: date | None
    ) -> tuple[ApiToken, str]:
        """A new token and its text, which nobody can see again. ``until`` is the last day it works (Asia/Shanghai).

        Raises INVALID_INPUT naming the field, TOO_MANY_TOKENS.
        """
        now, wanted, name = self._clock.now(), sorted(set(scopes)), " ".join(name.split())
        problems = [*self._name_problems(name), *self._scope_problems(actor, wanted)]
        expires = _end_of(until) if until is not None else now
        if until is None or until < today_in_china(self._clock) or expires - now > LONGEST:
            text = "请选择最后有效日期：不早于今天，最长一年。"
            problems.append(Problem("TOKEN_EXPIRY", text, "/until", "最后有效日期"))
        if problems:
            raise invalid(problems)
        text = PREFIX + secrets.token_urlsafe(32)
        new = ApiToken(
            id=new_id(),
            user_id=actor.user_id,
            name=name,
            sha256=_hash(text),
            hint=text[:8],
            scopes=tuple(wanted),
            created_at=now,
            expires_at=expires,
        )
        with self._store.uow(write=True) as u:
            tokens = u.repository(TokenRepository)
            held = tokens.count_working(actor.user_id, now)
            if held >= MOST_TOKENS:
                raise TOO_MANY_TOKENS(count=held)
            tokens.add(new)
            self._note(u, actor, "account.token_created", new)
        return new, text

    def of(self, actor: Actor) -> tuple[ApiToken, ...]:
        """The person's tokens, newest first, also those that work no more."""
        with self._store.uow() as u:
            return u.repository(TokenRepository).of_user(actor.user_id)

    def revoke(self, actor: Actor, token_id: str) -> ApiToken:
        """End one of the person's tokens at once. Raises NOT_FOUND."""
        with self._store.uow(write=True) as u:
            tokens = u.repository(TokenRepository)
            found = tokens.get(token_id, actor.user_id)
            if found.revoked_at is None:
                tokens.revoke(token_id, self._clock.now())
                self._note(u, actor, "account.token_revoked", found)
        return found

    def actor_of(self, text: str, *, address: str) -> Actor | None:
        """Who acts behind a token: its person, with the permissions both hold. None when it opens nothing.

        Raises TOO_MANY_WRONG_TOKENS for who sends one wrong token after another. A good one is always taken: 256 bits
        are not guessed, and an office behind one address must not lose its programs by a neighbour's mistake.
        """
        now, found, user = self._clock.now(), None, None
        if _FORM.fullmatch(text):
            with self._store.uow() as u:
                found = u.repository(TokenRepository).by_hash(_hash(text))
                if found is not None and found.works(now):
                    user = u.repository(UserRepository).find(found.user_id)
        if found is None or user is None or not user.active:
            if text and not self._failures.allow(address):
                raise TOO_MANY_WRONG_TOKENS()
            return None
        if found.used_at is None or abs(now - found.used_at) > TOUCH_AFTER:
            with contextlib.suppress(AppError), self._store.uow(write=True) as u:
                u.repository(TokenRepository).touch(
                    found.id, now, address[:64]
                )  # reading works on a full disk
        actor = self._accounts.actor_for(user)
        return dataclasses.replace(actor, permissions=actor.permissions & frozenset(found.scopes))

    def _name_problems(self, name: str) -> list[Problem]:
        if not name or len(name) > LONGEST_NAME:
            text = f"请给令牌起一个名字，最多 {LONGEST_NAME} 个字，写明哪个程序使用。"
            return [Problem("TOKEN_NAME", text, "/name", "名称")]
        return [
            Problem(code, message.replace("{label}", "名称"), "/name", "名称")
            for _, code, message in breaches({"name": name})
        ]

    def _scope_problems(self, actor: Actor, wanted: list[str]) -> list[Problem]:
        if not wanted:
            return [Problem("TOKEN_SCOPES", "请至少选择一项权限。", "/scopes", "权限")]
        if not set(wanted) <= actor.permissions:
            return [Problem("TOKEN_SCOPES", "只能选择您自己拥有的权限。", "/scopes", "权限")]
        return []

    def _note(self, u: UnitOfWork, actor: Actor, action: str, token: ApiToken) -> None:
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self._clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=f"token:{token.id}",
                data={"name": token.name, "hint": token.hint, "scopes": list(token.scopes)},
            )
        )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _end_of(day: date) -> datetime:
    """The last microsecond of a day in Asia/Shanghai."""
    return datetime.combine(day, time.max, tzinfo=SHANGHAI)
