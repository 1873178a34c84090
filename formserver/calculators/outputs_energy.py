"""The energy tables of stored results: lines as people read them, and the totals of an enterprise (part A)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.energy_lines import BASES, DIRECTIONS, SYSTEMS, USES
from formserver.calculators.outputs_reading import ResultData, decimal, plain_text

_GROUPS: Final = frozenset({"electricity", "coal", "gas", "heat"})
_TONNE: Final = 1000


@dataclass(frozen=True, slots=True)
class EnergyShown:
    """One line of an energy table in words; ``standard`` is kgce with all its places."""

    title: str
    direction: str
    amount: str
    unit: str
    coefficient: str
    coefficient_unit: str
    source: str
    standard: str
    formula: str
    evidence: str
    note: str


def energy_lines(result: ResultData) -> list[EnergyShown]:
    """The lines of a result, [] where it has no energy table."""
    return [_shown(line) for line in _lines(result)]


def energy_totals(result: ResultData) -> list[tuple[str, str]]:
    """The sums under the energy table: (words, kgce)."""
    energy = result["energy"]
    if energy is None:
        return []
    basis = BASES.get(energy["basis"], "")
    found = [
        ("输入能源合计", plain_text(energy["total_in"])),
        ("输出能源合计", plain_text(energy["total_out"])),
        (f"综合能耗（{basis}，输入－输出）", plain_text(energy["total"])),
    ]
    if decimal(energy["feedstock"]):
        found.insert(1, ("其中：原料用能", plain_text(energy["feedstock"])))
    return found


def total_values(results: Sequence[ResultData], output_value: Decimal | None) -> dict[str, Decimal]:
    """Part A by key, in the units of the layout (tce, 万元, kgce/万元): the sums over the different energy tables.

    Several indicators of one energy table count once; equal tables of two results are one table. ``output_value`` is
    the gross industrial output in 万元.
    """
    tables: list[Mapping[str, Any]] = []
    for result in results:
        energy = result["energy"]
        if energy is not None and energy["lines"] and energy not in tables:
            tables.append(energy)
    found: dict[str, Decimal] = {}
    for key in ("equivalent", "primary"):
        sums = [table[key] for table in tables]
        if tables and all(one is not None for one in sums):
            whole = sum((_net(one) for one in sums), Decimal(0))
            found[f"energy_{key}"] = whole / _TONNE
    if tables and all(not table["troubles"] for table in tables):
        found.update(_structure(line for table in tables for line in table["lines"]))
    if output_value is not None:
        found["output_value"] = output_value
        if output_value > 0 and "energy_equivalent" in found:
            found["energy_per_value"] = found["energy_equivalent"] * _TONNE / output_value
    return found


def _net(totals: Mapping[str, str]) -> Decimal:
    return Decimal(totals["energy_in"]) - Decimal(totals["energy_out"])


def _structure(lines: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """能源消费结构: inputs by kind of energy and their sum, equivalent values, tce."""
    found: dict[str, Decimal] = {"energy_in": Decimal(0)}
    for line in lines:
        value = decimal(line["equivalent"])
        if not line["counted"] or value is None or line["direction"] != "in":
            continue
        key = line["group"] if line["group"] in _GROUPS else "other"
        found[key] = found.get(key, Decimal(0)) + value / _TONNE
        found["energy_in"] += value / _TONNE
    return found


def _lines(result: ResultData) -> Sequence[Mapping[str, Any]]:
    energy = result["energy"]
    return () if energy is None else energy["lines"]


def _shown(line: Mapping[str, Any]) -> EnergyShown:
    base = f"{plain_text(line['base_amount'])} {line['base_unit']}"
    coefficient = plain_text(line["coefficient"])
    words = [SYSTEMS.get(line["system"], ""), USES.get(line["use"], "")]
    if line["two_values"]:
        words.append(BASES.get(line["basis"], ""))
    figure = line["figure"]
    source = line["source"] + (f"（{figure['clause']}）" if figure and figure["clause"] else "")
    return EnergyShown(
        title=line["title"]
        if not line["name"] or line["name"] == line["title"]
        else f"{line['title']}（{line['name']}）",
        direction=DIRECTIONS.get(line["direction"], line["direction"]),
        amount=plain_text(line["amount"]),
        unit=line["unit"],
        coefficient=coefficient,
        coefficient_unit=line["coefficient_unit"],
        source=source,
        standard=plain_text(line["kgce"]),
        formula=f"{base} × {coefficient} {line['coefficient_unit']}" if coefficient else base,
        evidence=line["evidence"],
        note="、".join(word for word in words if word and word not in ("主要生产系统", "燃料动力")),
    )
