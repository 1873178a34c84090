"""The ``pdf`` job: converts a stored docx with a LibreOffice pool that starts with the first job."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from formserver.config import Settings
from formserver.core.errors import Kind, error_code
from formserver.core.jobs import Job
from formserver.core.papers import Papers
from formserver.core.runner import Report

if TYPE_CHECKING:
    from formserver.rendering.pdf_pool import LibreOfficePool

PDF_OFF = error_code(
    "PDF_OFF",
    Kind.INVALID,
    zh="本服务器关闭了 PDF 转换（FORMSERVER_PDF_WORKERS=0）。docx 可正常下载；需要 PDF 时请联系系统管理员。",
    en="PDF conversion is switched off on this server.",
)


class PdfJobs:
    """Holds the pool of a worker process; web processes never start it."""

    def __init__(self, papers: Papers, settings: Settings) -> None:
        self._papers = papers
        self._settings = settings
        self._lock = threading.Lock()
        self._pool: LibreOfficePool | None = None

    def handle(self, job: Job, report: Report) -> dict[str, Any]:
        """Convert; raises what the converter raises, in Chinese, for the page to show."""
        report(10, "正在生成 PDF")
        return self._papers.convert(job, self.pool(), timeout=self._settings.pdf_timeout)

    def pool(self) -> LibreOfficePool:
        """The pool, started on first use."""
        if self._settings.pdf_workers < 1:
            raise PDF_OFF()
        with self._lock:
            if self._pool is None:
                from formserver.rendering.pdf_pool import LibreOfficePool  # only workers need the office

                self._pool = LibreOfficePool(
                    self._settings.pdf_workers,
                    soffice=self._settings.soffice,
                    fonts_dir=self._settings.font_folders,
                    default_timeout=self._settings.pdf_timeout,
                )
            return self._pool

    def close(self) -> None:
        """Stop the office programs."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None
