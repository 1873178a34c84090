"""Messages to approvers: it is your turn; and that they need not look any more."""

from __future__ import annotations

from formserver.approvals.models import Round
from formserver.approvals.standing import Rules
from formserver.core.clock import Clock
from formserver.core.ids import new_id
from formserver.core.models import Document
from formserver.core.notices import Notice, NoticeBoard
from formserver.core.store_ports import UnitOfWork

ASKED = "approval.asked"


class ApproverTeller:
    """Writes messages in the unit of the deed; who wrote the paper is told by the notices slice."""

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    def ask(self, u: UnitOfWork, document: Document, found: Round) -> None:
        """Tell those whose turn it is."""
        step = found.current
        if step is None:
            return
        now = self._clock.now()
        again = f"（第{step.round}次提交）" if step.round > 1 else ""
        told = [
            Notice(
                id=new_id(),
                user_id=user_id,
                at=now,
                kind=ASKED,
                title=f"请审批《{document.title}》{again}",
                path=f"/approvals/{document.id}",
                detail=f"{step.submitted_by_name}提交 · {step.title}",
                document_id=document.id,
            )
            for user_id in self._rules.who_is_asked(u, document, found)
        ]
        self._board(u).post(told)

    def settle(self, u: UnitOfWork, document: Document) -> None:
        """Somebody has decided: the question is answered for everybody."""
        self._board(u).settle(document.id, ASKED, self._clock.now())

    def _board(self, u: UnitOfWork) -> NoticeBoard:
        return u.repository(NoticeBoard)  # type: ignore[type-abstract]
