"""How equipment, lists, rows and elimination catalogues look to programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.api.asking import ID_PATTERN
from formserver.api.shapes import FREE, INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.equipment.columns import COLUMNS
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS, Batch, Item
from formserver.equipment.models import Decision, EquipmentList, ListRow, ListState
from formserver.equipment.review_acts import ACT_WORDS, BASIS_WORDS

DAY: Final = {"type": "string", "format": "date"}
FLAG: Final = {"type": "boolean"}
IDENTIFIER: Final = {"type": "string", "pattern": ID_PATTERN}
VALUE: Final = {"type": ["string", "integer"], "maxLength": 200}
ANY_TEXT: Final = {"type": ["string", "null"]}
VERDICTS: Final = {
    "type": "string",
    "enum": [*VERDICT_WORDS, ""],
    "title": "结论",
    "description": "空为未识别（须先改）。",
}
STATES: Final = {"type": "string", "enum": [one.value for one in ListState], "title": "状态"}
CATEGORIES: Final = {"type": "string", "enum": list(CATEGORY_WORDS), "title": "类别"}
ASKED: Final = {
    "x-name": "EquipmentToCheck",
    "title": "一台设备",
    "description": "照铭牌填写，键与设备清单模板的列相同。",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        column.key: titled(VALUE, f"{column.title}（{column.unit}）" if column.unit else column.title)
        for column in COLUMNS
        if column.matching or column.efficiency
    },
}
JUDGED: Final = shape(
    "EquipmentJudgement",
    "识别结果",
    {
        "row": titled(WHOLE, "第几台，从 1 起"),
        "verdict": VERDICTS,
        "word": titled(TEXT, "结论（文字）"),
        "says": titled(TEXT, "说明"),
        "judgement": titled(FREE, "依据：理由码、规则、目录条目、期限、缺少的数据、能效等级"),
    },
)
CHECKED: Final = shape(
    "EquipmentChecked",
    "一批设备的识别结果",
    {
        "as_of": titled(DAY, "基准日"),
        "library": titled(TEXT, "规则库标识"),
        "items": {"type": "array", "items": JUDGED, "title": "结果，次序与请求相同"},
    },
)
BATCH: Final = shape(
    "EliminationCatalogue",
    "淘汰目录",
    {
        "name": titled(TEXT, "名称（键）"),
        "edition": titled(TEXT, "版本"),
        "title": titled(TEXT, "简称"),
        "full_title": titled(TEXT, "全称"),
        "issuer": titled(TEXT, "发布机关"),
        "document_no": titled(TEXT, "文号"),
        "issued_on": titled(TEXT, "发布日期"),
        "valid_from": titled(DAY, "施行日"),
        "valid_to": titled(ANY_TEXT, "最后一日"),
        "recalled": titled(FLAG, "来源待核"),
        "items": titled(WHOLE, "条目数"),
        "sha256": titled(TEXT, "校验值"),
    },
)
LINE: Final = shape(
    "EliminationLine",
    "目录条目",
    {
        "ref": titled(TEXT, "条目标识"),
        "catalogue": titled(TEXT, "目录（键）"),
        "seq": titled(TEXT, "条目号"),
        "section": titled(TEXT, "部分"),
        "category": titled(TEXT, "类别"),
        "name": titled(TEXT, "名称"),
        "model": titled(TEXT, "型号"),
        "condition": titled(TEXT, "条件"),
        "deadline": titled(TEXT, "期限（原文）"),
        "deadline_on": titled(ANY_TEXT, "期限"),
        "replacement": titled(TEXT, "建议替代"),
        "recalled": titled(FLAG, "来源待核"),
    },
)
RULES: Final = shape(
    "EquipmentRules",
    "识别所用的规则库",
    {
        "as_of": titled(DAY, "基准日"),
        "library": titled(TEXT, "规则库标识"),
        "rules": titled(WHOLE, "规则条数"),
        "catalogues": {
            "type": "array",
            "title": "目录",
            "items": shape(
                "EquipmentRulesCatalogue",
                "所用目录",
                {
                    "name": titled(TEXT, "名称（键）"),
                    "edition": titled(TEXT, "版本"),
                    "sha256": titled(TEXT, "校验值"),
                },
            ),
        },
    },
)
LIST: Final = shape(
    "EquipmentList",
    "设备清单",
    {
        "id": titled(TEXT, "标识"),
        "title": titled(TEXT, "名称"),
        "state": STATES,
        "as_of": titled(DAY, "基准日"),
        "enterprise_id": titled(TEXT, "企业"),
        "enterprise_name": titled(TEXT, "企业名称"),
        "filename": titled(TEXT, "文件名"),
        "sha256": titled(TEXT, "文件校验值"),
        "library": titled(TEXT, "规则库标识"),
        "counts": titled(FREE, "各结论的行数"),
        "failure": titled(TEXT, "未能识别的原因"),
        "previous_id": titled(TEXT, "上一份清单"),
        "created_by": titled(TEXT, "上传人"),
        "created_at": titled(INSTANT, "上传时间"),
        "plan": titled(FREE, "各列的含义", description="状态为 mapping 时须确认。"),
    },
    optional=("plan",),
)
DECISION: Final = shape(
    "EquipmentDecision",
    "处理记录",
    {
        "id": titled(TEXT, "标识"),
        "act": titled(TEXT, "操作"),
        "basis": titled(TEXT, "依据"),
        "reason": titled(TEXT, "理由"),
        "before": VERDICTS,
        "after": VERDICTS,
        "by": titled(TEXT, "谁"),
        "at": titled(INSTANT, "时间"),
        "carried_from": titled(TEXT, "沿用自哪份清单"),
    },
)
ROW: Final = shape(
    "EquipmentRow",
    "清单中的一行",
    {
        "number": titled(WHOLE, "行号"),
        "sheet": titled(TEXT, "工作表"),
        "row": titled(WHOLE, "工作表中的行"),
        "verdict": titled(VERDICTS, "自动判定"),
        "standing": titled(VERDICTS, "现结论"),
        "decided": titled(TEXT, "处理"),
        "category": titled(TEXT, "类别"),
        "reason": titled(TEXT, "理由码"),
        "stated": titled(FREE, "原文、读出的数值和问题"),
        "judged": titled(FREE, "识别结果"),
        "seen": titled(TEXT, "最近一次处理的标识", description="处理这一行时原样带回；没有处理过为空。"),
    },
)
ROW_FILE: Final = shape(
    "EquipmentRowWithHistory",
    "一行及其处理记录",
    {**ROW["properties"], "history": {"type": "array", "items": DECISION, "title": "处理记录，新的在前"}},
)
ACTS: Final = [key for key in ACT_WORDS if key != "machine"]
BASES: Final = ["", *BASIS_WORDS]


def list_data(one: EquipmentList, plan: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A list; with the meaning of its columns where it waits for somebody to confirm it."""
    names = (
        "id",
        "title",
        "enterprise_id",
        "enterprise_name",
        "filename",
        "library",
        "failure",
        "previous_id",
    )
    made: dict[str, Any] = {name: getattr(one, name) for name in names}
    made |= {
        "state": one.state.value,
        "as_of": one.as_of.isoformat(),
        "sha256": one.source_sha256,
        "counts": dict(one.counts),
        "created_by": one.created_by_name,
        "created_at": instant(one.created_at),
    }
    return made | ({"plan": dict(plan)} if plan else {})


def row_data(row: ListRow, seen: str) -> dict[str, Any]:
    """A row with the id of the last decision about it."""
    names = ("number", "sheet", "row", "verdict", "standing", "decided", "category", "reason")
    made = {name: getattr(row, name) for name in names}
    return made | {"stated": dict(row.stated), "judged": dict(row.judged), "seen": seen}


def decision_data(one: Decision) -> dict[str, Any]:
    """What was said about a row."""
    names = ("id", "act", "basis", "reason", "before", "after", "carried_from")
    made = {name: getattr(one, name) for name in names}
    return made | {"by": one.by_name, "at": instant(one.at)}


def batch_data(one: Batch) -> dict[str, Any]:
    """A catalogue without its lines."""
    names = (
        "name",
        "edition",
        "title",
        "full_title",
        "issuer",
        "document_no",
        "issued_on",
        "recalled",
        "sha256",
    )
    made = {name: getattr(one, name) for name in names}
    return made | {
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "items": len(one.items),
    }


def line_data(one: Item) -> dict[str, Any]:
    """A line of a catalogue."""
    names = ("ref", "seq", "section", "category", "name", "model", "condition", "replacement", "recalled")
    made = {name: getattr(one, name) for name in names}
    return made | {
        "catalogue": one.batch,
        "deadline": one.deadline.text,
        "deadline_on": one.deadline.on.isoformat() if one.deadline.on else None,
    }


PLAN: Final = {
    "type": "object",
    "title": "各列的含义",
    "description": "读取清单时给出的 plan，改好各列的 key、head_row、skip 后送回。",
}
