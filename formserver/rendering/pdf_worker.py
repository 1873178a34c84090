"""One supervised LibreOffice: start it, give it one job at a time, notice its death, leave nothing behind."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formserver.rendering.pdf_office import Office
from formserver.rendering.pdf_profile import write_profile

_BRIDGE = Path(__file__).with_name("office_bridge.py")
_STOP_SECONDS = 5.0
_KILL_SECONDS = 3.0


class WorkerDied(Exception):
    """LibreOffice or its bridge ended; the text is for the log."""


class WorkerHung(Exception):
    """No answer within the time given; the process group has been killed."""


class JobRefused(Exception):
    """LibreOffice lives and says it cannot convert this file; the text is LibreOffice's."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one LibreOffice may use. ``start_seconds`` bounds its start; the rest are bytes."""

    start_seconds: float = 60.0
    memory_bytes: int = 3 << 30
    file_bytes: int = 256 << 20


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Whom the office runs as: ``uid`` 0 means "as we are"."""

    uid: int = 0
    gid: int = 0


@dataclass(slots=True)
class OfficeWorker:
    """A LibreOffice process behind its bridge. Not thread-safe: whoever holds it uses it alone."""

    office: Office
    home: Path
    fontconfig: Path
    sandbox: Sandbox
    limits: WorkerLimits
    jobs: int = 0
    resident_bytes: int = 0
    ready: Mapping[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _rest: bytes = b""

    @property
    def running(self) -> bool:
        """Whether the bridge process exists (it may still be found dead by the next job)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start bridge and LibreOffice with a fresh profile. Raises WorkerDied."""
        self._fresh_home()
        with (self.home / "bridge.log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self.office.python), "-I", str(_BRIDGE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                env=self._environment(),
                start_new_session=True,
            )
        self.jobs, self.resident_bytes, self._rest = 0, 0, b""
        self._send(
            {
                "soffice": str(self.office.binary),
                "profile_url": (self.home / "profile").as_uri(),
                "work_dir": str(self.home),
                "environment": self._office_environment(),
                "memory_bytes": self.limits.memory_bytes,
                "file_bytes": self.limits.file_bytes,
                "start_timeout": self.limits.start_seconds,
                "uid": self.sandbox.uid,
                "gid": self.sandbox.gid,
            }
        )
        try:
            answer = self._receive(self.limits.start_seconds + 5)
        except WorkerHung as hung:
            raise WorkerDied(f"LibreOffice did not start: {hung}") from hung
        if answer.get("event") != "ready":
            self.kill()
            raise WorkerDied(str(answer.get("error", answer)))
        self.ready = answer

    def convert(self, docx: bytes, export: Mapping[str, Any], timeout: float) -> bytes:
        """The PDF. Raises WorkerDied, WorkerHung, JobRefused."""
        self.jobs += 1
        source, target = self.home / f"{self.jobs}.docx", self.home / f"{self.jobs}.pdf"
        try:
            self._write(source, docx)
            self._send(
                {
                    "id": self.jobs,
                    "source": source.as_uri(),
                    "target": target.as_uri(),
                    "export": dict(export),
                }
            )
            answer = self._receive(timeout)
            self.resident_bytes = int(answer.get("resident", 0))
            if not answer.get("alive"):
                self.kill()
                raise WorkerDied(str(answer.get("error", "LibreOffice ended")))
            if not answer["ok"]:
                raise JobRefused(str(answer["error"]))
            return self._read(target)
        finally:
            for path in (source, target):
                path.unlink(missing_ok=True)

    def stop(self) -> None:
        """End gracefully, then by force; remove the profile."""
        if self._process is not None:
            with suppress(WorkerDied, subprocess.TimeoutExpired):
                self._send({"op": "stop"})
                self._process.wait(_STOP_SECONDS)
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def kill(self) -> None:
        """End bridge and LibreOffice now, reaping both; safe to call at any time."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            with suppress(OSError, subprocess.TimeoutExpired):  # the bridge reaps its office, then leaves
                assert process.stdin is not None
                process.stdin.write(b'{"op": "kill"}\n')
                process.stdin.flush()
                process.wait(_KILL_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _fresh_home(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        write_profile(self.home / "profile")
        (self.home / "tmp").mkdir()
        if self.sandbox.uid:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, self.sandbox.uid, self.sandbox.gid)
        self.home.chmod(0o700)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            "FONTCONFIG_FILE": str(self.fontconfig),
            "SAL_USE_VCLPLUGIN": "svp",
        }

    def _office_environment(self) -> dict[str, str]:
        """Without a path LibreOffice cannot find gpgconf and gpg, which it would start in vain and leave as zombies."""
        return {**self._environment(), "PATH": str(self.home / "no-programs")}

    def _write(self, path: Path, data: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as out:
            if self.sandbox.uid:
                os.fchown(handle, self.sandbox.uid, self.sandbox.gid)
            out.write(data)

    def _read(self, path: Path) -> bytes:
        """What LibreOffice wrote; a link it may have been talked into placing there is not followed."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as missing:
            raise JobRefused(f"no PDF was written: {missing}") from missing
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(self.limits.file_bytes + 1)
        if len(data) > self.limits.file_bytes or not data.startswith(b"%PDF-"):
            raise JobRefused("what was written is not a PDF of acceptable size")
        return data

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            assert self._process is not None
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(message).encode("utf-8") + b"\n")
            self._process.stdin.flush()
        except OSError as gone:
            self.kill()
            raise WorkerDied(f"the bridge does not read any more: {gone}") from gone

    def _receive(self, timeout: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self.kill()
                    raise WorkerHung(f"no answer within {timeout:g} s")
                chunk = os.read(self._process.stdout.fileno(), 65536)
                if not chunk:
                    self.kill()
                    raise WorkerDied("the bridge ended: " + self._log_tail())
                self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise WorkerDied("the bridge talks nonsense")
        return answer

    def _log_tail(self) -> str:
        with suppress(OSError):
            return (self.home / "bridge.log").read_bytes()[-2000:].decode("utf-8", "replace")
        return ""
