"""补录: papers from before the platform, entered as they lie in the cabinet: a scan and the least a catalogue needs.

The body holds only what is known of the paper; nothing is made up to fill a form. The document is marked (``origin``
补录), stands at once in the state the paper has, keeps its original number, and no rule of procedure is asked.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.deeds import checked_reason
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.grammar import breaches
from formserver.core.definitions.validation import validate_draft
from formserver.core.drafting import refuse_malformed
from formserver.core.errors import AppError, Kind, Problem, error_code, invalid
from formserver.core.ids import encode, new_id
from formserver.core.legacy_permissions import LegacyPermission
from formserver.core.models import (
    Cause,
    Document,
    Json,
    NumberEntry,
    NumberStatus,
    Series,
    State,
    number_lines,
    rendition_digest,
)
from formserver.core.numbering import normalise_number
from formserver.core.paper_files import PaperFile, add_paper_files, paper_files
from formserver.core.permissions import Actor, confidentiality_level
from formserver.core.service_kit import CheckedScan, Kit, cut_version, record_event
from formserver.core.store_ports import UnitOfWork

LEGACY: str = "legacy"
"""The origin of a document that was entered after the fact."""
RECORD_TYPE: str = "legacy_record"
"""The type of papers that have no form here."""
STATES = (State.SIGNED, State.SERVED, State.ARCHIVED)
LONGEST = {"title": 120, "enterprise_name": 200, "uscc": 40, "number": 100, "kept_at": 200, "note": 2_000}
LABELS = {
    "title": "文书名称",
    "enterprise_name": "被监察单位",
    "uscc": "统一社会信用代码",
    "number": "文号",
    "kept_at": "原件存放位置",
    "note": "备注",
    "doc_date": "成文日期",
    "state": "状态",
    "type": "文书种类",
}

NUMBER_KNOWN = error_code(
    "NUMBER_KNOWN",
    Kind.CONFLICT,
    zh="文号“{number}”已在登记簿中，属于《{title}》。请核对是否重复补录；确是另一份文书的，请在文号后注明区别。",
    en="Number {number} is already in the register, for {title}.",
)
NOT_LEGACY = error_code(
    "NOT_LEGACY",
    Kind.CONFLICT,
    zh="这份文书不是补录的，著录项目来自它的正文，不能在这里更正。",
    en="This document was not entered after the fact.",
)


@dataclass(frozen=True, slots=True)
class LegacyPaper:
    """What is known of an old paper. ``title`` names papers of no known type; ``kept_at`` is where the original lies."""

    type_key: str
    enterprise_name: str
    doc_date: date
    title: str = ""
    uscc: str = ""
    enterprise_id: str = ""
    number: str = ""
    state: State = State.SERVED
    kept_at: str = ""
    note: str = ""


def legacy_id(batch: str, row: int) -> str:
    """The id of row ``row`` of a batch: a repeated import finds the document it has made already."""
    value = int.from_bytes(hashlib.sha256(f"legacy:{batch}:{row}".encode()).digest()[:16], "big")
    return encode(value)


def paper_problems(paper: LegacyPaper, today: date) -> list[Problem]:
    """What keeps a paper from being entered, by field; empty: nothing."""
    found: list[Problem] = []

    def wrong(key: str, message: str) -> None:
        found.append(Problem("LEGACY_FIELD", message, f"/{key}", LABELS[key]))

    if not paper.enterprise_name.strip():
        wrong("enterprise_name", "请填写被监察单位的名称。")
    if paper.type_key == RECORD_TYPE and not paper.title.strip():
        wrong("title", "请填写文书名称，例如：节能监察结果告知书。")
    if paper.doc_date > today:
        wrong("doc_date", f"成文日期 {paper.doc_date.isoformat()} 在今天之后，补录的是已有的文书，请核对。")
    if paper.doc_date.year < 1980:
        wrong("doc_date", f"成文日期 {paper.doc_date.isoformat()} 早于 1980 年，请核对年份。")
    if paper.state not in STATES:
        wrong("state", f"补录的文书只能是：{'、'.join(s.value for s in STATES)}。")
    for key, most in LONGEST.items():
        text = str(getattr(paper, key))
        if len(text) > most:
            wrong(key, f"有 {len(text)} 个字符，最多 {most} 个。")
        for _, _, message in breaches({key: text}) if text else ():
            wrong(key, message.replace("{label}", LABELS[key]))
    if "\n" in paper.number:
        wrong("number", "文号只能有一行。")
    return found


class LegacyEntry:
    """Enter old papers, and correct what was entered of them."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def enter(
        self, actor: Actor, paper: LegacyPaper, files: Sequence[tuple[str, bytes]], *, document_id: str = ""
    ) -> Document:
        """Store the scan and the catalogue entry as one version. ``document_id`` makes a repeated import harmless.

        Raises NOT_ALLOWED, NOT_FOUND (type), INVALID_INPUT, NO_SCAN, SCAN_REFUSED, NUMBER_KNOWN.
        """
        actor.require(LegacyPermission.ENTER)
        self._refuse(paper)
        if document_id and (done := self._existing(actor, document_id)) is not None:
            return done
        scan = self._kit.scans.read(files)
        stored = self._store_files(scan)
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            dt = self._type(u, actor, paper.type_key)
            body = legacy_body(dt, paper)
            refuse_malformed(validate_draft(dt, body))
            document = Document(
                id=document_id or new_id(),
                type=dt.key,
                edition=dt.edition,
                title=dt.title,
                state=paper.state,
                agency_id=actor.agency_id,
                created_by=actor.user_id,
                created_at=now,
                updated_at=now,
                enterprise_id=paper.enterprise_id,
                number=normalise_number(paper.number),
                origin=LEGACY,
                confidentiality=confidentiality_level(str(dt.document.get("confidentiality", "公开"))),
            )
            if document.number:
                self._record_number(u, actor, document, paper.doc_date.year)
            u.documents.add(document)
            document, _ = cut_version(
                self._kit,
                u,
                actor,
                document,
                body,
                cause=Cause.IMPORT,
                reason="补录",
                extra={"legacy": legacy_facts(paper)},
            )
            files_added = add_paper_files(
                self._kit, u, actor, document, document.head_version, stored, "补录扫描件.pdf"
            )
            lines = number_lines(u.numbers.for_document(document.id))
            record_event(
                self._kit,
                u,
                actor,
                "document.legacy",
                document_id=document.id,
                subject=document.title,
                data={
                    "version": document.head_version,
                    "state": document.state.value,
                    "number": document.number,
                    "renditions": {one.id: rendition_digest(one) for one in files_added},
                    **({"number_lines": lines} if lines else {}),
                },
            )
        return document

    def correct(
        self, actor: Actor, document_id: str, paper: LegacyPaper, *, base_version: int, reason: str
    ) -> Document:
        """更正著录: what was entered wrongly, as a new version with the reason. Number and state stay.

        Raises NOT_LEGACY, INVALID_INPUT, STORE_CONFLICT through the version's number when somebody else was first.
        """
        actor.require(LegacyPermission.ENTER)
        self._refuse(paper)
        reason = checked_reason(reason)
        if not reason:
            raise invalid([Problem("LEGACY_FIELD", "请写明为什么更正。", "/reason", "理由")])
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(document_id, actor.scope)
            if document.origin != LEGACY:
                raise NOT_LEGACY()
            if document.head_version != base_version:
                message = f"已有第{document.head_version}版，您看到的是第{base_version}版。请刷新后再更正。"
                raise invalid([Problem("LEGACY_FIELD", message, "", "版本")])
            kept = dataclasses.replace(
                paper, type_key=document.type, number=document.number, state=document.state
            )
            dt = self._kit.document_type(document)
            body = legacy_body(dt, kept)
            refuse_malformed(validate_draft(dt, body))
            document = dataclasses.replace(document, enterprise_id=paper.enterprise_id)
            document, content = cut_version(
                self._kit,
                u,
                actor,
                document,
                body,
                cause=Cause.CORRECT,
                reason=reason,
                extra={"legacy": legacy_facts(kept)},
            )
            record_event(
                self._kit,
                u,
                actor,
                "document.legacy_corrected",
                document_id=document.id,
                subject=document.title,
                data={"version": content.version.no, "reason": reason},
            )
        return document

    def _refuse(self, paper: LegacyPaper) -> None:
        problems = paper_problems(paper, today_in_china(self._kit.clock))
        if problems:
            raise invalid(problems)

    def _existing(self, actor: Actor, document_id: str) -> Document | None:
        with self._kit.store.uow() as u:
            try:
                return u.documents.get(document_id, actor.scope)
            except AppError as error:
                if error.kind is not Kind.NOT_FOUND:
                    raise
                return None

    def _type(self, u: UnitOfWork, actor: Actor, key: str) -> DocumentType:
        code = self._kit.agencies.facts(u, actor.agency_id).get("code", "") if actor.agency_id else ""
        return self._kit.catalogue.type(key, agency=code)

    def _record_number(self, u: UnitOfWork, actor: Actor, document: Document, year: int) -> None:
        series = Series(document.agency_id, document.type, year)
        for entry in u.numbers.entries(series):
            if entry.text == document.number:
                raise NUMBER_KNOWN(number=document.number, title=self._title(u, actor, entry.document_id))
        now = self._kit.clock.now()
        u.numbers.record(
            NumberEntry(
                series, 0, NumberStatus.EXTERNAL, document.number, document.id, actor.name, now, "补录"
            )
        )

    def _title(self, u: UnitOfWork, actor: Actor, document_id: str) -> str:
        try:
            return u.documents.get(document_id, actor.scope).title
        except AppError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return "另一份文书"

    def _store_files(self, scan: CheckedScan) -> list[PaperFile]:
        put = self._kit.store.blobs.put_bytes
        originals = [(name, media, put(data)) for name, media, data in scan.originals]
        return paper_files(put(scan.pdf), scan.pages, originals)


def legacy_facts(paper: LegacyPaper) -> Json:
    """What the envelope keeps of the catalogue entry."""
    return {
        "title": paper.title,
        "doc_date": paper.doc_date.isoformat(),
        "kept_at": paper.kept_at,
        "note": paper.note,
    }


def legacy_body(dt: DocumentType, paper: LegacyPaper) -> Json:
    """The places of the form that the catalogue entry knows; every other place stays absent.

    The date goes into the form only where the form asks for a day: a time of day nobody wrote is not invented (the
    list takes the date from the envelope).
    """
    body: dict[str, Any] = {}
    if dt.key == RECORD_TYPE:
        body = {"title": paper.title}
        body.update({k: getattr(paper, k) for k in ("number", "kept_at", "note") if getattr(paper, k)})
    known = {"enterprise_name": paper.enterprise_name, "uscc": paper.uscc}
    for facet, pointer in dt.document.get("facets", {}).items():
        value = known.get(facet, "")
        if facet == "doc_date" and dt.leaf(pointer).schema.get("format") == "date":
            value = paper.doc_date.isoformat()
        if value:
            _put(body, places.split(pointer), value)
    return body


def _put(body: dict[str, Any], parts: Sequence[str], value: str) -> None:
    for part in parts[:-1]:
        body = body.setdefault(part, {})
    body[parts[-1]] = value
