"""Models of transformers (matching specification §5): series[-M]-capacity[/high voltage][/0.4].

The canonical spelling is ``S7-315/10``, the voltage only where it is written, brackets as in the series list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from formserver.equipment.matching.canon_grammar import Grammar

_REST = re.compile(
    r"(-?M(?:\.?[A-Z])?(?![A-Z]))?-?(?:([1-9]\d{0,5}(?:\.\d+)?))?(?:[/-](\d{1,3}(?:\.\d+)?))?((?:[/-]0\.\d+)?)(.*)"
)
_HEAD = re.compile(r"[A-Z]+(?:\(B\))?(\d*)(?=(.?))")
_HYPHEN_IN_SERIES = re.compile(r"[A-Z]{1,4}-\d{1,2}-\d")
"""``S-7-315/10``, where S of 7 kVA is not meant."""
_LEAST, _MOST = Decimal(5), Decimal(500000)
_HIGHEST_KV = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Transformer:
    """``series`` with ``-M`` where it is sealed; ``kva`` None where only the series is written, ``kv`` None where no
    voltage is. ``suffix`` is what the grammar does not know."""

    series: str
    kva: Decimal | None
    kv: Decimal | None
    suffix: str = ""

    @property
    def canonical(self) -> str:
        """See the module."""
        capacity = "" if self.kva is None else f"-{plain(self.kva)}"
        voltage = "" if self.kv is None else f"/{plain(self.kv)}"
        return f"{self.series}{capacity}{voltage}{self.suffix}"


def plain(value: Decimal) -> str:
    """A number without superfluous zeros: ``10``, ``0.75``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_transformers(text: str, grammar: Grammar) -> tuple[Transformer, ...]:
    """Every reading with a known series, the one with the longest series first."""
    if _HYPHEN_IN_SERIES.match(text) and (joined := read_transformers(text.replace("-", "", 1), grammar)):
        return joined
    found: list[Transformer] = []
    head = _HEAD.match(text)
    # one or two digits with more to come are the number of the series: S19-400 is no S1 of 9 kVA
    whole = head[0] if head and len(head[1]) < 3 and head[2] not in ("/", "") else ""
    for series in grammar.transformer_series:
        if text.startswith(series) and (not whole or series == whole):
            made = _read(series, text[len(series) :])
            if made is not None:
                found.append(made)
    return tuple(found)


def _read(series: str, rest: str) -> Transformer | None:
    match = _REST.fullmatch(rest)
    if match is None:
        return None
    sealed, kva_text, kv_text, _, suffix = match.groups()
    kva = Decimal(kva_text) if kva_text else None
    if kva is None and (kv_text or (suffix and suffix[:1] != "-")):
        return None
    if kva is not None and (not _LEAST <= kva <= _MOST or suffix[:1].isdigit()):
        return None
    kv = Decimal(kv_text) if kv_text and 0 < Decimal(kv_text) < _HIGHEST_KV else None
    if kv is not None and kv < 1:
        kv = None  # a low voltage alone says nothing about the high one
    return Transformer(series + ("-M" if sealed else ""), kva, kv, suffix)
