"""精确预览: the draft as LibreOffice lays it out, made by the worker after the records' own PDFs, kept for a while.

One per person, the latest wins. Nothing here is a rendition: the docx carries the watermark, and the files lie outside
the record under ``storage/cache/previews`` and are deleted after a few hours.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formserver.config import Settings
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import Job, JobState
from formserver.core.papers import Papers
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.documents.pdf_job import PdfJobs

PREVIEW_JOB: Final = "preview"
PRIORITY: Final = 90
"""After the PDFs of records (10) and everything else (50)."""
KEEP_SECONDS: Final = 6 * 3600


@dataclass(frozen=True, slots=True)
class PreviewStatus:
    """Where a person's exact preview of one document stands. ``outdated``: the draft has changed since."""

    job: Job | None
    outdated: bool = False

    @property
    def ready(self) -> bool:
        """Whether there are pages to show."""
        return self.job is not None and self.job.state is JobState.DONE

    @property
    def pages(self) -> int:
        """How many pages it has; 0 while it is not ready."""
        return int(self.job.result.get("pages", 0)) if self.ready and self.job is not None else 0


class ExactPreviews:
    """Starts, tells of and hands out exact previews; every one belongs to the person who asked for it."""

    def __init__(self, kit: Kit, papers: Papers, pdf: PdfJobs, settings: Settings) -> None:
        self._kit = kit
        self._papers = papers
        self._pdf = pdf
        self._timeout = settings.pdf_timeout
        self._folder = settings.storage_dir / "cache" / "previews"

    def start(self, actor: Actor, document_id: str) -> PreviewStatus:
        """Ask for the pages of this person's draft as it is now; one that runs already for the same draft goes on."""
        actor.require(DocumentPermission.EDIT)
        known = self.status(actor, document_id)
        if known.job is not None and not known.outdated and known.job.state is not JobState.FAILED:
            return known
        seq = self._seq(actor, document_id)
        docx = self._papers.preview(actor, document_id)
        token = secrets.token_hex(16)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{token}.docx").write_bytes(docx)
        with self._kit.store.uow(write=True) as u:
            before = u.jobs.latest(PREVIEW_JOB, actor.user_id)
            job = u.jobs.replace(
                kind=PREVIEW_JOB,
                key=actor.user_id,
                payload={"document": document_id, "seq": seq, "file": token},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=PRIORITY,
            )
        if before is not None:
            self._forget(str(before.payload.get("file", "")))
        return PreviewStatus(job)

    def status(self, actor: Actor, document_id: str) -> PreviewStatus:
        """Where this person's preview of the document stands. Raises NOT_FOUND outside the scope."""
        actor.require(DocumentPermission.EDIT)
        seq = self._seq(actor, document_id)
        with self._kit.store.uow() as u:
            job = u.jobs.latest(PREVIEW_JOB, actor.user_id)
        if job is None or job.payload.get("document") != document_id:
            return PreviewStatus(None)
        if job.state is JobState.DONE and not self._file(job, "pdf").exists():
            return PreviewStatus(None)  # its time is over
        return PreviewStatus(job, outdated=job.payload.get("seq") != seq)

    def pdf(self, actor: Actor, document_id: str) -> tuple[Job, bytes]:
        """The pages as a PDF, and the job that made them. Raises NOT_FOUND while there are none."""
        found = self.status(actor, document_id)
        if not found.ready or found.job is None:
            raise NOT_FOUND(what="精确预览，请重新生成")
        try:
            return found.job, self._file(found.job, "pdf").read_bytes()
        except OSError as gone:
            raise NOT_FOUND(what="精确预览，请重新生成") from gone

    def handle(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: convert the kept docx. A preview that was overtaken loses its lease and leaves nothing."""
        self._sweep()
        source = self._file(job, "docx")
        try:
            docx = source.read_bytes()
        except OSError as gone:
            raise NOT_FOUND(what="要预览的草稿，请重新生成预览") from gone
        report(10, "正在排版")
        made = self._pdf.pool().convert(docx, timeout=self._timeout)
        report(90, "正在排版")
        partial = source.with_suffix(".part")
        partial.write_bytes(made.pdf)
        partial.replace(self._file(job, "pdf"))
        source.unlink(missing_ok=True)
        return {"pages": made.pages}

    def _seq(self, actor: Actor, document_id: str) -> int:
        """What the preview shows: the seq of the draft; without one the head version, counted below zero."""
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
        return draft.seq if draft is not None else -document.head_version

    def _file(self, job: Job, kind: str) -> Path:
        return self._folder / f"{job.payload['file']}.{kind}"

    def _forget(self, token: str) -> None:
        for kind in ("docx", "pdf", "part") if token else ():
            with contextlib.suppress(OSError):
                (self._folder / f"{token}.{kind}").unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Delete what nobody will ask for any more."""
        oldest = time.time() - KEEP_SECONDS
        for path in self._folder.glob("*.*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
