"""The normal form of a model (matching specification §3): one spelling for the many ways a name plate is copied.

``normalise`` is idempotent: the normal form of a normal form is itself, because every step but the first works on
upper-case ASCII and is repeated until nothing changes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formserver.equipment.matching.attributes import NOTHING, Attributes, take_out

LONGEST: Final = 200
"""What is longer is no model: it is read this far and never settles by itself."""
KINDS: Final = ("motor", "transformer", "other")
"""Normal forms differ: motors lose mountings and have J series with O, transformers keep numbers with kVA and kV."""

_HYPHENS: Final = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−－﹣﹘➖ー", "-"), **dict.fromkeys("×✕╳*", "X"), **dict.fromkeys("⁄∕", "/")}
)
_ALIKE: Final = str.maketrans("АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXABEZHIKMNOPTYX")
"""Cyrillic and Greek letters that look like the Latin ones of models."""
_HALF = re.compile(r"(\d)\s*½")
_HALF_IN_FULL = re.compile(r"(\d)\s+1/2(?=\s*(?:B|GC))", re.IGNORECASE)
_CHINESE_ONE = re.compile(r"(?<=[A-Za-z0-9)])\s*一\s*(?=[A-Za-z0-9(])")
_BLANK_BETWEEN = re.compile(r"(?<=\d)\s+(?=\d)")
_WORDS_BETWEEN = re.compile(r"(?<=\d)[^!-~]+(?=\d)")
"""Words between two numbers of a motor or transformer: without them 4 and 2级 would make 42 poles."""
_SMALL_X = re.compile(r"(?<=\d)\s*x\s*(?=\d)", re.IGNORECASE)
_SMALL_L = re.compile(r"(?:(?<=[A-Z0-9])|(?<=[/-])([^!-~]*))l(?=[^A-Za-z]|$)")
"""Behind a capital, a number or a sign, and no letter after it: blanks and words beside it change nothing."""
_UNITS = re.compile(r"(?<=\d)\s*(?:kVA|kV|kW|Hz|[VWAP])(?![A-Za-z])|IP\s*\d+")
"""Their capitals say nothing about how the model is written: y90l-2 50Hz has none of its own."""
_ANOTHER = r"(?<=\d)[^!-')-.0-~]+(?=(?!NO|N0|IP|EX|IM|KW|KV)[A-Z]{1,4}\d{0,2}-?\d{2,4}[A-Z]?\d?-\d)"
"""A blank, slash, bracket or words before a whole model of its own: ``Y160M-4/Y132S-4``, ``IS80-65-160 电机Y160M-4``."""
_SERIAL_NUMBER = re.compile(r"^\s*\d{1,3}\s*[#号](?!\d)")
"""The number a plant gave the piece: ``1#主变S9-630/10``."""
_NUMBER_BEHIND = re.compile(r"[\s,(]+(?:#\s*\d{1,3}|\d{1,3}\s*[#号]|NO\.?\s*\d{4,})\s*\)?\s*$")
"""The same behind a motor or transformer, or the number the maker gave it; behind a fan it is its size."""
_MAKERS_NUMBER = re.compile(r"[\s,(]*(?:出厂编号|产品编号|编号|序列号|出厂号)[\s:.]*[A-Z0-9-]+\s*\)?")
_YEAR_BESIDE = re.compile(
    r"[\s,/(]*(?<!\d)(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?\s*(?:制造|生产|出厂|产|制)?\s*\)?"
)
_SERIES_FIRST = re.compile(r"^\s*([A-Z][A-Z0-9()-]{0,6})\s*系列[^!-~]*(?=\1)")
"""The series named before the model: ``Y系列三相异步电动机 Y160L-4``."""
_COMMA_OF_GROUP = re.compile(r"(?<![A-Z])([DY]N?)\s*,\s*(?=[DYZ]N?\s*\d{1,2}(?!\d))")
_SEPARATOR = re.compile(rf"[+、;\n\r]|[配带]|,(?=\s*[A-Z])|{_ANOTHER}")
_RAW_SEPARATOR = re.compile(rf"[+＋、;；\n\r]|[配带]|[,，](?=\s*[A-ZＡ-Ｚ])|{_ANOTHER}", re.IGNORECASE)
_JO_ROMAN = re.compile(r"(?<=JO)(III|II)(?!I)")
_J_ZERO = re.compile(r"^(B?J[A-Z]?)0(?=[23]|-|$)")
_ZZJ_ZERO = re.compile(r"^ZZJ0")
_I_FOR_ONE = re.compile(r"^(Y(?:2|3|B2?)?-?)I(?=\d\d?[SML])")
_CAPACITY_BEHIND_SLASH = re.compile(r"^(S[A-Z()]*\d{0,2})/(?=\d{2,5}/)")
_O_FOR_ZERO = re.compile(r"(?<=\d)(?<!JO[23])O+(?=[0-9SML/.-]|$)")
_NOT_KEPT = re.compile(r"[^!-~]+|[:\"'`#]+")
_HYPHEN_RUN = re.compile(r"-{2,}")
_EMPTY_BRACKETS = re.compile(r"\(\)|\[\]|\{\}|<>")
_TRIM: Final = "-,.;/_~=&|!?%$@^\\"
_PLAIN = re.compile(r"[A-Z0-9]+(?:[-./X][A-Z0-9]+)*")
_LATIN_AND_NUMBER = re.compile(r"[A-Z].*\d|\d.*[A-Z]|\d-\d")


@dataclass(frozen=True, slots=True)
class Part:
    """One model of a cell. ``text`` is the normal form, ``raw`` the piece of the original, ``restored`` whether
    confusable characters were replaced (C13), ``other`` the reading of a small l as a letter where ``text`` has 1."""

    text: str
    raw: str
    attributes: Attributes = NOTHING
    restored: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Normal:
    """What a cell came to: its models in order and what stood beside them. ``cut`` when the text was too long."""

    parts: tuple[Part, ...]
    attributes: Attributes = NOTHING
    cut: bool = False


def normal_form(text: str, kind: str = "motor") -> str:
    """The normal form of a whole cell, several models joined by ``+``. Idempotent."""
    return "+".join(part.text for part in normalise(text, kind).parts)


@lru_cache(maxsize=32768)
def normalise(text: str, kind: str) -> Normal:
    """The models of a cell, ``kind`` one of :data:`KINDS`. Never raises; bounded by :data:`LONGEST`."""
    whole = text.strip()
    cut = len(whole) > LONGEST
    whole = whole[:LONGEST]
    if "/" not in whole and whole.isascii() and _PLAIN.fullmatch(whole):
        part = _part(whole, whole, kind)
        return Normal((part,), NOTHING, cut) if part.text else Normal((), part.attributes, cut)
    cleaned, marked = _characters(whole)
    cut = cut or len(cleaned) > LONGEST
    if "系列" in cleaned:
        cleaned = _SERIES_FIRST.sub("", cleaned)
    if kind == "transformer" and "," in cleaned:
        cleaned = _COMMA_OF_GROUP.sub(r"\1", cleaned)
    pieces = _SEPARATOR.split(cleaned[:LONGEST])
    raws = [whole] if len(pieces) == 1 else _RAW_SEPARATOR.split(whole)
    if len(raws) != len(pieces):
        raws = pieces
    found: list[Part] = []
    beside = NOTHING
    for piece, raw in zip(pieces, raws, strict=True):
        part = _part(piece, raw.strip(), kind, marked)
        if part.text:
            found += _divided(part, kind)
        else:
            beside = beside.joined(part.attributes)
    return Normal(_parts(found), beside, cut)


def _divided(part: Part, kind: str) -> list[Part]:
    """A part again by models: what was deleted may have stood between them and a separator."""
    pieces = _SEPARATOR.split(part.text)
    if len(pieces) == 1:
        return [part]
    made = [_part(piece, part.raw, kind) for piece in pieces]
    found = [
        Part(one.text, one.raw, one.attributes.joined(part.attributes), one.restored or part.restored)
        for one in made
        if one.text
    ]
    return [smaller for one in found for smaller in _divided(one, kind)]


def _parts(found: list[Part]) -> tuple[Part, ...]:
    """Every piece that is a model; a piece that is none (a bare number, a word) stands only where it is alone."""
    if len(found) < 2:
        return tuple(found)
    models = [part for part in found if _LATIN_AND_NUMBER.search(part.text)]
    return tuple(models or found[:1])


def _characters(text: str) -> tuple[str, bool]:
    """Steps 1 to 5. A control character marks a small l read as 1, so that the other reading is not lost."""
    if "½" in text:
        text = _HALF.sub(r"\1.5", text)
    text = unicodedata.normalize("NFKC", text).translate(_HYPHENS).translate(_ALIKE)
    if "1/2" in text:
        text = _HALF_IN_FULL.sub(r"\1.5", text)
    if "一" in text:
        text = _CHINESE_ONE.sub("-", text)
    if "x" in text or "X" in text:
        text = _SMALL_X.sub("X", text)
    if "l" in text and any("A" <= c <= "Z" for c in _UNITS.sub("", text)):
        marked = _SMALL_L.sub(lambda m: f"{m[1] or ''}\x01", text.replace("\x01", " "))
        return marked.upper(), True
    return text.upper(), False


def _part(piece: str, raw: str, kind: str, marked: bool = False) -> Part:
    if "#" in piece or "号" in piece:
        piece = _SERIAL_NUMBER.sub("", piece)
    if "号" in piece:
        piece = _MAKERS_NUMBER.sub(" ", piece)
    if kind != "other" and ("#" in piece or "号" in piece or "NO" in piece):
        piece = _NUMBER_BEHIND.sub(" ", piece)
    if "年" in piece:
        piece = _YEAR_BESIDE.sub(" ", piece)
    if marked and "\x01" in piece:
        text, attributes, _ = _settle(piece.replace("\x01", "1"), kind)
        other, _, _ = _settle(piece.replace("\x01", "L"), kind)
        return Part(text, raw, attributes, bool(text), other)
    text, attributes, restored = _settle(piece, kind)
    return Part(text, raw, attributes, restored)


def _settle(text: str, kind: str) -> tuple[str, Attributes, bool]:
    """Steps 6, 8 and 9 until nothing changes. Every round shortens the text or turns a 0 into O or an O into 0."""
    attributes, restored = NOTHING, False
    while True:
        before = text
        text, attributes = take_out(text, kind, attributes)
        if not _PLAIN.fullmatch(text):
            text = _delete((_BLANK_BETWEEN if kind == "other" else _WORDS_BETWEEN).sub("-", text))
        if kind == "motor":
            text = _JO_ROMAN.sub(lambda m: str(len(m[1])), text)
            text, changed = _I_FOR_ONE.subn(r"\g<1>1", text) if "I" in text else (text, 0)
            restored = restored or changed > 0
            fixed = _ZZJ_ZERO.sub("ZZJO", _J_ZERO.sub(r"\1O", text)) if "J" in text else text
            restored = restored or fixed != text
            text = fixed
        elif kind == "transformer" and "/" in text:
            text = _CAPACITY_BEHIND_SLASH.sub(r"\1-", text)
        if "O" in text:
            fixed = _O_FOR_ZERO.sub(lambda m: "0" * len(m[0]), text)
            restored = restored or fixed != text
            text = fixed
        if text == before:
            return text, attributes, restored


def _delete(text: str) -> str:
    """Chinese, blanks, quotation marks, colons; brackets without their other half or without content; loose ends."""
    text = _NOT_KEPT.sub("", text)
    if "--" in text:
        text = _HYPHEN_RUN.sub("-", text)
    if "[" in text or "]" in text:
        text = text.replace("[", "(").replace("]", ")")
    if "(" in text or ")" in text:
        text = _EMPTY_BRACKETS.sub("", _paired(text))
    return text.strip(_TRIM)


def _paired(text: str) -> str:
    kept, opened = list(text), []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if opened:
                opened.pop()
            else:
                kept[at] = ""
    for at in opened:
        kept[at] = ""
    return "".join(kept)
