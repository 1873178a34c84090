"""What a paper takes from a list, gathered in one pass over its rows: tables up to the bound, sums, notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from formserver.core.definitions.fields import ROW_KEY
from formserver.equipment.matching.model import CATEGORY_WORDS, Batch
from formserver.equipment.papers_models import EQUIPMENT, MOST_INLINE
from formserver.equipment.papers_rows import (
    Cells,
    TakenRow,
    batch_of,
    blocked_row,
    eliminated_row,
    moved_row,
    restricted_row,
    review_row,
    stated_row,
    unchecked,
)
from formserver.equipment.papers_sums import Sums, eliminated_summary, equipment_summary, totals
from formserver.equipment.papers_words import NO_CATALOGUE, REMOVED, STOPPED, cut, row_key

TABLES: Final = ("rows", "review_rows", "restricted_rows", "moved_rows", "blocked_rows")
RECALLED_NOTE: Final = "标“来源待核”的依据凭记忆录入，尚未与公布的目录原文核对；引用前须核对原文。"


@dataclass(slots=True)
class Table:
    """The rows of one table as far as they stand in the body, and how many there are in all."""

    rows: list[Cells] = field(default_factory=list)
    count: int = 0
    units: int = 0
    stopped: int = 0
    removed: int = 0
    undecided: int = 0

    @property
    def apart(self) -> bool:
        """Whether the table is too long for the body and left to the attachment as a whole."""
        return self.count > MOST_INLINE

    def add(self, one: TakenRow, cells: Callable[[], Cells], key: str) -> None:
        """Count a row, and keep it while the table still fits."""
        self.count += 1
        self.units += one.row.units
        self.stopped += one.row.units if one.row.status == STOPPED else 0
        self.removed += one.row.units if one.row.status == REMOVED else 0
        self.undecided += one.decision is None
        if self.count <= MOST_INLINE:
            self.rows.append({ROW_KEY: key, **cells()})
        elif self.rows:
            self.rows = []


class Taking:
    """Give it every row once, in order, then ask for the parts. Memory holds at most the rows of the bound."""

    def __init__(self, kind: str, batches: Mapping[str, Batch]) -> None:
        self._kind = kind
        self._batches = batches
        self.tables = {name: Table() for name in TABLES}
        self.ok_rows = self.ok_units = 0
        self.recalled = False
        self._eliminated: dict[tuple[str, str], Sums] = {}
        self._all: dict[str, Sums] = {}

    def add(self, one: TakenRow) -> None:
        """One row into the table of its standing verdict."""
        row, standing = one.row, one.row.standing
        if one.judgement is None:
            self._put("blocked_rows", one, lambda: blocked_row(one))
            return
        if standing != "ok" or self._kind == EQUIPMENT:
            self.recalled = self.recalled or unchecked(one)
        category = CATEGORY_WORDS.get(row.category, CATEGORY_WORDS["unknown"])
        model = _folded(one.judgement.finding.canonical or one.text("model", 80))
        if self._kind == EQUIPMENT:
            self._put("rows", one, lambda: stated_row(one, self._batches))
            sums = self._all.setdefault(category, Sums())
            sums.add(model, row.status, row.units, row.watts, row.va, standing)
            return
        if standing == "eliminated":
            self._put("rows", one, lambda: eliminated_row(one, self._batches))
            batch = batch_of(one, self._batches)[0] or NO_CATALOGUE
            sums = self._eliminated.setdefault((category, batch), Sums())
            sums.add(model, row.status, row.units, row.watts, row.va)
        elif standing == "review":
            self._put("review_rows", one, lambda: review_row(one, self._batches))
        elif standing == "restricted":
            self._put("restricted_rows", one, lambda: restricted_row(one, self._batches))
        elif one.act == "out":
            self._put("moved_rows", one, lambda: moved_row(one, self._batches))
        else:
            self.ok_rows += 1
            self.ok_units += row.units

    def parts(self, detail_name: str, detail_sha256: str) -> dict[str, Any]:
        """The computed properties of the body, without the facts of the list; the attachment is known by now."""
        apart = f"不在本表逐行列出，明细见附件《{detail_name}》（SHA-256 {detail_sha256}）。"
        made: dict[str, Any] = {}
        for name, table in self.tables.items():
            if table.rows:
                made[name] = table.rows
        if self._kind == EQUIPMENT:
            made["summary"] = equipment_summary(self._all)
            made["rows_note"] = self._all_note(apart)
        else:
            made |= self._notes(apart)
            made["summary"] = eliminated_summary(
                self._eliminated, [batch.title for batch in self._batches.values()]
            )
        blocked = self.tables["blocked_rows"]
        if blocked.count:
            made["blocked_note"] = (
                f"共 {blocked.count} 行填写有误，没有识别，未列入以上各表和汇总；须由企业改正后重新识别。"
                + (apart if blocked.apart else "")
            )
        if self.recalled:
            made["remark_recalled"] = RECALLED_NOTE
        made |= totals(made["summary"])
        return {key: value for key, value in made.items() if value not in ("", [])}

    def _put(self, name: str, one: TakenRow, cells: Callable[[], Cells]) -> None:
        self.tables[name].add(one, cells, row_key(TABLES.index(name), one.row.number))

    def _all_note(self, apart: str) -> str:
        table = self.tables["rows"]
        return _said(table, apart)

    def _notes(self, apart: str) -> dict[str, Any]:
        found, review = self.tables["rows"], self.tables["review_rows"]
        restricted, moved = self.tables["restricted_rows"], self.tables["moved_rows"]
        made: dict[str, Any] = {"result": "有淘汰设备" if found.count else "未发现淘汰设备"}
        made["rows_note"] = _said(found, apart) if found.count else "没有现行结论为淘汰的设备。"
        if review.count:
            undecided = f"其中 {review.undecided} 行尚无人工意见。" if review.undecided else ""
            made["review_note"] = (
                f"{_said(review, apart)}待确认的设备没有作为淘汰设备列入，也不计入汇总。{undecided}"
            )
        if restricted.count:
            made["restricted_note"] = f"{_said(restricted, apart)}提示的设备不是淘汰设备，不计入汇总。"
        if moved.count:
            made["moved_note"] = f"{_said(moved, apart)}自动识别后由监察人员移出，理由见表。"
        if self.ok_rows:
            made["ok_note"] = f"其余 {self.ok_rows} 行、{self.ok_units} 台（套）未列入淘汰目录。"
        return made


def _said(table: Table, apart: str) -> str:
    """How much a table holds, and where its rows are when they do not stand in it."""
    of_these = [
        f"停用 {table.stopped} 台（套）" if table.stopped else "",
        f"已拆除 {table.removed} 台（套）" if table.removed else "",
    ]
    inner = "、".join(filter(None, of_these))
    said = f"共 {table.count} 行、{table.units} 台（套）" + (f"，其中{inner}" if inner else "")
    return f"{said}，超过 {MOST_INLINE} 行，{apart}" if table.apart else f"{said}。"


def _folded(model: str) -> str:
    return "".join(unicodedata.normalize("NFKC", model).split()).upper()


def facts_of_catalogues(batches: Mapping[str, Batch]) -> list[str]:
    """The catalogues a judgement rests on, each with number, edition and what is not checked about it."""
    lines = []
    for batch in batches.values():
        number = f"（{batch.document_no}）" if batch.document_no else ""
        doubt = "（文号来源待核）" if batch.recalled else ""
        lines.append(cut(f"{batch.full_title}{number}，{batch.edition}版{doubt}", 200))
    return lines
