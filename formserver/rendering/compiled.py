"""A compiled template at work: run it over values, check the result strictly, write the file.

Immutable and shared by threads; everything that belongs to one render lives in objects made for that render.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any
from xml.parsers import expat

from jinja2.environment import Template
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

from formserver.core.errors import AppError, ErrorCode, Kind, Problem, error_code
from formserver.rendering.context import plain_values
from formserver.rendering.emission import BoundExceeded, Budget, Entry, Recorder, ValueTrouble
from formserver.rendering.images import ImageShelf
from formserver.rendering.package import rels_name
from formserver.rendering.places import Place, place_at
from formserver.rendering.postprocess import fit_tables, number_drawings, split_paragraphs
from formserver.rendering.rewrite import Facts
from formserver.rendering.zipwriter import StaticMembers, write_zip

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CHUNK = 1024
_FIRST_DRAWING = 1001

TEMPLATE_BROKEN = error_code(
    "TEMPLATE_BROKEN",
    Kind.INVALID,
    zh="模板有误，{place}：{reason}",
    en="Template error at {place}: {reason}",
)
TEMPLATE_UNKNOWN_NAME = error_code(
    "TEMPLATE_UNKNOWN_NAME",
    Kind.INVALID,
    zh="模板用了不存在的名称，{place}：{reason}。请对照文书定义改正拼写。",
    en="The template uses an unknown name at {place}: {reason}",
)
TEMPLATE_FORBIDDEN = error_code(
    "TEMPLATE_FORBIDDEN",
    Kind.INVALID,
    zh="模板用了不允许的写法，{place}：{reason}。",
    en="The template does something it may not at {place}: {reason}",
)
TEMPLATE_TOO_MUCH = error_code(
    "TEMPLATE_TOO_MUCH",
    Kind.INVALID,
    zh="模板超出限度，{place}：{reason}。",
    en="Template limit at {place}: {reason}",
)
FIELD_UNPRINTABLE = error_code(
    "FIELD_UNPRINTABLE",
    Kind.INVALID,
    zh="「{label}」无法打印：{reason}（{place}）。",
    en="{label} cannot be printed: {reason} ({place})",
)
OUTPUT_MALFORMED = error_code(
    "OUTPUT_MALFORMED",
    Kind.INVALID,
    zh="模板生成的{part}不是合格的 Word 内容，{place}附近：{reason}。请检查成对的标签是否放对位置。",
    en="The rendered {part} is not well-formed near {place}: {reason}",
)


@dataclass(frozen=True, slots=True)
class CompiledPart:
    """One part with placeholders. ``on_paper`` parts are where a person reads; only they prove anything."""

    name: str
    label: str
    template: Template
    source: str
    places: tuple[Place, ...]
    facts: Facts
    on_paper: bool
    plain: bool
    fits_tables: bool
    has_drawings: bool
    rels: bytes | None

    def place(self, line: int, hint: str = "") -> str:
        """The place of a line of the patched source, in words."""
        return place_at(self.source, line, self.places, self.label, hint)

    def place_of(self, error: BaseException, hint: str = "") -> str:
        """The place of the placeholder that raised ``error``."""
        line = 0
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.template.filename:
                line = self.template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return self.place(line, hint) if line else self.label


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """One finished part and the record of what its placeholders printed."""

    part: CompiledPart
    xml: str
    data: bytes
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Rendering:
    """A finished file, the parts that changed and the images that were placed."""

    docx: bytes
    parts: tuple[RenderedPart, ...]
    extra: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A published template, ready to print. Immutable: one object serves every thread."""

    docx: bytes = field(repr=False)
    sha256: str
    parts: tuple[CompiledPart, ...]
    static: StaticMembers = field(repr=False)
    static_hashes: Mapping[str, str] = field(repr=False)

    def render(self, context: Mapping[str, Any]) -> bytes:
        """Print plain values (no schema, no completeness proof). Raises Invalid errors naming the place."""
        return self.render_tracked(plain_values(context)).docx

    def render_tracked(
        self,
        values: dict[str, Any],
        *,
        images: Mapping[str, bytes] | None = None,
        lenient: bool = False,
        label: Callable[[str], str] = str,
    ) -> Rendering:
        """Print ``values`` and keep the record for the proof; ``label`` names a JSON pointer for messages."""
        shelf = ImageShelf(images or {})
        budget = Budget()
        drawings = count(_FIRST_DRAWING)
        done: list[RenderedPart] = []
        changed: list[tuple[str, bytes]] = []
        for part in self.parts:
            rendered = _render_part(part, values, budget, shelf, drawings, lenient, label)
            done.append(rendered)
            changed.append((part.name, rendered.data))
        extra: list[tuple[str, bytes]] = []
        for part in self.parts:
            if part.facts.uses_images:
                rels = shelf.relationships(part.name, part.rels)
                if rels is not None:
                    extra.append((rels_name(part.name), rels))
        extra.extend(shelf.media())
        return Rendering(write_zip(self.static, changed + extra), tuple(done), tuple(extra))


def template_error(code: ErrorCode, place: str, reason: str) -> AppError:
    """``code`` with its sentence also as a problem at ``place``."""
    message = code.zh.format(place=place, reason=reason)
    error: AppError = code(place=place, reason=reason, problems=[Problem(code.code, message, place)])
    return error


def _render_part(
    part: CompiledPart,
    values: dict[str, Any],
    budget: Budget,
    shelf: ImageShelf,
    drawings: Iterable[int],
    lenient: bool,
    label: Callable[[str], str],
) -> RenderedPart:
    recorder = Recorder(
        budget,
        lenient=lenient,
        macro_weight=part.facts.macro_weight,
        picture=shelf.placer(part.name) if part.facts.uses_images else None,
    )
    context: Any = part.template.new_context(values)
    context.recorder = recorder
    context.emit = recorder.emit
    try:
        pieces = _collect(part.template.root_render_func(context), budget)
    except AppError:
        raise
    except ValueTrouble as error:
        pointer = error.sources[0].pointer if error.sources else ""
        name = label(pointer) if pointer else "占位符"
        place = part.place_of(error)
        raise FIELD_UNPRINTABLE(
            label=name, reason=error.message, place=place,
            problems=[Problem("FIELD_UNPRINTABLE", f"「{name}」无法打印：{error.message}（{place}）。", pointer, name)],
        ) from None  # fmt: skip
    except UndefinedError as error:
        words = str(error.message)
        raise template_error(
            TEMPLATE_UNKNOWN_NAME, part.place_of(error, _quoted(words)), _unknown(words)
        ) from None
    except SecurityError as error:
        raise template_error(TEMPLATE_FORBIDDEN, part.place_of(error), str(error.message)) from None
    except (BoundExceeded, RecursionError, MemoryError, OverflowError) as error:
        reason = str(error) if isinstance(error, BoundExceeded) else "运算过大或嵌套过深"
        raise template_error(TEMPLATE_TOO_MUCH, part.place_of(error), reason) from None
    except (TemplateError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
        raise template_error(TEMPLATE_BROKEN, part.place_of(error), str(error)) from None
    return _finish_part(part, "".join(pieces), recorder, drawings)


def _collect(generator: Iterable[str], budget: Budget) -> list[str]:
    pieces: list[str] = []
    stream = iter(generator)
    while chunk := list(islice(stream, _CHUNK)):
        piece = "".join(chunk)
        budget.spend_chars(len(piece))
        pieces.append(piece)
    return pieces


def _finish_part(part: CompiledPart, xml: str, recorder: Recorder, drawings: Any) -> RenderedPart:
    if recorder.restructure:
        xml = split_paragraphs(xml)
    if part.has_drawings:
        xml = number_drawings(xml, drawings)
    data = _checked(part, xml)
    if part.fits_tables:
        xml = fit_tables(xml)
        data = _checked(part, xml)
    return RenderedPart(part, xml, data, recorder.entries)


def _checked(part: CompiledPart, xml: str) -> bytes:
    """The bytes of a well-formed part. Raises OUTPUT_MALFORMED with the words before the break."""
    parser = expat.ParserCreate()
    try:
        data = (_DECLARATION + xml).encode("utf-8")
        parser.Parse(data, True)
    except UnicodeEncodeError as error:
        raise _malformed(part, xml[: error.start], "含有无法编码的字符") from None
    except expat.ExpatError as error:
        before = data[: max(parser.ErrorByteIndex, 0)].decode("utf-8", "ignore")
        raise _malformed(part, before, _XML_TROUBLES.get(error.code, str(error))) from None
    return data


_XML_TROUBLES = {7: "标签不成对", 4: "标签写法不对", 3: "内容不完整", 8: "同一属性出现两次"}


def _malformed(part: CompiledPart, before: str, reason: str) -> AppError:
    words = "".join(fragment.partition(">")[2] for fragment in before[-600:].split("<")).strip()
    near = f"「{words[-30:]}」" if words else ""
    message = OUTPUT_MALFORMED.zh.format(part=part.label, place=near, reason=reason)
    problem = Problem("OUTPUT_MALFORMED", message, part.label, part.label)
    return OUTPUT_MALFORMED(part=part.label, place=near, reason=reason, problems=[problem])


def _quoted(message: str) -> str:
    return message.split("'")[-2] if message.count("'") >= 2 else ""


def _unknown(message: str) -> str:
    name = _quoted(message)
    return f"「{name}」" if name else message
