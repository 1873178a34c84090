"""What is installed and what is shipped: the lock files agree with the project, the wheel carries its data."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {"requirements.lock": ("setup",), "requirements-dev.lock": ("setup", "dev")}

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^ ;\\]+)(?P<rest>.*)$")


def pins(lock: str) -> dict[str, set[str]]:
    """Package name → the versions pinned (more than one where Python versions differ)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := _PIN.match(line):
            found.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return found


def demanded(groups: tuple[str, ...]) -> list[Requirement]:
    lines = list(PROJECT["project"]["dependencies"])
    for group in groups:
        lines += [line for line in PROJECT["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_at_a_version_that_satisfies_it(lock: str):
    locked = pins(lock)
    for requirement in demanded(LOCKS[lock]):
        versions = locked.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is not in {lock}: run make lock"
        wrong = [
            version for version in versions if not requirement.specifier.contains(version, prereleases=True)
        ]
        assert not wrong, f"{lock} pins {requirement.name} {wrong}, the project wants {requirement.specifier}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_hashes_and_no_address_of_a_server(lock: str):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert not bare, f"without hashes: {bare}"
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)


def test_running_and_testing_use_the_same_versions():
    development = pins("requirements-dev.lock")
    apart = {
        name: versions
        for name, versions in pins("requirements.lock").items()
        if development.get(name) != versions
    }
    assert not apart, f"run make lock: {apart}"


def test_front_end_lock_agrees_with_the_package_file_and_names_no_server():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert '"resolved"' not in text
    for name, about in lock["packages"].items():
        assert not name or about.get("integrity"), f"{name} has no hash"


def test_front_end_libraries_are_complete_and_current():
    done = subprocess.run(
        [sys.executable, "tools/vendor.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr + "run: sh tools/setup.sh dev"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.glob("*.whl")
    return made


def shipped_data(folder: str) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and not path.name.startswith((".", "~$")):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", ["schemas", "doc_templates"])
def test_wheel_contains_what_experts_edit(wheel: Path, folder: str):
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"formserver/_data/{name}" for name in shipped_data(folder)}
    assert expected, f"{folder} is empty"
    assert expected <= names, f"missing from the wheel: {sorted(expected - names)[:5]}"


def test_wheel_contains_pages_libraries_migrations_and_licence_but_no_tests(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    package_files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "formserver").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert package_files <= names, f"missing from the wheel: {sorted(package_files - names)[:5]}"
    assert "formserver/web/static/vendor/manifest.json" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "storage/", "tools/"))]


def test_installed_wheel_finds_its_own_schemas_and_templates(wheel: Path, tmp_path: Path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "from formserver.config import Settings as S; s = S(); print(s.schemas_dir); print(s.templates_dir)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    data = tmp_path / "formserver" / "_data"
    assert done.stdout.split() == [str(data / "schemas"), str(data / "doc_templates")]
