"""Every figure and formula of the definitions in one list: what it says, how sure we are, and which products rest on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from formserver.calculation.asking import plan_of
from formserver.calculation.coefficients import Coefficients
from formserver.calculation.library import Library
from formserver.calculation.model import Confidence, Correction, Figure, Step
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.results import plain
from formserver.calculators.models import Confirmation
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import AppError

WAITING: Final = "待确认"
CONFIRMED: Final = "已确认"
UNKNOWN: Final = "未录入"
VERIFIED: Final = "见公开来源"
STATES: Final = (WAITING, CONFIRMED, UNKNOWN, VERIFIED)
FORMULA_KINDS: Final = frozenset({"计算式", "修正式"})


@dataclass(frozen=True, slots=True)
class Item:
    """One figure, or one formula, which ``value`` then is the text of. ``pack`` is ``name/edition`` of the calculator it
    is shown with ("" for coefficients); ``used_in`` are titles of products."""

    id: str
    kind: str
    title: str
    value: str
    unit: str
    confidence: Confidence
    clause: str
    source: str
    note: str
    standard: str
    calculator: str
    pack: str
    used_in: tuple[str, ...] = ()
    state: str = ""
    confirmation: Confirmation | None = None

    @property
    def is_formula(self) -> bool:
        """Whether it is a formula: it does not withhold a verdict, it is a remark on it (decision 0017)."""
        return self.kind in FORMULA_KINDS

    @property
    def place(self) -> str:
        """Where it stands in its definition."""
        return self.id.partition("#")[2]

    def now(self, standing: Mapping[str, Confirmation]) -> Item:
        """The item with its state of this moment."""
        if self.confidence is Confidence.VERIFIED and self.value:
            return replace(self, state=VERIFIED)
        if not self.value:
            return replace(self, state=UNKNOWN)
        found = standing.get(self.id)
        if found is not None and found.holds_for(self.value):
            return replace(self, state=CONFIRMED, confirmation=found)
        return replace(self, state=WAITING)


def all_items(catalogue: Catalogue, library: Library) -> Mapping[str, Item]:
    """Every figure and formula of every usable definition by id, without states; kept until definitions change."""

    def build() -> dict[str, Item]:
        from formserver.calculators.ladder_figures import rule_items  # it is made of the items of this module

        found: dict[str, Item] = {one.id: one for one in rule_items(catalogue)}
        for name in library.names():
            for calculator in library.editions(name):
                limits = limits_of(library, calculator)
                found.update((one.id, one) for one in pack_items(calculator, limits))
        for definition in catalogue.definitions("coefficients"):
            if definition.usable:
                found.update(
                    (one.id, one)
                    for one in coefficient_items(
                        library.coefficient_edition(definition.name, definition.version)
                    )
                )
        return found

    made: Mapping[str, Item] = catalogue.remember("figure-items", build)
    return made


def limits_of(library: Library, calculator: Calculator) -> LimitTable | None:
    """The very limits a calculator names, or None where there are none."""
    name, _, edition = calculator.limits.partition("/")
    try:
        return library.limit_table(name, edition)
    except AppError:
        return None


def pack_items(calculator: Calculator, limits: LimitTable | None) -> tuple[Item, ...]:
    """The figures and formulas of a calculator and its limits."""
    return (*_method(calculator), *(_limits(calculator, limits) if limits is not None else ()))


def _method(calculator: Calculator) -> Iterator[Item]:
    users = _Users(calculator)
    for key, figure in calculator.constants.items():
        yield _item(calculator, figure, "常数", figure.title, users.constant(key))
    for product in calculator.products.values():
        for figure in product.constants.values():
            yield _item(calculator, figure, "常数", f"{product.title}：{figure.title}", (product.title,))
    for key, table in calculator.tables.items():
        titles = users.table(key)
        for at, figure in table.points:
            yield _item(calculator, figure, "查表值", f"{table.title}（{plain(at)} {table.unit_in}）", titles)
        for low, high, figure in table.bands:
            span = f"{'…' if low is None else plain(low)}～{'…' if high is None else plain(high)}"
            yield _item(calculator, figure, "查表值", f"{table.title}（{span} {table.unit_in}）", titles)
        for text, figure in table.texts.items():
            yield _item(calculator, figure, "查表值", f"{table.title}（{users.choice(text)}）", titles)
    for step in calculator.steps.values():
        yield _formula(calculator, "计算式", f"steps/{step.key}", step, users.step(step.key))
    for correction in calculator.corrections.values():
        titles = users.correction(correction.key)
        yield _formula(calculator, "修正式", f"corrections/{correction.key}", correction, titles)


class _Users:
    """Which products reach what."""

    def __init__(self, calculator: Calculator) -> None:
        self._calculator = calculator
        self._plans = [(one, plan_of(calculator, one)) for one in calculator.products.values()]
        self._choices = {
            choice.value: choice.title for one in calculator.inputs.values() for choice in one.choices
        }

    def constant(self, key: str) -> tuple[str, ...]:
        return tuple(one.title for one, plan in self._plans if key in plan.constants)

    def table(self, key: str) -> tuple[str, ...]:
        return tuple(one.title for one, plan in self._plans if key in plan.tables)

    def step(self, key: str) -> tuple[str, ...]:
        return tuple(one.title for one, plan in self._plans if key in plan.steps)

    def correction(self, key: str) -> tuple[str, ...]:
        return tuple(
            one.title for one, _ in self._plans if any(key in each.corrections for each in one.indicators)
        )

    def choice(self, value: str) -> str:
        return self._choices.get(value, value)


def _limits(calculator: Calculator, limits: LimitTable) -> Iterator[Item]:
    for (product_key, indicator_key), levels in limits.limits.items():
        product = calculator.products.get(product_key)
        indicator = next((i for i in product.indicators if i.key == indicator_key), None) if product else None
        named = (
            f"{product.title if product else product_key} {indicator.title if indicator else indicator_key}"
        )
        used = (product.title,) if product else ()
        for figure in levels.levels.values():
            yield _item(calculator, figure, "限额", f"{named} {figure.title}", used)
        for policy in (levels.benchmark, levels.baseline):
            if policy is not None:
                yield _item(calculator, policy, "标杆基准", f"{named} {policy.title}", used)


def _item(calculator: Calculator, figure: Figure, kind: str, title: str, used_in: tuple[str, ...]) -> Item:
    return Item(
        id=figure.id,
        kind=kind,
        title=title,
        value="" if figure.value is None else plain(figure.value),
        unit=figure.unit,
        confidence=figure.confidence,
        clause=figure.clause,
        source=figure.source,
        note=figure.note,
        standard=calculator.standard,
        calculator=calculator.name,
        pack=f"{calculator.name}/{calculator.edition}",
        used_in=used_in,
    )


def _formula(
    calculator: Calculator, kind: str, place: str, one: Step | Correction, used_in: tuple[str, ...]
) -> Item:
    return Item(
        id=f"{calculator.id}#{place}",
        kind=kind,
        title=one.title,
        value=one.expression,
        unit=one.unit if isinstance(one, Step) else "",
        confidence=one.confidence,
        clause=one.clause,
        source=one.source,
        note=one.note,
        standard=calculator.standard,
        calculator=calculator.name,
        pack=f"{calculator.name}/{calculator.edition}",
        used_in=used_in,
    )


def coefficient_items(one: Coefficients) -> Iterator[Item]:
    """The figures of an edition of coefficients."""
    for figure in one.figures:
        yield Item(
            id=figure.id,
            kind="折标系数",
            title=figure.title,
            value="" if figure.value is None else plain(figure.value),
            unit=figure.unit,
            confidence=figure.confidence,
            clause=figure.clause,
            source=figure.source,
            note=figure.note,
            standard=one.standard,
            calculator="",
            pack="",
            used_in=("能源消费表",),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the list. ``industry`` are the names of its calculators; None does not restrict."""

    text: str = ""
    state: str = WAITING
    calculator: str = ""
    calculators: frozenset[str] | None = None
    kind: str = ""

    def fits(self, item: Item) -> bool:
        """Whether an item (with its state) is asked for."""
        if self.state and item.state != self.state:
            return False
        if self.kind and item.kind != self.kind:
            return False
        if self.calculator and item.calculator != self.calculator and item.standard != self.calculator:
            return False
        if self.calculators is not None and item.calculator not in self.calculators:
            return False
        text = self.text.casefold()
        return not text or any(
            text in word.casefold()
            for word in (item.title, item.standard, item.note, item.clause, item.id, *item.used_in)
        )


def counted(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, dict[str, int]]:
    """How many items of each state there are, by ``key``."""
    found: dict[str, dict[str, int]] = {}
    for item in items:
        states = found.setdefault(key(item), dict.fromkeys(STATES, 0))
        states[item.state] += 1
    return found
