"""A limit on how often one address may ask a public page, kept in memory: a guard against guessing, not a ledger."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

_MOST_ADDRESSES = 10_000


class Throttle:
    """At most ``limit`` calls per ``seconds`` and address; forgets the addresses seen longest ago."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Count a call; False when it is one too many."""
        now = time.monotonic()
        with self._lock:
            calls = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            while calls and now - calls[0] > self._seconds:
                calls.popleft()
            if len(calls) >= self._limit:
                return False
            calls.append(now)
            while len(self._seen) > _MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return True
