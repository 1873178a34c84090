"""Importing: upload and look (nothing changes), then carry out; the report says what became of every row."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from formserver.core.clock import Clock, format_instant
from formserver.core.errors import Kind, Severity, error_code
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.checks import check_values, clean
from formserver.enterprises.finding import name_key, uscc_key
from formserver.enterprises.importing import SheetRow, Workbook, read_workbook
from formserver.enterprises.models import Enterprise
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.repository import EnterpriseRepository
from formserver.enterprises.service import EnterpriseService

IMPORT_DONE = error_code(
    "IMPORT_DONE",
    Kind.CONFLICT,
    zh="这个文件已经导入过了，没有重复导入。需要再次导入请重新上传。",
    en="This file has been imported already.",
)


class Fate(StrEnum):
    """What becomes of a row."""

    ADD = "新增"
    UPDATE = "更新"
    SAME = "无变化"
    ERROR = "不导入"


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row: its number in the file, the firm, its fate and why (with cell addresses)."""

    number: int
    name: str
    uscc: str
    fate: Fate
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file would do, or did. ``done`` tells the two apart."""

    id: str
    filename: str
    sheet: str
    rows: tuple[RowReport, ...]
    remarks: tuple[str, ...]
    done: bool

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(row.fate is fate for row in self.rows)


@dataclass(slots=True)
class _Plan:
    report: RowReport
    values: dict[str, Any] = field(default_factory=dict)
    existing: Enterprise | None = None


class ImportService:
    """Imports into the register of the actor's agency."""

    def __init__(self, store: Store, clock: Clock, register: EnterpriseService) -> None:
        self._store = store
        self._clock = clock
        self._register = register

    def preview(self, actor: Actor, data: bytes, filename: str) -> str:
        """Keep the file, work out what it would do, change nothing. Returns the import's id.

        Raises NOT_A_WORKBOOK, NOT_ALLOWED.
        """
        actor.require(EnterprisePermission.IMPORT)
        book = read_workbook(data, filename)
        blob = self._store.blobs.put_bytes(data)
        import_id = new_id()
        with self._store.uow(write=True) as u:
            plans = self._plan(u, actor, book)
            report = _report(import_id, filename, book, plans, done=False)
            u.repository(EnterpriseRepository).add_import(
                {
                    "id": import_id,
                    "agency_id": actor.agency_id,
                    "by": actor.user_id,
                    "at": format_instant(self._clock.now()),
                    "filename": filename,
                    "blob_sha256": blob.sha256,
                    "report": _dump(report),
                }
            )
        return import_id

    def report(self, actor: Actor, import_id: str) -> ImportReport:
        """The report of one's own import. Raises NOT_FOUND."""
        actor.require(EnterprisePermission.IMPORT)
        with self._store.uow() as u:
            return _load(u.repository(EnterpriseRepository).get_import(import_id, actor.user_id))

    def carry_out(self, actor: Actor, import_id: str) -> ImportReport:
        """Do what the preview showed, judged again against the register as it is now; all rows or none.

        Rows in error stay out and are named. Raises NOT_FOUND, IMPORT_DONE.
        """
        actor.require(EnterprisePermission.IMPORT)
        with self._store.uow() as u:
            row = u.repository(EnterpriseRepository).get_import(import_id, actor.user_id)
        book = read_workbook(self._store.blobs.read(row["blob_sha256"]), row["filename"])
        with self._store.uow(write=True) as u:
            plans = self._plan(u, actor, book)
            for plan in plans:
                if plan.report.fate is Fate.ADD:
                    self._register.insert(u, actor, plan.values, cause="导入")
                elif plan.report.fate is Fate.UPDATE and plan.existing is not None:
                    self._register.update(u, actor, plan.existing, plan.values, cause="导入")
            report = _report(import_id, row["filename"], book, plans, done=True)
            if not u.repository(EnterpriseRepository).finish_import(
                import_id, self._clock.now(), _dump(report)
            ):
                raise IMPORT_DONE()
        return report

    def _plan(self, u: UnitOfWork, actor: Actor, book: Workbook) -> list[_Plan]:
        repository = u.repository(EnterpriseRepository)
        seen: dict[str, int] = {}
        return [self._plan_row(repository, actor, row, seen) for row in book.rows]

    def _plan_row(
        self, repository: EnterpriseRepository, actor: Actor, row: SheetRow, seen: dict[str, int]
    ) -> _Plan:
        values = clean(row.values)
        messages = list(row.notes)
        stop = False
        for problem in check_values(values):
            where = row.cells.get(problem.pointer, f"第{row.number}行")
            messages.append(f"{where}：{problem.message}")
            stop = stop or problem.severity is Severity.ERROR
        keys = [f"c{uscc_key(values.get('uscc', ''))}", f"n{name_key(values.get('name', ''))}"]
        before = next((seen[k] for k in keys if len(k) > 1 and k in seen), None)
        if before is not None:
            messages.append(f"第{row.number}行：与第 {before} 行是同一家单位，请合并成一行。")
            stop = True
        for key in keys:
            seen.setdefault(key, row.number)
        existing = None if stop else self._existing(repository, actor, values, row, messages)
        ambiguous = existing is _AMBIGUOUS
        if stop or ambiguous:
            fate = Fate.ERROR
        elif existing is None:
            fate = Fate.ADD
        else:
            if name_key(existing.name) != name_key(values["name"]):
                where = row.cells.get("name", f"第{row.number}行")
                messages.append(
                    f"{where}：信用代码相同，档案中的名称“{existing.name}”将改为“{values['name']}”，请核对。"
                )
            fate = Fate.UPDATE if any(getattr(existing, k) != v for k, v in values.items()) else Fate.SAME
        name, code = str(values.get("name", "")), str(values.get("uscc", ""))
        report = RowReport(row.number, name, code, fate, tuple(messages))
        return _Plan(report, values, None if ambiguous else existing)

    def _existing(
        self,
        repository: EnterpriseRepository,
        actor: Actor,
        values: dict[str, Any],
        row: SheetRow,
        messages: list[str],
    ) -> Enterprise | None:
        twins = repository.twins(values.get("uscc", ""), values["name"], actor.scope)
        code = uscc_key(values.get("uscc", ""))
        by_code = [t for t in twins if code and uscc_key(t.uscc) == code]
        by_name = [t for t in twins if name_key(t.name) == name_key(values["name"])]
        found = by_code or [t for t in by_name if not (code and t.uscc)]
        if not by_code and by_name and not found:
            where = row.cells.get("uscc", f"第{row.number}行")
            messages.append(
                f"{where}：档案中同名单位“{by_name[0].name}”的信用代码是 {by_name[0].uscc}，与本行不同，请核对。"
            )
            return _AMBIGUOUS
        if len(found) > 1:
            messages.append(f"第{row.number}行：档案中有 {len(found)} 家单位与本行相符，请先合并或改正档案。")
            return _AMBIGUOUS
        return found[0] if found else None


_AMBIGUOUS = Enterprise("", "", "")


def _report(import_id: str, filename: str, book: Workbook, plans: list[_Plan], *, done: bool) -> ImportReport:
    rows = tuple(plan.report for plan in plans)
    return ImportReport(import_id, filename, book.sheet, rows, tuple(book.remarks), done)


def _dump(report: ImportReport) -> str:
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False)


def _load(row: dict[str, Any]) -> ImportReport:
    data = json.loads(row["report"])
    data["rows"] = tuple(
        RowReport(r["number"], r["name"], r["uscc"], Fate(r["fate"]), tuple(r["messages"]))
        for r in data["rows"]
    )
    data["remarks"] = tuple(data["remarks"])
    return ImportReport(**data)
