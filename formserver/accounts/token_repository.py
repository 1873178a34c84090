"""Personal access tokens. One instance lives on one unit of work."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from formserver.accounts.models import ApiToken
from formserver.accounts.tables import api_token
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND

_INSTANTS = ("created_at", "expires_at", "used_at", "revoked_at")


class TokenRepository:
    """Tokens by the hash of their text."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_hash(self, sha256: str) -> ApiToken | None:
        """The token, whether it still works or not."""
        row = self._connection.execute(select(api_token).where(api_token.c.sha256 == sha256)).first()
        return _token(row._mapping) if row is not None else None

    def of_user(self, user_id: str) -> tuple[ApiToken, ...]:
        """Every token of a person, newest first."""
        query = select(api_token).where(api_token.c.user_id == user_id).order_by(api_token.c.id.desc())
        return tuple(_token(row._mapping) for row in self._connection.execute(query))

    def get(self, token_id: str, user_id: str) -> ApiToken:
        """One token of that person. Raises NOT_FOUND."""
        query = select(api_token).where(api_token.c.id == token_id, api_token.c.user_id == user_id)
        row = self._connection.execute(query).first()
        if row is None:
            raise NOT_FOUND(what="这个令牌")
        return _token(row._mapping)

    def count_working(self, user_id: str, now: datetime) -> int:
        """How many tokens of a person open something."""
        query = select(func.count()).where(
            api_token.c.user_id == user_id,
            api_token.c.revoked_at.is_(None),
            api_token.c.expires_at > format_instant(now),
        )
        return int(self._connection.execute(query).scalar_one())

    def add(self, new: ApiToken) -> None:
        """Insert."""
        values: dict[str, Any] = {column.name: getattr(new, column.name) for column in api_token.c}
        values["scopes"] = json.dumps(new.scopes)
        for name in _INSTANTS:
            values[name] = format_instant(values[name]) if values[name] else None
        self._connection.execute(insert(api_token).values(**values))

    def touch(self, token_id: str, at: datetime, address: str) -> None:
        """Note that the token was used."""
        values = {"used_at": format_instant(at), "used_from": address}
        self._connection.execute(update(api_token).where(api_token.c.id == token_id).values(**values))

    def revoke(self, token_id: str, at: datetime) -> None:
        """It works no more; the line stays, to say what it was."""
        change = update(api_token).where(api_token.c.id == token_id, api_token.c.revoked_at.is_(None))
        self._connection.execute(change.values(revoked_at=format_instant(at)))


def _token(row: Any) -> ApiToken:
    values = {**row, "scopes": tuple(json.loads(row["scopes"]))}
    for name in _INSTANTS:
        values[name] = parse_instant(values[name]) if values[name] else None
    return ApiToken(**values)
