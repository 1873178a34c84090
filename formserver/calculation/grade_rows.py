"""Rows of equipment as questions to the grade tables: what the name and the name plate already say."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from formserver.calculation.grade_model import Series

_WORDS: Final = (
    ("transformer", ("变压器",)),
    ("air_compressor", ("空压机", "压缩机")),
    ("pump", ("泵",)),
    ("fan", ("风机",)),
    ("motor", ("电动机", "电机")),
)
_POLES: Final = re.compile(r"-([2468])(?:P|极)?$")
_KILOVOLTS: Final = re.compile(r"/([0-9]+(?:\.[0-9]+)?)")
_GRADE: Final = re.compile("([123])级")


def table_for(name: str, rated_unit: str = "") -> str:
    """The name of the grade table a piece of equipment belongs to, "" for none.

    The word that ends last decides, as the head of a Chinese name does: 水泵电机 is a motor.
    """
    if rated_unit == "kVA":
        return "transformer"
    ends = {
        table: max((name.rfind(word) + len(word) for word in words if word in name), default=0)
        for table, words in _WORDS
    }
    best = max(ends, key=lambda table: ends[table])
    return best if ends[best] else ""


def poles_in(model: str) -> str:
    """The number of poles at the end of a motor's model: the 4 of Y160M-4."""
    found = _POLES.search("".join(model.upper().split()))
    return found[1] if found else ""


def transformer_type(model: str, kilovolts: Decimal | None = None) -> str:
    """The type the transformer table asks for, "" where the model does not say it.

    By the letters of the model: C and G dry type, H amorphous; the number after the slash, else ``kilovolts``, is the high
    voltage in kV, and a model without any is of the 10 kV class.
    """
    text = "".join(model.upper().split())
    letters = re.match(r"[A-Z]*", text)
    word = letters[0] if letters else ""
    if not word.startswith("S"):
        return ""
    said = _KILOVOLTS.search(text)
    voltage = Decimal(said[1]) if said else kilovolts or Decimal(10)
    if 30 <= voltage <= 40:
        return "" if "C" in word or "H" in word else "oil_35kv"
    if voltage > 11:
        return ""
    return ("dry_10kv" if "C" in word or "G" in word else "oil_10kv") + ("_amorphous" if "H" in word else "")


def series_says(series: Series) -> tuple[str, bool | None]:
    """The grade a series hint names ("" for none), and whether it says 低于 the 能效限定值 (None: neither)."""
    if "低于" in series.says:
        return "", True
    found = _GRADE.search(series.says)
    return (f"{found[1]}级", False) if found else ("", None)
