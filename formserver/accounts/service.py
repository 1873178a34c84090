"""Signing in, passwords, users, and the one place where a person becomes an :class:`Actor` with a scope."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from formserver.accounts.models import Roles, User
from formserver.accounts.passwords import (
    REMEMBERED,
    check_new_password,
    check_not_used_before,
    hash_password,
    needs_rehash,
    verify_password,
)
from formserver.accounts.ports import AgencyDirectory
from formserver.accounts.repository import UserRepository
from formserver.accounts.session_repository import SessionRepository
from formserver.core import pinyin
from formserver.core.clock import Clock
from formserver.core.errors import Kind, error_code
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor, Scope
from formserver.core.store_ports import Store, UnitOfWork

WINDOW: Final = timedelta(minutes=15)
ADDRESS_FACTOR: Final = 10
"""One address may fail ten times as often as one account: an office shares an address."""
KEEP_ATTEMPTS: Final = timedelta(days=30)

WRONG_CREDENTIALS = error_code(
    "WRONG_CREDENTIALS", Kind.NOT_ALLOWED, zh="用户名或密码不正确。", en="Wrong user name or password."
)
TOO_MANY_ATTEMPTS = error_code(
    "TOO_MANY_ATTEMPTS",
    Kind.NOT_ALLOWED,
    zh="登录失败次数过多，请 15 分钟后再试，或联系本单位的系统管理员。",
    en="Too many failed attempts; try again in 15 minutes.",
)
USERNAME_TAKEN = error_code(
    "USERNAME_TAKEN", Kind.CONFLICT, zh="用户名“{username}”已被使用。", en="User name {username!r} is taken."
)
BAD_USERNAME = error_code(
    "BAD_USERNAME",
    Kind.INVALID,
    zh="用户名“{username}”不合要求：2 至 64 个字母、数字、汉字、点、横线或下划线。",
    en="User name {username!r} must be 2 to 64 letters, digits, dots, dashes or underscores.",
)
UNKNOWN_ROLE = error_code(
    "UNKNOWN_ROLE",
    Kind.INVALID,
    zh="没有角色“{role}”。可用的角色：{known}。",
    en="Unknown role {role!r}; known roles: {known}.",
)
_LOOPBACK: Final = ("127.", "::1")
"""A proxy on this machine, behind which everybody looks alike: only accounts are counted then."""
_USERNAME = re.compile(r"[\w.\-]{2,64}")


def normalise_username(text: str) -> str:
    """How a user name is stored and compared: NFKC, no blanks around it, case folded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:64]


class AccountService:
    """What can be done with accounts. ``agencies`` is asked late, because that slice stands above this one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        roles: Roles,
        agencies: Callable[[], AgencyDirectory | None],
        *,
        attempts_allowed: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._roles = roles
        self._agencies = agencies
        self._attempts_allowed = attempts_allowed

    @property
    def roles(self) -> Roles:
        """The roles of ``schemas/roles.json``."""
        return self._roles

    def authenticate(self, username: str, password: str, *, address: str) -> User:
        """The user behind a name and a password.

        Raises TOO_MANY_ATTEMPTS before anything is hashed, WRONG_CREDENTIALS for every other reason (unknown,
        wrong, disabled), all alike so that nobody can find out which accounts exist.
        """
        account, address, now = normalise_username(username), address[:64], self._clock.now()
        attempt = new_id(self._clock)
        with self._store.uow(write=True) as u:
            users = u.repository(UserRepository)
            since = now - WINDOW
            blocked = users.failures_of_account(account, since) >= self._attempts_allowed
            if not blocked and not address.startswith(_LOOPBACK):
                failures = users.failures_of_address(address, since)
                blocked = failures >= self._attempts_allowed * ADDRESS_FACTOR
            if not blocked:
                users.forget_attempts(now - KEEP_ATTEMPTS)
                users.add_attempt(attempt, now, account, address)
                user = users.by_username(account)
        if blocked:
            raise TOO_MANY_ATTEMPTS()
        if not verify_password(password, user.password if user else None) or user is None or not user.active:
            raise WRONG_CREDENTIALS()
        with self._store.uow(write=True) as u:
            users = u.repository(UserRepository)
            users.mark_succeeded(attempt)
            if needs_rehash(user.password):
                user = replace(user, password=hash_password(password))
                users.replace(user)
            self._note(u, user, "account.sign_in", {"address": address})
        return user

    def by_uniquifier(self, value: str) -> User | None:
        """The user a session belongs to."""
        with self._store.uow() as u:
            return u.repository(UserRepository).by_uniquifier(value)

    def get(self, user_id: str) -> User:
        """Raises NOT_FOUND."""
        with self._store.uow() as u:
            return u.repository(UserRepository).get(user_id)

    def colleagues(self, actor: Actor, text: str, *, limit: int) -> list[dict[str, str]]:
        """People with a certificate in the actor's agencies whose name fits ``text`` (also pinyin initials).

        As facts for the person table of a form: ``name org cert_no cert_valid_to``; the own agency first.
        """
        wanted = normalise_username(text)
        with self._store.uow() as u:
            people = u.repository(UserRepository).in_agencies(actor.scope.agency_ids)
            fitting = [p for p in people if p.cert_no and pinyin.fits(p.name, wanted)]
            fitting.sort(key=lambda p: p.agency_id != actor.agency_id)
            directory = self._agencies()
            return [
                {
                    "name": person.name,
                    "org": directory.name_within(u, person.agency_id) if directory else "",
                    "cert_no": person.cert_no,
                    "cert_valid_to": person.cert_valid_to.isoformat() if person.cert_valid_to else "",
                }
                for person in fitting[:limit]
            ]

    def everybody(self) -> tuple[User, ...]:
        """All users, for the command line."""
        with self._store.uow() as u:
            return u.repository(UserRepository).all()

    def add_user(
        self,
        *,
        username: str,
        name: str,
        password: str,
        agency_id: str,
        roles: tuple[str, ...],
        phone: str = "",
        title: str = "",
        cert_no: str = "",
        cert_valid_from: date | None = None,
        cert_valid_to: date | None = None,
        confidentiality: int = 1,
    ) -> User:
        """Create an account. Raises BAD_USERNAME, UNKNOWN_ROLE, WEAK_PASSWORD, USERNAME_TAKEN."""
        account = normalise_username(username)
        if _USERNAME.fullmatch(account) is None:
            raise BAD_USERNAME(username=username)
        for role in roles:
            if role not in self._roles:
                raise UNKNOWN_ROLE(role=role, known="、".join(self._roles))
        check_new_password(password, username=account)
        user = User(
            id=new_id(),
            username=account,
            name=name.strip() or account,
            password=hash_password(password),
            fs_uniquifier=secrets.token_hex(16),
            agency_id=agency_id,
            phone=phone,
            title=title,
            cert_no=cert_no,
            cert_valid_from=cert_valid_from,
            cert_valid_to=cert_valid_to,
            confidentiality=confidentiality,
            role_keys=tuple(sorted(set(roles))),
        )
        with self._store.uow(write=True) as u:
            users = u.repository(UserRepository)
            if users.by_username(account) is not None:
                raise USERNAME_TAKEN(username=account)
            users.add(user)
            self._note(u, user, "account.add", {"roles": list(user.role_keys)})
        return user

    def change_password(self, user_id: str, *, current: str, new: str, address: str) -> User:
        """Change one's own password after proving the current one; ends the person's other sessions.

        Guesses of the current password count as attempts to sign in. Raises WRONG_CREDENTIALS,
        TOO_MANY_ATTEMPTS, WEAK_PASSWORD.
        """
        user = self.get(user_id)
        check_new_password(new, username=user.username)
        self.authenticate(user.username, current, address=address)
        return self._store_password(user_id, new, "account.change_password")

    def set_password(self, username: str, new: str) -> User:
        """Set somebody's password from the command line. Raises NOT_FOUND, WEAK_PASSWORD."""
        account = normalise_username(username)
        check_new_password(new, username=account)
        with self._store.uow() as u:
            users = u.repository(UserRepository)
            found = users.by_username(account)
            user = found or users.get("")  # raises the usual NOT_FOUND
        return self._store_password(user.id, new, "account.set_password")

    def facts(self, u: UnitOfWork, actor: Actor) -> Mapping[str, Any]:
        """What ``user.*`` may ask for; nothing for the system itself."""
        user = u.repository(UserRepository).find(actor.user_id)
        if user is None:
            return {}
        directory = self._agencies()
        return {
            "name": user.name,
            "title": user.title,
            "phone": user.phone,
            "cert_no": user.cert_no,
            "cert_valid_from": user.cert_valid_from,
            "cert_valid_to": user.cert_valid_to,
            "org": directory.name_within(u, user.agency_id) if directory else "",
        }

    def team(self, u: UnitOfWork, actor: Actor) -> list[Mapping[str, Any]]:
        """The people on site when no task says so: the one who writes, as leader; the others are added by hand."""
        facts = self.facts(u, actor)
        if not facts.get("cert_no"):
            return []
        valid_to = facts["cert_valid_to"]
        member = {key: facts[key] for key in ("name", "org", "cert_no")}
        return [{**member, "cert_valid_to": valid_to.isoformat() if valid_to else "", "role": "组长"}]

    def actor_for(self, user: User) -> Actor:
        """Compile permissions and scope: the one place that decides how far somebody can see."""
        permissions: frozenset[str] = frozenset().union(
            *(self._roles[key].permissions for key in user.role_keys if key in self._roles)
        )
        directory = self._agencies()
        subtree = directory.subtree_ids(user.agency_id) if directory else frozenset()
        scope = Scope(
            agency_ids=subtree | {user.agency_id} if user.agency_id else subtree,
            max_confidentiality=user.confidentiality,
        )
        return Actor(user.id, user.name, user.agency_id, permissions, scope)

    def _store_password(self, user_id: str, new: str, action: str) -> User:
        with self._store.uow() as u:
            users = u.repository(UserRepository)
            used = (users.get(user_id).password, *users.former_passwords(user_id, REMEMBERED - 1))
        check_not_used_before(new, used)
        hashed = hash_password(new)
        with self._store.uow(write=True) as u:
            users = u.repository(UserRepository)
            old = users.get(user_id)
            users.remember_password(new_id(), self._clock.now(), user_id, old.password, REMEMBERED - 1)
            user = replace(old, password=hashed, fs_uniquifier=secrets.token_hex(16))
            users.replace(user)
            u.repository(SessionRepository).end_all(user_id)
            self._note(u, user, action, {})
        return user

    def _note(self, u: UnitOfWork, user: User, action: str, data: dict[str, Any]) -> None:
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self._clock.now(),
                actor_id=user.id,
                actor_name=user.name,
                agency_id=user.agency_id,
                action=action,
                subject=f"user:{user.id}",
                data=data,
            )
        )
