"""What has to happen next with a document, and what is still missing for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formserver.core.definitions.validation import validate_complete
from formserver.core.lifecycle import Action, available
from formserver.core.models import State
from formserver.documents.form_page import codec_for
from formserver.documents.lookup import Overview
from formserver.web.language import say

SHOWN: Final = 6
_WAITING: Final = {
    State.DRAFT: "等待填写人完成。",
    State.RETURNED: "已退回，等待填写人修改。",
    State.IN_REVIEW: "等待审核。",
    State.APPROVED: "已审批，等待取号。",
    State.NUMBERED: "已编号，等待定稿打印。",
    State.FINAL: "已定稿，等待签字盖章后上传签字件。",
    State.SIGNED: "已签署，等待送达。",
    State.SERVED: "已送达，等待归档。",
    State.ARCHIVED: "已归档，不再变动。",
    State.VOID: "已作废，不再变动。",
}

_RECORD_SIGNED: Final = "已签署，等待归档。"
"""Records are signed on the spot and kept; only outward papers are served."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """``missing`` are (anchor in the form, sentence); ``more`` counts those that are not shown."""

    words: str
    label: str
    missing: tuple[tuple[str, str], ...]
    more: int


def next_step(seen: Overview, actions: Sequence[Action], *, unsaved: bool) -> NextStep:
    """For everybody who sees the document; what is missing is told of the version saved, for the main deed."""
    dt, state = seen.dt, seen.document.state
    if seen.head is None:
        return NextStep("还没有保存过，保存之后别人才能看到。", "保存", (), 0)
    deed = next((a for a in available(dt.lifecycle, dt.numbering.mode, state) if a.primary), None)
    waiting = _RECORD_SIGNED if dt.lifecycle == "record" and state is State.SIGNED else _WAITING[state]
    if deed is None or not deed.stage:
        return NextStep(waiting, deed.label if deed else "", (), 0)
    problems = validate_complete(dt, seen.head.body, stage=deed.stage, ctx=seen.context)
    # what the pen writes is filled in while the signed paper is registered: nothing is missing before that
    missing = codec_for(dt).summary(seen.head.body, problems) if deed.key != "sign" else []
    words = waiting
    if any(a.key == deed.key for a in actions):
        words = say(f"下一步：{deed.label}。").replace(deed.label, say(deed.label))
    if unsaved:
        words += f"您有未保存的修改，以下按已保存的第{seen.document.head_version}版检查。"
    return NextStep(words, deed.label, tuple(missing[:SHOWN]), max(0, len(missing) - SHOWN))
