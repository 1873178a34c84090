"""The figures of ladder prices and grade tables for the list a maintainer confirms."""

from __future__ import annotations

from collections.abc import Iterator

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grades import row_title
from formserver.calculation.model import Figure
from formserver.calculation.results import plain
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculators.confirm_figures import Item
from formserver.core.definitions.editions import Catalogue


def rule_items(catalogue: Catalogue) -> Iterator[Item]:
    """Every figure of every usable tariff and grade table, where it stands (a regional edition: only its own)."""
    tariffs = TariffLibrary(catalogue)
    for name in tariffs.names():
        for tariff in tariffs.editions(name):
            for figure in tariff.figures:
                if figure.id.startswith(f"{tariff.id}#"):
                    yield _item(figure, "电价数值", figure.title, tariff.number, name, (tariff.title,))
    tables = GradeLibrary(catalogue)
    for name in tables.names():
        for table in tables.editions(name):
            for row in table.rows:
                place = row_title(table, row)
                for limits in row.limits.values():
                    for figure in limits.values():
                        title = f"{place} {figure.title}"
                        yield _item(figure, "能效限值", title, table.standard, name, (table.title,))


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
