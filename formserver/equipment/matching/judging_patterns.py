"""Whether a pattern of a rule can be trusted with what strangers write: short, flat, and quick on hostile text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import process_time
from typing import Final

MOST_CHARACTERS: Final = 2000
MOST_OPEN: Final = 4
"""Open-ended repeats in one pattern's alternative: each multiplies the work by the length of the text."""
MOST_CHOICES: Final = 10
"""Places of one alternative where a reader may go one way or another (``?``, repeats, groups of alternatives): each can
double the work, and sixty of them never come back. What is shipped needs six."""
MOST_SECONDS: Final = 0.2
_OPEN_FROM: Final = 10
"""A repeat with a higher bound than this counts as open-ended."""
_SIGN: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!]|\(\?<[=!]|\(\?|[()|]|[*+?]\??|\{[0-9,]*\}\??|.", re.DOTALL
)
_COUNT: Final = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}\??")


def pattern_fault(pattern: str) -> str:
    """A Chinese sentence that says what is wrong with ``pattern``, "" where nothing is."""
    if len(pattern) > MOST_CHARACTERS:
        return f"表达式太长（{len(pattern)} 字），最多 {MOST_CHARACTERS} 字；逐型号请用 pattern_list。"
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        return f"表达式不能解读：{error}。"
    except (RecursionError, OverflowError):
        return "表达式不能解读：括号太多或次数太大。"
    shape = _shape_fault(pattern)
    if shape:
        return shape
    if compiled.fullmatch("") is not None:
        return "表达式连空白也命中，请写明系列。"
    return next((said for texts in _hostile(pattern) if (said := _slow(compiled, texts))), "")


def _shape_fault(pattern: str) -> str:
    """Flat patterns alone: a group is written once or optional, never repeated; few open-ended repeats."""
    open_repeats, choices, depth, before = 0, 0, 0, ""
    told: set[int] = set()  # depths of groups whose alternatives are counted
    for found in _SIGN.finditer(pattern):
        sign = found[0]
        if sign == "|" and depth == 0:
            open_repeats = choices = 0
        elif sign == "|":
            choices += depth not in told
            told.add(depth)
        elif sign.startswith("("):
            depth += 1
            told.discard(depth)
            if sign.startswith("(?") and sign not in ("(?:", "(?!", "(?="):
                return "表达式不能用向后查看等特殊写法。"
        elif sign == ")":
            depth -= 1
        elif sign.startswith("\\") and sign[1:].isdigit() and sign != "\\0":
            return "表达式不能引用前面的括号。"
        most = _most(sign)
        choices += most > 1 or sign[0] == "?" or sign.startswith(("{0", "{,"))
        if choices > MOST_CHOICES:
            return f"表达式里可有可无、可多可少的部分太多，一种写法最多 {MOST_CHOICES} 处，请分成几条规则。"
        if most > 1:
            if before == ")":
                return "表达式不能重复一个括号组，请把各种写法列出来。"
            open_repeats += most >= _OPEN_FROM
            if open_repeats > MOST_OPEN:
                return f"表达式里不限次数的重复太多，一种写法最多 {MOST_OPEN} 处。"
        before = sign
    return ""


def _most(sign: str) -> int:
    """How often the sign lets what stands before it come; 1 for what repeats nothing."""
    if sign[0] in "*+" and len(sign) <= 2:
        return 10**9
    counted = _COUNT.fullmatch(sign)
    if counted is None:
        return 1
    if counted[2] and not counted[3]:
        return 10**9
    return int(counted[3] or counted[1] or 1)


def _hostile(pattern: str) -> Iterator[list[str]]:
    """Texts of 2 to 80 characters that make a bad pattern work: the same again and again, then what fits nothing.

    Short ones first: each is only some times the work of the one before, so that the first slow ones end it.
    """
    plain = re.sub(r"\\d|\\D|\\.|[^0-9A-Za-z.×/-]", "", pattern)[:8] or "A"
    parts = dict.fromkeys((plain, plain[-1], "A", "0", "-", "0.1-", "A0", ".*"))
    for length in (*range(2, 24), 30, 40, 60, 80):
        yield [(part * length)[: length - 1] + "!" for part in parts]


def _slow(compiled: re.Pattern[str], texts: list[str]) -> str:
    begun = process_time()
    for text in texts:
        compiled.fullmatch(text)
    return "表达式遇到长文字时太慢，请写得更窄。" if process_time() - begun > MOST_SECONDS else ""
