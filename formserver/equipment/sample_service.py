"""Labelled rows: shipped ones and one's own, what recognition says about them, adding and removing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from formserver.core.clock import Clock, today_in_china
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.equipment.catalogue_errors import SAMPLE_FAULTY
from formserver.equipment.columns import BY_KEY
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import VERDICT_WORDS, Verdict
from formserver.equipment.matching.samples import Sample
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.sample_checking import outcomes, shipped_rows
from formserver.equipment.sample_models import STATED, LabelledRow, Outcome
from formserver.equipment.sample_repository import SampleRepository

MOST_OWN: Final = 2_000
WHY_MOST: Final = 300
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)


class Samples:
    """Own rows are seen inside the scope; the shipped ones by everybody."""

    def __init__(self, store: Store, clock: Clock, library: EquipmentLibrary) -> None:
        self._store = store
        self._clock = clock
        self.library = library

    def outcomes(self, actor: Actor) -> tuple[Outcome, ...]:
        """What recognition says now about every labelled row, shipped ones first. Raises NOT_ALLOWED."""
        actor.require(EquipmentPermission.READ)
        return (*self._shipped(), *outcomes(self.library, self.own(actor)))

    def rows(self, actor: Actor) -> tuple[LabelledRow, ...]:
        """Every labelled row that counts for this person. Raises NOT_ALLOWED."""
        return (*shipped_rows(self.library.catalogue), *self.own(actor))

    def own(self, actor: Actor) -> tuple[LabelledRow, ...]:
        """Rows of one's own agency and those below. Raises NOT_ALLOWED."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            return u.repository(SampleRepository).list(actor.scope)

    def removed(self, actor: Actor) -> tuple[LabelledRow, ...]:
        """Own rows that were taken out, the newest mark first. Raises NOT_ALLOWED."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            found = u.repository(SampleRepository).list(actor.scope, removed=True)
        gone = [one for one in found if one.removed_at is not None]
        return tuple(sorted(gone, key=lambda one: str(one.removed_at), reverse=True))

    def add(
        self,
        actor: Actor,
        stated: Mapping[str, str],
        verdict: str,
        why: str,
        *,
        rule: str = "",
        as_of: date | None = None,
    ) -> Outcome:
        """Label a row, and what recognition says about it. Raises NOT_ALLOWED, EQUIPMENT_SAMPLE_FAULTY."""
        actor.require(EquipmentPermission.MAINTAIN)
        now = self._clock.now()
        if verdict not in VERDICT_WORDS:
            raise SAMPLE_FAULTY(reason="请选择应有的结论")
        new = LabelledRow(
            sample=Sample(
                new_id(), checked_stated(stated), Verdict(verdict), rule.strip(), " ".join(why.split())
            ),
            as_of=as_of or today_in_china(self._clock),
            agency_id=actor.agency_id,
            by_name=actor.name,
            at=now,
        )
        self._check(new)
        with self._store.uow(write=True) as u:
            repository = u.repository(SampleRepository)
            known = repository.list(actor.scope)
            if len(known) >= MOST_OWN:
                raise SAMPLE_FAULTY(reason=f"自编样本最多 {MOST_OWN} 行，请先删去不需要的")
            if any((one.stated, one.as_of) == (new.stated, new.as_of) for one in known):
                raise SAMPLE_FAULTY(reason="同样的一行已经在样本里；要改标注，请先删去原来那行")
            repository.add(new, actor.user_id)
            self._note(u, actor, "equipment.sample.add", new)
        return outcomes(self.library, [new])[0]

    def remove(self, actor: Actor, sample_id: str) -> LabelledRow:
        """Take an own row out; it stays in the record. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(EquipmentPermission.MAINTAIN)
        with self._store.uow(write=True) as u:
            repository = u.repository(SampleRepository)
            found = repository.get(sample_id, actor.scope)
            if found.removed_at is not None:
                return found
            gone = repository.remove(found, self._clock.now(), actor.name)
            self._note(u, actor, "equipment.sample.remove", gone)
            return gone

    def _shipped(self) -> tuple[Outcome, ...]:
        """Kept until a definition changes: some hundred rows."""
        catalogue = self.library.catalogue
        made: tuple[Outcome, ...] = catalogue.remember(
            "equipment-samples", lambda: outcomes(self.library, shipped_rows(catalogue))
        )
        return made

    def _check(self, new: LabelledRow) -> None:
        if not (new.stated.get("name") or new.stated.get("model")):
            raise SAMPLE_FAULTY(reason="请填写设备名称和设备型号")
        why, rule = new.sample.why, new.sample.rule
        if not FIRST_DAY <= new.as_of <= LAST_DAY:
            raise SAMPLE_FAULTY(reason="基准日应在 1990 年至 2100 年之间")
        if len(why) < 2 or len(why) > WHY_MOST:
            raise SAMPLE_FAULTY(reason=f"请写明为什么应是这个结论（2 至 {WHY_MOST} 个字）")
        if rule and rule not in {one.id for one in self.library.rules(new.as_of)}:
            raise SAMPLE_FAULTY(reason=f"没有编号是“{rule[:60]}”的规则；不限定规则的不填")

    def _note(self, u: UnitOfWork, actor: Actor, action: str, sample: LabelledRow) -> None:
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self._clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=f"equipment-sample:{sample.id}",
                data={
                    "stated": dict(sample.stated),
                    "as_of": sample.as_of.isoformat(),
                    "verdict": sample.sample.verdict.value,
                },
            )
        )


def checked_stated(stated: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the columns recognition reads, without empty ones. Raises EQUIPMENT_SAMPLE_FAULTY."""
    made = {}
    for key in STATED:
        text = str(stated.get(key) or "").strip()
        column = BY_KEY[key]
        if len(text) > column.longest:
            raise SAMPLE_FAULTY(reason=f"{column.title}最多 {column.longest} 个字")
        if not text.isprintable():
            raise SAMPLE_FAULTY(reason=f"{column.title}里有看不见的字符，请重新输入")
        if text:
            made[key] = text
    return made
