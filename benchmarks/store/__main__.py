"""``python -m benchmarks.store --documents 1000000``: durable save, list and search within scope, on a named corpus.

The corpus is built once under ``build/bench`` and used again. ``--postgresql`` measures a temporary local server with
fsync on instead of SQLite. Results are printed and written to ``build/benchmarks``. Exit status 1 when a
target is missed: a durable save ≤ 15 ms (median), 95 of 100 lists and 95 of 100 searches ≤ 50 ms
within every kind of scope.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.store.corpus import COMMON, PLACES, STEMS, TRADES, agencies, load, records, stamp, subtree
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent, Cause, Document, Projection, State, make_version
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.core.store_ports import DocumentQuery
from formserver.store.sql_store import SqlStore

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
SAVE_TARGET, QUERY_TARGET = 15.0, 50.0


def sqlite_store(count: int) -> SqlStore:
    """The store holding the corpus; built when it is not there yet."""
    folder = BUILD / "bench" / stamp(count)
    done = folder / "done"
    if not done.exists():
        print(f"building corpus {stamp(count)} (once) …", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        store = SqlStore(f"sqlite:///{folder / 'store.sqlite3'}", folder)
        load(store, count, report=True)
        store.close()
        done.touch()
    warm(folder / "store.sqlite3")
    return SqlStore(f"sqlite:///{folder / 'store.sqlite3'}", folder)


def warm(path: Path) -> None:
    """Read the file once: a server that has run for a day has it in the file cache as far as memory goes."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


@contextmanager
def postgresql_store(count: int) -> Iterator[SqlStore]:
    """A store on a temporary server, durable as in production."""
    from tests.support.postgres import running_server

    with running_server(durable=True) as server, tempfile.TemporaryDirectory() as storage:
        store = SqlStore(server.url(server.create_database()), Path(storage))
        load(store, count, report=True)
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        yield store
        store.close()


def timed(deed: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    deed()
    return (time.perf_counter() - start) * 1_000


def figures(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, in milliseconds."""
    ordered = sorted(times)
    return {
        "median_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
        "worst_ms": round(ordered[-1], 2),
        "runs": len(ordered),
    }


def bare_fsync(folder: Path, runs: int = 100) -> dict[str, float]:
    """What this disk needs to make 4 kB durable: the floor under any durable save."""
    with tempfile.TemporaryFile(dir=folder) as file:

        def write() -> None:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())

        return figures([timed(write) for _ in range(runs)])


def save(store: SqlStore, document: Document, body: dict[str, Any], text: str) -> Document:
    """A whole save: lock, version with contents, head row, facets, search index, audit event, commit."""
    with store.uow(write=True) as u:
        head = u.documents.lock(document.id, SYSTEM_SCOPE)
        previous = u.documents.version(head.id, head.head_version, SYSTEM_SCOPE).version.hash
        now = datetime.now(UTC)
        content = make_version(
            document_id=head.id,
            no=head.head_version + 1,
            cause=Cause.SAVE,
            state=head.state,
            author_id="u",
            author_name="张三",
            at=now,
            reason="",
            body=body,
            envelope={"state": head.state.value, "title": head.title},
            previous_hash=previous,
        )
        head = replace(head, head_version=content.version.no, updated_at=now)
        u.documents.add_version(content)
        u.documents.update(head)
        facets = {f"facet_{i}": (f"值{i}",) for i in range(6)}
        u.documents.project(head, Projection(facets=head.facets, extra_facets=facets, text=text))
        u.events.append(AuditEvent(new_id(), now, "u", "张三", head.agency_id, "documents:save", head.id))
    return head


def measure_save(store: SqlStore, count: int, runs: int) -> dict[str, float]:
    """Saves of an 8 kB body into documents of this corpus."""
    rng = random.Random(7)
    sample = [record.document for record in itertools.islice(records(count), 200)]
    times = []
    for number in range(runs + 20):
        text = "，".join("".join(rng.choices(COMMON, k=5)) for _ in range(120))
        body = {"statement": text, "rows": [{"_k": f"k{i:07}", "v": f"{number}-{i}" * 6} for i in range(60)]}
        document = sample[number % len(sample)]
        times.append(timed(lambda d=document, b=body, t=text: save(store, d, b, t)))  # type: ignore[misc]
    return figures(times[20:])


def scopes(rng: random.Random) -> dict[str, Callable[[], Scope]]:
    """Who asks: everybody's scope is drawn anew for every query."""
    cities = [a for a in agencies() if a.startswith("c") and "x" not in a]
    counties = [a for a in agencies() if "x" in a]
    return {
        "province": lambda: Scope(subtree("p"), max_confidentiality=rng.randrange(3)),
        "city": lambda: Scope(subtree(rng.choice(cities)), max_confidentiality=rng.randrange(3)),
        "county": lambda: Scope(subtree(rng.choice(counties)), max_confidentiality=1),
        "clerk": lambda: Scope(enterprise_ids=frozenset({f"ent-{rng.randrange(12_000):05}"})),
    }


def queries(rng: random.Random, count: int) -> dict[str, Callable[[], DocumentQuery]]:
    """What they ask for."""
    kinds = ("inspection_notice", "onsite_record", "verification_form")
    states = list(State)
    years = range(2016, 2026)
    sample = [
        record for _, record in zip(range(400), records(count, start=max(0, count - 400)), strict=False)
    ]

    def year() -> DocumentQuery:
        chosen = rng.choice(years)
        return DocumentQuery(date_from=date(chosen, 1, 1), date_to=date(chosen, 12, 31))

    def deep() -> DocumentQuery:
        return DocumentQuery(cursor=f"{rng.randrange(1, count)}.1001")

    def rare() -> str:
        text = rng.choice(sample).text
        start = rng.randrange(len(text) - 4)
        return text[start : start + 4].strip("，。")

    return {
        "list: newest": DocumentQuery,
        "list: deep page": deep,
        "list: type and state": lambda: DocumentQuery(
            types=(rng.choice(kinds),), states=(rng.choice(states),)
        ),
        "list: one year": year,
        "list: one enterprise": lambda: DocumentQuery(enterprise_id=f"ent-{rng.randrange(12_000):05}"),
        "list: one number": lambda: DocumentQuery(
            number=rng.choice(sample).document.number or "川节监通〔2020〕1号"
        ),
        "search: one character": lambda: DocumentQuery(text=rng.choice("煤电水监窑熟")),
        "search: common word": lambda: DocumentQuery(text=rng.choice(COMMON)),
        "search: two words": lambda: DocumentQuery(text=" ".join(rng.sample(COMMON, 2))),
        "search: long phrase": lambda: DocumentQuery(text=rng.choice(COMMON) + rng.choice(COMMON)),
        "search: any passage": lambda: DocumentQuery(text=rare()),
        "search: firm": lambda: DocumentQuery(
            text=rng.choice(PLACES) + rng.choice(STEMS) + rng.choice(TRADES)
        ),
        "search: pinyin": lambda: DocumentQuery(
            text=rng.choice(["cdhysn", "dysd", "lsjcgt", "mstfhg", "xssn"])
        ),
        "search: absent": lambda: DocumentQuery(text="鼟龘" + rng.choice(COMMON)),
        "search: word, type, year": lambda: replace(
            year(), text=rng.choice(COMMON), types=(rng.choice(kinds),)
        ),
    }


def measure_queries(store: SqlStore, count: int, runs: int) -> dict[str, dict[str, float]]:
    """Every kind of query within every scope, one page of 50 with its count."""
    rng = random.Random(11)
    results = {}
    for who, scope in scopes(rng).items():
        together: dict[str, list[float]] = {"list": [], "search": []}
        for what, query in queries(rng, count).items():
            times: list[float] = []
            for _ in range(runs):
                asked, within = query(), scope()

                def ask(asked: DocumentQuery = asked, within: Scope = within) -> None:
                    with store.uow() as u:
                        u.documents.find(asked, within)

                times.append(timed(ask))
            results[f"{who}: {what}"] = figures(times)
            together[what.partition(":")[0]] += times
        results |= {f"{who}: every {what}": figures(times) for what, times in together.items()}
    return results


def main() -> int:
    """Measure, print, write; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=40, help="queries of each kind in each scope")
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    if options.postgresql:
        with postgresql_store(options.documents) as store:
            return report(store, options)
    store = sqlite_store(options.documents)
    try:
        return report(store, options)
    finally:
        store.close()


def report(store: SqlStore, options: argparse.Namespace) -> int:
    """Run and tell."""
    fsync = bare_fsync(store.storage_dir)
    found = measure_queries(store, options.documents, options.runs)
    saves = measure_save(store, options.documents, options.saves)
    result = {
        "corpus": stamp(options.documents),
        "engine": store.engine.dialect.name,
        "sqlite": sqlite3.sqlite_version,
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "bare_fsync": fsync,
        "durable_save": saves,
        "queries": found,
    }
    out = BUILD / "benchmarks" / f"store-{result['engine']}-{options.documents}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    print(f"corpus {result['corpus']} on {result['engine']}; {result['machine']}")
    print(f"{'':44}{'median':>9}{'p95':>9}{'worst':>9}  ms")
    for name, line in {"bare fsync of 4 kB": fsync, "durable save": saves, **found}.items():
        print(f"{name:44}{line['median_ms']:9.2f}{line['p95_ms']:9.2f}{line['worst_ms']:9.2f}")
    slow = [name for name, line in found.items() if ": every " in name and line["p95_ms"] > QUERY_TARGET]
    if saves["median_ms"] > SAVE_TARGET:
        slow.append("durable save")
    print(f"over target: {', '.join(slow)}" if slow else "every target met")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
