"""What a catalogue line demands besides its model, as terms of a rule where a rule can check it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from formserver.equipment.matching.model import Item

_MADE: Final = re.compile(r"([12][0-9]{3})年(?:\(含\)|（含）|及)?(以前|之前|前)")
_POWER: Final = re.compile(r"额定功率([0-9.]+) ?kW")
_AMPS: Final = re.compile(r"额定焊接电流([0-9]+)[～~-]([0-9]+) ?A")
_REMARK: Final = re.compile(r"抽取|列出的是|不在列|误作|错字|系列级|按(?:名称|制冷剂|结构)|须核原文|条件同")
"""Words of remarks about the text itself: they limit nothing."""
_DOUBT: Final = re.compile("存疑|疑")
_TOLERANCE: Final = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a line demands besides its model: ``terms`` a rule can check, ``open`` what it cannot."""

    terms: Mapping[str, Any]
    amps: tuple[int, int] | None
    open: str


def read_condition(item: Item) -> Condition:
    """The condition of a line; remarks about the text itself limit nothing, but a doubtful one asks for a look."""
    terms: dict[str, Any] = {}
    amps: tuple[int, int] | None = None
    left = []
    for part in filter(None, re.split("[；;。]", item.condition)):
        made, power, current = (
            _MADE.search(part),
            _POWER.fullmatch(part.strip()),
            _AMPS.fullmatch(part.strip()),
        )
        if made is not None:
            inclusive = "含" in part or "及" in made[0]
            terms["made_on_or_before"] = f"{int(made[1]) - (0 if inclusive else 1)}-12-31"
            terms["if_date_unknown"] = "review"
        elif power is not None:
            value = Decimal(power[1])
            terms["power_kw"] = [f"{value * (1 - _TOLERANCE):f}", f"{value * (1 + _TOLERANCE):f}"]
        elif current is not None:
            amps = (int(current[1]), int(current[2]))
        elif _DOUBT.search(part) or not _REMARK.search(part):
            left.append(part)
    left += [part for part in re.split("[；;。]", item.note) if _DOUBT.search(part)]
    return Condition(terms, amps, "；".join(left))
