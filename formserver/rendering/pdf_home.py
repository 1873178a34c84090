"""The folder a pool works in: who may read it, and how it disappears even after the pool was killed."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from formserver.rendering.fonts import FontPolicy
from formserver.rendering.fonts_config import fontconfig_xml
from formserver.rendering.pdf_worker import Sandbox

try:
    import fcntl
    import pwd
except ImportError:  # Windows: the finder has already said that there is no PDF here
    fcntl = pwd = None  # type: ignore[assignment]

_PREFIX = "formserver-pdf-"
_NOBODY = 65534


def sandbox() -> Sandbox:
    """Root hands LibreOffice to ``nobody``; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return Sandbox()
    with suppress(KeyError):
        entry = pwd.getpwnam("nobody")
        return Sandbox(entry.pw_uid, entry.pw_gid)
    return Sandbox(_NOBODY, _NOBODY)


class PoolHome:
    """A temporary folder with the fonts and homes of a pool's workers.

    An exclusive lock tells a living pool's folder from one left by ``kill -9``; the next pool removes the latter.
    """

    def __init__(self, fonts: Sequence[Path]) -> None:
        self.sandbox = sandbox()
        root = _open_to_all(Path(tempfile.gettempdir())) if self.sandbox.uid else Path(tempfile.gettempdir())
        _sweep(root)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        self.path.chmod(0o711 if self.sandbox.uid else 0o700)
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.policy = FontPolicy(fonts)
        self.fontconfig = self._write_fontconfig()

    def worker(self, number: int) -> Path:
        """The home of worker ``number``."""
        return self.path / f"worker-{number}"

    def remove(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def _write_fontconfig(self) -> Path:
        cache = self.path / "fontcache"
        cache.mkdir(mode=0o700)
        if self.sandbox.uid:
            os.chown(cache, self.sandbox.uid, self.sandbox.gid)
        folders = tuple(self._readable(i, folder) for i, folder in enumerate(self.policy.library.folders))
        target = self.path / "fonts.conf"
        target.write_text(fontconfig_xml(self.policy, cache, folders), encoding="utf-8")
        target.chmod(0o644)
        return target

    def _readable(self, number: int, folder: Path) -> Path:
        """``folder``, or a copy of it where the user LibreOffice runs as could not look inside."""
        if not self.sandbox.uid or not folder.is_dir() or _world_readable(folder):
            return folder
        copy = self.path / f"fonts-{number}"
        shutil.copytree(folder, copy, copy_function=shutil.copyfile)
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return copy


def _world_readable(folder: Path) -> bool:
    real = folder.resolve()
    ways = all(_mode(above) & stat.S_IXOTH for above in (real, *real.parents))
    return ways and all(_mode(p) & stat.S_IROTH for p in (real, *real.rglob("*")))


def _mode(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mode
    return 0


def _open_to_all(root: Path) -> Path:
    """``root`` if another user can reach into it, else the system's own temporary folder."""
    real = root.resolve()
    return root if all(_mode(above) & stat.S_IXOTH for above in (real, *real.parents)) else Path("/tmp")  # noqa: S108  the folder made in it is private


def _sweep(root: Path) -> None:
    """Remove folders of pools that were killed: theirs is the only lock nobody holds."""
    for old in root.glob(_PREFIX + "*"):
        with suppress(OSError):
            if old.is_symlink() or old.stat().st_uid != os.geteuid():
                continue
            lock = os.open(old / "lock", os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
            finally:
                os.close(lock)
