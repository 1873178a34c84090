"""What is in the repository: nothing of one machine, both front pages true, set-up in plain sh."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".docx", ".png", ".jpg", ".ico", ".woff2", ".pdf", ".xlsx", ".otf", ".ttf"}

#: Folders that exist on one desk only. Built from halves so that this file does not find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/~-])/(?:"
    + "|".join(("wo" + "rk", "ro" + "ot", r"ho" + r"me/[a-z]\w*", r"Us" + r"ers/\w+"))
    + ")/"
)
REGISTRY = re.compile(
    "|".join(re.escape(a + b) for a, b in (
        ("pypi.", "org/simple"), ("files.", "pythonhosted.org"), ("registry.", "npmjs.org"), ("registry.", "npmmirror.com"),
        ("pypi.tuna.", "tsinghua.edu.cn"), ("mirrors.", "aliyun.com"), ("file:", "///"), ("--index", "-url"),
    ))
)  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked cannot be told")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def texts(path: Path) -> list[str]:
    """The text of a file; of every part of a Word or Excel file."""
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return [] if path.suffix in BINARY else [path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["paths", "registries"])
def test_no_tracked_file_speaks_of_one_machine(pattern: re.Pattern[str]):
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for text in texts(path)
        if (match := pattern.search(text))
    ]
    assert not found


def test_what_users_make_and_what_is_generated_is_not_tracked():
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if name.startswith("storage/")] == ["storage/README.md"]
    assert not [
        n
        for n in names
        if n.startswith(("formserver/web/static/vendor/", "node_modules/", ".venv/", "dist/"))
    ]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_front_page_fits_on_one_page_and_names_both_commands(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    for words in (
        "make run",
        "make test",
        "sh tools/setup.sh",
        "demo",
        "Chuanxi-2026-shuini",
        "docs/images/form.png",
    ):
        assert words in text, f"{name} does not mention {words}"


def test_front_pages_name_the_same_folders():
    folders = re.compile(r"^\| `(\w+)/`", re.MULTILINE)
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    assert folders.findall(english) == folders.findall(chinese)
    assert all((ROOT / folder).is_dir() for folder in folders.findall(english))


def test_changes_are_told_for_the_version_of_the_project():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(
        r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version is not None
    assert "## Unreleased" in text or f"## {version[1]}" in text
    assert version[1] in text


@pytest.mark.parametrize("path", sorted((ROOT / "tools").rglob("*.sh")), ids=lambda p: p.name)
def test_set_up_scripts_are_plain_sh(path: Path):
    text = path.read_text(encoding="utf-8")
    bashisms = re.findall(r"\[\[ |\blocal \b|<<<|\bfunction \w|\bsource |\$\{\w+\[|\+=\(|&>", text)
    assert not bashisms, f"{path.name}: {bashisms}"
    done = subprocess.run(["sh", "-n", str(path)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr


def test_set_up_explains_itself_without_touching_anything():
    done = subprocess.run(
        ["sh", "tools/setup.sh", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 0
    assert "run" in done.stdout
    assert "test" in done.stdout
    wrong = subprocess.run(
        ["sh", "tools/setup.sh", "fly"], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert wrong.returncode == 2


def test_continuous_integration_runs_what_people_run():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make check" in text
    assert "make test" in text
    assert "set -euo pipefail" in text
