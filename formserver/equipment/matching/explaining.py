"""One or two plain sentences on a finding: what was recognised, what the catalogue says, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from formserver.equipment.matching.model import Deadline, Verdict

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
    "C07": "是否符合目录所列条件，须核对铭牌和实物后确定",
    "C09": "一格写了不止一个型号，请拆成几行分别填写",
    "C10": "名称看不出设备类别，请写明设备全称",
    "C11": "依据来源待核（凭记忆），不自动判为淘汰，请查目录原文后人工确定",
    "C12": "型号与所填参数不一致，请核对铭牌",
}


OUTSIDE: Final = "目录外"
"""What a rule names as its catalogue where no catalogue names the model."""
NO_MODEL: Final = "没有可比对的型号，不能断定是否列入淘汰目录，请查铭牌或出厂文件补填型号后重新识别。"


def explain_nothing(category: str, canonical: str) -> str:
    """Why no rule spoke."""
    if category == "other":
        return "名称属于淘汰目录范围以外的设备，不比对型号。"
    if not canonical:
        return "没有可比对的型号，名称也不在淘汰目录之列。"
    return f"{canonical}未见于基准日有效的淘汰目录。"


def explain_rule(
    *,
    verdict: Verdict,
    what: str,
    basis: str,
    evidence: str,
    reasons: tuple[str, ...],
    missing: tuple[str, ...],
    why: str,
    deadline: Deadline,
    as_of: date,
) -> str:
    """What the deciding rule says of ``what``. ``why`` is the condition it stumbled over."""
    said = f"（{evidence}）" if evidence else ""
    if verdict == Verdict.ELIMINATED:
        return f"{what}列入{basis}{said}，{_deadline(deadline, as_of)}。"
    if verdict == Verdict.RESTRICTED:
        if deadline.on and deadline.on > as_of:
            return f"{what}列入{basis}{said}，期限{_day(deadline.on)}未到，列入提示清单。"
        return f"{what}对应{basis}{said}，不强制淘汰，列入提示清单。"
    parts = []
    dated = "制造日期" in why
    wanted = [
        _MISSING[key]
        for key in missing
        if key in _MISSING and key != "name" and not (dated and key == "made")
    ]
    if wanted:
        parts.append(f"缺{'、'.join(wanted)}，请查铭牌或出厂文件补填后重新识别")
    if why:
        parts.append(f"{why}，请查铭牌或出厂文件改正后重新识别" if dated else why)
    parts += [
        _DOUBTS[code].removeprefix(f"{evidence}，")
        for code in reasons
        if code in _DOUBTS and not (why and code == "C10")
    ]
    beginning = f"{what or '本行'}{'未列入淘汰目录' if basis == OUTSIDE else f'对应{basis}'}{said}"
    return f"{beginning}：{'；'.join(parts)}。" if parts else f"{beginning}。"


@lru_cache(maxsize=4096)
def basis_of(catalogue: str, seq: str) -> str:
    """Catalogue and line as they are cited: ``第二批第1-1.15项``; a source that is no line stands in brackets."""
    if not seq or seq == "—":
        return catalogue
    return f"{catalogue}第{seq}项" if _NUMBERED.fullmatch(seq) else f"{catalogue}（{seq}）"


def _deadline(deadline: Deadline, as_of: date) -> str:
    if deadline.on is None:
        known = deadline.text.removeprefix("目录施行后")
        return f"目录施行后即应淘汰{known}" if known != deadline.text or not known else deadline.text
    over = (as_of - deadline.on).days
    return f"期限{_day(deadline.on)}，{f'已过{over}天' if over else '当日届满'}"


@lru_cache(maxsize=512)
def _day(day: date) -> str:
    return f"{day:%Y年%-m月%-d日}"
