"""By which letters an enterprise is found: pinyin, initials, normalised name and code. No SQL here."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin, pinyin

_CJK = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_NAME_NOISE = re.compile(r"[\s()（）\[\]【】·•.,，。、\-—_]+")


def narrow(text: str) -> str:
    """Full-width letters narrow, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def sort_key(name: str) -> str:
    """Full pinyin, then the name itself: the order of a Chinese list."""
    spelled = "".join(lazy_pinyin(narrow(name)))
    return f"{spelled[:300]} {name}"


def initials(name: str) -> str:
    """The first letters by which people type a name, every usual reading of it, between blanks: `` cxsnyxgs ``.

    A character with two readings (长, 重, 行) is found by the reading the phrase suggests and by its commonest one.
    """
    cleaned = _NAME_NOISE.sub("", narrow(name))[:100]
    by_phrase = "".join(lazy_pinyin(cleaned, style=Style.FIRST_LETTER))
    by_character = "".join(
        pinyin(char, style=Style.FIRST_LETTER)[0][0] if _CJK.match(char) else char for char in cleaned
    )
    return " " + " ".join(dict.fromkeys((by_phrase, by_character))) + " "


def uscc_key(code: str) -> str:
    """A code without blanks and in capitals, for comparing; never shown."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code)).upper()


def name_key(name: str) -> str:
    """A name without brackets, blanks and width, for comparing: （集团） and (集团) are the same firm."""
    return _NAME_NOISE.sub("", narrow(name))


def words_of(text: str) -> list[str]:
    """The parts of a search, each of which must be found; at most five."""
    return [word for word in narrow(text)[:100].split() if word][:5]


def is_latin(word: str) -> bool:
    """Whether a word may be pinyin or a code."""
    return re.fullmatch("[0-9a-z]+", word) is not None
