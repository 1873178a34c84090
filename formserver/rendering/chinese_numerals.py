"""Chinese numerals as official papers write them, and back: 第十二条, 二〇二四, 壹万贰仟元整."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_CIRCLED = "〇一二三四五六七八九"
_UPPER = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "十", "百", "千")
_UPPER_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
MAX_INTEGER = 10**16 - 1


def to_chinese(number: int) -> str:
    """``12`` → ``十二``. Raises ValueError beyond sixteen digits or below zero."""
    text = _spell(number, _DIGITS, _PLACES)
    return text[1:] if text.startswith("一十") else text


def from_chinese(text: str) -> int:
    """``十二`` → ``12``. Raises ValueError for anything ``to_chinese`` does not write."""
    number = _read("一" + text if text.startswith("十") else text, _DIGITS, _PLACES)
    if to_chinese(number) != text:
        raise ValueError(text)
    return number


def digits_to_chinese(text: str) -> str:
    """``2024`` → ``二〇二四``: digit by digit, as in years and numbers read aloud."""
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError(text)
    return "".join(_CIRCLED[int(digit)] for digit in text)


def digits_from_chinese(text: str) -> str:
    """``二〇二四`` → ``2024``."""
    return "".join(str(_CIRCLED.index(character)) for character in text)


def money_to_chinese(amount: str) -> str:
    """A canonical decimal of at most two places as 大写金额. Raises ValueError when 分 cannot hold it."""
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,2}))?", amount)
    if match is None:
        raise ValueError("金额最多精确到分")
    sign, whole, cents = match.group(1), int(match.group(2)), (match.group(3) or "").ljust(2, "0")
    jiao, fen = int(cents[0]), int(cents[1])
    text = _spell(whole, _UPPER, _UPPER_PLACES) + "元" if whole or not (jiao or fen) else ""
    if not jiao and not fen:
        text += "整"
    else:
        if jiao:
            text += _UPPER[jiao] + "角"
        elif whole:
            text += "零"
        if fen:
            text += _UPPER[fen] + "分"
    return ("负" if sign and (whole or jiao or fen) else "") + text


def money_from_chinese(text: str) -> str:
    """大写金额 as a plain decimal with two places."""
    sign = "-" if text.startswith("负") else ""
    whole, _, rest = text.removeprefix("负").rpartition("元")
    number = _read(whole, _UPPER, _UPPER_PLACES) if whole else 0
    jiao = fen = 0
    for digit, unit in re.findall(rf"([{_UPPER}])([角分])", rest):
        if unit == "角":
            jiao = _UPPER.index(digit)
        else:
            fen = _UPPER.index(digit)
    return f"{sign}{number}.{jiao}{fen}"


def _spell(number: int, digits: str, places: tuple[str, ...]) -> str:
    if not 0 <= number <= MAX_INTEGER:
        raise ValueError("数太大或为负")
    if number == 0:
        return digits[0]
    text = ""
    pending_zero = False
    for group in range(3, -1, -1):
        value = number // 10 ** (4 * group) % 10_000
        if value == 0:
            pending_zero = bool(text)
            continue
        if text and (pending_zero or value < 1000):
            text += digits[0]
        text += _spell_group(value, digits, places) + _group_word(group, number)
        pending_zero = False
    return text


def _group_word(group: int, number: int) -> str:
    """万亿 is written 万 when 亿 digits follow (一万二千亿 keeps one 亿)."""
    if group == 3 and number // 10**8 % 10_000:
        return "万"
    return _GROUPS[group]


def _spell_group(value: int, digits: str, places: tuple[str, ...]) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        if gap:
            text += digits[0]
            gap = False
        text += digits[digit] + places[place]
    return text


def _read(text: str, digits: str, places: tuple[str, ...]) -> int:
    total = section = digit = 0
    for character in text:
        if character in digits:
            digit = digits.index(character)
        elif character in places[1:]:
            section += digit * 10 ** places.index(character)
            digit = 0
        elif character == "万":
            section = (section + digit) * 10_000
            total, section, digit = total + section, 0, 0
        elif character == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        else:
            raise ValueError(text)
    return total + section + digit
