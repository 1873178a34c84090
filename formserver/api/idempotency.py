"""``Idempotency-Key``: a creating request sent twice (the line broke before the answer came) is done once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from formserver.api.asking import BAD_HEADER
from formserver.api.tables import api_idempotency as t
from formserver.core.clock import Clock, format_instant
from formserver.core.errors import AppError, Kind, error_code
from formserver.core.store_ports import Store
from formserver.web.api import Call, Operation

KEPT: Final = timedelta(hours=24)
IDEMPOTENCY_KEY_REUSED = error_code(
    "IDEMPOTENCY_KEY_REUSED",
    Kind.INVALID,
    zh="这个 Idempotency-Key 在 24 小时内已用于另一个请求。每个新请求请用新的键。",
    en="This Idempotency-Key was used for another request.",
)
IDEMPOTENCY_UNFINISHED = error_code(
    "IDEMPOTENCY_UNFINISHED",
    Kind.CONFLICT,
    zh="用这个 Idempotency-Key 的请求正在处理，或上次没有处理完。请稍候查询结果；确认没有完成后，换一个键重新提交。",
    en="The request with this Idempotency-Key is being processed or was never finished.",
)
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: str


class IdempotencyRepository:
    """Answers by person and key. One instance lives on one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, user_id: str, key: str) -> tuple[str, Kept] | None:
        """The hash of the request and its answer; status 0 while it is not known."""
        row = self._connection.execute(select(t).where(t.c.user_id == user_id, t.c.key == key)).first()
        if row is None:
            return None
        return row.request_sha256, Kept(row.status, json.loads(row.headers), row.body)

    def begin(self, user_id: str, key: str, request_sha256: str, at: datetime) -> None:
        """Take the key."""
        values = {"user_id": user_id, "key": key, "request_sha256": request_sha256, "at": format_instant(at)}
        self._connection.execute(insert(t).values(**values, status=0, headers="{}", body=""))

    def finish(self, user_id: str, key: str, kept: Kept) -> None:
        """Keep the answer."""
        change = update(t).where(t.c.user_id == user_id, t.c.key == key)
        values: dict[str, Any] = {
            "status": kept.status,
            "headers": json.dumps(kept.headers),
            "body": kept.body,
        }
        self._connection.execute(change.values(**values))

    def release(self, user_id: str, key: str) -> None:
        """Give the key back: nothing was done."""
        self._connection.execute(delete(t).where(t.c.user_id == user_id, t.c.key == key))

    def forget(self, before: datetime) -> None:
        """Delete what is older."""
        self._connection.execute(delete(t).where(t.c.at < format_instant(before)))


class Idempotency:
    """Does a request once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def once(self, operation: Operation, call: Call, key: str, do: Callable[[], Kept]) -> tuple[Kept, bool]:
        """The answer of ``do``, and whether it was given before.

        A refused request gives its key back. Raises BAD_HEADER, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_UNFINISHED.
        """
        if _KEY.fullmatch(key) is None:
            raise BAD_HEADER(name="Idempotency-Key", hint="1 至 100 个可见的 ASCII 字符")
        user_id, asked, now = call.actor.user_id, _digest(operation, call), self._clock.now()
        with self._store.uow(write=True) as u:
            answers = u.repository(IdempotencyRepository)
            answers.forget(now - KEPT)
            found = answers.find(user_id, key)
            if found is None:
                answers.begin(user_id, key, asked, now)
        if found is not None:
            if found[0] != asked:
                raise IDEMPOTENCY_KEY_REUSED()
            if not found[1].status:
                raise IDEMPOTENCY_UNFINISHED()
            return found[1], True
        try:
            kept = do()
        except AppError:  # refused as a whole; after anything else nobody knows what was done
            with self._store.uow(write=True) as u:
                u.repository(IdempotencyRepository).release(user_id, key)
            raise
        with self._store.uow(write=True) as u:
            u.repository(IdempotencyRepository).finish(user_id, key, kept)
        return kept, False


def _digest(operation: Operation, call: Call) -> str:
    files = []
    for name, stream in call.files:
        hasher = hashlib.sha256()
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
        stream.seek(0)
        files.append([name, hasher.hexdigest()])
    asked = [operation.key, dict(call.path), call.body, files, call.version]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
