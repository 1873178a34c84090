"""What the search index is made of: pairs of Chinese characters, words of letters and digits, and scope tokens.

Pairs are made here and not by the database, because neither engine splits Chinese usefully: a trigram index finds no
word of two characters. Nothing a user types reaches a query language: a query becomes tokens of the classes below.

========== ============================================================= =====================
class      example                                                       made from
========== ============================================================= =====================
character  ``节``, ``节能``                                              runs of CJK, one by one and in pairs
word       ``wgb``, ``w2026``, ``wcxsn`` (pinyin of names)               runs of letters, runs of digits
scope      ``sa4f…`` agency, ``st…`` type, ``sv1`` visible at 密级 1     the head row, never text
========== ============================================================= =====================

Words start with ``w`` and scope tokens with ``s``, so text can never pass for scope.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

TOKENS_VERSION = "2"
"""Part of the index's identity: when the rules below change, the index must be made anew (``rebuild``)."""

MAX_TOKENS = 60_000
"""Most distinct tokens of one document (a tsvector holds 1 MB); far beyond 8,000 variables or 2,000 rows."""

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Digits and letters are runs of their own, so that 86.5kWh is found by 86.5 and GB17167 by "GB 17167".
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[0-9]+|[^\W_0-9{_CJK}]+)")
_WIDE = {0xFF10 + i: chr(0x30 + i) for i in range(10)} | {
    base + i: chr(base - 0xFEE0 + i) for base in (0xFF21, 0xFF41) for i in range(26)
}
_OTHER_BRACKETS = re.compile(r"[\[【(（﹝［](\d{4})[\]】)）﹞］]")
_UNWANTED = {c: " " for c in range(32) if c not in (9, 10)} | {0x7F: " "}


def clean_text(text: str) -> str:
    """The text that is kept for snippets: wide letters and digits narrow, no control characters."""
    return text.translate(_WIDE).translate(_UNWANTED)


def lower(text: str) -> str:
    """Lower case of ASCII letters only: what ``lower()`` does in SQLite, and never changes a length."""
    return text.translate(_ASCII_LOWER)


_ASCII_LOWER = {c: chr(c + 32) for c in range(65, 91)}


def text_tokens(text: str) -> set[str]:
    """The distinct tokens of a cleaned text."""
    found: set[str] = set()
    for run in _RUN.finditer(lower(text)):
        cjk = run["cjk"]
        if cjk is None:
            found.add("w" + run["word"][:64])
            continue
        found.update(cjk)
        found.update(cjk[i : i + 2] for i in range(len(cjk) - 1))
        if len(found) > MAX_TOKENS:
            break
    return found


@functools.lru_cache(maxsize=4096)
def pinyin_words(name: str) -> frozenset[str]:
    """Words by which a name is found with a Latin keyboard: initials and full pinyin, whole and from each
    character on (``cxsn``, ``xsn``, …: people leave out the place name in front)."""
    # Imported late: its dictionaries take a sixth of a second, which most commands never need.
    from pypinyin import Style, lazy_pinyin

    cjk = "".join(run["cjk"] or "" for run in _RUN.finditer(name))[:40]
    if not cjk:
        return frozenset()
    initials = "".join(lazy_pinyin(cjk, style=Style.FIRST_LETTER, errors="ignore"))
    full = lazy_pinyin(cjk, errors="ignore")
    words = {initials[i:] for i in range(len(initials))}
    words.update("".join(full[i:])[:64] for i in range(len(full)))
    return frozenset(word for word in words if len(word) > 1)


def scope_token(kind: str, value: str) -> str:
    """A token for one value of a head row. Hashed, because ids may hold characters an index would split."""
    return f"s{kind}{hashlib.blake2b(value.encode(), digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What a person typed, as tokens that must all occur, prefixes that must occur and phrases to check in place."""

    tokens: frozenset[str]
    prefixes: frozenset[str]
    phrases: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def hopeless(self) -> bool:
        """Something was typed, but nothing that could be found (punctuation)."""
        return not self.tokens and not self.prefixes


def read_query(text: str) -> TextQuery:
    """Split a query at blanks; every part must be found as it stands (letters without regard to case)."""
    tokens: set[str] = set()
    prefixes: set[str] = set()
    phrases: list[str] = []
    parts = _OTHER_BRACKETS.sub(r"〔\1〕", lower(clean_text(text))).split()[:16]
    for part in parts:
        runs = list(_RUN.finditer(part))
        for index, run in enumerate(runs):
            cjk = run["cjk"]
            if cjk is None:
                word = "w" + run["word"][:64]
                if index < len(runs) - 1 or len(runs) == 1 == len(run["word"]):
                    tokens.add(word)
                elif len(run["word"]) > 1:
                    prefixes.add(word)
                # else: one last letter or digit of a longer part, left to the check in place
            elif len(cjk) == 1:
                tokens.add(cjk)
            else:
                tokens.update(cjk[i : i + 2] for i in range(len(cjk) - 1))
        # One word or up to two characters are exact already; anything longer is looked up in the text itself.
        if any(run["cjk"] is None for run in runs) and len(runs) > 1:
            phrases.append(part)
        else:  # Chinese on both sides of a comma is looked for side by side: nobody remembers the punctuation
            phrases.extend(run["cjk"] for run in runs if run["cjk"] and len(run["cjk"]) > 2)
    seen = {part for part in parts if _RUN.search(part)} | set(phrases)
    marks = tuple(sorted(seen, key=lambda p: (-len(p), p)))
    return TextQuery(frozenset(tokens), frozenset(prefixes), tuple(phrases), marks)


def snippet(text: str, marks: Iterable[str], *, start: str, end: str, width: int = 60) -> str:
    """Some ``width`` characters of ``text`` around the first hit, every hit between ``start`` and ``end``."""
    lowered = lower(text)
    wanted = [mark for mark in marks if mark in lowered]
    if not wanted:
        return text[:width].replace("\n", " ")
    first = min(lowered.find(mark) for mark in wanted)
    begin = max(0, first - width // 3)
    piece, piece_lower = text[begin : begin + width], lowered[begin : begin + width]
    pattern = re.compile("|".join(re.escape(mark) for mark in wanted))
    out, last = [], 0
    for hit in pattern.finditer(piece_lower):
        out += [piece[last : hit.start()], start, piece[hit.start() : hit.end()], end]
        last = hit.end()
    out.append(piece[last:])
    shown = "".join(out).replace("\n", " ")
    return ("…" if begin else "") + shown + ("…" if begin + width < len(text) else "")
