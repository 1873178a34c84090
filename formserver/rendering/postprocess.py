"""Repairs that need the finished XML of a part, each in one pass and only for parts that need it.

Repair here never means recovering from broken XML: a part that is not well-formed is refused.
"""

from __future__ import annotations

import re
from itertools import count

from lxml import etree

from formserver.rendering.places import W

_MARK = re.compile("[\a\f]")
_SECTION = re.compile(r"<w:sectPr[ >].*?</w:sectPr>|<w:sectPr[^>]*/>", re.DOTALL)
_DOCPR = re.compile(r'(<wp:docPr\b[^>]*?\bid=")[^"]*"')
_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def split_paragraphs(xml: str) -> str:
    """Replace bell marks by new paragraphs and form feeds by page breaks, keeping paragraph and run formats."""
    pieces: list[str] = []
    position = 0
    paragraph = run = ""
    for match in _MARK.finditer(xml):
        mark = match.start()
        # Looking back no further than the last mark keeps a text of many lines linear.
        start = max(xml.rfind("<w:p>", position, mark), xml.rfind("<w:p ", position, mark))
        if start >= 0:
            paragraph, run = _SECTION.sub("", _properties(xml, start, "pPr")), ""
        start = max(xml.rfind("<w:r>", position, mark), xml.rfind("<w:r ", position, mark))
        if start >= 0:
            run = _properties(xml, start, "rPr")
        page = _PAGE if match.group() == "\f" else ""
        pieces.append(xml[position:mark])
        pieces.append(f'</w:t></w:r></w:p>{page}<w:p>{paragraph}<w:r>{run}<w:t xml:space="preserve">')
        position = mark + 1
    pieces.append(xml[position:])
    return "".join(pieces)


def _properties(xml: str, start: int, name: str) -> str:
    """The properties element that directly follows the tag at ``start``, "" when there is none."""
    begin = xml.index(">", start) + 1
    if not xml.startswith((f"<w:{name}>", f"<w:{name} "), begin):
        return ""
    end = f"</w:{name}>"
    return xml[begin : xml.index(end, begin) + len(end)]


def number_drawings(xml: str, numbers: count[int]) -> str:
    """Give every drawing its own id: copies made by a loop share the template's, which Word reports as damage."""
    return _DOCPR.sub(lambda match: f'{match.group(1)}{next(numbers)}"', xml)


def fit_tables(xml: str) -> str:
    """Make ``w:tblGrid`` agree with the cells of tables whose columns the template made or merged.

    The table keeps its width: new columns share it, removed columns give theirs to the rest.
    """
    root = etree.fromstring(xml.encode("utf-8"), etree.XMLParser(resolve_entities=False, huge_tree=True))
    for table in root.iter(f"{{{W}}}tbl"):
        grid = table.find(f"{{{W}}}tblGrid")
        if grid is None:
            continue
        needed = max((_columns(row) for row in table.iterchildren(f"{{{W}}}tr")), default=0)
        columns = grid.findall(f"{{{W}}}gridCol")
        if needed == 0 or needed == len(columns) or not columns:
            continue
        widths = [_width(column) for column in columns]
        total = sum(widths)
        if needed > len(columns):
            scale = len(columns) / needed
            widths = [width * scale for width in widths] + [total / needed] * (needed - len(columns))
        else:
            share = sum(widths[needed:]) / needed
            widths = [width + share for width in widths[:needed]]
        for column in columns:
            grid.remove(column)
        for width in widths:
            etree.SubElement(grid, f"{{{W}}}gridCol", {f"{{{W}}}w": str(int(width))})
    return etree.tostring(root, encoding="unicode")


def _columns(row: etree._Element) -> int:
    total = 0
    for cell in row.iterchildren(f"{{{W}}}tc"):
        span = cell.find(f"{{{W}}}tcPr/{{{W}}}gridSpan")
        value = span.get(f"{{{W}}}val") if span is not None else None
        total += int(value) if value is not None and value.isdecimal() else 1
    return total


def _width(column: etree._Element) -> float:
    try:
        return float(column.get(f"{{{W}}}w") or 0)
    except ValueError:
        return 0.0
