"""Who may approve: by role and agency, read inside the unit of work that asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from formserver.accounts.models import User
from formserver.accounts.repository import UserRepository
from formserver.accounts.service import AccountService
from formserver.agencies.repository import AgencyRepository
from formserver.approvals.models import ANYONE, ROLE, USER
from formserver.core.document_permissions import DocumentPermission
from formserver.core.store_ports import UnitOfWork

T = TypeVar("T")


class Approvers:
    """The people behind a step's holder. One made by :meth:`remembering` asks each question once: for one list only."""

    def __init__(self, accounts: AccountService, known: dict[tuple[str, ...], Any] | None = None) -> None:
        self._accounts = accounts
        self._known = known

    def remembering(self) -> Approvers:
        """For one unit of work that asks the same about many papers."""
        return Approvers(self._accounts, {})

    def _once(self, question: tuple[str, ...], answer: Callable[[], T]) -> T:
        if self._known is None:
            return answer()
        if question not in self._known:
            self._known[question] = answer()
        found: T = self._known[question]
        return found

    def may_approve(self, user: User | None) -> bool:
        """An active person one of whose roles allows 审批文书."""
        if user is None or not user.active:
            return False
        roles = self._accounts.roles
        wanted = DocumentPermission.APPROVE.value
        return any(wanted in roles[key].permissions for key in user.role_keys if key in roles)

    def find(self, u: UnitOfWork, user_id: str) -> User | None:
        """Anybody by id."""
        return self._once(("person", user_id), lambda: u.repository(UserRepository).find(user_id))

    def in_agency(self, u: UnitOfWork, agency_id: str) -> tuple[User, ...]:
        """The approvers of one agency, by name."""

        def read() -> tuple[User, ...]:
            people = u.repository(UserRepository).in_agencies({agency_id})
            return tuple(person for person in people if self.may_approve(person))

        return self._once(("agency", agency_id), read)

    def at_or_above(self, u: UnitOfWork, agency_id: str) -> tuple[User, ...]:
        """The approvers of an agency and of those above it, the own ones first."""
        found: list[User] = []
        for each in self.ancestry(u, agency_id):
            found.extend(self.in_agency(u, each))
        return tuple(found)

    def ancestry(self, u: UnitOfWork, agency_id: str) -> tuple[str, ...]:
        """The agency and those above it, lowest first; ends even if the data held a circle."""

        def walk() -> tuple[str, ...]:
            seen: list[str] = []
            agencies, here = u.repository(AgencyRepository), agency_id
            while here and here not in seen:
                seen.append(here)
                found = agencies.find(here)
                here = found.parent_id if found else ""
            return tuple(seen)

        return self._once(("above", agency_id), walk)

    def holders(self, u: UnitOfWork, holder: str, agency_id: str) -> tuple[User, ...]:
        """Everybody a step of this agency may be decided by."""
        people = self.at_or_above(u, agency_id)
        return tuple(person for person in people if fits(person, holder))

    def holder_name(self, u: UnitOfWork, holder: str) -> str:
        """The holder in words."""
        if holder.startswith(USER):
            person = self.find(u, holder.removeprefix(USER))
            return person.name if person else "已删除的用户"
        if holder.startswith(ROLE):
            key = holder.removeprefix(ROLE)
            return self._accounts.roles[key].title if key in self._accounts.roles else "已取消的角色"
        return "有审批权限的人"

    def approving_roles(self) -> tuple[tuple[str, str], ...]:
        """(key, title) of the roles that allow 审批文书."""
        wanted = DocumentPermission.APPROVE.value
        return tuple((r.key, r.title) for r in self._accounts.roles.values() if wanted in r.permissions)


def fits(person: User, holder: str) -> bool:
    """Whether ``person`` is who a step names."""
    if holder == ANYONE:
        return True
    if holder.startswith(USER):
        return person.id == holder.removeprefix(USER)
    return holder.removeprefix(ROLE) in person.role_keys
