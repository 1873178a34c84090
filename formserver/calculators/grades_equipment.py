"""Rows of an equipment list as questions to the grade tables: what the name plate already says is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_rows import poles_in, table_for, transformer_type
from formserver.calculation.grades import series_hint

MOST: Final = 50


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
    table = table_for(name, unit)
    if table not in library.names():
        return None
    inputs = {"model": model}
    if table == "transformer":
        inputs |= {"kva": rated, "type": transformer_type(model)}
    elif table == "motor":
        inputs |= {"kw": rated if unit == "kW" else "", "poles": poles_in(model)}
    hint = series_hint(library.editions(table)[-1], model)
    return EquipmentQuestion(
        "　".join(filter(None, (name, model, f"{rated}{unit}" if rated else ""))),
        table,
        {key: value for key, value in inputs.items() if value},
        hint.says if hint else "",
        stated,
    )
