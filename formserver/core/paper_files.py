"""Files that came from paper, on their way to becoming renditions: stored first, named by rows inside the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formserver.core.ids import new_id
from formserver.core.models import Document, Rendition, RenditionKind
from formserver.core.papers import PDF_TYPE, file_name, upload_name
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import BlobInfo, UnitOfWork


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file of a paper, already in the blob store. ``filename`` is empty for the PDF we joined ourselves."""

    filename: str
    media_type: str
    blob: BlobInfo
    pages: int
    kind: RenditionKind


def paper_files(
    joined: BlobInfo, pages: int, originals: Sequence[tuple[str, str, BlobInfo]]
) -> list[PaperFile]:
    """Originals (file name, media type, stored file) as attachments, the joined PDF last; one file is kept once."""
    kept = [
        PaperFile(upload_name(name, media), media, blob, 0, RenditionKind.ATTACHMENT)
        for name, media, blob in originals
        if blob.sha256 != joined.sha256
    ]
    return [*kept, PaperFile("", PDF_TYPE, joined, pages, RenditionKind.SCAN)]


def add_paper_files(
    kit: Kit,
    u: UnitOfWork,
    actor: Actor,
    document: Document,
    version_no: int,
    files: Sequence[PaperFile],
    ending: str,
) -> list[Rendition]:
    """Bind the files to a version; the joined PDF, named by the document and ``ending``, is the last of the result."""
    added = [
        Rendition(
            id=new_id(),
            document_id=document.id,
            version_no=version_no,
            kind=file.kind,
            blob_sha256=file.blob.sha256,
            size=file.blob.size,
            media_type=file.media_type,
            filename=file.filename or file_name(document, version_no, ending),
            pages=file.pages,
            manifest_sha256="",
            created_by=actor.user_id,
            created_at=kit.clock.now(),
        )
        for file in files
    ]
    for rendition in added:
        u.renditions.add(rendition)
    return added
