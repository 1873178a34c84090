"""What differs inside two texts, for the eye: character by character in Chinese, whole numbers and words otherwise."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_TOKEN: Final = re.compile(r"\d+(?:[.,:/\-]\d+)*%?|[A-Za-z]+|\s+|.", re.DOTALL)
_SENTENCE: Final = re.compile(r"[^。；;\n]*[。；;\n]|[^。；;\n]+")
MOST_WORK: Final = 60_000
"""Pairs of equal tokens looked at most, some 100 ms: texts beyond are compared sentence by sentence, and what is still
beyond as a whole between the same beginning and end."""
_TOO_DIFFERENT: Final = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``changed`` if the other side has not got it."""

    text: str
    changed: bool


Pieces = tuple[Piece, ...]


def text_pieces(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both texts in runs. Texts with hardly anything in common are changed as a whole: a patchwork says less."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    start, end = _same_ends(a, b)
    if work(a[start : len(a) - end], b[start : len(b) - end]) > MOST_WORK:
        a, b = _SENTENCE.findall(old), _SENTENCE.findall(new)
        start, end = _same_ends(a, b)
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    left: list[tuple[str, bool]] = [(t, False) for t in a[:start]]
    right = list(left)
    for tag, i1, i2, j1, j2 in _opcodes(middle_a, middle_b):
        left += [(t, tag != "equal") for t in middle_a[i1:i2]]
        right += [(t, tag != "equal") for t in middle_b[j1:j2]]
    tail = [(t, False) for t in a[len(a) - end :]]
    pieces = _joined(left + tail), _joined(right + tail)
    same = sum(len(p.text) for p in pieces[0] if not p.changed)
    if same < _TOO_DIFFERENT * max(len(old), len(new)):
        return _whole(old), _whole(new)
    return pieces


def _same_ends(a: list[str], b: list[str]) -> tuple[int, int]:
    """How many tokens both begin with, and how many of the rest both end with."""
    most = min(len(a), len(b))
    start = next((n for n in range(most) if a[n] != b[n]), most)
    end = next((n for n in range(most - start) if a[-1 - n] != b[-1 - n]), most - start)
    return start, end


def work(a: list[str], b: list[str]) -> int:
    """How many pairs of equal tokens a comparison meets."""
    there = Counter(b)
    return sum(count * there[token] for token, count in Counter(a).items())


def _opcodes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    if work(a, b) > MOST_WORK:
        return [("replace", 0, len(a), 0, len(b))]
    return list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())


def _joined(tokens: list[tuple[str, bool]]) -> Pieces:
    made: list[Piece] = []
    for text, changed in tokens:
        if made and made[-1].changed == changed:
            made[-1] = Piece(made[-1].text + text, changed)
        else:
            made.append(Piece(text, changed))
    return tuple(made)


def _whole(text: str) -> Pieces:
    return (Piece(text, True),) if text else ()
