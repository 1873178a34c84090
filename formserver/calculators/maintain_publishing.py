"""Publishing a draft as an own edition in force, and taking it back. One transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from formserver.calculators.confirm_figures import Item, pack_items
from formserver.calculators.ladder_figures import rule_draft_items
from formserver.calculators.maintain_checking import Judged
from formserver.calculators.maintain_errors import (
    ALONE_REASON_MISSING,
    DRAFT_CHANGED,
    DRAFT_FAULTY,
    EDITION_TAKEN,
    EFFECTIVE_DAY_FAULTY,
    NOT_OWN_EDITION,
    SECOND_PERSON_NEEDED,
)
from formserver.calculators.maintain_models import CALCULATOR, Draft, DraftState
from formserver.calculators.maintain_repository import DraftRepository
from formserver.calculators.maintain_rule_checking import rivals
from formserver.calculators.maintain_rule_drafts import moved_examples
from formserver.calculators.maintain_service import Drafts, checked_reason, require_open
from formserver.calculators.maintain_timeline import place, reopened
from formserver.calculators.repository import ConfirmationRepository
from formserver.core.canonical import canonical_json, digest
from formserver.core.definitions.repository import Definition
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
ALONE_LEAST: Final = 10


class Publishing:
    """What the top agency of a server does with drafts."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    def why_not(self, actor: Actor, draft: Draft) -> tuple[bool, tuple[str, ...]]:
        """Whether the person may publish this draft at all, and, where a second person is needed, who could."""
        with self._drafts.store.uow() as u:
            allowed = self._drafts.people.may_publish(u, actor)
            return allowed, self._drafts.people.others(u, actor, draft)

    def publish(
        self, actor: Actor, draft_id: str, effective: date | None, *, seen: int, alone: str = ""
    ) -> Draft:
        """Freeze a draft as an edition in force from ``effective``; the edition before it ends the day before.

        Nobody who had a hand in the draft publishes it, unless nobody else can, with a reason (``alone``).
        Raises NOT_ALLOWED, NOT_FOUND, CALCULATOR_DRAFT_CLOSED, CALCULATOR_DRAFT_CHANGED, CALCULATOR_DRAFT_FAULTY with
        every problem, CALCULATOR_EFFECTIVE_DAY_FAULTY, CALCULATOR_SECOND_PERSON_NEEDED,
        CALCULATOR_ALONE_REASON_MISSING, CALCULATOR_EDITION_TAKEN.
        """
        first = checked_day(effective)
        with self._drafts.store.uow(write=True) as u:
            self._drafts.people.require_publish(u, actor)
            draft = require_open(u.repository(DraftRepository).get(draft_id, actor.scope))
            if draft.tag != seen:
                raise DRAFT_CHANGED(who=draft.changed_by_name, now=draft.tag, seen=seen)
            published = self.within(u, actor, draft, first, alone)
        self._drafts.catalogue.refresh()
        return published

    def withdraw(
        self, actor: Actor, name: str, edition: str, reason: str, *, kind: str = CALCULATOR
    ) -> Draft:
        """Take an own edition out of force; the editions it ended hold again. Papers pinned to it keep it.

        Raises NOT_ALLOWED, CALCULATOR_EDITION_NOT_OWN, CALCULATOR_REASON_MISSING.
        """
        text = checked_reason(reason)
        with self._drafts.store.uow(write=True) as u:
            self._drafts.people.require_publish(u, actor)
            repository = u.repository(DraftRepository)
            draft = repository.of_edition(name, edition, kind)
            found = u.definitions.get(kind, name, edition)
            if draft is None or found is None or found.origin != "local" or found.status != "published":
                raise NOT_OWN_EDITION(edition=edition)
            ended = self._drafts.ended(actor, draft, DraftState.WITHDRAWN, text)
            new = repository.replace(ended, expected=draft.tag, state=DraftState.PUBLISHED)
            if new is None:
                raise NOT_OWN_EDITION(edition=edition)
            for one in reopened([found, *self._others(u, draft)], found):
                u.definitions.put(one)
            for part in ("calculator", "limits") if kind == CALCULATOR else (kind,):
                u.definitions.set_status(part, name, edition, "withdrawn")
            self._drafts.note(u, actor, "calculator.withdraw", draft, {"reason": text})
        self._drafts.catalogue.refresh()
        return new

    def within(self, u: UnitOfWork, actor: Actor, draft: Draft, effective: date, alone: str) -> Draft:
        """Publish an open draft in a unit of work that is open already, by somebody who may. Raises like publish."""
        return self._publish(u, actor, draft, effective, self._four_eyes(u, actor, draft, alone))

    def _others(self, u: UnitOfWork, draft: Draft) -> list[Definition]:
        """The editions among which a draft takes its place."""
        stored = u.definitions.list(draft.kind, draft.name)
        return rivals(stored, draft.kind, draft.edition, str(draft.method.get("region", "")))

    def _four_eyes(self, u: UnitOfWork, actor: Actor, draft: Draft, alone: str) -> str:
        if actor.user_id not in draft.contributors:
            return ""
        others = self._drafts.people.others(u, actor, draft)
        if others:
            raise SECOND_PERSON_NEEDED(others="、".join(others[:5]))
        reason = alone.strip()
        if len(reason) < ALONE_LEAST:
            raise ALONE_REASON_MISSING(least=ALONE_LEAST)
        return reason[:500]

    def _publish(self, u: UnitOfWork, actor: Actor, draft: Draft, effective: date, reason: str) -> Draft:
        others = self._others(u, draft)
        for kind in (draft.kind,) if draft.is_rule else ("calculator", "limits"):
            if u.definitions.get(kind, draft.name, draft.edition) is not None:
                raise EDITION_TAKEN(edition=draft.edition)
        stated = draft.method.get("valid_to")
        placed = place(others, effective, _day(stated))
        days = {
            "valid_from": effective.isoformat(),
            "valid_to": placed.valid_to.isoformat() if placed.valid_to else None,
        }
        final = self._final(draft, effective, days)
        judged = self._drafts.judged(final)
        if judged.problems:
            raise DRAFT_FAULTY(count=len(judged.problems), problems=judged.problems)
        hashes = {}
        for kind, content in _contents(final):
            hashes[kind] = digest(content)
            u.definitions.put(
                Definition(
                    kind=kind,
                    name=draft.name,
                    version=draft.edition,
                    origin="local",
                    sha256=hashes[kind],
                    status="published",
                    valid_from=effective,
                    valid_to=placed.valid_to,
                    content=canonical_json(content),
                )
            )
        for one in placed.ended:
            u.definitions.put(one)
        ended = self._drafts.ended(actor, final, DraftState.PUBLISHED, reason)
        new = u.repository(DraftRepository).replace(ended, expected=draft.tag)
        if new is None:
            raise DRAFT_CHANGED(who="另一位维护人员", now=draft.tag + 1, seen=draft.tag)
        carried = self._carry(u, final, judged)
        data = {
            "effective": days["valid_from"],
            "sha256": hashes,
            "ended": [one.version for one in placed.ended],
            "alone": reason,
            "confirmations_carried": carried,
        }
        self._drafts.note(u, actor, "calculator.publish", new, data)
        return new

    @staticmethod
    def _final(draft: Draft, effective: date, days: dict[str, str | None]) -> Draft:
        """What is frozen: the draft with the days it holds."""
        if not draft.is_rule:
            return replace(draft, method={**draft.method, **days}, limits={**draft.limits, **days})
        try:
            return replace(draft, method=moved_examples({**draft.method, **days}, effective))
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            return replace(
                draft, method={**draft.method, **days}
            )  # examples of no good form: judged as they are

    def _items(self, draft: Draft, judged: Judged) -> Iterable[Item]:
        """The figures and formulas of what was just published."""
        if judged.calculator is not None:
            return pack_items(judged.calculator, judged.limits)
        return rule_draft_items(self._drafts.catalogue, draft)

    def _carry(self, u: UnitOfWork, draft: Draft, judged: Judged) -> int:
        """Confirmations of the base go along where the value is the same: the standard said it, not the file."""
        repository = u.repository(ConfirmationRepository)
        standing, count = repository.standing(), 0
        base = draft.base
        for item in self._items(draft, judged):
            head, _, place_ = item.id.partition("#")
            old = standing.get(f"{head.rpartition('/')[0]}/{base}#{place_}")
            if (
                old is None
                or not item.value
                or not old.holds_for(item.value)
                or item.confidence == "verified"
            ):
                continue
            repository.add(
                replace(old, id=new_id(), figure_id=item.id, note=f"沿用 {base} 的确认。{old.note}"[:500])
            )
            count += 1
        return count


def checked_day(effective: date | None) -> date:
    """Raises CALCULATOR_EFFECTIVE_DAY_FAULTY."""
    if effective is None or not FIRST_DAY <= effective <= LAST_DAY:
        raise EFFECTIVE_DAY_FAULTY(first=FIRST_DAY, last=LAST_DAY)
    return effective


def _contents(draft: Draft) -> tuple[tuple[str, dict[str, Any]], ...]:
    if draft.is_rule:
        return ((draft.kind, draft.method),)
    return (("calculator", draft.method), ("limits", draft.limits))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
