"""The computer of ``x-widget: calculator:ladder_price``: tier, rate and what is due are the server's own (阶梯电价核算表).

A settled amount stays as it is while nobody changes what it was worked out from. One that waits for confirmation or
lacks something is worked out again whenever the paper is kept: it was never more than a trial.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.engine import Confirmed
from formserver.calculation.results import plain
from formserver.calculation.rounding import round_to
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import TariffRequest, TariffResult, TariffState
from formserver.calculation.tariffs import assess
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.errors import Problem
from formserver.core.models import Json

LADDER: Final = "ladder_price"
"""The name of the computer."""
COMPUTED: Final = (
    "indicator", "value_unit", "tier", "rate", "due", "diff", "execution", "basis", "process", "state", "troubles",
)  # fmt: skip
"""Properties of a row that nobody types."""
TOTALS: Final = {"due_total": "due", "paid_total": "paid", "diff_total": "diff"}
_ASKED: Final = {"kwh": "electricity", "published_tier": "tier"}
_PASSED: Final = (
    "value", "kwh", "category", "object", "commissioned", "published_tier", "tier_basis", "renewable_share",
    "renewable_target", "paid",
)  # fmt: skip
_AMOUNT: Final = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,8})?", re.ASCII)
_LONGEST: Final = {"basis": 300, "process": 2000, "troubles": 1000}


@dataclass(frozen=True, slots=True)
class LadderComputer:
    """See :class:`formserver.core.computing.FieldComputer`. ``confirmed`` reads the confirmations of its unit."""

    library: TariffLibrary
    confirmed: Confirmed

    def compute(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json], on: date) -> Json:
        """Every row with its own result; then the totals."""
        del dt, on
        rows = _rows(body, field.key)
        if not rows:
            return {key: value for key, value in body.items() if key not in TOTALS}
        known = [one for one in trusted if _around(one) == _around(body)]
        kept = [{str(row.get(ROW_KEY)): row for row in _rows(one, field.key)} for one in known]
        made = {**body, field.key: [self._row(row, body, kept) for row in rows]}
        return _with_totals(made, field.key)

    def unsettled(self, dt: DocumentType, field: Field, body: Mapping[str, Any]) -> list[Problem]:
        """Nothing here: the checks of the form ask every row for its state."""
        del dt, field, body
        return []

    def stated(self, dt: DocumentType, field: Field, body: Json) -> Json:
        """What people said: rows without results, no totals."""
        del dt
        made = {key: value for key, value in body.items() if key not in TOTALS}
        if field.key in body:
            made[field.key] = [_stated(row) for row in _rows(body, field.key)]
        return made

    def fresh(self, row: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
        """The computed properties of a row as they are now."""
        start, end = _day(body.get("period_from")), _day(body.get("period_to"))
        name = self._name(row.get("tariff"))
        if not name:
            return _unfinished(
                "请选择电价规则。" if not row.get("tariff") else "没有这项电价规则，请从列表中选择。"
            )
        if start is None or end is None:
            return _unfinished("先填写用电期间，才知道适用哪一版规则。")
        inputs = {_ASKED.get(key, key): str(row[key]) for key in _PASSED if isinstance(row.get(key), str)}
        if row.get("late") is True:
            inputs["late"] = "true"
        request = TariffRequest(name, start, end, place_of(body), inputs=inputs)
        return _outcome(self.library, assess(self.library, request, confirmed=self.confirmed), row)

    def _row(self, row: Json, body: Json, kept: Sequence[Mapping[str, Mapping[str, Any]]]) -> Json:
        stated = _stated(row)
        if not stated.keys() - {ROW_KEY}:
            return stated
        for rows in kept:
            old = rows.get(str(row.get(ROW_KEY)), {})
            if old.get("state") == TariffState.SETTLED and _stated(old) == stated:
                return {**stated, **{key: old[key] for key in COMPUTED if key in old}}
        return {**stated, **self.fresh(row, body)}

    def _name(self, title: Any) -> str:
        names = self.library.names()
        found = [one for one in names if title in (one, *(e.title for e in self.library.editions(one)))]
        return found[0] if found else ""


def place_of(body: Mapping[str, Any]) -> str:
    """Where the enterprise is: 所在地 without its code, else its address."""
    region = body.get("region")
    if isinstance(region, str) and region.strip():
        return re.sub(r"^[0-9\s]+", "", region)
    enterprise = body.get("enterprise")
    address = enterprise.get("ent_address") if isinstance(enterprise, Mapping) else ""
    return address if isinstance(address, str) else ""


def _outcome(library: TariffLibrary, result: TariffResult, row: Mapping[str, Any]) -> dict[str, Any]:
    editions = library.editions(result.tariff)
    used = next((one for one in editions if one.edition == result.edition), editions[-1])
    what = next((one.indicator for one in used.objects if row.get("object") in (one.key, one.title)), "")
    indicator = what or (used.indicator.title if used.indicator else "")
    titles = "；".join(f"{one.title}：{one.numbers} {_unit(one.unit)}".rstrip() for one in result.steps)
    said = [one.message for one in result.troubles]
    if result.unconfirmed:
        figures = "、".join(
            f"{one.title}{plain(one.value)}" for one in result.unconfirmed if one.value is not None
        )
        said.append(f"待确认的数值：{figures}；请维护人员对照文件原文确认。")
    made = {
        "indicator": indicator,
        "value_unit": used.indicator.unit if used.indicator and row.get("value") else "",
        "tier": result.tier,
        "rate": "" if result.rate is None else plain(round_to(result.rate, 6)),
        "due": "" if result.due_fen is None else plain(result.due_fen),
        "diff": "" if result.difference is None else plain(round_to(result.difference, 2)),
        "execution": result.execution,
        "basis": "，".join(filter(None, (_rule(result), result.tier_rule))),
        "process": titles,
        "state": result.state.value,
        "troubles": "".join(said),
    }
    return {key: text[: _LONGEST.get(key, 100)] for key, text in made.items() if text}


def _rule(result: TariffResult) -> str:
    """The document a rate comes from, led by its region."""
    return result.number if result.number.startswith(result.region) else f"{result.region}{result.number}"


def _unit(unit: str) -> str:
    return "" if unit in ("", "级", "百分点") else unit


def _unfinished(reason: str) -> dict[str, Any]:
    return {"state": TariffState.INCOMPLETE.value, "troubles": reason}


def _with_totals(body: Json, key: str) -> Json:
    """Sums of what all rows have; a sum that lacks a row would mislead and is left out."""
    made, rows = dict(body), _rows(body, key)
    for total, part in TOTALS.items():
        values = [_decimal(row.get(part)) for row in rows]
        known = [one for one in values if one is not None]
        if known and len(known) == len(rows):
            made[total] = plain(sum(known[1:], known[0]))
        else:
            made.pop(total, None)
    return made


def _decimal(value: Any) -> Decimal | None:
    """A number of ordinary length; anything else has no part in a sum."""
    return Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def _around(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return body.get("period_from"), body.get("period_to"), place_of(body)


def _stated(row: Mapping[str, Any]) -> Json:
    return {key: value for key, value in row.items() if key not in COMPUTED}


def _rows(body: Mapping[str, Any], key: str) -> list[Json]:
    rows = body.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
