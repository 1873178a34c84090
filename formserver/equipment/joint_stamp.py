"""What the efficiency part of judgements rests on, as one short text kept with a list beside the stamp of its rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final

from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.joint_grades import TABLES

GRADES: Final = "grades"
"""The name it has among the definitions of a list."""


def grade_stamp(grades: GradeLibrary, as_of: date, confirmed: Mapping[str, str]) -> str:
    """Another text as soon as a grade table in force on that day is another edition, or one of its limits is confirmed
    (``confirmed``: figure id → the value that was confirmed) or taken back."""
    known = frozenset(grades.names())
    tables = [grades.choose(name, as_of).table for name in sorted(TABLES.values()) if name in known]
    ids = {table.id for table in tables}
    lines = [f"{table.id} {table.sha256}" for table in tables]
    lines += [f"{key} {confirmed[key]}" for key in sorted(confirmed) if key.partition("#")[0] in ids]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
