"""Who may maintain what (decision 0019): anybody with the permission drafts, the top agency of a server publishes."""

from __future__ import annotations

from typing import Protocol

from formserver.accounts.repository import UserRepository
from formserver.accounts.service import AccountService
from formserver.agencies.repository import AgencyRepository
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.errors import NOT_ALLOWED
from formserver.core.permissions import Actor, Permission
from formserver.core.store_ports import UnitOfWork


class Drafted(Protocol):
    """A draft of anything that holds for the whole server."""

    @property
    def contributors(self) -> tuple[str, ...]:
        """Ids of everybody who changed it."""
        ...


class Maintainers:
    """Reads agencies and people inside the given unit of work. ``publish`` is the permission, ``what`` names its object."""

    def __init__(
        self,
        accounts: AccountService,
        publish: Permission = CalculatorPermission.PUBLISH,
        what: str = "计算方法",
    ) -> None:
        self._accounts = accounts
        self._publish = publish
        self._what = what

    def may_publish(self, u: UnitOfWork, actor: Actor) -> bool:
        """Own editions hold for every agency of the server: only its top agency publishes and withdraws them."""
        if not actor.may(self._publish):
            return False
        if actor.scope.everything:
            return True
        agency = u.repository(AgencyRepository).find(actor.agency_id)
        return agency is not None and not agency.parent_id

    def require_publish(self, u: UnitOfWork, actor: Actor) -> None:
        """Raises NOT_ALLOWED."""
        actor.require(self._publish)
        if not self.may_publish(u, actor):
            raise NOT_ALLOWED(
                what=f"发布或撤回{self._what}：它对全省（本系统全部机构）有效，请由最上级机构发布"
            )

    def others(self, u: UnitOfWork, actor: Actor, draft: Drafted) -> tuple[str, ...]:
        """The names of people who could publish a draft because they had no hand in it."""
        tops = {one.id for one in u.repository(AgencyRepository).all() if not one.parent_id}
        roles = self._accounts.roles
        wanted = self._publish.value
        return tuple(
            user.name
            for user in u.repository(UserRepository).in_agencies(tops)
            if user.active
            and user.id != actor.user_id
            and user.id not in draft.contributors
            and any(wanted in roles[key].permissions for key in user.role_keys if key in roles)
        )
