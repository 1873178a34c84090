"""How Chinese names are found with a Latin keyboard: first letters and full pinyin, every usual reading.

The tables of pypinyin take 150 ms to load, so they are imported when the first name is spelled.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CJK = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_NOISE = re.compile(r"[\s()（）\[\]【】·•.,，。、\-—_]+")
_LONGEST = 100


def narrow(text: str) -> str:
    """Full-width letters narrow, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def without_noise(text: str) -> str:
    """A name without brackets, blanks and width, for comparing: （集团） and (集团) are the same."""
    return _NOISE.sub("", narrow(text))


@lru_cache(maxsize=8192)
def initials(text: str) -> tuple[str, ...]:
    """The first letters by which people type a name, every usual reading of it: ``("cxsnyxgs",)``.

    A character with two readings (长, 重, 行) is found by the reading the phrase suggests and by its commonest one.
    """
    from pypinyin import Style, lazy_pinyin, pinyin

    cleaned = "".join(char for char in narrow(text) if char.isalnum())[:_LONGEST]
    by_phrase = "".join(lazy_pinyin(cleaned, style=Style.FIRST_LETTER))
    by_character = "".join(
        pinyin(char, style=Style.FIRST_LETTER)[0][0] if _CJK.match(char) else char for char in cleaned
    )
    return tuple(dict.fromkeys((by_phrase, by_character)))


@lru_cache(maxsize=8192)
def spelled(text: str) -> str:
    """The full pinyin: ``chuanxishuini``."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(narrow(text)[: 3 * _LONGEST]))


def fits(text: str, word: str) -> bool:
    """Whether ``word`` (as typed) occurs in ``text``: in its characters, its first letters or its full pinyin."""
    wanted = narrow(word)
    if wanted in narrow(text):
        return True
    if re.fullmatch("[0-9a-z]+", wanted) is None:
        return False
    return any(wanted in letters for letters in initials(text)) or wanted in spelled(text)
