"""Ladder prices and efficiency grades: what there is, and one question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formserver.api.shapes import FREE, TEXT, shape, titled
from formserver.calculation.grade_asking import asked_for
from formserver.calculation.grade_model import GradeRequest, GradeState, GradeTable
from formserver.calculation.model import Input
from formserver.calculation.requests import REQUEST_FAULTY
from formserver.calculation.results import as_json
from formserver.calculation.tariff_asking import asked
from formserver.calculation.tariff_model import TariffRequest, TariffState
from formserver.calculators.grades_service import Grades
from formserver.calculators.ladder_service import Ladders
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.definitions.grammar import ILLEGAL
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

GROUP: Final = "计算"
_OPEN: Final = {"type": ["string", "null"]}
_LIST: Final = {"type": "array", "items": FREE}
_DAY: Final = {
    "type": "string",
    "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$",
    "description": "年-月-日",
    "examples": ["2025-01-01"],
}
_NAME: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}
_INPUTS: Final = {
    "type": "object",
    "title": "数据（文本）",
    "maxProperties": 50,
    "additionalProperties": {"type": ["string", "integer", "boolean"], "maxLength": 200},
}
ASKED: Final = shape(
    "ToolInput",
    "需要的数据",
    {
        "key": titled(TEXT, "键"),
        "title": titled(TEXT, "名称"),
        "kind": {"type": "string", "enum": ["decimal", "choice", "boolean", "date", "text"], "title": "种类"},
        "unit": titled(TEXT, "单位"),
        "required": titled({"type": "boolean"}, "必填"),
        "choices": titled(_LIST, "选项"),
        "help": titled(TEXT, "说明"),
    },
)
TARIFF: Final = shape(
    "Tariff",
    "电价规则的一个版次",
    {
        "tariff": titled(TEXT, "规则（键）"),
        "edition": titled(TEXT, "版次"),
        "title": titled(TEXT, "名称"),
        "scheme": titled(TEXT, "种类"),
        "region": titled(TEXT, "适用地区；空为全国"),
        "number": titled(TEXT, "文号"),
        "valid_from": titled(TEXT, "起始日"),
        "valid_to": titled(_OPEN, "最后一日"),
        "inputs": {"type": "array", "items": ASKED, "title": "需要的数据"},
        "unknown": {"type": "array", "items": TEXT, "title": "尚不清楚的事"},
    },
)
TARIFF_REQUEST: Final = {
    "x-name": "TariffRequest",
    "title": "一项电价核算",
    "type": "object",
    "additionalProperties": False,
    "required": ["tariff", "start", "end"],
    "properties": {
        "tariff": titled(_NAME, "规则（键）"),
        "start": titled(_DAY, "用电期间起"),
        "end": titled(_DAY, "用电期间止"),
        "region": titled(TEXT, "企业所在地", maxLength=100),
        "edition": titled(TEXT, "版次；不写时由地区和期间决定", maxLength=100),
        "inputs": _INPUTS,
    },
}
TARIFF_RESULT: Final = {
    "x-name": "TariffResult",
    "title": "电价核算结果",
    "description": "数值都是十进制文本；state 为“已算定”的才可作为应缴金额。",
    "type": "object",
    "required": ["state", "tier", "rate", "due", "steps", "troubles", "unconfirmed", "definitions"],
    "properties": {
        "state": {"type": "string", "enum": [one.value for one in TariffState], "title": "状态"},
        "tier": titled(TEXT, "档次"),
        "rate": titled(_OPEN, "加价标准，元/kWh"),
        "due": titled(_OPEN, "应缴，元，未修约"),
        "due_fen": titled(_OPEN, "应缴，修约到分"),
        "difference": titled(_OPEN, "应缴减实缴"),
        "steps": titled(_LIST, "步骤"),
        "troubles": titled(_LIST, "需要处理的问题"),
        "unconfirmed": titled(_LIST, "待确认的数值"),
        "definitions": {"type": "array", "title": "所依据的定义及其校验值"},
    },
}
TABLE: Final = shape(
    "GradeTable",
    "能效等级表",
    {
        "table": titled(TEXT, "设备种类（键）"),
        "edition": titled(TEXT, "版本"),
        "title": titled(TEXT, "设备种类"),
        "standard": titled(TEXT, "标准号"),
        "valid_from": titled(_OPEN, "施行日"),
        "rows": titled({"type": "integer"}, "表中的行数"),
        "inputs": {"type": "array", "items": ASKED, "title": "需要的数据"},
        "unknown": {"type": "array", "items": TEXT, "title": "尚不清楚的事"},
    },
)
GRADE_REQUEST: Final = {
    "x-name": "GradeRequest",
    "title": "一台设备",
    "type": "object",
    "additionalProperties": False,
    "required": ["table", "on"],
    "properties": {
        "table": titled(_NAME, "设备种类（键）"),
        "on": titled(_DAY, "适用日期"),
        "edition": titled(TEXT, "版本；不写时由日期决定", maxLength=100),
        "inputs": _INPUTS,
    },
}
GRADE_RESULT: Final = {
    "x-name": "GradeResult",
    "title": "能效等级",
    "type": "object",
    "required": ["state", "grade", "passes", "standard", "row", "criteria", "troubles", "unconfirmed"],
    "properties": {
        "state": {"type": "string", "enum": [one.value for one in GradeState], "title": "状态"},
        "grade": titled(TEXT, "等级；空为未定"),
        "passes": titled({"type": ["boolean", "null"]}, "是否达到能效限定值"),
        "standard": titled(TEXT, "标准号"),
        "row": titled(TEXT, "表中的行"),
        "criteria": titled(_LIST, "判定项目"),
        "troubles": titled(_LIST, "需要处理的问题"),
        "unconfirmed": titled(_LIST, "待确认的数值"),
    },
}


def _input(one: Input) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "unit": one.unit,
        "required": one.required,
        "choices": [{"value": choice.value, "title": choice.title} for choice in one.choices],
        "help": one.help,
    }


def _tariffs(_call: Call) -> Answer:
    library = service(Ladders).library
    items = [
        {
            "tariff": one.name,
            "edition": one.edition,
            "title": one.title,
            "scheme": one.scheme,
            "region": one.region,
            "number": one.number,
            "valid_from": one.valid_from.isoformat(),
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            "inputs": [_input(item) for item in asked(one)],
            "unknown": list(one.unknown),
        }
        for name in library.names()
        for one in library.editions(name)
    ]
    return Answer({"items": items})


def _tables(_call: Call) -> Answer:
    library = service(Grades).library
    items = [
        {
            "table": one.name,
            "edition": one.edition,
            "title": one.title,
            "standard": one.standard,
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
            "rows": len(one.rows),
            "inputs": [_input(item) for item in asked_for(one, _widest(one))],
            "unknown": list(one.unknown),
        }
        for name in library.names()
        for one in library.editions(name)
    ]  # fmt: skip
    return Answer({"items": items})


def _widest(table: GradeTable) -> dict[str, str]:
    """Choices for which everything is asked: those that other keys wait for."""
    return {key: values[0] for one in table.keys for key, values in one.only_for.items()}


def _assess(call: Call) -> Answer:
    body = call.body
    request = TariffRequest(
        body["tariff"],
        _day(body["start"], "start"),
        _day(body["end"], "end"),
        ILLEGAL.sub("", body.get("region", "")),
        body.get("edition", ""),
        _texts(body.get("inputs", {})),
    )
    return Answer(as_json(service(Ladders).assess(call.actor, request)))


def _grade(call: Call) -> Answer:
    body = call.body
    request = GradeRequest(
        body["table"], _day(body["on"], "on"), _texts(body.get("inputs", {})), body.get("edition", "")
    )
    return Answer(as_json(service(Grades).grade(call.actor, request)))


def _texts(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(key): str(value).lower() if isinstance(value, bool) else ILLEGAL.sub("", str(value))
        for key, value in inputs.items()
    }


def _day(text: str, key: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise REQUEST_FAULTY(reason=f"{key} 不是日期") from None


_USE: Final = CalculatorPermission.USE
OPERATIONS: Final = (
    Operation(
        "list_tariffs", "GET", "/tariffs", GROUP, "阶梯电价、差别电价规则：版次、地区、需要的数据", _USE,
        _tariffs, page_of(TARIFF, "规则"),
    ),
    Operation(
        "evaluate_tariff", "POST", "/tariffs/evaluate", GROUP, "核算应缴加价电费；不保存", _USE, _assess,
        TARIFF_RESULT, body=TARIFF_REQUEST,
    ),
    Operation(
        "list_grade_tables", "GET", "/grade-tables", GROUP, "设备能效等级表：标准、需要的数据", _USE, _tables,
        page_of(TABLE, "等级表"),
    ),
    Operation(
        "evaluate_grade", "POST", "/grade-tables/evaluate", GROUP, "查设备的能效等级；不保存", _USE, _grade,
        GRADE_RESULT, body=GRADE_REQUEST,
    ),
)  # fmt: skip
