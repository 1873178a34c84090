"""Calculators and limits read from definition files into what the engine works with.

The meta-schemas (``schemas/meta/calculator.json``, ``limits.json``) judge the form of a file beforehand; here a file is
trusted to have it. Formats: ``docs/calculators.md``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from formserver.calculation.model import (
    LEVELS,
    Choice,
    Confidence,
    Correction,
    Earlier,
    Figure,
    Indicator,
    Input,
    Levels,
    Product,
    Step,
    Table,
)
from formserver.core.definitions.document_type import DEFINITION_UNREADABLE

BUILT_IN: Final = {
    "total_energy": "kgce",
    "energy_in": "kgce",
    "energy_out": "kgce",
    "feedstock_energy": "kgce",
    "electricity_in": "kWh",
}
"""Names every formula may use; they come from the energy table of the request."""
BUILT_IN_TITLES: Final = {
    "total_energy": "综合能耗",
    "energy_in": "输入能源合计",
    "energy_out": "输出能源合计",
    "feedstock_energy": "原料用能",
    "electricity_in": "输入电量",
}


@dataclass(frozen=True, eq=False)
class Calculator:
    """One edition of the method of one standard. ``valid_from`` and ``valid_to`` are inclusive days."""

    id: str
    sha256: str
    name: str
    edition: str
    title: str
    standard: str
    standard_title: str
    standard_facts: Mapping[str, Any]
    valid_from: date | None
    valid_to: date | None
    earlier: tuple[Earlier, ...]
    sources: Mapping[str, str]
    limits: str
    coefficients: str
    carriers: tuple[str, ...]
    inputs: Mapping[str, Input]
    constants: Mapping[str, Figure]
    tables: Mapping[str, Table]
    steps: Mapping[str, Step]
    corrections: Mapping[str, Correction]
    products: Mapping[str, Product]
    unknown: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    twice: tuple[str, ...] = ()
    """Places whose key stands in the file before: of two, only the later one is here."""

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the method itself: constants and table values (limits have a file of their own)."""
        found = [*self.constants.values()]
        for product in self.products.values():
            found.extend(product.constants.values())
        for table in self.tables.values():
            found.extend(figure for _, figure in table.points)
            found.extend(figure for _, _, figure in table.bands)
            found.extend(table.texts.values())
        return tuple(found)


@dataclass(frozen=True, eq=False)
class LimitTable:
    """The limits of one standard, by product and indicator."""

    id: str
    sha256: str
    name: str
    edition: str
    standard: str
    valid_from: date | None
    valid_to: date | None
    sources: Mapping[str, str]
    limits: Mapping[tuple[str, str], Levels]
    twice: tuple[str, ...] = ()
    """Places of rows for a product and indicator that had one before."""

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every limit, benchmark and baseline value."""
        found: list[Figure] = []
        for levels in self.limits.values():
            found.extend(levels.levels.values())
            found.extend(f for f in (levels.benchmark, levels.baseline) if f is not None)
        return tuple(found)


def read_calculator(data: Mapping[str, Any], definition_id: str, sha256: str) -> Calculator:
    """A calculator from its file. ``definition_id`` is ``calculator/<name>/<edition>``."""
    _, name, edition = definition_id.split("/")
    sources = dict(data.get("sources", {}))
    standard = data["standard"]

    def figure(place: str, title: str, raw: Mapping[str, Any]) -> Figure:
        return _figure(f"{definition_id}#{place}", title, raw.get("value"), raw["unit"], raw, sources)

    return Calculator(
        id=definition_id,
        sha256=sha256,
        name=name,
        edition=edition,
        title=data["title"],
        standard=standard["number"],
        standard_title=standard.get("title", ""),
        standard_facts=standard,
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
        earlier=tuple(_earlier(one) for one in data.get("earlier", ())),
        sources=sources,
        limits=data["limits"],
        coefficients=data.get("coefficients", "gbt2589"),
        carriers=tuple(data.get("carriers", ())),
        inputs={key: _input(key, raw) for key, raw in data.get("inputs", {}).items()},
        constants={
            key: figure(f"constants/{key}", raw["title"], raw)
            for key, raw in data.get("constants", {}).items()
        },
        tables={key: _table(definition_id, key, raw, sources) for key, raw in data.get("tables", {}).items()},
        steps={raw["key"]: _step(raw, sources) for raw in data.get("steps", ())},
        corrections={key: _correction(key, raw, sources) for key, raw in data.get("corrections", {}).items()},
        products={
            raw["key"]: _product(
                raw,
                {
                    key: figure(f"products/{raw['key']}/{key}", one["title"], one)
                    for key, one in raw.get("constants", {}).items()
                },
            )
            for raw in data["products"]
        },
        unknown=tuple(data.get("unknown", ())),
        examples=tuple(data.get("examples", ())),
        twice=tuple(_twice_in_calculator(data)),
    )


def read_limits(data: Mapping[str, Any], definition_id: str, sha256: str) -> LimitTable:
    """A limits file. ``definition_id`` is ``limits/<name>/<edition>``."""
    _, name, edition = definition_id.split("/")
    sources = dict(data.get("sources", {}))
    found: dict[tuple[str, str], Levels] = {}
    for raw in data["limits"]:
        found[raw["product"], raw["indicator"]] = _levels(definition_id, raw, sources)
    return LimitTable(
        id=definition_id,
        sha256=sha256,
        name=name,
        edition=edition,
        standard=data["standard"],
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
        sources=sources,
        limits=found,
        twice=tuple(_twice("/limits", ((raw["product"], raw["indicator"]) for raw in data["limits"]))),
    )


def _twice_in_calculator(data: Mapping[str, Any]) -> Iterator[str]:
    for part in ("steps", "products", "examples"):
        yield from _twice(f"/{part}", (raw["key"] for raw in data.get(part, ())))
    for number, raw in enumerate(data["products"]):
        yield from _twice(f"/products/{number}/indicators", (one["key"] for one in raw["indicators"]))
    for key, raw in data.get("inputs", {}).items():
        for field in ("value", "title"):
            yield from _twice(f"/inputs/{key}/choices", (one[field] for one in raw.get("choices", ())))


def _twice(place: str, keys: Iterable[Hashable]) -> Iterator[str]:
    seen: set[Hashable] = set()
    for number, key in enumerate(keys):
        if key in seen:
            yield f"{place}/{number}"
        seen.add(key)


_LEVEL_NAMES: Final = {1: "1级（先进值）", 2: "2级（准入值）", 3: "3级（限定值）"}


def _levels(definition_id: str, raw: Mapping[str, Any], sources: Mapping[str, str]) -> Levels:
    place = f"{definition_id}#{raw['product']}/{raw['indicator']}"
    own = raw.get("level_confidence", {})
    absent = frozenset(int(level) for level in raw.get("absent", ()))
    levels = {}
    for level in LEVELS:
        if level in absent:
            continue
        facts = {**raw, "confidence": own.get(str(level), raw.get("confidence", "unknown"))}
        levels[level] = _figure(
            f"{place}/{level}",
            _LEVEL_NAMES[level],
            raw["levels"].get(str(level)),
            raw["unit"],
            facts,
            sources,
        )
    policy = raw.get("benchmark") or {}

    def scale(key: str, title: str) -> Figure | None:
        if policy.get(key) is None:
            return None
        return _figure(f"{place}/{key}", title, policy[key], policy.get("unit", raw["unit"]), policy, sources)

    return Levels(
        product=raw["product"],
        indicator=raw["indicator"],
        unit=raw["unit"],
        levels=levels,
        absent=absent,
        benchmark=scale("benchmark", "标杆水平"),
        baseline=scale("baseline", "基准水平"),
        clause=raw.get("clause") or "",
        note=raw.get("note") or "",
        stated=frozenset(int(level) for level, value in raw["levels"].items() if value is not None),
    )


def _figure(
    place: str,
    title: str,
    value: str | None,
    unit: str,
    facts: Mapping[str, Any],
    sources: Mapping[str, str],
) -> Figure:
    code = facts.get("source") or ""
    confidence = Confidence(facts.get("confidence") or "unknown")
    return Figure(
        id=place,
        title=title,
        value=None if value is None else Decimal(value),
        unit=unit,
        confidence=Confidence.UNKNOWN if value is None else confidence,
        source=sources.get(code, code),
        clause=facts.get("clause") or "",
        note=facts.get("note") or "",
    )


def _input(key: str, raw: Mapping[str, Any]) -> Input:
    return Input(
        key=key,
        title=raw["title"],
        kind=raw.get("kind", "decimal"),
        unit=raw.get("unit", ""),
        minimum=_decimal(raw.get("minimum")),
        maximum=_decimal(raw.get("maximum")),
        positive=raw.get("positive", False),
        required=raw.get("required", True),
        required_when=raw.get("required_when", ""),
        asked_when=raw.get("asked_when", ""),
        choices=tuple(Choice(one["value"], one["title"]) for one in raw.get("choices", ())),
        default=raw.get("default"),
        help=raw.get("help", ""),
        digits=raw.get("digits"),
    )


def _step(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Step:
    code = raw.get("source") or ""
    return Step(
        key=raw["key"],
        title=raw["title"],
        unit=raw["unit"],
        expression=raw["expression"],
        clause=raw.get("clause") or "",
        confidence=Confidence(raw.get("confidence") or "verified"),
        source=sources.get(code, code),
        note=raw.get("note") or "",
        digits=raw.get("digits", 4),
    )


def _correction(key: str, raw: Mapping[str, Any], sources: Mapping[str, str]) -> Correction:
    code = raw.get("source") or ""
    return Correction(
        key=key,
        title=raw["title"],
        expression=raw["expression"],
        levels=tuple(raw.get("levels", LEVELS)),
        when=raw.get("when", ""),
        clause=raw.get("clause") or "",
        confidence=Confidence(raw.get("confidence") or "verified"),
        source=sources.get(code, code),
        note=raw.get("note") or "",
    )


def _table(definition_id: str, key: str, raw: Mapping[str, Any], sources: Mapping[str, str]) -> Table:
    def figure(number: object, value: str | None) -> Figure:
        return _figure(
            f"{definition_id}#tables/{key}/{number}", raw["title"], value, raw["unit"], raw, sources
        )

    return Table(
        key=key,
        title=raw["title"],
        rule=raw["rule"],
        unit_in=raw.get("in", ""),
        unit=raw["unit"],
        points=tuple((Decimal(at), figure(i, value)) for i, (at, value) in enumerate(raw.get("points", ()))),
        bands=tuple(
            (_decimal(low), _decimal(high), figure(i, value))
            for i, (low, high, value) in enumerate(raw.get("bands", ()))
        ),
        texts={text: figure(text, value) for text, value in raw.get("texts", {}).items()},
        upper_inclusive=raw.get("upper_inclusive", True),
        clause=raw.get("clause") or "",
    )


def _product(raw: Mapping[str, Any], constants: Mapping[str, Figure]) -> Product:
    return Product(
        key=raw["key"],
        title=raw["title"],
        group=raw.get("group", ""),
        units=raw.get("units", {}),
        titles=raw.get("titles", {}),
        constants=constants,
        asks_energy=raw.get("asks_energy", True),
        note=raw.get("note") or "",
        indicators=tuple(
            Indicator(
                key=one["key"],
                title=one["title"],
                unit=one["unit"],
                value=one["value"],
                corrections=tuple(one.get("corrections", ())),
                comparison=one.get("comparison", "full"),
                limit_digits=one.get("limit_digits", 0),
                digits=one.get("digits", 2),
                direction=one.get("direction", "le"),
                clause=one.get("clause") or "",
                output=one.get("output", ""),
                excess=one.get("excess", True),
            )
            for one in raw["indicators"]
        ),
    )


def _earlier(raw: Mapping[str, Any]) -> Earlier:
    return Earlier(
        number=raw["number"],
        valid_from=_day(raw.get("valid_from")),
        valid_to=_day(raw["valid_to"]) or date.max,
        note=raw.get("note") or "",
        confidence=Confidence(raw.get("confidence") or "recalled"),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:  # the meta-schema knows the form of a date, not the months
        raise DEFINITION_UNREADABLE(name=text, reason=f"没有 {text} 这一天") from error


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
