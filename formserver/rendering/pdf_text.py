"""The text of a PDF in the order a reader sees it.

LibreOffice writes a run with borrowed glyphs font by font, so that ``m³①`` appears as ``m①`` and then ``³`` in the file. The
order in the file is therefore not the order on paper; here glyphs of one line are put back by position. Lines stay in
the order of the file, which keeps the lines of a table cell together. Where several glyphs make one character (ά = α +
accent) the file carries the character as ActualText, which counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

from formserver.rendering.pdf_codes import FontCodes, as_dictionary, font_codes

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)
_SAME_LINE = 0.35  # of the type size: superscripts belong to their line
_GAP = 0.9  # of the type size: wider is a column, not a word space (those are glyphs)
_MAX_DEPTH = 8


def pdf_text(pdf: bytes) -> list[str]:
    """The text of each page. Raises pypdf's ``PyPdfError`` for what is no PDF."""
    reader = PdfReader(io.BytesIO(pdf))
    return ["\n".join(_lines(_page_glyphs(page, reader))) for page in reader.pages]


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    x: float
    y: float
    width: float
    size: float


@dataclass(slots=True)
class _State:
    """The part of the graphics state that moves text."""

    matrix: _Matrix
    font: FontCodes | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    text: _Matrix = _IDENTITY
    line: _Matrix = _IDENTITY

    def copy(self) -> _State:
        names = self.__slots__
        return _State(**{name: getattr(self, name) for name in names})


@dataclass(slots=True)
class _Interpreter:
    reader: PdfReader
    glyphs: list[_Glyph] = field(default_factory=list)
    spans: list[str | None] = field(
        default_factory=list
    )  # ActualText of the open marked content, "" once printed

    def run(self, stream: Any, resources: DictionaryObject, matrix: _Matrix, depth: int) -> None:
        state, stack = _State(matrix), []
        fonts: dict[str, FontCodes] = {}
        for operands, operator in ContentStream(stream, self.reader).operations:
            if operator == b"q":
                stack.append(state.copy())
            elif operator == b"Q" and stack:
                state = stack.pop()
            elif operator == b"cm":
                state.matrix = _times(_numbers(operands), state.matrix)
            elif operator == b"Tf":
                name = str(operands[0])
                if name not in fonts:
                    fonts[name] = font_codes(as_dictionary(as_dictionary(resources.get("/Font")).get(name)))
                state.font, state.size = fonts[name], float(operands[1])
            elif operator == b"Do" and depth < _MAX_DEPTH:
                form = as_dictionary(as_dictionary(resources.get("/XObject")).get(str(operands[0])))
                if form.get("/Subtype") == "/Form":
                    inner = _times(_numbers(form.get("/Matrix", _IDENTITY)), state.matrix)
                    self.run(form, as_dictionary(form.get("/Resources")) or resources, inner, depth + 1)
            elif operator in (b"BDC", b"BMC"):
                self.spans.append(_actual_text(operands, resources))
            elif operator == b"EMC" and self.spans:
                self.spans.pop()
            else:
                self._text(state, operator, operands)

    def _text(self, state: _State, operator: bytes, operands: Any) -> None:
        if operator == b"BT":
            state.text = state.line = _IDENTITY
        elif operator == b"Tm":
            state.text = state.line = _numbers(operands)
        elif operator in (b"Td", b"TD"):
            if operator == b"TD":
                state.leading = -float(operands[1])
            _next_line(state, float(operands[0]), float(operands[1]))
        elif operator == b"T*":
            _next_line(state, 0, -state.leading)
        elif operator in (b"Tc", b"Tw", b"Tz", b"TL", b"Ts"):
            name, factor = _PARAMETERS[operator]
            setattr(state, name, float(operands[0]) * factor)
        elif operator in (b"Tj", b"'", b'"'):
            if operator != b"Tj":
                _next_line(state, 0, -state.leading)
            self._show(state, operands[-1])
        elif operator == b"TJ":
            for item in operands[0]:
                if isinstance(item, int | float):
                    state.text = _times((1, 0, 0, 1, -item / 1000 * state.size * state.scale, 0), state.text)
                else:
                    self._show(state, item)

    def _show(self, state: _State, operand: Any) -> None:
        if state.font is None:
            return
        data = operand.original_bytes if hasattr(operand, "original_bytes") else bytes(operand)
        for code in state.font.codes(data):
            place = _times(state.text, state.matrix)
            advance = (
                state.font.widths.get(code, state.font.default_width) / 1000 * state.size + state.spacing
            )
            if code == 32 and state.font.bytes_per_code == 1:
                advance += state.word_spacing
            advance *= state.scale
            stretch = (place[0] ** 2 + place[1] ** 2) ** 0.5
            x, y = place[2] * state.rise + place[4], place[3] * state.rise + place[5]
            text = self._spoken(state.font.texts.get(code, "\ufffd"))
            self.glyphs.append(_Glyph(text, x, y, advance * stretch, state.size * stretch))
            state.text = _times((1, 0, 0, 1, advance, 0), state.text)

    def _spoken(self, text: str) -> str:
        """What the glyph stands for: its own text, or that of the innermost span, said once."""
        for level in range(len(self.spans) - 1, -1, -1):
            actual = self.spans[level]
            if actual is not None:
                self.spans[level] = ""
                return actual
        return text


_PARAMETERS = {
    b"Tc": ("spacing", 1.0),
    b"Tw": ("word_spacing", 1.0),
    b"Tz": ("scale", 0.01),
    b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
}


def _actual_text(operands: Any, resources: DictionaryObject) -> str | None:
    if len(operands) < 2:
        return None
    found = operands[1]
    if isinstance(found, str):
        found = as_dictionary(resources.get("/Properties")).get(found)
    actual = as_dictionary(found).get("/ActualText")
    return None if actual is None else str(actual.get_object())


def _page_glyphs(page: Any, reader: PdfReader) -> list[_Glyph]:
    contents = page.get("/Contents")
    interpreter = _Interpreter(reader)
    if contents is not None:
        interpreter.run(contents.get_object(), as_dictionary(page.get("/Resources")), _IDENTITY, 0)
    return interpreter.glyphs


def _lines(glyphs: list[_Glyph]) -> Iterator[str]:
    line: list[_Glyph] = []
    for glyph in glyphs:
        if line and abs(glyph.y - line[0].y) > _SAME_LINE * max(glyph.size, line[0].size):
            yield _joined(line)
            line = []
        line.append(glyph)
    if line:
        yield _joined(line)


def _joined(line: list[_Glyph]) -> str:
    parts: list[str] = []
    end: float | None = None
    for glyph in sorted(line, key=lambda one: one.x):
        if end is not None and glyph.x - end > _GAP * glyph.size and not glyph.text.isspace():
            parts.append(" ")
        parts.append(glyph.text)
        end = glyph.x + glyph.width
    return "".join(parts)


def _next_line(state: _State, x: float, y: float) -> None:
    state.line = _times((1, 0, 0, 1, x, y), state.line)
    state.text = state.line


def _times(a: _Matrix, b: _Matrix) -> _Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _numbers(operands: Any) -> _Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return (a, b, c, d, e, f)
