"""The forms of drafts of coefficients, ladder prices and grade tables; what has no form is edited as the raw file."""

from __future__ import annotations

from typing import Final

from formserver.calculators.maintain_fields import CONFIDENCES, SECTIONS, Column, Section
from formserver.calculators.maintain_models import Draft

_CONFIDENCE: Final = Column("confidence", "可信度", "choice", choices=CONFIDENCES)
_KEY: Final = Column("key", "键", "required", ("@key",))
_NOTE: Final = Column("note", "备注", width="medium")
_SEEN: Final = Column("seen_in", "来源代号", "list")
_SOURCES: Final = Section(
    "sources",
    "来源",
    "method",
    "sources",
    "map",
    (
        Column("key", "代号", "required", ("@key",), help="如 P8；写进各行的来源代号。"),
        Column("text", "来源", "required", ("@value",), width="full"),
    ),
    {"@value": ""},
    row_title="来源",
)
_PERIOD: Final = (
    Column("valid_from", "施行日期", "nullable", help="发布时按填写的施行日期改定。"),
    Column("valid_to", "最后一日", "nullable", help="没有就空着。"),
)
_STANDARD: Final = Section(
    "standard",
    "标准",
    "method",
    "",
    "record",
    (
        Column("title", "名称", "required", width="medium"),
        Column("number", "标准号", "required", ("standard", "number")),
        Column("standard_title", "标准名称", "required", ("standard", "title"), width="medium"),
        Column("published", "发布日期", "text", ("standard", "published")),
        Column("standard_confidence", "可信度", "choice", ("standard", "confidence"), choices=CONFIDENCES),
        *_PERIOD,
        Column("standard_note", "备注", "area", ("standard", "note"), width="full"),
    ),
)


def _figure(key: str, title: str) -> tuple[Column, ...]:
    return (
        Column(key, title, "figure", (key, "value")),
        Column(f"{key}_confidence", f"{title}的可信度", "choice", (key, "confidence"), choices=CONFIDENCES),
        Column(f"{key}_source", f"{title}的来源", "text", (key, "source")),
        Column(f"{key}_note", f"{title}的备注", "text", (key, "note"), width="medium"),
    )


_COEFFICIENTS: Final = (
    Section(
        "carriers",
        "折标系数",
        "method",
        "carriers",
        "map",
        (
            Column("title", "名称", "required", width="medium"),
            Column("coefficient", "折标系数", "figure", help="每计量单位折千克标准煤；未知或为区间的空着。"),
            _CONFIDENCE,
            _SEEN,
            _NOTE,
            _KEY,
            Column("unit", "计量单位", "required"),
            Column("kind", "种类", "choice", choices=(("energy", "能源"), ("medium", "耗能工质"))),
            Column(
                "group",
                "能源结构分组",
                "choice",
                choices=(
                    ("coal", "煤炭"),
                    ("oil", "油品"),
                    ("gas", "燃气"),
                    ("electricity", "电力"),
                    ("heat", "热力"),
                    ("medium", "耗能工质"),
                    ("other", "其他"),
                ),
            ),
            Column("clause", "条文"),
            Column("aliases", "别名", "list", width="medium"),
        ),
        {
            "title": "",
            "kind": "energy",
            "group": "other",
            "unit": "t",
            "coefficient": None,
            "confidence": "recalled",
        },
        "系数与低位发热量不符、缺少计算包要用的品种，都会指出。",
        "品种",
    ),
    Section(
        "electricity",
        "电力等价值",
        "method",
        "carriers/electricity/primary/by_year",
        "map",
        (
            Column("year", "年份", "required", ("@key",)),
            Column("value", "等价值", "decimal", help="kgce/kWh，按上一年度供电标准煤耗等依据填写。"),
            Column("unit", "单位", "required"),
            _CONFIDENCE,
            _SEEN,
            Column("clause", "依据"),
            _NOTE,
        ),
        {"@key": "2025", "unit": "kgce/kWh", "confidence": "recalled"},
        "等价值逐年不同，没有填写的年份即未知。",
        "年份",
    ),
    _SOURCES,
    _STANDARD,
)
_TARIFF: Final = (
    Section(
        "tiers",
        "各档加价",
        "method",
        "tiers",
        "nested",
        (
            Column("ladder", "阶梯", "product", ("@product",), width="medium"),
            Column("title", "档次", "required"),
            *_figure("upto", "上限")[:1],
            *_figure("rate", "加价标准")[:1],
            Column("key", "键", "required"),
            *_figure("upto", "上限")[1:],
            *_figure("rate", "加价标准")[1:],
        ),
        {"key": "", "title": "", "rate": {"value": None, "confidence": "recalled"}},
        "上限含相等，最后一档不设上限；加价标准单位为元/千瓦时，数值未知的空着。",
        "档次",
        "ladders",
    ),
    Section(
        "thresholds",
        "分档标准",
        "method",
        "thresholds",
        "list",
        (
            Column("from_year", "起始年", "integer"),
            Column("to_year", "截止年", "open_year", help="一直执行的空着。"),
            *_figure("value", "分档标准"),
            Column("key", "键", "required"),
        ),
        {"key": "", "to_year": None, "value": {"value": None, "confidence": "recalled"}},
        "各年的分档标准首尾相接。",
        "分档标准",
    ),
    Section(
        "categories",
        "分类加价",
        "method",
        "categories",
        "list",
        (
            Column("title", "类别", "text", width="medium"),
            Column("short", "简称", "text"),
            *_figure("rate", "加价标准"),
            Column("key", "键", "required"),
        ),
        {"key": "", "title": "", "rate": {"value": None, "confidence": "recalled"}},
        "加价标准单位为元/千瓦时；沿用上级规定的，名称可以空着。",
        "类别",
    ),
    Section(
        "facts",
        "文件",
        "method",
        "",
        "record",
        (
            Column("number", "文号", "required", ("document", "number"), width="medium"),
            Column("document_title", "文件名称", "required", ("document", "title"), width="medium"),
            Column("issued", "发文年月", "text", ("document", "issued"), help="如 2026-03。"),
            Column(
                "document_confidence", "可信度", "choice", ("document", "confidence"), choices=CONFIDENCES
            ),
            Column("document_source", "来源代号", "text", ("document", "source")),
            Column("region", "地区", "text", help="省名，或省名加市名；全国的空着。"),
            *_PERIOD,
            Column("step_size", "加价级距", "figure", ("step", "size", "value")),
            Column("step_rate", "每级加价标准", "figure", ("step", "increment", "value")),
            Column("unknown", "尚不清楚的事", "lines", width="full", help="每行一件。"),
        ),
    ),
    _SOURCES,
)
_GRADES: Final = (_STANDARD, _SOURCES)
_BY_KIND: Final = {"coefficients": _COEFFICIENTS, "tariff": _TARIFF, "grades": _GRADES}
_METHODS: Final = {"tiers": "ladders", "thresholds": "steps", "categories": "categories"}


def sections_of(draft: Draft) -> tuple[Section, ...]:
    """The sections of a draft of its kind; of a tariff those its way of charging has, or that stand in its file."""
    if not draft.is_rule:
        return SECTIONS
    way = draft.method.get("method")
    return tuple(
        one
        for one in _BY_KIND[draft.kind]
        if one.key not in _METHODS or way == _METHODS[one.key] or one.head in draft.method
    )
