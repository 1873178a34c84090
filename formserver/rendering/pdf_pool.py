"""A supervised pool of LibreOffice workers that turns docx into the PDF that is the printing master.

Lives in the worker process only: the first :meth:`LibreOfficePool.convert` (or :meth:`~LibreOfficePool.warm`) starts the
office programs, never an import. The output is tagged PDF/A-2b: it costs no measurable time over PDF 1.7 and is what an
archive accepts. Two conversions of one docx agree in pages, text and page streams, not in bytes: LibreOffice salts
the Type 1 programs it makes of OpenType fonts, so equality is judged on text and pages (and on the docx itself).
"""

from __future__ import annotations

import atexit
import io
import logging
import os
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from formserver.core.errors import AppError, Kind, Problem, Severity, error_code
from formserver.core.rendering_port import PdfResult
from formserver.rendering.fonts_glyphs import missing_glyphs
from formserver.rendering.pdf_home import PoolHome
from formserver.rendering.pdf_isolation import IsolationReport, isolation_report
from formserver.rendering.pdf_office import Office, find_office
from formserver.rendering.pdf_precheck import checked_docx
from formserver.rendering.pdf_worker import (
    JobRefused,
    OfficeWorker,
    WorkerDied,
    WorkerHung,
    WorkerLimits,
)

PDF_UNREADABLE = error_code(
    "PDF_UNREADABLE",
    Kind.INVALID,
    zh="LibreOffice 无法打开或导出此文件，没有生成 PDF。请用 Word 或 WPS 打开检查后另存，再试一次。",
    en="LibreOffice cannot open or export this file; no PDF was made.",
)
PDF_TIMED_OUT = error_code(
    "PDF_TIMED_OUT",
    Kind.INVALID,
    zh="生成 PDF 两次都超过 {seconds} 秒，已停止。请减少文书中的大表格或图片后重试；docx 仍可下载。",
    en="Making the PDF took longer than {seconds} s twice and was stopped.",
)
PDF_OFFICE_CRASHED = error_code(
    "PDF_OFFICE_CRASHED",
    Kind.UNAVAILABLE,
    zh="LibreOffice 生成 PDF 时两次异常退出。请稍后重试；若只有这份文书如此，请检查其模板和图片。",
    en="LibreOffice crashed twice while making the PDF.",
)
PDF_CLOSED = error_code(
    "PDF_CLOSED",
    Kind.UNAVAILABLE,
    zh="PDF 服务正在关闭，请稍后重试。",
    en="The PDF service is shutting down.",
)

#: Options of LibreOffice's ``writer_pdf_Export``. 300 dpi is what an office printer resolves and a QR code needs.
EXPORT: Mapping[str, Any] = {
    "SelectPdfVersion": 2,  # PDF/A-2b: every font embedded, nothing external
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    "ExportFormFields": False,
    "ExportNotes": False,
    "UseLosslessCompression": False,
    "Quality": 90,
    "ReduceImageResolution": True,
    "MaxImageResolution": 300,
}
MAX_RESIDENT_BYTES = 1 << 30  # LibreOffice keeps about 1 MB per document; a fresh one has 0.2 GB
_CLOSE_SECONDS = 10.0
_log = logging.getLogger(__name__)
_alive: set[LibreOfficePool] = set()  # closed at exit; a forgotten pool keeps its processes until then


class LibreOfficePool:
    """Implements :class:`formserver.core.rendering_port.PdfConverter`; safe to share between threads.

    ``workers`` LibreOffice processes at most, each replaced after ``jobs_per_process`` jobs or when it holds more than
    MAX_RESIDENT_BYTES. ``fonts_dir`` (one folder or several) comes before the system's fonts.
    """

    def __init__(
        self,
        workers: int = 1,
        *,
        soffice: Path | None = None,
        python: Path | None = None,
        fonts_dir: Path | Sequence[Path] | None = None,
        jobs_per_process: int = 200,
        default_timeout: float = 60.0,
        limits: WorkerLimits | None = None,
    ) -> None:
        if workers < 1 or jobs_per_process < 1:
            raise ValueError("a pool needs at least one worker and one job per process")
        self.default_timeout = default_timeout
        self._size = workers
        self._soffice, self._python = soffice, python
        self._fonts = (fonts_dir,) if isinstance(fonts_dir, Path) else tuple(fonts_dir or ())
        self._jobs_per_process = jobs_per_process
        self._limits = limits or WorkerLimits()
        self._lock = threading.Lock()
        self._home: PoolHome | None = None
        self._workers: list[OfficeWorker] = []
        self._idle: queue.LifoQueue[OfficeWorker] = queue.LifoQueue()
        self._closed = False
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def convert(self, docx: bytes, *, timeout: float | None = None) -> PdfResult:
        """``docx`` as PDF. ``timeout`` in seconds per attempt, without the wait for a free worker; two attempts.

        Raises PDF_NOT_INSTALLED, PDF_CLOSED and PDF_OFFICE_CRASHED (Unavailable); PDF_BAD_DOCX, PDF_REACHES_OUT,
        PDF_UNREADABLE and PDF_TIMED_OUT (Invalid).
        """
        self._start()
        safe = checked_docx(docx)
        allowed = self.default_timeout if timeout is None else timeout
        worker = self._take()
        try:
            started = time.perf_counter()
            pdf = self._attempts(worker, safe.data, allowed)
        finally:
            self._idle.put(worker)
        seconds = time.perf_counter() - started
        return PdfResult(pdf, _pages(pdf), seconds, self._warnings(safe.characters))

    def warm(self) -> None:
        """Start every worker now. Raises PDF_NOT_INSTALLED or PDF_OFFICE_CRASHED."""
        self._start()
        taken = []
        try:
            for _ in range(self._size):
                worker = self._take()
                taken.append(worker)
                try:
                    self._ready(worker)
                except WorkerDied as failure:
                    raise PDF_OFFICE_CRASHED() from failure
        finally:
            for worker in taken:
                self._idle.put(worker)

    def isolation_report(self) -> IsolationReport:
        """What protects the server from LibreOffice now; starts a worker if none runs."""
        self._start()
        worker = self._take()
        try:
            self._ready(worker)
            return isolation_report(worker.ready)
        except WorkerDied as failure:
            raise PDF_OFFICE_CRASHED() from failure
        finally:
            self._idle.put(worker)

    def office_pids(self) -> tuple[int, ...]:
        """Process ids of the running LibreOffice programs, for supervision."""
        return tuple(int(w.ready["pid"]) for w in self._workers if w.running and "pid" in w.ready)

    def close(self, grace: float = _CLOSE_SECONDS) -> None:
        """Let running jobs end for ``grace`` seconds, stop every worker, remove the folder. Idempotent."""
        if os.getpid() != self._owner:
            return  # a forked child must not end its parent's workers
        with self._lock:
            already, self._closed = self._closed, True
        if already or self._home is None:
            return
        deadline = time.monotonic() + grace
        idle: list[OfficeWorker] = []
        with suppress(queue.Empty):
            while len(idle) < len(self._workers):
                idle.append(self._idle.get(timeout=max(0.0, deadline - time.monotonic())))
        for worker in self._workers:
            if worker in idle:
                worker.stop()
            else:
                worker.kill()
        self._home.remove()
        _alive.discard(self)

    def _warnings(self, characters: frozenset[str]) -> tuple[Problem, ...]:
        """One warning per character that the paper shows as an empty box (which field it is in, the caller knows)."""
        assert self._home is not None
        missing = missing_glyphs("".join(sorted(characters)), "宋体", self._home.policy)
        return tuple(
            Problem(
                "GLYPH_MISSING",
                f"文书中的“{c}”（U+{ord(c):04X}）没有字体可以显示，PDF 中是空框。"
                "请安装含有该字的字体（FONTS_DIR）后重新生成。",
                severity=Severity.WARNING,
            )
            for c in missing
        )

    def _start(self) -> None:
        if os.getpid() != self._owner:
            raise RuntimeError("a LibreOffice pool belongs to the process that made it")
        with self._lock:
            if self._closed:
                raise PDF_CLOSED()
            if self._home is not None:
                return
            office = find_office(self._soffice, self._python)
            self._home = PoolHome(self._fonts)
            for number in range(self._size):
                self._add_worker(office, self._home, number)
            _alive.add(self)

    def _add_worker(self, office: Office, home: PoolHome, number: int) -> None:
        worker = OfficeWorker(office, home.worker(number), home.fontconfig, home.sandbox, self._limits)
        self._workers.append(worker)
        self._idle.put(worker)

    def _take(self) -> OfficeWorker:
        while True:
            with suppress(queue.Empty):
                return self._idle.get(timeout=0.5)
            if self._closed:
                raise PDF_CLOSED()

    def _ready(self, worker: OfficeWorker) -> None:
        worn = worker.jobs >= self._jobs_per_process or worker.resident_bytes > MAX_RESIDENT_BYTES
        if worker.running and worn:
            worker.stop()
        if not worker.running:
            worker.kill()
            worker.start()

    def _attempts(self, worker: OfficeWorker, docx: bytes, timeout: float) -> bytes:
        """The job, twice if the first LibreOffice died or hung under it."""
        for last in (False, True):
            if self._closed:
                raise PDF_CLOSED()
            try:
                self._ready(worker)
                return worker.convert(docx, EXPORT, timeout)
            except (WorkerDied, WorkerHung) as failure:
                _log.warning("pdf worker lost: %s", failure)
                if last:
                    raise self._given_up(failure, timeout) from failure
            except JobRefused as refusal:
                _log.info("pdf job refused: %s", refusal)
                raise PDF_UNREADABLE() from refusal
        raise AssertionError("unreachable")

    def _given_up(self, failure: WorkerDied | WorkerHung, timeout: float) -> AppError:
        if self._closed:
            return PDF_CLOSED()
        return (
            PDF_TIMED_OUT(seconds=f"{timeout:g}") if isinstance(failure, WorkerHung) else PDF_OFFICE_CRASHED()
        )


def _pages(pdf: bytes) -> int:
    """Pages as a reader of the PDF counts them."""
    try:
        return len(PdfReader(io.BytesIO(pdf)).pages)
    except PyPdfError as broken:
        raise PDF_UNREADABLE() from broken


@atexit.register
def _close_all() -> None:
    for pool in list(_alive):
        pool.close(grace=0.0)
