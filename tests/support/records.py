"""Documents, versions and events that are valid by default; tests vary one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from formserver.core.clock import FixedClock
from formserver.core.ids import new_id
from formserver.core.models import (
    AuditEvent,
    Cause,
    Document,
    Facets,
    Projection,
    State,
    VersionContent,
    make_version,
)
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.store_ports import Store, UnitOfWork

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def make_document(**changes: Any) -> Document:
    """A draft of a notice of a fictional agency to a fictional cement plant."""
    document = Document(
        id=new_id(),
        type="inspection_notice",
        edition="v1",
        title="节能监察通知书",
        state=State.DRAFT,
        agency_id="agency-1",
        created_by="user-1",
        created_at=START,
        updated_at=START,
        enterprise_id="ent-1",
        facets=Facets(enterprise_name="川西水泥有限公司"),
    )
    return replace(document, **changes)


def make_event(document_id: str = "", *, action: str = "documents:save", **changes: Any) -> AuditEvent:
    """An event of today."""
    event = AuditEvent(
        id=new_id(),
        at=START,
        actor_id="user-1",
        actor_name="张三",
        agency_id="agency-1",
        action=action,
        document_id=document_id,
        subject="第1版",
        data={"no": 1},
    )
    return replace(event, **changes)


def cut(
    document: Document,
    body: dict[str, Any],
    *,
    previous: str = "",
    cause: Cause = Cause.SAVE,
    at: datetime = START,
    reason: str = "",
) -> VersionContent:
    """The next version of ``document``, with the envelope facts a head row can be remade from."""
    envelope = {
        "type": document.type,
        "edition": document.edition,
        "state": document.state.value,
        "number": document.number,
        "title": document.title,
        "agency_id": document.agency_id,
        "enterprise_id": document.enterprise_id,
        "task_id": document.task_id,
        "origin": document.origin,
        "confidentiality": document.confidentiality,
    }
    return make_version(
        document_id=document.id,
        no=document.head_version + 1,
        cause=cause,
        state=document.state,
        author_id="user-1",
        author_name="张三",
        at=at,
        reason=reason,
        body=body,
        envelope=envelope,
        previous_hash=previous,
    )


def save(
    u: UnitOfWork, document: Document, body: dict[str, Any], *, text: str = "", at: datetime = START
) -> Document:
    """What a save does: next version, head row, projection, event."""
    previous = ""
    if document.head_version:
        previous = u.documents.version(document.id, document.head_version, SYSTEM_SCOPE).version.hash
    content = cut(document, body, previous=previous, at=at)
    document = replace(document, head_version=content.version.no, updated_at=at)
    u.documents.add_version(content)
    u.documents.update(document)
    u.documents.project(document, Projection(facets=document.facets, text=text or str(body)))
    u.events.append(make_event(document.id, subject=f"第{content.version.no}版", at=at))
    return document


def saved(store: Store, document: Document, *bodies: dict[str, Any], text: str = "") -> Document:
    """A new document with one version per body."""
    clock = FixedClock(START)
    for index, body in enumerate(bodies or ({"k": "v"},)):
        with store.uow(write=True) as u:
            if index == 0:
                u.documents.add(document)
            document = save(u, document, body, text=text, at=clock.now())
        clock.advance(timedelta(seconds=1))
    return document
