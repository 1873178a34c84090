"""Reading a list for a paper: every row with its decision, the detail workbook and the tables, in one pass."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from formserver.core.models import Json
from formserver.core.papers import upload_name
from formserver.core.store_ports import BlobStore, UnitOfWork
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Batch
from formserver.equipment.models import EquipmentList
from formserver.equipment.papers_models import ELIMINATION, PaperRecord
from formserver.equipment.papers_rows import TakenRow, taken
from formserver.equipment.papers_taking import Taking, facts_of_catalogues
from formserver.equipment.papers_words import clock_text, cut, filled
from formserver.equipment.reading.keeping import stated_from_json
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.result_book import ResultHead, ResultRow, write_result
from formserver.equipment.review_repository import DecisionRepository

_CHUNK: Final = 1_000
_IN_MEMORY: Final = 8 << 20
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_TYPES: Final[Mapping[str, str]] = {
    "xlsx": XLSX,
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """The computed parts of a body, and the workbook with every row of the list (stored already)."""

    parts: Json
    detail_sha256: str
    detail_name: str
    detail_size: int


def take(
    u: UnitOfWork,
    blobs: BlobStore,
    library: EquipmentLibrary,
    one: EquipmentList,
    kind: str,
    by: str,
    at: datetime,
) -> Taken:
    """Read a list once. The workbook is stored before anything names it; memory does not grow with the list."""
    batches = batches_by_name(library, one)
    taking = Taking(kind, batches)

    def pass_on() -> Iterator[ResultRow]:
        for row in taken_rows(u, one.id):
            taking.add(row)
            stated = stated_from_json(row.row.number, row.row.sheet, row.row.row, row.row.stated)
            yield ResultRow(stated, row.judgement, row.row.standing, row.row.decided, row.decision)

    head = ResultHead(
        title=one.title,
        as_of=one.as_of,
        library=one.library,
        exported_at=clock_text(at),
        exported_by=by,
        enterprise=one.enterprise_name,
        uscc=one.uscc,
        source=one.filename,
        documents={name: batch.document_no for name, batch in batches.items()},
    )
    name = upload_name(f"{one.title} 识别明细"[:90], "") + ".xlsx"
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
        write_result(target, head, pass_on())  # type: ignore[arg-type]
        target.seek(0)
        stored = blobs.put(target)  # type: ignore[arg-type]
    parts = taking.parts(name, stored.sha256)
    parts |= _facts(one, batches, by, at)
    parts |= {"detail_file": cut(name, 200), "detail_sha256": stored.sha256}
    return Taken(filled(parts), stored.sha256, name, stored.size)


def taken_rows(u: UnitOfWork, list_id: str) -> Iterator[TakenRow]:
    """Every row with its judgement and the decision in force, read in chunks."""
    lists, decisions = u.repository(EquipmentListRepository), u.repository(DecisionRepository)
    after = 0
    while chunk := lists.rows(list_id, RowQuery(), after=after, limit=_CHUNK):
        spoken = decisions.in_force(list_id, [row.number for row in chunk if row.decided])
        for row in chunk:
            yield taken(row, spoken.get(row.number))
        after = chunk[-1].number


def batches_by_name(library: EquipmentLibrary, one: EquipmentList) -> Mapping[str, Batch]:
    """The catalogues in force on the day of a list, by name."""
    return {batch.name: batch for batch in library.batches(one.as_of)}


def paper_files_of(one: EquipmentList, record: PaperRecord) -> tuple[tuple[str, str, str], ...]:
    """What is attached to a document: (file name, media type, hash) of the original and of the detail."""
    ending = one.filename.rpartition(".")[2].lower()
    media = SHEET_TYPES.get(ending, "application/octet-stream")
    return (
        (f"原件 {upload_name(one.filename, '')}", media, one.source_sha256),
        (record.detail_name, XLSX, record.detail_sha256),
    )


def _facts(one: EquipmentList, batches: Mapping[str, Batch], by: str, at: datetime) -> dict[str, Any]:
    return {
        "list_title": cut(one.title, 200),
        "list_enterprise": cut(one.enterprise_name, 200),
        "as_of": one.as_of.isoformat(),
        "checked_at": clock_text(one.checked_at) if one.checked_at else "",
        "library": cut(one.library, 64),
        "catalogues": facts_of_catalogues(batches),
        "taken_by": cut(by, 60),
        "taken_at": clock_text(at),
        "source_file": cut(one.filename, 200),
        "source_sha256": one.source_sha256,
    }


def title_of(kind: str) -> str:
    """The name of a type as buttons say it."""
    return "淘汰设备清单" if kind == ELIMINATION else "设备清单"
