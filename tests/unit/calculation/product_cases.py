"""One plausible request for every product of every edition, made from what it says it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from formserver.calculation.asking import plan_of, title_of, unit_of
from formserver.calculation.coefficients import Coefficients
from formserver.calculation.energy_lines import EnergyLine
from formserver.calculation.engine import calculate_with
from formserver.calculation.library import Library
from formserver.calculation.model import Input, Product
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.requests import Request
from formserver.calculation.results import Result
from formserver.calculation.units import convertible

_SHARES = (Decimal("0.4"), Decimal("0.25"), Decimal("0.1"), Decimal("0.02"), Decimal("0.7"), Decimal("0.95"))
_NOT_CONSUMED = (
    "余热",
    "外供",
    "输出",
    "发电量",
    "供电",
    "供热",
    "其中",
    "主设备",
    "信息设备",
    "标准煤发热量",
    "推导",
)
FUELS = ("coal_t", "coke_kg", "reducer_t", "coke_t")


@dataclass(frozen=True, eq=False)
class Case:
    """A product with a request that can be worked out."""

    library: Library
    calculator: Calculator
    product: Product
    limits: LimitTable
    request: Request

    def result(self, **changed: object) -> Result:
        """The result with parts of the request, or the calculator or limits, changed."""
        calculator, limits = changed.pop("calculator", self.calculator), changed.pop("limits", self.limits)
        trace = bool(changed.pop("trace", False))
        request = replace(self.request, **changed) if changed else self.request  # type: ignore[arg-type]
        return calculate_with(self.library, calculator, request, limits=limits, trace=trace)  # type: ignore[arg-type]

    def with_inputs(self, inputs: Mapping[str, str]) -> Result:
        """The result with other inputs."""
        return self.result(inputs=inputs)

    @property
    def id(self) -> str:
        """How a failing test calls it."""
        return f"{self.calculator.id}.{self.product.key}"

    def consumed(self) -> list[str]:
        """Inputs of which more is more energy."""
        return [
            one.key
            for one in plan_of(self.calculator, self.product).inputs
            if one.key in self.request.inputs
            and one.kind == "decimal"
            and (one.key in FUELS or self._is_energy(one.key))
            and not any(word in title_of(self.calculator, self.product, one.key) for word in _NOT_CONSUMED)
            and one.key not in [i.output for i in self.product.indicators]
        ]

    def _is_energy(self, key: str) -> bool:
        given = unit_of(self.calculator, self.product, key)
        if given == "GJ":
            return False  # heat that was made, by which fuel is shared out
        return any(convertible(given, word) for word in ("kgce", "kgoe", "kWh", "kgce/t", "kWh/t"))


def cases(library: Library) -> list[Case]:
    """All of them."""
    found = []
    for name in library.names():
        for calculator in library.editions(name):
            last = calculator.valid_to or max(
                date(2025, 12, 31), (calculator.valid_from or date(2025, 1, 1)).replace(month=12, day=31)
            )
            limits = library.limits(calculator, last)
            assert limits is not None
            coefficients = library.coefficients(calculator.coefficients, last)
            for product in calculator.products.values():
                request = Request(
                    name,
                    product.key,
                    last.replace(day=1),
                    last,
                    energy=_lines(calculator, product, coefficients),
                )
                found.append(_fitted(Case(library, calculator, product, limits, request)))
    return found


def _lines(calculator: Calculator, product: Product, coefficients: Coefficients) -> tuple[EnergyLine, ...]:
    if not product.asks_energy:
        return ()
    made = []
    for key in dict.fromkeys(("electricity", *calculator.carriers)):
        carrier = coefficients.carriers[key]
        own = (
            {}
            if carrier.figure.value is not None
            else {"coefficient": "0.5", "coefficient_unit": carrier.coefficient_unit}
        )
        made.append(EnergyLine(key, "in", "1000", carrier.unit, origin="bought", **own))
    return tuple(made)


def _fitted(case: Case) -> Case:
    """Inputs moved within their ranges until nothing but unknown limits stands against a result."""
    plan = plan_of(case.calculator, case.product)
    tries = dict.fromkeys((one.key for one in plan.inputs), 0)
    keys = list(tries)
    for attempt in range(60):
        inputs = {one.key: _text(one, tries[one.key]) for one in plan.inputs}
        made = replace(case, request=replace(case.request, inputs=inputs))
        wrong = [one for one in made.result().troubles if one.code != "LIMIT_UNKNOWN"]
        if not wrong:
            return made
        moved = wrong[0].field if wrong[0].field in tries else keys[attempt % len(keys)]
        tries[moved] += 1
    return made


def _text(one: Input, attempt: int) -> str:
    if one.kind == "choice":
        return one.choices[attempt % len(one.choices)].value
    if one.kind == "boolean":
        return ("false", "true")[attempt % 2]
    share = _SHARES[attempt % len(_SHARES)]
    if one.maximum is not None:
        low = one.minimum or Decimal(0)
        return f"{(low + (one.maximum - low) * share).normalize():f}"
    if one.positive:
        return f"{(1000 * share).normalize():f}"
    return f"{(Decimal(25) * share * 10 ** (attempt // len(_SHARES))).normalize():f}"
