"""``python -m benchmarks.tinydb``: TinyDB against our SQLite store as a system of record, in one run.

What a save costs as the record grows, and what four processes writing at once leave behind. The figures stand in
``docs/decisions/0001-system-of-record.md``; results go to ``build/benchmarks/tinydb.json``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from benchmarks.store.corpus import records
from benchmarks.tinydb.writers import WRITERS, WRITES, our_writer, plain, save, tiny_writer
from formserver.store.sql_store import SqlStore

ROOT = Path(__file__).parents[2]
SIZES = (100, 1_000, 5_000, 10_000)


def cost_by_size(folder: Path, runs: int) -> list[dict[str, float]]:
    """Median milliseconds of one insert when the record holds so many documents already."""
    rows = []
    ours = SqlStore(f"sqlite:///{folder / 'ours.sqlite3'}", folder)
    source = records(max(SIZES) + runs * len(SIZES))
    path = folder / "tiny.json"
    kept = 0
    everything: dict[str, Any] = {}
    for size in SIZES:
        while kept < size:
            record = next(source)
            kept += 1
            everything[str(kept)] = plain(record)
            save(ours, record)
        # Filled in one write: inserting them one by one is what is being measured.
        path.write_text(json.dumps({"_default": everything}, ensure_ascii=False), "utf-8")
        tiny = TinyDB(path, encoding="utf-8", ensure_ascii=False)
        tiny_times, our_times = [], []
        for _ in range(runs):
            record = next(source)
            start = time.perf_counter()
            tiny.insert(plain(record))
            middle = time.perf_counter()
            save(ours, record)
            tiny_times.append((middle - start) * 1e3)
            our_times.append((time.perf_counter() - middle) * 1e3)
        tiny.close()
        median = runs // 2
        rows.append(
            {
                "documents": size,
                "tinydb_ms": round(sorted(tiny_times)[median], 2),
                "ours_ms": round(sorted(our_times)[median], 2),
            }
        )
    ours.close()
    return rows


def together(target: Any, arguments: tuple[str, ...]) -> tuple[int, float]:
    """Run the writers at once; how many died, and the seconds."""
    context = multiprocessing.get_context("spawn")
    start = time.perf_counter()
    writers = [context.Process(target=target, args=(*arguments, who)) for who in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return sum(writer.exitcode != 0 for writer in writers), time.perf_counter() - start


def concurrent_writers(folder: Path) -> dict[str, Any]:
    """What is left of 4 × 50 acknowledged writes."""
    path = folder / "shared.json"
    died, _ = together(tiny_writer, (str(path),))
    try:
        readable: int | str = len(TinyDB(path, encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        readable = f"unreadable ({type(error).__name__})"
    url = f"sqlite:///{folder / 'shared.sqlite3'}"
    store = SqlStore(url, folder)
    our_died, _ = together(our_writer, (url, str(folder)))
    with store.unit() as u:
        found = u.connection.exec_driver_sql("SELECT count(*) FROM version").scalar_one()
    store.close()
    return {
        "expected": WRITERS * WRITES,
        "tinydb_writers_died": died,
        "tinydb_left": readable,
        "ours_writers_died": our_died,
        "ours_left": found,
    }


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    build = ROOT / "build" / "benchmarks"
    build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as name:
        rows = cost_by_size(Path(name), options.runs)
        writers = concurrent_writers(Path(name))
    print(f"{'documents':>10}{'TinyDB insert':>16}{'our durable save':>18}  ms")
    for row in rows:
        print(f"{row['documents']:>10}{row['tinydb_ms']:>16}{row['ours_ms']:>18}")
    print(f"{WRITERS} processes × {WRITES} writes: {writers}")
    (build / "tinydb.json").write_text(json.dumps({"by_size": rows, "writers": writers}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
