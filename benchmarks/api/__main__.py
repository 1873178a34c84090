"""``python -m benchmarks.api [--documents N] [--rounds N]``: server time of the interface for programs, and of a session.

A website over a fresh SQLite file with N documents of the samples; each request goes through the whole application
(token, permission, checks, JSON) without a network between. The last line is what finding a session costs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from formserver.accounts.server_session import session_id
from formserver.accounts.session_repository import SessionRepository
from tests.support.api import token_for
from tests.support.website import Website


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        site = Website(Path(folder))
        try:
            lines = measure(site, given.documents, given.rounds)
        finally:
            site.close()
    print("| what | documents | median ms | p95 ms | of the processor, median ms |\n|---|---|---|---|---|")
    for name, median, p95, busy in lines:
        print(f"| {name} | {given.documents} | {median:.2f} | {p95:.2f} | {busy:.2f} |")
    return 0


def measure(site: Website, documents: int, rounds: int) -> list[tuple[str, float, float, float]]:
    """Every operation, warm, one after the other."""
    types = [dt.key for dt in site.context.catalogue.types()]
    saved = [site.saved(type_key=types[n % len(types)]) for n in range(documents)]
    headers = {"Authorization": f"Bearer {token_for(site, 'chen')}"}
    client = site.app.test_client()
    cookie = site.client("chen").get_cookie("formserver")
    if cookie is None:
        raise RuntimeError("nobody is signed in")
    wanted = session_id(cookie.value)

    def get(path: str) -> Callable[[], Any]:
        return lambda: ok(client.get(f"/api/v1{path}", headers=headers).status_code)

    def find() -> None:
        with site.context.store.uow() as u:
            ok(200 if u.repository(SessionRepository).find(wanted) else 404)

    asked: list[tuple[str, Callable[[], Any]]] = [
        ("GET /me", get("/me")),
        ("GET /documents/{id}", get(f"/documents/{saved[0].id}")),
        ("GET /documents/{id}/versions/1", get(f"/documents/{saved[0].id}/versions/1")),
        ("GET /documents, 50 of them", get("/documents")),
        ("GET /documents, full-text search", get("/documents?q=水泥")),
        ("GET /enterprises", get("/enterprises")),
        ("finding a session", find),
    ]
    return [(name, *timed(ask, rounds)) for name, ask in asked]


def ok(status: int) -> None:
    """Raises RuntimeError for anything but 200."""
    if status != 200:
        raise RuntimeError(f"status {status}")


def timed(ask: Callable[[], Any], rounds: int) -> tuple[float, float, float]:
    """Median and 95th percentile on the clock, median on the processor; milliseconds, after five warm-ups."""
    times, busy = [], []
    for turn in range(rounds + 5):
        start, started = time.perf_counter(), time.thread_time()
        ask()
        if turn >= 5:
            busy.append((time.thread_time() - started) * 1000)
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, int(rounds * 0.95))], statistics.median(busy)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
