"""WordprocessingML as strings: runs, paragraphs and the paragraph styles of Chinese official papers.

Sizes are points, widths millimetres. Every style names its East-Asian face, so that Word, WPS and LibreOffice agree;
Latin letters and digits are Times New Roman. Facts of GB/T 9704-2012: A4, body 3号 仿宋, 22 lines of 28 characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

SONG, FANG, KAI, HEI, BIAO = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"

SIZES = {
    "二号": 22.0,
    "小二": 18.0,
    "三号": 16.0,
    "小三": 15.0,
    "四号": 14.0,
    "小四": 12.0,
    "五号": 10.5,
    "小五": 9.0,
}

GONGWEN_LINE = 28.95
"""Points between lines: 225 mm of type area over 22 lines."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Align = Literal["left", "both", "center", "right", "distribute"]


class Xml(str):
    """Text that is markup already and must not be escaped again."""

    __slots__ = ()


def twips(mm: float) -> int:
    """Millimetres as twentieths of a point."""
    return round(mm * 1440 / 25.4)


@dataclass(frozen=True, slots=True)
class Style:
    """A named paragraph style.

    ``indent`` is the first line's indent and ``left``/``right`` the paragraph's, all in characters of its own size;
    ``hang`` makes the first line stand out to the left. ``line`` is an exact pitch in points, ``times`` a multiple.
    ``rule`` colours a line under the paragraph.
    """

    east: str = FANG
    size: float = 16.0
    bold: bool = False
    align: Align = "both"
    indent: float = 0
    left: float = 0
    right: float = 0
    hang: float = 0
    line: float | None = None
    times: float | None = None
    before: float = 0
    after: float = 0
    keep_next: bool = False
    keep_lines: bool = False
    color: str | None = None
    rule: str | None = None


_G = GONGWEN_LINE

STYLES: dict[str, Style] = {
    # 公文式 (GB/T 9704). 28 characters in 156 mm would need 0.2 pt less between them, but LibreOffice 7.4 drops
    # punctuation at the end of justified lines with negative spacing: a line of 27 loses nothing.
    "公文正文": Style(indent=2, line=_G),
    "公文顶格": Style(line=_G, align="left", keep_next=True),
    "公文标题": Style(BIAO, 22, align="center", line=32, keep_next=True),
    "发文机关标志": Style(BIAO, 30, align="center", line=42, color="C00000", keep_next=True),
    "发文字号": Style(align="center", line=_G, before=8, keep_next=True, rule="C00000"),
    "一级标题": Style(HEI, 16, indent=2, line=_G, align="left", keep_next=True),
    "二级标题": Style(KAI, 16, indent=2, line=_G, align="left", keep_next=True),
    "公文列项": Style(indent=2, line=_G),
    "附件说明": Style(left=5, hang=3, line=_G, align="left"),
    "附件次行": Style(left=5, line=_G, align="left"),
    "落款": Style(left=13, line=_G, align="center", keep_next=True, keep_lines=True),
    "落款日期": Style(left=13, line=_G, align="center", keep_lines=True),
    "附件标记": Style(HEI, 16, line=_G, align="left", keep_next=True),
    "告知正文": Style(FANG, 12, indent=2, line=19),
    "告知标题": Style(HEI, 12, indent=2, line=20, before=4, align="left", keep_next=True),
    "空行": Style(line=_G, keep_next=True),
    # 表格式、笔录式
    "机关名称": Style(SONG, 18, align="center", bold=True, line=26, keep_next=True),
    "文书标题": Style(BIAO, 22, align="center", line=34, before=2, after=6, keep_next=True),
    "文书编号": Style(FANG, 12, align="right", line=20, after=4, keep_next=True),
    "表名": Style(HEI, 12, align="left", line=22, before=6, after=2, keep_next=True),
    "格标": Style(FANG, 12, align="center", line=18),
    "格内": Style(FANG, 12, align="left", line=18),
    "格中": Style(FANG, 12, align="center", line=18),
    "格右": Style(FANG, 12, align="right", line=18),
    "格文": Style(FANG, 12, indent=2, line=19),
    "格条款": Style(FANG, 11, indent=2, line=17, keep_lines=True),
    "格题": Style(HEI, 12, align="left", line=19, keep_next=True),
    "格标小": Style(FANG, 10.5, align="center", line=15),
    "格内小": Style(FANG, 10.5, align="left", line=15),
    "格中小": Style(FANG, 10.5, align="center", line=15),
    "格右小": Style(FANG, 10.5, align="right", line=15),
    "格标细": Style(FANG, 9, align="center", line=12.5),
    "格内细": Style(FANG, 9, align="left", line=12.5),
    "格中细": Style(FANG, 9, align="center", line=12.5),
    "格右细": Style(FANG, 9, align="right", line=12.5),
    "笔录正文": Style(FANG, 14, indent=2, line=25),
    "笔录顶格": Style(FANG, 14, line=25),
    "笔录问": Style(FANG, 14, left=2, hang=2, line=25, keep_next=True),
    "笔录答": Style(FANG, 14, left=2, hang=2, line=25),
    "笔录标题": Style(HEI, 14, indent=2, line=25, align="left", keep_next=True),
    "信函正文": Style(FANG, 15, indent=2, line=28),
    "信函顶格": Style(FANG, 15, line=28, align="left", keep_next=True),
    "落款行": Style(FANG, 14, times=1, before=9, align="left", keep_next=True),
    "信函标题": Style(HEI, 15, indent=2, line=28, align="left", keep_next=True),
    "填写说明": Style(FANG, 10.5, line=16, align="left"),
    "以下空白": Style(FANG, 12, align="center", line=20),
    # 版面
    "缝": Style(FANG, 2, line=3, align="left"),
    "页脚": Style(SONG, 9, line=12, align="left", color="404040"),
    "页脚中": Style(SONG, 9, line=12, align="center", color="404040"),
    "页脚右": Style(SONG, 9, line=12, align="right", color="404040"),
    "页码": Style(SONG, 14, line=16, align="right"),
    "签名栏": Style(FANG, 12, line=18, align="left"),
    "图": Style(FANG, 12, times=1, align="left"),
}
"""Paragraph styles by the Chinese name a maintainer sees in Word's style list."""


def attributes(**values: str | int | None) -> str:
    """``w:`` attributes of those that are not None."""
    return "".join(f' w:{k}="{v}"' for k, v in values.items() if v is not None)


def _fonts(east: str, latin: str = LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}" w:hint="eastAsia"/>'


def run_properties(
    east: str | None = None,
    size: float | None = None,
    *,
    bold: bool = False,
    underline: bool = False,
    color: str | None = None,
    spacing: int = 0,
    latin: str = LATIN,
) -> str:
    """The inside of ``w:rPr`` in schema order."""
    return "".join(
        (
            _fonts(east, latin) if east else "",
            "<w:b/><w:bCs/>" if bold else "",
            f'<w:color w:val="{color}"/>' if color else "",
            f'<w:spacing w:val="{spacing}"/>' if spacing else "",
            f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else "",
            '<w:u w:val="single"/>' if underline else "",
        )
    )


def run(
    text: str,
    *,
    east: str | None = None,
    size: float | None = None,
    bold: bool = False,
    underline: bool = False,
    color: str | None = None,
    spacing: int = 0,
) -> Xml:
    """One run; a tab in ``text`` becomes a tab, a newline a line break. Keep a whole placeholder in one run."""
    props = run_properties(east, size, bold=bold, underline=underline, color=color, spacing=spacing)
    hint = "" if east else '<w:rFonts w:hint="eastAsia"/>'
    body = "".join(
        {"\t": "<w:tab/>", "\n": "<w:br/>"}.get(part)
        or (f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "")
        for part in _split(text)
    )
    return Xml(f"<w:r><w:rPr>{hint}{props}</w:rPr>{body}</w:r>")


def _split(text: str) -> list[str]:
    parts = [""]
    for char in text:
        if char in "\t\n":
            parts += [char, ""]
        else:
            parts[-1] += char
    return parts


def field(instruction: str) -> Xml:
    """A Word field such as ``PAGE`` or ``NUMPAGES``."""
    return Xml(f'<w:fldSimple w:instr=" {instruction} ">{run("1")}</w:fldSimple>')


def page_line() -> Xml:
    """第 X 页 共 Y 页, counted by Word."""
    return Xml(run("第 ") + field("PAGE") + run(" 页  共 ") + field("NUMPAGES") + run(" 页"))


def para(
    *parts: str,
    style: str = "公文正文",
    align: Align | None = None,
    keep_next: bool = False,
    page_break: bool = False,
    before: float | None = None,
    after: float | None = None,
    tabs: tuple[tuple[float, str], ...] = (),
    right: float = 0,
) -> Xml:
    """A paragraph of plain strings and runs. ``tabs`` are (millimetres, left|center|right); ``right`` characters."""
    if style not in STYLES:
        raise KeyError(f"no paragraph style {style}")
    look = STYLES[style]
    tab_xml = "".join(f'<w:tab w:val="{kind}" w:pos="{twips(mm)}"/>' for mm, kind in tabs)
    gap = attributes(
        before=None if before is None else round(before * 20),
        after=None if after is None else round(after * 20),
    )
    props = "".join(
        (
            f'<w:pStyle w:val="{style_id(style)}"/>',
            "<w:keepNext/>" if keep_next else "",
            "<w:pageBreakBefore/>" if page_break else "",
            f"<w:tabs>{tab_xml}</w:tabs>" if tab_xml else "",
            f"<w:spacing{gap}/>" if gap else "",
            f'<w:ind w:rightChars="{round(right * 100)}" w:right="{round(right * look.size * 20)}"/>'
            if right
            else "",
            f'<w:jc w:val="{align}"/>' if align else "",
        )
    )
    inside = "".join(part if isinstance(part, Xml) else run(part) for part in parts)
    return Xml(f"<w:p><w:pPr>{props}</w:pPr>{inside}</w:p>")


def style_id(name: str) -> str:
    """The ASCII identifier of a style, made of its name's code points."""
    return "F" + "".join(f"{ord(c):04X}" for c in name)


def styles_xml() -> str:
    """word/styles.xml: defaults, table and footer basics, and every style of :data:`STYLES`."""
    out = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault>'
        f'<w:rPr>{_fonts(FANG)}<w:kern w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    ]
    out += [_style_xml(name, look) for name, look in STYLES.items()]
    out.append("</w:styles>")
    return "".join(out)


def _style_xml(name: str, look: Style) -> str:
    if look.line is not None:
        pitch = attributes(line=round(look.line * 20), lineRule="exact")
    elif look.times is not None:
        pitch = attributes(line=round(look.times * 240), lineRule="auto")
    else:
        pitch = ""
    spacing = attributes(before=round(look.before * 20), after=round(look.after * 20)) + pitch
    unit = look.size * 20

    def chars(**values: float) -> str:
        return "".join(
            attributes(**{f"{k}Chars": round(v * 100), k: round(v * unit)}) for k, v in values.items() if v
        )

    border = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="8" w:color="{look.rule}"/></w:pBdr>'
        if look.rule
        else ""
    )
    indent = chars(left=look.left, right=look.right, firstLine=look.indent, hanging=look.hang)
    props = "".join(
        (
            "<w:keepNext/>" if look.keep_next else "",
            "<w:keepLines/>" if look.keep_lines else "",
            '<w:widowControl w:val="0"/>' if look.line == _G and not look.keep_lines else "<w:widowControl/>",
            border,
            '<w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>',
            "" if look.line == _G else '<w:snapToGrid w:val="0"/>',
            f"<w:spacing{spacing}/>",
            f"<w:ind{indent}/>" if indent else "",
            f'<w:jc w:val="{look.align}"/>',
        )
    )
    face = run_properties(look.east, look.size, bold=look.bold, color=look.color)
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{props}</w:pPr><w:rPr>{face}</w:rPr></w:style>'
    )
