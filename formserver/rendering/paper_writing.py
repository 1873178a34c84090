"""Papers without a template: what is laid out by data (result sheets, calculation sheets), as docx.

Same faces and grid as the templates of ``doc_templates/``. The same content gives the same bytes: no clock, no
platform, fixed order. Characters XML cannot hold become U+FFFD, visibly, instead of vanishing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from formserver.rendering.paper_parts import STYLES, fixed_parts
from formserver.rendering.places import W
from formserver.rendering.preview import with_watermark
from formserver.rendering.zipwriter import pack_static, write_zip

_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MM: Final = 1440 / 25.4
_LONG, _SHORT = 16838, 11906
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. ``span`` columns wide, ``rows`` rows high; ``align`` left, center or right."""

    text: str
    align: str = "left"
    bold: bool = False
    shaded: bool = False
    span: int = 1
    rows: int = 1


@dataclass(slots=True)
class Paper:
    """A docx in the making. Margins in mm: top, right, bottom, left."""

    title: str
    landscape: bool = False
    margins: tuple[int, int, int, int] = (25, 22, 22, 25)
    warning: str = ""
    """Printed in the head of every page and across it; "" for a paper that may go out."""
    footer: str = ""
    _body: list[str] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Millimetres between the margins."""
        return (297 if self.landscape else 210) - self.margins[1] - self.margins[3]

    def text(self, text: str, style: str = "body", align: str = "") -> None:
        """A paragraph. Styles: title, subtitle, heading, body, plain, small, note."""
        self._body.append(_paragraph(text, style, align))

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        self._body.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')

    def table(
        self, rows: Sequence[Sequence[Cell]], widths: Sequence[float], *, header: int = 0, style: str = "cell"
    ) -> None:
        """A ruled table; ``widths`` are shares of the page's width, ``header`` rows repeat on every page."""
        total = sum(widths)
        grid = [round(share / total * self.width * _MM) for share in widths]
        parts = [_TABLE.replace("{width}", str(sum(grid)))]
        parts += [f'<w:gridCol w:w="{width}"/>' for width in grid]
        parts.append("</w:tblGrid>")
        running: dict[int, tuple[int, int]] = {}
        for number, cells in enumerate(rows):
            head = "<w:tblHeader/>" if number < header else ""
            parts.append(
                f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="340" w:hRule="atLeast"/>{head}</w:trPr>'
            )
            parts.append(_row(cells, grid, running, style))
            parts.append("</w:tr>")
        parts.append("</w:tbl>")
        self._body.append("".join(parts) + _paragraph("", "gap"))

    def docx(self) -> bytes:
        """The file."""
        width, height = (_LONG, _SHORT) if self.landscape else (_SHORT, _LONG)
        orient = ' w:orient="landscape"' if self.landscape else ""
        top, right, bottom, left = (round(side * _MM) for side in self.margins)
        section = (
            '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
            '<w:footerReference w:type="default" r:id="rIdFooter"/>'
            f'<w:pgSz w:w="{width}" w:h="{height}"{orient}/>'
            f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
            ' w:header="567" w:footer="510" w:gutter="0"/></w:sectPr>'
        )
        body = "".join(self._body)
        document = (
            f'{_XML}<w:document xmlns:w="{W}" xmlns:r="{_R}"><w:body>{body}{section}</w:body></w:document>'
        )
        header = f'{_XML}<w:hdr xmlns:w="{W}">{_paragraph(self.warning, "warning")}</w:hdr>'
        footer = f'{_XML}<w:ftr xmlns:w="{W}">{_footer(self.footer)}</w:ftr>'
        members = [
            *fixed_parts(safe(self.title)),
            ("word/document.xml", document.encode()),
            ("word/header1.xml", header.encode()),
            ("word/footer1.xml", footer.encode()),
        ]
        made = write_zip(pack_static(()), members, level=6)
        return with_watermark(made, self.warning) if self.warning else made


def safe(text: str) -> str:
    """``text`` as XML content."""
    return escape(_UNFIT.sub("\ufffd", text))


def _paragraph(text: str, style: str, align: str = "", bold: bool = False) -> str:
    place = f'<w:jc w:val="{align}"/>' if align else ""
    look = '<w:rPr><w:rFonts w:hint="eastAsia"/>' + ("<w:b/>" if bold else "") + "</w:rPr>"
    lines = _UNFIT.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    run = f"<w:r>{look}{runs}</w:r>" if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{STYLES[style]}"/>{place}</w:pPr>{run}</w:p>'


def _row(cells: Sequence[Cell], grid: list[int], running: dict[int, tuple[int, int]], style: str) -> str:
    """One row; ``running`` holds the cells from above that reach into it: column → (rows left, columns wide)."""
    made, column, waiting = [], 0, list(cells)
    while column < len(grid):
        if column in running:
            left, span = running.pop(column)
            if left > 1:
                running[column] = (left - 1, span)
            made.append(_cell(Cell("", span=span), grid, column, style, "<w:vMerge/>"))
            column += span
        elif waiting:
            cell = waiting.pop(0)
            merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
            made.append(_cell(cell, grid, column, style, merge))
            if cell.rows > 1:
                running[column] = (cell.rows - 1, cell.span)
            column += cell.span
        else:
            made.append(_cell(Cell("", span=len(grid) - column), grid, column, style, ""))
            column = len(grid)
    return "".join(made)


def _cell(cell: Cell, grid: list[int], column: int, style: str, merge: str) -> str:
    width = sum(grid[column : column + cell.span])
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if cell.shaded else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(cell.text, style, cell.align, cell.bold)}</w:tc>"
    )


def _footer(text: str) -> str:
    def field_of(code: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    def words(content: str) -> str:
        return (
            '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
            f'<w:t xml:space="preserve">{safe(content)}</w:t></w:r>'
        )

    before = f"{text}　　" if text else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{STYLES["footer"]}"/></w:pPr>{words(before + "第 ")}{field_of("PAGE")}'
        f"{words(' 页　共 ')}{field_of('NUMPAGES')}{words(' 页')}</w:p>"
    )


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
_TABLE: Final = (
    '<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
    + "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="28" w:type="dxa"/>'
    '<w:left w:w="57" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr><w:tblGrid>"
)
