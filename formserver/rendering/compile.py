"""Word template in, immutable compiled template out; the only module that knows docxtpl.

docxtpl's tag rewriting (``patch_xml``) is called once per part here. Everything after that is ours: the checked and
rewritten syntax tree is compiled by Jinja in a sandbox, unchanged members are compressed once, and a render only runs
the template, checks the result strictly and writes the changed parts.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import count, islice
from typing import Any
from xml.parsers import expat

from docxtpl import DocxTemplate
from jinja2.environment import Template
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from lxml import etree

from formserver.core.errors import AppError, Kind, Problem, error_code
from formserver.rendering.context import plain_values
from formserver.rendering.emission import BoundExceeded, Budget, Entry, Recorder, ValueTrouble
from formserver.rendering.formatters import jinja_filters
from formserver.rendering.images import ImageShelf, declare_image_types
from formserver.rendering.package import Package, open_package, parse_strict, relationships, rels_name
from formserver.rendering.places import Place, W, number_paragraphs, place_at
from formserver.rendering.postprocess import fit_tables, number_drawings, split_paragraphs
from formserver.rendering.rewrite import Facts, Refused, refuse_unsafe, rewrite
from formserver.rendering.sandbox import TemplateEnvironment, make_environment
from formserver.rendering.zipwriter import StaticMembers, pack_static, write_zip

ENGINE_VERSION = "1"
DOCXTPL_VERSION = version("docxtpl")
JINJA_VERSION = version("jinja2")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CHUNK = 1024
_FIRST_DRAWING = 1001
_MAX_TAGS = 20_000

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

_PART_LABELS = {
    "document.main+xml": "正文",
    "wordprocessingml.header+xml": "页眉",
    "wordprocessingml.footer+xml": "页脚",
    "wordprocessingml.footnotes+xml": "脚注",
    "wordprocessingml.endnotes+xml": "尾注",
    "wordprocessingml.comments+xml": "批注",
    "core-properties+xml": "文档属性",
    "custom-properties+xml": "自定义属性",
}
_PLAIN_LABELS = ("文档属性", "自定义属性")
DOCUMENT_PARTS = tuple(kind for kind, label in _PART_LABELS.items() if label not in _PLAIN_LABELS)


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


def compile_template(docx: bytes) -> CompiledTemplate:
    """Read, check and compile ``docx``. Raises TEMPLATE_UNSAFE, TEMPLATE_BROKEN or TEMPLATE_FORBIDDEN (Invalid)."""
    package = open_package(docx)
    on_paper = _parts_on_paper(package)
    parts: list[CompiledPart] = []
    for name in package.members:
        label = part_label(name, package.content_type(name))
        part = _compile_part(package, name, label, name in on_paper) if label else None
        if part is not None:
            parts.append(part)
    dynamic = {part.name for part in parts}
    with_images = [part.name for part in parts if part.facts.uses_images]
    dynamic |= {rels_name(name) for name in with_images}
    members = {name: data for name, data in package.members.items() if name not in dynamic}
    if with_images:
        members["[Content_Types].xml"] = declare_image_types(members["[Content_Types].xml"])
    return CompiledTemplate(
        docx=docx,
        sha256=hashlib.sha256(docx).hexdigest(),
        parts=tuple(parts),
        static=pack_static(sorted(members.items(), key=_member_order)),
        static_hashes={name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    )


def part_label(name: str, content_type: str) -> str:
    """What a part is called in messages: 正文, 页眉2, 脚注; "" for parts without placeholders."""
    label = next((word for kind, word in _PART_LABELS.items() if content_type.endswith(kind)), "")
    number = "".join(filter(str.isdecimal, name.rpartition("/")[2]))
    return label + number if label in ("页眉", "页脚") else label


def _member_order(member: tuple[str, bytes]) -> tuple[int, str]:
    """Content types first, then the package's relationships, then Word's parts: what file-type sniffers expect."""
    name = member[0]
    first = ("[Content_Types].xml", "_rels/.rels")
    return (first.index(name), name) if name in first else (2 if name.startswith("word/") else 3, name)


def _parts_on_paper(package: Package) -> set[str]:
    """The main part, the headers and footers some section refers to, footnotes and endnotes."""
    names = {package.main}
    root = parse_strict(package.members[package.main], package.main)
    used = {
        value
        for tag in ("headerReference", "footerReference")
        for element in root.iter(f"{{{W}}}{tag}")
        for key, value in element.attrib.items()
        if str(key).endswith("}id")
    }
    folder = package.main.rpartition("/")[0]
    for relationship in relationships(package.members, package.main):
        kind = relationship.type.rsplit("/", 1)[-1]
        target = relationship.target
        name = target[1:] if target.startswith("/") else f"{folder}/{target}" if folder else target
        if kind in ("footnotes", "endnotes") or relationship.id in used:
            names.add(name)
    return names


def _compile_part(package: Package, name: str, label: str, on_paper: bool) -> CompiledPart | None:
    root = parse_strict(package.members[name], name)
    plain = label in _PLAIN_LABELS
    if not plain and root.nsmap.get("w") != W:
        raise TEMPLATE_BROKEN(place=label, reason="请用 Word 或 WPS 另存为普通的 .docx（不要用 Strict 格式）")
    places = () if plain else tuple(number_paragraphs(root))
    xml = etree.tostring(root, encoding="unicode")
    if "{" not in xml:
        return None
    source = DocxTemplate(io.BytesIO()).patch_xml(xml)
    if not any(mark in source for mark in ("{{", "{%", "{#", "{_", "_}")):
        return None
    if source.count("{{") + source.count("{%") > _MAX_TAGS:
        raise TEMPLATE_TOO_MUCH(place=label, reason=f"占位符超过 {_MAX_TAGS} 个")
    source = source.replace("<w:p ", "\n<w:p ").replace("<w:p>", "\n<w:p>")
    environment = _environment()
    filename = f"<{name}>"
    try:
        tree = environment.parse(source, name, filename)
        refuse_unsafe(tree)
        tree, facts = rewrite(tree, plain=plain)
        code = environment.compile(tree, name, filename)
        template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    except TemplateSyntaxError as error:
        raise _broken(
            TEMPLATE_BROKEN, place_at(source, error.lineno, places, label), str(error.message)
        ) from None
    except Refused as error:
        raise _broken(
            TEMPLATE_FORBIDDEN, place_at(source, error.line, places, label), error.message
        ) from None
    except (RecursionError, MemoryError, SyntaxError, OverflowError) as error:
        raise _broken(TEMPLATE_BROKEN, label, f"嵌套过深或过大（{type(error).__name__}）") from None
    texts = [place.text for place in places]
    return CompiledPart(
        name=name,
        label=label,
        template=template,
        source=source,
        places=places,
        facts=facts,
        on_paper=on_paper,
        plain=plain,
        fits_tables=any(mark in text for text in texts for mark in ("{%tc", "{{tc", "colspan", "hm")),
        has_drawings="<wp:docPr" in source or facts.uses_images,
        rels=package.members.get(rels_name(name)),
    )


def _broken(code: Any, place: str, reason: str) -> AppError:
    message = code.zh.format(place=place, reason=reason)
    error: AppError = code(place=place, reason=reason, problems=[Problem(code.code, message, place)])
    return error


@cache
def _environment() -> TemplateEnvironment:
    return make_environment(jinja_filters())


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
        raise _broken(TEMPLATE_UNKNOWN_NAME, part.place_of(error, _quoted(words)), _unknown(words)) from None
    except SecurityError as error:
        raise _broken(TEMPLATE_FORBIDDEN, part.place_of(error), str(error.message)) from None
    except (BoundExceeded, RecursionError, MemoryError, OverflowError) as error:
        reason = str(error) if isinstance(error, BoundExceeded) else "运算过大或嵌套过深"
        raise _broken(TEMPLATE_TOO_MUCH, part.place_of(error), reason) from None
    except (TemplateError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
        raise _broken(TEMPLATE_BROKEN, part.place_of(error), str(error)) from None
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
    try:
        if part.fits_tables:
            xml = fit_tables(xml)
        if part.has_drawings:
            xml = number_drawings(xml, drawings)
        data = (_DECLARATION + xml).encode("utf-8")
        expat.ParserCreate().Parse(data, True)
    except (expat.ExpatError, etree.XMLSyntaxError, UnicodeEncodeError) as error:
        reason = str(error)
        place = _near(xml, getattr(error, "offset", 0) if isinstance(error, expat.ExpatError) else 0)
        raise OUTPUT_MALFORMED(
            part=part.label, place=place, reason=reason,
            problems=[Problem("OUTPUT_MALFORMED", f"模板生成的{part.label}不是合格的 Word 内容：{reason}", part.label)],
        ) from None  # fmt: skip
    return RenderedPart(part, xml, data, recorder.entries)


def _near(xml: str, offset: int) -> str:
    piece = xml[max(0, offset - 400) : offset]
    words = "".join(fragment.partition(">")[2] for fragment in piece.split("<")).strip()
    return f"「{words[-30:]}」" if words else ""


def _quoted(message: str) -> str:
    return message.split("'")[-2] if message.count("'") >= 2 else ""


def _unknown(message: str) -> str:
    name = _quoted(message)
    return f"「{name}」" if name else message
