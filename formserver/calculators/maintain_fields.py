"""The forms of a draft: which sections there are, what a row of each is made of, and where it stands in the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

CONFIDENCES: Final = (("verified", "已见原文或可靠转录"), ("recalled", "凭记忆，待确认"), ("unknown", "未知"))
_FLAG: Final = (("", "默认"), ("true", "是"), ("false", "否"))


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row. ``path`` leads into the row (default: its key); ``@key`` is the row's key, ``@product`` the
    product it belongs to. ``kind``: see :data:`.maintain_words.CODECS`."""

    key: str
    title: str
    kind: str = "text"
    path: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    width: str = "short"
    help: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """The keys that lead to the value."""
        return self.path or (self.key,)


@dataclass(frozen=True, slots=True)
class Section:
    """``part`` is method or limits, ``at`` the key of the file, ``shape``: record (one row, the file itself), list, map,
    ``nested`` (rows of every product under ``at``), ``nested_map``. ``at`` of a map or list may be a path of several
    keys; ``outer`` is where the owners of nested rows stand."""

    key: str
    title: str
    part: str
    at: str
    shape: str
    columns: tuple[Column, ...]
    new: Mapping[str, Any] = field(default_factory=dict)
    help: str = ""
    row_title: str = "行"
    outer: str = "products"

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to the rows of a map or list."""
        return tuple(self.at.split("/"))

    @property
    def head(self) -> str:
        """The key of the file under which the section stands."""
        return self.outer if self.shape.startswith("nested") else self.path[0]

    def column(self, key: str) -> Column:
        """The column of that key. Raises KeyError."""
        return next(one for one in self.columns if one.key == key)


_KEY: Final = Column("key", "键", "required", ("@key",))
_OWN_KEY: Final = Column("key", "键", "required")
_PRODUCT: Final = Column("product", "产品", "product", ("@product",), width="medium")
_TITLE: Final = Column("title", "名称", "required", width="medium")
_UNIT: Final = Column("unit", "单位")
_CONFIDENCE: Final = Column("confidence", "可信度", "choice", choices=CONFIDENCES)
_ORIGIN: Final = (
    _CONFIDENCE,
    Column("clause", "条文"),
    Column("source", "来源代号"),
    Column("note", "备注", width="medium"),
)
_FIGURE: Final = (_TITLE, Column("value", "数值", "figure"), _UNIT, *_ORIGIN)
_NEW_FIGURE: Final = {"title": "", "value": None, "unit": "1", "confidence": "recalled"}

SECTIONS: Final = (
    Section(
        "limits",
        "限额",
        "limits",
        "limits",
        "list",
        (
            Column("product", "产品", "product", width="medium"),
            Column("indicator", "指标（键）", "required"),
            Column("l1", "1级（先进值）", "figure", ("levels", "1")),
            Column("l2", "2级（准入值）", "figure", ("levels", "2")),
            Column("l3", "3级（限定值）", "figure", ("levels", "3")),
            _UNIT,
            Column("absent", "标准未设的级", "levels"),
            Column("level_confidence", "个别级的可信度", "pairs"),
            *_ORIGIN,
            Column("benchmark", "标杆水平", "figure", ("benchmark", "benchmark")),
            Column("baseline", "基准水平", "figure", ("benchmark", "baseline")),
            Column("policy", "标杆基准可信度", "choice", ("benchmark", "confidence"), CONFIDENCES),
        ),
        {
            "product": "",
            "indicator": "",
            "unit": "kgce/t",
            "levels": {"1": None, "2": None, "3": None},
            "absent": [],
            "confidence": "recalled",
        },
        "数值照标准填写；不知道的空着，不要填零。标准没有规定的级写入“标准未设的级”，如 1、2；"
        "只有个别级可信度不同的，写如 2 = recalled。",
        "限额",
    ),
    Section(
        "standard",
        "标准",
        "method",
        "",
        "record",
        (
            Column("title", "计算包名称", "required"),
            Column("number", "标准号", "required", ("standard", "number")),
            Column("standard_title", "标准名称", "required", ("standard", "title"), width="medium"),
            Column("published", "发布日期", "nullable", ("standard", "published"), help="如 2027-12-31"),
            Column("valid_to", "废止日期（最后一日）", "nullable", help="不知道或仍有效的空着。"),
            Column("supersedes", "代替标准", "lines", ("standard", "supersedes"), help="一行一个。"),
            Column("confidence", "可信度", "choice", ("standard", "confidence"), CONFIDENCES),
            Column("source", "来源代号", "text", ("standard", "source")),
            Column("note", "备注", "text", ("standard", "note"), width="medium"),
            Column("coefficients", "折标系数", "required"),
            Column("carriers", "建议的能源（键）", "list", width="medium"),
            Column("unknown", "尚不清楚的事", "lines", width="medium", help="一行一条，给使用的人看。"),
        ),
        help="施行日期在发布时填写。",
    ),
    Section(
        "inputs",
        "输入项",
        "method",
        "inputs",
        "map",
        (
            _KEY,
            _TITLE,
            Column(
                "kind",
                "种类",
                "choice",
                choices=(("", "数值"), ("decimal", "数值（写明）"), ("boolean", "是否"), ("choice", "选项")),
            ),
            _UNIT,
            Column("minimum", "最小值", "decimal"),
            Column("maximum", "最大值", "decimal"),
            Column("positive", "必须大于零", "flag", choices=_FLAG),
            Column("required", "必填", "flag", choices=_FLAG),
            Column("required_when", "何时必填", "formula", width="medium"),
            Column("asked_when", "何时询问", "formula", width="medium"),
            Column("default", "默认值"),
            Column("choices", "选项", "choices", width="medium", help="一行一个：键 名称"),
            Column("help", "给填写人的说明", width="medium"),
            Column("digits", "小数位", "integer"),
        ),
        {"title": "", "unit": "t"},
        "键以小写字母开头，计算式中用它。条件用计算式的写法，如 altitude_m > altitude_threshold。",
        "输入项",
    ),
    Section(
        "constants",
        "常数",
        "method",
        "constants",
        "map",
        (_KEY, *_FIGURE),
        _NEW_FIGURE,
        "数值空着表示未知，不是零。",
        "常数",
    ),
    Section(
        "tables",
        "查表",
        "method",
        "tables",
        "map",
        (
            _KEY,
            _TITLE,
            Column(
                "rule",
                "规则",
                "choice",
                choices=(
                    ("linear", "线性内插"),
                    ("exact", "仅限所列各点"),
                    ("bands", "分段"),
                    ("text", "按选项"),
                ),
            ),
            Column("in", "自变量单位"),
            _UNIT,
            Column(
                "grid",
                "内容",
                "grid",
                width="medium",
                help="可从 Excel 复制粘贴。每行：自变量 数值；分段：下限 上限 数值，不设界写 …；按选项：选项键 数值。",
            ),
            Column("upper_inclusive", "分段含上限", "flag", choices=_FLAG),
            *_ORIGIN,
        ),
        {"title": "", "rule": "linear", "in": "%", "unit": "1", "points": [], "confidence": "recalled"},
        "表外的值不外推。",
        "表",
    ),
    Section(
        "steps",
        "计算式",
        "method",
        "steps",
        "list",
        (
            _OWN_KEY,
            _TITLE,
            _UNIT,
            Column("expression", "计算式", "formula", width="full"),
            Column("digits", "显示小数位", "integer"),
            *_ORIGIN,
        ),
        {"key": "", "title": "", "unit": "kgce/t", "expression": "", "confidence": "recalled"},
        "单位必须正好相等：吨换算成千克写 to(coal_t, 'kg')；结果的单位须与本行单位一致。",
        "计算式",
    ),
    Section(
        "corrections",
        "修正",
        "method",
        "corrections",
        "map",
        (
            _KEY,
            _TITLE,
            Column("levels", "修正哪几级", "levels", help="空着为各级。"),
            Column("when", "条件", "formula", width="medium"),
            Column(
                "expression",
                "修正后的限额",
                "formula",
                width="full",
                help="limit 为修正前的限额，level 为级。",
            ),
            *_ORIGIN,
        ),
        {"title": "", "expression": "limit", "confidence": "recalled"},
        row_title="修正",
    ),
    Section(
        "products",
        "产品",
        "method",
        "products",
        "list",
        (
            _OWN_KEY,
            _TITLE,
            Column("group", "分组"),
            Column("asks_energy", "填写能源消费表", "flag", choices=_FLAG),
            Column("units", "本产品的单位", "pairs", width="medium", help="如 output = m²"),
            Column("titles", "本产品的名称", "pairs", width="medium"),
            Column("note", "备注", width="medium"),
        ),
        {"key": "", "title": "", "asks_energy": True, "indicators": []},
        "复制产品时，指标和限额一并复制；删除产品时，它的限额一并删除。",
        "产品",
    ),
    Section(
        "indicators",
        "指标",
        "method",
        "indicators",
        "nested",
        (
            _PRODUCT,
            _OWN_KEY,
            _TITLE,
            _UNIT,
            Column("value", "取值（计算式的键）", "required"),
            Column("corrections", "修正（依次）", "list"),
            Column("output", "产量（键）"),
            Column(
                "comparison",
                "比较",
                "choice",
                choices=(("", "默认"), ("full", "全数值"), ("rounded", "修约值")),
            ),
            Column("limit_digits", "修约位数", "integer"),
            Column("digits", "显示小数位", "integer"),
            Column("direction", "方向", "choice", choices=(("", "默认"), ("le", "不大于"), ("ge", "不小于"))),
            Column("clause", "条文"),
            Column("excess", "算超标能耗量", "flag", choices=_FLAG),
        ),
        {"key": "", "title": "", "unit": "kgce/t", "value": ""},
        row_title="指标",
    ),
    Section(
        "own_constants",
        "产品常数",
        "method",
        "constants",
        "nested_map",
        (_PRODUCT, _KEY, *_FIGURE),
        _NEW_FIGURE,
        "只对一种产品有效的常数，替换同名常数。",
        "产品常数",
    ),
    Section(
        "examples",
        "算例",
        "method",
        "examples",
        "list",
        (
            _OWN_KEY,
            _TITLE,
            Column("origin", "出处", "required", help="自拟的写 own。"),
            Column("product", "产品", "product", width="medium"),
            Column("start", "统计期起", "required", ("period", "start")),
            Column("end", "统计期止", "required", ("period", "end")),
            Column("new_project", "新建项目", "flag", choices=_FLAG),
            Column("inputs", "输入", "pairs", width="medium", help="如 clinker_t = 1550000"),
            Column("energy", "能源", "energy", width="medium", help="每行：能源 in或out 数量 单位"),
            Column(
                "expect",
                "应得结果",
                "expect",
                width="full",
                help="如 unit_energy 值=102.57 等级=3 达标=是；或 问题=MISSING_INPUT 字段=clinker_t",
            ),
        ),
        {
            "key": "",
            "title": "",
            "origin": "own",
            "product": "",
            "period": {"start": "2025-01-01", "end": "2025-12-31"},
            "inputs": {},
            "expect": {"indicators": {}},
        },
        "至少三个；每次检查都会运行。",
        "算例",
    ),
    Section(
        "earlier",
        "被代替的版本",
        "method",
        "earlier",
        "list",
        (
            Column("number", "标准号", "required"),
            Column("valid_from", "施行日期", "nullable"),
            Column("valid_to", "最后一日", "required"),
            _CONFIDENCE,
            Column("note", "备注", width="medium"),
        ),
        {"number": "", "valid_from": None, "valid_to": "", "confidence": "recalled"},
        "数值没有录入的旧版；统计期落在其中的不判定。",
        "版本",
    ),
    Section(
        "sources",
        "来源（方法）",
        "method",
        "sources",
        "map",
        (
            Column("key", "代号", "required", ("@key",)),
            Column("text", "来源", "required", ("@value",), width="full"),
        ),
        {"@value": ""},
        row_title="来源",
    ),
    Section(
        "limit_sources",
        "来源（限额）",
        "limits",
        "sources",
        "map",
        (
            Column("key", "代号", "required", ("@key",)),
            Column("text", "来源", "required", ("@value",), width="full"),
        ),
        {"@value": ""},
        row_title="来源",
    ),
)
BY_KEY: Final = {one.key: one for one in SECTIONS}
