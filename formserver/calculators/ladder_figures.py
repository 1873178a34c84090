"""The figures of ladder prices and grade tables for the list a maintainer confirms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from formserver.calculation.coefficients import coefficients_from_json
from formserver.calculation.grade_library import GradeLibrary, read_grades
from formserver.calculation.grade_model import GradeTable
from formserver.calculation.grades import row_title
from formserver.calculation.model import Figure
from formserver.calculation.results import plain
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import Tariff
from formserver.calculation.tariff_reading import read_tariff
from formserver.calculators.confirm_figures import Item, coefficient_items
from formserver.calculators.maintain_models import Draft
from formserver.core.canonical import digest
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue


def rule_items(catalogue: Catalogue) -> Iterator[Item]:
    """Every figure of every usable tariff and grade table, where it stands (a regional edition: only its own)."""
    tariffs = TariffLibrary(catalogue)
    for name in tariffs.names():
        for tariff in tariffs.editions(name):
            yield from _tariff_items(tariff)
    tables = GradeLibrary(catalogue)
    for name in tables.names():
        for table in tables.editions(name):
            yield from _table_items(table)


def rule_draft_items(catalogue: Catalogue, draft: Draft) -> tuple[Item, ...]:
    """The figures of a draft that was judged good, of coefficients, a tariff or a grade table."""
    return rule_file_items(catalogue, draft.kind, draft.method_id, draft.method)


def rule_file_items(
    catalogue: Catalogue, kind: str, definition_id: str, data: Mapping[str, Any]
) -> tuple[Item, ...]:
    """The figures of a file of coefficients, a tariff or a grade table. Raises DEFINITION_NOT_FOUND where what it
    extends is not there."""
    if kind == "coefficients":
        return tuple(coefficient_items(coefficients_from_json(data, definition_id, digest(data))))
    if kind == "grades":
        return tuple(_table_items(read_grades(data, definition_id, digest(data))))
    base = None
    if "extends" in data:
        found = catalogue.definition("tariff", *str(data["extends"]).split("/", 1))
        base = (read_json(found.content, found.id), found.id, found.sha256)
    return tuple(_tariff_items(read_tariff(data, definition_id, digest(data), base)))


def _tariff_items(tariff: Tariff) -> Iterator[Item]:
    for figure in tariff.figures:
        if figure.id.startswith(f"{tariff.id}#"):
            yield _item(figure, "电价数值", figure.title, tariff.number, tariff.name, (tariff.title,))


def _table_items(table: GradeTable) -> Iterator[Item]:
    for row in table.rows:
        place = row_title(table, row)
        for limits in row.limits.values():
            for figure in limits.values():
                title = f"{place} {figure.title}"
                yield _item(figure, "能效限值", title, table.standard, table.name, (table.title,))


def _item(figure: Figure, kind: str, title: str, standard: str, name: str, used_in: tuple[str, ...]) -> Item:
    return Item(
        id=figure.id,
        kind=kind,
        title=title,
        value="" if figure.value is None else plain(figure.value),
        unit=figure.unit,
        confidence=figure.confidence,
        clause=figure.clause,
        source=figure.source,
        note=figure.note,
        standard=standard,
        calculator=name,
        pack="",
        used_in=used_in,
    )
