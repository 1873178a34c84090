"""The history of a row in words: who said what, when, before and after, and what the machine said then. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from formserver.equipment.joint import judgement_from_json
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.models import Decision
from formserver.equipment.review_acts import ACT_WORDS, BASIS_WORDS
from formserver.equipment.review_view import BLOCKED_WORD


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``replaced`` is what the machine had said before the list was judged again, ``carried`` the list a
    decision came from."""

    decision: Decision
    title: str
    basis: str
    before: str
    after: str
    machine: str
    replaced: str
    carried: str

    @property
    def changed(self) -> bool:
        """Whether what stands became something else."""
        return self.decision.before != self.decision.after


def history_of(decisions: Iterable[Decision]) -> tuple[Entry, ...]:
    """Newest first, as they come."""
    return tuple(_entry(one) for one in decisions)


def _entry(one: Decision) -> Entry:
    title = ACT_WORDS.get(one.act, one.act)
    return Entry(
        decision=one,
        title=title,
        basis=BASIS_WORDS.get(one.basis, ""),
        before=_word(one.before),
        after=_word(one.after),
        machine=_word(one.machine),
        replaced=_replaced(one),
        carried=one.carried_from,
    )


def _replaced(one: Decision) -> str:
    if one.act != "machine" or not one.judged:
        return ""
    judgement = judgement_from_json(one.judged)
    finding = judgement.finding
    where = " ".join(filter(None, (finding.catalogue, finding.seq)))
    return f"原机器结论：{judgement.says or _word(judgement.verdict.value)}" + (
        f"（依据 {where}）" if where and where not in judgement.says else ""
    )


def _word(verdict: str) -> str:
    return VERDICT_WORDS.get(verdict, BLOCKED_WORD)
