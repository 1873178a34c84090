"""Between our worker process and one LibreOffice: JSON lines on stdin/stdout, UNO over a private pipe.

Run as a script by whichever interpreter can ``import uno`` (the system's or LibreOffice's own), so it uses the
standard library and ``uno`` alone and knows nothing of formserver. First line in: the configuration; then one line
per job. Lines out: ``{"event": "ready", ...}``, then one answer per job.

One bridge lives exactly as long as one LibreOffice: whoever of parent, bridge and office dies first takes the others
along (end of stdin, PR_SET_PDEATHSIG, process group), so nothing is ever left over.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import platform
import queue
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from typing import Any

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


# --- isolation ------------------------------------------------------------------------------------------------------


def leave_the_network() -> str:
    """Move this process into a network namespace without interfaces; returns how, or why not."""
    uid, gid = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNET if uid == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    if _libc().unshare(flags) != 0:
        return "refused: " + os.strerror(ctypes.get_errno())
    if uid != 0:
        with contextlib.suppress(
            OSError
        ):  # without a map we are the overflow uid, which still owns its open files
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{uid} {uid} 1"),
                ("gid_map", f"{gid} {gid} 1"),
            ):
                with open("/proc/self/" + name, "w", encoding="ascii") as out:
                    out.write(text)
    return "namespace"


def drop_root(uid: int, gid: int) -> int:
    """Give up root for good, if we have it; returns the user id we run under."""
    if os.geteuid() == 0 and uid:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    return os.geteuid()


def forbid_sockets() -> str:
    """A seccomp filter that leaves unix sockets only: holds where namespaces are refused. Returns how, or why not."""
    known = {"x86_64": (0xC000003E, 41, 101), "aarch64": (0xC00000B7, 198, 117)}
    machine = platform.machine()
    if machine not in known:
        return "not available on " + machine
    arch, nr_socket, nr_ptrace = known[machine]
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EACCES
    program = [
        (load, 0, 0, 4),  # architecture
        (equal, 0, 8, arch),
        (load, 0, 0, 0),  # system call number
        (at_least, 6, 0, 0x40000000),  # the x32 alias of x86-64
        (equal, 5, 0, nr_ptrace),
        (equal, 4, 0, 425),  # io_uring_setup could open sockets unseen
        (equal, 0, 2, nr_socket),
        (load, 0, 0, 16),  # first argument: address family
        (equal, 0, 1, 1),  # AF_UNIX
        (give, 0, 0, allow),
        (give, 0, 0, refuse),
    ]

    class Instruction(ctypes.Structure):
        _fields_ = (
            ("code", ctypes.c_uint16),
            ("jt", ctypes.c_uint8),
            ("jf", ctypes.c_uint8),
            ("k", ctypes.c_uint32),
        )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(Instruction)))

    code = (Instruction * len(program))(*[Instruction(*one) for one in program])
    libc = _libc()
    if (
        libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(Program(len(program), code)), 0, 0)
        != 0
    ):
        return "refused: " + os.strerror(ctypes.get_errno())
    return "unix sockets only"


def isolate(config: dict[str, Any]) -> dict[str, Any]:
    """Apply every layer this machine allows, before LibreOffice code is loaded; returns what is in force."""
    network = leave_the_network()
    uid = drop_root(config["uid"], config["gid"])
    no_new_privileges = _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    return {
        "network": network,
        "sockets": forbid_sockets(),
        "no_new_privileges": no_new_privileges,
        "uid": uid,
        "address_space_bytes": config["memory_bytes"],
    }


# --- LibreOffice ----------------------------------------------------------------------------------------------------


class Office:
    """One running LibreOffice and the jobs it can do."""

    def __init__(self, config: dict[str, Any]) -> None:
        import uno  # here, so that the module can be read where there is no uno

        self._uno = uno
        self._config = config
        self._pipe = "formserver" + uuid.uuid4().hex
        self.process = self._spawn()
        try:
            self._desktop = self._connect(time.monotonic() + config["start_timeout"])
        except BaseException:
            self.process.kill()
            raise

    def _spawn(self) -> subprocess.Popen[bytes]:
        import resource

        config = self._config
        libc = _libc()

        def limits() -> None:  # still single-threaded here: a hook between fork and exec is safe
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            resource.setrlimit(resource.RLIMIT_AS, (config["memory_bytes"],) * 2)
            resource.setrlimit(resource.RLIMIT_FSIZE, (config["file_bytes"],) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        return subprocess.Popen(
            [
                config["soffice"],
                "--headless",
                "--invisible",
                "--nologo",
                "--nodefault",
                "--norestore",
                "--nolockcheck",
                "--nofirststartwizard",
                f"-env:UserInstallation={config['profile_url']}",
                # else one run of LibreOffice by root, anywhere on the machine, locks everybody else out of its cache
                f"-env:UNO_SHARED_PACKAGES_CACHE={config['profile_url']}/shared",
                f"--accept=pipe,name={self._pipe};urp;StarOffice.ServiceManager",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None,
            cwd=config["work_dir"],
            env=config["environment"],
            preexec_fn=limits,
        )

    def _connect(self, deadline: float) -> Any:
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        address = f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext"
        while True:
            try:
                context = resolver.resolve(address)
                break
            except Exception as not_yet:  # UNO's NoConnectException exists only at run time
                code = self.process.poll()
                if code is not None and code != 81:
                    raise RuntimeError(f"LibreOffice ended with status {code} while starting") from not_yet
                if code == 81:  # "profile made, start me again"
                    self.process = self._spawn()
                if time.monotonic() > deadline:
                    raise RuntimeError("LibreOffice did not answer in time") from not_yet
                time.sleep(0.02)
        manager = context.ServiceManager
        self.version = self._setting(
            manager, context, "/org.openoffice.Setup/Product", "ooSetupVersionAboutBox"
        )
        return manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def _setting(self, manager: Any, context: Any, node: str, name: str) -> str:
        provider = manager.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", context
        )
        argument = self._values(nodepath=node)
        access = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", argument
        )
        return str(access.getByName(name))

    def _values(self, **named: Any) -> tuple[Any, ...]:
        made = []
        for name, value in named.items():
            one = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            one.Name, one.Value = name, value
            made.append(one)
        return tuple(made)

    def convert(self, source_url: str, target_url: str, export: dict[str, Any]) -> int:
        """Open a docx, bring its fields up to date, store it as PDF. Returns the number of pages laid out."""
        document = self._desktop.loadComponentFromURL(
            source_url,
            "_blank",
            0,
            self._values(
                Hidden=True,
                ReadOnly=True,
                FilterName="MS Word 2007 XML",  # no guessing: nothing but Word's importer ever sees the bytes
                MacroExecutionMode=0,  # NEVER_EXECUTE
                UpdateDocMode=0,  # NO_UPDATE: follow no link
            ),
        )
        if document is None:
            raise ValueError("LibreOffice cannot read this file")
        try:
            for index in _each(document.getDocumentIndexes()):
                index.update()
            pages = (
                document.getCurrentController().PageCount
            )  # forces the whole layout, which page fields need
            document.getTextFields().refresh()
            data = self._uno.Any("[]com.sun.star.beans.PropertyValue", self._values(**export))
            document.storeToURL(target_url, self._values(FilterName="writer_pdf_Export", FilterData=data))
        finally:
            document.close(True)
        return int(pages)

    def resident_bytes(self) -> int:
        """Memory LibreOffice holds now; 0 where /proc does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
                return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return 0

    def stop(self) -> None:
        """Ask it to leave, then make it."""
        if self.process.poll() is None:
            with contextlib.suppress(Exception):
                self._desktop.terminate()
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _each(indexed: Any) -> list[Any]:
    return [indexed.getByIndex(i) for i in range(indexed.getCount())]


# --- talking to the parent ------------------------------------------------------------------------------------------


def _say(message: dict[str, Any]) -> None:
    data = json.dumps(message).encode("utf-8") + b"\n"
    while data:
        data = data[os.write(1, data) :]


class Parent:
    """Lines from the parent; its end is ours, also in the middle of a job."""

    def __init__(self) -> None:
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._pid = os.getppid()
        self._rest = b""

    def first_line(self) -> dict[str, Any]:
        while b"\n" not in self._rest:
            chunk = os.read(0, 65536)
            if not chunk:
                sys.exit(0)
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        config: dict[str, Any] = json.loads(line)
        return config

    def watch(self, office: Office, work_dir: str) -> None:
        """Body of the reader thread: queue jobs, end everything when the parent ends or says so."""
        while True:
            ready, _, _ = select.select([0], [], [], 1.0)
            chunk = os.read(0, 65536) if ready else None
            if chunk == b"" or os.getppid() != self._pid:
                self._end(office, work_dir)  # the parent cannot tidy up any more
            self._rest += chunk or b""
            while b"\n" in self._rest:
                line, self._rest = self._rest.split(b"\n", 1)
                message = json.loads(line)
                if message.get("op") == "kill":  # the job in hand takes too long
                    self._end(office)
                self.lines.put(message)

    @staticmethod
    def _end(office: Office, leftover: str = "") -> None:
        """Kill the office, reap it (process 1 of a container may not), leave."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            office.process.kill()
            office.process.wait(5)
        if leftover:
            shutil.rmtree(leftover, ignore_errors=True)
        os._exit(0)


def _job(office: Office, message: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        pages = office.convert(message["source"], message["target"], message["export"])
    except Exception as failure:  # noqa: BLE001  UNO exceptions exist only at run time; the parent judges by "alive"
        with contextlib.suppress(subprocess.TimeoutExpired):
            office.process.wait(0.2)  # a crash is noticed on the wire before the kernel has reaped it
        answer: dict[str, Any] = {"ok": False, "error": f"{type(failure).__name__}: {failure}"[:2000]}
    else:
        answer = {"ok": True, "pages": pages, "seconds": time.perf_counter() - started}
    answer.update(id=message["id"], alive=office.process.poll() is None, resident=office.resident_bytes())
    return answer


def main() -> int:
    """Serve one parent until it is done with us."""
    parent = Parent()
    config = parent.first_line()
    os.umask(0o077)
    try:
        isolation = isolate(config)
        office = Office(config)
    except Exception as failure:  # noqa: BLE001  told to the parent, which turns it into a sentence
        _say({"event": "failed", "error": f"{type(failure).__name__}: {failure}"[:2000]})
        return 1
    threading.Thread(target=parent.watch, args=(office, config["work_dir"]), daemon=True).start()
    _say({"event": "ready", "pid": office.process.pid, "version": office.version, "isolation": isolation})
    while True:
        message = parent.lines.get()
        if message.get("op") == "stop":
            office.stop()
            return 0
        answer = _job(office, message)
        _say(answer)
        if not answer["alive"]:
            return 1


if __name__ == "__main__":
    sys.exit(main())
