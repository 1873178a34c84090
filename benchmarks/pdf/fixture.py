"""A three-page notice as an office would write it: title, body, a table, signature lines, page fields."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_BODY = (
    "根据《中华人民共和国节约能源法》和工业节能监察的有关规定，现对你单位能源利用状况、能源计量器具配备、"
    "主要用能设备能效水平和单位产品能耗限额执行情况进行现场监察，请如实提供有关资料，并安排熟悉情况的人员配合。"
)
_ROWS = 30


def three_pages() -> bytes:
    """The docx."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _run(document.add_paragraph(), "工业节能监察通知书", "方正小标宋简体", 22)
    _run(document.add_paragraph(), "示例节能监察〔2026〕001 号", "楷体_GB2312", 16)
    for _ in range(5):
        _run(document.add_paragraph(), _BODY, "仿宋_GB2312", 16)
    table = document.add_table(rows=1, cols=5, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("序号", "设备名称", "型号", "功率 kW", "备注"), strict=True):
        _run(cell.paragraphs[0], text, "黑体", 12)
    for number in range(1, _ROWS + 1):
        values = (str(number), "循环水泵电动机", f"Y2-{number + 200}M", "132.5", "符合 GB 18613—2020")
        for cell, text in zip(table.add_row().cells, values, strict=True):
            _run(cell.paragraphs[0], text, "宋体", 12)
    _run(document.add_paragraph(), "被监察单位负责人（签字）：____________    年  月  日", "仿宋_GB2312", 16)
    footer = section.footer.paragraphs[0]
    for words, code in (("第", "PAGE"), ("页共", "NUMPAGES")):
        _run(footer, words, "宋体", 10)
        _field(footer, code)
    _run(footer, "页", "宋体", 10)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _run(paragraph: Any, text: str, face: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), face)


def _field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "", "separate", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        paragraph.add_run()._element.append(element)
