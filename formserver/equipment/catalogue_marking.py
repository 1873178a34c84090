"""Freeing recalled lines: somebody held them against the text that was issued (decision 0021)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from formserver.core.clock import Clock, today_in_china
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_browse import Browsing
from formserver.equipment.catalogue_content import VERIFIED, check_lines, rests_on, rows_of, signed
from formserver.equipment.catalogue_drafts import CatalogueDrafts, require_open
from formserver.equipment.catalogue_errors import CHECK_SOURCE_MISSING, DRAFT_CHANGED, NOTHING_TICKED
from formserver.equipment.catalogue_models import ELIMINATION, CatalogueDraft, Json
from formserver.equipment.permissions import EquipmentPermission

AGAINST_LEAST: Final = 6
AGAINST_MOST: Final = 200


class Marking:
    """Always in a draft: another person looks before it counts."""

    def __init__(self, drafts: CatalogueDrafts, browsing: Browsing, clock: Clock) -> None:
        self._drafts = drafts
        self._browsing = browsing
        self._clock = clock

    def mark(
        self, actor: Actor, name: str, edition: str, ids: Sequence[str], against: str
    ) -> tuple[CatalogueDraft, int]:
        """A draft of the next own edition with those lines checked, and how many they were.

        An open draft this person made of the same edition is gone on with. Raises NOT_ALLOWED, NOT_FOUND,
        EQUIPMENT_NOTHING_TICKED, EQUIPMENT_CHECK_SOURCE_MISSING, EQUIPMENT_DRAFT_CHANGED.
        """
        actor.require(EquipmentPermission.MAINTAIN)
        source = self._source(actor, against)
        going = next(
            (
                one
                for one in self._drafts.list(actor, kind=ELIMINATION, name=name)
                if one.base == edition and one.own and actor.user_id == one.created_by
            ),
            None,
        )
        if going is not None:
            return self.mark_in(actor, going, ids, against, seen=going.tag)
        content, done = check_lines(self._drafts.content(ELIMINATION, name, edition), set(ids), source)
        if not done:
            raise NOTHING_TICKED()
        made = self._drafts.copy(
            actor, ELIMINATION, name, edition, f"{len(done)} 条与原文核对：{against.strip()}", content=content
        )
        return made, len(done)

    def mark_in(
        self, actor: Actor, draft: CatalogueDraft, ids: Collection[str], against: str, *, seen: int
    ) -> tuple[CatalogueDraft, int]:
        """The same in a draft there is. Raises like :meth:`mark`, and EQUIPMENT_DRAFT_CLOSED."""
        source = self._source(actor, against)
        require_open(draft)
        if draft.tag != seen:
            raise DRAFT_CHANGED(who=draft.changed_by_name, now=draft.tag, seen=seen)
        content, done = check_lines(draft.content, set(ids), source)
        if not done:
            raise NOTHING_TICKED()
        return self._drafts.save(actor, draft.id, content, seen=seen), len(done)

    def freeable(self, draft: CatalogueDraft) -> tuple[Json, ...]:
        """Recalled rules of a draft all of whose lines are verified: in the draft itself, else in the editions in force."""
        verified = {
            f"{edition.definition.name}:{line.get('id')}"
            for edition in self._browsing.editions()
            if edition.state == "现行"
            for line in rows_of(edition.data, "items")
            if line.get("confidence") == VERIFIED
        }
        if draft.kind == ELIMINATION:
            verified |= {
                f"{draft.name}:{line.get('id')}"
                for line in draft.rows("items")
                if line.get("confidence") == VERIFIED
            }
        return tuple(rule for rule in draft.rows("rules") if rests_on(rule, verified.__contains__))

    def _source(self, actor: Actor, against: str) -> str:
        text = " ".join(against.split())
        if not AGAINST_LEAST <= len(text) <= AGAINST_MOST:
            raise CHECK_SOURCE_MISSING()
        return signed(text, actor.name, today_in_china(self._clock).isoformat())
