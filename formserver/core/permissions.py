"""Who is acting, what they may do and how far they can see.

Permissions are named ``slice:resource:action`` in one enum per slice; which role holds which is data
(``schemas/roles.json``). A :class:`Scope` is compiled in one place (accounts) and every query must be given one:
there is no unscoped read, :data:`SYSTEM_SCOPE` says "everything" out loud.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from formserver.core.errors import NOT_ALLOWED


class Permission(StrEnum):
    """Base of the permission enums; each member's value is ``slice:resource:action``."""

    @property
    def label(self) -> str:
        """What the permission allows, in Chinese, for messages and the role page."""
        return PERMISSION_LABELS.get(self.value, self.value)


PERMISSION_LABELS: dict[str, str] = {}
CONFIDENTIALITY = ("公开", "内部", "敏感")


def confidentiality_level(word: str) -> int:
    """The level of a 密级 word (0 公开, 1 内部, 2 敏感); an unknown word counts as the highest."""
    return CONFIDENTIALITY.index(word) if word in CONFIDENTIALITY else len(CONFIDENTIALITY) - 1


def describe_permissions(labels: dict[str, str]) -> None:
    """Register the Chinese labels of a slice's permissions; called once per slice at import."""
    for name, label in labels.items():
        if PERMISSION_LABELS.setdefault(name, label) != label:
            raise ValueError(f"permission {name} is described twice")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may see.

    ``agency_ids`` holds the agency and its whole subtree, expanded; ``enterprise_ids`` the firms a clerk answers
    for; ``grants`` documents opened to this person one by one; ``max_confidentiality`` the highest 密级 (0 公开,
    1 内部, 2 敏感) that is visible. ``everything`` is for the system itself: migrations, verify, rebuild, jobs.
    """

    agency_ids: frozenset[str] = frozenset()
    enterprise_ids: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    max_confidentiality: int = 0
    everything: bool = False

    def covers(
        self, *, agency_id: str, document_id: str = "", confidentiality: int = 0, enterprise_id: str = ""
    ) -> bool:
        """Whether one record lies inside the scope: by its agency, by its enterprise or granted on its own."""
        if self.everything:
            return True
        if confidentiality > self.max_confidentiality:
            return False
        return (
            agency_id in self.agency_ids
            or (enterprise_id != "" and enterprise_id in self.enterprise_ids)
            or (document_id != "" and document_id in self.grants)
        )


SYSTEM_SCOPE = Scope(max_confidentiality=9, everything=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or part of the system) on whose behalf something is done."""

    user_id: str
    name: str
    agency_id: str
    permissions: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=Scope)

    def may(self, permission: Permission) -> bool:
        """Whether a role of this person holds ``permission``."""
        return permission.value in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise NOT_ALLOWED unless :meth:`may`."""
        if not self.may(permission):
            raise NOT_ALLOWED(what=permission.label)


class _AllPermissions(frozenset[str]):
    def __contains__(self, item: object) -> bool:
        return isinstance(item, str)


def system_actor(name: str = "系统", agency_id: str = "") -> Actor:
    """The system itself: command line and worker, never a web request."""
    return Actor("system", name, agency_id, _AllPermissions(), SYSTEM_SCOPE)
