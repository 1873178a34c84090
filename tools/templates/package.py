"""The zip container of a template: the fewest parts Word needs, in a fixed order with fixed times."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

from tools.templates.oxml import W, styles_xml

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH = (2026, 1, 1, 0, 0, 0)
_STAMP = "2026-01-01T00:00:00Z"


def docx(title: str, document: str, footers: Mapping[str, str]) -> bytes:
    """A docx of ``document`` (word/document.xml) and footers by relationship id (``rIdFooter1`` → xml).

    The same input gives the same bytes. Raises lxml's XMLSyntaxError when a part is not well formed.
    """
    parts: dict[str, str] = {
        "[Content_Types].xml": _content_types(len(footers)),
        "_rels/.rels": _package_rels(),
    }
    parts["docProps/core.xml"] = _core(title)
    parts["docProps/app.xml"] = (
        f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>formserver</Application></Properties>"
    )
    parts["word/document.xml"] = document
    parts["word/styles.xml"] = styles_xml()
    parts["word/settings.xml"] = _settings()
    relations = [
        f'<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/>',
        f'<Relationship Id="rIdSettings" Type="{_OFFICE}/settings" Target="settings.xml"/>',
    ]
    for number, (name, xml) in enumerate(footers.items(), 1):
        parts[f"word/footer{number}.xml"] = xml
        relations.append(f'<Relationship Id="{name}" Type="{_OFFICE}/footer" Target="footer{number}.xml"/>')
    parts["word/_rels/document.xml.rels"] = (
        f'{_HEAD}<Relationships xmlns="{_RELS}">{"".join(relations)}</Relationships>'
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            data = xml.encode("utf-8")
            etree.fromstring(data)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return sink.getvalue()


def _content_types(footers: int) -> str:
    overrides = {
        "/word/document.xml": f"{_WML}.document.main+xml",
        "/word/styles.xml": f"{_WML}.styles+xml",
        "/word/settings.xml": f"{_WML}.settings+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    } | {f"/word/footer{n}.xml": f"{_WML}.footer+xml" for n in range(1, footers + 1)}
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/>{listed}</Types>'
    )


def _package_rels() -> str:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return (
        f'{_HEAD}<Relationships xmlns="{_RELS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/extended-properties" Target="docProps/app.xml"/></Relationships>'
    )


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{_STAMP}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{_STAMP}</dcterms:modified></cp:coreProperties>'
    )


def _settings() -> str:
    """Compatibility mode 15 (no "兼容模式" in Word) and Chinese line-breaking."""
    return (
        f'{_HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
        '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders w:val="false"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:useFELayout/>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        "</w:compat></w:settings>"
    )
