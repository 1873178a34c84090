"""What a tariff asks of a person, and how what was typed is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from formserver.calculation.asking import missing, read_input
from formserver.calculation.model import Choice, Input
from formserver.calculation.results import Trouble
from formserver.calculation.tariff_model import Tariff
from formserver.core.definitions.parsing_dates import parse_date

MOST_KWH: Final = Decimal("1E13")
"""More than a country uses in a year; keeps every product of figures exact in 28 digits."""
MOST_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Read:
    """The inputs as values; what was left out is None, what could not be read stands in ``troubles``."""

    value: Decimal | None
    electricity: Decimal | None
    category: str
    object: str
    commissioned: date | None
    tier: str
    tier_basis: str
    renewable_share: Decimal | None
    renewable_target: Decimal | None
    late: bool
    paid: Decimal | None
    troubles: tuple[Trouble, ...]


def asked(tariff: Tariff) -> tuple[Input, ...]:
    """The inputs of a tariff in the order of its form. ``kind`` may be date here."""
    found: list[Input] = []
    if tariff.objects:
        choices = tuple(Choice(one.key, one.title) for one in tariff.objects)
        found.append(Input("object", "产品或工序", "choice", choices=choices))
    if any(ladder.split for ladder in tariff.ladders):
        found.append(
            Input("commissioned", "投产日期", "date", help="按投产日期分档，请以备案、验收材料为准。")
        )
    if tariff.categories:
        choices = tuple(Choice(one.key, one.short) for one in tariff.categories)
        found.append(Input("category", "类别", "choice", choices=choices))
    if tariff.indicator is not None:
        energy = tariff.indicator.unit != "kWh/t"
        found.append(
            Input(
                "value",
                tariff.indicator.title,
                "decimal",
                unit=tariff.indicator.unit,
                minimum=Decimal(-1_000_000) if energy else Decimal(0),
                maximum=Decimal(1_000_000),
                required=not tariff.ladders,
                help=tariff.indicator.basis,
            )
        )
    if tariff.ladders:
        tiers = {tier.key: Choice(tier.key, tier.title) for one in tariff.ladders for tier in one.tiers}
        if tiers:
            said = "主管部门已经核定公布档次的在此选择，并写明文件；否则留空，按指标分档。"
            found.append(
                Input(
                    "tier", "公布的档次", "choice", required=False, choices=tuple(tiers.values()), help=said
                )
            )
            found.append(Input("tier_basis", "公布档次的文件", "text", required=False))
    found.append(
        Input(
            "electricity",
            "计费电量",
            "decimal",
            unit="kWh",
            minimum=Decimal(0),
            maximum=MOST_KWH,
            help=tariff.charge.title,
        )
    )
    if tariff.renewable is not None:
        found.append(
            Input(
                "renewable_share",
                "非水可再生能源电量占比",
                "decimal",
                unit="%",
                minimum=Decimal(0),
                maximum=Decimal(100),
                required=False,
                help="不申请减免的留空。",
            )
        )
        found.append(
            Input(
                "renewable_target",
                "所在省上一年度非水电消纳责任权重激励值",
                "decimal",
                unit="%",
                minimum=Decimal(0),
                maximum=Decimal(100),
                required=False,
                help="由国家能源主管部门逐年公布。",
            )
        )
    if tariff.late is not None:
        found.append(Input("late", "逾期未缴清", "boolean", required=False, help=tariff.late.title))
    found.append(
        Input(
            "paid", "实缴加价电费", "decimal", unit="元", minimum=Decimal(0), maximum=MOST_KWH, required=False
        )
    )
    return tuple(found)


def read_inputs(tariff: Tariff, typed: Mapping[str, str], today: date) -> Read:
    """Everything that was typed as values. ``today`` gives the year of a day written without one."""
    troubles: list[Trouble] = []
    values: dict[str, Decimal | bool | str | date | None] = {}
    for one in asked(tariff):
        text = str(typed.get(one.key, "")).strip()
        found = _read(one, text, today) if text else None
        if isinstance(found, Trouble):
            if found.code != "MISSING_INPUT":
                troubles.append(found)
            found = None
        values[one.key] = found

    def number(key: str) -> Decimal | None:
        found = values.get(key)
        return found if isinstance(found, Decimal) else None

    def text_of(key: str) -> str:
        found = values.get(key)
        return found if isinstance(found, str) else ""

    day = values.get("commissioned")
    return Read(
        value=number("value"),
        electricity=number("electricity"),
        category=text_of("category"),
        object=text_of("object"),
        commissioned=day if isinstance(day, date) else None,
        tier=text_of("tier"),
        tier_basis=text_of("tier_basis"),
        renewable_share=number("renewable_share"),
        renewable_target=number("renewable_target"),
        late=values.get("late") is True,
        paid=number("paid"),
        troubles=tuple(troubles),
    )


def _read(one: Input, text: str, today: date) -> Decimal | bool | str | date | Trouble:
    if one.kind == "text":
        return text[:200]
    if one.kind == "date":
        parsed = parse_date(text, today)
        if parsed.value is None:
            return Trouble(
                "INVALID_INPUT", one.key, one.title, f"{one.title}：{parsed.question or '请填写年月日。'}"
            )
        return date.fromisoformat(parsed.value)
    found = read_input(one, one.title, text)
    if isinstance(found, Decimal):
        exponent = found.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MOST_PLACES:
            return Trouble(
                "INVALID_INPUT", one.key, one.title, f"{one.title}的小数超过{MOST_PLACES}位，请核对。"
            )
    return found


def missing_of(tariff: Tariff, key: str) -> Trouble:
    """The trouble of an input of this tariff that nobody filled in."""
    return missing(key, next(one.title for one in asked(tariff) if one.key == key))
