"""How a paper cites evidence: ``证据3《水泥磨电耗台账》第2页``, ``证据5《中控室录像》00:12:30``. Written and read here only.

The citation is plain text in a row of the body, so it is printed, versioned and signed like everything else; which row
speaks of which file is read back from it, and never drifts from what the paper says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType

LIST_TYPE: Final = "evidence_list"
_WORD: Final = "证据"
_TITLE: Final = 24
_CITED = re.compile(
    r"证据\s*(?P<no>[0-9]{1,5})(?![0-9])\s*(?:《[^》]{0,200}》)?\s*"
    r"(?:[（(，,]?\s*(?:第\s*(?P<page>[0-9]{1,5})\s*页|(?P<time>(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2})))?"
)
_WIDE = str.maketrans("０１２３４５６７８９：", "0123456789:")


@dataclass(frozen=True, slots=True)
class Citation:
    """A number of evidence and the page, or the second, that is meant; 0: the whole."""

    no: int
    page: int = 0
    second: int = 0


def reference_text(no: int, title: str, *, page: int = 0, second: int = 0) -> str:
    """The text put into a row. No 、 in it: that parts several citations."""
    short = re.sub(r"[、，,;；《》\s]+", " ", title).strip()
    short = short if len(short) <= _TITLE else short[: _TITLE - 1] + "…"
    where = f"第{page}页" if page else clock_text(second) if second else ""
    return f"证据{no}《{short}》{where}"


def clock_text(second: int) -> str:
    """``00:12:30``."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def citations(text: str) -> Iterator[Citation]:
    """Every citation in a text, in order."""
    if _WORD not in text:
        return
    for match in _CITED.finditer(text.translate(_WIDE)):
        second = 0
        for part in (match["time"] or "0").split(":"):
            second = second * 60 + int(part)
        yield Citation(int(match["no"]), int(match["page"] or 0), second)


def _with_page_of(row: Mapping[str, Any] | None, citation: Citation) -> Citation:
    """Rows of 现场监察笔录 say the page in a column of its own."""
    beside = (row or {}).get("page")
    match = re.search(r"[0-9]{1,5}", beside) if isinstance(beside, str) and not citation.page else None
    return replace(citation, page=int(match[0])) if match else citation


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with its place in the body: keyed pointer and what people call it."""

    pointer: str
    label: str
    citation: Citation


def _speaks_of_evidence(value: Any) -> bool:
    """Whether the word stands anywhere in it: most of a paper cites nothing, and finding places by name is dear."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        for inner in value.values() if isinstance(value, Mapping) else value:
            if isinstance(inner, str):
                if _WORD in inner:
                    return True
            elif isinstance(inner, list | Mapping):
                waiting.append(inner)
    return False


def cited_in(dt: DocumentType, body: Mapping[str, Any]) -> list[Cited]:
    """Every citation in a body. A list of evidence cites nothing: it is the list."""
    if dt.key == LIST_TYPE:
        return []
    speaking = {key: value for key, value in body.items() if _speaks_of_evidence([value])}
    found: dict[tuple[str, Citation], Cited] = {}
    for place in dt.places(speaking) if speaking else ():
        if not place.field.is_leaf:
            continue
        for text in place.value if isinstance(place.value, list) else [place.value]:
            if not isinstance(text, str):
                continue
            for citation in citations(text):
                citation = _with_page_of(place.row, citation)
                pointer = places.to_keyed(body, place.pointer)
                found.setdefault((pointer, citation), Cited(pointer, dt.label(place.pointer), citation))
    return list(found.values())
