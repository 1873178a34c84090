"""The two lifecycles a document type can name, and the deeds that move a document through them.

``outward`` papers are reviewed, approved, numbered, sealed and served; ``record`` papers (笔录, 核查表, 回证, 委托书,
承诺书) are printed, signed on the spot and kept (design §5). From 定稿待签 on the body is frozen: going back needs a
reason and voids the printed version.
"""

from __future__ import annotations

from dataclasses import dataclass

from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.errors import Kind, error_code
from formserver.core.models import State

UNKNOWN_LIFECYCLE = error_code(
    "UNKNOWN_LIFECYCLE", Kind.INVALID, zh="文书定义中的流程“{name}”不存在。", en="Unknown lifecycle {name}."
)
WRONG_STATE = error_code(
    "WRONG_STATE",
    Kind.CONFLICT,
    zh="文书当前为“{state}”，不能执行“{action}”。{hint}",
    en="The document is {state}; {action} is not possible now.",
)
REASON_NEEDED = error_code(
    "REASON_NEEDED",
    Kind.INVALID,
    zh="“{action}”需要写明理由，请填写后再提交。",
    en="{action} needs a reason.",
)


@dataclass(frozen=True, slots=True)
class Action:
    """A deed: its key in URLs and events, its button, where it leads from and to and what it asks for.

    ``stage`` is the completeness the body must have reached (``draft``, ``print``, ``signed``, ``served``); empty: none.
    ``primary`` marks the one button a page shows first. ``dedicated`` deeds do more than change the state and have
    a service method of their own.
    """

    key: str
    label: str
    sources: frozenset[State]
    target: State
    permission: P
    stage: str = ""
    needs_reason: bool = False
    primary: bool = False
    dedicated: bool = False


_DRAFTING = frozenset({State.DRAFT, State.RETURNED})
_BEFORE_PRINT = frozenset({State.APPROVED, State.NUMBERED, State.FINAL})
_NOT_ENDED = frozenset(State) - {State.VOID, State.ARCHIVED}

SUBMIT = Action("submit", "提交审核", _DRAFTING, State.IN_REVIEW, P.SUBMIT, stage="draft", primary=True)
WITHDRAW = Action("withdraw", "撤回", frozenset({State.IN_REVIEW}), State.DRAFT, P.SUBMIT)
APPROVE = Action(
    "approve", "同意", frozenset({State.IN_REVIEW}), State.APPROVED, P.APPROVE, stage="draft", primary=True
)
RETURN = Action("return", "退回", frozenset({State.IN_REVIEW}), State.RETURNED, P.APPROVE, needs_reason=True)
NUMBER = Action(
    "number",
    "取号",
    frozenset({State.APPROVED}),
    State.NUMBERED,
    P.NUMBER,
    stage="draft",
    primary=True,
    dedicated=True,
)
FINALISE = Action(
    "finalise",
    "定稿打印",
    frozenset({State.NUMBERED}),
    State.FINAL,
    P.FINALISE,
    stage="print",
    primary=True,
    dedicated=True,
)
FINALISE_UNNUMBERED = Action(
    "finalise",
    "定稿打印",
    frozenset({State.APPROVED, State.NUMBERED}),
    State.FINAL,
    P.FINALISE,
    stage="print",
    dedicated=True,
)
FINALISE_RECORD = Action(
    "finalise",
    "定稿打印",
    _DRAFTING,
    State.FINAL,
    P.FINALISE,
    stage="print",
    primary=True,
    dedicated=True,
)
SIGN = Action(
    "sign",
    "上传签字件",
    frozenset({State.FINAL}),
    State.SIGNED,
    P.SIGN,
    stage="signed",
    primary=True,
    dedicated=True,
)
SERVE = Action(
    "serve",
    "登记送达",
    frozenset({State.SIGNED}),
    State.SERVED,
    P.SERVE,
    needs_reason=True,
    primary=True,
)
REOPEN = Action("reopen", "退回修改", _BEFORE_PRINT, State.DRAFT, P.EDIT, needs_reason=True)
REOPEN_RECORD = Action("reopen", "退回修改", frozenset({State.FINAL}), State.DRAFT, P.EDIT, needs_reason=True)
ARCHIVE = Action("archive", "归档", frozenset({State.SIGNED, State.SERVED}), State.ARCHIVED, P.ARCHIVE)
ARCHIVE_SERVED = Action("archive", "归档", frozenset({State.SERVED}), State.ARCHIVED, P.ARCHIVE)
VOID = Action("void", "作废", _NOT_ENDED, State.VOID, P.VOID, needs_reason=True, dedicated=True)

_OUTWARD = (SUBMIT, WITHDRAW, APPROVE, RETURN, NUMBER, FINALISE, SIGN, SERVE, REOPEN, ARCHIVE_SERVED, VOID)
_OUTWARD_OPTIONAL = (
    SUBMIT,
    WITHDRAW,
    APPROVE,
    RETURN,
    NUMBER,
    FINALISE_UNNUMBERED,
    SIGN,
    SERVE,
    REOPEN,
    ARCHIVE,
    VOID,
)
_RECORD = (FINALISE_RECORD, SIGN, REOPEN_RECORD, ARCHIVE, VOID)

EDITABLE = _DRAFTING
FROZEN = frozenset(
    {State.FINAL, State.SIGNED, State.SERVED, State.ARCHIVED, State.VOID}
)  # the body may no longer change by saving


def actions_for(lifecycle: str, numbering: str) -> tuple[Action, ...]:
    """The deeds of a lifecycle. Raises UNKNOWN_LIFECYCLE."""
    if lifecycle == "record":
        return _RECORD
    if lifecycle == "outward":
        return _OUTWARD if numbering == "always" else _OUTWARD_OPTIONAL
    raise UNKNOWN_LIFECYCLE(name=lifecycle)


def available(lifecycle: str, numbering: str, state: State) -> tuple[Action, ...]:
    """The deeds possible in ``state``, in the order of their buttons."""
    return tuple(action for action in actions_for(lifecycle, numbering) if state in action.sources)


def choose(lifecycle: str, numbering: str, state: State, key: str, reason: str = "") -> Action:
    """The deed ``key`` if it is possible now. Raises WRONG_STATE or REASON_NEEDED."""
    named = [action for action in actions_for(lifecycle, numbering) if action.key == key]
    for action in named:
        if state in action.sources:
            if action.needs_reason and not reason.strip():
                raise REASON_NEEDED(action=action.label)
            return action
    label = named[0].label if named else key
    wanted = "、".join(sorted(s.value for action in named for s in action.sources)) if named else ""
    raise WRONG_STATE(state=state.value, action=label, hint=f"只有“{wanted}”的文书可以。" if wanted else "")
