"""Rules of recognition as shipped: derive those catalogue lines make themselves, check all of them, measure them.

``derive`` rewrites the ``rules`` of ``schemas/elimination`` from the lines no rule of ``schemas/matching`` speaks to;
``check`` fails where the files differ from what ``derive`` makes or a judge finds a fault; ``quality`` prints how the
labelled rows come out (see docs/benchmarks.md).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.repository import EQUIPMENT_KINDS
from formserver.equipment.matching.deriving_lines import derive_batch
from formserver.equipment.matching.judging import judge_definition
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.library_reading import batch_from_json
from formserver.equipment.matching.model import VERDICT_WORDS, Verdict
from formserver.equipment.matching.samples import SampleReport, read_samples, run_samples

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


def derived(path: Path, library: EquipmentLibrary) -> str:
    """The file at ``path`` with the rules its own lines make; one rule a line, as items are."""
    text = path.read_text(encoding="utf-8")
    batch = batch_from_json(json.loads(text), path.relative_to(SCHEMAS).with_suffix("").as_posix())
    records = derive_batch(library, batch)
    lines = ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in records)
    head = text[: text.index(' "rules": [')]
    return f'{head} "rules": [\n{lines}\n ]\n}}\n' if records else f'{head} "rules": []\n}}\n'


def catalogues() -> list[Path]:
    """Every shipped elimination catalogue."""
    return sorted((SCHEMAS / "elimination").rglob("*.json"))


def check() -> list[str]:
    """What stands against the shipped files, in words."""
    catalogue = shipped_catalogue(SystemClock())
    library = EquipmentLibrary(catalogue)
    found = [
        f"{path.relative_to(SCHEMAS)}: rules differ from what its lines make; run python -m tools.equipment derive"
        for path in catalogues()
        if derived(path, library) != path.read_text(encoding="utf-8")
    ]
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
            library = EquipmentLibrary(shipped_catalogue(SystemClock()))
            for path in catalogues():
                path.write_text(derived(path, library), encoding="utf-8")
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
