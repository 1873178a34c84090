"""One line of an energy table in standard coal: by measured heating value, by a typed coefficient or by the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from formserver.calculation.coefficients import Coefficients
from formserver.calculation.energy_lines import (
    BASES,
    DEFAULT,
    DIRECT,
    DIRECTIONS,
    MEASURED,
    ORIGINS,
    SYSTEMS,
    TYPED,
    USES,
    ConvertedLine,
    EnergyLine,
)
from formserver.calculation.energy_reading import LineText, Refused
from formserver.calculation.model import Figure
from formserver.calculation.results import Trouble, printable
from formserver.calculation.units import Unit, convert, unit

_FAR: Final = (Decimal("0.4"), Decimal("1.6"))
"""How far from the table a heating value or coefficient may be before a person is asked to look at its unit."""


@dataclass(slots=True)
class Reader:
    """Reads the lines of one table; what is wrong gathers in ``troubles``, what is odd in ``warnings``."""

    coefficients: Coefficients
    on: date
    lines: list[ConvertedLine] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, number: int, line: EnergyLine) -> None:
        """Convert one line. An empty one, and a faulty one of an excluded system, leave nothing behind."""
        if not any(
            text.strip() for text in (line.carrier, line.amount, line.coefficient, line.q_net, line.name)
        ):
            return
        one = _Line(self.coefficients, self.on, number, line)
        try:
            self.lines.append(one.converted())
        except Refused as refused:
            if line.system != "excluded":
                self.troubles.append(refused.trouble)
        self.warnings.extend(one.warnings)


@dataclass(slots=True)
class Worked:
    """A conversion: base amount × coefficient = kgce."""

    base: Decimal
    base_unit: str
    coefficient: Decimal
    coefficient_unit: str
    source: str
    figure: Figure | None
    kgce: Decimal


class _Line(LineText):
    def converted(self) -> ConvertedLine:
        """The line in standard coal. Raises Refused."""
        line = self.line
        for key, known in (("direction", DIRECTIONS), ("system", SYSTEMS), ("use", USES), ("basis", BASES)):
            self.check_choice(key, known)
        self.check_choice("origin", ORIGINS)
        self.check_named()
        amount = self.read_amount()
        given = self.read_unit()
        self.check_boundary()
        worked = self._worked(amount, given)
        self.read_stocks(amount)
        carrier = self.carrier
        two = carrier is not None and carrier.two_values and worked.source != DIRECT
        equivalent, primary = self._both(worked, two=two)
        own = primary if line.basis == "primary" else equivalent
        return ConvertedLine(
            number=self.number,
            place=self.place,
            carrier=carrier.key if carrier is not None else "",
            title=self.title,
            group=carrier.group if carrier is not None else "other",
            direction=line.direction,
            system=line.system,
            use=line.use,
            basis=line.basis,
            counted=line.system != "excluded",
            two_values=two,
            amount=amount,
            unit=printable(line.unit.strip()),
            base_amount=worked.base,
            base_unit=worked.base_unit,
            coefficient=None if own is None else self._shown_coefficient(worked, own),
            coefficient_unit=worked.coefficient_unit,
            source=worked.source,
            figure=self._figure(worked),
            kgce=own,
            equivalent=equivalent,
            primary=primary,
            name=printable(line.name.strip()),
            evidence=printable(line.evidence.strip()),
        )

    # -- conversion -----------------------------------------------------------------------------------------------

    def _worked(self, amount: Decimal, given: Unit) -> Worked:
        line = self.line
        heat = self.read_positive("q_net", line.q_net, "低位发热量", line.q_unit)
        typed = self.read_positive("coefficient", line.coefficient, "折标系数", line.coefficient_unit)
        if given.dimension in (unit("kgce").dimension, unit("kgoe").dimension):
            return self._direct(amount, given)
        if heat is not None and typed is not None:
            raise self.refuse(
                "INVALID_INPUT",
                "coefficient",
                f"{self.place}同时填了低位发热量和折标系数，只能用一个，请删去另一个。",
            )
        if heat is not None:
            return self._by_heat(amount, given, heat)
        if typed is not None:
            return self._by_typed(amount, given, typed)
        return self._by_table(amount, given)

    def _direct(self, amount: Decimal, given: Unit) -> Worked:
        if given.dimension == unit("kgce").dimension:
            kgce = convert(amount, given, unit("kgce"))
            return Worked(kgce, "kgce", Decimal(1), "kgce/kgce", DIRECT, None, kgce)
        figure = self.coefficients.oil_equivalent
        if figure is None or figure.value is None:
            raise self.refuse(
                "COEFFICIENT_UNKNOWN", "unit", f"{self.place}按标准油计量，没有标准油折标系数，请换算后填写。"
            )
        base = convert(amount, given, unit("kgoe"))
        return Worked(base, "kgoe", figure.value, figure.unit, DEFAULT, figure, base * figure.value)

    def _by_heat(self, amount: Decimal, given: Unit, heat: Decimal) -> Worked:
        carrier, figure = self.carrier, self.coefficients.standard_coal_heat
        text = self.line.q_unit.strip() or (carrier.heat_unit if carrier is not None else "")
        if not text:
            raise self.missing("q_unit", "低位发热量的单位", "请选择，例如 kJ/kg 或 kJ/m³")
        per = self.known_unit("q_unit", text)
        assert figure.value is not None
        # q in heat per base unit: the base unit is the carrier's where the heating value refers to its kind
        base_unit = self._base_for(per, unit("kJ"), given, "q_unit", f"低位发热量的单位 {text}")
        base = convert(amount, given, unit(base_unit))
        per_base = convert(heat, per, unit("kJ") / unit(base_unit))
        coefficient = per_base / figure.value
        self._plausible(coefficient, base_unit, "低位发热量")
        kgce = base * per_base / figure.value
        return Worked(base, base_unit, coefficient, f"kgce/{base_unit}", MEASURED, figure, kgce)

    def _by_typed(self, amount: Decimal, given: Unit, typed: Decimal) -> Worked:
        carrier = self.carrier
        text = self.line.coefficient_unit.strip() or (carrier.coefficient_unit if carrier is not None else "")
        if not text:
            raise self.missing("coefficient_unit", "折标系数的单位", "请填写，例如 kgce/kg")
        per = self.known_unit("coefficient_unit", text)
        base_unit = self._base_for(per, unit("kgce"), given, "coefficient_unit", f"折标系数的单位 {text}")
        base = convert(amount, given, unit(base_unit))
        coefficient = convert(typed, per, unit("kgce") / unit(base_unit))
        if self.line.basis != "primary" or carrier is None or not carrier.two_values:
            self._plausible(coefficient, base_unit, "折标系数")
        return Worked(base, base_unit, coefficient, f"kgce/{base_unit}", TYPED, None, base * coefficient)

    def _by_table(self, amount: Decimal, given: Unit) -> Worked:
        carrier = self.carrier
        if carrier is None:
            raise self.refuse(
                "COEFFICIENT_UNKNOWN",
                "carrier",
                f"{self.place}不在{self.coefficients.standard}折标系数表中，请从表中选择，或填写实测低位发热量或折标系数及其单位。",
            )
        if given.dimension != unit(carrier.unit).dimension:
            hint = "；蒸汽请先按焓值折算成热量" if carrier.key == "heat" else ""
            raise self.refuse(
                "UNIT_MISMATCH",
                "unit",
                f"{self.place}的计量单位 {self.line.unit.strip()} 不能换算成 {carrier.unit}，"
                f"请换成 {self.example()} 等单位{hint}。",
            )
        value = carrier.figure.value
        base = convert(amount, given, unit(carrier.unit))
        if value is not None:
            return Worked(
                base, carrier.unit, value, carrier.coefficient_unit, DEFAULT, carrier.figure, base * value
            )
        if carrier.is_range and carrier.low is not None and carrier.high is not None:
            raise self.refuse(
                "MISSING_INPUT",
                "coefficient",
                f"{self.place}的折标系数是区间 {carrier.low.value}～{carrier.high.value} {carrier.coefficient_unit}，"
                "不能自动取中值；请填写实测低位发热量，或在区间内选定系数填写并注明依据。",
            )
        raise self.refuse(
            "COEFFICIENT_UNKNOWN",
            "coefficient",
            f"{self.place}没有可用的折标系数，请填写实测低位发热量，或填写折标系数及其单位并注明依据。",
        )

    def _base_for(self, per: Unit, whole: Unit, given: Unit, key: str, what: str) -> str:
        """The unit in which the amount meets ``per`` (kJ/kg, kgce/m³): the carrier's where it fits, else the typed one."""
        if (per * given).dimension != whole.dimension:
            raise self.refuse(
                "UNIT_MISMATCH",
                key,
                f"{self.place}的{what}与计量单位 {self.line.unit.strip()} 对不上，"
                "请核对两者（例如数量按 kg，则应为每 kg 的数值）。",
            )
        own = self.carrier.unit if self.carrier is not None else ""
        return own if own and unit(own).dimension == given.dimension else self.line.unit.strip()

    def _both(self, worked: Worked, *, two: bool) -> tuple[Decimal | None, Decimal | None]:
        """The value on either basis: the same but for carriers whose primary value is another."""
        carrier = self.carrier
        if not two or carrier is None:
            return worked.kgce, worked.kgce
        amount = convert(worked.base, worked.base_unit, carrier.unit) if self._fits(worked) else None
        year = carrier.primary.get(self.on.year)
        by_year = None if year is None or year.value is None or amount is None else amount * year.value
        default = carrier.figure.value
        by_table = None if default is None or amount is None else amount * default
        if self.line.basis == "primary":
            stated = worked.kgce if worked.source == TYPED else by_year
            return by_table, stated
        return worked.kgce, by_year

    def _fits(self, worked: Worked) -> bool:
        assert self.carrier is not None
        return unit(worked.base_unit).dimension == unit(self.carrier.unit).dimension

    def _shown_coefficient(self, worked: Worked, own: Decimal) -> Decimal:
        return worked.coefficient if own == worked.kgce or not worked.base else own / worked.base

    def _figure(self, worked: Worked) -> Figure | None:
        carrier = self.carrier
        if (
            self.line.basis == "primary"
            and worked.source != TYPED  # a measured heating value gives no primary value: that is the table's
            and carrier is not None
            and carrier.two_values
        ):
            return carrier.primary.get(self.on.year)
        return worked.figure

    # -- oddities -------------------------------------------------------------------------------------------------

    def _plausible(self, coefficient: Decimal, base_unit: str, what: str) -> None:
        """Warn of what is far from the table, mostly a wrong unit (kcal for kJ, per tonne for per kilogram)."""
        carrier = self.carrier
        if carrier is None or unit(base_unit) != unit(carrier.unit):
            return
        low = carrier.low.value if carrier.low is not None else carrier.figure.value
        high = carrier.high.value if carrier.high is not None else carrier.figure.value
        if low is None or high is None:
            return
        if carrier.is_range and what == "折标系数" and not low <= coefficient <= high:
            self.warnings.append(
                f"{self.place}自填的折标系数超出标准给出的区间 {low}～{high} {carrier.coefficient_unit}，请核对依据。"
            )
        elif not low * _FAR[0] <= coefficient <= high * _FAR[1]:
            usual = f"{low}" if low == high else f"{low}～{high}"
            self.warnings.append(
                f"{self.place}的{what}折合 {coefficient:.4f} {carrier.coefficient_unit}，"
                f"与通常值 {usual} 相差很大，请核对数值和单位。"
            )
