"""Comprehensive energy (综合能耗) by GB/T 2589-2020: every carrier in standard coal, inputs less outputs.

Boundary rules kept here: lines of excluded systems do not count; energy made or recovered inside from what is already
counted does not count again (耗能工质 only when bought); what is exported is deducted, what is received comes in;
equivalent (当量值) and primary (等价值) values never meet in one total. Gas volumes are of the standard state (0 °C,
101.325 kPa); metered volumes are converted before they are entered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Final

from formserver.calculation.coefficients import Coefficients
from formserver.calculation.energy_converting import Reader
from formserver.calculation.energy_lines import BASES, ELECTRICITY, ConvertedLine, EnergyLine
from formserver.calculation.results import Trouble

__all__ = ["EQUIVALENT", "PRIMARY", "ConvertedLine", "EnergyBalance", "EnergyLine", "Totals", "balance"]

EQUIVALENT: Final = "equivalent"
PRIMARY: Final = "primary"
_CONTEXT: Final = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in kgce on one basis, of lines that count."""

    energy_in: Decimal
    energy_out: Decimal
    feedstock: Decimal

    @property
    def total(self) -> Decimal:
        """Inputs less outputs."""
        return self.energy_in - self.energy_out


@dataclass(frozen=True, slots=True)
class EnergyBalance:
    """The energy table, converted. ``total_in``, ``total_out``, ``total`` and ``feedstock`` are kgce on ``basis``.

    ``equivalent`` or ``primary`` is None where a counting line has no value on that basis. With ``troubles`` the sums
    lack the lines they name and must not be used.
    """

    lines: tuple[ConvertedLine, ...]
    basis: str
    total_in: Decimal
    total_out: Decimal
    total: Decimal
    feedstock: Decimal
    electricity_kwh: Decimal
    equivalent: Totals | None
    primary: Totals | None
    warnings: tuple[str, ...]
    troubles: tuple[Trouble, ...]


def balance(lines: Iterable[EnergyLine], coefficients: Coefficients, on: date) -> EnergyBalance:
    """Convert and sum an energy table. ``on`` (the end of the period) chooses the year of primary values.

    Never raises for what people typed: troubles name line, carrier and what to do; their field is
    ``energy/<line from 0>/<field>``.
    """
    reader = Reader(coefficients, on)
    with localcontext(_CONTEXT):
        for number, line in enumerate(lines):
            reader.read(number, line)
        found = reader.lines
        troubles = list(reader.troubles)
        basis = _basis(found, troubles)
        equivalent, primary = _totals(found, EQUIVALENT), _totals(found, PRIMARY)
        chosen = primary if basis == PRIMARY else equivalent
        if chosen is None:
            troubles += [
                _unknown(line, basis) for line in found if line.counted and _value(line, basis) is None
            ]
            chosen = _summed([line for line in found if _value(line, basis) is not None], basis)
        electricity = sum(
            (
                line.base_amount
                for line in found
                if line.counted and line.carrier == ELECTRICITY and line.direction == "in"
            ),
            Decimal(0),
        )
        return EnergyBalance(
            lines=tuple(found),
            basis=basis,
            total_in=chosen.energy_in,
            total_out=chosen.energy_out,
            total=chosen.total,
            feedstock=chosen.feedstock,
            electricity_kwh=electricity,
            equivalent=equivalent,
            primary=primary,
            warnings=tuple(reader.warnings),
            troubles=tuple(troubles),
        )


def _basis(lines: list[ConvertedLine], troubles: list[Trouble]) -> str:
    """The basis of the lines for which it matters; a trouble where they differ."""
    differing = [line for line in lines if line.counted and line.two_values]
    bases = {line.basis for line in differing}
    if len(bases) > 1:
        odd = next(line for line in differing if line.basis != differing[0].basis)
        troubles.append(
            Trouble(
                "BASIS_MIXED",
                f"energy/{odd.number}/basis",
                odd.place,
                f"{odd.place}按{BASES[odd.basis]}折算，{differing[0].place}按{BASES[differing[0].basis]}折算；"
                "同一综合能耗不能混用，请统一为当量值或等价值。",
            )
        )
    return differing[0].basis if differing else EQUIVALENT


def _value(line: ConvertedLine, basis: str) -> Decimal | None:
    return line.primary if basis == PRIMARY else line.equivalent


def _totals(lines: list[ConvertedLine], basis: str) -> Totals | None:
    if any(line.counted and _value(line, basis) is None for line in lines):
        return None
    return _summed(lines, basis)


def _summed(lines: list[ConvertedLine], basis: str) -> Totals:
    sums = {"in": Decimal(0), "out": Decimal(0), "feedstock": Decimal(0)}
    for line in lines:
        value = _value(line, basis)
        if not line.counted or value is None:
            continue
        sums[line.direction] += value
        if line.direction == "in" and line.use == "feedstock":
            sums["feedstock"] += value
    return Totals(sums["in"], sums["out"], sums["feedstock"])


def _unknown(line: ConvertedLine, basis: str) -> Trouble:
    return Trouble(
        "COEFFICIENT_UNKNOWN",
        f"energy/{line.number}/coefficient",
        line.place,
        f"{line.place}没有统计期所在年份的{BASES[basis]}系数，请按主管部门公布的数值自行填写折标系数及单位并注明依据，"
        "或改按另一口径折算。",
    )
