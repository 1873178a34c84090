"""Layouts of the 企业能耗达标情况表 as data: which columns stand where, how wide, under which words.

No official form of the sheet was found, so the layouts are ours, marked recalled, and a maintainer changes them like any
other definition. A column shows one of :data:`COLUMN_KEYS`, or the first input or step named in ``from``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.model import Confidence
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.definitions.repository import DEFINITION_NOT_FOUND, edition_order

GENERAL: Final = "general"
"""The layout of every calculator no other layout names, and of sheets that hold several calculators."""
COLUMN_KEYS: Final = frozenset(
    {
        "seq", "product_name", "line", "standard_no", "indicator_name", "unit", "output", "energy", "actual",
        "corrections", "limit_3_base", "limit_3", "limit_2_base", "limit_2", "limit_1_base", "limit_1", "level",
        "compliant", "deviation_percent", "excess_energy", "benchmark_position", "remark",
    }
)  # fmt: skip
NEEDED: Final = (
    "product_name",
    "standard_no",
    "indicator_name",
    "unit",
    "actual",
    "limit_3",
    "level",
    "compliant",
)
"""Without these the sheet would not say what it is for."""
FACT_KEYS: Final = frozenset(
    {
        "enterprise_name", "credit_code", "address", "industry", "task_number", "agency", "inspectors", "period",
        "production_state", "standards", "calculated_at", "contact", "capacity", "commissioned",
    }
)  # fmt: skip
TOTAL_KEYS: Final = frozenset(
    {
        "output_value", "energy_equivalent", "energy_primary", "energy_per_value", "electricity", "coal", "gas",
        "heat", "other",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of part B. ``width`` is a share; ``digits`` None shows as many as the value's own rule asks for;
    ``sources`` are ``input/<key>`` or ``step/<key>``, the first that the result holds is shown."""

    key: str
    title: str
    width: Decimal
    group: str = ""
    align: str = "center"
    digits: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """An entry of part A. ``share`` shows its part of the whole beside it."""

    key: str
    title: str
    unit: str
    digits: int = 2
    share: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One edition of one layout."""

    id: str
    sha256: str
    name: str
    edition: str
    title: str
    subtitle: str
    calculators: tuple[str, ...]
    confidence: Confidence
    note: str
    valid_from: date | None
    valid_to: date | None
    landscape: bool
    margins: tuple[int, int, int, int]
    facts_per_line: int
    facts: tuple[tuple[str, str], ...]
    totals: tuple[Total, ...]
    columns: tuple[Column, ...]
    actions: tuple[str, ...]
    signatures: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def headers(self) -> tuple[tuple[str, int], ...]:
        """The upper header line: (group, columns); a column without group stands alone under ""."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if column.group and found and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return tuple(found)


def read_layout(data: Mapping[str, Any], definition_id: str, sha256: str) -> Layout:
    """A layout from its file, which :func:`check_layout` has nothing against."""
    _, name, edition = definition_id.split("/")
    page = data["page"]
    top, right, bottom, left = page["margins"]
    return Layout(
        id=definition_id,
        sha256=sha256,
        name=name,
        edition=edition,
        title=data["title"],
        subtitle=data.get("subtitle", ""),
        calculators=tuple(data["calculators"]),
        confidence=Confidence(data["confidence"]),
        note=data["note"],
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
        landscape=page["orientation"] == "landscape",
        margins=(top, right, bottom, left),
        facts_per_line=data["facts_per_line"],
        facts=tuple((one["key"], one["title"]) for one in data["facts"]),
        totals=tuple(Total(**one) for one in data["totals"]),
        columns=tuple(_column(one) for one in data["columns"]),
        actions=tuple(data["actions"]),
        signatures=tuple(data["signatures"]),
        notes=tuple(data["notes"]),
    )


def check_layout(data: Any) -> list[tuple[str, str]]:
    """(pointer, Chinese sentence) for everything that stands against a layout file; [] when it is good."""
    return meta_faults("layout", data) or list(_rules(data))


def layouts(catalogue: Catalogue) -> tuple[Layout, ...]:
    """Every usable layout, read once per state of the catalogue."""

    def build() -> tuple[Layout, ...]:
        return tuple(
            read_layout(read_json(d.content, d.id), d.id, d.sha256)
            for d in catalogue.definitions("layout")
            if d.usable
        )

    made: tuple[Layout, ...] = catalogue.remember("layouts", build)
    return made


def choose_layout(known: Iterable[Layout], calculators: Collection[str], on: date) -> Layout:
    """The layout for a sheet that holds these calculators: the newest edition in force that names them all, or the
    general one. Raises DEFINITION_NOT_FOUND where there is no general one either."""
    able = [one for one in known if _in_force(one, on)]
    named = [one for one in able if calculators and set(calculators) <= set(one.calculators)]
    general = [one for one in able if one.name == GENERAL]
    if not named and not general:
        raise DEFINITION_NOT_FOUND(name=f"layout/{GENERAL}")
    return max(named or general, key=lambda one: (edition_order(one.edition), one.name))


def shared_calculators(known: Sequence[Layout]) -> list[str]:
    """Calculators that two layouts claim: which one a sheet would get is then a matter of chance."""
    owners: dict[str, set[str]] = {}
    for one in known:
        for calculator in one.calculators:
            owners.setdefault(calculator, set()).add(one.name)
    return sorted(calculator for calculator, names in owners.items() if len(names) > 1)


def _rules(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    left: set[str] = set()
    before = ""
    for number, column in enumerate(data["columns"]):
        place = f"/columns/{number}"
        if column["key"] in seen:
            yield place, f"第 {number + 1} 栏“{column['title']}”与前面的栏重复。"
        seen.add(column["key"])
        if column["key"] not in COLUMN_KEYS and not column.get("from"):
            yield place, f"第 {number + 1} 栏“{column['title']}”没有写明取自哪个录入项或计算步骤。"
        group = column.get("group", "")
        if group and group != before and group in left:
            yield place, f"第 {number + 1} 栏“{column['title']}”与同组“{group}”的其他栏不相邻。"
        left.add(before)
        before = group
    missing = [key for key in NEEDED if key not in seen]
    if missing:
        yield "/columns", f"缺少必需的栏：{'、'.join(missing)}。"
    for part, known in (("facts", FACT_KEYS), ("totals", TOTAL_KEYS)):
        for number, one in enumerate(data[part]):
            if one["key"] not in known:
                yield f"/{part}/{number}", f"不认识的项目“{one['key']}”，可用：{'、'.join(sorted(known))}。"


def _column(raw: Mapping[str, Any]) -> Column:
    return Column(
        key=raw["key"],
        title=raw["title"],
        width=Decimal(raw["width"]),
        group=raw.get("group", ""),
        align=raw.get("align", "center"),
        digits=raw.get("digits"),
        sources=tuple(raw.get("from", ())),
    )


def _in_force(one: Layout, on: date) -> bool:
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
