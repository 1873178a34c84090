"""One section of a draft as a form: rows, fields, messages, what formulas say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formserver.calculators.maintain_anchors import Fault, by_anchor, by_section, faults_of
from formserver.calculators.maintain_checking import Judged
from formserver.calculators.maintain_fields import BY_KEY, SECTIONS, Column, Section
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_rows import rows_of, shown, typed
from formserver.calculators.maintain_wording import names_of, worded
from formserver.core.canonical import sha256_hex


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field. ``said`` is a formula in words."""

    id: str
    column: Column
    value: str
    choices: tuple[tuple[str, str], ...]
    messages: tuple[str, ...]
    said: str

    @property
    def was(self) -> str:
        """What the form was drawn with, in short: a post says with it which fields the person touched."""
        return fingerprint(self.value)


@dataclass(frozen=True, slots=True)
class RowView:
    """One row with its heading."""

    index: int
    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section of a draft."""

    draft: Draft
    section: Section
    rows: tuple[RowView, ...]
    faults: tuple[Fault, ...]
    names: Mapping[str, str]

    @property
    def counts(self) -> Mapping[str, int]:
        """Faults by section."""
        return by_section(self.faults)

    def live(self) -> dict[str, Any]:
        """What a script shows after an autosave."""
        return {
            "tag": self.draft.tag,
            "faults": {
                field.id: field.messages for row in self.rows for field in row.fields if field.messages
            },
            "said": {field.id: field.said for row in self.rows for field in row.fields if field.said},
            "was": {field.id: field.was for row in self.rows for field in row.fields},
            "counts": dict(self.counts),
            "total": len(self.faults),
        }


def fingerprint(text: str) -> str:
    """A short hash of a field's text, blanks at the ends and kinds of line ends aside."""
    return sha256_hex(text.replace("\r\n", "\n").strip().encode("utf-8", "replace"))[:10]


def products_of(draft: Draft, outer: str = "products") -> tuple[tuple[str, str], ...]:
    """Keys and titles of the products as they stand, or of whatever else owns nested rows."""
    products = draft.method.get(outer)
    if not isinstance(products, list):
        return ()
    return tuple(
        (str(one.get("key", "")), str(one.get("title", ""))) for one in products if isinstance(one, dict)
    )


def section_page(draft: Draft, section: Section, judged: Judged) -> SectionPage:
    """The form of a section as it is kept."""
    faults = faults_of(draft, judged.problems)
    names = names_of(judged.calculator) if judged.calculator is not None else _typed_names(draft)
    messages = by_anchor(faults)
    products = products_of(draft, section.outer)
    titles = _indicator_titles(draft) if section.key == "limits" else {}
    rows = []
    for index, row in enumerate(rows_of(section, draft)):
        fields = tuple(
            _field(section, index, column, row.data, messages, products, names) for column in section.columns
        )
        rows.append(RowView(index, _title(section, row.data, index, dict(products), titles), fields))
    return SectionPage(draft, section, tuple(rows), faults, names)


def read_rows(section: Section, draft: Draft, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every row of the section with what was typed into it; rows that were not posted stay as they are."""
    made = []
    for index, row in enumerate(rows_of(section, draft)):
        head = f"{section.key}.{index}."
        posted = {c.key: form[head + c.key] for c in section.columns if head + c.key in form}
        made.append(typed(section, row.data, posted))
    return made


def _field(
    section: Section,
    index: int,
    column: Column,
    data: Mapping[str, Any],
    messages: Mapping[str, tuple[str, ...]],
    products: Sequence[tuple[str, str]],
    names: Mapping[str, str],
) -> FieldView:
    anchor, value = f"{section.key}.{index}.{column.key}", shown(column, data)
    choices = tuple(products) if column.kind == "product" else column.choices
    if choices and value not in dict(choices):
        choices = ((value, value or "请选择"), *choices)
    said = worded(value, names) if column.kind == "formula" and value else ""
    return FieldView(anchor, column, value, choices, messages.get(anchor, ()), "" if said == value else said)


def _indicator_titles(draft: Draft) -> Mapping[str, str]:
    rows = rows_of(BY_KEY["indicators"], draft)
    return {f"{row.data.get('@product')}/{row.data.get('key')}": str(row.data.get("title")) for row in rows}


def _title(
    section: Section,
    data: Mapping[str, Any],
    index: int,
    products: Mapping[str, str],
    titles: Mapping[str, str],
) -> str:
    if section.shape == "record":
        return section.title
    own = data.get("title") or data.get("@key") or data.get("key") or data.get("number")
    if section.key == "limits":
        product, indicator = str(data.get("product", "")), str(data.get("indicator", ""))
        own = f"{products.get(product, product)} · {titles.get(f'{product}/{indicator}', indicator)}"
    elif section.shape.startswith("nested"):
        own = f"{products.get(str(data.get('@product')), '')} · {own}"
    return str(own or f"第 {index + 1} {section.row_title}")


def _typed_names(draft: Draft) -> Mapping[str, str]:
    """The names a faulty draft offers, as far as they can be read."""
    found: dict[str, str] = {}
    for section in SECTIONS:
        if section.key in ("inputs", "constants", "steps", "tables", "own_constants"):
            for row in rows_of(section, draft):
                key = row.data.get("@key") or row.data.get("key")
                if isinstance(key, str):
                    unit = row.data.get("unit")
                    found[key] = f"{row.data.get('title', '')}{f'[{unit}]' if unit and unit != '1' else ''}"
    return found
