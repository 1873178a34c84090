"""Differences between two lists of one enterprise; pure. Work grows with what differs, not with the lists."""

from __future__ import annotations

import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final

from formserver.equipment.columns import COLUMNS
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.register_models import Became, Change, Difference, Side
from formserver.equipment.review_acts import DECIDED_WORDS

BLOCKED_WORD: Final = "未识别（须先改）"
_COMPARED: Final = tuple((column.key, column.title) for column in COLUMNS if column.key != "seq")
"""The number of a row in its table is not a fact of the equipment."""


def differences(
    removed: Iterable[Side], added: Iterable[Side], both: Iterable[tuple[Side, Side]]
) -> list[Difference]:
    """Every difference, in the order of the new list; what is gone stands at the end.

    ``removed`` and ``added`` are without a partner of the same identity; of these, those of the same name, model and
    place are the same equipment with another date (near matches).
    """
    waiting: dict[tuple[str, ...], deque[Side]] = defaultdict(deque)
    gone = list(removed)
    for side in gone:
        waiting[_likeness(side)].append(side)
    found, used = [], set()
    for side in added:
        partners = waiting.get(_likeness(side))
        if partners:
            old = partners.popleft()
            used.add(old.number)
            made = compared(old, side, near=True)
            if made is not None:
                found.append(made)
        else:
            found.append(Difference((Became.ADDED,), None, side))
    found += [made for old, new in both if (made := compared(old, new)) is not None]
    found.sort(key=lambda one: one.shown.number)
    return found + [Difference((Became.REMOVED,), side, None) for side in gone if side.number not in used]


def compared(old: Side, new: Side, *, near: bool = False) -> Difference | None:
    """What is not the same of one piece of equipment; None where all is."""
    stated = [
        Change(title, old.values.get(key, ""), new.values.get(key, ""))
        for key, title in _COMPARED
        if _plain(old.values.get(key, "")) != _plain(new.values.get(key, ""))
    ]
    kinds, changes = [], list(stated)
    if stated:
        kinds.append(Became.CHANGED)
    if (old.verdict, old.standing) != (new.verdict, new.standing):
        kinds.append(Became.VERDICT)
        changes.append(Change("结论", verdict_words(old), verdict_words(new)))
    if old.decided != new.decided and not _carried(old, new):
        kinds.append(Became.DECISION)
        changes.append(Change("处理", decided_words(old), decided_words(new)))
    return Difference(tuple(kinds), old, new, tuple(changes), near) if kinds else None


def _carried(old: Side, new: Side) -> bool:
    """Whether the new list only took over what had been decided: nobody has decided anything since."""
    return new.decided == "carried" and bool(old.decided) and old.standing == new.standing


def verdict_words(side: Side) -> str:
    """The verdict in force, with the automatic one beside it where a person decided otherwise."""
    if not side.verdict:
        return BLOCKED_WORD
    standing = VERDICT_WORDS.get(side.standing, side.standing)
    if side.standing == side.verdict:
        return standing
    return f"{standing}（自动判定：{VERDICT_WORDS.get(side.verdict, side.verdict)}）"


def decided_words(side: Side) -> str:
    """What people did about a row."""
    return DECIDED_WORDS.get(side.decided, side.decided)


def tally(found: Iterable[Difference]) -> dict[Became, int]:
    """How many differences of every kind."""
    counts = dict.fromkeys(Became, 0)
    for one in found:
        for kind in one.kinds:
            counts[kind] += 1
    return counts


def _likeness(side: Side) -> tuple[str, ...]:
    return tuple(_plain(side.values.get(key, "")) for key in ("name", "model", "location"))


def _plain(text: object) -> str:
    """Widths, blanks and letter size are no difference."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).split()).upper()
