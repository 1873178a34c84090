"""When somebody else saved a draft first: what this person touched, beside what stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formserver.calculators.maintain_page import FieldView, RowView, SectionPage, fingerprint


@dataclass(frozen=True, slots=True)
class Differing:
    """A field the person touched. ``field`` is where it stands now; None where its row is gone."""

    row: str
    title: str
    mine: str
    field: FieldView | None


def differing(page: SectionPage, form: Mapping[str, str]) -> tuple[Differing, ...]:
    """The touched fields that differ from ``page``, the section as it is now.

    Rows are found again by their titles: their places may have moved, and a value must never land in another row.
    """
    head = f"{page.section.key}."
    found = []
    for name, text in form.items():
        if not name.startswith(head) or form.get(f"was.{name}") == fingerprint(text):
            continue
        number, _, column = name.removeprefix(head).partition(".")
        named = form.get(f"row.{number}", "")
        row = _row(page, named, number)
        field = next((one for one in row.fields if one.column.key == column), None) if row else None
        if field is None:
            title = next((one.title for one in page.section.columns if one.key == column), "")
            found.append(Differing(named, title, text, None))
        elif fingerprint(field.value) != fingerprint(text):
            found.append(Differing(named, field.column.title, text, field))
    return tuple(found)


def _row(page: SectionPage, title: str, number: str) -> RowView | None:
    same = [row for row in page.rows if row.title == title]
    at_place = [row for row in same if str(row.index) == number]
    return next(iter(at_place or (same if len(same) == 1 else ())), None)
