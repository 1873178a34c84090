"""The one sentence of a joint result, for the result column of lists, workbooks and papers."""

from __future__ import annotations

from typing import Final

from formserver.equipment.columns import BY_KEY
from formserver.equipment.joint_answers import GradeCheck
from formserver.equipment.matching.model import VERDICT_WORDS, Finding, Verdict

_REASONS: Final = {
    "C02": "只有系列名",
    "C03": "缺判定所需的数据",
    "C04": "不在强制年限内",
    "C05": "派生或相邻系列，未逐项列出",
    "C06": "系列在列，该规格未列出",
    "C07": "条件范围外或含限定词",
    "C08": "低于现行强制性能效标准",
    "C09": "一行多型号，须拆分",
    "C10": "设备类别不明",
    "C11": "来源待核，不自动判淘汰",
    "C12": "型号与功率、容量或极数不一致",
    "C13": "型号经易混字符还原",
}


def joint_sentence(verdict: Verdict, finding: Finding, checked: GradeCheck) -> str:
    """淘汰：第二批 1-1.34 Y160M-4，期限2012年10月1日已过；能效：缺额定效率，不能判定等级。"""
    grade = f"能效：{checked.says}" if checked.says else ""
    if verdict is Verdict.ELIMINATED and checked.state == "hint" and checked.missing:
        grade = f"能效：缺{'、'.join(checked.missing)}，不能判定等级"  # what the series hints at adds nothing here
    if verdict is not finding.verdict:
        said = "目录未列，能效低于现行限定值"
    elif finding.rule or finding.reasons:
        said = _catalogued(finding)
    else:
        said = "各批淘汰目录未列"
    return "；".join(filter(None, (f"{VERDICT_WORDS[verdict]}：{said}", grade))) + "。"


def _catalogued(finding: Finding) -> str:
    where = f"{finding.catalogue} {finding.seq}".strip()
    parts = [" ".join(filter(None, (where, finding.canonical or finding.matched)))]
    parts += [
        word
        for code in finding.reasons
        if (word := _REASONS.get(code)) and not (code == "C03" and finding.missing)
    ]
    if finding.missing:
        titles = (BY_KEY[key].title if key in BY_KEY else key for key in finding.missing)
        parts.append(f"缺{'、'.join(titles)}")
    on = finding.deadline.on
    if on is not None and finding.verdict is Verdict.ELIMINATED:
        past = "已过" if (finding.overdue_days or 0) > 0 else ""
        parts.append(f"期限{on.year}年{on.month}月{on.day}日{past}")
    if finding.recalled and "C11" not in finding.reasons:
        parts.append("来源待核")
    return "，".join(filter(None, parts))
