"""What is wrong with tables of models and word lists beyond their form: lines and words that could never fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from formserver.equipment.matching.canon_grammar import Grammar, grammar_from_json
from formserver.equipment.matching.canon_motor import read_motors
from formserver.equipment.matching.categories import plain_name
from formserver.equipment.matching.model import CATEGORY_WORDS

_LETTERS: Final = frozenset(("", "S", "M", "L"))
_MOST_KW: Final = 100_000
_FUELS: Final = ("coal", "oilgas", "biomass")


def table_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(pointer, sentence) for tables; ``data`` has a good form."""
    grammar = grammar_from_json(data["grammar"])
    for name, table in data["tables"].items():
        at = f"/tables/{_escaped(name)}"
        if not table:
            yield at, "表里还没有型号。"
        for model, powers in table.items():
            if not _readable(model, grammar):
                yield (
                    f"{at}/{_escaped(model)}",
                    f"规格 {model} 不会与任何型号相符；应写作机座号、字母、铁心号和极数，如 132S1-2。",
                )
            for power in powers:
                if not 0 < Decimal(str(power)) <= _MOST_KW:
                    yield f"{at}/{_escaped(model)}", f"规格 {model} 的功率 {power} kW 不合理。"


def word_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(pointer, sentence) for word lists; ``data`` has a good form."""
    grammar = data["grammar"]
    for key in ("motor_series", "transformer_series"):
        for word in grammar[key]:
            if not (word.isascii() and word == plain_name(word)):
                yield f"/grammar/{key}", f"系列 {word} 应写成大写的半角字母和数字，不带空格。"
    yield from _names(grammar)
    yield from _fuels(grammar)
    for frame, letters in grammar["motor_frames"].items():
        at = "/grammar/motor_frames"
        if not (frame.isascii() and frame.isdigit() and len(frame) in (2, 3)):
            yield at, f"机座号 {frame} 应是两位或三位数字。"
        if not letters:
            yield at, f"机座号 {frame} 后面没有写字母；不带字母的请写“无”。"
        for letter in letters:
            if letter not in _LETTERS:
                yield at, f"机座号 {frame} 的字母 {letter} 只能是 S、M、L 或“无”。"
    for key, digits in grammar["motor_core_digits"].items():
        at, frame = "/grammar/motor_core_digits", key.rstrip("SML")
        if key[len(frame) :] not in grammar["motor_frames"].get(frame, ()):
            yield at, f"铁心号的 {key} 不是上面列出的机座号和字母。"
        if not digits or not all(one.isascii() and one.isdigit() for one in digits):
            yield at, f"{key} 的铁心号应是一位数字，如 1、2。"


def _names(grammar: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lists = {
        f"category_keywords/{key}": (CATEGORY_WORDS.get(key, key), words)
        for key, words in grammar["category_keywords"].items()
    }
    lists["out_of_scope_keywords"] = ("范围外的词", grammar["out_of_scope_keywords"])
    first: dict[str, str] = {}
    for place, (title, words) in lists.items():
        for word in words:
            if word.upper() != plain_name(word):
                yield f"/grammar/{place}", f"“{word}”里有空格或全角字符，不会与名称相符。"
            other = first.setdefault(word.upper(), title)
            if other != title:
                yield f"/grammar/{place}", f"“{word}”已在“{other}”中，一个词只能属于一类。"


def _fuels(grammar: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for fuel, codes in grammar["fuel_codes"].items():
        if fuel not in _FUELS:
            yield "/grammar/fuel_codes", f"没有 {fuel} 这种燃料。"
        for code in codes:
            if first.setdefault(code, fuel) != fuel:
                yield f"/grammar/fuel_codes/{fuel}", f"代号 {code} 写在两种燃料里。"


def _readable(model: str, grammar: Grammar) -> bool:
    """Whether some motor of the grammar has this key."""
    if len(model) > 40:
        return False
    return any(
        one.key == model and not one.suffix and one.poles is not None
        for series in grammar.motor_series[-1:]
        for one in read_motors(f"{series}-{model}", grammar)
    )


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
