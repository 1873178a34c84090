"""Entering many papers: keep what was handed in, show what it would do, then do it row by row in the worker.

A batch is one immutable content (JSON): its hash is its name. Every row makes a document whose id follows from batch
and row, so that a job that died half-way goes on without entering anything twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.core.canonical import canonical_json
from formserver.core.clock import today_in_china
from formserver.core.errors import NOT_FOUND, AppError, Kind, error_code
from formserver.core.jobs import Job
from formserver.core.legacy import RECORD_TYPE, LegacyEntry, legacy_id
from formserver.core.legacy_permissions import LegacyPermission
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.enterprises.repository import EnterpriseRepository
from formserver.legacy.listing import PaperList, read_list

LEGACY_JOB: Final = "legacy.import"
PURPOSE: Final = "legacy"
LARGEST: Final = 50 << 20
"""Bytes of one scan or list: they are read into memory when the paper is entered."""
BATCH_RUNNING = error_code(
    "BATCH_RUNNING",
    Kind.CONFLICT,
    zh="这批补录已经开始，请在本页查看进度，不必重复提交。",
    en="This batch is being entered already.",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was handed in together: a list, and files by name. ``id`` is the hash of this description."""

    id: str
    owner: str
    list_name: str
    list_sha256: str
    files: Mapping[str, str]


class LegacyBatches:
    """Batches of one's own."""

    def __init__(self, kit: Kit, entry: LegacyEntry, accounts: AccountService) -> None:
        self._kit = kit
        self._entry = entry
        self._accounts = accounts

    def types(self, actor: Actor) -> dict[str, str]:
        """Title → key of every type a paper may be entered as."""
        with self._kit.store.uow() as u:
            code = self._kit.agencies.facts(u, actor.agency_id).get("code", "") if actor.agency_id else ""
        return {dt.title: dt.key for dt in self._kit.catalogue.types(agency=code)}

    def keep(self, actor: Actor, list_name: str, data: bytes, files: Sequence[tuple[str, bytes]]) -> Batch:
        """Store list and files; nothing is entered. Raises NOT_A_WORKBOOK for a list that cannot be read."""
        actor.require(LegacyPermission.ENTER)
        self._read(actor, list_name, data, [name for name, _ in files])  # before a file is stored
        put = self._kit.store.blobs.put_bytes
        return self.keep_stored(
            actor, list_name, data, {name: put(content).sha256 for name, content in files}
        )

    def keep_stored(self, actor: Actor, list_name: str, data: bytes, files: Mapping[str, str]) -> Batch:
        """As :meth:`keep`, for files that lie in the blob store already: name → SHA-256."""
        actor.require(LegacyPermission.ENTER)
        self._read(actor, list_name, data, list(files))
        put = self._kit.store.blobs.put_bytes
        description = {
            "owner": actor.user_id,
            "agency": actor.agency_id,
            "list_name": list_name,
            "list_sha256": put(data).sha256,
            "files": dict(files),
        }
        with self._kit.store.uow(write=True) as u:
            sha = u.contents.put(canonical_json(description))
        return self.batch(actor, sha)

    def batch(self, actor: Actor, batch_id: str) -> Batch:
        """One's own batch. Raises NOT_FOUND, also for other people's."""
        actor.require(LegacyPermission.ENTER)
        with self._kit.store.uow() as u:
            found = _described(u.contents.get(batch_id))
        if found is None or found.get("owner") != actor.user_id:
            raise NOT_FOUND(what="这批补录")
        return Batch(batch_id, actor.user_id, found["list_name"], found["list_sha256"], found["files"])

    def preview(self, actor: Actor, batch: Batch) -> PaperList:
        """What the list says against the files and the register as they are now."""
        data = self._kit.store.blobs.read(batch.list_sha256)
        return self._read(actor, batch.list_name, data, list(batch.files))

    def start(self, actor: Actor, batch_id: str) -> Job:
        """Put the work into the queue. Raises BATCH_RUNNING when it was started before."""
        batch = self.batch(actor, batch_id)
        with self._kit.store.uow(write=True) as u:
            if u.jobs.latest(LEGACY_JOB, batch.id) is not None:
                raise BATCH_RUNNING()
            return u.jobs.enqueue(
                kind=LEGACY_JOB,
                key=batch.id,
                payload={"batch": batch.id, "user": actor.user_id},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=60,
            )

    def job(self, actor: Actor, batch_id: str) -> Job | None:
        """Where one's own batch stands; None before it was started."""
        self.batch(actor, batch_id)
        with self._kit.store.uow() as u:
            return u.jobs.latest(LEGACY_JOB, batch_id)

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: every row its own unit of work; a row that is refused is named and the others go on."""
        actor = self._accounts.actor_for(self._accounts.get(str(job.payload["user"])))
        return self.carry_out(actor, self.batch(actor, str(job.payload["batch"])), report)

    def carry_out(self, actor: Actor, batch: Batch, report: Report) -> dict[str, Any]:
        """Enter every row of a batch that can be entered; the result names each row's document or reason."""
        read = self._kit.store.blobs.read
        papers = self.preview(actor, batch)
        return self.enter_rows(actor, batch.id, papers, lambda name: read(batch.files[name]), report)

    def read(self, actor: Actor, name: str, data: bytes, files: Sequence[str]) -> PaperList:
        """A list against the names of the files beside it; nothing is kept. Raises NOT_A_WORKBOOK, NOT_ALLOWED."""
        actor.require(LegacyPermission.ENTER)
        return self._read(actor, name, data, files)

    def enter_rows(
        self,
        actor: Actor,
        batch_id: str,
        papers: PaperList,
        load: Callable[[str], bytes],
        report: Report,
    ) -> dict[str, Any]:
        """Enter the rows of ``papers``, each in a unit of its own; ``batch_id`` makes a repetition harmless."""
        rows: list[dict[str, Any]] = []
        for done, listed in enumerate(papers.rows):
            report(int(100 * done / len(papers.rows)), f"已处理 {done} 件，共 {len(papers.rows)} 件")
            told: dict[str, Any] = {"row": listed.row, "title": listed.title, "document": "", "why": ""}
            if listed.problems or listed.paper is None:
                told["why"] = "；".join(listed.problems)
            else:
                try:
                    files = [(name, load(name)) for name in listed.files]
                    made = self._entry.enter(
                        actor, listed.paper, files, document_id=legacy_id(batch_id, listed.row)
                    )
                    told.update(document=made.id, title=made.title)
                except AppError as error:
                    if error.kind is Kind.UNAVAILABLE:
                        raise
                    told["why"] = "；".join([error.message(), *(p.message for p in error.problems)])
            rows.append(told)
        entered = sum(bool(row["document"]) for row in rows)
        return {"rows": rows, "entered": entered, "refused": len(rows) - entered}

    def _read(self, actor: Actor, name: str, data: bytes, files: Sequence[str]) -> PaperList:
        types = {title: key for title, key in self.types(actor).items() if key != RECORD_TYPE}
        with self._kit.store.uow() as u:
            register = u.repository(EnterpriseRepository)

            def find(enterprise: str, code: str) -> str:
                found = register.twins(code, enterprise, actor.scope)
                return found[0].id if len(found) == 1 else ""

            return read_list(
                data,
                name,
                files=files,
                types=types,
                today=today_in_china(self._kit.clock),
                find_enterprise=find,
            )


def _described(data: bytes) -> dict[str, Any] | None:
    """A batch's description; None for any other content that lies in the store under that hash."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    if not isinstance(found, dict) or not {"owner", "list_sha256", "list_name", "files"} <= set(found):
        return None
    return found
