"""Publishing a draft as an edition in force, and taking it back. One transaction: all of it or nothing (decision 0021)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from formserver.calculators.maintain_models import DraftState
from formserver.calculators.maintain_timeline import place, reopened
from formserver.core.definitions.repository import Definition
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.catalogue_drafts import CatalogueDrafts, checked_reason, require_open
from formserver.equipment.catalogue_effect import Effects
from formserver.equipment.catalogue_errors import (
    ALONE_REASON_MISSING,
    DRAFT_CHANGED,
    DRAFT_FAULTY,
    EDITION_TAKEN,
    EFFECTIVE_DAY_FAULTY,
    NOT_OWN_EDITION,
    SAMPLES_WOULD_BREAK,
    SECOND_PERSON_NEEDED,
)
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_repository import CatalogueDraftRepository
from formserver.equipment.catalogue_trial import definition_of, draft_problems

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
REASON_LEAST: Final = 10


class CataloguePublishing:
    """What the top agency of a server does with drafts."""

    def __init__(self, drafts: CatalogueDrafts, effects: Effects) -> None:
        self._drafts = drafts
        self._effects = effects

    def why_not(self, actor: Actor, draft: CatalogueDraft) -> tuple[bool, tuple[str, ...]]:
        """Whether the person may publish this draft at all, and, where a second person is needed, who could."""
        with self._drafts.store.uow() as u:
            allowed = self._drafts.people.may_publish(u, actor)
            return allowed, self._drafts.people.others(u, actor, draft)

    def publish(
        self,
        actor: Actor,
        draft_id: str,
        effective: date | None,
        *,
        seen: int,
        alone: str = "",
        accepted: bool = False,
        accepted_reason: str = "",
    ) -> CatalogueDraft:
        """Freeze a draft as an edition in force from ``effective``; the edition before it ends the day before.

        Nobody who had a hand in the draft publishes it, unless nobody else can, with a reason (``alone``). Labelled rows
        that stop coming out as labelled need ``accepted`` and a reason. Raises NOT_ALLOWED, NOT_FOUND,
        EQUIPMENT_DRAFT_CLOSED, EQUIPMENT_DRAFT_CHANGED, EQUIPMENT_DRAFT_FAULTY with every problem,
        EQUIPMENT_EFFECTIVE_DAY_FAULTY, EQUIPMENT_SECOND_PERSON_NEEDED, EQUIPMENT_ALONE_REASON_MISSING,
        EQUIPMENT_SAMPLES_WOULD_BREAK, EQUIPMENT_EDITION_TAKEN.
        """
        first = checked_day(effective)
        drafts = self._drafts
        with drafts.store.uow() as u:
            drafts.people.require_publish(u, actor)
            draft = require_open(u.repository(CatalogueDraftRepository).get(draft_id, actor.scope))
        if draft.tag != seen:
            raise DRAFT_CHANGED(who=draft.changed_by_name, now=draft.tag, seen=seen)
        final = replace(draft, content={**draft.content, **self._days(draft, first)})
        problems = draft_problems(drafts.catalogue, final)
        if problems:
            raise DRAFT_FAULTY(count=len(problems), problems=problems)
        lost = len(self._effects.samples(actor, draft).broken)  # outside the write unit: it takes a second
        reason = " ".join(accepted_reason.split())
        if lost and not (accepted and len(reason) >= REASON_LEAST):
            raise SAMPLES_WOULD_BREAK(count=lost, least=REASON_LEAST)
        with drafts.store.uow(write=True) as u:
            drafts.people.require_publish(u, actor)
            again = require_open(u.repository(CatalogueDraftRepository).get(draft_id, actor.scope))
            if again.tag != seen:
                raise DRAFT_CHANGED(who=again.changed_by_name, now=again.tag, seen=seen)
            alone_reason = self._four_eyes(u, actor, draft, alone)
            data = {"alone": alone_reason, "broken": lost, "accepted": reason[:500] if lost else ""}
            published = self._publish(u, actor, draft, final, first, data)
        drafts.catalogue.refresh()
        return published

    def withdraw(self, actor: Actor, kind: str, name: str, edition: str, reason: str) -> CatalogueDraft:
        """Take an own edition out of force; the editions it ended hold again. Lists checked with it keep their results.

        Raises NOT_ALLOWED, EQUIPMENT_EDITION_NOT_OWN, EQUIPMENT_REASON_MISSING.
        """
        text = checked_reason(reason)
        with self._drafts.store.uow(write=True) as u:
            self._drafts.people.require_publish(u, actor)
            repository = u.repository(CatalogueDraftRepository)
            draft = repository.of_edition(kind, name, edition)
            found = u.definitions.get(kind, name, edition)
            if draft is None or found is None or found.origin != "local" or found.status != "published":
                raise NOT_OWN_EDITION(edition=edition[:60])
            ended = self._drafts.ended(actor, draft, DraftState.WITHDRAWN, text)
            new = repository.replace(ended, expected=draft.tag, state=DraftState.PUBLISHED)
            if new is None:
                raise NOT_OWN_EDITION(edition=edition[:60])
            opened = reopened([found, *self._others(u, draft)], found)
            for one in opened:
                u.definitions.put(one)
            u.definitions.set_status(kind, name, edition, "withdrawn")
            data = {"reason": text, "reopened": [one.version for one in opened]}
            self._drafts.note(u, actor, "equipment.catalogue.withdraw", draft, data)
        self._drafts.catalogue.refresh()
        return new

    def _four_eyes(self, u: UnitOfWork, actor: Actor, draft: CatalogueDraft, alone: str) -> str:
        if actor.user_id not in draft.contributors:
            return ""
        others = self._drafts.people.others(u, actor, draft)
        if others:
            raise SECOND_PERSON_NEEDED(others="、".join(others[:5]))
        reason = alone.strip()
        if len(reason) < REASON_LEAST:
            raise ALONE_REASON_MISSING(least=REASON_LEAST)
        return reason[:500]

    def _publish(
        self,
        u: UnitOfWork,
        actor: Actor,
        draft: CatalogueDraft,
        final: CatalogueDraft,
        first: date,
        data: dict[str, object],
    ) -> CatalogueDraft:
        if u.definitions.get(draft.kind, draft.name, draft.edition) is not None:
            raise EDITION_TAKEN(edition=draft.edition)
        placed = place(self._others(u, draft), first, _day(final.content.get("valid_to")))
        days = {
            **self._days(draft, first),
            "valid_to": placed.valid_to.isoformat() if placed.valid_to else None,
        }
        final = replace(final, content={**final.content, **days})
        definition = definition_of(final, final.content)
        u.definitions.put(definition)
        for one in placed.ended:
            u.definitions.put(one)
        ended = self._drafts.ended(actor, final, DraftState.PUBLISHED, str(data["alone"] or data["accepted"]))
        new = u.repository(CatalogueDraftRepository).replace(ended, expected=draft.tag)
        if new is None:
            raise DRAFT_CHANGED(who="另一位维护人员", now=draft.tag + 1, seen=draft.tag)
        told = {
            "effective": first.isoformat(),
            "sha256": definition.sha256,
            "ended": [one.version for one in placed.ended],
            **data,
        }
        self._drafts.note(u, actor, "equipment.catalogue.publish", new, told)
        return new

    @staticmethod
    def _others(u: UnitOfWork, draft: CatalogueDraft) -> list[Definition]:
        return [one for one in u.definitions.list(draft.kind, draft.name) if one.version != draft.edition]

    @staticmethod
    def _days(draft: CatalogueDraft, first: date) -> dict[str, object]:
        """An own edition ends where the text it mends ends."""
        return {"valid_from": first.isoformat(), "valid_to": draft.content.get("valid_to")}


def checked_day(effective: date | None) -> date:
    """Raises EQUIPMENT_EFFECTIVE_DAY_FAULTY."""
    if effective is None or not FIRST_DAY <= effective <= LAST_DAY:
        raise EFFECTIVE_DAY_FAULTY(first=FIRST_DAY, last=LAST_DAY)
    return effective


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
