"""The installed ``formserver`` as people run it: a process of its own, settings from the environment alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formserver.cli.main import main
from formserver.config import load_settings

SCRIPT = Path(sys.executable).with_name("formserver")
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@dataclass
class Shell:
    """A terminal in an empty folder, over one storage folder."""

    folder: Path
    storage: Path
    env: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """What a process is started with: nothing of the developer's own settings."""
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return {
            **kept,
            "PYTHONUTF8": "1",
            "FORMSERVER_ENVIRONMENT": "test",
            "FORMSERVER_STORAGE_DIR": str(self.storage),
            **self.env,
            **more,
        }

    def run(
        self, *words: str | Path, code: int = 0, typed: str = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the installed command and hold it to its exit code; no traceback, whatever happens."""
        done = subprocess.run(
            [str(SCRIPT), *map(str, words)],
            cwd=self.folder,
            env=self.environment(**env),
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, (done.args, done.returncode, done.stdout, done.stderr)
        return done

    def call(self, *words: str | Path, code: int = 0, **env: str) -> Result:
        """The same command inside this process: quick, for the many ways of being refused."""
        load_settings.cache_clear()
        try:
            for name in [n for n in os.environ if n.startswith("FORMSERVER_") or n == "DATABASE_URL"]:
                env.setdefault(name, "")
            wanted: dict[str, str | None] = {
                k: v or None for k, v in {**env, **self.environment(**env)}.items()
            }
            done = CliRunner().invoke(main, [str(word) for word in words], env=wanted, prog_name="formserver")
        finally:
            load_settings.cache_clear()
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, (words, done.exit_code, done.output)
        return done


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A terminal over a storage folder that does not exist yet."""
    return Shell(tmp_path, tmp_path / "storage")


@pytest.fixture(scope="session")
def loaded_storage(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A storage with the whole demonstration in it, loaded once however many test processes there are."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demonstration"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        storage = shared / "storage"
        if not (shared / "ready").exists():
            Shell(shared, storage).run("demo")
            (shared / "ready").touch()
    return storage


@pytest.fixture
def demo_shell(loaded_storage: Path, tmp_path: Path) -> Shell:
    """A terminal over one's own copy of the demonstration."""
    shutil.copytree(loaded_storage, tmp_path / "storage")
    return Shell(tmp_path, tmp_path / "storage")


@pytest.fixture(scope="session")
def shipped() -> Callable[[str], Path]:
    """``shipped("schemas")``: a folder of the checkout."""
    root = Path(__file__).parents[3]
    return lambda name: root / name
