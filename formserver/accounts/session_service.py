"""What a person can do with their own sessions: see them, end them."""

from __future__ import annotations

from formserver.accounts.models import StoredSession
from formserver.accounts.session_repository import SessionRepository
from formserver.core.clock import Clock
from formserver.core.errors import NOT_FOUND
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store


class SessionService:
    """The sessions of one person, never of another."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, actor: Actor) -> tuple[StoredSession, ...]:
        """The running sessions, last used first."""
        with self._store.uow() as u:
            return u.repository(SessionRepository).of_user(actor.user_id, self._clock.now())

    def end(self, actor: Actor, session_id: str) -> None:
        """End one session at once. Raises NOT_FOUND for one that is over or somebody else's."""
        with self._store.uow(write=True) as u:
            if not u.repository(SessionRepository).end(session_id, user_id=actor.user_id):
                raise NOT_FOUND(what="这个登录，它可能已经退出")
            u.events.append(
                AuditEvent(
                    id=new_id(),
                    at=self._clock.now(),
                    actor_id=actor.user_id,
                    actor_name=actor.name,
                    agency_id=actor.agency_id,
                    action="account.session_ended",
                    subject=f"user:{actor.user_id}",
                    data={},
                )
            )
