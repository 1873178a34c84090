"""The parts of a docx that do not depend on its content: styles, settings, relationships, properties.

Faces and sizes follow the templates of ``doc_templates/``: 小标宋 titles, 黑体 headings, 仿宋 text (rendering.fonts).
"""

from __future__ import annotations

from typing import Final

from formserver.rendering.places import W

STYLES: Final = {
    "title": "PaperTitle",
    "subtitle": "PaperSubtitle",
    "heading": "PaperHeading",
    "body": "PaperBody",
    "plain": "PaperPlain",
    "small": "PaperSmall",
    "note": "PaperNote",
    "cell": "PaperCell",
    "fine": "PaperCellFine",
    "gap": "PaperGap",
    "warning": "PaperWarning",
    "footer": "PaperFooter",
}
"""Style by the word the rest of the program uses."""
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _style(word: str, face: str, half_points: int, rest: str, colour: str = "") -> str:
    ink = f'<w:color w:val="{colour}"/>' if colour else ""
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{STYLES[word]}"><w:name w:val="{STYLES[word]}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:snapToGrid w:val="0"/>{rest}</w:pPr><w:rPr>'
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{face}"'
        f' w:cs="Times New Roman" w:hint="eastAsia"/>{ink}<w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )


def _space(before: int, after: int, line: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


_FANG, _HEI, _SONG, _KAI = "仿宋_GB2312", "黑体", "方正小标宋简体", "楷体_GB2312"
_CENTRE: Final = '<w:jc w:val="center"/>'
_STYLES_PART: Final = (
    f'{_XML}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"'
    f' w:hAnsi="Times New Roman" w:eastAsia="{_FANG}" w:cs="Times New Roman" w:hint="eastAsia"/><w:kern w:val="0"/>'
    '<w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault><w:pPr>" + _space(0, 0, 240) + "</w:pPr></w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    + _style("title", _SONG, 36, "<w:keepNext/>" + _space(0, 80, 276) + _CENTRE)
    + _style("subtitle", _KAI, 24, "<w:keepNext/>" + _space(0, 160, 276) + _CENTRE)
    + _style("heading", _HEI, 26, "<w:keepNext/>" + _space(160, 80, 276))
    + _style("body", _FANG, 24, _space(0, 40, 312) + '<w:ind w:firstLineChars="200" w:firstLine="480"/>')
    + _style("plain", _FANG, 24, _space(0, 40, 312))
    + _style("small", _FANG, 21, _space(0, 20, 276))
    + _style("note", _KAI, 18, _space(0, 20, 264))
    + _style("cell", _FANG, 20, _space(0, 0, 240))
    + _style("fine", _FANG, 16, _space(0, 0, 240))
    + _style("gap", _FANG, 8, _space(0, 0, 240))
    + _style("warning", _HEI, 21, _space(0, 0, 240) + _CENTRE, "C00000")
    + _style("footer", _FANG, 18, _space(0, 0, 240) + _CENTRE)
    + "</w:styles>"
)
_SETTINGS_PART: Final = (
    f'{_XML}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:useFELayout/><w:compatSetting'
    ' w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


def fixed_parts(title: str) -> list[tuple[str, bytes]]:
    """The members of the file; ``title`` is escaped already."""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in (
            ("word/document.xml", f"{_WORD}.document.main+xml"),
            ("word/styles.xml", f"{_WORD}.styles+xml"),
            ("word/settings.xml", f"{_WORD}.settings+xml"),
            ("word/header1.xml", f"{_WORD}.header+xml"),
            ("word/footer1.xml", f"{_WORD}.footer+xml"),
            ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        )
    )
    types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    roots = (("rId1", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
             ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"))  # fmt: skip
    inner = [
        (
            f"rId{word.capitalize()}",
            f"{_OFFICE}/relationships/{word}",
            f"{word}{'1' if word[-2:] == 'er' else ''}.xml",
        )
        for word in ("styles", "settings", "header", "footer")
    ]
    core = (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f"{title}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"
    )
    members = (
        ("[Content_Types].xml", types),
        ("_rels/.rels", _relationships(roots)),
        ("docProps/core.xml", core),
        ("word/styles.xml", _STYLES_PART),
        ("word/settings.xml", _SETTINGS_PART),
        ("word/_rels/document.xml.rels", _relationships(inner)),
    )
    return [(name, text.encode()) for name, text in members]


def _relationships(rows: object) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in rows  # type: ignore[attr-defined]
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
