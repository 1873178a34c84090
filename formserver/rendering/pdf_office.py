"""Finds LibreOffice and the interpreter that can drive it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from formserver.core.errors import Kind, error_code

PDF_NOT_INSTALLED = error_code(
    "PDF_NOT_INSTALLED",
    Kind.UNAVAILABLE,
    zh="PDF 待安装：{reason} 文书仍可下载 docx；请管理员安装 LibreOffice（含 python3-uno）后运行 formserver check。",
    en="PDF is not installed: {reason} Documents can still be downloaded as docx.",
)

_PROGRAM_FOLDERS = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
    "/snap/libreoffice/current/lib/libreoffice/program",
)
_IMPORT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Office:
    """An installation: the program itself (not its start script) and an interpreter with ``uno``."""

    binary: Path
    python: Path


def find_office(soffice: Path | None = None, python: Path | None = None) -> Office:
    """The installation to use; ``soffice`` and ``python`` override the search. Raises PDF_NOT_INSTALLED."""
    if os.name != "posix":
        raise PDF_NOT_INSTALLED(reason="PDF 只在 Linux 服务器上生成。")
    binary = _binary(soffice)
    if binary is None:
        where = f"（设置指定的 {soffice} 不存在）" if soffice is not None else ""
        raise PDF_NOT_INSTALLED(reason=f"没有找到 LibreOffice{where}。")
    for candidate in _interpreters(binary, python):
        if _can_import_uno(candidate):
            return Office(binary, candidate)
    raise PDF_NOT_INSTALLED(reason="没有找到能够 import uno 的 Python。")


def _binary(soffice: Path | None) -> Path | None:
    if soffice is not None:
        starts = [soffice]
    else:
        found = [shutil.which(name) for name in ("soffice", "libreoffice")]
        starts = [Path(one) for one in found if one]
        starts += [Path(folder) / "soffice" for folder in _PROGRAM_FOLDERS]
        starts += sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)
    for start in starts:
        if not start.exists():
            continue
        real = start.resolve()
        beside = real.with_name("soffice.bin")
        if beside.exists():
            return beside
        for folder in _PROGRAM_FOLDERS:  # a start script that lives elsewhere
            if (Path(folder) / "soffice.bin").exists():
                return Path(folder) / "soffice.bin"
    return None


def _interpreters(binary: Path, python: Path | None) -> list[Path]:
    if python is not None:
        return [python]
    bundled = binary.parent / "python"
    return [bundled, Path("/usr/bin/python3"), Path(sys.executable)]


@lru_cache(maxsize=16)
def _can_import_uno(python: Path) -> bool:
    if not python.exists():
        return False
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", "import uno"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_IMPORT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
