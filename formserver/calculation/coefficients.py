"""Coefficients to standard coal (折标准煤系数, GB/T 2589), as read from ``schemas/coefficients``."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from formserver.calculation.model import Confidence, Figure


@dataclass(frozen=True, slots=True)
class Alternate:
    """A value of another edition or of statistics, to compare with; never used. ``what``: coefficient, heat, primary."""

    what: str
    text: str
    unit: str
    used_in: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Carrier:
    """A form of energy or an energy-carrying medium (耗能工质).

    ``figure`` is its coefficient in kgce per ``unit`` (equivalent value, 当量值); its value is None where it is unknown
    or a range, of which a person must choose. ``heat_low`` and ``heat_high`` are equal unless the heating value is a
    range, too. ``primary`` is the primary value (等价值) by year; a carrier with ``two_values`` has one that differs
    from its equivalent value, others count the same in both.
    """

    key: str
    title: str
    kind: str
    group: str
    unit: str
    figure: Figure
    is_range: bool = False
    low: Figure | None = None
    high: Figure | None = None
    heat_low: Decimal | None = None
    heat_high: Decimal | None = None
    heat_unit: str = ""
    heat_confidence: Confidence = Confidence.UNKNOWN
    two_values: bool = False
    primary: Mapping[int, Figure] = field(default_factory=dict)
    primary_note: str = ""
    aliases: tuple[str, ...] = ()
    alternates: tuple[Alternate, ...] = ()

    @property
    def is_medium(self) -> bool:
        """Whether it is an energy-carrying medium: counted only when bought."""
        return self.kind == "medium"

    @property
    def coefficient_unit(self) -> str:
        """kgce per unit."""
        return f"kgce/{self.unit}"

    @property
    def heat_value(self) -> Decimal | None:
        """The heating value in ``heat_unit``; None where it is a range or unknown."""
        return self.heat_low if self.heat_low == self.heat_high else None


@dataclass(frozen=True, eq=False)
class Coefficients:
    """One edition of coefficients."""

    id: str
    sha256: str
    title: str
    standard: str
    valid_from: date | None
    valid_to: date | None
    rules: tuple[str, ...]
    standard_coal_heat: Figure
    oil_equivalent: Figure | None
    carriers: Mapping[str, Carrier]
    note: str = ""

    def carrier(self, key: str) -> Carrier | None:
        """The carrier of that key."""
        return self.carriers.get(key)

    def by_title(self, text: str) -> Carrier | None:
        """The carrier people call ``text``: its title, one of its other names, or its key."""
        return self._by_name.get(_folded(text))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the edition."""
        found = [self.standard_coal_heat]
        if self.oil_equivalent is not None:
            found.append(self.oil_equivalent)
        for carrier in self.carriers.values():
            ends = [one for one in (carrier.low, carrier.high) if one is not None]
            found.extend(ends or [carrier.figure])
            found.extend(carrier.primary.values())
        return tuple(found)

    @cached_property
    def _by_name(self) -> Mapping[str, Carrier]:
        found: dict[str, Carrier] = {}
        for carrier in self.carriers.values():
            for name in (carrier.key, carrier.title, *carrier.aliases):
                found.setdefault(_folded(name), carrier)
        return found


def coefficients_from_json(data: Mapping[str, Any], definition_id: str, sha256: str) -> Coefficients:
    """Coefficients from their file, which ``schemas/meta/coefficients.json`` judged. Figures get ``<id>#<carrier>``."""
    reader = _Reader(definition_id, data["sources"])
    oil = data.get("oil_equivalent")
    return Coefficients(
        id=definition_id,
        sha256=sha256,
        title=data["title"],
        standard=data["standard"]["number"],
        valid_from=_day(data["valid_from"]),
        valid_to=_day(data["valid_to"]),
        rules=tuple(data.get("rules", ())),
        standard_coal_heat=reader.constant(
            "standard_coal_heat", "标准煤低位发热量", data["standard_coal_heat"]
        ),
        oil_equivalent=None if oil is None else reader.constant("oil_equivalent", "标准油折标准煤系数", oil),
        carriers={key: reader.carrier(key, raw) for key, raw in data["carriers"].items()},
        note=data["standard"].get("note", ""),
    )


class _Reader:
    def __init__(self, definition_id: str, sources: Mapping[str, str]) -> None:
        self._id = definition_id
        self._sources = sources

    def constant(self, place: str, title: str, raw: Mapping[str, Any]) -> Figure:
        return self._figure(place, title, raw.get("value"), raw["unit"], raw)

    def carrier(self, key: str, raw: Mapping[str, Any]) -> Carrier:
        unit, title = raw["unit"], raw["title"]
        per, name = f"kgce/{unit}", f"{title}折标系数"
        ends = raw.get("range")
        low, high = (
            (None, None)
            if ends is None
            else (
                self._figure(f"{key}/low", name + "下限", ends[0], per, raw),
                self._figure(f"{key}/high", name + "上限", ends[1], per, raw),
            )
        )
        heat = raw.get("heat")
        primary = raw.get("primary")
        return Carrier(
            key=key,
            title=title,
            kind=raw["kind"],
            group=raw["group"],
            unit=unit,
            figure=self._figure(key, name, raw["coefficient"], per, raw),
            is_range=ends is not None,
            low=low,
            high=high,
            heat_low=None if heat is None else Decimal(heat if isinstance(heat, str) else heat[0]),
            heat_high=None if heat is None else Decimal(heat if isinstance(heat, str) else heat[1]),
            heat_unit=raw.get("heat_unit", ""),
            heat_confidence=Confidence(raw.get("heat_confidence", "unknown")),
            two_values=primary is not None,
            primary={
                int(year): self.constant(f"{key}/primary/{year}", f"{title}等价值（{year} 年）", one)
                for year, one in (primary or {"by_year": {}})["by_year"].items()
            },
            primary_note=(primary or {}).get("note", ""),
            aliases=tuple(raw.get("aliases", ())),
            alternates=tuple(
                Alternate(
                    what=one["what"],
                    text=one["value"] if isinstance(one["value"], str) else "～".join(one["value"]),
                    unit=one["unit"],
                    used_in=one["used_in"],
                    confidence=Confidence(one["confidence"]),
                )
                for one in raw.get("alternates", ())
            ),
        )

    def _figure(self, place: str, title: str, value: str | None, unit: str, raw: Mapping[str, Any]) -> Figure:
        return Figure(
            id=f"{self._id}#{place}",
            title=title,
            value=None if value is None else Decimal(value),
            unit=unit,
            confidence=Confidence.UNKNOWN if value is None else Confidence(raw["confidence"]),
            source="；".join(self._sources.get(code, code) for code in raw.get("seen_in", ())),
            clause=raw.get("clause", ""),
            note=raw.get("note", ""),
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")
