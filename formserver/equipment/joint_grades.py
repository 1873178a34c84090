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
_CELLS: Final = 8_192
_LONGEST: Final = 200
"""What cells come to is remembered, for so many; longer ones are read this far."""
TABLES: Final = {
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


_NOTHING: Final = GradeCheck()


class GradeChecker:
    """Checks rows as of a day; keeps at most :data:`MOST_ANSWERS` answers. Safe to share between threads."""

    def __init__(self, grades: GradeLibrary, as_of: date, confirmed: Confirmed) -> None:
        self._tables = frozenset(grades.names())

        self._since = {
            name: grades.choose(name, as_of).table.valid_from for name in self._tables & set(TABLES.values())
        }

        @lru_cache(maxsize=MOST_ANSWERS)
        def answered(question: GradeQuestion) -> GradeCheck:
            return answer(grades, as_of, confirmed, question)

        self._answered = answered

    def check(self, finding: Finding, stated: Mapping[str, str]) -> GradeCheck:
        """What the grade tables say about a row of that category."""
        table = TABLES.get(finding.category, "")
        if table not in self._tables:
            return _NOTHING
        question = _question(table, finding, stated, self._since[table])
        return _NOTHING if question is None else self._answered(question)


def _question(
    table: str, finding: Finding, stated: Mapping[str, str], since: date | None
) -> GradeQuestion | None:
    get = stated.get
    label = _plain(get("label_grade"))
    label = label if label in ("1级", "2级", "3级") else ""
    if table == "motor":
        volts = _number(get("voltage_v"))
        if _outside(_plain(get("name"))) or (volts and Decimal(volts) >= 1000):
            return None
        poles = _number(get("poles")) or poles_in(finding.canonical) or poles_in(_plain(get("model")))
        inputs: tuple[tuple[str, str], ...] = (
            ("poles", poles),
            ("kw", _number(get("power_kw"))),
            ("efficiency", _within(get("efficiency_pct"), Decimal(1), Decimal(100))),
        )
    elif table == "transformer":
        model = _plain(get("model"))
        kind = transformer_type(model, _kilovolts(get("voltage_v")))
        if not kind and not label:
            return None
        capacity = _CAPACITY.search(model)
        connection = _CONNECTION.search(f"{model} {_plain(get('remark'))}")
        inputs = (
            ("type", kind),
            (
                "connection",
                ("Dyn11" if connection[0].upper().startswith("D") else "Yyn0") if connection else "",
            ),
            ("kva", _number(get("capacity_kva")) or (capacity[1] if capacity else "")),
            ("p0", _number(get("p0_w"))),
            ("pk", _number(get("pk_w"))),
        )
    else:
        inputs = ()
    if any(not value for key, value in inputs if key != "connection"):
        inputs = tuple((key, value and "?") for key, value in inputs)  # what is there matters, not how much
    series = _series(table, finding.canonical or _plain(get("model")))
    return GradeQuestion(table, inputs, label, series, _made_before(get("made"), since))


def _plain(text: object) -> str:
    return _plain_text(str(text)[:_LONGEST]) if text else ""


@lru_cache(maxsize=_CELLS)
def _plain_text(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


@lru_cache(maxsize=_CELLS)
def _outside(name: str) -> bool:
    return any(word in name for word in _OUTSIDE)


def _number(text: object) -> str:
    """One plain number with or without its unit; anything else is as good as not stated."""
    return _read_number(str(text)[:_LONGEST]) if text else ""


@lru_cache(maxsize=_CELLS)
def _read_number(text: str) -> str:
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
