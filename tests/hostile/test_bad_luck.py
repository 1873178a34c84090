"""The disk fills, files rot, the database is held, the clock jumps, programs are missing or die: said in words, no loss."""

from __future__ import annotations

import io
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from formserver.core.clock import FixedClock, SystemClock
from formserver.core.jobs import JobState
from formserver.core.models import RenditionKind
from formserver.core.papers import PDF_JOB, Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.runner import JobRunner
from formserver.store import engine as engine_module
from formserver.store.verify import verify
from tests.hostile.kit import Town, patch, send
from tests.hostile.server import ROOT, Server, Visitor
from tests.support.house import photo_of_paper

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None and shutil.which("libreoffice") is None,
    reason="LIBREOFFICE IS NOT INSTALLED: nothing was converted",
)


@pytest.fixture
def own_town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path / "storage", furnished=False)
    yield made
    made.close()


def save(town: Town, document_id: str, words: str):
    """Type and press 保存."""
    client = town.client("chen")
    answer = patch(client, document_id, changes=[{"op": "set", "at": "/discipline_text", "value": words}])
    if answer.status_code != 200:
        return answer
    return send(
        client, "POST", f"/documents/{document_id}/edit", data={"do": "save", "seq": str(answer.json["seq"])}
    )


def body(town: Town, document_id: str) -> dict:
    head = town.head(document_id)
    with town.context.store.uow() as u:
        return u.documents.version(document_id, head.head_version, SYSTEM_SCOPE).body


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("A REALLY FULL DISK IS NOT TESTED: mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def test_on_a_full_disk_every_page_says_so_and_nothing_saved_is_lost(small_disk: Path) -> None:
    town = Town(small_disk / "storage", furnished=False)
    document, paper = town.saved(), town.final("on_site_statement")
    assert save(town, document.id, "还有空间").status_code == 302
    ballast = fill(small_disk)
    refused = []
    for n in range(60):  # the write-ahead log may have room for some saves yet
        answer = save(town, document.id, f"第{n}次" + "压" * 20_000)
        if answer.status_code != 302:
            refused.append(answer)
    assert refused
    for answer in refused:
        assert answer.status_code == 503
        assert "磁盘空间不足" in answer.text
        assert "没有保存" in answer.text
    data = {"files": (io.BytesIO(photo_of_paper() + b"\0" * (1 << 20)), "签字件.jpg")}
    answer = send(town.client("chen"), "POST", f"/documents/{paper.id}/scans/files", data=data)
    assert answer.status_code == 503
    assert "服务器磁盘剩余空间放不下“签字件.jpg”" in answer.text
    assert town.client("chen").get("/documents").status_code == 200, "reading goes on"
    assert town.client("chen").get(f"/documents/{document.id}").status_code == 200
    ballast.unlink()
    assert save(town, document.id, "又有空间了").status_code == 302
    assert body(town, document.id)["discipline_text"] == "又有空间了"
    assert town.head(paper.id).state.value == "定稿待签"
    report = verify(town.context.store)
    assert report.ok, report.findings
    town.close()


def test_a_server_whose_files_may_not_grow_says_the_disk_is_full(tmp_path: Path) -> None:
    town = Town(tmp_path / "storage", furnished=False)
    document = town.saved()
    size = max(f.stat().st_size for f in town.storage.glob("formserver.sqlite3*"))
    town.close()
    limit = size + 300_000
    server = Server(
        town.storage, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    try:
        visitor = Visitor(server.url, "chen")
        at = f"/documents/{document.id}"
        answers = []
        for n in range(120):
            state = visitor.get(at + "/draft")
            if state.status != 200:
                answers.append(state)
                break
            seq = re.search(r'"seq": ?(\d+)', state.text)
            assert seq is not None
            pad = "压" * 90_000
            change = (
                f'{{"seq":{seq[1]},"changes":[{{"op":"set","at":"/discipline_text","value":"{n}{pad}"}}]}}'
            )
            answers.append(visitor.send("PATCH", at + "/draft", change.encode(), "application/json"))
            answers.append(visitor.post(at + "/edit", do="save", seq=str(int(seq[1]) + 1)))
            if answers[-1].status == 503:
                break
        refused = [a for a in answers if a.status not in (200, 302, 409)]
        assert refused
        assert {a.status for a in refused} == {503}
        assert all(re.search("磁盘空间不足|暂时无法读写数据库", a.text) for a in refused)
        assert visitor.get("/documents").status == 200
    finally:
        server.stop()
    again = Server(town.storage)
    try:
        assert Visitor(again.url, "chen").get(f"/documents/{document.id}").status == 200
    finally:
        again.stop()


def test_without_a_place_for_files_no_number_is_spent(own_town: Town) -> None:
    town = own_town
    document = town.saved()
    town.approved(document)
    number = int(re.findall(r"(\d+)号", town.head(town.targets.issued).number)[0])
    folder = town.storage / "tmp"
    folder.rename(town.storage / "gone")
    folder.write_text("a file where a folder should be")
    answer = send(
        town.client("chen"), "POST", f"/documents/{document.id}/do/number", data={"base_version": "3"}
    )
    assert answer.status_code == 503
    assert "没有保存" in answer.text
    assert town.head(document.id).number == ""
    assert town.head(document.id).state.value == "已审批"
    folder.unlink()
    (town.storage / "gone").rename(folder)
    answer = send(
        town.client("chen"), "POST", f"/documents/{document.id}/do/number", data={"base_version": "3"}
    )
    assert answer.status_code == 302
    assert int(re.findall(r"(\d+)号", town.head(document.id).number)[0]) == number + 1, "no gap"


def test_a_database_held_for_a_moment_only_makes_one_wait(own_town: Town) -> None:
    document = own_town.saved()
    holder = sqlite3.connect(
        own_town.storage / "formserver.sqlite3", isolation_level=None, check_same_thread=False
    )
    holder.execute("BEGIN IMMEDIATE")
    freed = threading.Timer(1.0, lambda: holder.execute("ROLLBACK"))
    freed.start()
    began = time.monotonic()
    assert save(own_town, document.id, "等到了").status_code == 302
    assert time.monotonic() - began > 0.5
    freed.join()
    holder.close()
    assert body(own_town, document.id)["discipline_text"] == "等到了"


def test_a_database_held_too_long_is_said_to_be_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = tuple(p.replace("busy_timeout=30000", "busy_timeout=100") for p in engine_module._PRAGMAS)
    monkeypatch.setattr(engine_module, "_PRAGMAS", quick)
    town = Town(tmp_path / "storage", furnished=False)
    document = town.saved()
    before = body(town, document.id)
    assert save(town, document.id, before["discipline_text"] + "。").status_code == 302
    holder = sqlite3.connect(town.storage / "formserver.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    client = town.client("chen")
    answer = send(
        client, "POST", f"/documents/{document.id}/do/void", data={"reason": "试", "base_version": "2"}
    )
    assert answer.status_code == 503
    assert "数据库正忙" in answer.text
    assert client.get(f"/documents/{document.id}").status_code == 200, "reading goes on"
    sign_in = town.app.test_client().get("/sign-in")
    assert sign_in.status_code == 200
    holder.execute("ROLLBACK")
    holder.close()
    assert town.head(document.id).state.value == "草稿"
    town.close()


def test_a_clock_that_goes_back_and_jumps_ahead_loses_nothing(
    own_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, shift = own_town, timedelta()
    real = SystemClock.now

    def shifted(self: SystemClock) -> datetime:
        return real(self) + shift

    monkeypatch.setattr(SystemClock, "now", shifted)
    document = town.saved()
    assert save(town, document.id, "第二版").status_code == 302
    shift = timedelta(hours=-1)
    assert save(town, document.id, "一小时前的第三版").status_code == 302
    client = town.client("chen")
    page = client.get(f"/documents/{document.id}")
    assert page.status_code == 200
    assert "第3版" in page.text
    assert body(town, document.id)["discipline_text"] == "一小时前的第三版"
    assert client.get("/documents").status_code == 200
    shift = timedelta(hours=13)
    assert client.get(f"/documents/{document.id}").status_code == 302, "a session of twelve hours has ended"
    town.clients.clear()
    assert save(town, document.id, "第四版").status_code == 302
    with town.context.store.uow() as u:
        assert [v.no for v in u.documents.versions(document.id, SYSTEM_SCOPE)] == [1, 2, 3, 4]
    assert verify(town.context.store).ok


def test_a_file_that_rotted_is_not_handed_out_as_the_record(own_town: Town) -> None:
    town = own_town
    (paper, *_) = town.context.service(Papers).renditions(town.actor("chen"), town.targets.issued)
    url = f"/documents/{town.targets.issued}/files/{paper.id}"
    blob = town.storage / "blobs" / paper.blob_sha256[:2] / paper.blob_sha256[2:4] / paper.blob_sha256
    good = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(good[:500] + b"\0" + good[501:])
    answer = town.client("chen").get(url, buffered=True)
    assert answer.status_code == 503
    assert "已损坏" in answer.text
    assert "formserver verify" in answer.text
    assert not verify(town.context.store).ok
    blob.unlink()
    answer = town.client("chen").get(url, buffered=True)
    assert answer.status_code == 404
    assert "没有找到" in answer.text or "不存在" in answer.text
    blob.write_bytes(good)
    with town.client("chen").get(url, buffered=True) as answer:
        assert answer.data == good
    assert town.client("chen").get(f"/documents/{town.targets.issued}").status_code == 200


def test_a_row_that_rotted_is_named_and_the_other_pages_open(own_town: Town) -> None:
    town = own_town
    head = town.saved("chen", discipline_text="只有这一份这样写")
    with town.context.store.uow() as u:
        sha256 = u.documents.version(head.id, 1, SYSTEM_SCOPE).version.body_sha256
    raw = sqlite3.connect(town.storage / "formserver.sqlite3")
    for (name,) in raw.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='content'"
    ).fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    columns = [row[1] for row in raw.execute("PRAGMA table_info(content)")]
    data = next(c for c in columns if c not in ("sha256", "size"))
    raw.execute(f"UPDATE content SET {data} = ? WHERE sha256 = ?", (b'{"changed": true}', sha256))
    raw.commit()
    raw.close()
    client = town.client("chen")
    answer = client.get(f"/documents/{head.id}/versions/1")
    assert answer.status_code == 503
    assert "已损坏" in answer.text
    assert client.get("/documents").status_code == 200
    assert client.get(f"/documents/{town.targets.issued}").status_code == 200
    report = verify(town.context.store)
    assert not report.ok


def wait_for(condition, seconds: float):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_without_libreoffice_papers_are_word_files_and_the_page_says_what_is_missing(own_town: Town) -> None:
    town, client = own_town, own_town.client("chen")
    town.context.settings.soffice = Path("/no/such/soffice")
    town.context.settings.fonts_dir = Path("/no/such/fonts")
    document = town.numbered()
    (paper,) = town.context.service(Papers).renditions(town.actor("chen"), document.id)
    JobRunner(town.context.store, town.context.job_handlers, town.context.clock).run_all()
    page = client.get(f"/documents/{document.id}")
    assert page.status_code == 200
    assert "待安装" in page.text
    assert "LibreOffice" in page.text
    told = client.get(f"/documents/{document.id}/files/{paper.id}/job").json
    assert told["state"] in ("failed", "waiting")
    with client.get(f"/documents/{document.id}/files/{paper.id}", buffered=True) as answer:
        assert answer.data.startswith(b"PK")
    with client.get(f"/documents/{document.id}/preview.docx", buffered=True) as answer:
        assert answer.data.startswith(b"PK")


@needs_office
@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_worker_killed_while_converting_leaves_the_job_to_the_next(own_town: Town) -> None:
    town = own_town
    document = town.final("on_site_statement")
    paper = town.context.service(Papers).paper_of(town.actor("chen"), document.id, 2, RenditionKind.DOCX)
    with town.context.store.uow() as u:
        others = [u.jobs.latest(PDF_JOB, r.id) for r in u.renditions.for_document(town.targets.issued)]
    assert others

    def job():
        with town.context.store.uow() as u:
            return u.jobs.latest(PDF_JOB, paper.id)

    env = {**os.environ, "FORMSERVER_ENVIRONMENT": "test", "FORMSERVER_STORAGE_DIR": str(town.storage)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "formserver.cli.main", "worker"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: job().state is JobState.RUNNING or job().state is JobState.DONE, 60)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    killed_in_time = job().state is JobState.RUNNING
    later = FixedClock(town.context.clock.now() + timedelta(minutes=2))  # the lease of the dead has ended
    JobRunner(town.context.store, town.context.job_handlers, later).run_all()
    assert job().state is JobState.DONE, job().error
    assert job().attempts == 2 or not killed_in_time
    found = town.context.service(Papers).renditions(town.actor("chen"), document.id)
    assert [r.kind for r in found].count(RenditionKind.PDF) == 1
    assert found[-1].pages >= 1
    assert verify(town.context.store).ok
