"""The rows of a list by its plan: each cell read once, each problem with its address, each line passed over counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from formserver.equipment.reading.checks import Repetitions, lacking
from formserver.equipment.reading.columns_reading import MOST_KEPT, absent, column_readers
from formserver.equipment.reading.limits import MOST_ROWS
from formserver.equipment.reading.merging import FILLED, fillings
from formserver.equipment.reading.model import (
    LIST_PLAN_UNFIT,
    LIST_UNREADABLE,
    Level,
    OpenedList,
    OpenedSheet,
    ReadPlan,
    ReadTally,
    SheetPlan,
    StatedRow,
)
from formserver.equipment.reading.passing import Passed
from formserver.equipment.reading.telling import Teller
from formserver.equipment.reading.values import Read
from formserver.rendering.sheet_reading import cell_text

TEMPLATE_SHEET: Final = "设备信息表"
_MERGED_MODEL: Final = Read(
    "", Level.WARNING, "MERGED", "型号是合并单元格，不向下填充；请取消合并，逐行填写型号。"
)
_MERGED_DATE: Final = Read(
    "", Level.WARNING, "MERGED", "制造日期是合并单元格，不向下填充；请取消合并，逐行填写日期。"
)


class RowReader:
    """Iterate once. ``tally`` counts what was read and what was passed over."""

    def __init__(self, opened: OpenedList, plan: ReadPlan, as_of: date) -> None:
        if [sheet.title for sheet in opened.sheets] != [sheet.title for sheet in plan.sheets]:
            raise LIST_PLAN_UNFIT(reason="工作表与文件不符")
        for sheet, how in zip(opened.sheets, plan.sheets, strict=True):
            if not how.skip and (how.head_row - sheet.first_row >= len(sheet.grid) or not how.headings):
                raise LIST_PLAN_UNFIT(reason=f"工作表“{how.title}”的表头行超出了内容，或没有列")
        self._opened, self._plan, self._as_of = opened, plan, as_of
        self.tally = ReadTally()

    def __iter__(self) -> Iterator[StatedRow]:
        tally, repetitions = self.tally, Repetitions()
        tally.remarks += self._plan.remarks
        for sheet, how in zip(self._opened.sheets, self._plan.sheets, strict=True):
            if how.skip:
                tally.remarks.append(f"工作表“{how.title}”：{how.why or '按选择没有读取。'}")
                continue
            for row in _SheetRows(sheet, how, self._as_of, repetitions, tally):
                if tally.rows > MOST_ROWS:
                    reason = f"设备超过 {MOST_ROWS} 行，请拆成几个文件"
                    raise LIST_UNREADABLE(name=self._opened.name, reason=reason)
                yield row

    def __len__(self) -> int:
        """Lines that will be gone through, blank ones and sums included."""
        return sum(how.rows for how in self._plan.sheets if not how.skip)


class _SheetRows:
    def __init__(
        self, sheet: OpenedSheet, how: SheetPlan, as_of: date, repetitions: Repetitions, tally: ReadTally
    ) -> None:
        self._sheet, self._how, self._tally, self._repetitions = sheet, how, tally, repetitions
        self._readers, self._extra = column_readers(how, as_of)
        self._empty = [(one.key, one.when_empty) for one in self._readers if one.when_empty is not None]
        self._fills = fillings(sheet, {one.key: one.place for one in self._readers})
        self._tops = {key: set(lines.values()) for key, lines in self._fills.items() if key in FILLED}
        self._remembered: dict[tuple[str, int], str] = {}
        self._passed = Passed({one.key: one.title for one in self._readers})
        self._teller = Teller(sheet, self._readers)

    def __iter__(self) -> Iterator[StatedRow]:
        sheet, how, tally = self._sheet, self._how, self._tally
        self._repetitions.new_sheet()
        tally.remarks += absent(how, [one.key for one in self._readers])
        first = how.head_row - sheet.first_row + 1 if how.head_row else 0
        for index, line in enumerate(sheet.grid):
            if index >= first:
                row = self._row(index, line)
                if row is not None:
                    yield row
        tally.remarks += self._passed.remarks(how.title)

    def _row(self, index: int, line: Sequence[Any]) -> StatedRow | None:
        cells: dict[str, str] = {}
        values: dict[str, str] = {}
        said: list[tuple[str, Read]] = []
        extra: dict[str, str] = {}
        width = len(line)
        for one in self._readers:
            raw = line[one.place] if one.place < width else ""
            if raw == "":
                continue
            kept = one.kept
            found = None if kept is None or raw is True or raw is False else kept.get(raw)
            if found is None:
                found = one.read(raw)
                if kept is not None and len(kept) < MOST_KEPT and raw is not True and raw is not False:
                    kept[raw] = found
            text, read = found
            if text:
                key = one.key
                cells[key] = text
                if read is None:
                    values[key] = text
                else:
                    if read.value:
                        values[key] = read.value
                    if read.level is not None:
                        said.append((key, read))
        for place, title in self._extra:
            if place < width and line[place] != "":
                text = cell_text(line[place])
                if text:
                    extra[title] = text
        number = self._sheet.first_row + index
        if self._teller.has_trouble:
            said += self._teller.trouble(number)
        if not cells and not extra and not said:
            self._tally.blank += 1
            return None
        if self._tops:
            for key, tops in self._tops.items():
                if index in tops:
                    self._remembered[key, index] = values.get(key, "")
        if self._passed.passes(number, cells, extra):
            self._tally.summary += 1
            return None
        if self._fills:
            self._fill(index, values, cells, said)
        return self._stated(number, cells, values, extra, said)

    def _fill(
        self, index: int, values: dict[str, str], cells: dict[str, str], said: list[tuple[str, Read]]
    ) -> None:
        for key, lines in self._fills.items():
            top = lines.get(index)
            if top is None or key in cells:
                continue
            if key in FILLED:
                value = self._remembered.get((key, top), "")
                if value:
                    values[key] = value
            else:
                said.append((key, _MERGED_MODEL if key == "model" else _MERGED_DATE))

    def _stated(
        self,
        number: int,
        cells: dict[str, str],
        values: dict[str, str],
        extra: dict[str, str],
        said: list[tuple[str, Read]],
    ) -> StatedRow:
        tally = self._tally
        tally.rows = position = tally.rows + 1
        for key, read in self._empty:
            if key not in cells:
                said.append((key, read))
        values.setdefault("quantity", "1")
        said += lacking(values)
        repeated = self._repetitions.row(values, position)
        if repeated is not None:
            said.append(("model", repeated))
        if "seq" in values:
            twice = self._repetitions.seq(values["seq"], number, strict=self._sheet.title == TEMPLATE_SHEET)
            if twice is not None:
                said.append(("seq", twice))
        else:
            values["seq"] = str(position)
        problems = self._teller.problems(number, said, cells, tally) if said else ()
        return StatedRow(position, self._sheet.title, number, cells, values, extra, problems)
