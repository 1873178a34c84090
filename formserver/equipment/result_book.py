"""The result workbook of an equipment list: one writer for the command line, the pages and the papers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import IO, BinaryIO, Final

from formserver.equipment.reading.model import ReadTally
from formserver.equipment.result_columns import (
    FAULTY,
    LISTED,
    REVIEWED,
    WHOLE,
    ResultRow,
    faulty_cells,
    listed_cells,
    review_cells,
    whole_cells,
)
from formserver.equipment.result_sums import SUM_HEADINGS, SUM_WIDTHS, ResultCounts, Sums
from formserver.rendering.sheet_streaming import BookStream, SheetStream, Style

__all__ = ["Progress", "ResultCounts", "ResultHead", "ResultRow", "write_result"]

Progress = Callable[[int], None]
"""Told how many rows are written; may raise to stop."""
STEP: Final = 1_000
_TOGETHER: Final = 200
"""So many rows are taken, then written, sheet by sheet: a tenth quicker than going through all of it row by row."""
_HEAD_ROWS: Final = 3
_MOST_LINES: Final = 12
_IN_MEMORY: Final = 4 << 20
SUMMARY: Final = "汇总"
WHOLE_SHEET: Final = "全部设备"
_LISTS: Final[Mapping[str, tuple[str, Sequence[tuple[str, float]]]]] = {
    "eliminated": ("淘汰设备清单", LISTED),
    "review": ("待人工确认", REVIEWED),
    "restricted": ("提示清单", LISTED),
    "": ("未识别（须先改）", FAULTY),
}
NOT_LISTED: Final = "未列入"
_WIDE: Final = re.compile("[^\0-\u2e80]+")
"""Letters that take the room of two."""
_GAP: Final = "　" * 8
_SIGNATURES: Final = _GAP.join(
    ("被监察单位（盖章）：", "负责人（签字）：", "监察人员（签字）：", "日期：　　年　月　日")
)


@dataclass(frozen=True, slots=True)
class ResultHead:
    """What stands above every sheet. ``exported_at`` is shown as given (China time); ``library`` the stamp of the rules.
    ``remarks`` are lines for the summary. ``documents`` gives the document number (文号) by batch (``batch_2``)."""

    title: str
    as_of: date
    library: str
    exported_at: str
    exported_by: str
    enterprise: str = ""
    uscc: str = ""
    task_no: str = ""
    source: str = ""
    remarks: tuple[str, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The head as one line; what is not known is left out."""
        parts = (
            ("企业", self.enterprise),
            ("统一社会信用代码", self.uscc),
            ("监察任务编号", self.task_no),
            ("基准日", self.as_of.isoformat()),
            ("规则库版本", self.library),
            ("导出时间", self.exported_at),
            ("导出人", self.exported_by),
        )
        return "　".join(f"{name}：{text}" for name, text in parts if text)


def write_result(
    target: BinaryIO,
    head: ResultHead,
    rows: Iterable[ResultRow],
    tally: ReadTally | None = None,
    progress: Progress | None = None,
    *,
    not_listed: bool = False,
) -> ResultCounts:
    """Write the workbook to ``target`` (seekable), taking ``rows`` once; memory does not grow with them.

    Sheets: 汇总, 淘汰设备清单, 待人工确认, 提示清单, 未识别（须先改）, with ``not_listed`` 未列入, and 全部设备.
    ``tally`` adds how reading went; it is read after the last row, so it may belong to the iterator that gives the rows.
    """
    sums = Sums()
    with ExitStack() as stack:
        book = stack.enter_context(BookStream(target, quick=True))
        lists = {verdict: _Aside(stack, *how) for verdict, how in _LISTS.items()}
        if not_listed:
            lists["ok"] = _Aside(stack, NOT_LISTED, LISTED)
        with book.sheet(WHOLE_SHEET, [width for _, width in WHOLE], frozen=_HEAD_ROWS) as sheet:
            _begin(sheet, WHOLE_SHEET, head, [title for title, _ in WHOLE])
            number, taken = 0, iter(rows)
            while chunk := list(islice(taken, _TOGETHER)):
                for row in chunk:
                    sums.add(row, row.verdict)
                    sheet.texts(whole_cells(row, row.verdict))
                for row in chunk:
                    aside = lists.get(row.verdict)
                    if aside is not None:
                        aside.add(row, head)
                number += len(chunk)
                if progress is not None and number % STEP == 0:
                    progress(number)
        with book.sheet(SUMMARY, SUM_WIDTHS, frozen=_HEAD_ROWS, front=True) as sheet:
            _summary(sheet, head, sums, tally)
        for aside in lists.values():
            with book.sheet(
                aside.title, [width for _, width in aside.columns], frozen=_HEAD_ROWS, front=True
            ) as sheet:
                _begin(sheet, aside.title, head, [title for title, _ in aside.columns])
                aside.pour(sheet)
                if aside.columns is LISTED or aside.columns is REVIEWED:
                    sheet.row([])
                    sheet.row([_SIGNATURES], Style.PLAIN)
    return sums.counts()


class _Aside:
    """A sheet written while another is: its rows wait in a temporary file."""

    def __init__(self, stack: ExitStack, title: str, columns: Sequence[tuple[str, float]]) -> None:
        self.title, self.columns = title, columns
        self._widths = [width for _, width in columns]
        spooled = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the stack closes it
        self._file: IO[bytes] = stack.enter_context(spooled)
        self._stream = SheetStream(self._file)
        self._stream.rows = _HEAD_ROWS
        self._count = 0

    def add(self, row: ResultRow, head: ResultHead) -> None:
        """Append a row in the columns of this sheet."""
        self._count += 1
        if self.columns is FAULTY:
            cells = faulty_cells(row, self._count)
        elif self.columns is REVIEWED:
            cells = review_cells(row, self._count, head.documents)
        else:
            cells = listed_cells(row, self._count, head.documents)
        long = [
            (text, width) for text, width in zip(cells, self._widths, strict=True) if len(text) * 2 >= width
        ]
        lines = max((_lines(text, width) for text, width in long), default=1)
        self._stream.texts(cells, Style.WRAP, lines=min(lines, _MOST_LINES), boxed=True)

    def pour(self, sheet: SheetStream) -> None:
        """Hand everything over to the real sheet."""
        if not self._count:
            sheet.row(["", "没有。"])
            return
        self._stream.flush()
        self._file.seek(0)
        sheet.flush()
        sheet.copied(self._file, self._count)


@lru_cache(maxsize=8_192)
def _lines(text: str, width: float) -> int:
    """Lines a text takes in a column: spreadsheet programs do not all find that out when they open a file."""
    wide = sum(
        (len(part) + sum(map(len, _WIDE.findall(part)))) // int(width - 1) + 1 for part in text.split("\n")
    )
    return max(1, wide)


def _begin(sheet: SheetStream, title: str, head: ResultHead, headings: Sequence[str]) -> None:
    sheet.row([f"{head.title}　{title}" if head.title else title], Style.TITLE)
    sheet.row([head.line], Style.PLAIN)
    sheet.row(headings, Style.HEAD)


def _summary(sheet: SheetStream, head: ResultHead, sums: Sums, tally: ReadTally | None) -> None:
    _begin(sheet, SUMMARY, head, SUM_HEADINGS)
    for cells in sums.lines():
        total = not cells[1] and not cells[2]
        sheet.row([cell if cell != "" else "　" for cell in cells], Style.GOOD if total else Style.TEXT)
    notes = [
        "台数、功率、容量按数量列合计；停用和已拆除的设备单列，不计入台数、功率和容量。",
        "“来源待核”的规则凭记忆整理，尚未对照目录原文，不自动判为淘汰。",
    ]
    if head.source:
        notes.append(f"原件：{head.source}")
    if tally is not None:
        notes.append(
            f"读取 {tally.rows} 行，其中 {tally.blocked} 行须先改后识别；"
            f"空行 {tally.blank} 行、合计等 {tally.summary} 行未列入；提示 {tally.levels.get('warning', 0)} 处。"
        )
        notes += tally.remarks
    notes += head.remarks
    sheet.row([])
    for note in dict.fromkeys(notes):
        sheet.row([note], Style.PLAIN)
