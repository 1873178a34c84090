"""The only place that knows what time it is.

Instants are UTC; the dates a paper carries and the year of a 文号 follow Asia/Shanghai (design §10).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that may ask


class FixedClock:
    """A clock for tests and reproducible demos; :meth:`advance` moves it, backwards too."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant the clock stands at."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move the clock by ``by`` (negative: a machine whose clock was set back)."""
        self._at += by


def today_in_china(clock: Clock) -> date:
    """The calendar day in Asia/Shanghai."""
    return clock.now().astimezone(SHANGHAI).date()


def format_instant(value: datetime) -> str:
    """An aware instant as ``2026-11-21T03:04:05.678901Z`` (fixed width, sorts as text)."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """The inverse of :func:`format_instant`. Raises ValueError on anything else."""
    if len(text) != 27 or text[4] + text[7] + text[10] + text[19] + text[26] != "--T.Z":
        raise ValueError(f"not an instant: {text[:40]!r}")
    return datetime.fromisoformat(text)  # a tenth of the time of strptime, but of many other forms as well
