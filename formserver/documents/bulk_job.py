"""The ``documents.bulk`` job: a deed on many documents, in the name of whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND
from formserver.core.ids import new_id
from formserver.core.jobs import Job
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event
from formserver.documents.bulk_deeds import (
    MOST,
    NOTHING_CHOSEN,
    TOO_MANY_CHOSEN,
    BulkDeed,
    BulkDeeds,
    Item,
    Outcome,
    deed_of,
)
from formserver.documents.bulk_files import BulkFiles

BULK_JOB: Final = "documents.bulk"
AT_ONCE: Final = 20
"""So many documents are done while the person waits; more go to the worker, with a page that shows how far it is."""


class BulkRuns:
    """Starts runs and does them."""

    def __init__(self, kit: Kit, deeds: BulkDeeds, files: BulkFiles, accounts: AccountService) -> None:
        self._kit = kit
        self._deeds = deeds
        self._files = files
        self._accounts = accounts

    def start(
        self, actor: Actor, key: str, items: Sequence[Item], *, type_key: str = ""
    ) -> tuple[Job | None, list[Outcome]]:
        """Do it at once, or hand it to the worker. Raises NOTHING_CHOSEN, TOO_MANY_CHOSEN, NOT_ALLOWED."""
        deed = deed_of(actor, key)
        items = list({item.id: item for item in items}.values())
        if not items:
            raise NOTHING_CHOSEN()
        if len(items) > MOST:
            raise TOO_MANY_CHOSEN(most=MOST, count=len(items))
        self._note(actor, deed, len(items))
        if not deed.files and len(items) <= AT_ONCE:
            return None, self._deeds.run(actor, key, items, type_key=type_key)
        payload = {
            "user": actor.user_id,
            "deed": key,
            "type": type_key,
            "items": [[item.id, item.base_version] for item in items],
        }
        with self._kit.store.uow(write=True) as u:
            job = u.jobs.enqueue(
                kind=BULK_JOB,
                key=new_id(),
                payload=payload,
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=20,
            )
        return job, []

    def handle(self, job: Job, report: Report) -> dict[str, Any]:
        """Do a job: with the rights the person has now, not those of when it was asked for."""
        user = self._accounts.get(str(job.payload["user"]))
        if not user.active:
            raise NOT_ALLOWED(what="继续这个批量操作：账号已停用")
        actor = self._accounts.actor_for(user)
        key = str(job.payload["deed"])
        deed = deed_of(actor, key)
        items = [Item(str(one), int(base)) for one, base in job.payload["items"]]
        if deed.files:
            outcomes = self._files.make(actor, key, items, job.id, report)
        else:
            outcomes = self._deeds.run(
                actor, key, items, since=job.created_at, type_key=str(job.payload["type"]), progress=report
            )
        return {"outcomes": [one.as_dict() for one in outcomes]}

    def job(self, actor: Actor, job_id: str) -> Job:
        """A run of one's own. Raises NOT_FOUND, for those of others too."""
        with self._kit.store.uow() as u:
            job = u.jobs.get(job_id)
        if job.kind != BULK_JOB or job.created_by != actor.user_id:
            raise NOT_FOUND(what="这次批量操作")
        return job

    def _note(self, actor: Actor, deed: BulkDeed, count: int) -> None:
        with self._kit.store.uow(write=True) as u:
            data = {"deed": deed.key, "count": count}
            record_event(self._kit, u, actor, "documents.bulk", subject=deed.label, data=data)
