"""Rows of an equipment list as questions to the grade tables: what the name plate already says is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grades import series_hint

MOST: Final = 50
_POLES: Final = re.compile(r"-([2468])(?:P|极)?$")
_WORDS: Final = (
    ("air_compressor", ("空压机", "压缩机")),
    ("pump", ("泵",)),
    ("fan", ("风机",)),
    ("motor", ("电动机", "电机")),
)


@dataclass(frozen=True, slots=True)
class EquipmentQuestion:
    """One row: ``inputs`` for the page 能效等级, ``hint`` what the series says, ``stated`` what the row says."""

    label: str
    table: str
    inputs: Mapping[str, str]
    hint: str
    stated: str


def questions(library: GradeLibrary, body: Mapping[str, Any]) -> tuple[EquipmentQuestion, ...]:
    """The rows of ``equipment`` that a table is about, at most :data:`MOST`."""
    rows = body.get("equipment")
    found = []
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping):
            asked = _question(library, row)
            if asked is not None:
                found.append(asked)
    return tuple(found[:MOST])


def _question(library: GradeLibrary, row: Mapping[str, Any]) -> EquipmentQuestion | None:
    name, model, rated, unit, stated = (
        str(row.get(key, "")).strip() for key in ("name", "model", "rated", "rated_unit", "eff_class")
    )
    table = "transformer" if unit == "kVA" or "变压器" in name else ""
    table = table or next((key for key, words in _WORDS if any(word in name for word in words)), "")
    if table not in library.names():
        return None
    inputs = {"model": model}
    if table == "transformer":
        inputs |= {"kva": rated, "type": _transformer_type(model)}
    elif table == "motor":
        poles = _POLES.search(model.upper())
        inputs |= {"kw": rated if unit == "kW" else "", "poles": poles[1] if poles else ""}
    hint = series_hint(library.editions(table)[-1], model)
    return EquipmentQuestion(
        "　".join(filter(None, (name, model, f"{rated}{unit}" if rated else ""))),
        table,
        {key: value for key, value in inputs.items() if value},
        hint.says if hint else "",
        stated,
    )


def _transformer_type(model: str) -> str:
    """By the letters of the model: C dry type, H amorphous, the number after the slash the voltage in kV."""
    letters = re.match(r"[A-Z]*", model.upper())
    word = letters[0] if letters else ""
    if not word.startswith("S"):
        return ""
    if model.endswith("/35"):
        return "" if "C" in word else "oil_35kv"
    return ("dry_10kv" if "C" in word or "G" in word else "oil_10kv") + ("_amorphous" if "H" in word else "")
