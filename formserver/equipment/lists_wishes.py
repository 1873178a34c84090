"""What a person types when handing in a list, and how it is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork
from formserver.enterprises.models import Enterprise, EnterpriseQuery
from formserver.enterprises.repository import EnterpriseRepository
from formserver.equipment.lists_errors import LIST_DAY, LIST_ENTERPRISE

TITLE_LIMIT: Final = 100
FIRST_DAY: Final = date(2010, 1, 1)
"""The first elimination catalogue is of December 2009; before it nothing would speak."""
AHEAD: Final = timedelta(days=366)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """As typed. ``enterprise`` is a name or a code, ``enterprise_id`` the choice from the register; ``previous_id`` the list
    that is uploaded again."""

    title: str = ""
    as_of: str = ""
    enterprise: str = ""
    enterprise_id: str = ""
    previous_id: str = ""


def typed_day(text: str, today: date) -> date:
    """The day a list is judged as of; today where nothing stands. Raises LIST_DAY."""
    if not text.strip():
        return today
    found = _DAY.fullmatch("".join(text.split()))
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= today + AHEAD:
        raise LIST_DAY(value=text.strip()[:40], first=FIRST_DAY.isoformat(), last=(today + AHEAD).isoformat())
    return day


def chosen_enterprise(u: UnitOfWork, actor: Actor, name: str, enterprise_id: str) -> Enterprise | None:
    """The enterprise a person means; None where nothing was typed. Raises NOT_FOUND, LIST_ENTERPRISE."""
    repository, wanted = u.repository(EnterpriseRepository), name.strip()
    if not wanted:
        return None
    if enterprise_id:
        chosen = repository.get(enterprise_id, actor.scope)
        if wanted in (chosen.name, chosen.uscc):
            return chosen
    page = repository.search(EnterpriseQuery(text=wanted[:100], limit=5), actor.scope)
    exact = [one for one in page.items if wanted in (one.name, one.uscc)]
    if len(exact) != 1:
        raise LIST_ENTERPRISE(name=wanted[:60])
    return exact[0]
