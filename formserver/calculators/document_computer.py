"""The computer of ``x-widget: calculator:benchmark``: what a document says of energy is what the engine worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculation.engine import Confirmed, calculate
from formserver.calculation.library import Library
from formserver.calculation.results import Result, Trouble
from formserver.calculators import document_filling as filling
from formserver.calculators.benchmark_choice import industry_of
from formserver.calculators.document_asking import (
    Asked,
    asked_of,
    energy_lines,
    fingerprint,
    request_of,
    synchronised,
)
from formserver.calculators.document_guard import in_force_by, row_problems
from formserver.calculators.document_outcome import failed, outcome_of, stub_indicators
from formserver.calculators.document_words import by_key, filled, rows_of, text_of
from formserver.core.computing import CALCULATED
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.errors import AppError, Problem, Severity
from formserver.core.models import Json

_MADE: Final = ("outcome", "product_title")
_MADE_OF_INPUT: Final = ("title", "unit", "shown")
_MADE_OF_LINE: Final = ("factor", "tce")
MOST_ROWS: Final = 60
MOST_LINES: Final = 60
"""What is calculated of one document; more is said to be too much when it is complete (MAX_ITEMS)."""
TOO_MANY_LINES: Final = Trouble(
    "INVALID_INPUT",
    "energy",
    "能源消费",
    f"能源消费超过 {MOST_LINES} 行，没有计算；请合并同类能源，或分成几项计算。",
)
NO_PERIOD: Final = Trouble("MISSING_INPUT", "period", "统计期", "先填写统计期，才知道适用哪一版标准。")


@dataclass(frozen=True, slots=True)
class BenchmarkComputer:
    """See :class:`formserver.core.computing.FieldComputer`. ``confirmed`` reads the confirmations of its unit."""

    library: Library
    confirmed: Confirmed

    def compute(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json], on: date) -> Json:
        """Every row with its product's inputs and its result; then the lists that are filled from them."""
        stored = [by_key(rows_of(one, field.key)) for one in trusted]
        made = dict(body)
        if field.key in body:
            most = int(field.schema.get("maxItems", MOST_ROWS))
            rows = rows_of(body, field.key)
            worked = [self._row(row, body, stored, on) for row in rows[:most]]
            made[field.key] = worked + [_unworked(row) for row in rows[most:]]
        return self._fill(dt, field, made, trusted)

    def unsettled(self, dt: DocumentType, field: Field, body: Mapping[str, Any]) -> list[Problem]:  # noqa: ARG002
        """Rows without a result, waiting for confirmation, incomplete, or of an edition that was withdrawn."""
        return row_problems(field, body, in_force_by(self.library.catalogue), Severity.WARNING)

    def stated(self, dt: DocumentType, field: Field, body: Json) -> Json:  # noqa: ARG002 - the port gives it
        """What people said: no results, no lines without a value, no rows or total that came from results."""
        made = dict(body)
        rows = rows_of(body, field.key)
        fills: Mapping[str, str] = field.schema.get("x-fills", {})
        for kind, pointer in fills.items():
            key = pointer[1:]
            if kind in filling.VALUES:
                made.pop(key, None)
            elif kind in filling.FOLLOWED:
                if made.get(key) is not None and made[key] == filling.FOLLOWED[kind](rows):
                    del made[key]
            elif key in made:
                made[key] = [row for row in rows_of(made, key) if not text_of(row, CALCULATED)]
                if not made[key]:
                    del made[key]
        if field.key in body:
            made[field.key] = [_stated_row(row) for row in rows]
        return made

    def fresh(self, row: Json, body: Mapping[str, Any], on: date) -> Json:
        """What the engine says of a row now, whatever is stored."""
        at, request_hash = str(row.get(ROW_KEY, "")), fingerprint(row, body)
        request = request_of(row, body)
        if request is None:
            return failed(NO_PERIOD, at=at, request=request_hash, on=on)
        if len(request.energy) > MOST_LINES:
            return failed(TOO_MANY_LINES, at=at, request=request_hash, on=on)
        try:
            result = calculate(self.library, request, confirmed=self.confirmed, trace=False)
        except AppError as error:  # a product that is no more, a definition that cannot be read
            trouble = Trouble(error.code.code, "product", "产品", error.message())
            return failed(trouble, at=at, request=request_hash, on=on)
        keys = tuple(str(line.get(ROW_KEY, "")) for line in energy_lines(row))
        return outcome_of(
            result,
            at=at,
            request=request_hash,
            on=on,
            line_keys=keys,
            coefficients=_coefficients(self.library, result),
        )

    def _row(
        self, row: Json, body: Json, stored: Sequence[Mapping[str, Mapping[str, Any]]], on: date
    ) -> Json:
        asked = asked_of(self.library, row, body, on)
        if asked is None:
            made = _unworked(row)
            if text_of(row, "product"):
                made["outcome"] = self.fresh(row, body, on)
            return made
        made = synchronised(_with_industry(self.library, row), asked)
        outcome = _kept(fingerprint(made, body), stored, str(row.get(ROW_KEY)))
        if outcome is None:
            outcome = stub_indicators(self.fresh(made, body, on), _indicators(asked), str(row.get(ROW_KEY)))
        return _with_outcome(made, outcome)

    def _fill(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json]) -> Json:
        rows = rows_of(body, field.key)
        fills: Mapping[str, str] = field.schema.get("x-fills", {})
        for kind, pointer in fills.items():
            target = dt.by_pattern.get(pointer)
            if target is None:
                continue
            if kind in filling.FOLLOWED:
                _follow(body, target.key, kind, rows, [rows_of(one, field.key) for one in trusted])
                continue
            if kind in filling.VALUES:
                _put(body, target.key, filling.VALUES[kind](rows, body))
                continue
            if kind == "energy":
                names = dt.by_pattern.get(pointer + "/*/energy")
                generated = filling.energy_rows(rows, names.choices if names is not None else ())
            else:
                generated = filling.BUILDERS[kind](rows)
            old = [] if target.widget == "readonly" else rows_of(body, target.key)
            made = filling.filled_list(dt, target, old, generated)
            _put(body, target.key, made)
        return body


def _unworked(row: Json) -> Json:
    """A row without a result, least of all one that was sent."""
    return filled({key: value for key, value in row.items() if key != "outcome"})


def _coefficients(library: Library, result: Result) -> str:
    """The number of the standard the coefficients of a result are of."""
    for name, _ in result.definitions:
        kind, _, rest = name.partition("/")
        if kind == "coefficients":
            return library.coefficients(rest.partition("/")[0], result.end).standard
    return ""


def _with_industry(library: Library, row: Json) -> Json:
    """The industry of the product, where it was found without choosing one."""
    industry = industry_of(library, text_of(row, "industry"), text_of(row, "product"))
    return {**row, "industry": industry.key} if industry is not None else row


def _kept(request: str, stored: Sequence[Mapping[str, Mapping[str, Any]]], key: str) -> Json | None:
    """The result this server kept for the very same question."""
    for rows in stored:
        outcome = rows.get(key, {}).get("outcome")
        if isinstance(outcome, dict) and outcome.get("request") == request:
            return outcome
    return None


def _with_outcome(row: Json, outcome: Json) -> Json:
    facts = filling.line_facts(outcome)
    lines = []
    for line in rows_of(row, "energy"):
        made = {key: value for key, value in line.items() if key not in _MADE_OF_LINE}
        fact = facts.get(str(line.get(ROW_KEY)), {})
        made.update({key: fact[key] for key in _MADE_OF_LINE if key in fact})
        if "tce" in made:
            made["tce"] = filling.in_places(made["tce"], 4)
        lines.append(made)
    return {**row, **({"energy": lines} if lines else {}), "outcome": outcome}


def _indicators(asked: Asked) -> dict[str, tuple[str, str]]:
    return {one.key: (one.title, one.unit) for one in asked.product.indicators}


def _stated_row(row: Json) -> Json:
    made = {key: value for key, value in row.items() if key not in _MADE}
    for part, computed in (("inputs", _MADE_OF_INPUT), ("energy", _MADE_OF_LINE)):
        made[part] = [  # there even when empty: two people who both begin a list are then merged row by row
            {key: value for key, value in one.items() if key not in computed}
            for one in rows_of(row, part)
            if part != "inputs" or text_of(one, "value")
        ]
    return made


def _follow(body: Json, key: str, kind: str, rows: list[Json], before: list[list[Json]]) -> None:
    """The total and its basis are followed until somebody states another: then it is theirs."""
    value_of = filling.FOLLOWED[kind]
    now, said = value_of(rows), body.get(key)
    if said is None or said in {value_of(old) for old in before}:
        _put(body, key, now)


def _put(body: Json, key: str, value: Any) -> None:
    """Set a property, or take it away where there is nothing to state."""
    if value:
        body[key] = value
    else:
        body.pop(key, None)
