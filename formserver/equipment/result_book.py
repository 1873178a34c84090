"""The result workbook of an equipment list: one writer for the command line, the pages and the papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from formserver.equipment.joint import Judgement
from formserver.equipment.models import Decision
from formserver.equipment.reading.model import ReadTally, StatedRow

Progress = Callable[[int], None]
"""Told how many rows are written; may raise to stop."""


@dataclass(frozen=True, slots=True)
class ResultHead:
    """What stands above every sheet. ``exported_at`` is shown as given (China time); ``library`` the stamp of the rules.
    ``remarks`` are lines for the summary (what was passed over while reading)."""

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


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row: what the file states, what the machine judged (None for blocked rows) and what a person decided.

    ``standing`` is the verdict in force, empty for the machine's; ``decided`` as in ``ListRow.decided``.
    """

    stated: StatedRow
    judgement: Judgement | None
    standing: str = ""
    decided: str = ""
    decision: Decision | None = None

    @property
    def verdict(self) -> str:
        """The verdict in force, empty for a blocked row."""
        return self.standing or (self.judgement.verdict.value if self.judgement else "")


@dataclass(slots=True)
class ResultCounts:
    """Rows by standing verdict and ``blocked``; ``units`` are the sums of 数量 of the same."""

    rows: dict[str, int]
    units: dict[str, int]


def write_result(
    target: BinaryIO,
    head: ResultHead,
    rows: Iterable[ResultRow],
    tally: ReadTally | None = None,
    progress: Progress | None = None,
) -> ResultCounts:
    """Write the workbook to ``target`` (seekable), taking ``rows`` once; memory does not grow with them.

    Sheets: 汇总, 淘汰设备清单, 待人工确认, 提示清单, 未识别（须先改）, 全部设备. ``tally`` adds how reading went; it is read
    after the last row, so it may belong to the iterator that gives the rows.
    """
    raise NotImplementedError
