"""Set-up on machines that lack something: a clear sentence, the exact command, and on with what is there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import vendor

ROOT = Path(__file__).resolve().parents[2]
PLAIN_TOOLS = (
    "sh",
    "dirname",
    "mkdir",
    "cat",
    "cksum",
    "tr",
    "uname",
    "id",
    "env",
    "awk",
    "sort",
    "sed",
    "tail",
    "rm",
)


def shell(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines with the parts of the set-up script loaded."""
    parts = "\n".join(f". {ROOT}/tools/setup/{name}.sh" for name in ("messages", "privileges", "packages"))
    return subprocess.run(
        ["sh", "-euc", f"INSTALL_PACKAGES=no\n{parts}\n{program}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_missing_programs_are_named_with_their_consequence_and_set_up_goes_on(tmp_path: Path):
    done = shell(
        "present() { [ $1 = poppler ]; }\nfetch_chromium() { false; }\npackage_manager() { echo apt-get; }\n"
        "set_up_packages dev\necho went on",
        LOGS=str(tmp_path),
        VENV=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("went on")
    for words in ("LibreOffice Writer", "待安装", "Chromium", "PostgreSQL"):
        assert words in done.stderr
    command = next(line for line in done.stderr.splitlines() if "apt-get install" in line)
    assert "libreoffice-writer-nogui" in command
    assert "poppler" not in command, "what is there is not asked for"


def test_nothing_is_said_when_nothing_is_missing(tmp_path: Path):
    done = shell("present() { true; }\nset_up_packages dev", LOGS=str(tmp_path), VENV=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("manager", "expected"),
    [
        ("apt-get", "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b"),
        ("dnf", "sudo dnf install -y a b"),
        ("none", "a b"),
    ],
)
def test_the_command_to_type_fits_the_system(manager: str, expected: str):
    done = shell(f"package_manager() {{ echo {manager}; }}\ninstall_command a b")
    assert expected in done.stdout


def test_a_machine_without_python_is_told_what_it_needs(tmp_path: Path):
    shutil.copytree(ROOT / "tools" / "setup", tmp_path / "tools" / "setup")
    shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "tools" / "setup.sh")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in PLAIN_TOOLS:
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    old = programs / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", "tools/setup.sh", "--no-packages", "run"],
        cwd=tmp_path,
        env={"PATH": str(programs), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One small npm package instead of the real ones; returns its style sheet."""
    folder = tmp_path / "node_modules" / "paint"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": "1.0.0", "license": "MIT"}))
    (folder / "LICENSE").write_text("MIT")
    sheet = folder / "paint.css"
    sheet.write_text("a { background: url(data:image/png;base64,AA) }")
    monkeypatch.setattr(vendor, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(vendor, "LIBRARIES", (vendor.Library("paint", ("paint.css",)),))
    return sheet


def test_copied_libraries_carry_their_licence_and_a_changed_file_is_named(library: Path):
    manifest = vendor.copy_libraries()
    assert manifest["libraries"]["paint"]["licence"] == "MIT"
    assert (vendor.VENDOR / "licences" / "paint.txt").is_file()
    assert vendor.faults() == []
    (vendor.VENDOR / "paint.css").write_text("changed")
    assert vendor.faults() == ["paint.css was changed"]
    (vendor.VENDOR / "paint.css").unlink()
    assert vendor.faults() == ["paint.css is missing"]


@pytest.mark.parametrize(
    "address", ["url(https://cdn.example/x.woff)", "url('//cdn.example/x')", "@import '//cdn.example'"]
)
def test_a_style_sheet_that_reaches_for_another_server_is_refused(library: Path, address: str):
    library.write_text(f"a {{ {address} }}")
    with pytest.raises(vendor.VendorError, match="外部服务器"):
        vendor.copy_libraries()
