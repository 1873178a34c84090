"""Where something stands in a template, in words its author understands: part, paragraph, table cell, text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from formserver.rendering.rewrite import PARAGRAPH_MARK

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_P, _T, _TBL, _TR, _TC = (f"{{{W}}}{name}" for name in ("p", "t", "tbl", "tr", "tc"))
_LINE_MARK = re.compile(rf'<w:p [^>]*?{PARAGRAPH_MARK}="(\d+)"')
_MAX_TEXT = 40


@dataclass(frozen=True, slots=True)
class Place:
    """One paragraph of the template as its author sees it."""

    number: int
    cell: str
    text: str

    def words(self, part: str) -> str:
        """E.g. ``正文第12段（表1 行2 列3）「姓名：{{ name }}」``."""
        text = self.text if len(self.text) <= _MAX_TEXT else self.text[: _MAX_TEXT - 1] + "…"
        cell = f"（{self.cell}）" if self.cell else ""
        return f"{part}第{self.number}段{cell}「{text}」"


def number_paragraphs(root: etree._Element) -> list[Place]:
    """Mark every paragraph below ``root`` with its number and describe it."""
    tables: dict[etree._Element, int] = {}
    places: list[Place] = []
    for number, paragraph in enumerate(root.iter(_P), start=1):
        paragraph.set(PARAGRAPH_MARK, str(number))
        text = "".join(node.text or "" for node in paragraph.iter(_T))
        places.append(Place(number, _cell(paragraph, tables), text))
    return places


def _cell(paragraph: etree._Element, tables: dict[etree._Element, int]) -> str:
    steps: list[str] = []
    column = row = None
    for ancestor in paragraph.iterancestors():
        if ancestor.tag == _TC and column is None:
            column = ancestor
        elif ancestor.tag == _TR and row is None:
            row = ancestor
        elif ancestor.tag == _TBL and row is not None and column is not None:
            table = tables.setdefault(ancestor, len(tables) + 1)
            steps.insert(0, f"表{table} 行{_index(row, _TR)} 列{_index(column, _TC)}")
            column = row = None
    return " > ".join(steps)


def _index(element: etree._Element, tag: str) -> int:
    return 1 + sum(1 for _ in element.itersiblings(tag, preceding=True))


def place_at(source: str, line: int, places: Sequence[Place], part: str, hint: str = "") -> str:
    """The place of ``line`` (1-based) of the patched source; ``hint`` is a word expected in its text.

    A ``{%p``/``{%tr`` tag loses its own paragraph when docxtpl lifts it out, so the search goes on from the last
    numbered paragraph before the line to the next one that is left, and prefers one that holds ``hint``.
    """
    if not places:
        return part
    first, last = 0, len(places)
    for number, text in enumerate(source.split("\n"), start=1):
        match = _LINE_MARK.match(text)
        if match is None:
            continue
        if number <= line:
            first = int(match.group(1))
        else:
            last = int(match.group(1))
            break
    candidates = [place for place in places if first <= place.number < max(last, first + 1)] or [places[0]]
    for place in candidates:
        if hint and hint in place.text:
            return place.words(part)
    return next((p for p in candidates if "{" in p.text), candidates[0]).words(part)
