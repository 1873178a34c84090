"""Reviewing on behalf of people: decisions, comments, what a page shows. Scope and permission are checked here.

Every deed locks its list, so that of two people who decide the same row at once the second sees what the first said.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from formserver.core.clock import SHANGHAI, format_instant
from formserver.core.errors import AppError, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.lists_service import state_word
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.models import Decision, EquipmentList, ListRow, ListState, NameplatePhoto
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import (
    ACT_WORDS,
    REVIEW_BLOCKED,
    REVIEW_UNFIT,
    Wish,
    checked_wish,
    settled,
)
from formserver.equipment.review_repository import Choice, DecisionRepository, PhotoRepository, TallyLine

MOST_AT_ONCE: Final = 20_000
"""Rows one deed may speak about: a transaction of some seconds at most."""
_CHUNK: Final = 1_000

REVIEW_CLOSED = error_code(
    "EQUIPMENT_REVIEW_CLOSED",
    Kind.CONFLICT,
    zh="这份清单已做成文书，结论不能再改。情况有变时，请用“重新上传”建一份新清单，已有的意见会沿用过去。",
    en="The list was made into documents and is closed; make a new list.",
)
REVIEW_NOT_READY = error_code(
    "EQUIPMENT_REVIEW_NOT_READY",
    Kind.CONFLICT,
    zh="这份清单现在是“{state}”，只有已识别的清单可以复核。没有提交的意见不会保存。",
    en="The list is not ready for review ({state}).",
)
REVIEW_OVERTAKEN = error_code(
    "EQUIPMENT_REVIEW_OVERTAKEN",
    Kind.CONFLICT,
    zh="您打开页面之后，{who}在 {when} 对第{number}行作了“{what}”，现结论为{standing}。您填写的内容还在，请看过后再提交。",
    en="{who} decided about row {number} meanwhile.",
)
REVIEW_STALE = error_code(
    "EQUIPMENT_REVIEW_STALE",
    Kind.CONFLICT,
    zh="您打开页面之后，这份清单重新读取过，第{number}行原来的意见已不在。请看过后再提交。",
    en="The list was read anew; what had been said about row {number} is gone.",
)
REVIEW_CHOICE_MOVED = error_code(
    "EQUIPMENT_REVIEW_CHOICE_MOVED",
    Kind.CONFLICT,
    zh="您打开页面之后，所选的行有变动：原来 {before} 行，现在 {count} 行，或其中有人作了决定。请核对后再提交。",
    en="The chosen rows changed meanwhile.",
)
REVIEW_TOO_MANY = error_code(
    "EQUIPMENT_REVIEW_TOO_MANY",
    Kind.INVALID,
    zh="一次最多处理 {most} 行，现在选中 {count} 行。请加条件缩小范围，分几次处理。",
    en="At most {most} rows at once.",
)
REVIEW_NOTHING = error_code(
    "EQUIPMENT_REVIEW_NOTHING", Kind.INVALID, zh="还没有选中任何行，请先勾选。", en="No rows are chosen."
)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Rows in their order with the last decision of a person, and the token each form carries."""

    rows: tuple[ListRow, ...]
    seen: Mapping[int, str]
    spoken: Mapping[int, Decision]
    more: bool


@dataclass(frozen=True, slots=True)
class RowFile:
    """Everything about one row. ``before`` and ``after`` are the numbers of its neighbours, 0 for none."""

    row: ListRow
    seen: str
    spoken: Decision | None
    history: tuple[Decision, ...]
    photos: tuple[NameplatePhoto, ...]
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of speaking about many rows: decided, and passed over because the act does not fit them."""

    decided: int
    passed: int


class Reviews:
    """One per process."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def open(self, actor: Actor, list_id: str) -> EquipmentList:
        """A list that can be looked at. Raises NOT_FOUND, EQUIPMENT_REVIEW_NOT_READY."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            found = u.repository(EquipmentListRepository).get(list_id, actor.scope)
        if found.state not in (ListState.READY, ListState.CLOSED):
            raise REVIEW_NOT_READY(state=state_word(found))
        return found

    def page(self, actor: Actor, list_id: str, query: RowQuery, *, after: int, limit: int) -> ReviewPage:
        """Rows of a list. Raises as :meth:`open`."""
        self.open(actor, list_id)
        with self._kit.store.uow() as u:
            decisions = u.repository(DecisionRepository)
            rows = decisions.page(list_id, query, after=after, limit=limit + 1)
            numbers = [row.number for row in rows[:limit]]
            return ReviewPage(
                rows=rows[:limit],
                seen=decisions.seen(list_id, numbers),
                spoken=decisions.in_force(list_id, numbers),
                more=len(rows) > limit,
            )

    def tally(self, actor: Actor, list_id: str, text: str = "") -> tuple[TallyLine, ...]:
        """All rows counted by everything that can be asked for. Raises as :meth:`open`."""
        self.open(actor, list_id)
        with self._kit.store.uow() as u:
            return u.repository(DecisionRepository).tally(list_id, text)

    def row(self, actor: Actor, list_id: str, number: int, query: RowQuery) -> RowFile:
        """One row with its history. Raises as :meth:`open`."""
        self.open(actor, list_id)
        with self._kit.store.uow() as u:
            decisions = u.repository(DecisionRepository)
            row = u.repository(EquipmentListRepository).row(list_id, number)
            before, after = decisions.neighbours(list_id, query, number)
            return RowFile(
                row=row,
                seen=decisions.seen(list_id, [number]).get(number, ""),
                spoken=decisions.in_force(list_id, [number]).get(number),
                history=decisions.of_row(list_id, number),
                photos=u.repository(PhotoRepository).of_row(list_id, number),
                before=before,
                after=after,
            )

    def decide(self, actor: Actor, list_id: str, number: int, wish: Wish, *, seen: str) -> ListRow:
        """Say something about one row; returns the row as it stands now.

        ``seen`` is the id of the last decision the person saw. Raises NOT_FOUND, NOT_ALLOWED, INVALID_INPUT,
        EQUIPMENT_REVIEW_OVERTAKEN, EQUIPMENT_REVIEW_CLOSED, EQUIPMENT_REVIEW_BLOCKED, EQUIPMENT_REVIEW_UNFIT.
        """
        wish = self._allowed(actor, wish)
        with self._kit.store.uow(write=True) as u:
            kept = self._lock(u, actor, list_id)
            lists, decisions = u.repository(EquipmentListRepository), u.repository(DecisionRepository)
            row = lists.row(list_id, number)
            now = self._kit.clock.now()
            if wish.act == "comment":
                decisions.count_comment(list_id, number)
                decision = _decision(kept, actor, row, wish, row.standing, now)
            else:
                self._check_seen(decisions, row, seen)
                spoken = decisions.in_force(list_id, [number]).get(number)
                standing, decided, said = settled(row, wish, spoken)
                decisions.set_standing(list_id, {(standing, decided): [number]})
                decision = _decision(kept, actor, row, said, standing, now)
            decisions.add_many([decision])
            self._event(u, actor, kept, "equipment.decide", _facts(decision))
            return lists.row(list_id, number)

    def choice(self, actor: Actor, list_id: str, choice: Choice) -> tuple[int, str]:
        """How many rows are chosen, and the token of the page that asks. Raises as :meth:`open`, and
        EQUIPMENT_REVIEW_NOTHING, EQUIPMENT_REVIEW_TOO_MANY."""
        self.open(actor, list_id)
        with self._kit.store.uow() as u:
            return self._counted(u, list_id, choice)

    def first(self, actor: Actor, list_id: str, choice: Choice, limit: int) -> tuple[ListRow, ...]:
        """The first rows of a choice, to show what is asked about. Raises as :meth:`open`."""
        self.open(actor, list_id)
        with self._kit.store.uow() as u:
            return u.repository(DecisionRepository).chosen_rows(list_id, choice, after=0, limit=limit)

    def decide_many(self, actor: Actor, list_id: str, choice: Choice, wish: Wish, *, seen: str) -> Done:
        """Say the same about many rows, in one transaction; rows the act does not fit are passed over and counted.

        ``seen`` is what :meth:`choice` gave. Raises as :meth:`decide`, and EQUIPMENT_REVIEW_CHOICE_MOVED,
        EQUIPMENT_REVIEW_NOTHING, EQUIPMENT_REVIEW_TOO_MANY.
        """
        wish = self._allowed(actor, wish)
        with self._kit.store.uow(write=True) as u:
            kept = self._lock(u, actor, list_id)
            count, now_seen = self._counted(u, list_id, choice)
            if seen != now_seen:
                before = seen.partition("-")[0]
                raise REVIEW_CHOICE_MOVED(before=before[:7] if before.isdecimal() else "若干", count=count)
            done = Done(0, 0)
            at, after = self._kit.clock.now(), 0
            while rows := u.repository(DecisionRepository).chosen_rows(
                list_id, choice, after=after, limit=_CHUNK
            ):
                part = self._decide_rows(u, actor, kept, rows, wish, at)
                done = Done(done.decided + part, done.passed + len(rows) - part)
                after = rows[-1].number
            said = {"act": wish.act, "basis": wish.basis, "reason": wish.reason, "at": format_instant(at)}
            which: dict[str, Any] = (
                {"query": {key: value for key, value in dataclasses.asdict(choice.query).items() if value}}
                if choice.numbers is None
                else {"numbers": list(choice.numbers)}
            )
            facts = {**said, **which, "chosen": count, "decided": done.decided}
            self._event(u, actor, kept, "equipment.decide_many", facts)
        return done

    def _decide_rows(
        self,
        u: UnitOfWork,
        actor: Actor,
        kept: EquipmentList,
        rows: tuple[ListRow, ...],
        wish: Wish,
        at: datetime,
    ) -> int:
        decisions = u.repository(DecisionRepository)
        spoken = decisions.in_force(kept.id, [row.number for row in rows])
        changed: dict[tuple[str, str], list[int]] = {}
        made: list[Decision] = []
        for row in rows:
            try:
                standing, decided, said = settled(row, wish, spoken.get(row.number))
            except AppError as unfit:
                if unfit.code not in (REVIEW_BLOCKED, REVIEW_UNFIT):
                    raise
                continue
            changed.setdefault((standing, decided), []).append(row.number)
            made.append(_decision(kept, actor, row, said, standing, at))
        decisions.set_standing(kept.id, changed)
        decisions.add_many(made)
        return len(made)

    def _counted(self, u: UnitOfWork, list_id: str, choice: Choice) -> tuple[int, str]:
        count, token = u.repository(DecisionRepository).fingerprint(list_id, choice)
        if not count:
            raise REVIEW_NOTHING()
        if count > MOST_AT_ONCE:
            raise REVIEW_TOO_MANY(most=MOST_AT_ONCE, count=count)
        return count, token

    def _allowed(self, actor: Actor, wish: Wish) -> Wish:
        actor.require(EquipmentPermission.DECIDE)
        return checked_wish(wish)

    def _lock(self, u: UnitOfWork, actor: Actor, list_id: str) -> EquipmentList:
        found = u.repository(EquipmentListRepository).lock(list_id, actor.scope)
        check_open(found)
        return found

    def _check_seen(self, decisions: DecisionRepository, row: ListRow, seen: str) -> None:
        now = decisions.seen(row.list_id, [row.number]).get(row.number, "")
        if now == seen:
            return
        history = decisions.of_row(row.list_id, row.number)
        last = next((one for one in history if one.act != "comment"), None)
        if last is None:  # the list was read once more, and what had been carried over went with the rows
            raise REVIEW_STALE(number=row.number)
        raise REVIEW_OVERTAKEN(
            who=last.by_name,
            when=last.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
            number=row.number,
            what=ACT_WORDS.get(last.act, last.act),
            standing=VERDICT_WORDS.get(row.standing, "未识别"),
        )

    def _event(
        self, u: UnitOfWork, actor: Actor, kept: EquipmentList, action: str, data: Mapping[str, Any]
    ) -> None:
        record_event(self._kit, u, actor, action, subject=f"equipment_list:{kept.id}", data=data)


def check_open(found: EquipmentList) -> None:
    """Raises EQUIPMENT_REVIEW_CLOSED, EQUIPMENT_REVIEW_NOT_READY."""
    if found.state is ListState.CLOSED:
        raise REVIEW_CLOSED()
    if found.state is not ListState.READY:
        raise REVIEW_NOT_READY(state=state_word(found))


def _decision(
    kept: EquipmentList, actor: Actor, row: ListRow, wish: Wish, standing: str, at: datetime
) -> Decision:
    return Decision(
        id=new_id(),
        list_id=kept.id,
        number=row.number,
        identity=row.identity,
        copy=row.copy,
        act=wish.act,
        basis=wish.basis,
        reason=wish.reason,
        before=row.standing,
        after=standing,
        machine=row.verdict,
        library=kept.library,
        by=actor.user_id,
        by_name=actor.name,
        agency_id=actor.agency_id,
        at=at,
    )


def _facts(one: Decision) -> dict[str, Any]:
    names = ("number", "act", "basis", "reason", "before", "after", "machine", "library")
    return {"decision": one.id, **{name: getattr(one, name) for name in names}}
