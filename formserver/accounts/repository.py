"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update

from formserver.accounts.models import User
from formserver.accounts.tables import login_attempt, password_history, user_account, user_role
from formserver.core.clock import format_instant
from formserver.core.errors import NOT_FOUND

_BY_UNIQUIFIER = select(user_account).where(user_account.c.fs_uniquifier == bindparam("wanted"))
"""Asked for every request, like the roles: put together once."""
_ROLES = select(user_role.c.role).where(user_role.c.user_id == bindparam("of")).order_by(user_role.c.role)


class UserRepository:
    """Users, their roles, and attempts to sign in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> User:
        """Raises NOT_FOUND."""
        found = self.find(user_id)
        if found is None:
            raise NOT_FOUND(what="用户")
        return found

    def find(self, user_id: str) -> User | None:
        """The user, or None."""
        return self._one(user_account.c.id == user_id)

    def by_username(self, username: str) -> User | None:
        """The user with that (normalised) user name."""
        return self._one(user_account.c.username == username)

    def by_uniquifier(self, value: str) -> User | None:
        """The user a session belongs to."""
        row = self._connection.execute(_BY_UNIQUIFIER, {"wanted": value}).first()
        return self._user(row._mapping) if row is not None else None

    def in_agencies(self, agency_ids: Collection[str]) -> tuple[User, ...]:
        """The active people of some agencies, by name."""
        query = (
            select(user_account)
            .where(user_account.c.agency_id.in_(sorted(agency_ids)), user_account.c.active)
            .order_by(user_account.c.name, user_account.c.id)
        )
        return tuple(self._user(row._mapping) for row in self._connection.execute(query))

    def all(self) -> tuple[User, ...]:
        """Everybody, by user name; for the command line."""
        query = select(user_account).order_by(user_account.c.username)
        return tuple(self._user(row._mapping) for row in self._connection.execute(query))

    def add(self, user: User) -> None:
        """Insert with roles."""
        self._connection.execute(insert(user_account).values(**_row(user)))
        self._write_roles(user)

    def replace(self, user: User) -> None:
        """Write every field and role of an existing user."""
        self._connection.execute(
            update(user_account).where(user_account.c.id == user.id).values(**_row(user))
        )
        self._connection.execute(delete(user_role).where(user_role.c.user_id == user.id))
        self._write_roles(user)

    def former_passwords(self, user_id: str, most: int) -> tuple[str, ...]:
        """The newest hashes this person used before the present one."""
        query = (
            select(password_history.c.password)
            .where(password_history.c.user_id == user_id)
            .order_by(password_history.c.id.desc())
            .limit(most)
        )
        return tuple(self._connection.execute(query).scalars())

    def remember_password(self, entry_id: str, at: datetime, user_id: str, hashed: str, most: int) -> None:
        """Keep a hash that is no longer in use, and no more than ``most`` of them."""
        table = password_history
        values = {"id": entry_id, "user_id": user_id, "at": format_instant(at), "password": hashed}
        self._connection.execute(insert(table).values(**values))
        kept = select(table.c.id).where(table.c.user_id == user_id).order_by(table.c.id.desc()).limit(most)
        ids = tuple(self._connection.execute(kept).scalars())
        self._connection.execute(delete(table).where(table.c.user_id == user_id, table.c.id.not_in(ids)))

    def add_attempt(self, attempt_id: str, at: datetime, account: str, address: str) -> None:
        """Note an attempt as failed; :meth:`mark_succeeded` corrects it."""
        self._connection.execute(
            insert(login_attempt).values(
                id=attempt_id, at=format_instant(at), account=account, address=address, succeeded=False
            )
        )

    def mark_succeeded(self, attempt_id: str) -> None:
        """The password was right."""
        self._connection.execute(
            update(login_attempt).where(login_attempt.c.id == attempt_id).values(succeeded=True)
        )

    def failures_of_account(self, account: str, since: datetime) -> int:
        """Failed attempts on one account since then, and since its last success."""
        start = format_instant(since)
        success = select(func.max(login_attempt.c.at)).where(
            login_attempt.c.account == account, login_attempt.c.succeeded, login_attempt.c.at >= start
        )
        last = self._connection.execute(success).scalar()
        return self._failures(login_attempt.c.account == account, last or start)

    def failures_of_address(self, address: str, since: datetime) -> int:
        """Failed attempts from one address since then, whatever the account."""
        return self._failures(login_attempt.c.address == address, format_instant(since))

    def forget_attempts(self, before: datetime) -> None:
        """Delete attempts that no rule looks at any more."""
        self._connection.execute(delete(login_attempt).where(login_attempt.c.at < format_instant(before)))

    def _failures(self, whose: ColumnElement[bool], since: str) -> int:
        query = select(func.count()).where(
            and_(whose, login_attempt.c.at >= since, login_attempt.c.succeeded.is_(False))
        )
        return int(self._connection.execute(query).scalar_one())

    def _one(self, where: ColumnElement[bool]) -> User | None:
        row = self._connection.execute(select(user_account).where(where)).first()
        return self._user(row._mapping) if row is not None else None

    def _user(self, row: Any) -> User:
        roles = tuple(self._connection.execute(_ROLES, {"of": row["id"]}).scalars())
        values = {**row, "role_keys": roles}
        for name in ("cert_valid_from", "cert_valid_to"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        return User(**values)

    def _write_roles(self, user: User) -> None:
        rows = [{"user_id": user.id, "role": role} for role in sorted(set(user.role_keys))]
        if rows:
            self._connection.execute(insert(user_role), rows)


def _row(user: User) -> dict[str, Any]:
    values = {c.name: getattr(user, c.name) for c in user_account.c}
    for name in ("cert_valid_from", "cert_valid_to"):
        values[name] = values[name].isoformat() if values[name] else None
    return values
