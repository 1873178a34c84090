"""The papers of kept calculations and of documents: who may have them, what stands at their head, the PDF job."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formserver.calculation.layouts import choose_layout, layouts
from formserver.calculators.outputs_document import items_of
from formserver.calculators.outputs_reading import Item
from formserver.calculators.outputs_statement import Statement, make_statement
from formserver.calculators.outputs_statement_docx import statement_docx
from formserver.calculators.outputs_steps import steps_docx
from formserver.calculators.service import Calculators
from formserver.config import Settings
from formserver.core.clock import SHANGHAI, today_in_china
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import Job
from formserver.core.models import Document, Json
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.documents.pdf_job import PdfJobs
from formserver.enterprises.service import EnterpriseService

PDF_JOB: Final = "calculators.pdf"
KEEP_SECONDS: Final = 24 * 3600
MOST_TOGETHER: Final = 40


@dataclass(frozen=True, slots=True)
class Source:
    """What a paper is made of: results and what stands at its head; ``name`` begins the file's name."""

    items: tuple[Item, ...]
    facts: Mapping[str, str]
    name: str


class OutputFiles:
    """Papers from what is stored; nothing here changes a calculation."""

    def __init__(
        self,
        kit: Kit,
        calculators: Calculators,
        enterprises: EnterpriseService,
        pdf: PdfJobs,
        settings: Settings,
    ) -> None:
        self._kit = kit
        self._calculators = calculators
        self._enterprises = enterprises
        self._pdf = pdf
        self._timeout = settings.pdf_timeout
        self._folder = settings.storage_dir / "cache" / "calculations"

    def saved(self, actor: Actor, ids: Sequence[str]) -> Source:
        """Kept calculations on one paper; the first says whose they are. Raises NOT_FOUND, NOT_ALLOWED."""
        found = [self._calculators.saved(actor, one) for one in dict.fromkeys(ids[:MOST_TOGETHER])]
        if not found:
            raise NOT_FOUND(what="这次计算")
        first = found[0]
        at = first.created_at.astimezone(SHANGHAI)
        with self._kit.store.uow() as u:
            facts = self._enterprise(u, actor, first.enterprise_id) if first.enterprise_id else {}
            facts |= self._agency(u, first.agency_id)
        facts["calculated_by"] = first.owner_name
        facts["calculated_at"] = f"{at.year}年{at.month}月{at.day}日"
        items = tuple(Item(one.result) for one in found)
        return Source(items, facts, first.title)

    def document(self, actor: Actor, document_id: str) -> Source:
        """The calculations of a document's newest version. Raises NOT_FOUND, NO_CALCULATION, NOT_AS_STORED."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            if document.head_version < 1:
                raise NOT_FOUND(what="文书的版本，请先保存")
            content = u.documents.version(document_id, document.head_version, actor.scope)
            facts = self._enterprise(u, actor, document.enterprise_id) if document.enterprise_id else {}
            facts |= self._agency(u, document.agency_id)
        dt = self._kit.document_type(document)
        facts |= _document_facts(document, content.body)
        items = items_of(self._calculators.library, dt, content.body)
        return Source(tuple(items), facts, f"{document.number} {document.title}".strip())

    def statement(self, source: Source) -> Statement:
        """企业能耗达标情况表 in the layout of its calculators."""
        names = {str(one.result["calculator"]) for one in source.items}
        layout = choose_layout(layouts(self._kit.catalogue), names, today_in_china(self._kit.clock))
        return make_statement(layout, source.items, source.facts)

    def sheet_xlsx(self, source: Source) -> bytes:
        """The sheet as a workbook."""
        from formserver.calculators.outputs_statement_xlsx import (
            statement_xlsx,
        )  # openpyxl takes long to load

        return statement_xlsx(self.statement(source))

    def sheet_docx(self, source: Source) -> bytes:
        """The sheet as a Word file."""
        return statement_docx(self.statement(source))

    def steps_docx(self, source: Source) -> bytes:
        """计算书 as a Word file."""
        return steps_docx([one.result for one in source.items], source.facts)

    def ask_pdf(self, actor: Actor, source: Source) -> str:
        """Have 计算书 made into a PDF; returns its key. Asked again for the same paper it does nothing."""
        docx = self.steps_docx(source)
        key = hashlib.sha256(docx).hexdigest()
        self._sweep()
        if self._file(key, "pdf").is_file():
            return key
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(key, "docx").write_bytes(docx)
        with self._kit.store.uow(write=True) as u:
            u.jobs.enqueue(
                kind=PDF_JOB,
                key=key,
                payload={"key": key},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=40,
            )
        return key

    def pdf(self, source: Source) -> tuple[bytes | None, Job | None]:
        """The PDF of 计算书, or how far its making is; (None, None): nobody has asked for it."""
        key = hashlib.sha256(self.steps_docx(source)).hexdigest()
        with contextlib.suppress(OSError):
            return self._file(key, "pdf").read_bytes(), None
        with self._kit.store.uow() as u:
            job = u.jobs.latest(PDF_JOB, key)
        return None, job if job is not None and self._file(key, "docx").is_file() else None

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: convert the kept docx."""
        key = str(job.payload["key"])
        target, source = self._file(key, "pdf"), self._file(key, "docx")
        if target.is_file():
            return {}
        try:
            docx = source.read_bytes()
        except OSError as gone:
            raise NOT_FOUND(what="要转换的计算书，请重新生成") from gone
        report(10, "正在生成 PDF")
        made = self._pdf.pool().convert(docx, timeout=self._timeout)
        partial = source.with_suffix(".part")
        partial.write_bytes(made.pdf)
        partial.replace(target)
        source.unlink(missing_ok=True)
        return {"pages": made.pages}

    def _enterprise(self, u: UnitOfWork, actor: Actor, enterprise_id: str) -> dict[str, str]:
        facts = self._enterprises.facts(u, actor, enterprise_id)
        words = {
            "enterprise_name": facts.get("name"),
            "credit_code": facts.get("uscc"),
            "address": facts.get("site_address"),
            "industry": facts.get("industry"),
            "contact": " ".join(str(facts.get(key) or "") for key in ("contact", "phone")).strip(),
        }
        return {key: str(text) for key, text in words.items() if text}

    def _agency(self, u: UnitOfWork, agency_id: str) -> dict[str, str]:
        name = self._kit.agencies.facts(u, agency_id).get("name", "") if agency_id else ""
        return {"agency": name} if name else {}

    def _file(self, key: str, kind: str) -> Path:
        return self._folder / f"{key}.{kind}"

    def _sweep(self) -> None:
        """Delete what nobody has asked for lately."""
        oldest = time.time() - KEEP_SECONDS
        for path in self._folder.glob("*.*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _document_facts(document: Document, body: Json) -> dict[str, str]:
    """What the document itself says, over what the register says today."""
    firm = body.get("enterprise")
    said = firm if isinstance(firm, dict) else {}
    people = body.get("inspectors")
    rows = people if isinstance(people, list) else []
    names = [str(row["name"]) for row in rows if isinstance(row, dict) and row.get("name")]
    words = {
        "enterprise_name": said.get("ent_name") or document.facets.enterprise_name,
        "credit_code": said.get("ent_uscc") or document.facets.uscc,
        "address": said.get("ent_address"),
        "contact": " ".join(str(said.get(key) or "") for key in ("ent_contact", "ent_phone")).strip(),
        "industry": body.get("industry"),
        "task_number": body.get("task_no"),
        "output_value": body.get("output_value"),
        "inspectors": "、".join(names),
        "calculated_at": body.get("sheet_date"),
    }
    return {key: text for key, text in words.items() if isinstance(text, str) and text}
