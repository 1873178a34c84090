"""``python -m benchmarks.pages [--documents N] [--rounds N] [--json]``: server time of the pages people wait for.

A website over a fresh SQLite file with N documents of the samples; each request goes through the whole application
(session, permission, CSRF, templates) without a network between. The largest form carries two hundred equipment rows.
"""

from __future__ import annotations

import argparse
import copy
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from formserver.core.drafting import Drafting
from formserver.core.ids import new_row_key
from tests.support.website import Website

ROWS = 200


@dataclass(frozen=True)
class Line:
    """One measured page."""

    page: str
    documents: int
    median_ms: float
    p95_ms: float
    kilobytes: float


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        site = Website(Path(folder))
        try:
            lines = measure(site, given.documents, given.rounds)
        finally:
            site.close()
    if given.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
        return 0
    print("| page | documents | median ms | p95 ms | kB |\n|---|---|---|---|---|")
    for line in lines:
        print(
            f"| {line.page} | {line.documents} | {line.median_ms:.1f} | {line.p95_ms:.1f} | {line.kilobytes:.0f} |"
        )
    return 0


def measure(site: Website, documents: int, rounds: int) -> list[Line]:
    """Every page, warm, one after the other."""
    types = [dt.key for dt in site.context.catalogue.types()]
    saved = [site.saved(type_key=types[n % len(types)]) for n in range(documents)]
    largest = large_form(site)
    client = site.client("chen")
    token = client.get(f"/documents/{largest}/draft").json["csrf"]
    seq = [client.get(f"/documents/{largest}/draft").json["seq"]]

    def patch() -> Any:
        answer = client.patch(
            f"/documents/{largest}/draft",
            json={"seq": seq[0], "fields": [["/industry", f"水泥制造 {seq[0]}"]]},
            headers={"X-CSRFToken": token},
        )
        if answer.status_code != 200 or answer.json["seq"] == seq[0]:
            raise RuntimeError(f"nothing was kept: {answer.text[:300]}")
        seq[0] = answer.json["seq"]
        return answer

    pages: list[tuple[str, Callable[[], Any]]] = [
        ("list", lambda: client.get("/documents")),
        ("list, full-text search", lambda: client.get("/documents?q=水泥 窑")),
        ("document (inspection notice)", lambda: client.get(f"/documents/{saved[0].id}")),
        ("form (inspection notice)", lambda: client.get(f"/documents/{saved[0].id}/edit")),
        (f"form (verification form, {ROWS} rows)", lambda: client.get(f"/documents/{largest}/edit")),
        (f"draft patch (verification form, {ROWS} rows)", patch),
    ]
    return [timed(name, ask, documents + 1, rounds) for name, ask in pages]


def large_form(site: Website) -> str:
    """A verification form with many equipment rows; returns its id."""
    document = site.started(type_key="verification_form")
    body = copy.deepcopy(site.context.catalogue.sample("verification_form"))
    pattern = body["equipment"][0]
    body["equipment"] = [{**pattern, "_k": new_row_key(), "name": f"电动机{n}"} for n in range(ROWS)]
    site.context.service(Drafting).save_body(site.actor("chen"), document.id, body, base_version=0)
    return document.id


def timed(name: str, ask: Callable[[], Any], documents: int, rounds: int) -> Line:
    """Ask ``rounds`` times after three warm-ups. Raises RuntimeError when a page is refused."""
    times, size = [], 0
    for turn in range(rounds + 3):
        start = time.perf_counter()
        answer = ask()
        spent = (time.perf_counter() - start) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: status {answer.status_code}: {answer.text[:500]}")
        size = len(answer.data)
        if turn >= 3:
            times.append(spent)
    times.sort()
    return Line(
        name, documents, statistics.median(times), times[min(len(times) - 1, int(rounds * 0.95))], size / 1024
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
