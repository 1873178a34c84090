"""Copy the few front-end files that pages load from ``node_modules`` to ``formserver/web/static/vendor``.

Nothing is fetched from another server at run time, so the files travel with the program. ``manifest.json`` beside
them names each file's package, version, licence and SHA-256 and the lock file it was made from::

    python tools/vendor.py            copy (after ``npm ci``)
    python tools/vendor.py --check    exit 1 when a file is missing, changed or older than package-lock.json
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "formserver" / "web" / "static" / "vendor"
LOCK = ROOT / "package-lock.json"

#: An address on another server inside a style sheet; ``data:`` images are fine.
_REMOTE = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])(?:https?:)?//""")


@dataclass(frozen=True, slots=True)
class Library:
    """One npm package and the files of it that pages load."""

    package: str
    files: tuple[str, ...]


LIBRARIES = (
    Library("@tabler/core", ("dist/css/tabler.min.css", "dist/js/tabler.min.js")),
    Library("htmx.org", ("dist/htmx.min.js",)),
    Library("jszip", ("dist/jszip.min.js",)),
    Library("docx-preview", ("dist/docx-preview.min.js",)),
    Library("tus-js-client", ("dist/tus.min.js",)),
)


class VendorError(Exception):
    """A library is missing or would reach for another server."""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recipe_digest() -> str:
    """What the copies depend on: the lock file and this list of files."""
    return hashlib.sha256(LOCK.read_bytes() + repr(LIBRARIES).encode()).hexdigest()


def _licence_file(folder: Path) -> Path | None:
    found = sorted(p for p in folder.iterdir() if p.is_file() and p.name.lower().startswith("licen"))
    return found[0] if found else None


def _copy_library(library: Library) -> dict[str, Any]:
    folder = MODULES / library.package
    if not folder.is_dir():
        raise VendorError(
            f"缺少 {library.package}，请先运行 npm ci。Run npm ci first: {library.package} is missing."
        )
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    files: dict[str, str] = {}
    for name in library.files:
        source = folder / name
        if source.suffix == ".css" and _REMOTE.search(source.read_text(encoding="utf-8")):
            raise VendorError(f"{library.package}/{name} 引用了外部服务器。It refers to another server.")
        target = VENDOR / source.name
        shutil.copyfile(source, target)
        files[target.name] = digest(target)
    licence = _licence_file(folder)
    if licence is not None:  # Tabler ships none; its files carry the notice in their first lines
        target = VENDOR / "licences" / f"{library.package.strip('@').replace('/', '-')}.txt"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(licence, target)
        files[f"licences/{target.name}"] = digest(target)
    return {"version": about["version"], "licence": about["license"], "files": files}


def copy_libraries() -> dict[str, Any]:
    """Replace the vendor folder; raises :class:`VendorError` with the reason in Chinese and English."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    manifest = {
        "recipe": recipe_digest(),
        "libraries": {library.package: _copy_library(library) for library in LIBRARIES},
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (VENDOR / "manifest.json").write_text(text, encoding="utf-8")
    return manifest


def faults() -> list[str]:
    """What is wrong with the vendor folder; empty when it is complete and current."""
    try:
        manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["manifest.json is missing or unreadable"]
    if manifest.get("recipe") != recipe_digest():
        return ["made from another package-lock.json"]
    wrong: list[str] = []
    for library in manifest["libraries"].values():
        for name, expected in library["files"].items():
            path = VENDOR / name
            if not path.is_file():
                wrong.append(f"{name} is missing")
            elif digest(path) != expected:
                wrong.append(f"{name} was changed")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Copy front-end libraries from node_modules to the static folder."
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 unless complete and current"
    )
    options = parser.parse_args(arguments)
    if options.check:
        for fault in faults():
            print(f"vendor: {fault}", file=sys.stderr)
        return 1 if faults() else 0
    try:
        manifest = copy_libraries()
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    for package, library in manifest["libraries"].items():
        print(f"  {package} {library['version']} ({library['licence']})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
