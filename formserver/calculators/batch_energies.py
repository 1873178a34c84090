"""The sheet 其他能源 of a batch: energies without a column of their own, each naming the sheet and row it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from formserver.calculation.energy import EnergyLine
from formserver.calculators.batch_book import OTHER_HEADINGS
from formserver.calculators.batch_columns import heading_key
from formserver.rendering.sheet_reading import Table, cell_text

LONGEST: Final = 200
"""Characters of a cell that is read; the engine takes no longer texts."""
_DIRECTIONS: Final = {"输入": "in", "输出": "out", "外供": "out"}
_USES: Final = {"": "fuel", "燃料动力": "fuel", "原料": "feedstock", "加工转换": "conversion"}
OtherLines = Mapping[int, Sequence[tuple[int, EnergyLine | str]]]
"""Row of the data sheet → its lines: their own row, and the line or why it cannot be read."""


def other_lines(table: Table) -> Mapping[str, OtherLines]:
    """The lines of 其他能源 by sheet and row; a line that cannot be read is its reason."""
    found: dict[str, dict[int, list[tuple[int, EnergyLine | str]]]] = {}
    if not table:
        return {}
    heads = {heading_key(cell_text(cell)): place for place, cell in enumerate(table[0])}
    places = [heads.get(heading_key(title)) for title in OTHER_HEADINGS]
    for number, cells in enumerate(table[1:], start=2):
        texts = [cell_text(cells[p])[:LONGEST] if p is not None and p < len(cells) else "" for p in places]
        sheet, at, *rest = texts
        if not any(texts):
            continue
        row = int(at) if at.isdecimal() and at.isascii() and len(at) < 8 else 0
        found.setdefault(sheet, {}).setdefault(row, []).append((number, _other_line(rest)))
    return found


def _other_line(texts: Sequence[str]) -> EnergyLine | str:
    carrier, direction, amount, unit, heat, heat_unit, coefficient, coefficient_unit, use, evidence = texts
    if not carrier or not amount or not unit:
        return "请把能源品种、实物量和计量单位填全。"
    if direction not in _DIRECTIONS:
        return f"方向请填“输入”或“输出”，现在是“{direction[:20]}”。"
    if use not in _USES:
        return f"用途请填 {'、'.join(key for key in _USES if key)} 之一，现在是“{use[:20]}”。"
    return EnergyLine(
        carrier=carrier,
        direction=_DIRECTIONS[direction],
        amount=amount,
        unit=unit,
        coefficient=coefficient,
        coefficient_unit=coefficient_unit,
        q_net=heat,
        q_unit=heat_unit,
        use=_USES[use],
        evidence=evidence,
    )
