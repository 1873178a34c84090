"""What a person can say about a row, and what it comes to. Pure.

======== ========================================= ==================================================
act      fits                                      what stands then
======== ========================================= ==================================================
in       whatever does not stand at 淘汰            淘汰, whatever the machine says
out      whatever does not stand at 正常            正常, whatever the machine says
confirm  nobody has spoken; or carried over        what stood: the machine's verdict, or the carried one
reset    somebody has spoken                       the machine's verdict
comment  always                                    unchanged
======== ========================================= ==================================================

待确认 cannot be confirmed: it asks a person to move the row in or out. Rows that could not be judged take comments only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formserver.core.definitions.grammar import breaches
from formserver.core.errors import Kind, Problem, error_code, invalid
from formserver.equipment.models import Decision, ListRow

ACT_WORDS: Final[Mapping[str, str]] = {
    "in": "移入",
    "out": "移出",
    "confirm": "确认",
    "reset": "撤销",
    "comment": "意见",
    "machine": "重新识别",
}
BASIS_WORDS: Final[Mapping[str, str]] = {
    "photo": "铭牌照片",
    "papers": "出厂文件",
    "report": "能效检测报告",
    "catalogue": "目录条文",
    "other": "其他",
}
DECIDED_WORDS: Final[Mapping[str, str]] = {
    "": "未确认",
    "in": "已移入",
    "out": "已移出",
    "confirmed": "已确认",
    "carried": "沿用待复核",
}
_DECIDED: Final[Mapping[str, str]] = {"in": "in", "out": "out", "confirm": "confirmed", "reset": ""}
SHORTEST: Final = 5
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
LONGEST: Final = 500
"""Characters of a reason or a comment."""

REVIEW_BLOCKED = error_code(
    "EQUIPMENT_REVIEW_BLOCKED",
    Kind.CONFLICT,
    zh="第{number}行未能识别（{why}），不能作结论，只能写意见。请改正原表后重新上传。",
    en="Row {number} could not be judged; it takes comments only.",
)
REVIEW_UNFIT = error_code(
    "EQUIPMENT_REVIEW_UNFIT",
    Kind.CONFLICT,
    zh="第{number}行不能“{act}”：{why}",
    en="{act} does not fit row {number}.",
)
_WHY: Final[Mapping[str, str]] = {
    "in": "它已经在淘汰清单中，同意这个结论请用“确认”。",
    "out": "它的结论已经是正常，同意这个结论请用“确认”。",
    "confirm": "已经有人工意见，要改先“撤销”。",
    "reset": "还没有人工意见，没有可撤销的。",
}
_UNSETTLED: Final = "机器结论是待确认，须由人移入或移出；一时不能判断的，请写意见。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to say. ``basis`` and ``reason`` are needed to move a row."""

    act: str
    basis: str = ""
    reason: str = ""


def verbs_for(row: ListRow) -> tuple[str, ...]:
    """The acts that fit a row, comments apart; the likeliest first."""
    if not row.verdict:
        return ()
    found = []
    open_or_carried = row.decided in ("", "carried")
    if open_or_carried and row.standing != "review":
        found.append("confirm")
    if row.standing != "eliminated":
        found.append("in")
    if row.standing != "ok":
        found.append("out")
    if row.decided:
        found.append("reset")
    return tuple(found)


def outcome(row: ListRow, act: str) -> tuple[str, str]:
    """``standing`` and ``decided`` after an act. Raises EQUIPMENT_REVIEW_BLOCKED, EQUIPMENT_REVIEW_UNFIT."""
    if not row.verdict:
        raise REVIEW_BLOCKED(number=row.number, why=_why_blocked(row))
    if act not in verbs_for(row):
        unsettled = act == "confirm" and row.decided in ("", "carried")
        why = _UNSETTLED if unsettled else _WHY.get(act, "没有这种操作，请刷新页面。")
        raise REVIEW_UNFIT(number=row.number, act=ACT_WORDS.get(act, "操作"), why=why)
    standing = {"in": "eliminated", "out": "ok", "reset": row.verdict}.get(act, row.standing)
    return standing, _DECIDED[act]


def settled(row: ListRow, wish: Wish, earlier: Decision | None) -> tuple[str, str, Wish]:
    """``standing``, ``decided`` and what is written down. To confirm what was carried over is to say again what was said
    then: act, basis and reason are taken over with it. Raises as :func:`outcome`."""
    standing, decided = outcome(row, wish.act)
    if wish.act == "confirm" and row.decided == "carried" and earlier is not None:
        said = Wish(earlier.act, wish.basis or earlier.basis, wish.reason or earlier.reason)
        return standing, _DECIDED[earlier.act], said
    return standing, decided, wish


def checked_wish(wish: Wish) -> Wish:
    """A wish fit to be kept. Raises INVALID_INPUT with a problem for each field."""
    problems = []
    text = wish.reason.replace("\r\n", "\n").replace("\r", "\n").strip()
    moving = wish.act in ("in", "out")
    label = "意见" if wish.act == "comment" else "理由"
    if wish.act not in ACT_WORDS or wish.act == "machine":
        problems.append(Problem("ACT", "没有这种操作，请刷新页面后重试。", "/act", "操作"))
    if moving and len(_visible(text)) < SHORTEST:
        problems.append(Problem("REASON", f"请写明理由，至少 {SHORTEST} 个字。", "/reason", label))
    elif wish.act == "comment" and not _visible(text):
        problems.append(Problem("REASON", "请先写意见。", "/reason", label))
    elif len(text) > LONGEST:
        said = f"{label}有 {len(text)} 个字，最多 {LONGEST} 个。"
        problems.append(Problem("REASON", said, "/reason", label))
    problems += [
        Problem(code, message.replace("{label}", label), "/reason", label)
        for _, code, message in breaches({"reason": text} if text else {})
    ]
    if (moving or wish.basis) and wish.basis not in BASIS_WORDS:
        problems.append(Problem("BASIS", "请选择依据。", "/basis", "依据"))
    if problems:
        raise invalid(problems)
    return Wish(wish.act, wish.basis, text)


def _visible(text: str) -> str:
    """Without blanks and without what cannot be seen (zero width, marks of direction): neither is a reason."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)


def _why_blocked(row: ListRow) -> str:
    problems = row.stated.get("problems", ())
    found = next((one for one in problems if one.get("level") == "error"), None)
    return f"{found.get('column', '')}有误" if found else "内容有误"
