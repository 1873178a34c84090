"""The watermark of previews: put into the template, so that every page of every section carries it.

A preview is compiled from a template changed here and never from the record's own, so a preview cannot be taken
for a rendition.
"""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from lxml import etree

from formserver.rendering.package import open_package, parse_strict, relationships, rels_name
from formserver.rendering.places import W

WATERMARK = "预览 · 未完成"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_HEADER_PART = "word/header_preview.xml"
_HEADER_ID = "rIdPreviewHeader"
_SHAPE = (
    f'<w:r xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    "<w:rPr><w:noProof/></w:rPr><w:pict>"
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
    '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PreviewWaterMark{number}" o:spid="_x0000_s{spid}" type="#_x0000_t136" '
    'style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:80pt;rotation:315;z-index:-251650000;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#c0c0c0" stroked="f">'
    '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string="{text}"/>'
    "</v:shape></w:pict></w:r>"
)


def with_watermark(docx: bytes, text: str = WATERMARK) -> bytes:
    """``docx`` with ``text`` as a watermark behind the text of every page."""
    package = open_package(docx)
    members = dict(package.members)
    main = parse_strict(members[package.main], package.main)
    headers = [name for name in members if package.content_type(name) == _HEADER_TYPE]
    for number, name in enumerate(headers, start=1):
        members[name] = _marked_header(members[name], name, number, text)
    if _add_missing_references(main):
        members[package.main] = _bytes(main)
        members[_HEADER_PART] = _new_header(text)
        members["[Content_Types].xml"] = _declared(members["[Content_Types].xml"])
        rels = rels_name(package.main)
        if not any(relationship.id == _HEADER_ID for relationship in relationships(members, package.main)):
            members[rels] = _related(members.get(rels))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def _add_missing_references(main: etree._Element) -> bool:
    """The first section gets the headers it lacks; later sections inherit them."""
    section = next(main.iter(f"{{{W}}}sectPr"), None)
    if section is None:
        body = main.find(f"{{{W}}}body")
        if body is None:
            return False
        section = etree.SubElement(body, f"{{{W}}}sectPr")
    present = {element.get(f"{{{W}}}type") for element in section.iter(f"{{{W}}}headerReference")}
    missing = [kind for kind in ("default", "first", "even") if kind not in present]
    for kind in missing:
        reference = etree.Element(
            f"{{{W}}}headerReference", {f"{{{W}}}type": kind, f"{{{_R}}}id": _HEADER_ID}
        )
        section.insert(0, reference)
    return bool(missing)


def _shape(number: int, text: str) -> etree._Element:
    xml = _SHAPE.replace("{number}", str(number)).replace("{spid}", str(2000 + number))
    return etree.fromstring(xml.replace("{text}", escape(text, {'"': "&quot;"})))


def _marked_header(data: bytes, name: str, number: int, text: str) -> bytes:
    root = parse_strict(data, name)
    paragraph = next((child for child in root if child.tag == f"{{{W}}}p"), None)
    if paragraph is None or "{" in "".join(str(text) for text in paragraph.itertext()):
        paragraph = etree.SubElement(root, f"{{{W}}}p")  # docxtpl may lift a paragraph with tags out
    paragraph.append(_shape(number, text))
    return _bytes(root)


def _new_header(text: str) -> bytes:
    root = etree.Element(f"{{{W}}}hdr", nsmap={"w": W, "r": _R})
    etree.SubElement(root, f"{{{W}}}p").append(_shape(0, text))
    return _bytes(root)


def _declared(content_types: bytes) -> bytes:
    root = parse_strict(content_types, "[Content_Types].xml")
    etree.SubElement(root, f"{{{_TYPES}}}Override", PartName="/" + _HEADER_PART, ContentType=_HEADER_TYPE)
    return _bytes(root)


def _related(rels: bytes | None) -> bytes:
    root = (
        parse_strict(rels, "rels")
        if rels
        else etree.Element(f"{{{_RELS}}}Relationships", nsmap={None: _RELS})  # type: ignore[dict-item]
    )
    etree.SubElement(
        root, f"{{{_RELS}}}Relationship", Id=_HEADER_ID, Type=f"{_R}/header", Target="/" + _HEADER_PART
    )
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
