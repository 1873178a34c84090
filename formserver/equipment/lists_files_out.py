"""Files made of a checked list: the results of every row, and the sheet of what is wrong with cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from formserver.core.clock import SHANGHAI
from formserver.core.store_ports import Store, UnitOfWork
from formserver.equipment.joint import judgement_from_json
from formserver.equipment.lists_problem_words import LEVEL_WORDS
from formserver.equipment.lists_repository import ListWorkRepository, ProblemQuery
from formserver.equipment.matching.model import Batch
from formserver.equipment.models import EquipmentList
from formserver.equipment.reading.keeping import stated_from_json
from formserver.equipment.reading.model import ReadTally
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.result_book import ResultHead, ResultRow
from formserver.equipment.review_repository import DecisionRepository
from formserver.rendering.sheet_streaming import BookStream, Style

CHUNK: Final = 1_000
_HEADINGS: Final = ("序号", "级别", "单元格", "列", "原值", "怎样改")


def result_head(one: EquipmentList, batches: Iterable[Batch], by: str, at: datetime) -> ResultHead:
    """What stands above the sheets of a result workbook somebody has made at a moment."""
    return ResultHead(
        title=one.title,
        as_of=one.as_of,
        library=one.library,
        exported_at=at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        exported_by=by,
        enterprise=one.enterprise_name,
        uscc=one.uscc,
        source=f"{one.filename}（SHA-256 {one.source_sha256}）",
        documents={batch.name: batch.document_no for batch in batches},
    )


def result_rows(u: UnitOfWork, one: EquipmentList) -> Iterator[ResultRow]:
    """Every row of a list with the decision in force, in chunks: memory does not grow with the list."""
    repository, decisions = u.repository(EquipmentListRepository), u.repository(DecisionRepository)
    after = 0
    while chunk := repository.rows(one.id, RowQuery(), after=after, limit=CHUNK):
        spoken = [row.number for row in chunk if row.decided]
        found = decisions.in_force(one.id, spoken) if spoken else {}
        for row in chunk:
            yield ResultRow(
                stated=stated_from_json(row.number, row.sheet, row.row, row.stated),
                judgement=judgement_from_json(row.judged) if row.judged else None,
                standing=row.standing,
                decided=row.decided,
                decision=found.get(row.number),
            )
        after = chunk[-1].number


def tally_of(one: EquipmentList) -> ReadTally | None:
    """How reading went, as it was kept with the list."""
    kept: Any = one.mapping.get("tally")
    if not isinstance(kept, dict):
        return None
    return ReadTally(
        rows=int(kept.get("rows", 0)),
        blocked=int(kept.get("blocked", 0)),
        blank=int(kept.get("blank", 0)),
        summary=int(kept.get("summary", 0)),
        problems=dict(kept.get("problems", {})),
        levels=dict(kept.get("levels", {})),
        remarks=list(kept.get("remarks", [])),
    )


def write_faults(store: Store, one: EquipmentList, target: BinaryIO) -> None:
    """Every problem of every row, errors and warnings, in the order of the list."""
    with (
        store.uow() as u,
        BookStream(target) as book,
        book.sheet("错误表", [8.0, 8.0, 18.0, 16.0, 28.0, 80.0]) as sheet,
    ):
        sheet.row(_HEADINGS, Style.HEAD)
        work, after = u.repository(ListWorkRepository), 0
        while rows := work.problem_rows(one.id, ProblemQuery(), after=after, limit=CHUNK):
            for row in rows:
                for problem in row.problems:
                    look = Style.BAD if problem["level"] == "error" else Style.TEXT
                    sheet.row(
                        [
                            row.number,
                            LEVEL_WORDS.get(problem["level"], problem["level"]),
                            problem["address"],
                            problem["column"],
                            problem["value"],
                            problem["message"],
                        ],
                        styles=[Style.TEXT, look, Style.TEXT, Style.TEXT, Style.TEXT, Style.TEXT],
                    )
            after = rows[-1].number
