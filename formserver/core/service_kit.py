"""What every document service needs, and the few steps they share: envelope, version, projection, event."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from formserver.core.clock import Clock, today_in_china
from formserver.core.computing import FieldComputerFactory
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.prefill import Provider
from formserver.core.errors import Problem
from formserver.core.ids import new_id
from formserver.core.models import (
    AuditEvent,
    Cause,
    Document,
    Facets,
    Json,
    Measure,
    Projection,
    State,
    VersionContent,
    make_version,
)
from formserver.core.permissions import Actor
from formserver.core.rare_characters import GlyphCheck, no_glyph_check
from formserver.core.rendering_port import DocumentRenderer, PageStamper
from formserver.core.store_ports import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class CheckedScan:
    """What came back from paper, checked by content: one PDF to read, and the originals as they were."""

    pdf: bytes
    pages: int
    originals: tuple[tuple[str, str, bytes], ...]  # (file name, media type, bytes)
    warnings: tuple[Problem, ...] = ()


class ScanReader(Protocol):
    """Checks uploaded scans by content and joins them to one PDF."""

    def read(self, files: Sequence[tuple[str, bytes]]) -> CheckedScan:
        """Raises Invalid errors naming the file."""
        ...


class AgencyFacts(Protocol):
    """What documents need to know of an agency: mode, organ, number words."""

    def facts(self, u: UnitOfWork, agency_id: str) -> Mapping[str, str]:
        """Plain facts: ``name``, ``issuing_organ``, ``short_word``, ``mode``, ``check_cap``, …"""
        ...


@dataclass(frozen=True, slots=True)
class DocumentDeed:
    """A deed that has just been done on a document, told to the other slices inside the same unit of work.

    ``key`` is the deed's key in :mod:`formserver.core.lifecycle` (``submit``, ``approve``, ``return``, ``number``,
    ``finalise``, ``sign``, ``serve``, ``void`` …); ``document`` stands after the deed, ``before`` is the state it had.
    """

    key: str
    actor: Actor
    document: Document
    before: State
    reason: str
    version_no: int


DeedHandler = Callable[[UnitOfWork, DocumentDeed], None]
"""Hears of a deed; writes only its own tables; what it raises undoes the deed."""


@dataclass(frozen=True, slots=True)
class DeedRequest:
    """A deed somebody is about to do on a locked document; permission, state and version are checked already."""

    key: str
    actor: Actor
    document: Document
    content: VersionContent
    reason: str


DeedGuard = Callable[[UnitOfWork, DeedRequest], None]
"""Refuses a deed by raising; asked whichever page, programming interface or command wants the deed done."""

PrefillProviders = Callable[[UnitOfWork, Actor, Document], Mapping[str, Provider]]


@dataclass(frozen=True, slots=True)
class Kit:
    """The collaborators of the document services, chosen once in ``app.py``."""

    store: Store
    catalogue: Catalogue
    renderer: DocumentRenderer
    clock: Clock
    agencies: AgencyFacts
    providers: PrefillProviders
    scans: ScanReader
    check_url: Callable[[str], str]
    qr: Callable[[str], bytes]
    glyphs: GlyphCheck = no_glyph_check
    deed_handlers: Sequence[DeedHandler] = ()
    stamper: PageStamper | None = None
    deed_guards: Sequence[DeedGuard] = ()
    computers: Mapping[str, FieldComputerFactory] = field(default_factory=dict)

    def document_type(self, document: Document) -> DocumentType:
        """The definition a document is pinned to."""
        return self.catalogue.type(document.type, document.edition)

    def context(self, u: UnitOfWork, document: Document) -> dict[str, str]:
        """The ``ctx:`` values conditions may ask for; frozen into each version's envelope."""
        values = {f"agency.{key}": value for key, value in self.agencies.facts(u, document.agency_id).items()}
        values["today"] = today_in_china(self.clock).isoformat()
        values["state"] = document.state.value
        values["number"] = document.number
        return values


def tell(kit: Kit, u: UnitOfWork, deed: DocumentDeed) -> None:
    """Let the other slices hear of a deed, in the transaction that does it."""
    for handler in kit.deed_handlers:
        handler(u, deed)


def ask(kit: Kit, u: UnitOfWork, request: DeedRequest) -> None:
    """Let the other slices refuse a deed before anything of it is done."""
    for guard in kit.deed_guards:
        guard(u, request)


def build_envelope(
    kit: Kit,
    u: UnitOfWork,
    document: Document,
    body: Mapping[str, Any],
    *,
    origins: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Json:
    """What the server states about a version. Covered by the version's hash, read by templates as ``doc.*``."""
    dt = kit.document_type(document)
    context = kit.context(u, document)
    envelope: Json = {
        "type": document.type,
        "type_title": dt.title,
        "edition": document.edition,
        "schema_sha256": dt.sha256,
        "template_sha256": kit.catalogue.template_sha256(document.type, document.edition),
        "state": document.state.value,
        "number": document.number,
        "title": document.title,
        "agency_id": document.agency_id,
        "organ": context.get("agency.issuing_organ", ""),
        "enterprise_id": document.enterprise_id,
        "task_id": document.task_id,
        "origin": document.origin,
        "confidentiality": document.confidentiality,
        "check_url": kit.check_url(document.check_token),
        "check_code": document.check_token[:10].upper(),
        "printed_on": context["today"],
        "ctx": context,
        "origins": dict(origins or {}),
        "hidden": sorted(dt.hidden(body, context)),
    }
    envelope.update(extra or {})
    return envelope


def printed_envelope(content: VersionContent) -> Json:
    """The part of an envelope templates may read as ``doc.*``."""
    envelope = content.envelope
    names = ("number", "type_title", "title", "state", "organ", "check_url", "check_code", "printed_on")
    return {name: envelope.get(name, "") for name in names} | {"version": str(content.version.no)}


def cut_version(
    kit: Kit,
    u: UnitOfWork,
    actor: Actor,
    document: Document,
    body: Json,
    *,
    cause: Cause,
    reason: str = "",
    origins: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> tuple[Document, VersionContent]:
    """Append a version to a locked ``document`` (its state, number, title already new), project it, return both."""
    dt = kit.document_type(document)
    now = kit.clock.now()
    document = dataclasses.replace(document, title=dt.summary(body), updated_at=now)
    previous = ""
    if document.head_version:
        previous = u.documents.version(document.id, document.head_version, actor.scope).version.hash
    content = make_version(
        document_id=document.id,
        no=document.head_version + 1,
        cause=cause,
        state=document.state,
        author_id=actor.user_id,
        author_name=actor.name,
        at=now,
        reason=reason,
        body=body,
        envelope=build_envelope(kit, u, document, body, origins=origins, extra=extra),
        previous_hash=previous,
    )
    projection = project(dt, body, frozenset(content.envelope["hidden"]), content.envelope)
    document = dataclasses.replace(document, head_version=content.version.no, facets=projection.facets)
    u.documents.add_version(content)
    u.documents.update(document)
    u.documents.project(document, projection)
    return document, content


_FIXED_FACETS = ("enterprise_name", "uscc", "region", "industry", "level")


def project(
    dt: DocumentType,
    body: Mapping[str, Any],
    hidden: frozenset[str] = frozenset(),
    envelope: Mapping[str, Any] | None = None,
) -> Projection:
    """Everything queries need from a version; a pure function, so that ``rebuild`` can repeat it.

    The date of a paper entered after the fact stands in the envelope where its form has no place for a mere day.
    """
    found = dt.facets(body, hidden)
    legacy = (envelope or {}).get("legacy", {})
    if "doc_date" in legacy:
        found["doc_date"] = (str(legacy["doc_date"]),)
    first = {key: values[0] for key, values in found.items() if values}
    facets = Facets(
        **{key: first.get(key, "") for key in _FIXED_FACETS}, doc_date=_day(first.get("doc_date", ""))
    )
    extra = {key: v for key, v in found.items() if key not in _FIXED_FACETS and key != "doc_date"}
    period = first.get("period", "")
    measures = tuple(
        Measure(m.key, m.row_key or m.pointer, m.product, period, m.value_text, m.unit)
        for m in dt.measures(body, hidden)
    )
    words = [str(legacy[key]) for key in ("title", "kept_at", "note") if legacy.get(key)]
    text = "\n".join([dt.searchable_text(body, hidden), *words])
    return Projection(facets=facets, extra_facets=extra, measures=measures, text=text)


def projector(catalogue: Catalogue) -> Callable[[Document, VersionContent], Projection]:
    """How ``verify`` and ``rebuild`` derive a projection from a head version: exactly as saving did."""

    def derive(document: Document, content: VersionContent) -> Projection:
        dt = catalogue.type(document.type, document.edition)
        return project(dt, content.body, frozenset(content.envelope.get("hidden", ())), content.envelope)

    return derive


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def record_event(
    kit: Kit,
    u: UnitOfWork,
    actor: Actor,
    action: str,
    *,
    document_id: str = "",
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write the audit event of a deed in its transaction."""
    u.events.append(
        AuditEvent(
            id=new_id(),
            at=kit.clock.now(),
            actor_id=actor.user_id,
            actor_name=actor.name,
            agency_id=actor.agency_id,
            action=action,
            document_id=document_id,
            subject=subject,
            data=dict(data or {}),
        )
    )
