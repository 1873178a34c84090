"""Render a stored version again and say how it compares with the rendition that was kept.

The stored rendition is the record. Equality is judged per part (the manifest keeps a hash of each), because a zip's
own bytes say nothing about the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a repeated rendering compares."""

    IDENTICAL = "完全相同"
    NEWER_ENGINE = "文字相同（引擎已更新）"
    DIFFERENT = "不同"


def compare(kept: Mapping[str, Any], again: Mapping[str, Any]) -> Outcome:
    """Compare two manifests: same parts, or same printed leaves by another engine, or different."""
    if kept.get("parts") == again.get("parts"):
        return Outcome.IDENTICAL
    engines = ("engine", "docxtpl", "jinja2")
    newer = any(kept.get(name) != again.get(name) for name in engines)
    if newer and kept.get("printed") == again.get("printed"):
        return Outcome.NEWER_ENGINE
    return Outcome.DIFFERENT
