"""kill -9 at the whole product: what a person was told is done is done, numbers have no gap, a new start works."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from formserver.core.models import NumberEntry, RenditionKind, Series, State
from formserver.core.permissions import SYSTEM_SCOPE
from tests.support.website import PASSWORD, Website, fields

ROOT = Path(__file__).parents[2]
SCRIPT = Path(sys.executable).with_name("formserver")
KILL_AFTER = (1, 9)
"""Notices to wait for before each kill; then some milliseconds more, to hit different places of the next one."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Website]:
    """A house with agencies and people; the test looks at it with a connection of its own."""
    made = Website(tmp_path / "storage")
    yield made
    made.close()


def environment(storage: Path) -> dict[str, str]:
    """Settings of a process over that storage, and nothing of the developer's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FORMSERVER_") and k != "DATABASE_URL"}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "FORMSERVER_ENVIRONMENT": "test",
        "FORMSERVER_STORAGE_DIR": str(storage),
    }


def numberer(storage: Path, username: str, count: int) -> subprocess.Popen[str]:
    """A process that issues notices and says so."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.numberer", str(storage), username, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=storage.parent,
        env=environment(storage),
    )


def begin(*workers: subprocess.Popen[str]) -> None:
    """Let them go at once when all are ready."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()


def register(site: Website) -> tuple[NumberEntry, ...]:
    """The ledger of the city's notices of this year."""
    agency, year = site.agencies["SC-CD"], site.context.clock.now().year
    with site.context.store.uow() as u:
        return u.numbers.entries(Series(agency, "inspection_notice", year))


def assert_numbers_are_whole(site: Website) -> None:
    """1..N, each on the document that bears it, with one docx and the job of its PDF."""
    entries = register(site)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.document_id for entry in entries}) == len(entries)
    with site.context.store.uow() as u:
        for entry in entries:
            document = u.documents.get(entry.document_id, SYSTEM_SCOPE)
            assert (document.number, document.state) == (entry.text, State.NUMBERED)
            (paper,) = u.renditions.for_document(document.id)
            assert (paper.kind, paper.version_no) == (RenditionKind.DOCX, document.head_version)
            assert site.context.store.blobs.read(paper.blob_sha256)[:2] == b"PK"
            assert u.jobs.latest("pdf", paper.id) is not None


def assert_verified(storage: Path) -> None:
    """``formserver verify`` from outside finds nothing."""
    done = subprocess.run(
        [str(SCRIPT), "verify"], cwd=storage.parent, env=environment(storage), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.slow
def test_killed_while_taking_numbers_nothing_told_is_lost_and_no_number_is_skipped(site: Website) -> None:
    told: list[list[str]] = []
    for turn, count in enumerate(KILL_AFTER):
        worker = numberer(site.storage, "chen", 500)
        begin(worker)
        assert worker.stdout is not None
        lines = [worker.stdout.readline() for _ in range(count)]
        time.sleep(0.019 * turn)
        os.kill(worker.pid, signal.SIGKILL)
        rest, _ = worker.communicate()
        assert worker.returncode == -signal.SIGKILL, "the process had finished before it was killed"
        told += [line.split() for line in (*lines, *rest.splitlines(keepends=True)) if line.endswith("\n")]
        assert_numbers_are_whole(site)
        with site.context.store.uow() as u:
            for _, document_id, number, version, sha256 in told:
                document = u.documents.get(document_id, SYSTEM_SCOPE)
                assert (document.number, document.head_version) == (number, int(version))
                (paper,) = u.renditions.for_document(document_id)
                assert paper.blob_sha256 == sha256
        assert len(register(site)) - len(told) <= turn + 1, (
            "at most the one being acknowledged is there untold"
        )
    assert_verified(site.storage)


@pytest.mark.slow
def test_two_people_in_eight_processes_get_numbers_one_to_n(site: Website) -> None:
    workers = [numberer(site.storage, name, 5) for name in ("chen", "he") * 4]
    try:
        begin(*workers)
        told = []
        for worker in workers:
            out, _ = worker.communicate(timeout=120)
            assert worker.returncode == 0
            assert out.endswith("done\n")
            told += [line.split()[2] for line in out.splitlines() if line.startswith("ok ")]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert len(set(told)) == len(told) == 40
    assert_numbers_are_whole(site)
    entries = register(site)
    assert sorted(told) == sorted(entry.text for entry in entries)
    assert {entry.by for entry in entries} == {"陈志远", "何雨桐"}
    assert_verified(site.storage)


class Browser:
    """A person at a browser without JavaScript, over real HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar).open

    def get(self, path: str) -> str:
        """A page."""
        with self._open(self.address + path, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, path: str, data: list[tuple[str, str]]) -> str:
        """Send a form; the page it leads to."""
        body = urllib.parse.urlencode(data).encode()
        with self._open(self.address + path, body, timeout=20) as answer:
            return str(answer.read().decode())

    def submit(self, path: str, page: str, form: str, **typed: str) -> str:
        """Fill in a form of ``page`` and send it to ``path``."""
        return self.post(path, list(fields(page, form, **typed).items(multi=True)))

    def sign_in(self, username: str) -> None:
        """By the page."""
        page = self.get("/sign-in")
        self.submit("/sign-in", page, "//main//form", username=username, password=PASSWORD)


@contextmanager
def server(storage: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """``formserver run`` on a free port, answering; killed at the end if it still lives."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (storage.parent / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [str(SCRIPT), "run", "--port", str(port), *words],
            cwd=storage.parent,
            env=environment(storage),
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                Browser(address).get("/sign-in")
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, (storage.parent / "server.log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
        yield process, address
    finally:
        process.kill()
        process.wait()


def save_again_and_again(browser: Browser, document_id: str, who: str, told: list[str]) -> None:
    """Type another place and save, until the server is gone; ``told`` are the texts it said it has saved."""
    address = f"/documents/{document_id}/edit"
    try:
        for number in range(10_000):
            text = f"{who}第{number}次改的地点"
            page = browser.get(address)
            answer = browser.submit(address, page, "//form[@id='doc-form']", **{"/place": text, "do": "save"})
            assert re.search(r"已保存为第\d+版", answer), answer[-500:]
            told.append(text)
    except urllib.error.HTTPError:
        raise  # an answer, though not the expected one
    except (OSError, http.client.HTTPException):  # refused, reset, cut off in the middle: the server died
        return


@pytest.mark.slow
def test_the_server_killed_while_two_people_save_keeps_every_save_it_confirmed(site: Website) -> None:
    documents = {name: site.saved(name, "site_record").id for name in ("chen", "he")}
    told: dict[str, list[str]] = {name: [] for name in documents}
    for turn in range(2):
        with server(site.storage, "--no-worker") as (process, address):
            people = []
            for name, document_id in documents.items():
                browser = Browser(address)
                browser.sign_in(name)
                words = (browser, document_id, f"{name}{turn}", told[name])
                people.append(threading.Thread(target=save_again_and_again, args=words))
            before = [len(texts) for texts in told.values()]
            for person in people:
                person.start()
            while any(len(t) < b + 4 for t, b in zip(told.values(), before, strict=True)):
                assert any(p.is_alive() for p in people)
                time.sleep(0.005)
            time.sleep(0.011 * turn)
            process.send_signal(signal.SIGKILL)
            for person in people:
                person.join(timeout=30)
                assert not person.is_alive()
        for name, document_id in documents.items():
            with site.context.store.uow() as u:
                versions = u.documents.versions(document_id, SYSTEM_SCOPE)
                kept = [u.documents.version(document_id, v.no, SYSTEM_SCOPE).body["place"] for v in versions]
            in_order = iter(kept)
            assert all(text in in_order for text in told[name]), "a confirmed save is gone"
            assert [v.no for v in versions] == list(range(1, len(versions) + 1))
            assert len(versions) - 1 - len(told[name]) <= turn + 1
    assert_verified(site.storage)


@pytest.mark.slow
def test_a_killed_server_takes_its_worker_along_and_a_new_one_starts(site: Website) -> None:
    with server(site.storage) as (process, _):
        children = _children(process.pid)
        assert len(children) == 1, "one worker beside the web"
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 30
        while any(_alive(child) for child in children):
            assert time.monotonic() < deadline, "the worker outlived its server"
            time.sleep(0.1)
    with server(site.storage) as (process, address):
        assert "登录" in Browser(address).get("/sign-in")
        process.terminate()
        assert process.wait(timeout=30) == 0, "asked to end, it ends in order"


def _children(pid: int) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [
            int(c) for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()
        ]
        if found:
            return found
        time.sleep(0.1)
    return []


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
