"""The energy table of the page: carriers to choose from, units that fit, what each line comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from formserver.calculation.coefficients import Carrier, Coefficients
from formserver.calculation.energy_lines import BASES, DIRECTIONS, ORIGINS, SYSTEMS, USES, EnergyLine
from formserver.calculation.units import convertible
from formserver.calculators.benchmark_sheet import STOCKS, TypedLine, TypedPeriod
from formserver.calculators.benchmark_structure import Structure, structure_of
from formserver.calculators.wording import short
from formserver.core.pinyin import fits

Options = tuple[tuple[str, str], ...]
MODES: Final[Options] = (("default", "默认系数"), ("measured", "实测低位发热量"), ("own", "自填系数"))
_ORIGINS: Final[Options] = (("", "未注明"), *((key, title) for key, title in ORIGINS.items() if key))
_AMOUNTS: Final = (
    "t", "kg", "万t", "万kWh", "kWh", "MWh", "万m³", "m³", "GJ", "MJ", "百万kJ", "L", "tce", "kgce",
)  # fmt: skip
_BIG: Final = {"kg": "t", "kWh": "万kWh", "m³": "万m³", "MJ": "GJ"}
_HEATS: Final = ("kJ/kg", "MJ/kg", "kJ/m³", "MJ/m³", "kJ/kWh")
_COEFFICIENTS: Final = (
    "kgce/kg",
    "tce/t",
    "kgce/m³",
    "tce/万m³",
    "kgce/kWh",
    "tce/万kWh",
    "kgce/MJ",
    "tce/GJ",
)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. ``id`` begins the names of its fields; ``summary`` says what its folded part holds."""

    no: int
    id: str
    values: Mapping[str, str]
    units: Options
    heat_units: Options
    coefficient_units: Options
    summary: str
    converted: str
    open: bool
    stocks_open: bool = False
    is_gas: bool = False


@dataclass(frozen=True, slots=True)
class EnergyTable:
    """The table of one period."""

    no: int
    when: str
    lines: tuple[LineView, ...]
    carriers: tuple[str, ...]
    suggested: tuple[dict[str, Any], ...]
    total: str
    blank: LineView
    structure: Structure | None = None
    note: str = ""
    """What the coefficients say of volumes, where a gas stands in the table."""
    modes: Options = MODES
    directions: Options = tuple(DIRECTIONS.items())
    systems: Options = tuple(SYSTEMS.items())
    uses: Options = tuple(USES.items())
    bases: Options = tuple(BASES.items())
    origins: Options = _ORIGINS


def table_of(
    period: TypedPeriod,
    when: str,
    coefficients: Coefficients,
    suggested: Sequence[str],
    energy: Mapping[str, Any] | None,
    wrong: frozenset[str] = frozenset(),
) -> EnergyTable:
    """``energy`` is the balance of the period's result as plain data; ``wrong`` the ids of fields with a message."""
    worked = {one["number"]: one for one in energy["lines"]} if energy else {}
    numbers = {line.no: i for i, line in enumerate(stated(period))}
    views = tuple(
        _view(period.no, line, coefficients, worked.get(numbers.get(line.no, -1)), wrong)
        for line in period.lines
    )
    blank = TypedLine(999_999, {"direction": "in", "mode": "default", "system": "main", "use": "fuel"})
    return EnergyTable(
        no=period.no,
        when=when,
        lines=views,
        suggested=tuple(
            _found(coefficients.carriers[key]) for key in suggested if key in coefficients.carriers
        ),
        carriers=tuple(one.title for one in ordered(coefficients, suggested)),
        total=total_words(energy),
        blank=_view(period.no, blank, coefficients, None, frozenset()),
        structure=structure_of(energy),
        note=coefficients.note if any(line.is_gas for line in views) else "",
    )


def stated(period: TypedPeriod) -> tuple[TypedLine, ...]:
    """The lines that are sent to the engine: those in which something was typed."""
    return tuple(line for line in period.lines if not line.is_empty)


def energy_lines(period: TypedPeriod) -> tuple[EnergyLine, ...]:
    """The lines for the engine: only what the chosen way of conversion asks for."""
    return tuple(_line(line.values) for line in stated(period))


def _line(values: Mapping[str, str]) -> EnergyLine:
    used = {"measured": ("q_net", "q_unit"), "own": ("coefficient", "coefficient_unit")}
    names: tuple[str, ...] = ("carrier", "direction", "amount", "unit", "basis", "system", "use", "evidence")
    names += ("origin", *STOCKS)
    names += used.get(values.get("mode", ""), ())
    return EnergyLine(
        **{name: values[name] for name in names if values.get(name)} | {"carrier": values["carrier"]}
    )


def total_words(energy: Mapping[str, Any] | None) -> str:
    """The sums under the table."""
    if energy is None or not energy["lines"] or energy["troubles"]:
        return ""
    out = f"，输出 {short(energy['total_out'])}" if energy["total_out"] != "0" else ""
    return f"输入 {short(energy['total_in'])}{out}，合计 {short(energy['total'])} kgce"


def ordered(coefficients: Coefficients, suggested: Sequence[str]) -> tuple[Carrier, ...]:
    """All carriers, those the standard names first."""
    first = [coefficients.carriers[key] for key in suggested if key in coefficients.carriers]
    return (*first, *(one for one in coefficients.carriers.values() if one not in first))


def found_carriers(coefficients: Coefficients, suggested: Sequence[str], text: str) -> list[dict[str, Any]]:
    """For the picker: carriers by name, other name or pinyin, with the units that fit."""
    wanted = ordered(coefficients, suggested)
    if text.strip():
        wanted = tuple(
            one for one in wanted if any(fits(name, text.strip()) for name in (one.title, *one.aliases))
        )
    return [_found(one) for one in wanted[:20]]


def _found(one: Carrier) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.title,
        "detail": _coefficient_words(one),
        "facts": {
            "units": amount_units(one.unit),
            "heat_units": heat_units(one.unit),
            "coefficient_units": coefficient_units(one.unit),
        },
    }


def summary_words(
    carrier: Carrier | None, mode: str, system: str, use: str, basis: str, origin: str = ""
) -> str:
    """What the folded part of a line says."""
    if mode == "default":
        first = _coefficient_words(carrier) if carrier is not None else "默认系数"
    else:
        first = dict(MODES).get(mode, mode)
    parts = [first, SYSTEMS.get(system, system), USES.get(use, use)]
    if origin or (carrier is not None and carrier.is_medium):
        parts.append(ORIGINS.get(origin, origin) if origin else "来源未注明")
    if basis == "primary":
        parts.insert(1, BASES["primary"])
    return " · ".join(parts)


def _coefficient_words(one: Carrier) -> str:
    if one.figure.value is not None:
        return f"{one.figure.value} {one.coefficient_unit}"
    if one.low is not None and one.high is not None:
        return f"{one.low.value}～{one.high.value} {one.coefficient_unit}，须选定"
    return "没有默认系数，须自填"


def _view(
    period: int,
    line: TypedLine,
    coefficients: Coefficients,
    worked: Mapping[str, Any] | None,
    wrong: frozenset[str],
) -> LineView:
    head = f"e{period}.{line.no}"
    values = line.values
    carrier = coefficients.by_title(values.get("carrier", ""))
    unit = carrier.unit if carrier is not None else ""
    if carrier is not None and values.get("carrier") == carrier.key:  # kept by a program
        values = {**values, "carrier": carrier.title}
    folded = (
        "mode",
        "q_net",
        "q_unit",
        "coefficient",
        "coefficient_unit",
        "basis",
        "evidence",
        "origin",
        *STOCKS,
    )
    stocks_open = any(f"{head}.{name}" in wrong or values.get(name) for name in STOCKS)
    return LineView(
        no=line.no,
        id=head,
        values=values,
        units=_options(amount_units(unit), values.get("unit", "")),
        heat_units=_options(heat_units(unit), values.get("q_unit", "")),
        coefficient_units=_options(coefficient_units(unit), values.get("coefficient_unit", "")),
        summary=summary_words(
            carrier,
            values.get("mode", "default"),
            values.get("system", "main"),
            values.get("use", "fuel"),
            values.get("basis", "equivalent"),
            values.get("origin", ""),
        ),
        converted=converted_words(worked),
        open=any(f"{head}.{name}" in wrong for name in folded),
        stocks_open=stocks_open,
        is_gas=carrier is not None and carrier.group == "gas" and carrier.unit == "m³",
    )


def converted_words(worked: Mapping[str, Any] | None) -> str:
    """What a line comes to."""
    if worked is None or worked["kgce"] is None:
        return ""
    return f"{short(worked['kgce'])} kgce" + ("" if worked["counted"] else "（不计入）")


def _options(units: tuple[str, ...], typed: str) -> Options:
    known = units if not typed or typed in units else (*units, typed)
    return tuple((one, one) for one in known)


@lru_cache(maxsize=256)
def amount_units(own: str) -> tuple[str, ...]:
    """Units in which an amount of a carrier may be given, the usual one first."""
    if not own:
        return _AMOUNTS
    able = [one for one in _AMOUNTS if convertible(one, own)]
    usual = [one for one in (_BIG.get(own, ""), own) if one]
    return tuple(dict.fromkeys((*usual, *able, "tce", "kgce")))


@lru_cache(maxsize=256)
def heat_units(own: str) -> tuple[str, ...]:
    """Units of a heating value per unit of a carrier."""
    able = tuple(one for one in _HEATS if own and convertible(one.partition("/")[2], own))
    return able or _HEATS


@lru_cache(maxsize=256)
def coefficient_units(own: str) -> tuple[str, ...]:
    """Units of a coefficient per unit of a carrier."""
    able = tuple(one for one in _COEFFICIENTS if own and convertible(one.partition("/")[2], own))
    return able or _COEFFICIENTS
