"""What the page 阶梯电价 shows: the rules to choose from, the inputs of the chosen one, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.model import Choice, Input
from formserver.calculation.results import Trouble, as_json
from formserver.calculation.tariff_asking import asked
from formserver.calculation.tariff_model import Tariff, TariffRequest, TariffResult, TariffState
from formserver.calculators.ladder_service import Ladders, year_before
from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.permissions import Actor

COLOURS: Final = {"已算定": "green", "待确认": "amber", "不完整": "grey", "已判定": "green"}
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One input as the page draws it. ``switch``: another choice changes which inputs there are."""

    key: str
    title: str
    kind: str
    unit: str
    help: str
    required: bool
    choices: tuple[Choice, ...]
    value: str
    default: str = ""
    switch: bool = False


def row_of(one: Input, typed: Mapping[str, str], *, switch: bool = False) -> FieldRow:
    """An input with what was typed into it."""
    return FieldRow(
        one.key, one.title, one.kind, "" if one.unit == "1" else one.unit, one.help, one.required, one.choices,
        typed.get(one.key, ""), one.default or "", switch,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LadderPage:
    """The whole page. ``told``: somebody asked for the result, so what is missing is said aloud."""

    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    name: str
    tariff: Tariff
    typed: Mapping[str, str]
    rows: tuple[FieldRow, ...]
    result: Mapping[str, Any] | None
    troubles: tuple[Trouble, ...]
    told: bool

    @property
    def messages(self) -> dict[str, str]:
        """What to say beside which field: all of it when told, only what is wrong while somebody types."""
        return messages_of(self.troubles, told=self.told)

    @property
    def summary(self) -> str:
        """One line for people who cannot see the result."""
        if self.result is None:
            return ""
        due = f"，应缴 {money(self.result['due_fen'])} 元" if self.result["due_fen"] is not None else ""
        return f"{self.result['state']}：{self.result['tier'] or '未分档'}{due}"


def messages_of(troubles: tuple[Trouble, ...], *, told: bool) -> dict[str, str]:
    """The first trouble of each field."""
    found: dict[str, str] = {}
    for one in troubles:
        if told or one.code == "INVALID_INPUT":
            found.setdefault(one.field, one.message)
    return found


def page_of(
    ladders: Ladders, actor: Actor, form: Mapping[str, str], today: date, *, told: bool, calculated: bool
) -> LadderPage:
    """The page for what was typed. Raises NOT_ALLOWED, TARIFF_UNKNOWN."""
    typed = {key: str(value)[:LONGEST] for key, value in form.items()}
    library = ladders.library
    name = typed.get("tariff") or library.names()[0]
    first, last = year_before(today)
    typed = {"start": first.isoformat(), "end": last.isoformat(), **typed, "tariff": name}
    start, end, troubles = period_of(typed, today)
    result: TariffResult | None = None
    tariff = library.newest(name)
    if start is not None and end is not None:
        request = TariffRequest(name, start, end, typed.get("region", ""), inputs=typed)
        chosen = library.choose(name, start, end, request.region) if start <= end else None
        tariff = chosen.tariff if chosen is not None and chosen.tariff is not None else tariff
        result = ladders.assess(actor, request) if calculated else None
    troubles += result.troubles if result is not None else ()
    return LadderPage(
        choices=_choices(ladders),
        name=name,
        tariff=tariff,
        typed=typed,
        rows=tuple(row_of(one, typed) for one in asked(tariff)),
        result=None if result is None else as_json(result),
        troubles=troubles,
        told=told,
    )


def period_of(typed: Mapping[str, str], today: date) -> tuple[date | None, date | None, tuple[Trouble, ...]]:
    """The two days, and what is wrong with them."""
    found: list[date | None] = []
    troubles: list[Trouble] = []
    for key, title in (("start", "用电期间起"), ("end", "用电期间止")):
        parsed = parse_date(typed.get(key, ""), today)
        found.append(date.fromisoformat(parsed.value) if parsed.value else None)
        if parsed.value is None:
            message = parsed.question or f"缺少{title}，请填写年月日。"
            troubles.append(Trouble("INVALID_INPUT", key, title, message))
    return found[0], found[1], tuple(troubles)


def money(value: str | None) -> str:
    """An amount with thousands apart, to 分."""
    return "—" if value is None else f"{Decimal(value):,.2f}"


def figure(value: str | None) -> str:
    """An exact number with thousands apart."""
    return "—" if value is None else f"{Decimal(value):,f}"


def _choices(ladders: Ladders) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in ladders.library.names():
        newest = ladders.library.newest(name)
        groups.setdefault(newest.industry, []).append((name, newest.title))
    return tuple((title, tuple(ones)) for title, ones in groups.items())


def colour_of(state: str) -> str:
    """The colour of a state's mark."""
    return COLOURS.get(state, "grey")


def settled(state: str) -> bool:
    """Whether the amount may be relied upon."""
    return state == TariffState.SETTLED
