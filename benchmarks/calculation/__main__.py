"""``python -m benchmarks.calculation [--rows N] [--json]``: the calculators against the targets of the product.

One calculation ≤ 2 ms, 10,000 batch rows ≤ 15 s with xlsx in and out, loading every calculator ≤ 1 s. No library that
evaluates formulas is among our dependencies, so the engine is compared with the same formulas written out by hand with
Python's ``decimal`` (no units, no corrections, no trace, no verdict): a floor, not a rival. Writing is compared with
openpyxl's write-only mode on the same rows.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from openpyxl import Workbook, load_workbook

from formserver.calculation.engine import calculate, nobody
from formserver.calculation.library import Library
from formserver.calculation.requests import request_from_json
from formserver.calculators.batch_book import input_book
from formserver.calculators.batch_columns import batch_product
from formserver.calculators.batch_reading import read_batch
from formserver.calculators.batch_running import engine_for, run_batch
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.rendering.sheet_streaming import streamed

TODAY = date(2026, 11, 21)
PRODUCT = "cement.clinker"
_INPUTS = {
    "coal_t": "208000",
    "q_net_ar": "22400",
    "q_standard": "29307.6",
    "clinker_t": "1550000",
    "clinker_kwh": "83700000",
    "waste_heat_kwh_net": "0",
    "waste_heat_factor": "0",
    "waste_heat_use_kgce": "0",
    "altitude_m": "420",
}


def by_hand(given: dict[str, str]) -> list[bool]:
    """The three indicators of cement clinker (GB 16780-2021) without units, corrections, trace or confirmations."""
    with localcontext() as context:
        context.prec = 50
        v = {key: Decimal(text) for key, text in given.items()}
        burnt = v["coal_t"] * 1000 * v["q_net_ar"] / v["q_standard"]
        recovered = v["waste_heat_factor"] * v["waste_heat_kwh_net"] + v["waste_heat_use_kgce"]
        coal = (burnt - recovered) / v["clinker_t"]
        electricity = v["clinker_kwh"] / v["clinker_t"]
        energy = coal + Decimal("0.1229") * electricity
        return [energy <= 117, electricity <= 61, coal <= 109]


def load() -> tuple[float, float, Library]:
    """Seconds to read every edition of every calculator with its limits the first and the second time."""
    started = time.perf_counter()
    library = Library(shipped_catalogue(SystemClock()))
    seconds = []
    for _ in range(2):
        for name in library.names():
            for edition in library.editions(name):
                library.limits(edition, TODAY)
        seconds.append(time.perf_counter() - started)
        started = time.perf_counter()
    return seconds[0], seconds[1], library


def median_ms(work: Callable[[], Any], rounds: int = 400) -> float:
    """The median of ``rounds`` runs after a warm-up."""
    for _ in range(20):
        work()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return statistics.median(found) * 1000


def slowest(library: Library) -> tuple[str, float]:
    """The worked example of any calculator that takes longest, with every step traced."""
    worst = ("", 0.0)
    for name in library.names():
        for example in library.calculator(name).examples:
            keys = ("product", "period", "inputs", "energy", "edition", "new_project")
            request = request_from_json({"calculator": name, **{k: example[k] for k in keys if k in example}})
            found = median_ms(lambda request=request: calculate(library, request), 20)
            worst = max(worst, (f"{name}.{example['product']}", found), key=lambda one: one[1])
    return worst


def filled(library: Library, rows: int) -> bytes:
    """The workbook people download, filled in."""
    product = batch_product(library, PRODUCT, TODAY)
    book = load_workbook(io.BytesIO(input_book([product])))
    sheet = book[book.sheetnames[1]]
    keys = [column.key for column in product.columns]
    for number in range(rows):
        row: dict[str, Any] = {f"input/{key}": float(text) for key, text in _INPUTS.items()}
        row["input/clinker_kwh"] += number % 1000 * 20_000
        row |= {"fact/enterprise": f"企业{number}", "fact/county": f"{number % 40}号县", "fact/start": "2025"}
        sheet.append([row.get(key) for key in keys])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def openpyxl_write_only(table: list[list[Any]]) -> bytes:
    """The peer: the same rows by openpyxl in its write-only mode."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for row in table:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def measure(rows: int) -> dict[str, Any]:
    """Everything, in one run."""
    first, again, library = load()
    request = request_from_json(
        {
            "calculator": "cement",
            "product": "clinker",
            "period": {"start": "2025-01-01", "end": "2025-12-31"},
            "inputs": _INPUTS,
        }
    )
    found: dict[str, Any] = {"load_seconds": first, "load_again_seconds": again}
    found["one_traced_ms"] = median_ms(lambda: calculate(library, request))
    found["one_untraced_ms"] = median_ms(lambda: calculate(library, request, trace=False))
    found["by_hand_ms"] = median_ms(lambda: by_hand(_INPUTS))
    found["slowest"], found["slowest_ms"] = slowest(library)
    data = filled(library, rows)
    started = time.perf_counter()
    book = read_batch(data, "in.xlsx", library, TODAY)
    read = time.perf_counter()
    target = io.BytesIO()
    tally = run_batch(book, engine_for(library, nobody), TODAY, target, lambda _percent, _text: None)
    found |= {
        "rows": rows,
        "read_seconds": read - started,
        "batch_seconds": time.perf_counter() - started,
        "counts": tally.counts,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "result_mb": len(target.getvalue()) / 1e6,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = load_workbook(target, read_only=True).worksheets[2]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    ours, theirs = [], []
    for _ in range(3):
        started = time.perf_counter()
        streamed([("表", [12.0] * len(table[0]), table)])
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        openpyxl_write_only(table)
        theirs.append(time.perf_counter() - started)
    found |= {"cells": sum(map(len, table)), "write_seconds": min(ours), "openpyxl_seconds": min(theirs)}
    return found


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calculation", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the batch (default 10,000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    found = measure(chosen.rows)
    if chosen.json:
        json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
        return
    ratio = found["one_untraced_ms"] / found["by_hand_ms"]
    print(f"every calculator read the first time   {found['load_seconds'] * 1000:9.1f} ms")
    print(f"asked again                            {found['load_again_seconds'] * 1000:9.1f} ms")
    print(f"one calculation, every step traced     {found['one_traced_ms']:9.3f} ms")
    print(
        f"one calculation as batches ask it      {found['one_untraced_ms']:9.3f} ms   {ratio:.1f} × by hand"
    )
    print(f"the formulas alone, by hand, Decimal   {found['by_hand_ms']:9.3f} ms")
    print(f"slowest worked example                 {found['slowest_ms']:9.3f} ms   {found['slowest']}")
    print(
        f"batch of {found['rows']} rows, xlsx to xlsx    {found['batch_seconds']:9.2f} s    {found['counts']}"
    )
    print(f"  of this reading                      {found['read_seconds']:9.2f} s")
    print(
        f"  peak memory of the whole process     {found['peak_mb']:9.1f} MB   result {found['result_mb']:.1f} MB"
    )
    write = found["openpyxl_seconds"] / found["write_seconds"]
    print(f"writing the {found['cells']} cells, ours          {found['write_seconds']:9.2f} s")
    print(f"  openpyxl {'write-only':<28}{found['openpyxl_seconds']:9.2f} s    {write:.1f} × ours")


if __name__ == "__main__":
    main()
