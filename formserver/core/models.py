"""What a document is made of. Frozen dataclasses; no behaviour beyond what their own data says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from formserver.core.canonical import digest
from formserver.core.clock import format_instant

Json = dict[str, Any]


class State(StrEnum):
    """The states of a document (design §5); a type's lifecycle uses some of them."""

    DRAFT = "草稿"
    IN_REVIEW = "待审核"
    RETURNED = "已退回"
    APPROVED = "已审批"
    NUMBERED = "已编号"
    FINAL = "定稿待签"
    SIGNED = "已签署"
    SERVED = "已送达"
    ARCHIVED = "已归档"
    VOID = "已作废"


class Cause(StrEnum):
    """Why a version was cut. Autosave is not among them."""

    CREATE = "新建"
    SAVE = "保存"
    TRANSITION = "流转"
    NUMBER = "取号"
    PRINT = "定稿"
    SIGN = "签署"
    CORRECT = "笔误更正"
    IMPORT = "导入"
    MIGRATE = "升级版式"


class RenditionKind(StrEnum):
    """What a rendition is: our paper, or theirs come back."""

    DOCX = "docx"
    PDF = "pdf"
    SCAN = "签字扫描件"
    ATTACHMENT = "附件"


@dataclass(frozen=True, slots=True)
class Facets:
    """Fixed facets of a document, projected from the head version; what lists filter and sort by."""

    enterprise_name: str = ""
    uscc: str = ""
    region: str = ""
    industry: str = ""
    level: str = ""
    doc_date: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The head row of a document: where it stands now. Everything here can be rebuilt from versions and events."""

    id: str
    type: str
    edition: str
    title: str
    state: State
    agency_id: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    head_version: int = 0
    number: str = ""
    enterprise_id: str = ""
    task_id: str = ""
    confidentiality: int = 0
    origin: str = "form"
    approved_body_sha256: str = ""
    printed_version: int = 0
    check_token: str = ""
    facets: Facets = field(default_factory=Facets)


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable version. ``hash`` covers body, envelope and the previous version's hash."""

    document_id: str
    no: int
    cause: Cause
    state: State
    author_id: str
    author_name: str
    at: datetime
    reason: str
    body_sha256: str
    envelope_sha256: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class VersionContent:
    """A version with its body (what people state) and envelope (what the server states)."""

    version: Version
    body: Json
    envelope: Json


def make_version(
    *,
    document_id: str,
    no: int,
    cause: Cause,
    state: State,
    author_id: str,
    author_name: str,
    at: datetime,
    reason: str,
    body: Mapping[str, Any],
    envelope: Mapping[str, Any],
    previous_hash: str,
) -> VersionContent:
    """Cut a version: compute both content hashes and the chained hash."""
    body_sha, envelope_sha = digest(body), digest(envelope)
    chained = version_hash(
        document_id,
        no,
        cause,
        state,
        author_id,
        author_name,
        at,
        reason,
        body_sha,
        envelope_sha,
        previous_hash,
    )
    version = Version(
        document_id,
        no,
        cause,
        state,
        author_id,
        author_name,
        at,
        reason,
        body_sha,
        envelope_sha,
        previous_hash,
        chained,
    )
    return VersionContent(version, dict(body), dict(envelope))


def version_hash(
    document_id: str,
    no: int,
    cause: str,
    state: str,
    author_id: str,
    author_name: str,
    at: datetime,
    reason: str,
    body_sha256: str,
    envelope_sha256: str,
    previous_hash: str,
) -> str:
    """The chained hash of a version; ``verify`` computes it again from the row."""
    return digest(
        {
            "document": document_id,
            "no": no,
            "cause": str(cause),
            "state": str(state),
            "author": author_id,
            "author_name": author_name,
            "at": format_instant(at),
            "reason": reason,
            "body": body_sha256,
            "envelope": envelope_sha256,
            "previous": previous_hash,
        }
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's unsaved work on one document. ``raw`` keeps text that does not parse yet, by pointer."""

    document_id: str
    user_id: str
    base_version: int
    seq: int
    body: Json
    raw: dict[str, str]
    origins: Json
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file that shows a version: docx, PDF, or the signed scan that came back."""

    id: str
    document_id: str
    version_no: int
    kind: RenditionKind
    blob_sha256: str
    size: int
    media_type: str
    filename: str
    pages: int
    manifest_sha256: str
    created_by: str
    created_at: datetime


def rendition_digest(rendition: Rendition) -> str:
    """The digest of everything a rendition row says; sealed events announce it, ``verify`` computes it again."""
    return digest(
        {
            "id": rendition.id,
            "document": rendition.document_id,
            "version": rendition.version_no,
            "kind": rendition.kind.value,
            "sha256": rendition.blob_sha256,
            "size": rendition.size,
            "media_type": rendition.media_type,
            "filename": rendition.filename,
            "pages": rendition.pages,
            "manifest": rendition.manifest_sha256,
            "created_by": rendition.created_by,
            "created_at": format_instant(rendition.created_at),
        }
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the head version, projected for statistics."""

    key: str
    row_key: str
    product: str
    period: str
    value_text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything derived from the head version that queries need; replaced as a whole at every save."""

    facets: Facets
    extra_facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what when. Inserted in the transaction of the deed, sealed later."""

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    agency_id: str
    action: str
    document_id: str = ""
    subject: str = ""
    data: Json = field(default_factory=dict)


class NumberStatus(StrEnum):
    """The fate of a number in the register."""

    RESERVED = "预留"
    ISSUED = "已使用"
    VOID = "已作废"
    RELEASED = "已收回"
    EXTERNAL = "外部取号"


@dataclass(frozen=True, slots=True)
class Series:
    """The sequence a number belongs to: one per agency, document type and year (Asia/Shanghai)."""

    agency_id: str
    type: str
    year: int


@dataclass(frozen=True, slots=True)
class NumberEntry:
    """A line of the number register. External numbers have ``seq`` 0 or negative counters, never in the sequence."""

    series: Series
    seq: int
    status: NumberStatus
    text: str
    document_id: str
    by: str
    at: datetime
    reason: str = ""


def number_digest(entry: NumberEntry) -> str:
    """The digest of everything a line of the register says; sealed events announce it, ``verify`` computes it again."""
    return digest(
        {
            "agency": entry.series.agency_id,
            "type": entry.series.type,
            "year": entry.series.year,
            "seq": entry.seq,
            "status": entry.status.value,
            "text": entry.text,
            "document": entry.document_id,
            "by": entry.by,
            "at": format_instant(entry.at),
            "reason": entry.reason,
        }
    )


def number_lines(entries: Iterable[NumberEntry]) -> list[list[str]]:
    """Lines of the register as an event announces them: agency, type, text, digest."""
    return [[e.series.agency_id, e.series.type, e.text, number_digest(e)] for e in entries]
