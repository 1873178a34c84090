"""Own editions of catalogues and rules as drafts: begun, kept, given up (decision 0021)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.maintain_access import Maintainers
from formserver.calculators.maintain_models import DraftState
from formserver.calculators.maintain_service import OWN, next_own
from formserver.core.canonical import clone, digest
from formserver.core.clock import Clock, format_instant
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.repository import edition_parts
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.equipment.catalogue_errors import (
    DRAFT_CHANGED,
    DRAFT_CLOSED,
    DRAFT_UNREADABLE,
    EDITION_TAKEN,
    REASON_MISSING,
)
from formserver.equipment.catalogue_models import ELIMINATION, KIND_TITLES, CatalogueDraft, Json
from formserver.equipment.catalogue_repository import CatalogueDraftRepository
from formserver.equipment.permissions import EquipmentPermission

MOST_BYTES: Final = 40_000_000
"""Every line an import may have, as long as its columns allow, with two rules each, and no more."""
PURPOSE_MOST: Final = 500
_BATCH: Final = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})批")
_DIGITS: Final = "零一二三四五六七八九"


class CatalogueDrafts:
    """Drafts of the actor's agency and of those below it."""

    def __init__(self, store: Store, clock: Clock, catalogue: Catalogue, accounts: AccountService) -> None:
        self.store = store
        self.clock = clock
        self.catalogue = catalogue
        self.people = Maintainers(accounts, EquipmentPermission.PUBLISH, "淘汰目录和识别规则")

    def list(
        self, actor: Actor, *, kind: str = "", name: str = "", open_only: bool = True
    ) -> tuple[CatalogueDraft, ...]:
        """The drafts in the actor's scope, the newest change first. Raises NOT_ALLOWED."""
        require_any(actor)
        with self.store.uow() as u:
            return u.repository(CatalogueDraftRepository).list(
                actor.scope, kind=kind, name=name, open_only=open_only
            )

    def get(self, actor: Actor, draft_id: str) -> CatalogueDraft:
        """One draft. Raises NOT_FOUND, NOT_ALLOWED."""
        require_any(actor)
        with self.store.uow() as u:
            return u.repository(CatalogueDraftRepository).get(draft_id, actor.scope)

    def content(self, kind: str, name: str, edition: str) -> Json:
        """A published file, to begin from. Raises NOT_FOUND."""
        if kind not in KIND_TITLES:
            raise NOT_FOUND(what="这一版")
        found = self.catalogue.definition(kind, name, edition)
        made: Json = clone(read_json(found.content, found.id))
        return made

    def copy(
        self,
        actor: Actor,
        kind: str,
        name: str,
        base: str,
        purpose: str = "",
        *,
        content: Json | None = None,
        edition: str = "",
    ) -> CatalogueDraft:
        """A draft that grows from an edition: its next own edition, or, with ``edition``, the text issued anew.

        Raises NOT_ALLOWED, NOT_FOUND, EQUIPMENT_EDITION_TAKEN, EQUIPMENT_DRAFT_UNREADABLE.
        """
        actor.require(EquipmentPermission.MAINTAIN)
        data = self.content(kind, name, base) if content is None else content
        return self._begin(actor, kind, name, base, edition, data, purpose)

    def begin(
        self, actor: Actor, name: str, edition: str, content: Json, purpose: str = ""
    ) -> CatalogueDraft:
        """A draft of a catalogue there was none of. Raises NOT_ALLOWED, EQUIPMENT_DRAFT_UNREADABLE,
        EQUIPMENT_EDITION_TAKEN."""
        actor.require(EquipmentPermission.MAINTAIN)
        return self._begin(actor, ELIMINATION, name, "", edition, content, purpose)

    def free_name(self, title: str) -> str:
        """A name no catalogue and no draft has."""
        with self.store.uow() as u:
            taken = u.repository(CatalogueDraftRepository).names(ELIMINATION)
        return new_name(title, taken | {one.name for one in self.catalogue.definitions(ELIMINATION)})

    def save(self, actor: Actor, draft_id: str, content: Json, *, seen: int) -> CatalogueDraft:
        """Keep a draft, good or faulty. ``seen`` is the tag the change was made on; unchanged content keeps its tag.

        Raises NOT_ALLOWED, NOT_FOUND, EQUIPMENT_DRAFT_CLOSED, EQUIPMENT_DRAFT_CHANGED, EQUIPMENT_DRAFT_UNREADABLE.
        """
        actor.require(EquipmentPermission.MAINTAIN)
        check_size(content)
        with self.store.uow(write=True) as u:
            repository = u.repository(CatalogueDraftRepository)
            old = require_open(repository.get(draft_id, actor.scope))
            if old.tag != seen:
                raise DRAFT_CHANGED(who=old.changed_by_name, now=old.tag, seen=seen)
            if old.content == content:
                return old
            changed = replace(
                old,
                content=content,
                changed_by_name=actor.name,
                changed_at=self.clock.now(),
                contributors=tuple(dict.fromkeys((*old.contributors, actor.user_id))),
            )
            new = repository.replace(changed, expected=seen)
            if new is None:
                raise DRAFT_CHANGED(who="另一位维护人员", now=seen + 1, seen=seen)
            return new

    def discard(self, actor: Actor, draft_id: str, reason: str) -> CatalogueDraft:
        """Give a draft up; it stays readable. Raises NOT_ALLOWED, NOT_FOUND, EQUIPMENT_DRAFT_CLOSED,
        EQUIPMENT_REASON_MISSING, EQUIPMENT_DRAFT_CHANGED."""
        actor.require(EquipmentPermission.MAINTAIN)
        text = checked_reason(reason)
        with self.store.uow(write=True) as u:
            repository = u.repository(CatalogueDraftRepository)
            old = require_open(repository.get(draft_id, actor.scope))
            new = repository.replace(self.ended(actor, old, DraftState.DISCARDED, text), expected=old.tag)
            if new is None:
                raise DRAFT_CHANGED(who="另一位维护人员", now=old.tag + 1, seen=old.tag)
            self.note(u, actor, "equipment.catalogue.discard", new, {"reason": text})
            return new

    def history(self, kind: str, name: str, edition: str) -> CatalogueDraft | None:
        """Who drafted and published an own edition: no secret, whoever looks at the edition."""
        with self.store.uow() as u:
            return u.repository(CatalogueDraftRepository).of_edition(kind, name, edition)

    def ended(self, actor: Actor, draft: CatalogueDraft, state: DraftState, reason: str) -> CatalogueDraft:
        """The draft as it is closed by this person now."""
        at = format_instant(self.clock.now())
        return replace(draft, state=state, ended_by_name=actor.name, ended_at=at, ended_reason=reason)

    def note(
        self, u: UnitOfWork, actor: Actor, action: str, draft: CatalogueDraft, data: dict[str, Any]
    ) -> None:
        """The audit event of a deed on a draft."""
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self.clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=draft.definition_id,
                data={"draft": draft.id, **data},
            )
        )

    def _begin(
        self, actor: Actor, kind: str, name: str, base: str, edition: str, data: Json, purpose: str
    ) -> CatalogueDraft:
        check_size(data)
        known = {one.version for one in self.catalogue.definitions(kind, name)}
        now = self.clock.now()
        with self.store.uow(write=True) as u:
            repository = u.repository(CatalogueDraftRepository)
            taken = known | repository.editions(kind, name)
            if edition and edition in taken:
                raise EDITION_TAKEN(edition=edition)
            wanted = edition or next_own(edition_parts(base)[0], taken)
            made = CatalogueDraft(
                id=new_id(),
                kind=kind,
                name=name,
                edition=wanted,
                base=base,
                agency_id=actor.agency_id,
                state=DraftState.OPEN,
                tag=1,
                content={**data, "$id": f"{kind}/{name}/{wanted}", "name": name},
                purpose=purpose.strip()[:PURPOSE_MOST],
                created_by=actor.user_id,
                created_by_name=actor.name,
                created_at=now,
                changed_by_name=actor.name,
                changed_at=now,
                contributors=(actor.user_id,),
            )
            if not repository.add(made):
                raise EDITION_TAKEN(edition=wanted)
            self.note(u, actor, "equipment.catalogue.draft", made, {"base": base})
        return made


def require_any(actor: Actor) -> None:
    """Drafts are for maintainers and publishers. Raises NOT_ALLOWED."""
    if not (actor.may(EquipmentPermission.MAINTAIN) or actor.may(EquipmentPermission.PUBLISH)):
        raise NOT_ALLOWED(what=EquipmentPermission.MAINTAIN.label)


def require_open(draft: CatalogueDraft) -> CatalogueDraft:
    """Raises EQUIPMENT_DRAFT_CLOSED."""
    if draft.state is not DraftState.OPEN:
        raise DRAFT_CLOSED(state=draft.state.value)
    return draft


def checked_reason(reason: str) -> str:
    """Raises EQUIPMENT_REASON_MISSING."""
    text = reason.strip()
    if not text or len(text) > PURPOSE_MOST:
        raise REASON_MISSING(most=PURPOSE_MOST)
    return text


def check_size(content: Any) -> None:
    """Bounds that hold for every draft, good or bad. Raises EQUIPMENT_DRAFT_UNREADABLE."""
    if not isinstance(content, dict):
        raise DRAFT_UNREADABLE(reason="最外层应为对象")
    try:
        digest(content)
        size = len(json.dumps(content, ensure_ascii=False).encode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DRAFT_UNREADABLE(reason="内容中有不能保存的字符或小数；小数请写成文本") from error
    if size > MOST_BYTES:
        raise DRAFT_UNREADABLE(reason=f"内容有 {size // 1000} KB，最多 {MOST_BYTES // 1000} KB")


def new_name(title: str, taken: frozenset[str] | set[str]) -> str:
    """The name of a new catalogue: 第五批 is ``batch_5``, others are numbered."""
    found = _BATCH.search(title)
    if found and (wanted := f"batch_{_number(found[1])}") not in taken:
        return wanted
    number = 1
    while f"{OWN}_{number}" in taken:
        number += 1
    return f"{OWN}_{number}"


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    head = (_DIGITS.index(tens[0]) if tens else 1) * 10 if ten else 0
    return head + (_DIGITS.index(ones[0]) if ones else 0)
