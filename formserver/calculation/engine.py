"""One calculation from a request to a result: edition, inputs, energy, steps, limits, verdict.

Follows the model all limit standards share (GB/T 12723): actual value by the standard's formula, limits of three levels
with their corrections, comparison per GB/T 8170. Bad input never raises: it becomes troubles with a field and a
Chinese sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Context, localcontext
from typing import Final

from formserver.calculation.energy import EnergyBalance, balance
from formserver.calculation.judging import judge
from formserver.calculation.library import PRODUCT_UNKNOWN, Library
from formserver.calculation.model import Figure, Product
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculation.requests import PRODUCTION_STATES, STANDING_STILL, Request
from formserver.calculation.results import IndicatorResult, Result, Trouble, Unchecked, Verdict
from formserver.calculation.working import Working

Confirmed = Callable[[str, str], bool]
"""Asks whether a maintainer confirmed (figure or formula id, its value or expression as text)."""
PRECISION: Final = 50


def nobody(_id: str, _value: str) -> bool:
    """Nothing is confirmed."""
    return False


def calculate(
    library: Library, request: Request, *, confirmed: Confirmed = nobody, trace: bool = True
) -> Result:
    """Work out a request under the edition its period asks for.

    Raises CALCULATOR_UNKNOWN, PRODUCT_UNKNOWN; everything else stands in ``Result.troubles``. Without ``trace`` the
    steps carry no formula texts (batches).
    """
    if request.end < request.start:
        return _reversed(library, _edition_with(library, request), request)
    chosen = library.choose(request.calculator, request.start, request.end, request.edition)
    calculator = chosen.calculator
    if calculator is None or request.product not in calculator.products:
        known = _edition_with(library, request)
        trouble = chosen.trouble if calculator is None else _not_in_edition(calculator, known, request)
        assert trouble is not None
        return _without_values(library, known, request, trouble)
    return calculate_with(
        library,
        calculator,
        request,
        confirmed=confirmed,
        trace=trace,
        against=chosen.trouble,
        preview=chosen.preview,
        notes=chosen.notes,
    )


def calculate_with(
    library: Library,
    calculator: Calculator,
    request: Request,
    *,
    limits: LimitTable | None = None,
    confirmed: Confirmed = nobody,
    trace: bool = True,
    against: Trouble | None = None,
    preview: bool = False,
    notes: tuple[str, ...] = (),
) -> Result:
    """Work out a request with this calculator, whatever its state (previews, what-if, examples of drafts).

    ``limits`` replaces the limits the calculator points to. Raises PRODUCT_UNKNOWN.
    """
    product = _product(calculator, request)
    if request.end < request.start:
        return _reversed(library, calculator, request)
    if request.production_state in STANDING_STILL:
        return _standing_still(calculator, product, request)
    with localcontext(Context(prec=PRECISION)):
        table = limits or library.limits(calculator, request.end)
        energy, energy_definitions = _energy(library, calculator, product, request)
        work = Working(calculator, product, request.inputs, energy, trace=trace)
        troubles = [against] if against is not None else []
        troubles += work.input_troubles()
        judged = [
            judge(work, indicator, table, new_project=request.new_project, confirmed=confirmed)
            for indicator in product.indicators
        ]
    if energy is not None and work.plan.energy:
        troubles += energy.troubles
    indicators = [_with_verdict(found, withheld=against is not None) for found, _ in judged]
    troubles += [one for found in indicators for one in found.troubles]
    unchecked: dict[str, Unchecked] = {}
    for _, formulas in judged:
        unchecked.update((one.id, one) for one in formulas if not confirmed(one.id, one.expression))
    definitions = [(calculator.id, calculator.sha256)]
    if table is not None:
        definitions.append((table.id, table.sha256))
    return Result(
        calculator=calculator.name,
        title=calculator.title,
        product=product.key,
        product_title=product.title,
        edition=calculator.edition,
        standard=calculator.standard,
        standard_title=calculator.standard_title,
        definitions=(*definitions, *energy_definitions),
        start=request.start,
        end=request.end,
        new_project=request.new_project,
        production_state=request.production_state,
        inputs=work.input_results(),
        energy=energy,
        steps=tuple(work.steps[key] for key in calculator.steps if key in work.steps),
        indicators=tuple(indicators),
        verdict=_overall(indicators, troubles),
        troubles=_once(troubles),
        unconfirmed=tuple({f.id: f for one in indicators for f in one.unconfirmed}.values()),
        unchecked=tuple(unchecked.values()),
        notes=(
            *notes,
            *((energy.warnings) if energy is not None else ()),
            *_product_notes(product),
            *_ignored(calculator, request),
        ),
        preview=preview,
    )


def _edition_with(library: Library, request: Request) -> Calculator:
    """The newest edition that knows the product, else the one nearest to the period. Raises CALCULATOR_UNKNOWN."""
    for one in reversed(library.editions(request.calculator)):
        if request.product in one.products:
            return one
    return library.in_force(request.calculator, request.end)


def _not_in_edition(used: Calculator, known: Calculator, request: Request) -> Trouble:
    title = _product(known, request).title
    return Trouble(
        "LIMIT_UNKNOWN",
        "product",
        "产品",
        f"统计期适用的 {used.standard} 没有“{title}”的限额（见于 {known.standard}），请改选产品或版本。",
    )


def _product(calculator: Calculator, request: Request) -> Product:
    found = calculator.products.get(request.product)
    if found is None:
        known = "、".join(f"{one.key}（{one.title}）" for one in calculator.products.values())
        raise PRODUCT_UNKNOWN(name=calculator.name, product=request.product, known=known[:600])
    return found


def _energy(
    library: Library, calculator: Calculator, product: Product, request: Request
) -> tuple[EnergyBalance | None, tuple[tuple[str, str], ...]]:
    if not product.asks_energy and not request.energy:
        return None, ()
    coefficients = library.coefficients(calculator.coefficients, request.end)
    return balance(request.energy, coefficients, request.end), ((coefficients.id, coefficients.sha256),)


def _with_verdict(found: IndicatorResult, *, withheld: bool) -> IndicatorResult:
    if not withheld or found.verdict is Verdict.INCOMPLETE:
        return found
    return replace(found, verdict=Verdict.INCOMPLETE)


def _overall(indicators: Iterable[IndicatorResult], troubles: list[Trouble]) -> Verdict:
    """Compliant only when every indicator is (the standards set no overall level)."""
    verdicts = {one.verdict for one in indicators}
    if Verdict.FAIL in verdicts and not troubles:
        return Verdict.FAIL
    if troubles or Verdict.INCOMPLETE in verdicts or not verdicts:
        return Verdict.INCOMPLETE
    if Verdict.UNCONFIRMED in verdicts:
        return Verdict.UNCONFIRMED
    return Verdict.PASS


def _reversed(library: Library, calculator: Calculator, request: Request) -> Result:
    against = Trouble("INVALID_INPUT", "period", "统计期", "统计期的止日早于起日，请改正。")
    return _without_values(library, calculator, request, against)


def _without_values(library: Library, calculator: Calculator, request: Request, against: Trouble) -> Result:
    """Nothing to hold values against; the energy table is in standard coal all the same."""
    product = _product(calculator, request)
    found = _empty(calculator, product, request, Verdict.INCOMPLETE, (against,), ())
    energy, definitions = _energy(library, calculator, product, request)
    if energy is None:
        return found
    return replace(
        found,
        definitions=(*found.definitions, *definitions),
        energy=energy,
        troubles=_once([against, *(energy.troubles if product.asks_energy else ())]),
        notes=energy.warnings,
    )


def _standing_still(calculator: Calculator, product: Product, request: Request) -> Result:
    state = PRODUCTION_STATES[request.production_state]
    note = f"统计期内{state}，不作能耗限额判定。"
    return _empty(calculator, product, request, Verdict.NOT_APPLICABLE, (), (note,))


def _empty(
    calculator: Calculator,
    product: Product,
    request: Request,
    verdict: Verdict,
    troubles: tuple[Trouble, ...],
    notes: tuple[str, ...],
) -> Result:
    return Result(
        calculator=calculator.name,
        title=calculator.title,
        product=product.key,
        product_title=product.title,
        edition=calculator.edition,
        standard=calculator.standard,
        standard_title=calculator.standard_title,
        definitions=((calculator.id, calculator.sha256),),
        start=request.start,
        end=request.end,
        new_project=request.new_project,
        production_state=request.production_state,
        inputs=(),
        energy=None,
        steps=(),
        indicators=(),
        verdict=verdict,
        troubles=troubles,
        unconfirmed=(),
        unchecked=(),
        notes=notes,
        preview=False,
    )


def _product_notes(product: Product) -> tuple[str, ...]:
    return (product.note,) if product.note else ()


def _ignored(calculator: Calculator, request: Request) -> tuple[str, ...]:
    """A mistyped name of an optional input would otherwise leave its default standing unseen."""
    unknown = [key for key in request.inputs if key not in calculator.inputs]
    named = "、".join(f"“{key[:40]}”" for key in unknown[:5])
    return (f"{calculator.title}没有名为{named}的输入项，未采用，请核对名称。",) if unknown else ()


def _once(troubles: list[Trouble]) -> tuple[Trouble, ...]:
    return tuple({(one.code, one.field, one.message): one for one in troubles}.values())


def figures_of(result: Result) -> tuple[Figure, ...]:
    """The limits a result was held against."""
    return tuple(
        limit.figure for one in result.indicators for limit in one.limits if limit.figure is not None
    )
