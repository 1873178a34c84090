"""The state of one calculation: names are worked out when they are first asked for, and remember what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from formserver.calculation.asking import (
    Plan,
    input_text,
    missing,
    plan_of,
    read_input,
    title_of,
    typed,
    unit_of,
)
from formserver.calculation.energy import EnergyBalance
from formserver.calculation.energy_lines import ELECTRICITY
from formserver.calculation.expressions import Value, parse
from formserver.calculation.model import Confidence, Figure, Input, Product, Step, Table
from formserver.calculation.packs import BUILT_IN, BUILT_IN_TITLES, Calculator
from formserver.calculation.results import InputResult, StepResult, Trouble, Unchecked, plain
from formserver.calculation.rounding import round_to
from formserver.core.errors import AppError

_DEEPEST: Final = 60
"""Steps one inside the other; the check of definitions allows fewer."""
_FED: Final = {"electricity_in": "电力输入"}


class Stopped(Exception):
    """A value cannot be worked out; ``troubles`` say why."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(*(one.message for one in troubles))
        self.troubles = troubles


@dataclass(slots=True)
class Grounds:
    """What a value rests on: the figures of definitions and the formulas nobody has checked."""

    figures: dict[str, Figure]
    formulas: dict[str, Unchecked]

    def add(self, other: Grounds) -> None:
        """Rest on what ``other`` rests on, too."""
        self.figures.update(other.figures)
        self.formulas.update(other.formulas)


class Working:
    """Answers names of formulas (the scope of :class:`~.expressions.Formula`) for one product."""

    def __init__(
        self,
        calculator: Calculator,
        product: Product,
        typed_inputs: Mapping[str, str],
        energy: EnergyBalance | None,
        *,
        trace: bool,
    ) -> None:
        self.calculator = calculator
        self.product = product
        self.plan: Plan = plan_of(calculator, product)
        self.energy = energy
        self.trace = trace
        self.steps: dict[str, StepResult] = {}
        self.constants: Mapping[str, Figure] = (
            {**calculator.constants, **product.constants} if product.constants else calculator.constants
        )
        self.locals: dict[str, Decimal] = {}
        self._inputs: dict[str, Decimal | bool | str | Trouble] = {}
        self._typed = typed_inputs
        self._values: dict[str, tuple[Value, Grounds]] = {}
        self._failed: dict[str, Stopped] = {}
        self._stack: list[Grounds] = []
        self._asked: dict[str, bool] = {}
        for one in self.plan.inputs:
            text = typed(typed_inputs, one)
            title = self.title(one.key)
            self._inputs[one.key] = read_input(one, title, text) if text.strip() else missing(one.key, title)

    # -- the scope of formulas ---------------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """The value of a name. Raises Stopped."""
        if name in self.locals:
            return self.locals[name]
        if name in self._inputs:
            return self._input(name)
        if name in self.calculator.steps:
            return self._step(self.calculator.steps[name])
        if name in self.constants:
            return self._figure(self.constants[name])
        if name in BUILT_IN:
            return self._built_in(name)
        raise Stopped(
            Trouble("NAME_UNKNOWN", name, name, f"计算式用到的 {name} 没有定义，请维护人员检查计算包。")
        )

    def lookup(self, table: str, at: Value) -> Decimal:
        """A value of a table; nothing is extrapolated. Raises Stopped."""
        asked = self.calculator.tables[table]
        if asked.rule == "text":
            found = asked.texts.get(str(at))
            if found is None:
                raise self._outside(asked, str(at))
            return self._figure(found)
        assert isinstance(at, Decimal)
        if asked.rule == "bands":
            for low, high, figure in asked.bands:
                if _inside(at, low, high, upper_inclusive=asked.upper_inclusive):
                    return self._figure(figure)
            raise self._outside(asked, plain(at))
        for place, figure in asked.points:
            if place == at:
                return self._figure(figure)
        if asked.rule == "linear":
            for (x0, f0), (x1, f1) in pairwise(asked.points):
                if x0 < at < x1:
                    y0, y1 = self._figure(f0), self._figure(f1)
                    return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
        raise self._outside(asked, plain(at))

    # -- what the engine asks ------------------------------------------------------------------------------------

    @contextmanager
    def grounds(self) -> Iterator[Grounds]:
        """Collects what everything asked for inside rests on."""
        found = Grounds({}, {})
        self._stack.append(found)
        try:
            yield found
        finally:
            self._stack.pop()
            if self._stack:
                self._stack[-1].add(found)

    def rest_on(self, formula: Unchecked) -> None:
        """Note a formula nobody has checked."""
        if self._stack:
            self._stack[-1].formulas[formula.id] = formula

    def title(self, key: str) -> str:
        """What people read for a name of this product."""
        return title_of(self.calculator, self.product, key)

    def unit(self, name: str) -> str:
        """The unit of a name of this product."""
        return unit_of(self.calculator, self.product, name)

    def table_units(self, table: str) -> tuple[str, str]:
        """What a table is asked with and what it answers in."""
        found = self.calculator.tables[table]
        return found.unit_in, found.unit

    def true(self, condition: str) -> bool | None:
        """Whether a condition holds; None when what it asks for is not known."""
        try:
            found = parse(condition).evaluate(self)
        except (Stopped, AppError):
            return None
        return found is True

    def asked(self, one: Input) -> bool:
        """Whether an input is asked for, given the others."""
        known = self._asked.get(one.key)
        if known is None:
            self._asked[one.key] = True  # for a condition that comes back to its own input
            known = not one.asked_when or self.true(one.asked_when) is True
            self._asked[one.key] = known
        return known

    def input_troubles(self) -> list[Trouble]:
        """What is wrong with the inputs themselves, in the order of the form."""
        found = []
        for one in self.plan.inputs:
            value = self._inputs[one.key]
            if not isinstance(value, Trouble) or not self.asked(one):
                continue
            needed = self.true(one.required_when) is True if one.required_when else one.required
            if needed or value.code != "MISSING_INPUT":
                found.append(value)
        return found

    def input_results(self) -> tuple[InputResult, ...]:
        """The inputs as they were used."""
        found = []
        for one in self.plan.inputs:
            value = self._inputs[one.key]
            if isinstance(value, Trouble) or not self.asked(one):
                continue
            canonical = plain(value) if isinstance(value, Decimal) else str(value).lower()
            if one.kind == "choice":
                canonical = str(value)
            by_default = not self._typed.get(one.key, "").strip()
            found.append(
                InputResult(
                    one.key,
                    self.title(one.key),
                    self.unit(one.key),
                    canonical,
                    input_text(one, value),
                    by_default,
                )
            )
        return tuple(found)

    def unchecked_step(self, step: Step) -> Unchecked:
        """A step as a remark on a result."""
        return Unchecked(f"{self.calculator.id}#steps/{step.key}", step.title, step.expression, step.note)

    # -- names ---------------------------------------------------------------------------------------------------

    def _input(self, name: str) -> Value:
        value = self._inputs[name]
        one = self.calculator.inputs[name]
        if one.asked_when and not self.asked(one):
            # what was typed before another answer hid the field is on no sheet: it must not count either
            value = self._unasked(one)
        if isinstance(value, Trouble):
            raise Stopped(value)
        return value

    def _unasked(self, one: Input) -> Value | Trouble:
        title = self.title(one.key)
        return read_input(one, title, one.default) if one.default else missing(one.key, title)

    def _step(self, step: Step) -> Value:
        kept = self._values.get(step.key)
        if kept is None:
            if step.key in self._failed:
                raise self._failed[step.key]
            if len(self._stack) > _DEEPEST:
                raise Stopped(
                    Trouble("FORMULA_CIRCLE", step.key, step.title, f"{step.title}的计算式互相引用。")
                )
            try:
                kept = self._work_out(step)
            except Stopped as stopped:
                self._failed[step.key] = stopped
                raise
            except RecursionError as error:
                raise Stopped(
                    Trouble("FORMULA_CIRCLE", step.key, step.title, f"{step.title}的计算式层层引用得太深。")
                ) from error
            self._values[step.key] = kept
        if self._stack:
            self._stack[-1].add(kept[1])
        return kept[0]

    def _work_out(self, step: Step) -> tuple[Value, Grounds]:
        formula = parse(step.expression)
        title, unit = self.title(step.key), self.unit(step.key)
        with self.grounds() as found:
            try:
                value = formula.evaluate(self)
            except AppError as error:
                raise Stopped(Trouble(error.code.code, step.key, title, f"{title}：{error}")) from error
            if step.confidence is not Confidence.VERIFIED:
                self.rest_on(self.unchecked_step(step))
        if not isinstance(value, Decimal):
            raise Stopped(Trouble("FORMULA_FAULTY", step.key, title, f"{title}的计算式没有得出数值。"))
        self.steps[step.key] = StepResult(
            key=step.key,
            title=title,
            unit=unit,
            formula=formula.worded(self.title) if self.trace else "",
            numbers=formula.substituted(self) if self.trace else "",
            value=value,
            shown=f"{round_to(value, step.digits):f}",
            clause=step.clause,
            confidence=step.confidence,
            note=step.note,
        )
        return value, found

    def _figure(self, figure: Figure) -> Decimal:
        if figure.value is None:
            raise Stopped(
                Trouble(
                    "LIMIT_UNKNOWN",
                    figure.id.partition("#")[2],
                    figure.title,
                    f"{figure.title}尚未录入，不能判定；请维护人员按标准原文录入并发布。",
                )
            )
        if self._stack:
            self._stack[-1].figures[figure.id] = figure
        return figure.value

    def _built_in(self, name: str) -> Decimal:
        title = BUILT_IN_TITLES[name]
        balance = self.energy
        if balance is None or (not balance.troubles and not _fed(balance, name)):
            raise Stopped(
                Trouble(
                    "MISSING_INPUT",
                    "energy",
                    "能源消费",
                    f"能源表中没有计入的{_FED.get(name, '输入能源')}，不能计算{title}，请填写；确实没有消费的请填 0。",
                )
            )
        if balance.troubles:
            raise Stopped(*balance.troubles)
        if self._stack:
            for line in balance.lines:
                if line.counted and line.figure is not None:
                    self._stack[-1].figures[line.figure.id] = line.figure
        found = {
            "total_energy": balance.total,
            "energy_in": balance.total_in,
            "energy_out": balance.total_out,
            "feedstock_energy": balance.feedstock,
            "electricity_in": balance.electricity_kwh,
        }
        return found[name]

    def _outside(self, table: Table, at: str) -> Stopped:
        if table.rule == "text":
            span = "、".join(table.texts)
        elif table.rule == "bands":
            span = f"{_end(table.bands[0][0])} 至 {_end(table.bands[-1][1])}"
        else:
            span = f"{plain(table.points[0][0])} 至 {plain(table.points[-1][0])}"
        key = self.plan.asked_with.get(table.key, table.key)
        title = self.title(key) if key != table.key else table.title
        unit = f" {table.unit_in}" if table.unit_in.strip("1") else ""
        return Stopped(
            Trouble(
                "OUT_OF_TABLE_RANGE",
                key,
                title,
                f"{title}为 {at}{unit}，超出{table.title}表的范围（{span}{unit}），标准不允许外推；请核对数据。",
            )
        )


def _fed(balance: EnergyBalance, name: str) -> bool:
    """Whether the table says anything about a name: without an input line nothing was consumed or nobody wrote it down."""
    return any(
        line.counted and line.direction == "in" and (name != "electricity_in" or line.carrier == ELECTRICITY)
        for line in balance.lines
    )


def _inside(at: Decimal, low: Decimal | None, high: Decimal | None, *, upper_inclusive: bool) -> bool:
    if upper_inclusive:
        return (low is None or at > low) and (high is None or at <= high)
    return (low is None or at >= low) and (high is None or at < high)


def _end(value: Decimal | None) -> str:
    return "不限" if value is None else plain(value)
