"""A person's own messages: counted, listed, opened, marked read. Nobody sees another person's."""

from __future__ import annotations

from typing import Final

from formserver.core.clock import Clock
from formserver.core.notices import Notice
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store
from formserver.notices.repository import SqlNoticeBoard

PAGE: Final = 30


class NoticeService:
    """What the page 消息 and the bell ask."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def unread(self, actor: Actor) -> int:
        """How many this person has not read; 100 means more than 99."""
        with self._store.uow() as u:
            return u.repository(SqlNoticeBoard).unread(actor.user_id)

    def page(self, actor: Actor, before: str = "") -> tuple[tuple[Notice, ...], str]:
        """A page, newest first, and the mark of the next one (empty: this is the last). Raises BAD_CURSOR."""
        with self._store.uow() as u:
            board = u.repository(SqlNoticeBoard)
            found = board.latest(actor.user_id, limit=PAGE + 1, before=before)
        return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""

    def open(self, actor: Actor, notice_id: str) -> Notice:
        """Mark one read and return it. Raises NOT_FOUND."""
        with self._store.uow(write=True) as u:
            found = u.repository(SqlNoticeBoard).get(actor.user_id, notice_id)
            u.repository(SqlNoticeBoard).mark_read(actor.user_id, [notice_id], self._clock.now())
        return found

    def mark_all_read(self, actor: Actor) -> int:
        """Mark everything read; returns how many were unread."""
        with self._store.uow(write=True) as u:
            board = u.repository(SqlNoticeBoard)
            return board.mark_read(actor.user_id, None, self._clock.now())
