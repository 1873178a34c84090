"""What a person does to the pages of a heap: turn, move, cut, name, take out, sort into documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formserver.core.errors import NOT_FOUND, Kind, error_code
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.scans.models import Batch, BatchState, Crop, ReadState, ScanPage, Source
from formserver.scans.ordering import as_listed, in_printed_order, moved
from formserver.scans.permissions import ScanPermission
from formserver.scans.reading import READ_JOB
from formserver.scans.repository import ScanRepository
from formserver.scans.service import MOST_TYPED, Intake

LEAST_CROP: Final = 100
BAD_CROP = error_code(
    "BAD_CROP",
    Kind.INVALID,
    zh="裁边太多：上下或左右合计最多裁去九成，请改小。",
    en="Too much is cut away.",
)
BAD_PAGE_NAME = error_code(
    "BAD_PAGE_NAME",
    Kind.INVALID,
    zh="请选择这一张是第几页。",
    en="Choose which page this is.",
)
HEAP_CLOSED = error_code(
    "HEAP_CLOSED",
    Kind.CONFLICT,
    zh="这批签字件已经登记，不能再改。请刷新页面。",
    en="This heap has been bound already.",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to one page. ``what`` is turn, move, crop, name, drop, restore."""

    what: str
    page_id: str
    number: int = 0
    crop: Crop = (0, 0, 1000, 1000)


class Pages:
    """Changes pages. Every change is one write unit on the heap as it is then, so two people do not undo each other."""

    def __init__(self, kit: Kit, intake: Intake) -> None:
        self._kit = kit
        self._intake = intake

    def change(self, actor: Actor, change: Change) -> None:
        """Raises NOT_FOUND, HEAP_CLOSED, BAD_CROP, BAD_PAGE_NAME."""
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            batch = self._mine(u, actor, repository.page(change.page_id).batch_id)
            page = repository.page(change.page_id)
            if change.what == "move":
                for other in moved(repository.pages(batch.id), page.id, change.number):
                    repository.put_page(other)
                self._touch(u, batch, manual_order=True)
                return
            repository.put_page(self._changed(u, actor, batch, page, change))
            self._touch(u, batch, manual_order=batch.manual_order)

    def order(self, actor: Actor, batch_id: str, ids: Sequence[str]) -> None:
        """Put the pages in the order of ``ids``; without ids, in the order their codes say."""
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            batch = self._mine(u, actor, batch_id)
            pages = repository.pages(batch.id)
            files = [o.id for o in repository.originals(batch)]
            for page in as_listed(pages, ids) if ids else in_printed_order(pages, files):
                repository.put_page(page)
            self._touch(u, batch, manual_order=bool(ids))

    def keep_typed(self, actor: Actor, document_id: str, typed: Mapping[str, list[str]]) -> None:
        """Keep what stands in the form beside the pages; too much for a form is not kept."""
        actor.require(ScanPermission.TAKE)
        if sum(len(k) + sum(map(len, v)) for k, v in typed.items()) > MOST_TYPED:
            return
        with self._kit.store.uow(write=True) as u:
            batch = self._intake.open_heap(u, actor, document_id)
            if dict(batch.typed) != dict(typed):
                u.repository(ScanRepository).put_batch(dataclasses.replace(batch, typed=dict(typed)))

    def retry(self, actor: Actor, original_id: str) -> None:
        """Look at a file again whose reading broke off."""
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            original = repository.original(original_id)
            self._mine(u, actor, original.batch_id)
            job = u.jobs.latest(READ_JOB, original.id)
            if original.state is ReadState.WAITING and job is not None:
                u.jobs.retry(job.id, at=self._kit.clock.now())

    def forget(self, actor: Actor, original_id: str) -> None:
        """Take a file that could not be read off the list."""
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            original = repository.original(original_id)
            self._mine(u, actor, original.batch_id)
            if original.state is ReadState.FAILED:
                repository.remove_original(original.id)

    def split(self, actor: Actor, document_id: str) -> Document:
        """Move the pages of a document from the person's own heap to that document's. Raises NOT_TO_SIGN."""
        actor.require(ScanPermission.TAKE)
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            target = self._intake.open_heap(u, actor, document_id)
            source = repository.open_batch(owner=actor.user_id)
            if source is not None:
                wanted = [p for p in repository.pages(source.id) if p.document_id == document_id]
                there = repository.pages(target.id)
                last = max((p.position for p in there), default=0)
                for offset, page in enumerate(wanted, 1):
                    repository.put_page(dataclasses.replace(page, batch_id=target.id, position=last + offset))
                files = [o.id for o in repository.originals(target)]
                if not target.manual_order:
                    for page in in_printed_order(repository.pages(target.id), files):
                        repository.put_page(page)
            return u.documents.get(document_id, actor.scope)

    def _mine(self, u: UnitOfWork, actor: Actor, batch_id: str) -> Batch:
        actor.require(ScanPermission.TAKE)
        batch = u.repository(ScanRepository).lock(batch_id)
        self._intake.require_own(u, actor, batch)
        if batch.state is not BatchState.OPEN:
            raise HEAP_CLOSED()
        return batch

    def _touch(self, u: UnitOfWork, batch: Batch, *, manual_order: bool) -> None:
        changed = dataclasses.replace(batch, manual_order=manual_order, updated_at=self._kit.clock.now())
        u.repository(ScanRepository).put_batch(changed)

    def _changed(self, u: UnitOfWork, actor: Actor, batch: Batch, page: ScanPage, change: Change) -> ScanPage:
        makers: dict[str, Callable[[], ScanPage]] = {
            "turn": lambda: _turned(page, change.number),
            "crop": lambda: dataclasses.replace(page, crop=_checked_crop(change.crop)),
            "drop": lambda: dataclasses.replace(page, dropped=True),
            "restore": lambda: dataclasses.replace(page, dropped=False),
            "name": lambda: self._named(u, actor, batch, page, change.number),
        }
        if change.what not in makers:
            raise NOT_FOUND(what="这个操作")
        return makers[change.what]()

    def _named(self, u: UnitOfWork, actor: Actor, batch: Batch, page: ScanPage, number: int) -> ScanPage:
        """A person says which page it is; a code that names another document stands against it."""
        if not batch.document_id or not 0 <= number < 1000:
            raise BAD_PAGE_NAME()
        if page.source is Source.CODE or (page.token and page.document_id != batch.document_id):
            raise BAD_PAGE_NAME()
        document = u.documents.get(batch.document_id, actor.scope)
        if number == 0:
            return dataclasses.replace(page, page_no=0, version_no=0, source=Source.NONE)
        return dataclasses.replace(
            page,
            document_id=document.id,
            version_no=document.printed_version,
            page_no=number,
            source=Source.MANUAL,
        )


def _turned(page: ScanPage, degrees: int) -> ScanPage:
    """Turn what is shown; the cut edges turn with it."""
    left, top, right, bottom = page.crop
    quarter = degrees % 360
    crops: dict[int, Crop] = {
        0: page.crop,
        90: (1000 - bottom, left, 1000 - top, right),
        180: (1000 - right, 1000 - bottom, 1000 - left, 1000 - top),
        270: (top, 1000 - right, bottom, 1000 - left),
    }
    if quarter not in crops:
        raise NOT_FOUND(what="这个操作")
    return dataclasses.replace(page, rotation=(page.rotation + quarter) % 360, crop=crops[quarter])


def _checked_crop(crop: Crop) -> Crop:
    left, top, right, bottom = crop
    inside = all(0 <= edge <= 1000 for edge in crop)
    if not inside or right - left < LEAST_CROP or bottom - top < LEAST_CROP:
        raise BAD_CROP()
    return crop
