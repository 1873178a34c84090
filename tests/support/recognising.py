"""What tests of recognition share: the shipped library, and a row in one line."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment, Finding
from tests.support.calculating import catalogue

AS_OF: Final = date(2025, 6, 30)


@cache
def library() -> EquipmentLibrary:
    """The definitions as shipped."""
    return EquipmentLibrary(catalogue())


def finding(name: str, model: str = "", as_of: date = AS_OF, /, **columns: str) -> Finding:
    """What recognition says about one row."""
    return library().recogniser(as_of).recognise(Equipment(name=name, model=model, **columns))


def said(name: str, model: str = "", as_of: date = AS_OF, /, **columns: str) -> str:
    """Verdict, rule and first reason, as tests compare them: ``eliminated M01 C01``."""
    found = finding(name, model, as_of, **columns)
    return " ".join((found.verdict, found.rule, *found.reasons[:1])).strip()
