"""Holding recognition to labelled rows, each as of its own day: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from formserver.core.definitions.editions import Catalogue
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.samples import SampleReport, SampleResult, read_samples
from formserver.equipment.sample_models import LabelledRow, Outcome

SAMPLES: Final = "equipment_samples"
Pairs = tuple[tuple[Outcome, Outcome], ...]
"""Outcomes of the same row, before and after a change."""


def shipped_rows(catalogue: Catalogue) -> tuple[LabelledRow, ...]:
    """The labelled rows that come with the program, in their order."""
    names = {one.name for one in catalogue.definitions(SAMPLES) if one.usable}
    sets = [read_samples(catalogue, name) for name in sorted(names)]
    return tuple(LabelledRow(sample, found.as_of) for found in sets for sample in found.samples)


def outcomes(library: EquipmentLibrary, rows: Iterable[LabelledRow]) -> tuple[Outcome, ...]:
    """What recognition says about each row as of its own day."""
    return tuple(
        Outcome(row, SampleResult(row.sample, library.recogniser(row.as_of).recognise(row.sample.equipment)))
        for row in rows
    )


def report(found: Iterable[Outcome]) -> SampleReport:
    """How good recognition is on these rows."""
    return SampleReport(tuple(one.result for one in found))


def broken(before: Sequence[Outcome], after: Sequence[Outcome]) -> Pairs:
    """Rows that came out right before and do not any more."""
    return tuple((a, b) for a, b in zip(before, after, strict=True) if a.right and not b.right)


def differing(before: Sequence[Outcome], after: Sequence[Outcome]) -> Pairs:
    """Rows about which another verdict or another rule speaks."""
    return tuple(
        (a, b)
        for a, b in zip(before, after, strict=True)
        if (a.finding.verdict, a.finding.rule) != (b.finding.verdict, b.finding.rule)
    )


def percent(part: Fraction | None) -> str:
    """A share in percent with two places, cut down so that only all is 100%; a dash where there is none."""
    if part is None:
        return "—"
    hundredths = part.numerator * 10_000 // part.denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
