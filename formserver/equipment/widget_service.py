"""从设备清单填入: the lists a form may be filled from, and filling it. Reads inside the actor's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.models import Json
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.repository import EnterpriseRepository
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_repository import RegisterRepository
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_repository import DecisionRepository
from formserver.equipment.widget_filling import Filled, with_rows_of
from formserver.equipment.widget_rows import rows_of, text_of

SHOWN: Final = 12
MOST_AT_ONCE: Final = 500
STANDING: Final = "standing"
EVERYTHING: Final = "all"
CHOICES: Final[Mapping[str, str]] = {
    STANDING: "淘汰和待确认的",
    EVERYTHING: f"全部（不超过 {MOST_AT_ONCE} 行）",
}
"""Which rows of a list."""
_USABLE: Final = frozenset({ListState.READY, ListState.CLOSED})


@dataclass(frozen=True, slots=True)
class Offer:
    """A list a form may be filled from, with its rows that stand at 淘汰 and 待确认 now."""

    one: EquipmentList
    eliminated: int
    review: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``body`` with what was added and, in words, what was and what was not. ``done`` False: nothing could be."""

    body: Json
    anchor: str
    says: str
    done: bool


class Filling:
    """One instance per process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offers(self, actor: Actor, document_id: str, body: Mapping[str, Any]) -> tuple[Offer, ...]:
        """The checked lists of the enterprise of a document, newest first; none for people who may not read lists."""
        if not actor.may(EquipmentPermission.READ):
            return ()
        with self._store.uow() as u:
            lists = self._lists(u, actor, document_id, body)
            totals = u.repository(RegisterRepository).totals([one.id for one in lists])
        counts = [(one, totals[one.id].rows) for one in lists]
        return tuple(Offer(one, rows.get("eliminated", 0), rows.get("review", 0)) for one, rows in counts)

    def fill(
        self, actor: Actor, document_id: str, body: Json, pointer: str, list_id: str, which: str
    ) -> Outcome:
        """``body`` with the rows of a list behind those it has. Raises NOT_ALLOWED; NOT_FOUND outside the scope."""
        actor.require(EquipmentPermission.READ)
        if not list_id:
            return Outcome(body, pointer, "请先选择一份设备清单，再点“填入”。", done=False)
        with self._store.uow() as u:
            chosen = next((x for x in self._lists(u, actor, document_id, body) if x.id == list_id), None)
            if chosen is None:
                return Outcome(
                    body, pointer, "这份设备清单不属于本文书的被监察单位，或已不能使用。", done=False
                )
            found, total = _wanted(u, chosen, which)
            if which == EVERYTHING and total > MOST_AT_ONCE:
                says = f"“{chosen.title}”共 {total} 行，超过一次填入的 {MOST_AT_ONCE} 行；请改选“{CHOICES[STANDING]}”。"
                return Outcome(body, pointer, says, done=False)
            spoken = u.repository(DecisionRepository).in_force(chosen.id, [row.number for row in found])
            reasons = {number: decision.reason for number, decision in spoken.items()}
        key = pointer.removeprefix("/")
        filled = with_rows_of(rows_of(body, key), found, reasons, MOST_AT_ONCE)
        made = {**body, key: filled.rows} if filled.rows else body
        anchor = f"{pointer}/@{filled.first}" if filled.first else pointer
        return Outcome(made, anchor, _said(chosen, filled, total - len(found)), done=bool(filled.added))

    def _lists(
        self, u: UnitOfWork, actor: Actor, document_id: str, body: Mapping[str, Any]
    ) -> tuple[EquipmentList, ...]:
        found: list[EquipmentList] = []
        for enterprise_id in self._enterprises(u, actor, document_id, body):
            found += u.repository(EquipmentListRepository).find(
                actor.scope, enterprise_id=enterprise_id, limit=SHOWN * 3
            )
        usable = [one for one in found if one.state in _USABLE]
        return tuple(sorted(usable, key=lambda one: one.id, reverse=True)[:SHOWN])

    def _enterprises(
        self, u: UnitOfWork, actor: Actor, document_id: str, body: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """That of the document; while it is not saved yet, those with the code or name that was typed."""
        linked = u.documents.get(document_id, actor.scope).enterprise_id
        if linked:
            return (linked,)
        given = body.get("enterprise")
        facts = given if isinstance(given, Mapping) else {}
        register = u.repository(EnterpriseRepository)
        same = register.twins(text_of(facts, "ent_uscc"), text_of(facts, "ent_name"), actor.scope)
        return tuple(one.id for one in same)


def _wanted(u: UnitOfWork, chosen: EquipmentList, which: str) -> tuple[list[ListRow], int]:
    """At most :data:`MOST_AT_ONCE` rows in the order of the list, and how many there are."""
    lists = u.repository(EquipmentListRepository)
    queries = (
        (RowQuery(),)
        if which == EVERYTHING
        else (RowQuery(standing="eliminated"), RowQuery(standing="review"))
    )
    total = sum(lists.count(chosen.id, query) for query in queries)
    if which == EVERYTHING and total > MOST_AT_ONCE:
        return [], total
    found = [row for query in queries for row in lists.rows(chosen.id, query, limit=MOST_AT_ONCE)]
    return sorted(found[:MOST_AT_ONCE], key=lambda row: row.number), total


def _said(chosen: EquipmentList, filled: Filled, beyond: int) -> str:
    left = [
        f"{filled.known} 行表中已有" if filled.known else "",
        f"{filled.blocked} 行在清单中未识别，须先改正" if filled.blocked else "",
        f"{filled.over + beyond} 行超出本表 {MOST_AT_ONCE} 行的上限" if filled.over + beyond else "",
    ]
    why = "；".join(filter(None, left))
    if not filled.added:
        return f"没有从“{chosen.title}”填入新的行：{why or '清单中没有这样的行'}。"
    if why:
        return f"已从“{chosen.title}”填入 {filled.added} 行；没有填入的：{why}。"
    return f"已从“{chosen.title}”填入 {filled.added} 行。"
