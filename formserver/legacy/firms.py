"""Which firm of the register an old paper speaks of."""

from __future__ import annotations

from formserver.core.permissions import Actor
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService


def firm_of(register: EnterpriseService, actor: Actor, name: str, code: str) -> str:
    """The id of the firm that bears this code or exactly this name; empty when it is not certain."""
    page = register.search(actor, EnterpriseQuery(text=code or name, limit=5))
    same = [e for e in page.items if (code and e.uscc == code) or e.name == name]
    return same[0].id if len(same) == 1 else ""
