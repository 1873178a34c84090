"""One website per module, with approvers of two ranks, of the province, and of another city."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formserver.accounts.service import AccountService
from formserver.approvals.service import ApprovalService, Ticket
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from tests.support.website import PASSWORD, Website


class Office(Website):
    """``chen`` and ``he`` write and approve; ``zhuren`` only approves; ``clerk`` writes only."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for username, name, code, roles in (
            ("zhuren", "赵主任", "SC-CD", ("leader",)),
            ("clerk", "钱办事", "SC-CD", ("inspector",)),
            ("sheng", "孙省级", "SC", ("leader",)),
            ("admin", "李管理", "SC-CD", ("administrator",)),
        ):
            self.context.service(AccountService).add_user(
                username=username,
                name=name,
                password=PASSWORD,
                agency_id=self.agencies[code],
                roles=roles,
                title="科室负责人" if username == "he" else "",
            )

    @property
    def approvals(self) -> ApprovalService:
        return self.context.service(ApprovalService)

    def submitted(self, username: str = "clerk", **changes: object) -> Document:
        """A notice that waits for approval."""
        document = self.saved(username, **changes)
        return self.step(username, document, "submit")

    def step(self, username: str, document: Document, key: str, reason: str = "") -> Document:
        """A plain deed on the newest version."""
        head = self.head(document.id).head_version
        return self.context.service(Issuing).transition(
            self.actor(username), document.id, key, base_version=head, reason=reason
        )

    def ticket(self, document: Document, position: int = 1, number: int | None = None) -> Ticket:
        """What somebody who has just looked at the paper decides about."""
        rounds = self.approvals.rounds(self.actor("zhuren"), document)
        round_no = number or rounds[-1].steps[0].round
        return Ticket(document.id, self.head(document.id).head_version, round_no, position)

    def user_id(self, username: str) -> str:
        """The id behind a user name."""
        return self.actor(username).user_id


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.close()
