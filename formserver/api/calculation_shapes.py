"""How calculators, requests and results look to programs."""

from __future__ import annotations

from typing import Final

from formserver.api.asking import ID_PATTERN, PATH_SCHEMAS
from formserver.api.shapes import FREE, INSTANT, TEXT, shape, titled
from formserver.calculation.results import Verdict
from formserver.calculators.service import TITLE_LIMIT

_OPEN: Final = {"type": ["string", "null"]}
_FLAG: Final = {"type": "boolean"}
_LIST: Final = {"type": "array", "items": FREE}
_DAY: Final = {
    "type": "string",
    "pattern": "^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$",
    "description": "年-月-日",
    "examples": ["2025-12-31"],
}
_VALUE: Final = {"type": ["string", "integer", "boolean"], "maxLength": 200}
EDITION: Final = shape(
    "CalculatorEdition",
    "标准的一个版本",
    {
        "edition": titled(TEXT, "版本"),
        "standard": titled(TEXT, "标准号"),
        "valid_from": titled(_OPEN, "施行日"),
        "valid_to": titled(_OPEN, "最后一日"),
    },
)
ASKED: Final = shape(
    "CalculatorInput",
    "需要的数据",
    {
        "key": titled(TEXT, "键"),
        "title": titled(TEXT, "名称"),
        "kind": {"type": "string", "enum": ["decimal", "choice", "boolean"], "title": "种类"},
        "unit": titled(TEXT, "单位"),
        "required": titled(_FLAG, "总是必填"),
        "required_when": titled(TEXT, "何时必填"),
        "required_when_words": titled(TEXT, "何时必填（用文字）"),
        "asked_when": titled(TEXT, "何时需要"),
        "default": titled(_OPEN, "默认值"),
        "minimum": titled(_OPEN, "最小值"),
        "maximum": titled(_OPEN, "最大值"),
        "choices": titled(_LIST, "选项"),
        "help": titled(TEXT, "说明"),
    },
)
PRODUCT: Final = shape(
    "CalculatorProduct",
    "产品",
    {
        "product": titled(TEXT, "键"),
        "title": titled(TEXT, "名称"),
        "group": titled(TEXT, "分组"),
        "asks_energy": titled(_FLAG, "需要能源消费表"),
        "inputs": {"type": "array", "items": ASKED, "title": "需要的数据"},
        "indicators": titled(_LIST, "指标"),
    },
)
CALCULATOR: Final = shape(
    "Calculator",
    "计算包",
    {
        "name": titled(TEXT, "名称（键）"),
        "title": titled(TEXT, "名称"),
        "standard": titled(TEXT, "现行标准号"),
        "edition": titled(TEXT, "现行版本"),
        "editions": {"type": "array", "items": EDITION, "title": "全部版本"},
        "products": {"type": "array", "items": PRODUCT, "title": "产品"},
        "unknown": {"type": "array", "items": TEXT, "title": "尚不清楚的事"},
    },
)
LINE: Final = {
    "x-name": "EnergyLine",
    "title": "一种能源",
    "type": "object",
    "additionalProperties": False,
    "required": ["carrier", "amount", "unit"],
    "properties": {
        "carrier": titled(_VALUE, "能源（键）"),
        "direction": {"type": "string", "enum": ["in", "out"], "title": "输入或输出"},
        "amount": titled(_VALUE, "实物量"),
        "unit": titled(TEXT, "单位", maxLength=40),
        "coefficient": titled(_VALUE, "自填折标系数"),
        "coefficient_unit": titled(TEXT, "折标系数单位", maxLength=40),
        "q_net": titled(_VALUE, "实测低位发热量"),
        "q_unit": titled(TEXT, "低位发热量单位", maxLength=40),
        "basis": {"type": "string", "enum": ["equivalent", "primary"], "title": "当量值或等价值"},
        "system": {"type": "string", "enum": ["main", "auxiliary", "attached", "excluded"], "title": "系统"},
        "use": {"type": "string", "enum": ["fuel", "feedstock", "conversion"], "title": "用途"},
        "name": titled(TEXT, "名称", maxLength=200),
        "evidence": titled(TEXT, "依据", maxLength=200),
    },
}
ASK: Final = {
    "calculator": PATH_SCHEMAS["calculator"],
    "product": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]{0,63}$",
        "title": "产品",
        "examples": ["clinker"],
    },
    "period": {
        "type": "object",
        "title": "统计期",
        "additionalProperties": False,
        "required": ["start", "end"],
        "properties": {"start": titled(_DAY, "起日"), "end": titled(_DAY, "止日")},
    },
    "inputs": {"type": "object", "title": "数据", "additionalProperties": _VALUE, "maxProperties": 200},
    "energy": {"type": "array", "title": "能源消费表", "items": LINE, "maxItems": 200},
    "edition": titled(TEXT, "版本；不写时由统计期决定", maxLength=100),
    "new_project": titled(_FLAG, "新建或改扩建项目"),
    "production_state": {
        "type": "string",
        "enum": ["normal", "partial", "stopped", "closed", "not_started"],
        "title": "生产状态",
    },
}
NEEDED: Final = ["calculator", "product", "period"]
REQUEST: Final = {
    "x-name": "CalculationRequest",
    "title": "一次计算",
    "type": "object",
    "additionalProperties": False,
    "required": NEEDED,
    "properties": ASK,
}
KEEP: Final = {
    "title": titled(TEXT, "名称", minLength=1, maxLength=TITLE_LIMIT),
    "enterprise_id": {"type": "string", "pattern": ID_PATTERN, "title": "企业"},
}
RESULT: Final = {
    "x-name": "CalculationResult",
    "title": "计算结果",
    "description": "全部数值都是十进制文本；steps 为逐步计算，indicators 为各指标与限额，troubles 为需要处理的问题。",
    "type": "object",
    "required": ["verdict", "indicators", "steps", "troubles", "unconfirmed", "definitions", "conclusion"],
    "properties": {
        "verdict": {"type": "string", "enum": [one.value for one in Verdict], "title": "结论"},
        "conclusion": titled(TEXT, "文字结论"),
        "standard": titled(TEXT, "标准号"),
        "edition": titled(TEXT, "版本"),
        "indicators": titled(_LIST, "指标"),
        "steps": titled(_LIST, "步骤"),
        "troubles": titled(_LIST, "需要处理的问题"),
        "unconfirmed": titled(_LIST, "待确认的数值"),
        "definitions": {
            "type": "array",
            "items": {"type": "array", "items": TEXT},
            "title": "所依据的定义及其校验值",
        },
    },
}
HEAD: Final = {
    "id": titled(TEXT, "标识"),
    "title": titled(TEXT, "名称"),
    "calculator": titled(TEXT, "计算包"),
    "product": titled(TEXT, "产品"),
    "enterprise_id": titled(TEXT, "企业"),
    "owner": titled(TEXT, "谁"),
    "verdict": titled(TEXT, "结论"),
    "created_at": titled(INSTANT, "时间"),
}
SAVED_HEAD: Final = shape("SavedCalculationHead", "保存的计算", HEAD)
SAVED: Final = shape(
    "SavedCalculation",
    "保存的计算及其内容",
    {**HEAD, "request": titled(FREE, "数据"), "result": titled(FREE, "结果")},
)
