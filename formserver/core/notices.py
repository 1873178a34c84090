"""Messages to people (站内消息): what happened that somebody should know, kept until it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person. ``path`` is the page it leads to, beginning with ``/``; never another server's."""

    id: str
    user_id: str
    at: datetime
    kind: str
    title: str
    path: str
    detail: str = ""
    document_id: str = ""
    read_at: datetime | None = None


class NoticeBoard(Protocol):
    """The repository of messages; found by ``u.repository(NoticeBoard)`` inside any unit of work."""

    def post(self, notices: Sequence[Notice]) -> None:
        """Insert; a message with an id that exists already is left alone, so that a repeated job tells nobody twice."""
        ...

    def unread(self, user_id: str) -> int:
        """How many a person has not read, exact up to 99, else 100."""
        ...

    def latest(self, user_id: str, *, limit: int = 50, before: str = "") -> tuple[Notice, ...]:
        """A person's messages, newest first; ``before`` is the id of the last one of the page before."""
        ...

    def mark_read(self, user_id: str, notice_ids: Sequence[str] | None, at: datetime) -> int:
        """Mark some (None: all) of a person's messages read; returns how many were unread."""
        ...

    def settle(self, document_id: str, kind: str, at: datetime) -> None:
        """Mark every message of this kind about a document read: somebody has done what it asked for."""
        ...
