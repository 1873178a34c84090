"""The pool under supervision: real LibreOffice, real deaths."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docx import Document

from formserver.core.errors import AppError, Kind
from formserver.core.rendering_port import PdfConverter, PdfResult
from formserver.rendering import pdf_pool
from formserver.rendering.pdf_office import PDF_NOT_INSTALLED, find_office
from formserver.rendering.pdf_pool import LibreOfficePool
from formserver.rendering.pdf_text import pdf_text

try:
    find_office()
except AppError as missing:
    _WHY = str(missing)
else:
    _WHY = ""

pytestmark = pytest.mark.libreoffice
needs_office = pytest.mark.skipif(bool(_WHY), reason=_WHY)


def _docx(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _slow_docx() -> bytes:
    """Some seconds of layout: a table of a few thousand rows."""
    return _docx(*[f"第 {i} 条 企业应当建立能源管理制度，落实节能目标责任制。" * 6 for i in range(2500)])


def _alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


def _until(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def pool() -> Iterator[LibreOfficePool]:
    with LibreOfficePool(1) as shared:
        yield shared


def _converting(pool: LibreOfficePool, docx: bytes, timeout: float) -> tuple[threading.Thread, list[object]]:
    """Start a conversion in a thread; its result or error ends up in the list."""
    outcome: list[object] = []

    def job() -> None:
        try:
            outcome.append(pool.convert(docx, timeout=timeout))
        except AppError as error:
            outcome.append(error)

    thread = threading.Thread(target=job)
    thread.start()
    return thread, outcome


def _in_hand(pool: LibreOfficePool, before: int) -> bool:
    """Whether the worker has been given a job since ``before`` (its source file lies in its home)."""
    worker = pool._workers[0]
    return worker.jobs > before and (worker.home / f"{worker.jobs}.docx").exists()


@needs_office
def test_a_docx_becomes_a_pdf_and_the_pages_are_counted_in_the_pdf(pool: LibreOfficePool) -> None:
    converter: PdfConverter = pool
    result = converter.convert(_docx("节能监察通知书"), timeout=60)
    assert result.pdf.startswith(b"%PDF-1.")
    assert result.pages == 1
    assert "节能监察通知书" in pdf_text(result.pdf)[0]
    assert 0 < result.seconds < 60


@needs_office
def test_the_office_runs_offline_without_root_and_without_new_privileges(pool: LibreOfficePool) -> None:
    report = pool.isolation_report()
    assert report.offline
    assert report.no_new_privileges
    (pid,) = pool.office_pids()
    status = Path(f"/proc/{pid}/status").read_text()
    uid = int(status.split("Uid:\t")[1].split("\t")[0])
    assert uid == report.uid != 0
    if report.network_namespace:
        interfaces = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
        assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert "断网：是" in "\n".join(report.lines())
    assert "Max address space" in Path(f"/proc/{pid}/limits").read_text()


@needs_office
def test_a_killed_office_costs_one_retry_and_the_job_still_succeeds(pool: LibreOfficePool) -> None:
    pool.warm()
    (victim,) = pool.office_pids()
    before = pool._workers[0].jobs
    thread, outcome = _converting(pool, _slow_docx(), 60)
    assert _until(lambda: _in_hand(pool, before))
    os.kill(victim, signal.SIGKILL)
    thread.join()
    (result,) = outcome
    assert isinstance(result, PdfResult)
    assert result.pages > 10
    assert victim not in pool.office_pids()
    assert pool.convert(_docx("之后")).pages == 1


@needs_office
def test_a_hanging_office_is_killed_after_the_timeout_and_the_retry_succeeds(pool: LibreOfficePool) -> None:
    pool.warm()
    (victim,) = pool.office_pids()
    os.kill(victim, signal.SIGSTOP)
    started = time.monotonic()
    result = pool.convert(_docx("停住"), timeout=2)
    assert result.pages == 1
    assert time.monotonic() - started > 2
    assert _until(lambda: not _alive(victim), 5)


@needs_office
def test_a_document_that_takes_too_long_twice_is_an_error_and_the_next_one_works(
    pool: LibreOfficePool,
) -> None:
    with pytest.raises(AppError) as caught:
        pool.convert(_slow_docx(), timeout=0.2)
    assert caught.value.code is pdf_pool.PDF_TIMED_OUT
    assert caught.value.kind is Kind.INVALID
    assert "0.2 秒" in str(caught.value)
    assert pool.convert(_docx("之后")).pages == 1


@needs_office
def test_a_worker_is_replaced_after_its_number_of_jobs() -> None:
    with LibreOfficePool(1, jobs_per_process=2) as pool:
        seen = []
        for number in range(4):
            pool.convert(_docx(f"第 {number} 份"))
            seen += pool.office_pids()
    assert seen[0] == seen[1] != seen[2] == seen[3]


@needs_office
def test_a_worker_that_holds_too_much_memory_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with LibreOfficePool(1) as pool:
        pool.convert(_docx("一"))
        (first,) = pool.office_pids()
        monkeypatch.setattr(pdf_pool, "MAX_RESIDENT_BYTES", 1)
        pool.convert(_docx("二"))
        assert pool.office_pids() != (first,)


@needs_office
def test_two_workers_serve_several_threads_without_mixing_documents() -> None:
    with LibreOfficePool(2) as pool, ThreadPoolExecutor(4) as threads:
        pool.warm()
        assert len(set(pool.office_pids())) == 2
        results = list(threads.map(lambda n: pool.convert(_docx(f"编号{n:04d}终")), range(12)))
    assert [f"编号{n:04d}终" in pdf_text(r.pdf)[0].replace(" ", "") for n, r in enumerate(results)] == [
        True
    ] * 12


@needs_office
def test_closing_ends_every_process_removes_the_folder_and_refuses_further_jobs() -> None:
    pool = LibreOfficePool(1)
    pool.convert(_docx("一"))
    pids, home = pool.office_pids(), pool._home
    assert home is not None
    pool.close()
    assert not any(_alive(pid) for pid in pids)
    assert not home.path.exists()
    with pytest.raises(AppError) as caught:
        pool.convert(_docx("二"))
    assert caught.value.code is pdf_pool.PDF_CLOSED
    pool.close()


@needs_office
def test_nothing_is_left_when_the_parent_is_killed() -> None:
    script = (
        "import sys, time\n"
        "from formserver.rendering.pdf_pool import LibreOfficePool\n"
        "pool = LibreOfficePool(1)\n"
        "pool.warm()\n"
        "print(pool.office_pids()[0], pool._workers[0]._process.pid, pool._home.path, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert parent.stdout is not None
    office, bridge, home = parent.stdout.readline().split()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _until(lambda: not _alive(int(office)) and not _alive(int(bridge)))
    assert _until(lambda: not list(Path(home).glob("worker-0/*")))
    with LibreOfficePool(1) as following:
        following.warm()  # the next pool sweeps what only its owner may remove
    assert not Path(home).exists()


@needs_office
def test_a_pool_is_refused_in_a_forked_child(pool: LibreOfficePool) -> None:
    pool._owner, real = -1, pool._owner
    try:
        with pytest.raises(RuntimeError, match="belongs to the process"):
            pool.convert(_docx("一"))
    finally:
        pool._owner = real


def test_without_libreoffice_the_message_says_that_pdf_is_to_be_installed() -> None:
    with LibreOfficePool(1, soffice=Path("/nowhere/soffice")) as pool, pytest.raises(AppError) as caught:
        pool.convert(_docx("一"))
    assert caught.value.code is PDF_NOT_INSTALLED
    assert caught.value.kind is Kind.UNAVAILABLE
    assert str(caught.value).startswith("PDF 待安装：没有找到 LibreOffice")


def test_without_an_interpreter_that_knows_uno_the_message_says_so(tmp_path: Path) -> None:
    office = tmp_path / "soffice.bin"
    office.touch()
    with pytest.raises(AppError) as caught:
        find_office(office, tmp_path / "python")
    assert "PDF 待安装：没有找到能够 import uno 的 Python" in str(caught.value)
