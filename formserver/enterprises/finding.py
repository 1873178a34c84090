"""By which letters an enterprise is found: pinyin, initials, normalised name and code. No SQL here."""

from __future__ import annotations

import re
import unicodedata

from formserver.core import pinyin
from formserver.core.pinyin import narrow


def sort_key(name: str) -> str:
    """Full pinyin, then the name itself: the order of a Chinese list."""
    return f"{pinyin.spelled(name)[:300]} {name}"


def initials(name: str) -> str:
    """The first letters by which people type a name, every usual reading of it, between blanks: `` cxsnyxgs ``.

    A character with two readings (长, 重, 行) is found by the reading the phrase suggests and by its commonest one.
    """
    return " " + " ".join(pinyin.initials(name)) + " "


def uscc_key(code: str) -> str:
    """A code without blanks and in capitals, for comparing; never shown."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code)).upper()


def name_key(name: str) -> str:
    """A name without brackets, blanks and width, for comparing: （集团） and (集团) are the same firm."""
    return pinyin.without_noise(name)


def words_of(text: str) -> list[str]:
    """The parts of a search, each of which must be found; at most five."""
    return [word for word in narrow(text)[:100].split() if word][:5]


def is_latin(word: str) -> bool:
    """Whether a word may be pinyin or a code."""
    return re.fullmatch("[0-9a-z]+", word) is not None
