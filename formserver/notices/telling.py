"""Tells the author of a document what somebody else did with it, in the transaction that does it."""

from __future__ import annotations

from typing import Final

from formserver.core.clock import Clock
from formserver.core.ids import new_id
from formserver.core.notices import Notice, NoticeBoard
from formserver.core.service_kit import DocumentDeed
from formserver.core.store_ports import UnitOfWork

SAYING: Final = {
    "return": "已退回，请修改后重新提交",
    "reopen": "已退回修改",
    "approve": "审批通过",
    "number": "已取号",
    "void": "已作废",
    "serve": "已登记送达",
}
"""What the author hears, by the key of the deed."""

_SETTLED_BY: Final = {"submit": ("return", "reopen"), "void": ("return", "reopen", "approve", "number")}
"""Messages that ask for something which this deed has done, or which nobody needs to do any more."""


class AuthorTeller:
    """A handler of deeds; see :data:`~formserver.core.service_kit.DeedHandler`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, u: UnitOfWork, deed: DocumentDeed) -> None:
        """Writes only messages: one to the author, unless the author did it."""
        document, now = deed.document, self._clock.now()
        board = u.repository(NoticeBoard)  # type: ignore[type-abstract]
        for key in _SETTLED_BY.get(deed.key, ()):
            board.settle(document.id, f"document.{key}", now)
        saying = SAYING.get(deed.key)
        if saying is None or not document.created_by or document.created_by == deed.actor.user_id:
            return
        number = f"，文号 {document.number}" if deed.key == "number" else ""
        told = Notice(
            id=new_id(),
            user_id=document.created_by,
            at=now,
            kind=f"document.{deed.key}",
            title=f"《{document.title}》{saying}{number}",
            path=f"/documents/{document.id}",
            detail=f"{deed.actor.name}：{deed.reason}" if deed.reason else deed.actor.name,
            document_id=document.id,
        )
        board.post([told])
