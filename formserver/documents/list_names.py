"""The names a list page needs: types, agencies one sees, colleagues, the enterprise of the address."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import MultiDict

from formserver.accounts.repository import UserRepository
from formserver.agencies.permissions import AgencyPermission
from formserver.agencies.service import AgencyService, Branch
from formserver.core.errors import AppError
from formserver.core.permissions import Actor
from formserver.documents.enterprises import chosen_enterprise
from formserver.documents.listing_filter import Filter, Names, read_filter
from formserver.documents.lookup import Lookup
from formserver.enterprises.permissions import EnterprisePermission
from formserver.web.context import context, service


def list_names(actor: Actor, args: MultiDict[str, str] | None = None) -> Names:
    """What this person may filter by. Agencies only where there is more than the own one."""
    asked = request.args if args is None else args
    titles = {dt.key: dt.title for dt in service(Lookup).types(actor)}
    agencies: dict[str, str] = {}
    if actor.scope.everything or len(actor.scope.agency_ids) > 1:
        agencies = _agencies(actor)
    enterprise = ""
    if asked.get("enterprise") and actor.may(EnterprisePermission.READ):
        enterprise = _enterprise_name(actor, asked["enterprise"])
    return Names(titles, agencies, _people(actor, asked.get("author", "")), enterprise)


def asked_filter(actor: Actor, args: MultiDict[str, str]) -> tuple[Filter, Names]:
    """The filter of an address with its names."""
    names = list_names(actor, args)
    return read_filter(args, names), names


def asked_of(address: str) -> MultiDict[str, str]:
    """The arguments of an address that a form carried along (the part behind ``?``)."""
    return MultiDict(parse_qsl(address[:8_000], max_num_fields=200))


def agencies_below(actor: Actor, wanted: Filter) -> tuple[str, ...]:
    """The agencies that the filter's agency stands for, inside the scope."""
    if not wanted.agency:
        return ()
    below = service(AgencyService).subtree_ids(wanted.agency)
    return tuple(sorted(below if actor.scope.everything else below & actor.scope.agency_ids))


def _agencies(actor: Actor) -> dict[str, str]:
    if not actor.may(AgencyPermission.READ):
        return {}
    found: dict[str, str] = {}

    def walk(branches: Sequence[Branch]) -> None:
        for branch in branches:
            found[branch.agency.id] = branch.agency.name
            walk(branch.children)

    walk(service(AgencyService).tree(actor))
    return found


def _people(actor: Actor, asked: str) -> dict[str, str]:
    """Colleagues of the own agency; somebody of an agency below only when the address names them."""
    with context().store.uow() as u:
        repository = u.repository(UserRepository)
        found = {p.id: p.name for p in repository.in_agencies(frozenset({actor.agency_id}))}
        if asked and asked not in found:
            try:
                person = repository.get(asked)
            except AppError:
                return found
            if actor.scope.everything or person.agency_id in actor.scope.agency_ids:
                found[person.id] = person.name
    return found


def _enterprise_name(actor: Actor, enterprise_id: str) -> str:
    try:
        chosen = chosen_enterprise(actor, enterprise_id)
    except AppError:
        return ""
    return chosen.name if chosen is not None else ""
