"""Calculating a batch: every row of every sheet, results beside the columns that were handed in, then the summaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Final

from formserver.calculation.library import Library
from formserver.calculation.requests import Request
from formserver.calculation.results import IndicatorResult, Result, Trouble, Verdict, plain
from formserver.calculation.rounding import round_to
from formserver.calculators.batch_reading import BatchBook, BatchRow, BatchSheet
from formserver.calculators.batch_summary import Tally, write_summaries
from formserver.calculators.outputs_reading import telling_digits
from formserver.core.errors import AppError
from formserver.rendering.sheet_reading import cell_text
from formserver.rendering.sheet_streaming import BookStream, SheetStream, Style, Value

Progress = Callable[[int, str], None]
Calculate = Callable[[Request], Result]
STEP: Final = 250
"""Rows between two reports of progress."""
_FAULTY: Final = "未计算"


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of one indicator in a result sheet."""

    key: str
    title: str
    unit: str


def run_batch(
    book: BatchBook, calculate: Calculate, today: date, target: BinaryIO, progress: Progress
) -> Tally:
    """Calculate every row and write the result workbook. ``progress`` may raise to stop (cancelled, lease lost)."""
    tally = Tally()
    total, done = book.rows, 0
    with BookStream(target) as out:
        for sheet in book.sheets:
            headings = _headings(sheet)
            width = max(len(sheet.headings), *(len(row) for row in sheet.table))
            titles = [cell_text(cell) for cell in sheet.headings]
            titles += [""] * (width - len(titles))
            widths = [14.0] * width + [10.0, 10.0, 60.0] + [13.0] * (len(headings) * len(_PARTS))
            with out.sheet(sheet.title, widths) as stream:
                stream.row([*titles, "判定", "达到等级", "错误与说明", *_titles(headings)], Style.HEAD)
                for row in sheet.rows(today):
                    _one(sheet, row, calculate, stream, width, headings, tally)
                    done += 1
                    if done % STEP == 0:
                        progress(5 + 90 * done // max(1, total), f"已计算 {done} 行，共 {total} 行")
            tally.remarks += sheet.unused_others()
        progress(96, "正在写汇总表")
        tally.remarks = [*book.remarks, *tally.remarks]
        write_summaries(out, tally)
    return tally


def _one(
    sheet: BatchSheet,
    row: BatchRow,
    calculate: Calculate,
    stream: SheetStream,
    width: int,
    headings: Sequence[Heading],
    tally: Tally,
) -> None:
    original: list[Value] = [_kept(cell) for cell in row.cells]
    original += [""] * (width - len(original))
    if row.example:
        stream.row([*original, "示例", "", "示例行不计算。"])
        return
    result: Result | None = None
    if row.request is not None and not row.faults:
        try:
            result = calculate(row.request)
        except AppError as error:
            row.faults.append(f"第{row.number}行：{error.message()}")
    if result is None:
        tally.faulty(sheet.product, row.facts)
        stream.row([*original, _FAULTY, "", "".join(row.faults)], styles=_looks(width, 0, Style.BAD))
        return
    tally.add(sheet.product, row.facts, result)
    words = "".join(_said(sheet, row, trouble) for trouble in result.troubles)
    words += "".join(f"{note.rstrip('。')}。" for note in result.notes if note != sheet.product.product.note)
    warnings = [text for one in result.indicators for text in one.warnings]
    words += "".join(f"{text.rstrip('。')}。" for text in warnings)
    if result.verdict is Verdict.UNCONFIRMED:
        words += "所依据的标准数值待确认，等级为测算等级，不得对外出具。"
    levels = "；".join(
        dict.fromkeys(_level(one) for one in result.indicators if one.computed_passes is not None)
    )
    found = {one.key: one for one in result.indicators}
    values: list[Value] = []
    for heading in headings:
        values += _parts(found.get(heading.key))
    good = result.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    look = Style.GOOD if good else Style.BAD if result.verdict is not Verdict.UNCONFIRMED else Style.TEXT
    stream.row(
        [*original, result.verdict.value, levels, words, *values], styles=_looks(width, len(values), look)
    )


def _looks(width: int, more: int, look: Style) -> list[Style]:
    return (
        [Style.TEXT] * width
        + [look, Style.TEXT, look if look is Style.BAD else Style.TEXT]
        + [Style.TEXT] * more
    )


def _kept(cell: Any) -> Value:
    """A cell of the original as it was: numbers stay numbers, dates become days."""
    if isinstance(cell, bool):
        return cell_text(cell)
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float) and abs(cell) < 1e15:
        return Decimal(cell_text(cell)) if cell == cell else ""
    return cell_text(cell)


def _said(sheet: BatchSheet, row: BatchRow, trouble: Trouble) -> str:
    """The trouble with the row, the column and what to do."""
    message = trouble.message.rstrip("。")
    part, _, rest = trouble.field.partition("/")
    if part == "energy":
        number = rest.partition("/")[0]
        place = int(number) if number.isdecimal() else -1
        if 0 <= place < len(row.energy_columns) and row.energy_columns[place] is not None:
            key = next(k for k, p in sheet.places.items() if p == row.energy_columns[place])
            return f"{sheet.where(key, row.number)}：{message}。"
        return f"第{row.number}行 能源列：{message}。"
    if part == "period":
        return f"{sheet.where('fact/start', row.number)}：{message}。"
    if part == "edition":
        return f"{sheet.where('fact/edition', row.number)}：{message}。"
    key = f"input/{trouble.field}"
    known = any(column.key == key for column in sheet.product.columns)
    return f"{sheet.where(key, row.number) if known else f'第{row.number}行'}：{message}。"


def _level(one: IndicatorResult) -> str:
    words = f"{one.level}级" if one.level else "未达3级"
    return f"测算{words}" if one.verdict is Verdict.UNCONFIRMED else words


_PARTS: Final = ("实际值", "3级限额", "2级限额", "1级限额", "判定", "超限额幅度（%）", "超标能耗量")


def _headings(sheet: BatchSheet) -> list[Heading]:
    return [Heading(one.key, one.title, one.unit) for one in sheet.product.product.indicators]


def _titles(headings: Sequence[Heading]) -> list[str]:
    return [
        f"{heading.title}·{part}" + (f"（{heading.unit}）" if "值" in part or "级" in part else "")
        for heading in headings
        for part in _PARTS
    ]


def _parts(one: IndicatorResult | None) -> list[Value]:
    if one is None:
        return [""] * len(_PARTS)
    held = one.limit(one.decisive)
    over: Value = ""
    if one.computed_passes is False and one.value is not None and held is not None and held.limit:
        share = abs(one.value - held.limit) / abs(held.limit) * 100
        over = round_to(share, telling_digits(share, 2))
    excess = (
        f"{plain(round_to(one.excess, telling_digits(one.excess, 2)))} {one.excess_unit}"
        if one.excess is not None
        else ""
    )
    return [
        Decimal(one.shown) if one.shown else "",
        *(_limit(one, level) for level in (3, 2, 1)),
        one.verdict.value,
        over,
        excess,
    ]


def _limit(one: IndicatorResult, level: int) -> Value:
    found = one.limit(level)
    if found is None or found.absent:
        return "—"
    return "未录入" if found.limit is None else round_to(found.limit, max(2, one.digits)).normalize() + 0


def engine_for(library: Library, confirmed: Any) -> Calculate:
    """The engine as a batch asks it: no formula texts, the confirmations of the start of the batch."""
    from formserver.calculation.engine import calculate

    def run(request: Request) -> Result:
        return calculate(library, request, confirmed=confirmed, trace=False)

    return run
