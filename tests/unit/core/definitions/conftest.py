import copy
import json
from datetime import UTC, datetime

import pytest

from formserver.core.clock import FixedClock
from formserver.core.definitions.document_type import load_document_type

K = {
    "type": "string",
    "title": "行标识",
    "pattern": "^[0-9a-hjkmnp-tv-z]{8}$",
    "x-widget": "hidden",
    "x-not-printed": True,
}

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "documents/visit_note/v1",
    "title": "走访记录",
    "type": "object",
    "additionalProperties": False,
    "required": ["enterprise", "visited_on", "people", "mode"],
    "x-document": {
        "order": 5,
        "category": "执法文书",
        "purpose": "测试。",
        "lifecycle": "record",
        "numbering": "optional",
        "number_word": "走访",
        "number_pattern": "{organ}{word}〔{year}〕{seq}号",
        "layout": "form",
        "summary": "{/enterprise/name}走访记录",
        "facets": {"enterprise_name": "/enterprise/name", "doc_date": "/visited_on"},
        "sections": [
            {"key": "base", "title": "基本情况"},
            {"key": "extra", "title": "附加", "x-show-when": {"at": "/mode", "is": "现场"}},
        ],
        "slots": [{"key": "sign", "label": "签名", "kind": "signature", "party": "inspectors", "min": 2}],
    },
    "x-checks": [
        {
            "code": "period_order",
            "assert": {"at": "/period_to", "ge": {"at": "/visited_on"}},
            "message": "结束日期早于走访日期，请核对。",
            "at": "/period_to",
        },
        {
            "code": "cert_expired",
            "each": "/people",
            "assert": {"at": "row:valid_to", "ge": {"at": "/visited_on"}},
            "message": "证件在走访当日已过期，请换人。",
            "at": "valid_to",
            "severity": "warning",
        },
        {
            "code": "needs_leader",
            "assert": {"at": "/people/*/role", "has": "组长"},
            "when": {"at": "/people", "empty": False},
            "message": "请指定一名组长。",
            "at": "/people",
        },
    ],
    "properties": {
        "enterprise": {
            "type": "object",
            "title": "单位",
            "x-section": "base",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "title": "名称", "maxLength": 20, "x-source": "enterprise.name"},
                "uscc": {
                    "type": "string",
                    "title": "信用代码",
                    "x-format": "uscc",
                    "x-source": "enterprise.uscc",
                },
            },
        },
        "visited_on": {
            "type": "string",
            "format": "date",
            "title": "走访日期",
            "x-section": "base",
            "x-source": "clock.today",
        },
        "period_to": {"type": "string", "format": "date", "title": "结束日期", "x-section": "base"},
        "mode": {
            "type": "string",
            "title": "方式",
            "enum": ["现场", "书面"],
            "x-section": "base",
            "x-source": "const:现场",
        },
        "items": {
            "type": "array",
            "title": "内容",
            "x-section": "base",
            "items": {"type": "string", "enum": ["计量", "统计", "其他"]},
            "uniqueItems": True,
            "x-facet": "item",
        },
        "other": {
            "type": "string",
            "title": "其他说明",
            "x-section": "base",
            "x-show-when": {"at": "/items", "has": "其他"},
            "x-required-when": {"at": "/items", "has": "其他"},
        },
        "materials": {
            "type": "array",
            "title": "材料",
            "x-section": "base",
            "x-row-title": "材料",
            "x-source": "clauses(materials, /items)",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "_k": {"$ref": "#/$defs/_k"},
                    "seq": {"type": "integer", "title": "序号", "minimum": 1},
                    "name": {"type": "string", "title": "材料名称"},
                },
            },
        },
        "rights": {
            "type": "string",
            "title": "权利告知",
            "x-section": "base",
            "x-source": "clauses(rights)",
            "x-freeze": True,
        },
        "people": {
            "type": "array",
            "title": "人员",
            "x-section": "base",
            "x-row-title": "人员",
            "minItems": 2,
            "x-source": "team[]",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "role"],
                "properties": {
                    "_k": {"$ref": "#/$defs/_k"},
                    "name": {"type": "string", "title": "姓名", "x-source": "team[].name"},
                    "cert": {"type": "string", "title": "执法证号", "x-source": "team[].cert_no"},
                    "valid_to": {"type": "string", "format": "date", "title": "有效期至"},
                    "role": {"type": "string", "title": "分工", "enum": ["组长", "组员"]},
                    "reason": {
                        "type": "string",
                        "title": "理由",
                        "x-show-when": {"at": "row:role", "is": "组员"},
                    },
                },
            },
        },
        "figures": {
            "type": "array",
            "title": "数据",
            "x-section": "extra",
            "x-row-title": "数据",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["product", "value"],
                "properties": {
                    "_k": {"$ref": "#/$defs/_k"},
                    "product": {"type": "string", "title": "产品"},
                    "value": {
                        "type": "string",
                        "format": "decimal",
                        "title": "数值",
                        "x-minimum": "0",
                        "x-maximum": "1000",
                        "x-decimals": 2,
                        "x-measure": "output",
                        "x-measure-row": "product",
                        "x-unit-at": "unit",
                    },
                    "unit": {"type": "string", "title": "单位"},
                },
            },
        },
        "shown": {
            "type": "boolean",
            "title": "已出示证件",
            "x-section": "base",
            "x-must-be": True,
            "default": False,
        },
        "times": {
            "type": "integer",
            "title": "次数",
            "x-section": "base",
            "minimum": 0,
            "maximum": 9,
            "x-unit": "次",
        },
        "started_at": {"type": "string", "format": "date-time", "title": "开始时间", "x-section": "base"},
        "id_type": {"type": "string", "title": "证件类型", "enum": ["身份证", "护照"], "x-section": "base"},
        "id_no": {
            "type": "string",
            "title": "证件号码",
            "x-section": "base",
            "x-format": "id-card",
            "x-format-when": {"at": "/id_type", "is": "身份证"},
            "x-privacy": "mask",
        },
        "phone": {"type": "string", "title": "电话", "x-section": "base", "x-format": "phone"},
        "received_on": {
            "type": "string",
            "format": "date",
            "title": "收到日期",
            "x-section": "base",
            "x-required-at": "served",
        },
    },
    "$defs": {"_k": K},
}

BODY = {
    "enterprise": {"name": "某水泥有限公司", "uscc": "91510000123456788G"},
    "visited_on": "2026-05-06",
    "mode": "现场",
    "items": ["计量"],
    "people": [
        {"_k": "aaaaaaaa", "name": "张三", "cert": "川A001", "role": "组长"},
        {"_k": "bbbbbbbb", "name": "李四", "cert": "川A002", "role": "组员"},
    ],
    "figures": [{"_k": "cccccccc", "product": "熟料", "value": "108.50", "unit": "kgce/t"}],
    "shown": True,
}


@pytest.fixture
def schema():
    return copy.deepcopy(SCHEMA)


@pytest.fixture
def body():
    return copy.deepcopy(BODY)


@pytest.fixture
def dt():
    return load_document_type(SCHEMA)


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 5, 6, 1, 30, tzinfo=UTC))


@pytest.fixture
def tree(tmp_path, schema):
    """A small shipped tree on disk: one type, its template, two libraries, a law, measures."""
    schemas, templates = tmp_path / "schemas", tmp_path / "doc_templates"

    def write(path, data):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    def library(name, edition, kind, items, **more):
        head = {
            "$id": f"clauses/{name}/{edition}",
            "title": name,
            "kind": kind,
            "source": "自拟",
            "confidence": "verified",
        }
        write(
            schemas / f"clauses/{name}/{edition}.json",
            head | {"valid_from": f"{edition}-01", "items": items} | more,
        )

    write(schemas / "documents/visit_note/v1.schema.json", schema)
    write(schemas / "documents/visit_note/sample.json", BODY)
    write(
        schemas / "measures.json",
        {"$id": "measures", "title": "指标", "measures": {"output": {"title": "产量", "unit": "*"}}},
    )
    library(
        "rights",
        "2026-01",
        "text",
        [{"key": "a", "text": "有权申请回避。"}, {"key": "b", "text": "有权陈述申辩。"}],
    )
    rows = [
        {"key": "m1", "name": "计量台账", "items": ["计量"]},
        {"key": "m2", "name": "统计报表", "items": ["统计"]},
    ]
    library("materials", "2026-01", "rows", [*rows, {"key": "m3", "name": "营业执照"}])
    (templates / "visit_note").mkdir(parents=True)
    (templates / "visit_note/v1.docx").write_bytes(b"PK template one")
    return tmp_path
