"""One list as a file in, its result as a file out; many lists and their summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from formserver.cli.main import output_unwritable
from formserver.core.errors import Kind, error_code
from formserver.equipment.joint import Judge
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.reading.keeping import plan_to_json
from formserver.equipment.reading.limits import LARGEST_FILE
from formserver.equipment.reading.model import LIST_UNREADABLE, ReadPlan
from formserver.equipment.reading.reader import RowReader, open_list, read_list, read_rows
from formserver.equipment.result_book import ResultCounts, ResultHead, ResultRow, write_result
from formserver.rendering.sheet_streaming import streamed

OUTPUT_IS_INPUT = error_code(
    "OUTPUT_IS_INPUT",
    Kind.INVALID,
    zh="结果不能写到清单原件 {path} 上，请用 -o 指定另一个文件。",
    en="The result may not replace the list {path}; name another file with -o.",
)
NO_LISTS = error_code(
    "NO_LISTS",
    Kind.NOT_FOUND,
    zh="文件夹 {path} 中没有 xlsx、xls、csv 或 txt 清单。",
    en="{path} holds no xlsx, xls, csv or txt list.",
)
_KINDS: Final = (".xlsx", ".xlsm", ".xls", ".et", ".csv", ".txt")
_RESULT: Final = ".识别结果.xlsx"
_STEP: Final = 10_000
_TOGETHER: Final = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one list. ``rows`` and ``units`` by verdict and ``blocked``; ``failure`` says why it was not read."""

    name: str
    target: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "list": self.name,
            "result": self.target,
            "rows": dict(self.rows),
            "units": dict(self.units),
            "problems": dict(self.problems),
            "remarks": list(self.remarks),
            "failure": self.failure,
        }


def lists_in(folder: Path, target: Path) -> list[Path]:
    """The lists of a folder in order of name; results and files spreadsheet programs keep open are left out."""
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix.lower() in _KINDS
        and not path.name.startswith(("~$", ".~", "."))
        and not path.name.endswith(_RESULT)
        and path.resolve().parent != target.resolve()
    ]
    if not found:
        raise NO_LISTS(path=folder)
    return found


def check_file(
    source: Path,
    target: Path | None,
    judge: Judge,
    *,
    as_of: date,
    stamp: str,
    documents: Mapping[str, str],
    exported_at: str,
    remembered: ReadPlan | None,
    exact: bool,
    plan_only: bool,
    told: Callable[[str], None],
) -> Checked:
    """Read, judge and write one list. ``exact``: the mapping is for this very file, sheet by sheet.

    Raises LIST_UNREADABLE, LIST_PLAN_UNFIT, OUTPUT_IS_INPUT, OUTPUT_UNWRITABLE.
    """
    if target is not None and target.exists() and os.path.samefile(source, target):
        raise OUTPUT_IS_INPUT(path=source)
    opened = open_list(_content(source), source.name)
    plan = read_list(opened, remembered)
    if (
        remembered is not None
        and exact
        and [one.title for one in remembered.sheets] == [o.title for o in opened.sheets]
    ):
        plan = remembered
    if plan_only:
        return Checked(source.name, plan=plan_to_json(plan))
    for sheet in plan.sheets:
        told(f"工作表“{sheet.title}”：{sheet.why or f'表头在第 {sheet.head_row} 行，其下 {sheet.rows} 行'}")
    reader = read_rows(opened, plan, as_of)
    head = ResultHead(
        "设备清单识别结果", as_of, stamp, exported_at, "命令行", source=source.name, documents=documents
    )

    def progress(number: int) -> None:
        if number % _STEP == 0:
            told(f"已识别 {number} 行，共约 {len(reader)} 行")

    counts = _written(target or source.with_name(f"{source.stem}{_RESULT}"), head, reader, judge, progress)
    tally = reader.tally
    return Checked(source.name, str(target), counts.rows, counts.units, tally.problems, tally.remarks)


def _content(source: Path) -> bytes:
    if source.stat().st_size > LARGEST_FILE:
        raise LIST_UNREADABLE(name=source.name, reason=f"文件超过 {LARGEST_FILE >> 20} MB，请拆成几个文件")
    return source.read_bytes()


def _written(
    target: Path, head: ResultHead, reader: RowReader, judge: Judge, progress: Callable[[int], None]
) -> ResultCounts:
    with _whole(target) as out:
        return write_result(out, head, judged(reader, judge), reader.tally, progress)


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """A file that appears whole or not at all. Raises OUTPUT_UNWRITABLE."""
    partial = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w+b") as out:
            yield out
        partial.replace(target)
    except OSError as error:
        raise output_unwritable(target, error) from error
    finally:
        with suppress(OSError):  # the folder itself may be what is missing
            partial.unlink()


def judged(reader: RowReader, judge: Judge) -> Iterator[ResultRow]:
    """The rows of a list with what they come to; some are read, then judged, which is quicker than in turns."""
    rows = iter(reader)
    while chunk := list(islice(rows, _TOGETHER)):
        yield from [ResultRow(row, None if row.blocked else judge.judge(row.values)) for row in chunk]


def write_overview(target: Path, done: Sequence[Checked], as_of: date, stamp: str, exported_at: str) -> None:
    """A line per list: rows and units by verdict, or why it was not read. Raises OUTPUT_UNWRITABLE."""
    words = {**VERDICT_WORDS, "blocked": "须先改"}
    headings = [
        "清单",
        *(f"{word}（行）" for word in words.values()),
        *(f"{word}（台）" for word in words.values()),
        "结果文件",
        "说明",
    ]
    lines: list[list[Any]] = [headings]
    lines += [
        [
            one.name,
            *(one.rows.get(key, 0) for key in words),
            *(one.units.get(key, 0) for key in words),
            Path(one.target).name,
            one.failure or "；".join(one.remarks),
        ]
        for one in done
    ]
    lines.append([])
    lines.append([f"基准日：{as_of.isoformat()}　规则库版本：{stamp}　导出时间：{exported_at}"])
    data = streamed([("汇总", [36.0, *([10.0] * 10), 36.0, 80.0], lines)])
    with _whole(target) as out:
        out.write(data)
