"""What differs inside two texts, for the eye: character by character in Chinese, whole numbers and words otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_TOKEN: Final = re.compile(r"\d+(?:[.,:/\-]\d+)*%?|[A-Za-z]+|\s+|.", re.DOTALL)
_SENTENCE: Final = re.compile(r"[^。；;\n]*[。；;\n]|[^。；;\n]+")
MOST_WORK: Final = 300_000
"""Pairs compared at most, some 50 ms: longer texts are compared sentence by sentence, still longer ones as a whole."""
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
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    left: list[tuple[str, bool]] = [(t, False) for t in a[:start]]
    right = list(left)
    if len(middle_a) * len(middle_b) > MOST_WORK:
        middle_a = _SENTENCE.findall("".join(middle_a))
        middle_b = _SENTENCE.findall("".join(middle_b))
    for tag, i1, i2, j1, j2 in _opcodes(middle_a, middle_b):
        left += [(t, tag != "equal") for t in middle_a[i1:i2]]
        right += [(t, tag != "equal") for t in middle_b[j1:j2]]
    tail = [(t, False) for t in a[len(a) - end :]]
    pieces = _joined(left + tail), _joined(right + tail)
    same = sum(len(p.text) for p in pieces[0] if not p.changed)
    if same < _TOO_DIFFERENT * max(len(old), len(new)):
        return _whole(old), _whole(new)
    return pieces


def _opcodes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    if len(a) * len(b) > MOST_WORK:
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
