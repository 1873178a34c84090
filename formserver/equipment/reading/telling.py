"""What is said about the cells of a row, with the address a spreadsheet shows, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from formserver.equipment.columns import BY_KEY
from formserver.equipment.reading.columns_reading import ColumnReader
from formserver.equipment.reading.limits import MOST_PROBLEMS
from formserver.equipment.reading.model import CellProblem, Level, OpenedSheet, ReadTally
from formserver.equipment.reading.values import Read
from formserver.rendering.sheet_reading import letters

_SHOWN: Final = 60
_NO_VALUE: Final = Read(
    "",
    Level.ERROR,
    "FORMULA",
    "这是没有计算结果的公式，请用 Excel 或 WPS 打开文件、重新计算并保存，或直接填写数值。",
)
_FAULT: Final = Read("", Level.WARNING, "CELL_FAULT", "单元格是错误值（#N/A 等），按没有填写处理，请改正。")


class Teller:
    """Problems of one sheet."""

    def __init__(self, sheet: OpenedSheet, readers: Sequence[ColumnReader]) -> None:
        self._sheet = sheet
        self._readers = readers
        self._columns = {one.key: (letters(one.place), one.title) for one in readers}
        known = self._columns.get("model") or self._columns.get("name") or ("A", "")
        self._elsewhere = known[0]
        self.has_trouble = bool(sheet.missing or sheet.faults)

    def trouble(self, number: int) -> list[tuple[str, Read]]:
        """Formulas without a value and error values among the columns that are read."""
        found = []
        for one in self._readers:
            address = f"{letters(one.place)}{number}"
            if address in self._sheet.missing:
                found.append((one.key, _NO_VALUE))
            elif address in self._sheet.faults:
                found.append((one.key, _FAULT))
        return found

    def problems(
        self, number: int, said: Sequence[tuple[str, Read]], cells: Mapping[str, str], tally: ReadTally
    ) -> tuple[CellProblem, ...]:
        """The problems of a row; the tally counts all and keeps the first ones."""
        made: list[CellProblem] = []
        blocked = False
        for key, read in said:
            letter, title = self._columns.get(key) or (self._elsewhere, BY_KEY[key].title)
            level = read.level or Level.NOTE
            blocked = blocked or level is Level.ERROR
            address = f"{self._sheet.title}!{letter}{number}"
            value = cells.get(key, "")[:_SHOWN]
            made.append(CellProblem(level, read.code, address, title, value, read.message))
            tally.problems[read.code] = tally.problems.get(read.code, 0) + 1
            tally.levels[level.value] = tally.levels.get(level.value, 0) + 1
        tally.blocked += blocked
        tally.shown += made[: max(0, MOST_PROBLEMS - len(tally.shown))]
        return tuple(made)
