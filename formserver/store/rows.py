"""Between rows and the core's dataclasses."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from formserver.core.canonical import canonical_json
from formserver.core.clock import SHANGHAI, format_instant, parse_instant
from formserver.core.models import (
    AuditEvent,
    Cause,
    Document,
    Draft,
    Facets,
    NumberEntry,
    NumberStatus,
    Rendition,
    RenditionKind,
    Series,
    State,
    Version,
)
from formserver.core.store_ports import Seal

Row = RowMapping


def day_of(document: Document) -> str:
    """The day lists filter by: the date on the paper, else the day in China it was created."""
    day = document.facets.doc_date or document.created_at.astimezone(SHANGHAI).date()
    return day.isoformat()


def document_row(document: Document) -> dict[str, Any]:
    """The head row as columns."""
    facets = document.facets
    return {
        "id": document.id,
        "type": document.type,
        "edition": document.edition,
        "title": document.title,
        "state": document.state.value,
        "agency_id": document.agency_id,
        "created_by": document.created_by,
        "created_at": format_instant(document.created_at),
        "updated_at": format_instant(document.updated_at),
        "head_version": document.head_version,
        "number": document.number,
        "enterprise_id": document.enterprise_id,
        "task_id": document.task_id,
        "confidentiality": document.confidentiality,
        "origin": document.origin,
        "approved_body_sha256": document.approved_body_sha256,
        "printed_version": document.printed_version,
        "check_token": document.check_token,
        "enterprise_name": facets.enterprise_name,
        "uscc": facets.uscc,
        "region": facets.region,
        "industry": facets.industry,
        "level": facets.level,
        "doc_date": facets.doc_date.isoformat() if facets.doc_date else None,
        "day": day_of(document),
    }


def to_document(row: Row) -> Document:
    """The head row as the core knows it."""
    return Document(
        id=row["id"],
        type=row["type"],
        edition=row["edition"],
        title=row["title"],
        state=State(row["state"]),
        agency_id=row["agency_id"],
        created_by=row["created_by"],
        created_at=parse_instant(row["created_at"]),
        updated_at=parse_instant(row["updated_at"]),
        head_version=row["head_version"],
        number=row["number"],
        enterprise_id=row["enterprise_id"],
        task_id=row["task_id"],
        confidentiality=row["confidentiality"],
        origin=row["origin"],
        approved_body_sha256=row["approved_body_sha256"],
        printed_version=row["printed_version"],
        check_token=row["check_token"],
        facets=Facets(
            enterprise_name=row["enterprise_name"],
            uscc=row["uscc"],
            region=row["region"],
            industry=row["industry"],
            level=row["level"],
            doc_date=date.fromisoformat(row["doc_date"]) if row["doc_date"] else None,
        ),
    )


def version_row(version: Version) -> dict[str, Any]:
    """An immutable version as columns."""
    return {
        "document_id": version.document_id,
        "no": version.no,
        "cause": version.cause.value,
        "state": version.state.value,
        "author_id": version.author_id,
        "author_name": version.author_name,
        "at": format_instant(version.at),
        "reason": version.reason,
        "body_sha256": version.body_sha256,
        "envelope_sha256": version.envelope_sha256,
        "previous_hash": version.previous_hash,
        "hash": version.hash,
    }


def to_version(row: Row) -> Version:
    """A version without its contents."""
    return Version(
        document_id=row["document_id"],
        no=row["no"],
        cause=Cause(row["cause"]),
        state=State(row["state"]),
        author_id=row["author_id"],
        author_name=row["author_name"],
        at=parse_instant(row["at"]),
        reason=row["reason"],
        body_sha256=row["body_sha256"],
        envelope_sha256=row["envelope_sha256"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )


def draft_row(draft: Draft) -> dict[str, Any]:
    """A working copy as columns."""
    return {
        "document_id": draft.document_id,
        "user_id": draft.user_id,
        "base_version": draft.base_version,
        "seq": draft.seq,
        "body": _kept_json(draft.body),
        "raw": canonical_json(draft.raw).decode(),
        "origins": canonical_json(draft.origins).decode(),
        "updated_at": format_instant(draft.updated_at),
    }


def _kept_json(body: Any) -> str:
    """A body as text, in the order it has: a draft is rewritten every few seconds, and nothing is hashed of it.

    Raises ValueError for half surrogate pairs, which no database takes.
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text.encode("utf-8")
    return text


def to_draft(row: Row) -> Draft:
    """A working copy."""
    return Draft(
        document_id=row["document_id"],
        user_id=row["user_id"],
        base_version=row["base_version"],
        seq=row["seq"],
        body=json.loads(row["body"]),
        raw=json.loads(row["raw"]),
        origins=json.loads(row["origins"]),
        updated_at=parse_instant(row["updated_at"]),
    )


def number_row(entry: NumberEntry) -> dict[str, Any]:
    """A line of the register as columns."""
    return {
        "agency_id": entry.series.agency_id,
        "type": entry.series.type,
        "year": entry.series.year,
        "seq": entry.seq,
        "status": entry.status.value,
        "text": entry.text,
        "document_id": entry.document_id,
        "by": entry.by,
        "at": format_instant(entry.at),
        "reason": entry.reason,
    }


def to_number(row: Row) -> NumberEntry:
    """A line of the register."""
    return NumberEntry(
        series=Series(row["agency_id"], row["type"], row["year"]),
        seq=row["seq"],
        status=NumberStatus(row["status"]),
        text=row["text"],
        document_id=row["document_id"],
        by=row["by"],
        at=parse_instant(row["at"]),
        reason=row["reason"],
    )


def to_rendition(row: Row) -> Rendition:
    """A rendition."""
    values = {name: row[name] for name in Rendition.__dataclass_fields__}
    values["kind"] = RenditionKind(row["kind"])
    values["created_at"] = parse_instant(row["created_at"])
    return Rendition(**values)


def event_row(event: AuditEvent) -> dict[str, Any]:
    """An audit event as columns."""
    return {
        "id": event.id,
        "at": format_instant(event.at),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "agency_id": event.agency_id,
        "action": event.action,
        "document_id": event.document_id,
        "subject": event.subject,
        "data": canonical_json(event.data).decode(),
    }


def to_event(row: Row) -> AuditEvent:
    """An audit event."""
    values = {name: row[name] for name in AuditEvent.__dataclass_fields__}
    values["at"] = parse_instant(row["at"])
    values["data"] = json.loads(row["data"])
    return AuditEvent(**values)


def to_seal(row: Row) -> Seal:
    """A seal."""
    values = {name: row[name] for name in Seal.__dataclass_fields__}
    values["at"] = parse_instant(row["at"])
    return Seal(**values)
