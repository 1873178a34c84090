"""What can be done with the register: read it, start a series in mid-year, set numbers aside, take them back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from formserver.core.clock import today_in_china
from formserver.core.deeds import checked_reason
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.grammar import breaches
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.models import NumberEntry, NumberStatus, Series, number_lines
from formserver.core.numbering import series_text
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.numbers.models import Line, Register, Start, holes_in
from formserver.numbers.permissions import NumberPermission
from formserver.numbers.repository import RegisterRepository

START_TOO_LOW = error_code(
    "START_TOO_LOW",
    Kind.CONFLICT,
    zh="起始号 {start} 不能用：{year}年的号已经用到第 {used} 号，起始号应大于它。",
    en="The series has reached {used}; it cannot start at {start}.",
)
NOT_FREE = error_code(
    "NOT_FREE",
    Kind.CONFLICT,
    zh="文号“{text}”现在是“{status}”，只有预留的号可以这样处理。请刷新后查看。",
    en="The number {text} is {status}; only reserved ones can be dealt with so.",
)
MOST_AT_ONCE: Final = 200
MOST_SKIPPED: Final = 500
HIGHEST: Final = 99_999
LONGEST_WHOM: Final = 60


class RegisterService:
    """The registers of the agencies in sight; changes only in one's own."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def types(self, actor: Actor, agency_id: str) -> tuple[DocumentType, ...]:
        """The types that take numbers in an agency, and those it has numbers of."""
        self._seen(actor, agency_id)
        with self._kit.store.uow() as u:
            code = self._kit.agencies.facts(u, agency_id).get("code", "")
            used = u.repository(RegisterRepository).types(agency_id)
        return tuple(
            dt
            for dt in self._kit.catalogue.types(agency=code)
            if dt.numbering.mode != "never" or dt.key in used
        )

    def years(self, actor: Actor, agency_id: str) -> tuple[int, ...]:
        """The years to choose from, this one first."""
        self._seen(actor, agency_id)
        with self._kit.store.uow() as u:
            known = u.repository(RegisterRepository).years(agency_id)
        return tuple(sorted({self.this_year(), *known}, reverse=True))

    def this_year(self) -> int:
        """The year numbers are given for now (Asia/Shanghai)."""
        return today_in_china(self._kit.clock).year

    def register(self, actor: Actor, series: Series) -> Register:
        """One series with the fate of each number. Raises NOT_FOUND outside the scope."""
        self._seen(actor, series.agency_id)
        with self._kit.store.uow() as u:
            entries = u.numbers.entries(series)
            repository = u.repository(RegisterRepository)
            known = repository.documents([e.document_id for e in entries], actor.scope)
            starts, following = repository.starts(series), u.numbers.next_seq(series)
        lines = tuple(Line(e, *known.get(e.document_id, ("", ""))) for e in entries)
        return Register(series, lines, starts, following, holes_in(entries, following))

    def may_manage(self, actor: Actor, agency_id: str) -> bool:
        """Only the own agency: its numbers are its own."""
        return actor.may(NumberPermission.MANAGE) and (actor.scope.everything or agency_id == actor.agency_id)

    def set_start(self, actor: Actor, series: Series, start: int | None, reason: str) -> None:
        """Go on with ``start``. Numbers skipped within a running series become lines that say why.

        Raises NOT_FOUND, NOT_ALLOWED, INVALID_INPUT, START_TOO_LOW.
        """
        dt, reason = self._managed(actor, series), self._reason(reason)
        if start is None or not 1 <= start <= HIGHEST:
            raise _bad("start", "起始号", f"起始号应为 1 至 {HIGHEST} 的整数。")
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            # allocating holds the series until the unit ends: nobody takes a number meanwhile
            following = u.numbers.allocate(series)
            used = max((e.seq for e in u.numbers.entries(series)), default=0)
            if start <= used:
                raise START_TOO_LOW(start=start, year=series.year, used=used)
            if used and start - used - 1 > MOST_SKIPPED:
                raise _bad("start", "起始号", f"一次最多跳过 {MOST_SKIPPED} 个号，请核对起始号是否写错。")
            skipped = [
                self._write(u, actor, dt, series, seq, NumberStatus.RELEASED, f"起始号改为{start}：{reason}")
                for seq in (range(used + 1, start) if used else ())
            ]
            u.numbers.set_start(series, start)
            u.repository(RegisterRepository).add_start(
                Start(new_id(), series.agency_id, series.type, series.year, start, actor.name, now, reason)
            )
            data = {"before": following, "start": start, "number_lines": number_lines(skipped)}
            self._note(u, actor, series, "number.start", reason, data)

    def reserve(
        self, actor: Actor, series: Series, count: int | None, whom: str, reason: str
    ) -> tuple[NumberEntry, ...]:
        """Set the next ``count`` numbers aside for a person or a device. Raises as :meth:`set_start`."""
        dt, reason = self._managed(actor, series), self._reason(reason)
        whom = whom.strip()
        if count is None or not 1 <= count <= MOST_AT_ONCE:
            raise _bad("count", "个数", f"一次可以预留 1 至 {MOST_AT_ONCE} 个号。")
        if not whom or len(whom) > LONGEST_WHOM or "\n" in whom or list(breaches({"whom": whom})):
            raise _bad("whom", "预留给", f"请填写预留给谁或哪台设备，最多 {LONGEST_WHOM} 个字。")
        with self._kit.store.uow(write=True) as u:
            made = tuple(
                self._write(
                    u,
                    actor,
                    dt,
                    series,
                    u.numbers.allocate(series),
                    NumberStatus.RESERVED,
                    f"{whom}：{reason}",
                )
                for _ in range(count)
            )
            data = {"count": count, "whom": whom, "number_lines": number_lines(made)}
            self._note(u, actor, series, "number.reserve", reason, data)
        return made

    def give_up(
        self, actor: Actor, series: Series, text: str, reason: str, *, void: bool = False
    ) -> NumberEntry:
        """Take a reserved number back (已收回) or, spoilt on paper, declare it void (已作废).

        Raises NOT_FOUND, NOT_ALLOWED, INVALID_INPUT, NOT_FREE.
        """
        self._managed(actor, series)
        reason = self._reason(reason)
        with self._kit.store.uow(write=True) as u:
            found = next((e for e in u.numbers.entries(series) if e.text == text), None)
            if found is None:
                raise NOT_FOUND(what="这个文号")
            if found.status is not NumberStatus.RESERVED:
                raise NOT_FREE(text=text, status=found.status.value)
            status = NumberStatus.VOID if void else NumberStatus.RELEASED
            now = self._kit.clock.now()
            ended = dataclasses.replace(found, status=status, by=actor.name, at=now, reason=reason)
            u.numbers.change(ended, expected=NumberStatus.RESERVED)
            action = "number.void" if void else "number.release"
            data = {"number": text, "number_lines": number_lines([ended])}
            self._note(u, actor, series, action, reason, data)
        return ended

    def _write(
        self,
        u: UnitOfWork,
        actor: Actor,
        dt: DocumentType,
        series: Series,
        seq: int,
        status: NumberStatus,
        reason: str,
    ) -> NumberEntry:
        organ = self._kit.agencies.facts(u, series.agency_id).get("short_word", "")
        text = series_text(dt, organ, series.year, seq)
        now = self._kit.clock.now()
        return u.numbers.record(NumberEntry(series, seq, status, text, "", actor.name, now, reason))

    def _note(
        self,
        u: UnitOfWork,
        actor: Actor,
        series: Series,
        action: str,
        reason: str,
        data: Mapping[str, object],
    ) -> None:
        facts = {"agency": series.agency_id, "type": series.type, "year": series.year, "reason": reason}
        record_event(self._kit, u, actor, action, subject=f"{series.year}", data={**facts, **data})

    def _seen(self, actor: Actor, agency_id: str) -> None:
        actor.require(NumberPermission.READ)
        if not (actor.scope.everything or agency_id in actor.scope.agency_ids):
            raise NOT_FOUND(what="监察机构")

    def _managed(self, actor: Actor, series: Series) -> DocumentType:
        self._seen(actor, series.agency_id)
        actor.require(NumberPermission.MANAGE)
        if not self.may_manage(actor, series.agency_id):
            raise NOT_ALLOWED(what="改动其他机构的文号登记簿")
        found = {dt.key: dt for dt in self.types(actor, series.agency_id)}
        if series.type not in found or series.year not in (self.this_year(), self.this_year() + 1):
            raise NOT_FOUND(what="可以改动的登记簿；只能改动今年和明年的")
        return found[series.type]

    def _reason(self, reason: str) -> str:
        checked = checked_reason(reason)
        if not checked:
            raise _bad("reason", "理由", "请写明理由，它会印在登记簿上。")
        return checked


def _bad(where: str, label: str, message: str) -> Exception:
    return invalid([Problem("BAD_VALUE", message, where, label)])
