"""Word template in, immutable compiled template out; the only module that knows docxtpl.

docxtpl's tag rewriting (``patch_xml``) is called once per part here. Everything after that is ours: the checked and
rewritten syntax tree is compiled by Jinja in a sandbox, and unchanged members are compressed once.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import cache
from importlib.metadata import version

from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateSyntaxError
from lxml import etree

from formserver.rendering.compiled import (
    TEMPLATE_BROKEN,
    TEMPLATE_FORBIDDEN,
    TEMPLATE_TOO_MUCH,
    CompiledPart,
    CompiledTemplate,
    template_error,
)
from formserver.rendering.formatters import jinja_filters
from formserver.rendering.images import declare_image_types
from formserver.rendering.package import Package, open_package, parse_strict, relationships, rels_name
from formserver.rendering.places import Place, W, number_paragraphs, place_at
from formserver.rendering.rewrite import Refused, refuse_unsafe, rewrite
from formserver.rendering.sandbox import TemplateEnvironment, make_environment
from formserver.rendering.syntax_words import syntax_words
from formserver.rendering.zipwriter import pack_static

ENGINE_VERSION = "1"
DOCXTPL_VERSION = version("docxtpl")
JINJA_VERSION = version("jinja2")
_MAX_TAGS = 20_000
_MAX_UNCLOSED = 100
_MAKES_COLUMNS = re.compile(r"\{[{%]tc |\{%\s*(?:colspan|hm)\b")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BRACES = re.compile(r"[{}%#]{12}")

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
    _refuse_overload(xml, places, label)
    source = DocxTemplate(io.BytesIO()).patch_xml(xml)
    if not any(mark in source for mark in ("{{", "{%", "{#", "{_", "_}")):
        return None
    source = _TAG.sub(lambda tag: tag.group().replace("&amp;", "&"), source)  # docxtpl leaves this entity
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
        raise template_error(
            TEMPLATE_BROKEN, place_at(source, error.lineno, places, label), syntax_words(str(error.message))
        ) from None
    except Refused as error:
        raise template_error(
            TEMPLATE_FORBIDDEN, place_at(source, error.line, places, label), error.message
        ) from None
    except (RecursionError, MemoryError, SyntaxError, OverflowError) as error:
        raise template_error(TEMPLATE_BROKEN, label, f"嵌套过深或过大（{type(error).__name__}）") from None
    return CompiledPart(
        name=name,
        label=label,
        template=template,
        source=source,
        places=places,
        facts=facts,
        on_paper=on_paper,
        plain=plain,
        fits_tables=any(_MAKES_COLUMNS.search(place.text) for place in places),
        has_drawings="<wp:docPr" in source or facts.uses_images,
        rels=package.members.get(rels_name(name)),
    )


def _refuse_overload(xml: str, places: tuple[Place, ...], label: str) -> None:
    """docxtpl's rewriting takes quadratic time on long runs of braces and on many tags that never close.

    Counted both as written in the file and as text, because Word may spread the braces of a tag over several runs.
    """
    if _BRACES.search(xml):
        raise template_error(TEMPLATE_TOO_MUCH, label, "连续的括号过多")
    opened = xml.count("{{") + xml.count("{%")
    closed = xml.count("}}") + xml.count("%}")
    for place in places:
        if _BRACES.search(place.text):
            raise template_error(TEMPLATE_TOO_MUCH, place.words(label), "连续的括号过多")
        opened += place.text.count("{{") + place.text.count("{%")
        closed += place.text.count("}}") + place.text.count("%}")
    if opened > 2 * _MAX_TAGS:
        raise template_error(TEMPLATE_TOO_MUCH, label, f"占位符超过 {_MAX_TAGS} 个")
    if opened > closed + _MAX_UNCLOSED:
        raise template_error(TEMPLATE_TOO_MUCH, label, f"有 {opened - closed} 个占位符没有闭合")


@cache
def _environment() -> TemplateEnvironment:
    return make_environment(jinja_filters())
