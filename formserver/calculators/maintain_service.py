"""Own editions: copying, editing as drafts, publishing by a second person, withdrawing (decision 0019)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.maintain_access import Maintainers
from formserver.calculators.maintain_checking import Judged, check_size, judge_draft
from formserver.calculators.maintain_errors import (
    CLOSING_REASON_MISSING,
    DRAFT_CHANGED,
    DRAFT_CLOSED,
    EDITION_NAME_FAULTY,
    EDITION_TAKEN,
)
from formserver.calculators.maintain_models import CALCULATOR, Draft, DraftState
from formserver.calculators.maintain_repository import DraftRepository
from formserver.calculators.maintain_rule_checking import judge_rule
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.canonical import clone
from formserver.core.clock import Clock, format_instant
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.repository import edition_parts, local_number
from formserver.core.errors import NOT_ALLOWED
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork

OWN: Final = "own"
"""Own editions are of the whole server, whichever agency drafted them: ``gb16780-2021+own.1``."""
PURPOSE_MOST: Final = 500
_TRUNK: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")


class Drafts:
    """Drafts of the actor's agency and of those below it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        catalogue: Catalogue,
        calculators: Calculators,
        accounts: AccountService,
    ) -> None:
        self.store = store
        self.clock = clock
        self.catalogue = catalogue
        self.calculators = calculators
        self.people = Maintainers(accounts)

    def list(
        self, actor: Actor, *, name: str = "", kind: str = "", open_only: bool = True
    ) -> tuple[Draft, ...]:
        """The drafts in the actor's scope, the newest change first. Raises NOT_ALLOWED."""
        require_any(actor)
        with self.store.uow() as u:
            return u.repository(DraftRepository).list(actor.scope, name=name, kind=kind, open_only=open_only)

    def get(self, actor: Actor, draft_id: str) -> Draft:
        """One draft. Raises NOT_FOUND, NOT_ALLOWED."""
        require_any(actor)
        with self.store.uow() as u:
            return u.repository(DraftRepository).get(draft_id, actor.scope)

    def judged(self, draft: Draft) -> Judged:
        """What is wrong with a draft as it stands."""
        if draft.is_rule:
            return judge_rule(self.catalogue, draft)
        return judge_draft(self.calculators.library, draft)

    def copy(
        self,
        actor: Actor,
        name: str,
        base: str,
        purpose: str = "",
        *,
        edition: str = "",
        standard: str = "",
    ) -> Draft:
        """A draft that grows from an edition: its next own edition, or, with ``edition``, a new one of that name.

        Raises NOT_ALLOWED, DEFINITION_NOT_FOUND, CALCULATOR_EDITION_NAME_FAULTY, CALCULATOR_EDITION_TAKEN.
        """
        actor.require(CalculatorPermission.MAINTAIN)
        calculator = self.calculators.library.calculator(name, base)
        source = self.catalogue.definition("calculator", name, base)
        limits_name, _, limits_edition = calculator.limits.partition("/")
        limits = self.catalogue.definition("limits", limits_name, limits_edition)
        check_edition_name(edition)
        parts = read_json(source.content, source.id), read_json(limits.content, limits.id)
        now = self.clock.now()
        known = {one.version for one in self.catalogue.definitions("calculator", name)}
        with self.store.uow(write=True) as u:
            repository = u.repository(DraftRepository)
            taken = known | repository.editions(name)
            if edition in taken:
                raise EDITION_TAKEN(edition=edition)
            wanted = edition or next_own(edition_parts(base)[0], taken)
            method, table = _renamed(*parts, name=name, edition=wanted)
            if edition:
                _as_new(method, table, standard.strip()[:60])
            made = Draft(
                id=new_id(),
                name=name,
                edition=wanted,
                base=base,
                agency_id=actor.agency_id,
                state=DraftState.OPEN,
                tag=1,
                method=method,
                limits=table,
                purpose=purpose.strip()[:PURPOSE_MOST],
                created_by=actor.user_id,
                created_by_name=actor.name,
                created_at=now,
                changed_by=actor.user_id,
                changed_by_name=actor.name,
                changed_at=now,
                contributors=(actor.user_id,),
            )
            if not repository.add(made):
                raise EDITION_TAKEN(edition=wanted)
            self.note(u, actor, "calculator.draft", made, {"base": base})
        return made

    def save(
        self, actor: Actor, draft_id: str, method: Mapping[str, Any], limits: Mapping[str, Any], *, seen: int
    ) -> Draft:
        """Keep a draft, good or faulty. ``seen`` is the tag the change was made on. Unchanged content keeps its tag.

        Raises NOT_ALLOWED, NOT_FOUND, CALCULATOR_DRAFT_CLOSED, CALCULATOR_DRAFT_CHANGED, CALCULATOR_DRAFT_TOO_LARGE,
        CALCULATOR_JSON_UNREADABLE.
        """
        actor.require(CalculatorPermission.MAINTAIN)
        check_size(method, limits)
        with self.store.uow(write=True) as u:
            repository = u.repository(DraftRepository)
            old = require_open(repository.get(draft_id, actor.scope))
            if old.tag != seen:
                raise DRAFT_CHANGED(who=old.changed_by_name, now=old.tag, seen=seen)
            if old.method == method and old.limits == limits:
                return old
            changed = replace(
                old,
                method=dict(method),
                limits=dict(limits),
                changed_by=actor.user_id,
                changed_by_name=actor.name,
                changed_at=self.clock.now(),
                contributors=tuple(dict.fromkeys((*old.contributors, actor.user_id))),
            )
            new = repository.replace(changed, expected=seen)
            if new is None:
                raise DRAFT_CHANGED(who="另一位维护人员", now=seen + 1, seen=seen)
            return new

    def discard(self, actor: Actor, draft_id: str, reason: str) -> Draft:
        """Give a draft up; it stays readable. Raises NOT_ALLOWED, NOT_FOUND, CALCULATOR_DRAFT_CLOSED,
        CALCULATOR_REASON_MISSING."""
        actor.require(CalculatorPermission.MAINTAIN)
        text = checked_reason(reason)
        with self.store.uow(write=True) as u:
            repository = u.repository(DraftRepository)
            old = require_open(repository.get(draft_id, actor.scope))
            new = repository.replace(self.ended(actor, old, DraftState.DISCARDED, text), expected=old.tag)
            if new is None:
                raise DRAFT_CHANGED(who="另一位维护人员", now=old.tag + 1, seen=old.tag)
            self.note(u, actor, "calculator.discard", new, {"reason": text})
            return new

    def ended(self, actor: Actor, draft: Draft, state: DraftState, reason: str) -> Draft:
        """The draft as it is closed by this person now."""
        at = format_instant(self.clock.now())
        return replace(draft, state=state, ended_by_name=actor.name, ended_at=at, ended_reason=reason)

    def note(self, u: UnitOfWork, actor: Actor, action: str, draft: Draft, data: dict[str, Any]) -> None:
        """The audit event of a deed on a draft."""
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self.clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=draft.method_id,
                data={"draft": draft.id, **data},
            )
        )

    def history(self, name: str, edition: str, kind: str = CALCULATOR) -> Draft | None:
        """Who drafted and published an own edition: no secret, whoever looks at the edition."""
        with self.store.uow() as u:
            return u.repository(DraftRepository).of_edition(name, edition, kind)


def require_any(actor: Actor) -> None:
    """Drafts are for maintainers and publishers. Raises NOT_ALLOWED."""
    if not (actor.may(CalculatorPermission.MAINTAIN) or actor.may(CalculatorPermission.PUBLISH)):
        raise NOT_ALLOWED(what=CalculatorPermission.MAINTAIN.label)


def require_open(draft: Draft) -> Draft:
    """Raises CALCULATOR_DRAFT_CLOSED."""
    if draft.state is not DraftState.OPEN:
        raise DRAFT_CLOSED(state=draft.state.value)
    return draft


def checked_reason(reason: str) -> str:
    """Raises CALCULATOR_REASON_MISSING."""
    text = reason.strip()
    if not text or len(text) > PURPOSE_MOST:
        raise CLOSING_REASON_MISSING(most=PURPOSE_MOST)
    return text


def check_edition_name(edition: str) -> None:
    """Raises CALCULATOR_EDITION_NAME_FAULTY for what cannot name a new edition; "" stands for the next own one."""
    if edition and (_TRUNK.fullmatch(edition) is None or len(edition) > 60):
        raise EDITION_NAME_FAULTY()


def next_own(trunk: str, taken: set[str] | frozenset[str]) -> str:
    """The next name of an own edition that grows from ``trunk``."""
    numbers = [local_number(one) for one in taken if edition_parts(one) == (trunk, OWN)]
    return f"{trunk}+{OWN}.{max(numbers, default=0) + 1}"


def _renamed(
    method: dict[str, Any], limits: dict[str, Any], *, name: str, edition: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    made, table = clone(method), clone(limits)
    made["$id"] = f"calculators/{name}/{edition}"
    made["limits"] = f"{name}/{edition}"
    table["$id"] = f"limits/{name}/{edition}"
    return made, table


def _as_new(method: dict[str, Any], limits: dict[str, Any], standard: str) -> None:
    """A new edition of a standard: the old one is its predecessor, its values are nobody's yet."""
    old = method["standard"]["number"]
    method["standard"] = {
        "number": standard or old,
        "title": method["standard"]["title"],
        "published": None,
        "supersedes": [old] if standard and standard != old else [],
        "confidence": "unknown",
        "note": f"由 {old} 复制，数值尚待按新版原文录入。",
    }
    gone = {one["number"] for one in method.get("earlier", ())}
    method["earlier"] = []
    method["examples"] = [
        one for one in method["examples"] if one.get("expect", {}).get("field") not in gone
    ]  # what they say of editions before the old one is not this one's to say
    limits["standard"] = method["standard"]["number"]
    method["valid_to"] = limits["valid_to"] = None


def day_of(text: str) -> date | None:
    """A day as forms send it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
