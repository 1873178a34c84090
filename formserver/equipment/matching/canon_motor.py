"""Models of motors by frame (matching specification §5, ``motor_frame`` and ``motor_suffix``).

A model is series + frame + length S/M/L + core + poles, hyphens anywhere or nowhere. Every way of splitting is tried;
what stays is legal in the grammar. The canonical spelling is that of the catalogues: ``Y160M1-2``, ``Y2-132S-4``,
``YB-160M-4``: a hyphen after series that end in a digit or begin with YB, none otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from formserver.equipment.matching.attributes import POLES
from formserver.equipment.matching.canon_grammar import Grammar

_POLES: Final = frozenset(str(n) for n in POLES if n <= 16)
_TAIL = re.compile(r"(-?)(\d{0,3})(?:-(\d{1,2}))?(\D.*)?")
_AHEAD = re.compile(r"-(WF|WTH|TH|W|F)(?:1(?=-))?-?(?=\d)")
_LETTERS: Final = ("S", "M", "L")
_DOUBLED = re.compile(r"^(Y[A-Z]*\d?)-Y(?=\d)")


@dataclass(frozen=True, slots=True)
class Motor:
    """``key`` is ``160M1-2``, without ``-2`` where the poles are not given; frame 80 without a letter is 80M."""

    series: str
    frame: str
    letter: str
    core: str
    poles: int | None
    suffix: str = ""
    size: str = field(init=False, compare=False)
    """Frame, letter and core: ``160M1``."""
    key: str = field(init=False, compare=False)
    """As tables of models name it."""
    canonical: str = field(init=False, compare=False)
    """See the module."""

    def __post_init__(self) -> None:
        """Spell it once: a reading is asked for its key by every rule."""
        size = f"{self.frame}{self.letter}{self.core}"
        key = size if self.poles is None else f"{size}-{self.poles}"
        joint = "-" if self.series[-1:].isdigit() or self.series.startswith("YB") else ""
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "canonical", f"{self.series}{joint}{key}{self.suffix}")


def read_motors(text: str, grammar: Grammar) -> tuple[Motor, ...]:
    """Every legal reading of a normalised model, the one with the longest series first."""
    if text[:1] not in ("Y", "J") and not text.startswith(grammar.motor_series):
        return ()
    text = _DOUBLED.sub(r"\1-", text)
    found: list[Motor] = []
    for series in grammar.motor_series:
        if text.startswith(series):
            rest = text[len(series) :]
            ahead = _AHEAD.match(rest)
            if ahead:
                found += _frames(series, rest[ahead.end() :], grammar, f"-{ahead[1]}")
            else:
                found += _frames(series, rest[1:] if rest[:1] == "-" else rest, grammar, "")
    return tuple(dict.fromkeys(found))


def _frames(series: str, rest: str, grammar: Grammar, ahead: str) -> list[Motor]:
    found: list[Motor] = []
    for width in (3, 2):
        frame = rest[:width]
        letters = grammar.frames.get(frame)
        if letters is None:
            continue
        after = rest[width:]
        letter = after.lstrip("-")[:1] if after[:1] == "-" and after[1:2] in _LETTERS else after[:1]
        if letter in _LETTERS:
            if letter in letters:
                tail = after[after.index(letter) + 1 :]
                found += _tails(series, frame, letter, tail, grammar.cores, ahead)
        elif "" in letters:
            found += _tails(series, frame, "", after, grammar.cores, ahead)
    return found


def _tails(
    series: str, frame: str, letter: str, tail: str, cores: Mapping[str, frozenset[str]], ahead: str
) -> list[Motor]:
    match = _TAIL.fullmatch(tail)
    if match is None:
        return []
    hyphen, first, second, suffix = match[1], match[2], match[3], match[4] or ""
    splits: list[tuple[str, str]] = []
    able = cores.get(frame + letter, frozenset())
    if second is not None and hyphen and first in _POLES and first not in able:
        splits, suffix = [("", first)], f"-{second}{suffix}"  # poles, then something unknown
    elif second is not None:
        splits = [(first, second)]
    elif not first:
        splits = [("", "")]
    elif hyphen:
        splits = [("", first), (first, "")] if first not in _POLES else [("", first)]
    else:
        splits = [("", first), (first[:1], first[1:])]
    found = []
    for core, poles in splits:
        if (core and core not in able) or (poles and poles not in _POLES):
            continue
        named = "M" if frame == "80" else letter
        found.append(
            Motor(series, frame, named, core, int(poles) if poles else None, ahead + suffix.rstrip("-"))
        )
    return found
