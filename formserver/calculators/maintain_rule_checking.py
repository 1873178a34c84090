"""Judging coefficients, ladder prices and grade tables: form, the rules of the kind, their own examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.coefficients import Carrier, coefficients_from_json
from formserver.calculation.grade_checking import check_grades
from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.library import Library
from formserver.calculation.tariff_checking import check_tariff
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.units import unit
from formserver.calculators.maintain_checking import MOST_FAULTS, Judged
from formserver.calculators.maintain_models import RULE_FOLDERS, Draft
from formserver.calculators.maintain_timeline import place
from formserver.core.canonical import canonical_json, digest
from formserver.core.clock import SystemClock
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.definitions.repository import Definition, MemoryDefinitionRepository
from formserver.core.errors import AppError, Problem

_APART: Final = Decimal("0.2")
"""A coefficient and its heating value that differ by more than this share: one of both is mistyped."""


def judge_rule(catalogue: Catalogue, draft: Draft) -> Judged:
    """Everything wrong with a draft of one file as it stands. Never raises for faulty content."""
    return Judged(tuple(rule_problems(catalogue, draft.kind, draft.name, draft.edition, draft.method)))


def judge_stored_rule(catalogue: Catalogue, definition: Definition) -> list[Problem]:
    """The judge of stored files for every other way of publishing (core/definitions/publishing.py)."""
    data = read_json(definition.content, definition.id)
    return rule_problems(catalogue, definition.kind, definition.name, definition.version, data)


def rule_problems(
    catalogue: Catalogue, kind: str, name: str, edition: str, data: Mapping[str, Any]
) -> list[Problem]:
    """Form first; what has no good form is not judged further."""
    found = [Problem("DEFINITION_SCHEMA", said, at) for at, said in meta_faults(kind, data)]
    wanted = (("$id", f"{RULE_FOLDERS[kind]}/{name}/{edition}"), ("name", name))
    found += [
        Problem("DEFINITION_RULE", f"应为 {value}。", f"/{key}")
        for key, value in wanted
        if data.get(key) != value
    ]
    if found:
        return found[:MOST_FAULTS]
    try:
        made = rule_definition(kind, name, edition, data)
        faults = _tried(catalogue, made)
    except AppError as error:  # what it extends is not there
        faults = [("/extends" if "extends" in data else "", error.message())]
    except (ValueError, ArithmeticError, KeyError, TypeError, RecursionError):
        faults = [("", "内容前后不一致，不能核算；请核对日期、代号和单位。")]
    return [Problem("DEFINITION_RULE", said, at) for at, said in faults][:MOST_FAULTS]


def rule_definition(kind: str, name: str, edition: str, data: Mapping[str, Any]) -> Definition:
    """The file as an own edition in force. Raises ValueError for days that are none."""
    return Definition(
        kind=kind,
        name=name,
        version=edition,
        origin="local",
        sha256=digest(data),
        status="published",
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
        content=canonical_json(data),
    )


def rivals(definitions: Iterable[Definition], kind: str, edition: str, region: str) -> list[Definition]:
    """The other editions an edition takes its place among: of a tariff only those of the same region."""
    return [
        one
        for one in definitions
        if one.version != edition and (kind != "tariff" or region_of(one) == region)
    ]


def region_of(definition: Definition) -> str:
    """The region a stored tariff is for; "" is the whole country."""
    return str(read_json(definition.content, definition.id).get("region", ""))


def _tried(catalogue: Catalogue, made: Definition) -> list[tuple[str, str]]:
    """What is wrong with it, and what its examples give, in a catalogue in which it holds already."""
    if made.valid_from and made.valid_to and made.valid_to < made.valid_from:
        return [("/valid_to", "终止日早于起始日。")]
    if made.kind == "coefficients":
        return list(_coefficient_faults(catalogue, made))
    stored = [one for one in catalogue.definitions(made.kind) if one.id != made.id]
    repository = MemoryDefinitionRepository()
    for one in stored:
        repository.put(one)
    if made.valid_from is not None:
        own = [one for one in stored if one.name == made.name]
        placed = place(rivals(own, made.kind, made.version, region_of(made)), made.valid_from, made.valid_to)
        for one in placed.ended:
            repository.put(one)
        made = replace(made, valid_to=placed.valid_to)
    repository.put(made)
    trial = Catalogue(repository, SystemClock())
    if made.kind == "tariff":
        tariffs = TariffLibrary(trial)
        tariff = next(one for one in tariffs.editions(made.name) if one.edition == made.version)
        return check_tariff(tariffs, tariff)
    tables = GradeLibrary(trial)
    table = next(one for one in tables.editions(made.name) if one.edition == made.version)
    return check_grades(tables, table)


def _coefficient_faults(catalogue: Catalogue, made: Definition) -> Iterator[tuple[str, str]]:
    data = read_json(made.content, made.id)
    found = coefficients_from_json(data, made.id, made.sha256)
    standard = found.standard_coal_heat.value
    if standard is None or standard <= 0:
        yield "/standard_coal_heat/value", "标准煤发热量应大于 0。"
        return
    for key, carrier in found.carriers.items():
        yield from _carrier_faults(f"/carriers/{key}", carrier, standard, set(data["sources"]), data)
    named: dict[str, set[str]] = {}
    library = Library(catalogue)
    for name in library.names():
        for calculator in library.editions(name):
            if calculator.coefficients == made.name:
                for missing in set(calculator.carriers) - set(found.carriers):
                    named.setdefault(missing, set()).add(calculator.title)
    for missing, users in sorted(named.items()):
        yield "/carriers", f"缺少 {missing}：{'、'.join(sorted(users)[:3])} 的计算包用到它。"


def _carrier_faults(
    at: str, carrier: Carrier, standard: Decimal, sources: set[str], data: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    raw = data["carriers"][carrier.key]
    try:
        unit(carrier.coefficient_unit)
    except AppError as error:
        yield f"{at}/unit", error.message()
    for code in sorted(set(raw.get("seen_in", ())) - sources):
        yield f"{at}/seen_in", f"来源里没有代号 {code}。"
    low, high = (None if one is None else one.value for one in (carrier.low, carrier.high))
    if low is not None and high is not None and low >= high:
        yield f"{at}/range", "区间的下限应小于上限。"
    value, heat = carrier.figure.value, carrier.heat_value
    if value is not None and value <= 0 and not carrier.is_medium:
        yield f"{at}/coefficient", "折标系数应大于 0。"
    elif value is not None and heat and carrier.heat_unit == f"kJ/{carrier.unit}" and not carrier.is_medium:
        worked = heat / standard
        if abs(worked - value) > worked * _APART:
            said = f"{worked:.4f}"
            yield f"{at}/coefficient", f"与低位发热量折得的 {said} 相差两成以上，请核对数值与单位。"
    for year, figure in carrier.primary.items():
        place_ = f"{at}/primary/by_year/{year}"
        if figure.unit != carrier.coefficient_unit:
            yield f"{place_}/unit", f"单位应为 {carrier.coefficient_unit}。"
        if figure.value is None or figure.value <= 0:
            yield f"{place_}/value", "等价值应大于 0。"
        elif value is not None and figure.value < value:
            yield f"{place_}/value", f"等价值不应小于当量值 {value}。"
        for code in sorted(set(raw["primary"]["by_year"][str(year)].get("seen_in", ())) - sources):
            yield f"{place_}/seen_in", f"来源里没有代号 {code}。"


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
