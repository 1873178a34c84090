"""The marks beside prefilled values (来自企业档案): ask the source again, take what it says, or take the mark off."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from flask import jsonify, request

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.definitions.prefill import Provided
from formserver.core.definitions.prefill_again import (
    is_filled_by_source,
    provided_now,
    same_but_keys,
    with_known_keys,
)
from formserver.core.document_permissions import DocumentPermission
from formserver.core.draft_head import linked_enterprise
from formserver.core.drafting import DRAFT_STALE, Drafting
from formserver.core.drafts import BAD_CHANGE
from formserver.core.errors import Kind, error_code
from formserver.core.models import Document, Draft, Json
from formserver.core.permissions import Actor
from formserver.core.places import BAD_PLACE
from formserver.core.service_kit import Kit
from formserver.documents.blueprint import documents
from formserver.documents.saying import NOTHING, place_text
from formserver.web.context import current_actor, service
from formserver.web.forms.texts import shown
from formserver.web.permissions import requires

NO_SOURCE = error_code(
    "NO_SOURCE",
    Kind.INVALID,
    zh="“{label}”不是由系统带入的内容，没有可更新的来源。",
    en="“{label}” is not filled from a source.",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A place of a draft beside what its source says now (``now`` None: nothing is known any more)."""

    dt: DocumentType
    document: Document
    draft: Draft
    leaf: Field
    current: Any
    now: Provided | None

    @property
    def same(self) -> bool:
        """Whether there is nothing to take over."""
        return self.now is None or same_but_keys(self.current, self.now.value)


class Origins:
    """Asks the sources of prefill about one place of a person's draft."""

    def __init__(self, kit: Kit, drafting: Drafting) -> None:
        self._kit = kit
        self._drafting = drafting

    def compare(self, actor: Actor, document_id: str, at: str) -> Compared:
        """Raises NO_SOURCE, BAD_PLACE, NOT_FOUND, NOT_EDITABLE."""
        document, draft = self._drafting.draft_of(actor, document_id)
        dt = self._kit.document_type(document)
        leaf = _field(dt, at)
        if not is_filled_by_source(dt, leaf):
            raise NO_SOURCE(label=leaf.title)
        about = dataclasses.replace(document, enterprise_id=linked_enterprise(dt, document, draft))
        with self._kit.store.uow() as u:
            now = provided_now(dt, leaf.pointer, self._kit.providers(u, actor, about), draft.body)
        return Compared(dt, document, draft, leaf, places.get(draft.body, at), now)

    def take(self, actor: Actor, found: Compared, seq: int) -> Draft:
        """Put what the source says into the draft and renew the mark. Raises DRAFT_STALE."""
        if found.now is None:
            raise NO_SOURCE(label=found.leaf.title)
        at, value = found.leaf.pointer, found.now.value
        if found.leaf.kind == "rows":
            value = with_known_keys(value, found.current, _first_column(found.dt, found.leaf))
        return self._drafting.patch(
            actor,
            found.document.id,
            seq=seq,
            changes=[{"op": "set", "at": at, "value": value}],
            origins={at: found.now.origin.as_json()},
        )

    def detach(self, actor: Actor, document_id: str, at: str, seq: int | None) -> Draft:
        """Take the mark off; the value stays. Raises DRAFT_STALE, BAD_PLACE."""
        document, draft = self._drafting.draft_of(actor, document_id)
        leaf = _field(self._kit.document_type(document), at)
        marks: dict[str, Json | None] = {p: None for p in draft.origins if p == at or p.startswith(at + "/")}
        if leaf.pointer not in draft.origins and not marks:
            return draft
        return self._drafting.patch(
            actor, document_id, seq=draft.seq if seq is None else seq, changes=[], origins=marks
        )


@documents.post("/documents/<document_id>/draft/origin/refresh")
@requires(DocumentPermission.EDIT)
def origin_refresh(document_id: str) -> Any:
    """``{at}`` → ``{current, now, same, source, seq}`` as texts (``text``: as the control shows it).

    With ``{take: true, seq}`` what the source says becomes the value and its mark is renewed. ``found`` is false when
    the source has nothing (any more); taking is refused then.
    """
    actor, origins = current_actor(), service(Origins)
    service(Drafting).draft_of(actor, document_id)  # who asks comes before what is asked
    asked = _payload()
    found = origins.compare(actor, document_id, asked["at"])
    draft = found.draft
    if asked["take"] and (not found.same or found.leaf.pointer not in draft.origins):
        draft = origins.take(actor, found, draft.seq if asked["seq"] is None else asked["seq"])
    at, now = found.leaf.pointer, found.now
    return jsonify(
        at=at,
        label=found.dt.label(at),
        current=place_text(found.dt, at, found.current) or NOTHING,
        now=place_text(found.dt, at, now.value) if now is not None else NOTHING,
        value=places.get(draft.body, at),
        text=shown(found.leaf, now.value) if now is not None and found.leaf.is_leaf else "",
        found=now is not None,
        same=found.same,
        source=now.origin.text if now is not None else _mark(draft, at),
        list=found.leaf.kind == "rows",
        seq=draft.seq,
    )


@documents.post("/documents/<document_id>/draft/origin/detach")
@requires(DocumentPermission.EDIT)
def origin_detach(document_id: str) -> Any:
    """``{at, seq}`` → ``{seq}``: the mark is gone, the value is the person's own."""
    service(Drafting).draft_of(current_actor(), document_id)  # who asks comes before what is asked
    asked = _payload()
    draft = service(Origins).detach(current_actor(), document_id, asked["at"], asked["seq"])
    return jsonify(at=asked["at"], seq=draft.seq)


def _payload() -> dict[str, Any]:
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets without end
        raise BAD_CHANGE(what="JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("at"), str):
        raise BAD_CHANGE(what="at")
    seq = data.get("seq")
    if seq is not None and (not isinstance(seq, int) or isinstance(seq, bool)):
        raise DRAFT_STALE()
    return {"at": data["at"], "take": data.get("take") is True, "seq": seq}


def _field(dt: DocumentType, at: str) -> Field:
    leaf = dt.by_pattern.get(at)
    if leaf is None or leaf.is_row_key:
        raise BAD_PLACE(place=at[:80])
    return leaf


def _first_column(dt: DocumentType, leaf: Field) -> str:
    columns = [c.key for c in dt.children.get(leaf.pointer + "/*", ()) if c.is_leaf and not c.is_row_key]
    return columns[0] if columns else ""


def _mark(draft: Draft, at: str) -> str:
    mark = draft.origins.get(at)
    return str(mark.get("text", "")) if isinstance(mark, dict) else ""
