"""The enterprises a new document can be for, from the register, within the person's scope."""

from __future__ import annotations

from formserver.core.permissions import Actor
from formserver.enterprises.models import Enterprise, EnterprisePage, EnterpriseQuery
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import EnterpriseService
from formserver.web.context import service

SHOWN = 12
_NOBODY = EnterprisePage((), "", 0)


def known_enterprises(actor: Actor, text: str) -> EnterprisePage:
    """The first enterprises that match ``text`` (a name, part of one, pinyin initials, a code)."""
    if not actor.may(EnterprisePermission.READ):
        return _NOBODY
    return service(EnterpriseService).search(actor, EnterpriseQuery(text=text, limit=SHOWN))


def chosen_enterprise(actor: Actor, enterprise_id: str) -> Enterprise | None:
    """The enterprise the person chose; None for none. Raises NOT_FOUND outside the scope."""
    if not enterprise_id:
        return None
    return service(EnterpriseService).get(actor, enterprise_id)
