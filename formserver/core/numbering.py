"""文号: the text of a number from its pattern, and how a typed one is brought to its standard form.

Form of a number: GB/T 9704-2012 7.2.5 (recalled): year in full in six-corner brackets 〔〕, serial without 第 and
without leading zeros. Agencies edit their words; the pattern of a type is data.
"""

from __future__ import annotations

import re

from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import Kind, error_code

BAD_PATTERN = error_code(
    "BAD_PATTERN",
    Kind.INVALID,
    zh="文号格式“{pattern}”不正确：只能使用 {{organ}}、{{word}}、{{year}}、{{seq}}，且必须包含 {{year}} 和 {{seq}}。",
    en="Bad number pattern {pattern}.",
)
DEFAULT_PATTERN = "{organ}{word}〔{year}〕{seq}号"
_NAMES = {"organ", "word", "year", "seq"}


def check_pattern(pattern: str) -> None:
    """Raise BAD_PATTERN unless the pattern uses known names and tells year and serial."""
    names = set(re.findall(r"\{([^{}]*)\}", pattern))
    rest = re.sub(r"\{[^{}]*\}", "", pattern)
    if not names <= _NAMES or not {"year", "seq"} <= names or "{" in rest or "}" in rest:
        raise BAD_PATTERN(pattern=pattern)


def number_text(pattern: str, *, organ: str, word: str, year: int, seq: int) -> str:
    """The number as printed, e.g. ``川节监通〔2026〕12号``. Raises BAD_PATTERN."""
    check_pattern(pattern)
    for length in range(min(len(organ), len(word)), 0, -1):
        if organ.endswith(word[:length]):  # 川节监 + 节监通 is 川节监通
            organ = organ[: len(organ) - length]
            break
    return pattern.format(organ=organ, word=word, year=year, seq=seq)


def series_text(dt: DocumentType, organ: str, year: int, seq: int) -> str:
    """The number as a document type prints it for an agency whose numbers begin with ``organ``."""
    words = dt.numbering
    return number_text(words.pattern or DEFAULT_PATTERN, organ=organ, word=words.word, year=year, seq=seq)


_BRACKETS = str.maketrans(dict.fromkeys("[【（(﹝［〔", "〔") | dict.fromkeys("]】）)﹞］〕", "〕"))
_WIDE = str.maketrans("０１２３４５６７８９－", "0123456789-")
_YEAR = re.compile(r"[〔]\s*(\d{4})\s*年?\s*[〕]")
_SERIAL = re.compile(r"第?\s*0*(\d+(?:-\d+)?)\s*号\s*$")


def normalise_number(text: str) -> str:
    """Bring a typed 文号 to the standard form; brackets that do not hold the year keep their kind.

    ``[2024]``, ``【2024】``, ``（2024）``, ``﹝2024﹞`` become ``〔2024〕``; a blank before 号, 第 and leading zeros go;
    full-width digits become plain ones.
    """
    cleaned = text.strip().replace("\u3000", " ").translate(_WIDE)
    for match in re.finditer(r"[\[【（(﹝［〔]\s*\d{4}\s*年?\s*[\]】）)﹞］〕]", cleaned):
        cleaned = cleaned.replace(match.group(), match.group().translate(_BRACKETS))
    cleaned = _YEAR.sub(lambda m: f"〔{m.group(1)}〕", cleaned)
    head, bracket, tail = cleaned.rpartition("〕")
    if bracket:
        tail = _SERIAL.sub(lambda m: f"{m.group(1)}号", tail.strip())
        cleaned = head.replace(" ", "") + bracket + tail
    return cleaned
