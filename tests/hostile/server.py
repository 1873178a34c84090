"""A real server process on a prepared storage folder, and a browser over a real socket."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.website import PASSWORD

ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    url: str


class Server:
    """``formserver run`` as an office starts it, with ``env`` laid over."""

    def __init__(
        self, storage: Path, *, worker: bool = False, env: Mapping[str, str] | None = None, **popen: object
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = storage.parent / f"server-{self.port}.log"
        self._log = self.log.open("wb")
        command = [sys.executable, "-m", "formserver.cli.main", "run", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, *([] if worker else ["--no-worker"])],
            cwd=ROOT,
            env={
                **os.environ,
                "FORMSERVER_ENVIRONMENT": "test",
                "FORMSERVER_STORAGE_DIR": str(storage),
                "FORMSERVER_LOGIN_ATTEMPTS": "100",
                "PYTHONUNBUFFERED": "1",
                **(env or {}),
            },
            stdout=self._log,
            stderr=self._log,
            **popen,  # type: ignore[call-overload]
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start: " + self.log.read_text(encoding="utf-8")[-2000:])

    def memory(self, name: str = "VmHWM") -> int:
        """Megabytes the process has had in memory at most (``VmRSS``: has now)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) // 1024

    def stop(self) -> None:
        """Ask it to end, as an office does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


@dataclass
class Visitor:
    """One person's browser over the wire."""

    url: str
    username: str = ""
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _NoRedirect)
        if self.username:
            answer = self.post("/sign-in", username=self.username, password=PASSWORD, next="/password")
            assert answer.status == 302, answer.text[:500]
            self.token = self._find_token()

    token: str = ""

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, **values: str) -> Answer:
        data = {"csrf_token": self.token or self._find_token(), **values}
        return self._ask(urllib.request.Request(self.url + path, urllib.parse.urlencode(data).encode()))

    def send(self, method: str, path: str, body: bytes, media_type: str) -> Answer:
        headers = {"Content-Type": media_type, "X-CSRFToken": self.token}
        return self._ask(urllib.request.Request(self.url + path, body, headers, method=method))

    def cookie(self) -> str:
        return "; ".join(f"{c.name}={c.value}" for c in self.jar)

    def _find_token(self) -> str:
        page = self.get("/password" if self.username and self.jar else "/sign-in")
        if page.status != 200:
            page = self.get("/sign-in")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert found is not None, page.text[:500]
        return found[1]

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.url)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
                return Answer(error.code, text, error.headers.get("Location", request.full_url))
