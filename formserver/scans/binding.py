"""From a heap of pages to the signed paper: one PDF, the originals beside it, and an account of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import Kind, Problem, error_code, invalid
from formserver.core.models import Json
from formserver.core.permissions import Actor
from formserver.core.service_kit import DocumentDeed, Kit
from formserver.core.signing import PenCorrection, Signed, Signing, StoredScan
from formserver.core.store_ports import BlobInfo, UnitOfWork
from formserver.scans.findings import Finding
from formserver.scans.models import WHOLE, BatchState, Original, ScanPage
from formserver.scans.repository import ScanRepository
from formserver.scans.service import Heap, Intake

STILL_READING = error_code(
    "SCANS_STILL_READING",
    Kind.CONFLICT,
    zh="还有页面正在识别，请等识别完成后再登记。",
    en="Pages are still being read; wait until that is done.",
)
_QUALITY: Final = 85


class Binding:
    """Binds the heap of a document to the version printed."""

    def __init__(self, kit: Kit, intake: Intake, signing: Signing) -> None:
        self._kit = kit
        self._intake = intake
        self._signing = signing

    def sign(
        self,
        actor: Actor,
        document_id: str,
        *,
        base_version: int,
        pen_fields: Mapping[str, Any],
        corrections: Sequence[PenCorrection],
        confirmed: Collection[str],
    ) -> Signed:
        """Register the signed paper. ``confirmed`` holds the keys of the findings that were ticked.

        Raises NO_SCAN, SCANS_STILL_READING, INVALID_INPUT with every finding that stands against it, SIGNED_PDF_ALONE,
        and what :meth:`Signing.sign` raises. Originals that cannot be read again name themselves (SCAN_REFUSED).
        """
        actor.require(DocumentPermission.SIGN)
        heap = self._intake.heap(actor, document_id)

        def joined() -> StoredScan:
            if heap.reading:
                raise STILL_READING()
            require_settled(heap.findings, confirmed)
            return self._join(actor, heap)

        return self._signing.sign(
            actor,
            document_id,
            joined,
            base_version=base_version,
            pen_fields=pen_fields,
            corrections=corrections,
        )

    def _join(self, actor: Actor, heap: Heap) -> StoredScan:
        from formserver.rendering.scan_reader import NO_SCAN, SIGNED_PDF_ALONE

        pages = heap.kept
        if not pages:
            raise NO_SCAN()
        by_id = {original.id: original for original in heap.originals}
        used = list({page.original_id: by_id[page.original_id] for page in pages}.values())
        if as_it_is(pages, used):
            pdf = self._kit.store.blobs.read(used[0].blob_sha256)
        else:
            signed = next((original for original in used if original.signed), None)
            if signed is not None:
                raise SIGNED_PDF_ALONE(name=signed.filename)
            pdf = self._drawn(pages, by_id)
        originals = tuple(
            (original.filename, original.media_type, BlobInfo(original.blob_sha256, original.size))
            for original in used
        )
        return StoredScan(pdf, len(pages), originals, account_of(actor, heap, by_id))

    def _drawn(self, pages: Sequence[ScanPage], by_id: Mapping[str, Original]) -> bytes:
        from formserver.rendering.scan_pdf import images_to_pdf
        from formserver.rendering.scan_pictures import KEEPING, as_jpeg, scan_picture, turned

        drawn: list[bytes] = []
        opened, data = "", b""
        for page in pages:
            original = by_id[page.original_id]
            if original.id != opened:
                opened, data = original.id, self._kit.store.blobs.read(original.blob_sha256)
            picture = scan_picture(data, page.no, original.filename, longest=KEEPING)
            drawn.append(as_jpeg(turned(picture, page.rotation, page.crop), quality=_QUALITY))
        return images_to_pdf(drawn)


def require_settled(found: Sequence[Finding], confirmed: Collection[str]) -> None:
    """Raises INVALID_INPUT naming every finding that blocks or has not been confirmed."""
    problems = [
        Problem(
            "SCAN_FINDING",
            finding.text if finding.blocks else f"{finding.text}如属实，请在该条前打勾确认。",
            f"/finding/{finding.key}",
            "签字件",
        )
        for finding in found
        if finding.blocks or finding.key not in confirmed
    ]
    if problems:
        raise invalid(problems)


def as_it_is(pages: Sequence[ScanPage], used: Sequence[Original]) -> bool:
    """Whether the heap is one PDF, whole, in its own order and untouched: then it is the scan, byte for byte."""
    if len(used) != 1 or used[0].media_type != "application/pdf" or len(pages) != used[0].pages:
        return False
    return all(
        page.no == no and page.rotation == 0 and page.crop == WHOLE for no, page in enumerate(pages, 1)
    )


def account_of(actor: Actor, heap: Heap, by_id: Mapping[str, Original]) -> Json:
    """How the scan came about, for the version's envelope and the sealed event."""
    return {
        "pages": [
            {
                "original_sha256": by_id[page.original_id].blob_sha256,
                "original_page": page.no,
                "printed_page": page.page_no,
                "printed_version": page.version_no,
                "recognised_by": page.source.value,
                "rotation": page.rotation,
                "crop": list(page.crop),
            }
            for page in heap.kept
        ],
        "confirmed": [finding.text for finding in heap.findings],
        "confirmed_by": actor.name if heap.findings else "",
    }


def close_heap(u: UnitOfWork, deed: DocumentDeed) -> None:
    """A signed document's heap takes no more pages; in the transaction that signs it."""
    if deed.key != "sign":
        return
    repository = u.repository(ScanRepository)
    batch = repository.open_batch(document_id=deed.document.id)
    if batch is not None:
        repository.put_batch(dataclasses.replace(batch, state=BatchState.BOUND, typed={}))
