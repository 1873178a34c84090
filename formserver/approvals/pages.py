"""The pages an approver looks at: a saved version printed with a watermark, kept as a cache outside the record.

A job of the worker prints (LibreOffice never runs inside a request); files are named by the hash of the version, so a
cached page can never show another one, and whoever deletes the folder loses nothing.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from formserver.core.jobs import Job, JobState
from formserver.core.models import Document, VersionContent
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.rendering_port import PdfConverter
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork

PAGES_JOB: Final = "approval_pages"
PRIORITY: Final = 20
"""After the PDF of a record, before anybody's exact preview: an approver stands between two meetings."""
WIDTHS: Final = (420, 900, 1400)
KEEP_SECONDS: Final = 30 * 86_400


class PaperPages:
    """Prints, keeps and shows the pages of versions under review."""

    def __init__(
        self, kit: Kit, papers: Papers, folder: Path, pool: Callable[[], PdfConverter], timeout: float
    ) -> None:
        self._kit = kit
        self._papers = papers
        self._folder = folder
        self._pool = pool
        self._timeout = timeout

    def request(self, u: UnitOfWork, document: Document, version_no: int, by: str) -> None:
        """Have the pages printed; once per version while it waits."""
        u.jobs.enqueue(
            kind=PAGES_JOB,
            key=f"{document.id}:{version_no}",
            payload={"document": document.id, "version": version_no},
            at=self._kit.clock.now(),
            created_by=by,
            agency_id=document.agency_id,
            priority=PRIORITY,
        )

    def print(self, job: Job, report: Report) -> dict[str, Any]:
        """Do a job; idempotent."""
        with self._kit.store.uow() as u:
            document = u.documents.get(str(job.payload["document"]), SYSTEM_SCOPE)
            content = u.documents.version(document.id, int(job.payload["version"]), SYSTEM_SCOPE)
        if not self._pdf(content).exists():
            report(20, "正在生成审批页面")
            docx = self._papers.preview_version(document, content)
            result = self._pool().convert(docx, timeout=self._timeout)
            self._write(self._pdf(content), result.pdf)
            self._sweep()
        return {"pages": self.count(content)}

    def count(self, content: VersionContent) -> int:
        """How many pages are ready; 0: not printed yet."""
        from formserver.rendering.page_images import page_sizes  # PDFium is loaded by who shows pages only

        try:
            return len(page_sizes(self._pdf(content).read_bytes()))
        except FileNotFoundError:
            return 0

    def image(self, content: VersionContent, no: int, width: int) -> bytes | None:
        """A page as WebP of about ``width`` pixels; None: not printed yet. Raises NOT_FOUND (page)."""
        from formserver.rendering.page_images import page_image

        size = next((w for w in WIDTHS if w >= width), WIDTHS[-1])
        kept = self._pdf(content).with_suffix(f".{no}-{size}.webp")
        try:
            if kept.exists():
                return kept.read_bytes()
            picture = page_image(self._pdf(content).read_bytes(), no, width=size, media_type="image/webp")
        except FileNotFoundError:
            return None
        self._write(kept, picture)
        return picture

    def pdf(self, content: VersionContent) -> bytes | None:
        """The whole file; None: not printed yet."""
        try:
            return self._pdf(content).read_bytes()
        except FileNotFoundError:
            return None

    def state(self, u: UnitOfWork, document: Document, version_no: int) -> str:
        """Where the printing stands, in words; empty: nobody has asked for it."""
        job = u.jobs.latest(PAGES_JOB, f"{document.id}:{version_no}")
        if job is None or job.state is JobState.DONE:
            return ""
        if job.state is JobState.FAILED:
            return f"页面没有生成：{job.error}"
        return "页面正在生成，通常几秒钟。"

    def _pdf(self, content: VersionContent) -> Path:
        name = content.version.hash
        return self._folder / name[:2] / f"{name}.pdf"

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)

    def _sweep(self) -> None:
        """Drop what nobody has needed for a month; it can be printed again."""
        oldest = time.time() - KEEP_SECONDS
        for path in self._folder.glob("*/*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue
