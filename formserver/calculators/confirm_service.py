"""Confirming figures against the standard itself, and taking a confirmation back (decisions 0017 and 0019)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from formserver.calculators.confirm_figures import CONFIRMED, UNKNOWN, VERIFIED, Item, Wanted, all_items
from formserver.calculators.models import Confirmation, same_value
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import ConfirmationRepository
from formserver.calculators.service import Calculators
from formserver.core.clock import Clock
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork

AGAINST_LEAST: Final = 4
AGAINST_MOST: Final = 300
NOTE_MOST: Final = 500
MOST_AT_ONCE: Final = 500

AGAINST_WHAT_MISSING = error_code(
    "AGAINST_WHAT_MISSING",
    Kind.INVALID,
    zh="请写明对照的文件、页和表，例如“标准原文第5页表2”（{least} 至 {most} 个字）。",
    en="Say what the figure was held against: document, page, table ({least} to {most} characters).",
)
NOTHING_TO_CONFIRM = error_code(
    "NOTHING_TO_CONFIRM",
    Kind.INVALID,
    zh="请先勾选要确认的数值（一次最多 {most} 项）。",
    en="Choose the figures to confirm, at most {most} at once.",
)
SEVERAL_STANDARDS = error_code(
    "SEVERAL_STANDARDS",
    Kind.INVALID,
    zh="一次只能确认同一个标准的数值；所选涉及 {standards}，请分开确认。",
    en="Figures of one standard only can be confirmed together, not of {standards}.",
)
FIGURE_UNKNOWN = error_code(
    "FIGURE_UNKNOWN",
    Kind.INVALID,
    zh="“{title}”的数值尚未录入，不能确认；请另存草案，按标准原文填入数值。",
    en="{title} has no value that could be confirmed; edit a copy of the edition.",
)
FIGURE_CHANGED = error_code(
    "FIGURE_CHANGED",
    Kind.CONFLICT,
    zh="“{title}”现在是 {now}，与您核对时的 {seen} 不同，没有确认；请重新核对。",
    en="{title} is {now} now, not {seen} as when you looked; nothing was confirmed.",
)
NOT_STANDING = error_code(
    "CONFIRMATION_NOT_STANDING",
    Kind.CONFLICT,
    zh="这项确认已经撤回或已由另一次确认代替。",
    en="This confirmation stands no longer.",
)
REASON_MISSING = error_code(
    "WITHDRAWAL_REASON_MISSING",
    Kind.INVALID,
    zh="请写明撤回的理由（{most} 个字以内）。",
    en="Give the reason of the withdrawal, at most {most} characters.",
)


class Figures:
    """The list of figures with their states, confirmations and withdrawals."""

    def __init__(self, store: Store, clock: Clock, catalogue: Catalogue, calculators: Calculators) -> None:
        self._store = store
        self._clock = clock
        self._catalogue = catalogue
        self._calculators = calculators

    def items(self, actor: Actor, wanted: Wanted | None = None) -> tuple[Item, ...]:
        """The figures asked for with their states, in the order of the definitions. Raises NOT_ALLOWED."""
        actor.require(CalculatorPermission.USE)
        standing = self._calculators.confirmations()
        found = (one.now(standing) for one in self._all().values())
        return tuple(one for one in found if wanted is None or wanted.fits(one))

    def item(self, actor: Actor, figure_id: str) -> tuple[Item, tuple[Confirmation, ...]]:
        """One figure and its confirmations, newest first. Raises NOT_FOUND, NOT_ALLOWED."""
        actor.require(CalculatorPermission.USE)
        found = self._all().get(figure_id)
        if found is None:
            raise NOT_FOUND(what="这个数值")
        with self._store.uow() as u:
            repository = u.repository(ConfirmationRepository)
            history = repository.history((figure_id,))
            return found.now(repository.standing()), history

    def confirm(
        self, actor: Actor, seen: Mapping[str, str], against_what: str, note: str = ""
    ) -> tuple[Item, ...]:
        """Confirm figures of one standard, all or none. ``seen`` maps figure ids to the value the person held against
        the original. Figures that are confirmed already or need no confirmation are passed over.

        Raises NOT_ALLOWED, NOTHING_TO_CONFIRM, AGAINST_WHAT_MISSING, NOT_FOUND, SEVERAL_STANDARDS, FIGURE_UNKNOWN,
        FIGURE_CHANGED.
        """
        actor.require(CalculatorPermission.CONFIRM)
        text, note = _text(against_what), note.strip()[:NOTE_MOST]
        if not seen or len(seen) > MOST_AT_ONCE:
            raise NOTHING_TO_CONFIRM(most=MOST_AT_ONCE)
        with self._store.uow(write=True) as u:
            repository = u.repository(ConfirmationRepository)
            items = self._judged(seen, repository.standing())
            made = tuple(one for one in items if one.state not in (CONFIRMED, VERIFIED))
            self._write(u, actor, made, text, note)
        return made

    def confirm_each(
        self, actor: Actor, rows: Sequence[tuple[str, str, str]]
    ) -> tuple[tuple[str, Item | None], ...]:
        """Confirm row by row (figure id, value of the original, against what), whatever becomes of the others, in one
        transaction. Answers for each row: what is wrong ("" when confirmed), and the figure.

        Raises NOT_ALLOWED.
        """
        actor.require(CalculatorPermission.CONFIRM)
        answers: list[tuple[str, Item | None]] = []
        with self._store.uow(write=True) as u:
            standing = u.repository(ConfirmationRepository).standing()
            by_text: dict[str, list[Item]] = {}
            for figure_id, original, against in rows:
                item = self._all().get(figure_id)
                said = _row_fault(item.now(standing) if item else None, original, against)
                answers.append((said, item))
                if item is not None and not said:
                    by_text.setdefault(against.strip(), []).append(item.now(standing))
            for text, items in by_text.items():
                self._write(u, actor, list({one.id: one for one in items}.values()), text, "")
        return tuple(answers)

    def withdraw(self, actor: Actor, confirmation_id: str, reason: str) -> Confirmation:
        """Take a confirmation of one's own agency, or of one below it, back.

        Raises NOT_ALLOWED, NOT_FOUND, WITHDRAWAL_REASON_MISSING, CONFIRMATION_NOT_STANDING.
        """
        actor.require(CalculatorPermission.CONFIRM)
        reason = reason.strip()
        with self._store.uow(write=True) as u:
            repository = u.repository(ConfirmationRepository)
            found = repository.get(confirmation_id)
            if not may_withdraw(actor, found):
                raise NOT_ALLOWED(what="撤回其他机构的确认；请联系确认人所在机构或上级机构")
            if not reason or len(reason) > NOTE_MOST:
                raise REASON_MISSING(most=NOTE_MOST)
            if not repository.withdraw(confirmation_id, self._clock.now(), actor.user_id, actor.name, reason):
                raise NOT_STANDING()
            self._note(u, actor, "figure.withdraw", found.figure_id, {"value": found.value, "reason": reason})
            return repository.get(confirmation_id)

    def _all(self) -> Mapping[str, Item]:
        return all_items(self._catalogue, self._calculators.library)

    def _judged(self, seen: Mapping[str, str], standing: Mapping[str, Confirmation]) -> list[Item]:
        items = []
        for figure_id, value in seen.items():
            found = self._all().get(figure_id)
            if found is None:
                raise NOT_FOUND(what="所选的数值，可能已换了版本")
            item = found.now(standing)
            if item.state == UNKNOWN:
                raise FIGURE_UNKNOWN(title=item.title)
            if item.value != value:
                raise FIGURE_CHANGED(title=item.title, now=item.value, seen=value[:200])
            items.append(item)
        standards = sorted({one.standard for one in items})
        if len(standards) > 1:
            raise SEVERAL_STANDARDS(standards="、".join(standards[:6]))
        return items

    def _write(self, u: UnitOfWork, actor: Actor, items: Sequence[Item], text: str, note: str) -> None:
        now = self._clock.now()
        for item in items:
            u.repository(ConfirmationRepository).add(
                Confirmation(
                    id=new_id(),
                    figure_id=item.id,
                    value=item.value,
                    confidence_before=item.confidence.value,
                    against_what=text,
                    note=note,
                    confirmed_by=actor.user_id,
                    confirmed_by_name=actor.name,
                    agency_id=actor.agency_id,
                    confirmed_at=now,
                )
            )
            self._note(u, actor, "figure.confirm", item.id, {"value": item.value, "against": text})

    def _note(self, u: UnitOfWork, actor: Actor, action: str, subject: str, data: dict[str, Any]) -> None:
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self._clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=f"figure:{subject}",
                data=data,
            )
        )


def may_withdraw(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether a confirmation lies in the person's scope: made by the own agency or by one below it."""
    return actor.may(CalculatorPermission.CONFIRM) and actor.scope.covers(agency_id=confirmation.agency_id)


def _text(against_what: str) -> str:
    text = against_what.strip()
    if not AGAINST_LEAST <= len(text) <= AGAINST_MOST:
        raise AGAINST_WHAT_MISSING(least=AGAINST_LEAST, most=AGAINST_MOST)
    return text


_SAME: Final = frozenset({"相符", "一致", "相同", "同", "√", "是"})


def _row_fault(item: Item | None, original: str, against: str) -> str:
    """What stands against confirming a row of a sheet; "" for nothing."""
    if item is None:
        return "没有这个编号，可能已换了版本；请重新导出清单。"
    if item.state == UNKNOWN:
        return "数值尚未录入，不能确认；请另存草案填入。"
    if item.state in (CONFIRMED, VERIFIED):
        return "已经确认过，没有改动。"
    if not AGAINST_LEAST <= len(against.strip()) <= AGAINST_MOST:
        return f"请在“核对依据”写明文件、页和表（{AGAINST_LEAST} 至 {AGAINST_MOST} 个字）。"
    text = original.strip()
    if not text:
        return "请在“原文数值”抄录标准中的数值，或写“相符”。"
    if text in _SAME or same_value(item.value, text):
        return ""
    return f"原文为 {text[:60]}，系统中是 {item.value[:60]}，没有确认；请另存草案改正。"


__all__ = ["Figures", "may_withdraw"]
