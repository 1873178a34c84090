"""People who can sign in, and the roles they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_security import RoleMixin, UserMixin


@dataclass(frozen=True, slots=True)
class Role:
    """A role as ``schemas/roles.json`` defines it. ``permissions`` are names ``slice:resource:action``."""

    key: str
    title: str
    description: str
    permissions: frozenset[str]


@dataclass(frozen=True, eq=False)
class User(UserMixin):
    """A person. ``fs_uniquifier`` changes with the password, which ends every other session of that person.

    ``password`` is an argon2id hash. ``cert_no`` and its dates are the 行政执法证件. ``confidentiality`` is the
    highest 密级 this person may read (0 公开, 1 内部, 2 敏感). ``role_keys`` name roles of ``schemas/roles.json``.
    """

    id: str = ""  # type: ignore[assignment]  # the base class says int, but only uses fs_uniquifier
    username: str = ""
    name: str = ""
    password: str = ""
    active: bool = True
    fs_uniquifier: str = ""
    agency_id: str = ""
    phone: str = ""
    cert_no: str = ""
    cert_valid_from: date | None = None
    cert_valid_to: date | None = None
    title: str = ""
    confidentiality: int = 0
    role_keys: tuple[str, ...] = ()

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """Flask-Security's own roles are not used: permissions come from :class:`formserver.core.permissions.Actor`."""
        return []


class NoRole(RoleMixin):
    """Flask-Security wants a role model; ours are data, so this one has no rows."""

    name = ""


Roles = Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session on the server. ``id`` is the SHA-256 of the token in the cookie, ``data`` JSON, ``kind`` how it began.

    ``seen_at`` is written at most once a minute. A session without ``user_id`` only carries a message to the next page.
    """

    id: str
    user_id: str
    kind: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    user_agent: str
    address: str
    data: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A personal access token. Only its SHA-256 is kept; ``hint`` is its beginning, by which people tell them apart."""

    id: str
    user_id: str
    name: str
    sha256: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_from: str = ""
    revoked_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at
