"""The kind of equipment by its name (matching specification §4): the kind word that ends last wins.

Chinese names end in their head word: 水泵电机 is a motor, 变压器油泵 a pump. What stands in brackets describes and
counts only where nothing else names a kind. Names without any known word are ``unknown``: every rule may speak to
them, none settles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from formserver.equipment.matching.canon_grammar import Grammar

OTHER: Final = "other"
UNKNOWN: Final = "unknown"
_BRACKETS = re.compile(r"[(\[【{][^()\[\]【】{}]*[)\]】}]")
_LONGEST: Final = 200


@lru_cache(maxsize=16384)
def plain_name(name: str) -> str:
    """A name for comparison: NFKC, upper case, without blanks; of very long ones the beginning."""
    return "".join(unicodedata.normalize("NFKC", name[:_LONGEST]).upper().split())


def categoriser(grammar: Grammar) -> Callable[[str], str]:
    """A function from a plain name to its category, remembering the names it saw."""
    category_of = {
        word.upper(): category for category, words in grammar.keywords.items() for word in words
    } | {word.upper(): OTHER for word in grammar.out_of_scope}
    lengths = sorted({len(word) for word in category_of}, reverse=True)
    unknown = {plain_name(word) for word in grammar.unknown_names}

    def last(name: str) -> str:
        for end in range(len(name), 0, -1):
            for length in lengths:
                if length <= end and (found := category_of.get(name[end - length : end])):
                    return found
        return ""

    @lru_cache(maxsize=16384)
    def category(name: str) -> str:
        if name in unknown:
            return UNKNOWN
        return last(_BRACKETS.sub("", name)) or last(name) or UNKNOWN

    return category
