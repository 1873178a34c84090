"""Labelled rows: what recognition should say about them, what it says, and how good that makes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import Kind, error_code
from formserver.equipment.matching.model import Equipment, Finding, Verdict
from formserver.equipment.matching.recogniser import Recogniser

SAMPLES_UNKNOWN = error_code(
    "EQUIPMENT_SAMPLES_UNKNOWN",
    Kind.NOT_FOUND,
    zh="没有名为 {name} 的识别样本。",
    en="There are no labelled rows {name}.",
)
_STATED = tuple(one.name for one in fields(Equipment))


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled row: ``stated`` by the keys of the list's columns, the verdict and the rule expected ("" for 正常)."""

    id: str
    stated: Mapping[str, str]
    verdict: Verdict
    rule: str
    why: str = ""

    @property
    def equipment(self) -> Equipment:
        """What recognition reads of the row."""
        return Equipment(**{key: self.stated.get(key, "") for key in _STATED})


@dataclass(frozen=True, slots=True)
class SampleSet:
    """The labelled rows of one definition and the day they are judged as of."""

    definition: str
    as_of: date
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What was expected of a row and what came. ``agrees`` needs verdict and, where one is named, rule."""

    sample: Sample
    got: Finding

    @property
    def expected(self) -> Verdict:
        """The verdict on the label."""
        return self.sample.verdict

    @property
    def agrees(self) -> bool:
        """Whether verdict and rule are those on the label."""
        return self.expected is self.got.verdict and self.sample.rule in ("", self.got.rule)


@dataclass(frozen=True)
class SampleReport:
    """The results of one run, in the order of the rows."""

    results: tuple[SampleResult, ...]

    @cached_property
    def confusion(self) -> Mapping[tuple[Verdict, Verdict], int]:
        """(expected, got) → rows; pairs that did not occur are not there."""
        return Counter((one.expected, one.got.verdict) for one in self.results)

    @property
    def disagreeing(self) -> tuple[SampleResult, ...]:
        """The rows whose verdict or rule is not the one on the label."""
        return tuple(one for one in self.results if not one.agrees)

    @property
    def wrongly_eliminated(self) -> tuple[SampleResult, ...]:
        """误判: 淘汰 for what is not. Must be empty (matching specification §11.7)."""
        return tuple(
            one
            for one in self.results
            if one.got.verdict is Verdict.ELIMINATED and one.expected is not Verdict.ELIMINATED
        )

    @property
    def missed(self) -> tuple[SampleResult, ...]:
        """漏判: 正常 for what is not. Must be empty (§11.7)."""
        return tuple(
            one for one in self.results if one.got.verdict is Verdict.OK and one.expected is not Verdict.OK
        )

    def precision(self, verdict: Verdict = Verdict.ELIMINATED) -> Fraction | None:
        """Of the rows given ``verdict``, the part that should have it; None where none was given it."""
        given = sum(count for (_, got), count in self.confusion.items() if got is verdict)
        return Fraction(self.confusion.get((verdict, verdict), 0), given) if given else None

    def recall(self, verdict: Verdict = Verdict.ELIMINATED) -> Fraction | None:
        """Of the rows that should have ``verdict``, the part given it; None where no row should."""
        wanted = sum(count for (expected, _), count in self.confusion.items() if expected is verdict)
        return Fraction(self.confusion.get((verdict, verdict), 0), wanted) if wanted else None


@dataclass(frozen=True, slots=True)
class SampleChange:
    """A row two rule libraries judge differently."""

    sample: Sample
    before: Finding
    after: Finding


def read_samples(catalogue: Catalogue, name: str = "national") -> SampleSet:
    """The newest usable edition of the labelled rows ``name``. Raises EQUIPMENT_SAMPLES_UNKNOWN."""
    usable = [one for one in catalogue.definitions("equipment_samples", name) if one.usable]
    if not usable:
        raise SAMPLES_UNKNOWN(name=name[:60])
    return samples_from_json(read_json(usable[-1].content, usable[-1].id), usable[-1].id)


def samples_from_json(data: Mapping[str, Any], definition: str) -> SampleSet:
    """The rows of a file that keeps to its meta-schema."""
    return SampleSet(
        definition,
        date.fromisoformat(data["as_of"]),
        tuple(
            Sample(one["id"], one["stated"], Verdict(one["verdict"]), one["rule"], one.get("why", ""))
            for one in data["samples"]
        ),
    )


def run_samples(recogniser: Recogniser, samples: Iterable[Sample]) -> SampleReport:
    """Every row judged by ``recogniser``."""
    return SampleReport(
        tuple(SampleResult(sample, recogniser.recognise(sample.equipment)) for sample in samples)
    )


def changed_samples(
    before: Recogniser, after: Recogniser, samples: Sequence[Sample]
) -> tuple[SampleChange, ...]:
    """The rows whose verdict or rule changes from one rule library to another: the effect of a draft."""
    found = []
    for sample in samples:
        old, new = before.recognise(sample.equipment), after.recognise(sample.equipment)
        if (old.verdict, old.rule) != (new.verdict, new.rule):
            found.append(SampleChange(sample, old, new))
    return tuple(found)
