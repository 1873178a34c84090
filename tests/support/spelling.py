"""The same model as other hands would write it: what name plates, typists and spreadsheets do to models.

Every way here is one the matching specification (§3) undoes: a perturbed model is the same model.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

Way = Callable[[str, random.Random], str]

DASHES = "‐‑‒–—―−－"
BLANKS = (" ", "  ", "\t", "\u00a0", "\u3000", "\u200b")


def wide(text: str, rng: random.Random) -> str:
    """Full width, all of it or only letters, digits or signs."""
    chosen = rng.choice([str.isalnum, str.isdigit, str.isalpha, lambda c: not c.isalnum(), lambda c: True])
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and chosen(c) else c for c in text)


def lower(text: str, rng: random.Random) -> str:
    """Small letters throughout; a lone small l would be a 1."""
    return text.lower()


def dash(text: str, rng: random.Random) -> str:
    """Another dash, the same everywhere; the Chinese one only between letters and numbers."""
    one = rng.choice(DASHES)
    return text.replace("-", one)


def chinese_one(text: str, rng: random.Random) -> str:
    """一 for a dash between letters and numbers."""
    return re.sub(r"(?<=[A-Za-z0-9])-(?=[A-Za-z0-9])", "一", text)


def two_dashes(text: str, rng: random.Random) -> str:
    """A dash typed twice."""
    return text.replace("-", "--", 1)


def blanks_around(text: str, rng: random.Random) -> str:
    """Blanks before and behind."""
    return f"{rng.choice(BLANKS)}{text}{rng.choice(BLANKS)}"


def blanks_at_dashes(text: str, rng: random.Random) -> str:
    """Blanks beside a dash or a slash."""
    blank = rng.choice(BLANKS)
    return re.sub("([-/])", lambda m: rng.choice([blank + m[1], m[1] + blank, blank + m[1] + blank]), text)


def blank_inside(text: str, rng: random.Random) -> str:
    """A blank between letters and the number behind them."""
    places = [m.start() for m in re.finditer(r"(?<=[A-Z])(?=[0-9])", text)]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + rng.choice(BLANKS) + text[at:]


def times(text: str, rng: random.Random) -> str:
    """Another sign of multiplication between numbers."""
    return re.sub(r"(?<=[0-9])[X×](?=[0-9])", lambda m: rng.choice("×*x＊ｘ✕"), text)


def letter_o(text: str, rng: random.Random) -> str:
    """A letter O for the zero of a frame size, a zero for the O of a J series."""
    if re.match("B?J[A-Z]?O[23]", text):
        return text.replace("O", "0", 1)
    return re.sub(r"(?<=[1-9])0(?=[0-9SML])", "O", text)


def small_l(text: str, rng: random.Random) -> str:
    """A small l for a 1 where a capital shows that it is one."""
    if not re.search("[A-Z]", text):
        return text
    return re.sub(r"(?<=[A-Z0-9/-])1(?=[0-9/-]|$)", "l", text, count=1)


def roman(text: str, rng: random.Random) -> str:
    """Roman numerals as single characters."""
    text = re.sub(r"(?<=^JO)[23](?=-|$)", lambda m: "ⅡⅢ"[int(m[0]) - 2], text)
    return re.sub(r"(?<=A)(III|II)", lambda m: {"II": "Ⅱ", "III": "Ⅲ"}[m[1]], text)


def type_word(text: str, rng: random.Random) -> str:
    """型, 型号： and the like before or behind."""
    return rng.choice(["型号：{}", "型号:{}", "{}型", "{} 型", "“{}”", "{}（型）", "规格型号：{}"]).format(
        text
    )


def number_sign(text: str, rng: random.Random) -> str:
    """The number sign of fans."""
    return re.sub(
        r"(?:№|N[oO]\.?)", lambda m: rng.choice(["№", "NO", "No", "No.", "NO.", " No ", "ＮＯ", " №"]), text
    )


def protection(text: str, rng: random.Random) -> str:
    """Protection and mounting of a motor behind its model."""
    return text + rng.choice([" IP44", " IP55", "（IP54）", " B3", " IP44 B3", " 50Hz"])


def poles(text: str, rng: random.Random) -> str:
    """The poles of a motor again behind its model, or in place of them."""
    found = re.fullmatch(r"(Y[23]?-?.*[SML][0-9]?)-(2|4|6)", text)
    if found is None:
        return text
    return f"{text}{rng.choice([' {}P', ' {}极', '（{}极）', ' {} P']).format(found[2])}"


def kilovolt_ampere(text: str, rng: random.Random) -> str:
    """Units and the low voltage of a transformer."""
    if re.fullmatch(r"S[A-Z()]*[0-9]?-[0-9]+", text):
        return text + rng.choice(
            ["kVA", "KVA", " kVA", "/10", "/10kV", "kVA/10kV", "/10/0.4", "/10-0.4", "千伏安"]
        )
    if re.fullmatch(r"S[A-Z()]*[0-9]?-[0-9]+/10", text):
        return text + rng.choice(["kV", "KV", "/0.4", " /0.4kV", "千伏"])
    return text


def motor_dashes(text: str, rng: random.Random) -> str:
    """A dash behind the series of a Y motor, or none before its poles."""
    found = re.fullmatch(r"(Y)([0-9]{3}[SML][12]?)-([246])", text)
    if found is None:
        return text
    return rng.choice([f"{found[1]}-{found[2]}-{found[3]}", f"{found[1]} {found[2]}-{found[3]}"])


GENERAL: tuple[Way, ...] = (
    wide, lower, dash, chinese_one, two_dashes, blanks_around, blanks_at_dashes, blank_inside, times, letter_o, small_l,
    roman, type_word,
)  # fmt: skip
BY_CATEGORY: dict[str, tuple[Way, ...]] = {
    "motor": (protection, poles, motor_dashes),
    "transformer": (kilovolt_ampere,),
    "fan": (number_sign,),
}
ORDER = {way: place for place, way in enumerate(
    (motor_dashes, kilovolt_ampere, poles, protection, number_sign, times, letter_o, roman, small_l, two_dashes,
     chinese_one, blank_inside, blanks_at_dashes, dash, type_word, blanks_around, lower, wide)
)}  # fmt: skip
"""What changes the text of the model comes before what changes its characters."""
APART = frozenset({frozenset({small_l, lower}), frozenset({protection, blank_inside})})
"""Together they would say something else: a small l among small letters, a mounting taken apart."""


def variants(model: str, category: str, rng: random.Random, most: int) -> Iterator[tuple[str, str]]:
    """At most ``most`` other spellings of ``model`` and how they came about: every way once, then two at a time."""
    ways = GENERAL + BY_CATEGORY.get(category, ())
    plans = [(way,) for way in ways] + [tuple(rng.sample(ways, 2)) for _ in range(4 * most)]
    seen = {model}
    for plan in plans:
        if len(seen) > most:
            return
        if frozenset(plan) in APART:
            continue
        text = model
        for way in sorted(plan, key=ORDER.__getitem__):
            text = way(text, rng)
        if text not in seen:
            seen.add(text)
            yield text, "+".join(way.__name__ for way in plan)
