"""A new document made from one that exists: a copy to start from, or a supplement to a paper that may no longer change.

Which document it was made from stands in ``Document.origin`` (``copy:<id>``, ``supp:<id>``), so every envelope and
with it every version's hash covers it. The other direction is an event on the paper supplemented: nothing of a signed
document is written again (decision 0016).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.deeds import checked_reason
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.definitions.validation import validate_draft
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.errors import NOT_FOUND, Kind, Severity, error_code
from formserver.core.lifecycle import REASON_NEEDED
from formserver.core.models import AuditEvent, Document, Json, State
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork

COPY: Final = "copy"
SUPPLEMENT: Final = "supp"
SUPPLEMENTED: Final = "document.supplemented"
CAN_BE_SUPPLEMENTED: Final = frozenset({State.SIGNED, State.SERVED, State.ARCHIVED})
NOT_TO_SUPPLEMENT = error_code(
    "NOT_TO_SUPPLEMENT",
    Kind.CONFLICT,
    zh="文书当前为“{state}”，还不需要补充文书。只有已签署、已送达、已归档的文书可以补充或补正；之前请直接修改。",
    en="The document is {state}; only signed, served or archived documents are supplemented.",
)
OTHER_AGENCY_SUPPLEMENTS = error_code(
    "OTHER_AGENCY_SUPPLEMENTS",
    Kind.CONFLICT,
    zh="《{title}》由其他机构制作，补充文书应由原机构制作。",
    en="Only the agency that made the document supplements it.",
)


@dataclass(frozen=True, slots=True)
class Derived:
    """The new document, and the labels of what the type's present edition has no place for."""

    document: Document
    left_out: tuple[str, ...]


class Deriving:
    """Copy and supplement."""

    def __init__(self, kit: Kit, drafting: Drafting) -> None:
        self._kit = kit
        self._drafting = drafting

    def copy(self, actor: Actor, document_id: str) -> Derived:
        """A new draft of the same type with the same content; dates of the day and what the pen writes start anew.

        An own unsaved draft is what is copied, as it is what the person sees. Raises NOT_ALLOWED, NOT_FOUND.
        """
        actor.require(DocumentPermission.CREATE)
        with self._kit.store.uow() as u:
            source = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
            body = draft.body if draft is not None else self._head(u, actor, source)
        return self._derive(actor, source, body, COPY, "")

    def supplement(self, actor: Actor, document_id: str, *, reason: str) -> Derived:
        """A document that adds to or corrects one that is signed. Raises NOT_TO_SUPPLEMENT, REASON_NEEDED,
        OTHER_AGENCY_SUPPLEMENTS."""
        actor.require(DocumentPermission.CREATE)
        reason = checked_reason(reason)
        with self._kit.store.uow() as u:
            source = u.documents.get(document_id, actor.scope)
            self._check_supplement(actor, source)
            body = self._head(u, actor, source)
        if not reason:
            raise REASON_NEEDED(action="补充文书")
        return self._derive(actor, source, body, SUPPLEMENT, reason)

    def _check_supplement(self, actor: Actor, source: Document) -> None:
        if source.state not in CAN_BE_SUPPLEMENTED:
            raise NOT_TO_SUPPLEMENT(state=source.state.value)
        if source.agency_id != actor.agency_id:
            raise OTHER_AGENCY_SUPPLEMENTS(title=source.title)

    def _head(self, u: UnitOfWork, actor: Actor, source: Document) -> Json:
        if not source.head_version:
            return {}
        return u.documents.version(source.id, source.head_version, actor.scope).body

    def _derive(self, actor: Actor, source: Document, body: Json, how: str, reason: str) -> Derived:
        old = self._kit.document_type(source)
        with self._kit.store.uow() as u:
            code = self._kit.agencies.facts(u, actor.agency_id).get("code", "") if actor.agency_id else ""
        dt = self._kit.catalogue.type(source.type, agency=code)
        carried, left_out = fitting(dt, old, carried_body(old, body))

        def note(u: UnitOfWork, made: Document) -> None:
            if how != SUPPLEMENT:
                return
            self._check_supplement(actor, u.documents.lock(source.id, actor.scope))
            data = {"supplement": made.id, "reason": reason}
            record_event(
                self._kit, u, actor, SUPPLEMENTED, document_id=source.id, subject=source.title, data=data
            )

        made = self._drafting.create(
            actor,
            source.type,
            enterprise_id=source.enterprise_id,
            task_id=source.task_id,
            body=carried,
            origin=f"{how}:{source.id}",
            also=note,
        )
        return Derived(made, left_out)


def made_from(document: Document) -> tuple[str, str]:
    """How and from which document this one was made (``supp``, id); two empty texts for one made from nothing."""
    how, _, source = document.origin.partition(":")
    return (how, source) if how in (COPY, SUPPLEMENT) and source else ("", "")


def supplements(events: tuple[AuditEvent, ...]) -> tuple[str, ...]:
    """The ids of the documents that supplement one, from its events, oldest first."""
    found = [str(e.data.get("supplement", "")) for e in events if e.action == SUPPLEMENTED]
    return tuple(one for one in found if one)


def carried_body(dt: DocumentType, body: Mapping[str, Any]) -> Json:
    """What a document made from another starts with: everything but what the pen wrote and the date of the day."""
    return _carried(dt, "", copy.deepcopy(dict(body)))


def _carried(dt: DocumentType, pattern: str, holder: Json) -> Json:
    for field in dt.children.get(pattern, ()):
        if field.key not in holder:
            continue
        if _starts_anew(field):
            del holder[field.key]
        elif field.kind == "object" and isinstance(holder[field.key], dict):
            _carried(dt, f"{pattern}/{field.key}", holder[field.key])
        elif field.kind == "rows" and isinstance(holder[field.key], list):
            for row in holder[field.key]:
                if isinstance(row, dict):
                    _carried(dt, f"{pattern}/{field.key}/*", row)
    return holder


def _starts_anew(field: Field) -> bool:
    stage, source = field.schema.get("x-required-at"), str(field.schema.get("x-source", ""))
    return stage in ("signed", "served") or source.startswith("clock.")


def fitting(dt: DocumentType, old: DocumentType, body: Json) -> tuple[Json, tuple[str, ...]]:
    """``body`` as far as ``dt`` has places for it, and the labels of what it has none for.

    Raises NOT_FOUND if hardly anything is left: then the types have nothing to do with each other.
    """
    left_out: list[str] = []
    for _ in range(50):
        wrong = [p for p in validate_draft(dt, body) if p.severity is Severity.ERROR]
        if not wrong:
            return body, tuple(dict.fromkeys(left_out))
        for problem in wrong:
            key = problem.pointer.split("/")[1] if "/" in problem.pointer else ""
            if key in body:
                del body[key]
                left_out.append(old.label("/" + key))
        if all(p.pointer.count("/") == 0 for p in wrong):
            break
    raise NOT_FOUND(what="与这份文书版式相容的文书种类")
