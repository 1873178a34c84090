"""The script that fetches Fandol: idempotent, and loud where it cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "tools" / "fonts" / "fetch_fandol.sh"
NAMES = (
    "FandolFang-Regular",
    "FandolKai-Regular",
    "FandolHei-Regular",
    "FandolHei-Bold",
    "FandolSong-Regular",
    "FandolSong-Bold",
)

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="no POSIX shell")


def _run(target: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), str(target)], env={"PATH": path}, capture_output=True, text=True
    )


def test_nothing_is_downloaded_when_the_fonts_are_there(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.otf").write_bytes(b"font")
    done = _run(tmp_path, "/nowhere")
    assert done.returncode == 0
    assert "Fandol 已在" in done.stdout


def test_a_machine_without_apt_is_told_what_happens_instead(tmp_path: Path) -> None:
    done = _run(tmp_path / "fonts", "/nowhere")
    assert done.returncode == 3
    assert "没有 apt-get" in done.stderr
    assert "Noto Serif CJK SC 代替" in done.stderr


def test_a_machine_without_network_is_told_so_and_keeps_no_half_file(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("apt-get", "dpkg-deb"):
        (tools / name).write_text("#!/bin/sh\nexit 100\n")
        (tools / name).chmod(0o755)
    done = _run(tmp_path / "fonts", f"{tools}:/usr/bin:/bin")
    assert done.returncode == 3
    assert "无法下载" in done.stderr
    assert not (tmp_path / "fonts").exists()
