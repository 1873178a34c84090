"""A document type nobody wrote code for: its schema, its Word template, its filled sample, as files."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.shared import Mm

KEY: Final = "meter_check"
TITLE: Final = "能源计量器具抽查单"
_FAULTY: Final = {"at": "/result", "is": "部分不合格"}

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"documents/{KEY}/v1",
    "title": TITLE,
    "type": "object",
    "additionalProperties": False,
    "x-document": {
        "order": 95,
        "category": "执法文书",
        "purpose": "现场抽查能源计量器具时逐台记录。",
        "lifecycle": "record",
        "numbering": "never",
        "layout": "form",
        "summary": "{/ent_name}计量器具抽查单",
        "facets": {"enterprise_name": "/ent_name", "uscc": "/ent_uscc", "doc_date": "/checked_on"},
        "sections": [{"key": "basic", "title": "基本情况"}, {"key": "meters", "title": "抽查情况"}],
        "slots": [
            {"key": "ent_sign", "label": "企业签名", "kind": "signature", "party": "enterprise", "min": 1}
        ],
    },
    "required": ["ent_name", "checked_on", "checker", "meters", "rate", "result", "opinion"],
    "properties": {
        "ent_name": {
            "type": "string",
            "title": "被抽查单位",
            "maxLength": 100,
            "x-section": "basic",
            "x-source": "enterprise.name",
            "x-freeze": True,
        },
        "ent_uscc": {
            "type": "string",
            "title": "统一社会信用代码",
            "maxLength": 30,
            "x-section": "basic",
            "x-format": "uscc",
            "x-source": "enterprise.uscc",
        },
        "checked_on": {
            "type": "string",
            "format": "date",
            "title": "抽查日期",
            "x-section": "basic",
            "x-source": "clock.today",
        },
        "checker": {
            "type": "string",
            "title": "抽查人",
            "maxLength": 50,
            "x-section": "basic",
            "x-source": "user.name",
        },
        "meters": {
            "type": "array",
            "title": "抽查的器具",
            "minItems": 1,
            "x-section": "meters",
            "x-row-title": "器具",
            "x-widget": "table",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "count"],
                "properties": {
                    "_k": {"$ref": "#/$defs/_k"},
                    "name": {"type": "string", "title": "器具名称", "maxLength": 60},
                    "place": {"type": "string", "title": "安装地点", "maxLength": 60},
                    "count": {"type": "integer", "title": "台数", "minimum": 1, "maximum": 9999},
                },
            },
        },
        "rate": {
            "type": "string",
            "format": "decimal",
            "title": "配备率",
            "x-unit": "%",
            "x-minimum": "0",
            "x-maximum": "100",
            "x-decimals": 1,
            "x-measure": "meter_rate",
            "x-section": "meters",
        },
        "result": {
            "type": "string",
            "title": "抽查结果",
            "enum": ["全部合格", "部分不合格"],
            "x-widget": "radio",
            "x-section": "meters",
            "x-facet": "meter_result",
        },
        "fault_note": {
            "type": "string",
            "title": "不合格情况",
            "maxLength": 2000,
            "x-widget": "textarea",
            "x-section": "meters",
            "x-show-when": _FAULTY,
            "x-required-when": _FAULTY,
        },
        "opinion": {
            "type": "string",
            "title": "企业意见",
            "maxLength": 200,
            "x-section": "meters",
            "x-required-at": "signed",
        },
    },
    "$defs": {},
}

SAMPLE: Final[dict[str, Any]] = {
    "ent_name": "川西水泥有限公司",
    "ent_uscc": "91510000123456788G",
    "checked_on": "2026-11-17",
    "checker": "陈志远、何雨桐",
    "meters": [
        {"_k": "k3v9t2ab", "name": "三相电能表", "place": "110kV 总降", "count": 12},
        {"_k": "k3v9t2ac", "name": "皮带秤 < 0.5 级 & 煤粉秤", "place": "𠮷字号窑头", "count": 4},
    ],
    "rate": "98.5",
    "result": "部分不合格",
    "fault_note": "3号皮带秤检定证书超过有效期。\n已责令当场送检。",
}


def add_ninth_type(schemas: Path, templates: Path, **changes: Any) -> None:
    """Put the files of the type into two folders; ``changes`` lie over the top level of the schema."""
    folder = schemas / "documents" / KEY
    folder.mkdir()
    common = json.loads((schemas / "parts/common.json").read_text(encoding="utf-8"))
    schema = {**copy.deepcopy(SCHEMA), "$defs": {"_k": common["$defs"]["_k"]}, **changes}
    write(folder / "v1.schema.json", schema)
    write(folder / "sample.json", SAMPLE)
    (templates / KEY).mkdir()
    template(templates / KEY / "v1.docx")


def write(path: Path, data: Any) -> None:
    """JSON as people keep it."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def template(path: Path) -> None:
    """What a maintainer makes in Word: a heading, a table whose row repeats, a paragraph that may be absent."""
    paper = Document()
    paper.sections[0].page_width, paper.sections[0].page_height = Mm(210), Mm(297)
    paper.add_heading(TITLE, 1)
    paper.add_paragraph("单位：{{ ent_name }}（{{ ent_uscc }}）　日期：{{ checked_on | date_cn }}")
    table = paper.add_table(rows=4, cols=3)
    for cell, text in zip(table.rows[0].cells, ("器具名称", "安装地点", "台数"), strict=True):
        cell.text = text
    table.rows[1].cells[0].text = "{%tr for m in meters %}"
    for cell, name in zip(table.rows[2].cells, ("name", "place", "count"), strict=True):
        cell.text = f"{{{{ m.{name} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    paper.add_paragraph("配备率：{{ rate | unit('%') }}　结果：{{ result | checkbox }}")
    paper.add_paragraph("{%p if result == '部分不合格' %}")
    paper.add_paragraph("{{ fault_note }}")
    paper.add_paragraph("{%p endif %}")
    paper.add_paragraph(
        "抽查人：{{ checker }}　企业意见：{{ opinion }}　签名：{{ image('ent_sign', width_mm=30) }}"
    )
    paper.save(str(path))
