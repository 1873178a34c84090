"""Rules of recognition as shipped: derive those catalogue lines make themselves, check all of them, measure them.

``derive`` rewrites the ``rules`` of ``schemas/elimination`` from the lines no rule of ``schemas/matching`` speaks to;
``check`` fails where the files differ from what ``derive`` makes or a judge finds a fault; ``quality`` prints how the
labelled rows come out (see docs/benchmarks.md).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.repository import EQUIPMENT_KINDS
from formserver.equipment.matching.deriving import Words, derive_rules
from formserver.equipment.matching.judging import judge_definition
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import VERDICT_WORDS, Deadline, Item, Verdict
from formserver.equipment.matching.samples import SampleReport, read_samples, run_samples

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


def derived(path: Path) -> str:
    """The file at ``path`` with the rules its own lines make; one rule a line, as items are."""
    text = path.read_text(encoding="utf-8")
    data = json.loads(text)
    spoken, words = _national()
    items = [_item(data, one) for one in data["items"] if f"{data['name']}:{one['id']}" not in spoken]
    records = derive_rules(items, data["title"], words)
    lines = ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in records)
    head = text[: text.index(' "rules": [')]
    return f'{head} "rules": [\n{lines}\n ]\n}}\n' if records else f'{head} "rules": []\n}}\n'


def _national() -> tuple[frozenset[str], Words]:
    spoken: set[str] = set()
    series: set[str] = set()
    kinds: set[str] = set()
    for path in sorted((SCHEMAS / "matching").rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        spoken |= {ref for rule in data["rules"] for ref in rule["items"]}
        grammar = data["grammar"]
        series |= set(grammar["transformer_series"])
        kinds |= {word for words in grammar["category_keywords"].values() for word in words}
        kinds |= set(grammar["out_of_scope_keywords"])
    return frozenset(spoken), Words(frozenset(series), frozenset(kinds))


def _item(data: Mapping[str, Any], one: Mapping[str, Any]) -> Item:
    on = one["deadline"]["on"]
    deadline = Deadline(one["deadline"]["text"], date.fromisoformat(on) if on else None)
    return Item(
        f"{data['name']}:{one['id']}", data["name"], data["$id"], one["seq"], one["section"], one["category"], one["name"],
        one["model"], one["condition"], deadline, one["reason"], one["replacement"], one["confidence"] == "recalled",
        one["source"],
    )  # fmt: skip


def catalogues() -> list[Path]:
    """Every shipped elimination catalogue."""
    return sorted((SCHEMAS / "elimination").rglob("*.json"))


def check() -> list[str]:
    """What stands against the shipped files, in words."""
    found = [
        f"{path.relative_to(SCHEMAS)}: rules differ from what its lines make; run python -m tools.equipment derive"
        for path in catalogues()
        if derived(path) != path.read_text(encoding="utf-8")
    ]
    catalogue = shipped_catalogue(SystemClock())
    for kind in EQUIPMENT_KINDS:
        for definition in catalogue.definitions(kind):
            found += [
                f"{definition.id}{problem.pointer}: {problem.message}"
                for problem in judge_definition(catalogue, definition)
            ]
    return found


def quality() -> SampleReport:
    """The shipped labelled rows against the shipped rules."""
    catalogue = shipped_catalogue(SystemClock())
    samples = read_samples(catalogue)
    return run_samples(EquipmentLibrary(catalogue).recogniser(samples.as_of), samples.samples)


def quality_text(report: SampleReport) -> str:
    """The report as Markdown: totals and the table expected × got."""
    order = tuple(Verdict)
    lines = [
        f"{len(report.results)} rows, {len(report.disagreeing)} disagreeing in verdict or rule, "
        f"{len(report.wrongly_eliminated)} wrongly 淘汰, {len(report.missed)} missed.",
        "",
        "| expected | " + " | ".join(VERDICT_WORDS[one] for one in order) + " | precision | recall |",
        "|---|" + "--:|" * (len(order) + 2),
    ]
    for expected in order:
        counts = " | ".join(str(report.confusion.get((expected, got), 0)) for got in order)
        figures = " | ".join(
            "–" if part is None else f"{float(part):.4f}"
            for part in (report.precision(expected), report.recall(expected))
        )
        lines.append(f"| {VERDICT_WORDS[expected]} | {counts} | {figures} |")
    differing = [
        f"- {one.sample.id} {one.sample.stated.get('model', '')}: expected {one.expected.value} {one.sample.rule}, "
        f"got {one.got.verdict.value} {one.got.rule}"
        for one in report.disagreeing
    ]
    return "\n".join(lines + differing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 where something stands against the files."""
    parser = argparse.ArgumentParser(prog="python -m tools.equipment", description=__doc__)
    parser.add_argument("what", choices=("derive", "check", "quality"))
    match parser.parse_args(arguments).what:
        case "derive":
            for path in catalogues():
                path.write_text(derived(path), encoding="utf-8")
            return 0
        case "check":
            faults = check()
            sys.stdout.write("".join(f"{fault}\n" for fault in faults))
            return 1 if faults else 0
        case _:
            report = quality()
            sys.stdout.write(f"{quality_text(report)}\n")
            return 1 if report.disagreeing else 0


if __name__ == "__main__":
    raise SystemExit(main())
