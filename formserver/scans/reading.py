"""The ``scan.read`` job: looks at every page of one uploaded file, one at a time.

A killed worker costs at most the page in hand: what was read stands in the database, and the job goes on behind it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.core.ids import new_id
from formserver.core.jobs import Job
from formserver.core.models import Document
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.scans.models import Original, ReadState, ScanPage, Source
from formserver.scans.ordering import in_printed_order
from formserver.scans.printed import PrintedPages
from formserver.scans.repository import ScanRepository

if TYPE_CHECKING:
    from PIL.Image import Image

    from formserver.rendering.scan_codes import FoundCode

READ_JOB: Final = "scan.read"


class ScanReading:
    """Reads files page by page. Lives in the worker; the libraries for pictures load with the first file."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._printed = PrintedPages(kit)

    def handle(self, job: Job, report: Report) -> dict[str, Any]:
        """Read what has not been read yet. A damaged file is marked with what is wrong with it; nothing is raised."""
        with self._kit.store.uow() as u:
            repository = u.repository(ScanRepository)
            try:
                original = repository.original(str(job.payload["original"]))
            except AppError as gone:
                if gone.code is NOT_FOUND:
                    return {"pages": 0}
                raise
            known = repository.pages_of(original.id)
        if original.state is not ReadState.WAITING:
            return {"pages": len(known)}
        try:
            data = self._kit.store.blobs.read(original.blob_sha256)
            for no in range(1, original.pages + 1):
                if no not in known:
                    report(100 * (no - 1) // original.pages, f"正在识别第{no}页，共{original.pages}页")
                    self._keep(original, self._read(data, original, no))
        except AppError as refused:
            if refused.kind is not Kind.INVALID:
                raise
            self._finish(original, ReadState.FAILED, refused.message())
            return {"pages": 0}
        self._finish(original, ReadState.READ, "")
        return {"pages": original.pages}

    def _read(self, data: bytes, original: Original, no: int) -> ScanPage:
        from formserver.rendering.scan_codes import find_codes, page_address_of, upright_rotation
        from formserver.rendering.scan_pictures import READING, SHOWING, as_jpeg, scan_picture

        picture = scan_picture(data, no, original.filename, longest=READING)
        codes = find_codes(picture)
        rotation = upright_rotation(codes[0]) if codes else 0
        address = page_address_of(codes[0].text) if codes else None
        page = ScanPage(new_id(), original.batch_id, original.id, no, 0, "", rotation=rotation)
        if address is not None:
            page = dataclasses.replace(page, token=address.token)
            document = self._document(address.token)
            if document is not None:
                page = dataclasses.replace(
                    page,
                    document_id=document.id,
                    version_no=address.version,
                    page_no=address.page,
                    source=Source.CODE if address.page else Source.NONE,
                    ink=self._ink(document, address.version, address.page, picture, codes),
                )
        picture.thumbnail((SHOWING, SHOWING), reducing_gap=2.0)
        view = self._kit.store.blobs.put_bytes(as_jpeg(picture, quality=80))
        return dataclasses.replace(page, view_sha256=view.sha256)

    def _document(self, token: str) -> Document | None:
        with self._kit.store.uow() as u:
            return u.documents.by_token(token)

    def _ink(
        self, document: Document, version: int, page: int, picture: Image, codes: tuple[FoundCode, ...]
    ) -> tuple[tuple[str, float | None], ...]:
        from formserver.rendering.scan_ink import look_for_ink

        if not 0 < version <= document.head_version or page < 1:
            return ()
        paper = self._printed.of(document, version)
        if paper is None:
            return ()
        pdf, areas = paper
        return tuple((found.key, found.ink) for found in look_for_ink(pdf, page, areas, picture, codes))

    def _keep(self, original: Original, page: ScanPage) -> None:
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            if page.no in repository.pages_of(original.id):
                return  # another worker was faster: this one's lease had ended
            last = max((p.position for p in repository.pages(page.batch_id)), default=0)
            repository.add_page(dataclasses.replace(page, position=last + 1))

    def _finish(self, original: Original, state: ReadState, error: str) -> None:
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(ScanRepository)
            repository.put_original(dataclasses.replace(original, state=state, error=error))
            batch = repository.lock(original.batch_id)
            if not batch.manual_order:
                order = [o.id for o in repository.originals(batch)]
                for page in in_printed_order(repository.pages(batch.id), order):
                    repository.put_page(page)
            repository.put_batch(dataclasses.replace(batch, updated_at=self._kit.clock.now()))
