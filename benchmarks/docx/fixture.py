"""The published fixtures: one document in three template languages, its data and its schema.

``python -m benchmarks.docx.fixture`` writes them to ``benchmarks/docx/fixtures``; the files are committed so that a
measurement can be repeated on the very same bytes.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Pt

FOLDER = Path(__file__).parent / "fixtures"
SYNTAXES = ("docxtpl", "docxtemplater", "carbone")
COLUMNS = ("name", "model", "power", "amount", "level", "note")
_SENTENCES = (
    "监察人员到达现场后出示了执法证件，说明了监察的依据、内容和程序。",
    "企业能源管理负责人介绍了上一年度能源消费结构和主要用能工序的运行情况。",
    "原料磨、回转窑和水泥磨的电能计量器具均已配备并在检定有效期内。",
    "煤炭进厂计量使用电子汽车衡，入炉计量使用皮带秤，两者之差在允许范围以内。",
    "抽查的十二个月能源消费台账与统计报表一致，原始凭证保存完整。",
    "熟料综合煤耗按国家标准规定的边界和方法计算，未扣除余热发电折算量。",
    "现场查看的用能设备铭牌清晰，型号与设备清单相符，未见列入淘汰目录的产品。",
    "空压机站三台机组由变频控制，夜间低负荷时段仍有一台机组空载运行。",
    "企业制定了年度节能计划和节能技术措施，但责任分解没有落实到班组。",
    "节能目标责任制的考核记录缺少第三季度，企业承诺在规定期限内补充。",
)


@dataclass(frozen=True, slots=True)
class Fixture:
    """How much text and how many values a fixture has."""

    name: str
    paragraphs: int
    fields: int
    rows: int
    filler: int = 0

    def file(self, syntax: str) -> Path:
        """The committed template in one of the SYNTAXES."""
        return FOLDER / f"{self.name}.{syntax}.docx"


RECORD = Fixture("record", paragraphs=40, fields=60, rows=20)
LARGE = Fixture("large", paragraphs=80, fields=200, rows=40, filler=42_000)
FIXTURES = (RECORD, LARGE)


def _field(syntax: str, name: str) -> str:
    return {"docxtpl": f"{{{{ {name} }}}}", "docxtemplater": f"{{{name}}}", "carbone": f"{{d.{name}}}"}[
        syntax
    ]


def build(fixture: Fixture, syntax: str) -> bytes:
    """The template: long paragraphs with fields spread over them, a table, a header and a footer."""
    source = random.Random(20240506)
    document = Document()
    document.styles["Normal"].font.size = Pt(12)
    names = [f"f{index:03}" for index in range(fixture.fields)]
    for number in range(fixture.paragraphs):
        mine = names[number :: fixture.paragraphs]
        paragraph = document.add_paragraph(f"{number + 1}．")
        for sentence in source.sample(_SENTENCES, 4):
            paragraph.add_run(sentence)
            if mine:
                paragraph.add_run(f"经核实为{_field(syntax, mine.pop())}，")
    _table(document, fixture, syntax)
    section = document.sections[0]
    section.header.paragraphs[0].text = f"节能监察现场笔录　{_field(syntax, 'f000')}"
    section.footer.paragraphs[0].text = f"被监察单位：{_field(syntax, 'f001')}　第　页"
    stream = io.BytesIO()
    document.save(stream)
    return _padded(stream.getvalue(), fixture.filler)


def _table(document: Any, fixture: Fixture, syntax: str) -> None:
    extra = {"docxtpl": 2, "docxtemplater": 0, "carbone": 1}[syntax]
    table = document.add_table(rows=2 + extra, cols=len(COLUMNS))
    table.style = "Table Grid"
    for column, title in enumerate(("设备名称", "型号", "功率", "数量", "能效", "备注")):
        table.cell(0, column).text = title
    if syntax == "docxtpl":
        table.cell(1, 0).text = "{%tr for r in rows %}"
        table.cell(3, 0).text = "{%tr endfor %}"
        cells = [(2, f"{{{{ r.{name} }}}}") for name in COLUMNS]
    elif syntax == "docxtemplater":
        cells = [(1, f"{{{name}}}") for name in COLUMNS]
        cells[0] = (1, "{#rows}" + cells[0][1])
        cells[-1] = (1, cells[-1][1] + "{/rows}")
    else:
        cells = [(1, f"{{d.rows[i].{name}}}") for name in COLUMNS]
        for column, name in enumerate(COLUMNS):
            table.cell(2, column).text = f"{{d.rows[i+1].{name}}}"
    for column, (row, text) in enumerate(cells):
        table.cell(row, column).text = text


def _padded(docx: bytes, filler: int) -> bytes:
    """Add incompressible bytes as the thumbnail would be: real templates carry logos and themes."""
    if not filler:
        return docx
    stream = io.BytesIO(docx)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("word/media/logo.jpeg"), random.Random(1).randbytes(filler))
    return stream.getvalue()


def data(fixture: Fixture) -> dict[str, Any]:
    """The values: short Chinese texts, some with characters that XML cares about."""
    source = random.Random(7)
    words = (
        "原料磨电机",
        "浓度<5 mg/m³ & pH>7",
        "2024年5月6日",
        "1,234.56 tce",
        "川节监通〔2024〕12号",
        "张三、李四",
    )
    body: dict[str, Any] = {
        f"f{index:03}": f"{source.choice(words)}{index}" for index in range(fixture.fields)
    }
    body["rows"] = [{name: f"{source.choice(words)}{row}" for name in COLUMNS} for row in range(fixture.rows)]
    return body


def schema(fixture: Fixture) -> dict[str, Any]:
    """The same data as a document type."""
    text = {"type": "string"}
    row = {"type": "object", "title": "设备", "properties": dict.fromkeys(COLUMNS, text)}
    properties: dict[str, Any] = {f"f{index:03}": text for index in range(fixture.fields)}
    return {"type": "object", "properties": {**properties, "rows": {"type": "array", "items": row}}}


def write_all() -> None:
    """Write every template and its data."""
    FOLDER.mkdir(exist_ok=True)
    for fixture in FIXTURES:
        for syntax in SYNTAXES:
            fixture.file(syntax).write_bytes(build(fixture, syntax))
        content = json.dumps(data(fixture), ensure_ascii=False, indent=1)
        (FOLDER / f"{fixture.name}.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_all()
