"""What the rules know of model names: series, frames, words of kinds (``grammar`` of ``schemas/meta/matching.json``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Grammar:
    """Series stand longest first. ``frames``: frame size → letters of length, ``cores``: frame with letter → digits of
    the core. ``fuels``: coal, oilgas, biomass → codes at the end of a boiler model."""

    motor_series: tuple[str, ...] = ()
    transformer_series: tuple[str, ...] = ()
    frames: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cores: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    unknown_names: frozenset[str] = frozenset()
    fuels: Mapping[str, str] = field(default_factory=dict)


def grammar_from_json(data: Mapping[str, Any]) -> Grammar:
    """The grammar of one definition. ``fuels`` is turned round: code → fuel."""
    return Grammar(
        motor_series=_longest_first(data["motor_series"]),
        transformer_series=_longest_first(data["transformer_series"]),
        frames={frame: frozenset(letters) for frame, letters in data["motor_frames"].items()},
        cores={frame: frozenset(digits) for frame, digits in data["motor_core_digits"].items()},
        keywords={category: tuple(words) for category, words in data["category_keywords"].items()},
        out_of_scope=tuple(data["out_of_scope_keywords"]),
        unknown_names=frozenset(data["unknown_names"]),
        fuels={code: fuel for fuel, codes in data["fuel_codes"].items() for code in codes},
    )


def _longest_first(series: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(series), key=lambda one: (-len(one), one)))
