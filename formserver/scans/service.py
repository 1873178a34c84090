"""Taking in scans: files join a heap, pages are turned, ordered, cut and named; what there is to say about them.

Everything stands in the database at once, so that a closed tab or a phone without battery costs nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formserver.core.errors import NOT_FOUND, AppError, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.jobs import JobState
from formserver.core.lifecycle import SIGN
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.scans.findings import Finding, findings
from formserver.scans.models import Batch, BatchState, Original, ReadState, ScanPage
from formserver.scans.permissions import ScanPermission
from formserver.scans.printed import Printed, printed_paper
from formserver.scans.reading import READ_JOB
from formserver.scans.repository import ScanRepository

MOST_PAGES: Final = 200
MOST_BYTES: Final = 600 << 20
MOST_TYPED: Final = 200_000

TOO_MANY_PAGES = error_code(
    "TOO_MANY_SCAN_PAGES",
    Kind.INVALID,
    zh="“{name}”没有收下：这批签字件已有{have}页，再加{more}页就超过{most}页。请先登记这一批，或分几批上传。",
    en="{name} was not taken: the heap would exceed {most} pages.",
)
TOO_MUCH_SCAN = error_code(
    "TOO_MUCH_SCAN",
    Kind.INVALID,
    zh="“{name}”没有收下：这批签字件的文件合计超过{most} MB。请用 200–300 dpi 扫描，或分几批上传。",
    en="{name} was not taken: the heap would exceed {most} MB.",
)
NOT_TO_SIGN = error_code(
    "NOT_TO_SIGN",
    Kind.CONFLICT,
    zh="文书当前为“{state}”，只有“定稿待签”的文书可以上传签字件。",
    en="The document is {state}; scans are taken only while it waits for signatures.",
)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file that lies in the blob store."""

    sha256: str
    size: int
    filename: str


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap as a page shows it. ``documents`` are those its codes name and this person may see, by id."""

    batch: Batch | None
    originals: tuple[Original, ...] = ()
    pages: tuple[ScanPage, ...] = ()
    documents: Mapping[str, Document] = dataclasses.field(default_factory=dict)
    printed: Printed | None = None
    findings: tuple[Finding, ...] = ()
    stuck: frozenset[str] = frozenset()

    @property
    def kept(self) -> tuple[ScanPage, ...]:
        """The pages that will become the signed paper, in order."""
        return tuple(page for page in self.pages if not page.dropped)

    @property
    def reading(self) -> bool:
        """Whether pages are still being looked at."""
        return any(o.state is ReadState.WAITING and o.id not in self.stuck for o in self.originals)


class Intake:
    """Heaps of scans. Whoever may register signed papers of a document may work on its heap; a heap without a
    document is its owner's alone."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def heap(self, actor: Actor, document_id: str = "") -> Heap:
        """The open heap of a document, or the person's own. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(ScanPermission.TAKE)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope) if document_id else None
            repository = u.repository(ScanRepository)
            batch = repository.open_batch(document_id=document_id, owner=actor.user_id)
            printed = None
            if document is not None and document.printed_version:
                printed = printed_paper(self._kit, u, document, document.printed_version)
            if batch is None:
                return Heap(None, printed=printed)
            pages, originals = repository.pages(batch.id), repository.originals(batch)
            documents = self._visible(u, actor, pages)
            titles = {key: found.title for key, found in documents.items()}
            return Heap(
                batch,
                originals,
                pages,
                documents,
                printed,
                tuple(findings(document_id, printed, pages, titles)) if printed is not None else (),
                self._stuck(u, originals),
            )

    def add(self, actor: Actor, document_id: str, files: Sequence[StoredFile]) -> list[AppError]:
        """Take files into the heap; those that are no scans or too much are refused one by one.

        Raises NOT_ALLOWED, NOT_FOUND, NOT_TO_SIGN.
        """
        from formserver.rendering.scan_check import MAX_BYTES, SCAN_REFUSED, ScanKind, glance_at_scan
        from formserver.rendering.scan_reader import media_type_of_scan

        actor.require(ScanPermission.TAKE)
        self._require_waiting(actor, document_id)
        refused: list[AppError] = []
        for file in files:
            try:
                if file.size > MAX_BYTES:
                    raise SCAN_REFUSED(
                        name=file.filename,
                        reason=f"文件超过 {MAX_BYTES >> 20} MB。请用 200–300 dpi 重新扫描。",
                    )
                data = self._kit.store.blobs.read(file.sha256)
                seen = glance_at_scan(data, file.filename)
                original = Original(
                    id=new_id(),
                    batch_id="",
                    blob_sha256=file.sha256,
                    filename=file.filename,
                    media_type=media_type_of_scan(data),
                    size=file.size,
                    pages=seen.pages,
                    signed=seen.kind is ScanKind.PDF and seen.signed,
                    state=ReadState.WAITING,
                    error="",
                    added_by=actor.user_id,
                    added_at=self._kit.clock.now(),
                )
                self._take(actor, document_id, original)
            except AppError as error:
                if error.kind is not Kind.INVALID:
                    raise
                refused.append(error)
        return refused

    def offer(self, actor: Actor, document_id: str, filename: str, data: bytes) -> None:
        """A paper signed elsewhere in the house joins the heap of its document, see core.intake.SignedPageIntake.

        What was offered under the same name before is the same paper in an earlier state: it leaves the heap.
        """
        blob = self._kit.store.blobs.put_bytes(data)
        earlier = [
            one.id
            for one in self.heap(actor, document_id).originals
            if one.filename == filename and one.blob_sha256 != blob.sha256
        ]
        for refused in self.add(actor, document_id, [StoredFile(blob.sha256, blob.size, filename)]):
            raise refused
        with self._kit.store.uow(write=True) as u:
            for original_id in earlier:
                u.repository(ScanRepository).remove_original(original_id)

    def page(self, actor: Actor, page_id: str) -> ScanPage:
        """One page of a heap this person may work on. Raises NOT_FOUND."""
        actor.require(ScanPermission.TAKE)
        with self._kit.store.uow() as u:
            repository = u.repository(ScanRepository)
            page = repository.page(page_id)
            self.require_own(u, actor, repository.batch(page.batch_id))
            return page

    def require_own(self, u: UnitOfWork, actor: Actor, batch: Batch) -> None:
        """Raises NOT_FOUND for a heap this person has no business with, exactly as for an unknown one."""
        if batch.document_id:
            try:
                u.documents.get(batch.document_id, actor.scope)
            except AppError as hidden:
                raise NOT_FOUND(what="这批签字件") from hidden
        elif batch.owner != actor.user_id:
            raise NOT_FOUND(what="这批签字件")

    def open_heap(self, u: UnitOfWork, actor: Actor, document_id: str) -> Batch:
        """The open heap inside a write unit, made when there is none. The document's row is held until the end."""
        repository = u.repository(ScanRepository)
        if document_id:
            self._check_state(u.documents.lock(document_id, actor.scope))
        found = repository.open_batch(document_id=document_id, owner=actor.user_id)
        if found is not None:
            return repository.lock(found.id)
        now = self._kit.clock.now()
        agency = u.documents.get(document_id, actor.scope).agency_id if document_id else actor.agency_id
        made = Batch(
            id=new_id(),
            document_id=document_id,
            owner=actor.user_id,
            agency_id=agency,
            state=BatchState.OPEN,
            manual_order=False,
            created_at=now,
            updated_at=now,
        )
        repository.add_batch(made)
        return made

    def _take(self, actor: Actor, document_id: str, original: Original) -> None:
        with self._kit.store.uow(write=True) as u:
            batch = self.open_heap(u, actor, document_id)
            repository = u.repository(ScanRepository)
            there = [o for o in repository.originals(batch) if o.state is not ReadState.FAILED]
            if any(o.blob_sha256 == original.blob_sha256 for o in there):
                return  # the same file sent again: it is here already
            have = sum(o.pages for o in there)
            if have + original.pages > MOST_PAGES:
                raise TOO_MANY_PAGES(name=original.filename, have=have, more=original.pages, most=MOST_PAGES)
            if sum(o.size for o in there) + original.size > MOST_BYTES:
                raise TOO_MUCH_SCAN(name=original.filename, most=MOST_BYTES >> 20)
            repository.add_original(dataclasses.replace(original, batch_id=batch.id))
            u.jobs.enqueue(
                kind=READ_JOB,
                key=original.id,
                payload={"original": original.id},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=batch.agency_id,
                priority=20,
            )

    def _require_waiting(self, actor: Actor, document_id: str) -> None:
        if document_id:
            with self._kit.store.uow() as u:
                self._check_state(u.documents.get(document_id, actor.scope))

    def _check_state(self, document: Document) -> None:
        if document.state not in SIGN.sources:
            raise NOT_TO_SIGN(state=document.state.value)

    def _visible(self, u: UnitOfWork, actor: Actor, pages: Sequence[ScanPage]) -> dict[str, Document]:
        found = {}
        for document_id in {page.document_id for page in pages} - {""}:
            try:
                found[document_id] = u.documents.get(document_id, actor.scope)
            except AppError as hidden:
                if hidden.code is not NOT_FOUND:
                    raise
        return found

    def _stuck(self, u: UnitOfWork, originals: Sequence[Original]) -> frozenset[str]:
        """Files whose reading failed for good although nothing is wrong with them."""
        found = set()
        for original in originals:
            if original.state is ReadState.WAITING:
                job = u.jobs.latest(READ_JOB, original.id)
                if job is not None and job.state is JobState.FAILED:
                    found.add(original.id)
        return frozenset(found)
