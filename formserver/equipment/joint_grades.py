"""The main technical parameters of a row against the efficiency grade tables; rows that state the same share an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from formserver.calculation.engine import Confirmed
from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_rows import poles_in, transformer_type
from formserver.equipment.joint_answers import GradeCheck, GradeQuestion, answer
from formserver.equipment.matching.attributes_dates import made_interval
from formserver.equipment.matching.model import Finding

__all__ = ["GradeCheck", "GradeChecker", "GradeQuestion"]

MOST_ANSWERS: Final = 20_000
_TABLES: Final = {
    "motor": "motor",
    "transformer": "transformer",
    "compressor": "air_compressor",
    "pump": "pump",
    "fan": "fan",
}
_OUTSIDE: Final = (
    "直流",
    "单相",
    "同步",
    "伺服",
    "步进",
    "绕线",
    "高压",
    "冶金",
    "起重",
    "多速",
    "变极",
    "调速",
    "潜水",
    "牵引",
)
"""Words of motors GB 18613 is not about: general purpose, single speed, cage rotor, below 1000 V."""
_NUMBER: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?(?:KW|KVA|W|V|KV|%|P|极)?")
_CAPACITY: Final = re.compile(r"-([0-9]{2,6})(?=KVA|/|-|$)")
_MOTOR_SERIES: Final = re.compile(r"[A-Z]+(?:[1-9](?=-|$))?")
_OTHER_SERIES: Final = re.compile(r"[A-Z]+(?:[0-9]{1,2}(?![0-9]))?")
_CONNECTION: Final = re.compile(r"D,?YN11|Y,?YN0", re.IGNORECASE)


class GradeChecker:
    """Checks rows as of a day; keeps at most :data:`MOST_ANSWERS` answers. Safe to share between threads."""

    def __init__(self, grades: GradeLibrary, as_of: date, confirmed: Confirmed) -> None:
        self._tables = frozenset(grades.names())

        self._since = {
            name: grades.choose(name, as_of).table.valid_from for name in self._tables & set(_TABLES.values())
        }

        @lru_cache(maxsize=MOST_ANSWERS)
        def answered(question: GradeQuestion) -> GradeCheck:
            return answer(grades, as_of, confirmed, question)

        self._answered = answered

    def check(self, finding: Finding, stated: Mapping[str, str]) -> GradeCheck:
        """What the grade tables say about a row of that category."""
        table = _TABLES.get(finding.category, "")
        if table not in self._tables:
            return GradeCheck()
        question = _question(table, finding, stated, self._since[table])
        return GradeCheck() if question is None else self._answered(question)


def _question(
    table: str, finding: Finding, stated: Mapping[str, str], since: date | None
) -> GradeQuestion | None:
    model = _plain(stated.get("model"))
    label = _plain(stated.get("label_grade"))
    label = label if label in ("1级", "2级", "3级") else ""
    if table == "motor":
        name = _plain(stated.get("name"))
        volts = _number(stated.get("voltage_v"))
        if any(word in name for word in _OUTSIDE) or (volts and Decimal(volts) >= 1000):
            return None
        poles = _number(stated.get("poles")) or poles_in(finding.canonical) or poles_in(model)
        inputs = {
            "poles": poles,
            "kw": _number(stated.get("power_kw")),
            "efficiency": _within(stated.get("efficiency_pct"), Decimal(1), Decimal(100)),
        }
    elif table == "transformer":
        kind = transformer_type(model, _kilovolts(stated.get("voltage_v")))
        if not kind and not label:
            return None
        capacity = _CAPACITY.search(model)
        connection = _CONNECTION.search(f"{model} {_plain(stated.get('remark'))}")
        inputs = {
            "type": kind,
            "connection": ("Dyn11" if connection[0].upper().startswith("D") else "Yyn0")
            if connection
            else "",
            "kva": _number(stated.get("capacity_kva")) or (capacity[1] if capacity else ""),
            "p0": _number(stated.get("p0_w")),
            "pk": _number(stated.get("pk_w")),
        }
    else:
        inputs = {}
    if any(not value for key, value in inputs.items() if key != "connection"):
        inputs = {key: value and "?" for key, value in inputs.items()}  # what is there matters, not how much
    series = _series(table, finding.canonical or model)
    before = _made_before(stated.get("made"), since)
    return GradeQuestion(table, tuple(inputs.items()), label, series, before)


def _plain(text: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text or "")[:200]).upper().split())


def _number(text: object) -> str:
    """One plain number with or without its unit; anything else is as good as not stated."""
    found = _NUMBER.fullmatch(_plain(text))
    return found[1] if found and Decimal(found[1]) > 0 else ""


def _kilovolts(text: object) -> Decimal | None:
    """The voltage of a transformer; up to 220 it is written in kV whatever the heading says."""
    volts = _number(text)
    if not volts:
        return None
    return Decimal(volts) if Decimal(volts) <= 220 else Decimal(volts) / 1000


def _within(text: object, low: Decimal, high: Decimal) -> str:
    number = _number(text)
    return number if number and low <= Decimal(number) <= high else ""


def _series(table: str, model: str) -> str:
    """The series of a model: Y2 of Y2-132S-4, but Y of Y80M1-4; S11 of S11-M-315/10."""
    found = (_MOTOR_SERIES if table == "motor" else _OTHER_SERIES).match(model)
    return found[0] if found else ""


def _made_before(made: object, since: date | None) -> bool:
    """Whether the row says that it was made before the standard came into force."""
    interval = made_interval(str(made or ""))
    return since is not None and interval is not None and interval[1] < since
