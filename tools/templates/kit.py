"""What a template is drawn with: page, headings, ruled grids, loops, footers.

Typical use::

    paper = Paper("form", "送达回证")
    paper.heading("{{ doc.organ }}", "送 达 回 证")
    with paper.grid(30, 55, 30, 41) as g:
        g.row(label("受送达人"), value("{{ recipient }}", span=3))
        g.head(label("文书名称", span=2), label("文号"), label("份数"))
        with g.each("row in docs"):
            g.row(value("{{ row.title }}", span=2), centre("{{ row.doc_no }}"), centre("{{ row.copies }}"))
    paper.footer()
    paper.write(path)

The block tags (``{%p %}``, ``{%tr %}``) stand in a paragraph or row of their own, which the renderer removes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tools.templates.oxml import GONGWEN_LINE, STYLES, Align, R, W, Xml, field, page_line, para, run, twips
from tools.templates.package import docx

Layout = Literal["gongwen", "form", "record", "letter", "form-landscape"]

QR = "{{ image('qr', height_mm=12) }}"
"""The QR code of the check address; nothing is printed when none was given."""
CHECK_CODE = "{% if doc.check_code %}校验码 {{ doc.check_code }}{% endif %}"
"""The short code a reader types when there is nothing to scan with."""
_CODE_ROOM = 20.0
"""Millimetres from the right edge of the sheet that the footer leaves free: the code of the page is put there."""


@dataclass(frozen=True, slots=True)
class Page:
    """Margins in millimetres; ``footer`` is its distance from the paper's edge."""

    top: float
    left: float
    right: float
    bottom: float
    footer: float = 12
    landscape: bool = False
    grid: bool = False

    @property
    def width(self) -> float:
        """Width of the type area in millimetres."""
        return (297 if self.landscape else 210) - self.left - self.right


PAGES: dict[Layout, Page] = {
    "gongwen": Page(37, 28, 26, 35, footer=20, grid=True),
    "form": Page(25, 25, 22, 22),
    "record": Page(25, 25, 22, 36),
    "letter": Page(30, 28, 26, 28),
    "form-landscape": Page(22, 18, 18, 20, footer=10, landscape=True),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: text, markup or several paragraphs; ``span`` grid columns; ``merge`` start|continue downwards."""

    content: str | Sequence[str]
    span: int = 1
    style: str = "格内"
    align: Align | None = None
    valign: Literal["top", "center", "bottom"] = "center"
    shade: str | None = None
    merge: Literal["start", "continue"] | None = None
    direction: Literal["down"] | None = None


def label(text: str | Sequence[str], span: int = 1, *, small: bool = False, shade: str | None = None) -> Cell:
    """A printed caption, centred."""
    return Cell(text, span, "格标小" if small else "格标", shade=shade)


def value(text: str | Sequence[str], span: int = 1, *, small: bool = False, style: str | None = None) -> Cell:
    """A filled cell, to the left."""
    return Cell(text, span, style or ("格内小" if small else "格内"))


def centre(text: str | Sequence[str], span: int = 1, *, small: bool = False) -> Cell:
    """A filled cell, centred: short words, dates, numbers of pieces."""
    return Cell(text, span, "格中小" if small else "格中")


def figure(text: str, span: int = 1, *, small: bool = True) -> Cell:
    """A filled cell with a quantity, to the right so that digits stand under each other."""
    return Cell(text, span, "格右小" if small else "格右")


def prose(text: str | Sequence[str], span: int = 1) -> Cell:
    """A cell with running text: first lines indented, top aligned."""
    return Cell(text, span, "格文", valign="top")


class Grid:
    """A ruled table under construction; columns are given in millimetres."""

    def __init__(self, widths: Sequence[float], *, borders: bool = True, padding: float = 1.5) -> None:
        self.widths = tuple(widths)
        self._borders = borders
        self._padding = padding
        self._rows: list[str] = []

    def row(
        self,
        *cells: Cell,
        height: float = 8.5,
        header: bool = False,
        split: bool = False,
        exact: bool = False,
    ) -> None:
        """Add a row at least ``height`` mm high; ``split`` lets a long one break over pages."""
        spans = sum(cell.span for cell in cells)
        if spans != len(self.widths):
            raise ValueError(f"the row fills {spans} of {len(self.widths)} columns")
        props = "".join(
            (
                "" if split else "<w:cantSplit/>",
                f'<w:trHeight w:val="{twips(height)}" w:hRule="{"exact" if exact else "atLeast"}"/>'
                if height
                else "",
                "<w:tblHeader/>" if header else "",
            )
        )
        out, column = [], 0
        for cell in cells:
            width = sum(self.widths[column : column + cell.span])
            column += cell.span
            out.append(_cell_xml(cell, width))
        self._rows.append(f"<w:tr><w:trPr>{props}</w:trPr>{''.join(out)}</w:tr>")

    def head(self, *cells: Cell, height: float = 8.5) -> None:
        """A row that is repeated on each page; must come first in its grid."""
        self.row(*cells, height=height, header=True)

    def tag(self, statement: str) -> None:
        """A row that is only a block tag, e.g. ``if left_mode`` or ``endif``."""
        self.row(Cell(f"{{%tr {statement} %}}", len(self.widths)), height=0)

    @contextmanager
    def each(self, loop: str) -> Iterator[None]:
        """The rows added inside are repeated: ``row in docs``."""
        self.tag(f"for {loop}")
        yield
        self.tag("endfor")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """The rows added inside stand only if ``condition``."""
        self.tag(f"if {condition}")
        yield
        self.tag("endif")

    def xml(self) -> Xml:
        """The table."""
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        kind = ' w:val="single" w:sz="6" w:space="0" w:color="000000"' if self._borders else ' w:val="nil"'
        borders = "".join(f"<w:{side}{kind}/>" for side in sides)
        insets = (("top", 3), ("left", 1), ("bottom", 3), ("right", 1))
        margins = "".join(
            f'<w:{side} w:w="{twips(self._padding / part)}" w:type="dxa"/>' for side, part in insets
        )
        columns = "".join(f'<w:gridCol w:w="{twips(mm)}"/>' for mm in self.widths)
        return Xml(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips(mm) for mm in self.widths)}" w:type="dxa"/>'
            f'<w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(self._rows)}</w:tbl>"
        )


def _cell_xml(cell: Cell, width: float) -> str:
    parts = [cell.content] if isinstance(cell.content, str) else list(cell.content)
    inside = "".join(
        part
        if isinstance(part, Xml) and part.startswith(("<w:p>", "<w:tbl>"))
        else para(part, style=cell.style, align=cell.align)
        for part in parts
    )
    merge = (
        ""
        if cell.merge is None
        else '<w:vMerge w:val="restart"/>'
        if cell.merge == "start"
        else "<w:vMerge/>"
    )
    return "".join(
        (
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>',
            f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else "",
            merge,
            f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.shade}"/>' if cell.shade else "",
            '<w:textDirection w:val="tbRlV"/>' if cell.direction else "",
            f'<w:vAlign w:val="{cell.valign}"/></w:tcPr>{inside}</w:tc>',
        )
    )


class Paper:
    """One template under construction: blocks in order, one page set-up, footers."""

    def __init__(self, layout: Layout, title: str, *, page: Page | None = None) -> None:
        self.layout: Layout = layout
        self.title = title
        self.page = page or PAGES[layout]
        self._blocks: list[str] = []
        self._footers: dict[str, str] = {}

    @property
    def width(self) -> float:
        """Width of the type area in millimetres: what the columns of a full grid add up to."""
        return self.page.width

    def add(
        self,
        *parts: str,
        style: str = "公文正文",
        align: Align | None = None,
        keep_next: bool = False,
        page_break: bool = False,
        before: float | None = None,
        after: float | None = None,
        right: float = 0,
    ) -> None:
        """A paragraph of strings and runs in a named style (see ``oxml.STYLES``)."""
        self._blocks.append(
            para(
                *parts,
                style=style,
                align=align,
                keep_next=keep_next,
                page_break=page_break,
                before=before,
                after=after,
                right=right,
            )
        )

    def raw(self, xml: Xml) -> None:
        """Ready markup of one or more blocks."""
        self._blocks.append(xml)

    def tag(self, statement: str) -> None:
        """A paragraph that is only a block tag, e.g. ``if items_other`` or ``endif``."""
        self.add(f"{{%p {statement} %}}", style="缝")

    @contextmanager
    def each(self, loop: str) -> Iterator[None]:
        """The blocks added inside are repeated."""
        self.tag(f"for {loop}")
        yield
        self.tag("endfor")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """The blocks added inside stand only if ``condition``."""
        self.tag(f"if {condition}")
        yield
        self.tag("endif")

    @contextmanager
    def grid(self, *widths: float, borders: bool = True) -> Iterator[Grid]:
        """A table; ``widths`` in millimetres. Raises ValueError when they are wider than the type area."""
        if sum(widths) > self.width + 0.51:
            raise ValueError(f"the columns need {sum(widths)} mm, the page has {self.width}")
        grid = Grid(widths, borders=borders)
        yield grid
        self._blocks.append(grid.xml())

    @contextmanager
    def block(self, *widths: float) -> Iterator[Grid]:
        """A short ruled table that is never broken over pages (Word and LibreOffice keep a table row whole)."""
        inner = Grid(widths)
        yield inner
        outer = Grid([self.width], borders=False, padding=0)
        outer.row(Cell((inner.xml(), para(style="缝"))), height=0)
        self._blocks.append(outer.xml())

    def gap(self) -> None:
        """The thinnest paragraph: Word joins two tables that touch."""
        self.add(style="缝")

    def heading(self, organ: str, title: str, number: str | None = None) -> None:
        """The two-line head of an enforcement form: organ, title, and the 文号 to the right where there is one."""
        self.add(organ, style="机关名称")
        self.add(title, style="文书标题")
        if number is not None:
            self.add(number, style="文书编号")

    def footer(self, *, right: str = "") -> None:
        """Check code left, 第 X 页 共 Y 页 in the middle, ``right`` (default: the type's title) on the other side."""
        self._footers["default"] = _footer_part(self._page_row(right))

    def record_footer(self, *signers: str) -> None:
        """The strip every page of a record is signed on, above the page line.

        ``signers`` are captions such as ``被监察单位（签名）：``, two to a row; an odd last one has a row to itself.
        """
        strip = Grid([self.width / 2, self.width / 2], borders=False)
        for start in range(0, len(signers), 2):
            pair = [Cell(caption, style="签名栏", valign="bottom") for caption in signers[start : start + 2]]
            strip.row(*(pair if len(pair) == 2 else [replace(pair[0], span=2)]), height=8)
        self._footers["default"] = _footer_part(Xml(strip.xml() + para(style="缝") + self._page_row("")))

    def _page_row(self, right: str) -> Xml:
        side = (self.width - 56) / 2
        grid = Grid([14, side - 14, 56, side], borders=False)
        grid.row(
            Cell(QR, style="图"),
            Cell(CHECK_CODE, style="页脚"),
            Cell(page_line(), style="页脚中"),
            Cell(self._aside(right or self.title), style="页脚右"),
            height=0,
        )
        return grid.xml()

    def _aside(self, text: str) -> str:
        """The last words of the footer, moved in where the margin is too narrow for the code of the page."""
        room = max(0.0, _CODE_ROOM - self.page.right) * 72 / 25.4
        return para(text, style="页脚右", right=room / STYLES["页脚右"].size) if room else text

    def gongwen_footer(self) -> None:
        """— 1 — as GB/T 9704 wants it (outer side, one character in), the check code opposite."""
        grid = Grid([14, self.width / 2 - 14, self.width / 2], borders=False)
        number = Xml(run("— ") + field("PAGE") + run(" —　"))
        grid.row(
            Cell(QR, style="图", valign="top"),
            Cell(CHECK_CODE, style="页脚"),
            Cell(number, style="页码", valign="top"),
            height=0,
        )
        self._footers["default"] = _footer_part(grid.xml())

    def document_xml(self) -> str:
        """word/document.xml."""
        page = self.page
        wide, high = (297.0, 210.0) if page.landscape else (210.0, 297.0)
        orient = ' w:orient="landscape"' if page.landscape else ""
        grid = f'<w:docGrid w:type="lines" w:linePitch="{round(GONGWEN_LINE * 20)}"/>' if page.grid else ""
        last = para(style="缝") if self._blocks and self._blocks[-1].endswith("</w:tbl>") else ""
        references = "".join(
            f'<w:footerReference w:type="{kind}" r:id="rIdFooter{n}"/>'
            for n, kind in enumerate(self._footers, 1)
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
            f"{''.join(self._blocks)}{last}<w:sectPr>{references}"
            f'<w:pgSz w:w="{twips(wide)}" w:h="{twips(high)}"{orient}/>'
            f'<w:pgMar w:top="{twips(page.top)}" w:right="{twips(page.right)}" w:bottom="{twips(page.bottom)}" '
            f'w:left="{twips(page.left)}" w:header="{twips(15)}" w:footer="{twips(page.footer)}" w:gutter="0"/>'
            f"{grid}</w:sectPr></w:body></w:document>"
        )

    def build(self) -> bytes:
        """The docx; equal drawings give equal bytes."""
        footers = {f"rIdFooter{n}": xml for n, xml in enumerate(self._footers.values(), 1)}
        return docx(self.title, self.document_xml(), footers)

    def write(self, path: Path) -> None:
        """Save the docx, making its folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.build())


def _footer_part(xml: Xml) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr xmlns:w="{W}" xmlns:r="{R}">'
        f"{xml}{para(style='缝')}</w:ftr>"
    )
