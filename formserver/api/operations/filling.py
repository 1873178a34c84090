"""Help while a form is filled in: what to compare figures with, what pasted cells mean."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.shapes import TEXT, WHOLE, shape, titled
from formserver.core.document_permissions import DocumentPermission as P
from formserver.documents.cells import read_cells
from formserver.documents.lookup import Lookup
from formserver.documents.references import References
from formserver.web.api import Answer, Call, Operation
from formserver.web.context import service

GROUP: Final = "草稿"
_OWN: Final = shape(
    "OwnFigure",
    "本单位上一年度的数",
    {key: titled(TEXT, word) for key, word in (
        ("value", "数值"), ("unit", "单位"), ("period", "期间"), ("title", "出自哪份文书"), ("url", "页面地址")
    )},
)  # fmt: skip
_MEDIAN: Final = shape(
    "MedianFigure",
    "同行业的中位数",
    {
        "value": titled(TEXT, "数值"),
        "count": titled(WHOLE, "家数"),
        "unit": titled(TEXT, "单位"),
        "period": titled(TEXT, "期间"),
    },
)
REFERENCES: Final = shape(
    "ReferenceValues",
    "对照值",
    {
        "period": titled(TEXT, "核查期间"),
        "before": titled(TEXT, "上一年度"),
        "industry": titled(TEXT, "行业"),
        "values": {
            "type": "array",
            "title": "各处",
            "items": shape(
                "ReferenceValue",
                "一处的对照值",
                {
                    "at": titled(TEXT, "位置（JSON 指针）"),
                    "key": titled(TEXT, "指标"),
                    "product": titled(TEXT, "产品"),
                    "unit": titled(TEXT, "单位"),
                    "own": {"oneOf": [_OWN, {"type": "null"}], "title": "本单位上一年度"},
                    "own_reason": titled(TEXT, "没有时的原因"),
                    "median": {"oneOf": [_MEDIAN, {"type": "null"}], "title": "同行业中位数"},
                    "median_reason": titled(TEXT, "没有时的原因"),
                },
            ),
        },
    },
)
CELLS: Final = shape(
    "ReadCells",
    "认出的单元格",
    {
        "rows": {
            "type": "array",
            "title": "各行",
            "items": {
                "type": "array",
                "items": {"type": "object", "title": "value 和 text，或 raw 和 message"},
            },
        }
    },
)


def _references(call: Call) -> Answer:
    return Answer(service(References).values(call.actor, call.path["document_id"]))


def _cells(call: Call) -> Answer:
    given: dict[str, Any] = call.body
    found = service(Lookup).get(call.actor, call.path["document_id"])
    return Answer({"rows": read_cells(found, given["at"], given["columns"], given["rows"])})


_CELL: Final = titled(TEXT, "单元格")
OPERATIONS: Final = (
    Operation(
        "get_reference_values",
        "GET",
        "/documents/{document_id}/draft/references",
        GROUP,
        "各处数据的对照值：本单位上一年度、同行业中位数",
        P.EDIT,
        _references,
        REFERENCES,
    ),
    Operation(
        "parse_cells",
        "POST",
        "/documents/{document_id}/draft/parse",
        GROUP,
        "从表格粘贴的单元格会被认成什么；不改动草稿",
        P.EDIT,
        _cells,
        CELLS,
        body={
            "type": "object",
            "required": ["at", "columns", "rows"],
            "additionalProperties": False,
            "properties": {
                "at": titled(TEXT, "列表的位置（JSON 指针）", minLength=2, maxLength=500, pattern="^/"),
                "columns": {
                    "type": "array",
                    "title": "各列的字段",
                    "description": "空的列跳过。",
                    "items": titled(TEXT, "字段", maxLength=64),
                },
                "rows": {
                    "type": "array",
                    "title": "各行",
                    "items": {"type": "array", "items": _CELL, "title": "一行"},
                },
            },
        },
    ),
)
