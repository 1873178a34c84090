"""``python -m benchmarks.pages [--documents N] [--rounds N] [--json]``: server time of the pages people wait for.

A website over a fresh SQLite file with N documents of the samples; each request goes through the whole application
(session, permission, CSRF, templates) without a network between. The largest form carries two hundred equipment rows.
``CPU`` is the processor time of the request alone: what the wall clock says on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import copy
import functools
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
from formserver.core.issuing import Issuing
from formserver.core.signing import Signing
from formserver.documents.columns import BY_KEY
from formserver.web.collector import settle
from tests.support.house import photo_of_paper
from tests.support.website import Website

ROWS = 200
CONDITIONS = "state=草稿&type=inspection_notice&from=2026-01-01&to=2026-12-31&numbered=0&level=0"
COLUMNS = "&".join(f"col={key}" for key in BY_KEY)


@dataclass(frozen=True)
class Line:
    """One measured page."""

    page: str
    documents: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    cpu_p95_ms: float
    kilobytes: float


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=60)
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
    print(
        "| page | documents | median ms | p95 ms | CPU median ms | CPU p95 ms | kB |\n|---|---|---|---|---|---|---|"
    )
    for line in lines:
        times = (line.median_ms, line.p95_ms, line.cpu_ms, line.cpu_p95_ms)
        figures = " | ".join([*(f"{time:.1f}" for time in times), f"{line.kilobytes:.0f}"])
        print(f"| {line.page} | {line.documents} | {figures} |")
    return 0


def measure(site: Website, documents: int, rounds: int) -> list[Line]:
    """Every page, warm, one after the other."""
    types = [dt.key for dt in site.context.catalogue.types()]
    saved = [site.saved(type_key=types[n % len(types)]) for n in range(documents)]
    largest = large_form(site)
    printed, page_address = long_story(site)
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
        ("workbench", lambda: client.get("/")),
        ("list", lambda: client.get("/documents")),
        ("list, full-text search", lambda: client.get("/documents?q=水泥 窑")),
        ("list, five conditions", lambda: client.get(f"/documents?{CONDITIONS}")),
        ("list, every column", lambda: client.get(f"/documents?view=all&{COLUMNS}")),
        ("document (inspection notice)", lambda: client.get(f"/documents/{saved[0].id}")),
        ("document (printed, 12 versions)", lambda: client.get(f"/documents/{printed}")),
        ("comparison of two versions", lambda: client.get(f"/documents/{printed}/compare?old=1&new=10")),
        ("picture of a page, kept", lambda: client.get(page_address)),
        ("form (inspection notice)", lambda: client.get(f"/documents/{saved[0].id}/edit")),
        (f"form (verification form, {ROWS} rows)", lambda: client.get(f"/documents/{largest}/edit")),
        (f"draft patch (verification form, {ROWS} rows)", patch),
        (
            "comparison values (verification form)",
            lambda: client.get(f"/documents/{largest}/draft/references"),
        ),
    ]
    samples = {document.type: document.id for document in saved}
    pages += [
        (
            f"preview docx ({key}, sample)",
            functools.partial(client.get, f"/documents/{samples[key]}/preview.docx"),
        )
        for key in types
        if key in samples
    ]
    settle()  # as ``formserver run`` does
    return [timed(name, ask, documents + 1, rounds) for name, ask in pages]


def large_form(site: Website) -> str:
    """A verification form with many equipment rows; returns its id."""
    document = site.started(type_key="verification_form")
    body = copy.deepcopy(site.context.catalogue.sample("verification_form"))
    pattern = body["equipment"][0]
    body["equipment"] = [{**pattern, "_k": new_row_key(), "name": f"电动机{n}"} for n in range(ROWS)]
    site.context.service(Drafting).save_body(site.actor("chen"), document.id, body, base_version=0)
    return document.id


def long_story(site: Website) -> tuple[str, str]:
    """A document saved ten times, finalised and signed: its id, and the address of its page as a picture."""
    me, drafting = site.actor("chen"), site.context.service(Drafting)
    document = site.saved(type_key="power_of_attorney")
    body = site.context.catalogue.sample("power_of_attorney")
    for no in range(1, 10):
        drafting.save_body(me, document.id, {**body, "agent_phone": f"028-8663{no:04d}"}, base_version=no)
    site.context.service(Issuing).finalise(me, document.id, base_version=10)
    scan = [("签字.jpg", photo_of_paper())]
    signed = site.context.service(Signing).sign(me, document.id, scan, base_version=11)
    return document.id, f"/documents/{document.id}/files/{signed.scan.id}/pages/1"


def timed(name: str, ask: Callable[[], Any], documents: int, rounds: int) -> Line:
    """Ask ``rounds`` times after three warm-ups. Raises RuntimeError when a page is refused."""
    times, cpu, size = [], [], 0
    for turn in range(rounds + 3):
        start, started = time.perf_counter(), time.thread_time()
        answer = ask()
        spent, used = (time.perf_counter() - start) * 1000, (time.thread_time() - started) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: status {answer.status_code}: {answer.text[:500]}")
        size = len(answer.data)
        if turn >= 3:
            times.append(spent)
            cpu.append(used)
    times.sort()
    cpu.sort()
    return Line(
        name,
        documents,
        statistics.median(times),
        times[min(len(times) - 1, int(rounds * 0.95))],
        statistics.median(cpu),
        cpu[min(len(cpu) - 1, int(rounds * 0.95))],
        size / 1024,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
