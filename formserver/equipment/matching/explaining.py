"""One or two plain sentences on a finding: what was recognised, what the catalogue says, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from formserver.equipment.matching.model import CATEGORY_WORDS, Finding, Verdict

_NUMBERED: Final = re.compile(r"[0-9][0-9.～/-]*")
_MISSING: Final[Mapping[str, str]] = {
    "model": "型号",
    "name": "设备名称",
    "made": "制造日期",
    "voltage_v": "额定电压",
    "poles": "极数",
    "capacity_kva": "额定容量",
    "boiler_capacity": "蒸发量或热功率（写明单位）",
    "fuel": "燃料",
    "current_a": "额定焊接电流",
    "power_kw": "额定功率",
}
_DOUBTS: Final[Mapping[str, str]] = {
    "C02": "只有系列名，看不出规格，请补全型号",
    "C04": "在列，但不在强制年限内",
    "C05": "属派生或相邻系列，目录未逐项列出，请核对铭牌与目录原文",
    "C06": "系列在列但该规格未列出，请核对铭牌与目录原文",
    "C07": "超出目录所列条件，请核对铭牌",
    "C09": "一格写了不止一个型号，请拆成几行分别填写",
    "C10": "名称看不出设备类别，请写明设备全称",
    "C11": "依据来源待核（凭记忆），不自动判为淘汰",
    "C12": "型号与所填参数不一致，请核对铭牌",
}


def explain_nothing(category: str, canonical: str) -> str:
    """Why no rule spoke."""
    if category == "other":
        return "名称属于淘汰目录范围以外的设备，不比对型号。"
    if not canonical:
        return "没有可比对的型号，未发现淘汰目录所列特征。"
    return f"{canonical}未见于基准日有效的淘汰目录。"


def explain_rule(finding: Finding, why: str, as_of: date) -> str:
    """What the deciding rule says. ``why`` is the condition it stumbled over."""
    what = finding.canonical or finding.matched or CATEGORY_WORDS[finding.category]
    basis = _basis(finding)
    said = f"（{finding.evidence}）" if finding.evidence else ""
    if finding.verdict == Verdict.ELIMINATED:
        return f"{what}列入{basis}{said}，{_deadline(finding)}。"
    if finding.verdict == Verdict.RESTRICTED:
        if finding.deadline.on and finding.deadline.on > as_of:
            return f"{what}列入{basis}{said}，期限{finding.deadline.on:%Y年%-m月%-d日}未到，列入提示清单。"
        return f"{what}对应{basis}{said}，不强制淘汰，列入提示清单。"
    parts = []
    wanted = [_MISSING[key] for key in finding.missing if key in _MISSING and key not in ("name",)]
    if wanted:
        parts.append(f"缺{'、'.join(wanted)}，请查铭牌或出厂文件补填后重新识别")
    if why:
        parts.append(why)
    parts += [
        _DOUBTS[code]
        for code in finding.reasons
        if code in _DOUBTS and not (why and code in ("C07", "C05") and len(finding.reasons) == 1)
    ]
    return f"{what}对应{basis}{said}：{'；'.join(dict.fromkeys(parts))}。"


def _basis(finding: Finding) -> str:
    if not finding.seq or finding.seq == "—":
        return finding.catalogue
    return (
        f"{finding.catalogue}第{finding.seq}项"
        if _NUMBERED.fullmatch(finding.seq)
        else f"{finding.catalogue}（{finding.seq}）"
    )


def _deadline(finding: Finding) -> str:
    on = finding.deadline.on
    if on is None:
        return "目录施行后即应淘汰" if not finding.deadline.text else finding.deadline.text
    if finding.overdue_days:
        return f"期限{on:%Y年%-m月%-d日}，已过{finding.overdue_days}天"
    return f"期限{on:%Y年%-m月%-d日}，当日届满"
