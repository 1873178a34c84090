"""Where an own edition takes its place among the editions of a calculator, and what that ends or opens again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.repository import Definition

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placed:
    """An own edition holds until ``valid_to`` (None: open); ``ended`` are the editions that end the day before it."""

    valid_to: date | None
    ended: tuple[Definition, ...]


def place(others: Iterable[Definition], effective: date, valid_to: date | None) -> Placed:
    """The place of an edition in force from ``effective``: those in force on that day end before it, the next one that
    begins later ends it."""
    usable = [one for one in others if one.usable]
    later = [
        one.valid_from for one in usable if one.valid_from and one.valid_from > effective and not _empty(one)
    ]
    ends = [day for day in (valid_to, min(later) - _DAY if later else None) if day is not None]
    ended = tuple(replace(one, valid_to=effective - _DAY) for one in usable if one.in_force(effective))
    return Placed(min(ends, default=None), ended)


def reopened(others: Iterable[Definition], gone: Definition) -> tuple[Definition, ...]:
    """The editions that ended because ``gone`` began, with the last day they have without it."""
    if gone.valid_from is None:
        return ()
    usable = [one for one in others if one.usable and one.id != gone.id]
    ended = gone.valid_from - _DAY
    found = []
    for one in usable:
        own_end = _written_end(one)
        if one.valid_to != ended or own_end == ended:
            continue
        later = [
            each.valid_from
            for each in usable
            if each.valid_from and each.valid_from > ended and each.id != one.id and not _empty(each)
        ]
        ends = [day for day in (own_end, min(later) - _DAY if later else None) if day is not None]
        found.append(replace(one, valid_to=min(ends, default=None)))
    return tuple(found)


def _empty(one: Definition) -> bool:
    """An edition that another one replaced from its first day on."""
    return one.valid_from is not None and one.valid_to is not None and one.valid_to < one.valid_from


def _written_end(one: Definition) -> date | None:
    """The last day as the file itself says it."""
    data: Any = read_json(one.content, one.id)
    text = data.get("valid_to")
    return date.fromisoformat(text) if text else None
