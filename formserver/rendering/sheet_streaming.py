"""Tables of any length as xlsx, written row by row: memory does not grow with the rows.

Every text is an inline string, so nothing that was typed can become a formula. The same rows give the same bytes.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import IntEnum
from itertools import repeat
from types import TracebackType
from typing import IO, BinaryIO, Final, Self
from xml.sax.saxutils import escape

from formserver.rendering.sheet_reading import letters
from formserver.rendering.sheet_writing import FONT, FORMULA_STARTS, cell_content, sheet_title

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CHUNK: Final = 1 << 18
_LINE: Final = 13.5
"""Points of a line of ten point type."""
_CELLS_KEPT: Final = 2_000
_LONGEST_KEPT: Final = 200
_ROOM: Final = 8 << 20
"""Cells written before are not made anew: so many of a column are remembered, none longer, and of all columns of a sheet
about so many bytes."""
_BESIDE: Final = 200
"""Bytes a remembered cell takes besides its own."""
_NUMBER: Final = "\0"
"""Stands for the number of the row in a remembered cell; no text of a cell holds it (see ``cell_content``)."""
_PLAIN: Final = re.compile(
    r"(?![\s=+\-@#])[^&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]{1,1000}(?<!\s)"
)
"""Texts that stand in a cell as they are: nothing to escape or replace, no blank at an end, no formula."""
_QUOTE: Final = {'"': "&quot;"}
Value = str | int | Decimal | None


class Style(IntEnum):
    """The looks a streamed cell can have; the number is its place among the cell formats of the file."""

    TEXT = 1
    HEAD = 2
    GOOD = 3
    BAD = 4
    TITLE = 5
    WRAP = 6
    PLAIN = 7


_QUOTED: Final = 7
"""So much further among the formats stands the same look for texts that begin like a formula (quotePrefix)."""


class Figure(str):
    """A number that is written out already (``75.5``): a number in the sheet, without a Decimal in between. Whoever makes
    one has looked that it is digits and a point, nothing else."""

    __slots__ = ()


def _text_cell(value: str, look: Style) -> str:
    """All of a cell after its place. Blanks at the ends are kept only where that is said."""
    if _PLAIN.fullmatch(value):
        return f'" s="{look:d}" t="inlineStr"><is><t>{value}</t></is></c>'
    text = escape(cell_content(value))
    chosen = look + _QUOTED if text.startswith(FORMULA_STARTS) else int(look)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f'" s="{chosen}" t="inlineStr"><is><t{kept}>{text}</t></is></c>'


class _Cells(dict[str, bytes]):
    """The cells of one column that look alike, whole but for the number of their row, each made when first asked for."""

    def __init__(self, place: int, look: Style, room: list[int], *, figures: bool = False) -> None:
        super().__init__()
        self._before, self._look, self._room = f'<c r="{letters(place)}{_NUMBER}', look, room
        self._figures = figures

    def __missing__(self, value: str) -> bytes:
        if self._figures:
            cell = f'{self._before}" s="{self._look:d}"><v>{value}</v></c>'.encode()
        else:
            cell = (self._before + _text_cell(value, self._look)).encode()
        room = self._room
        if len(self) < _CELLS_KEPT and len(value) < _LONGEST_KEPT and room[0] > 0:
            self[value] = cell
            room[0] -= len(cell) + _BESIDE
        return cell


class SheetStream:
    """One sheet in the making."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._pending: list[bytes] = []
        self._size = 0
        self._names: list[str] = []
        self._columns: dict[tuple[Style, bool], list[tuple[_Cells, _Cells]]] = {}
        self._room = [_ROOM]
        self._starts: dict[int, bytes] = {}
        self.rows = 0

    def row(self, values: Sequence[Value], style: Style = Style.TEXT, styles: Sequence[Style] = ()) -> None:
        """Append a row; ``styles`` name a look for each cell, else all have ``style``."""
        self.rows += 1
        number = str(self.rows)
        names = self._names
        while len(names) < len(values):
            names.append(f'<c r="{letters(len(names))}')
        looks: Iterable[Style] = styles or repeat(style)
        parts = [f'<row r="{number}">']
        for name, value, look in zip(names, values, looks, strict=False):
            if value is None or value == "":
                continue
            if isinstance(value, str) and not isinstance(value, Figure):
                cell = _text_cell(value, look)
            else:
                shown = f"{value:f}" if isinstance(value, Decimal) else str(value)
                cell = f'" s="{look:d}"><v>{shown}</v></c>'
            parts += (name, number, cell)
        parts.append("</row>")
        self._end("".join(parts).encode())

    def texts(
        self, values: Sequence[str], style: Style = Style.TEXT, *, lines: int = 0, boxed: bool = False
    ) -> None:
        """Append a row of texts and figures that all look alike, twice as quick as :meth:`row`.

        ``lines`` gives the row room for so many; ``boxed`` draws empty cells as well.
        """
        self.rows += 1
        columns = self._columns.setdefault((style, boxed), [])
        while len(columns) < len(values):
            columns.append(self._column(len(columns), style, boxed))
        start = self._starts.get(lines)
        if start is None:
            height = f' ht="{_LINE * lines + 2:g}" customHeight="1"' if lines else ""
            start = self._starts[lines] = f'<row r="{_NUMBER}"{height}>'.encode()
        parts = [
            (figures if type(value) is Figure else texts)[value]
            for (texts, figures), value in zip(columns, values, strict=False)
        ]
        row = b"".join((start, *parts, b"</row>"))
        self._end(row.replace(_NUMBER.encode(), b"%d" % self.rows))

    def _column(self, place: int, style: Style, boxed: bool) -> tuple[_Cells, _Cells]:
        """The cells of texts and those of figures: the text 75.5 and the figure are equal, their cells are not."""
        texts = _Cells(place, style, self._room)
        texts[""] = f'<c r="{letters(place)}{_NUMBER}" s="{style:d}"/>'.encode() if boxed else b""
        return texts, _Cells(place, style, self._room, figures=True)

    def _end(self, row: bytes) -> None:
        self._pending.append(row)
        self._size += len(row)
        if self._size > _CHUNK:
            self.flush()

    def copied(self, other: IO[bytes], rows: int) -> None:
        """Take over the rows another stream has written from its first row on, as the first rows of this one."""
        shutil.copyfileobj(other, self._target, _CHUNK)
        self.rows += rows

    def flush(self) -> None:
        """Hand over what was collected."""
        self._target.write(b"".join(self._pending))
        self._pending.clear()
        self._size = 0


class BookStream:
    """A workbook in the making; sheets are written one after another, each closed before the next is opened."""

    def __init__(self, target: BinaryIO, *, quick: bool = False) -> None:
        """``quick`` packs three times as fast, for large results; the file is a fifth larger."""
        level = 1 if quick else None
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level)
        self._titles: list[str] = []
        self._front: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        self._archive.close()

    @contextmanager
    def sheet(
        self, title: str, widths: Sequence[float], *, frozen: int = 1, front: bool = False
    ) -> Iterator[SheetStream]:
        """A sheet with columns of these widths (characters) and ``frozen`` rows that stay in sight.

        What is known last but read first (summaries) is written at the end and stands in front.
        """
        name = sheet_title(title)
        number = 2
        while name in self._titles:
            name = f"{sheet_title(title)[:27]} {number}"
            number += 1
        self._titles.append(name)
        if front:
            self._front.append(len(self._titles))
        place = f"xl/worksheets/sheet{len(self._titles)}.xml"
        with self._archive.open(
            place, "w", force_zip64=True
        ) as member:  # by name: dated 1980, as all members are
            member.write(_sheet_head(widths, frozen).encode())
            stream = SheetStream(member)
            yield stream
            stream.flush()
            member.write(_SHEET_END.encode())

    def _finish(self) -> None:
        count = range(1, len(self._titles) + 1)
        overrides = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
        overrides += [(f"xl/worksheets/sheet{i}.xml", "worksheet") for i in count]
        types = "".join(
            f'<Override PartName="/{name}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
            for name, kind in overrides
        )
        order = [*self._front, *(i for i in count if i not in self._front)]
        sheets = "".join(
            f'<sheet name="{escape(self._titles[i - 1], _QUOTE)}" sheetId="{i}" r:id="rId{i}"/>'
            for i in order
        )
        links = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in count]
        links.append((f"rId{len(self._titles) + 1}", "styles", "styles.xml"))
        for name, text in (
            (
                "[Content_Types].xml",
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
                f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
                f'ContentType="application/xml"/>{types}</Types>',
            ),
            ("_rels/.rels", _links([("rId1", "officeDocument", "xl/workbook.xml")])),
            (
                "xl/workbook.xml",
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            ),
            ("xl/_rels/workbook.xml.rels", _links(links)),
            ("xl/styles.xml", _STYLES),
        ):
            self._archive.writestr(_info(name), (_XML + text).encode())


def streamed(write: Iterable[tuple[str, Sequence[float], Iterable[Sequence[Value]]]]) -> bytes:
    """A small book from (title, widths, rows), the first row of each sheet as its head."""
    target = io.BytesIO()
    with BookStream(target) as book:
        for title, widths, rows in write:
            with book.sheet(title, widths) as sheet:
                for number, values in enumerate(rows):
                    sheet.row(values, Style.HEAD if number == 0 else Style.TEXT)
    return target.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _sheet_head(widths: Sequence[float], frozen: int) -> str:
    pane = (
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        if frozen
        else ""
    )
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width:g}" customWidth="1"/>' for i, width in enumerate(widths, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView workbookViewId="0">{pane}'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>"
    )


_SHEET_END: Final = (
    '</sheetData><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
)


def _links(rows: Iterable[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _format(font: int, fill: int, align: str, *, border: int = 1) -> str:
    return (
        f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1"'
        f' applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" {align}/></xf>'
    )


_THIN: Final = "".join(
    f'<{side} style="thin"><color rgb="FF808080"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_LOOKS: Final = (
    _format(0, 0, 'wrapText="0"')
    + _format(1, 2, 'horizontal="center" wrapText="1"')
    + _format(0, 3, 'wrapText="0"')
    + _format(2, 0, 'wrapText="0"')
    + _format(3, 0, 'wrapText="0"', border=0)
    + _format(0, 0, 'wrapText="1"')
    + _format(0, 0, 'wrapText="0"', border=0)
)
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="4">'
    f'<font><sz val="10"/><name val="{FONT}"/></font><font><b/><sz val="10"/><name val="{FONT}"/></font>'
    f'<font><sz val="10"/><color rgb="FFC00000"/><name val="{FONT}"/></font>'
    f'<font><b/><sz val="14"/><name val="{FONT}"/></font></fonts><fills count="4">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEAF1FB"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEFF7EE"/></patternFill></fill></fills>'
    f'<borders count="2"><border><left/><right/><top/><bottom/></border><border>{_THIN}</border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{1 + 2 * _QUOTED}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    + _LOOKS
    + _LOOKS.replace("<xf ", '<xf quotePrefix="1" ')
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
