"""Plays the case through the services, as people would: nothing is written past them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formserver.accounts.service import AccountService
from formserver.core.clock import today_in_china
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.validation import validate_complete
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document, Json, Series
from formserver.core.permissions import Actor
from formserver.core.places import to_keyed
from formserver.core.signing import Signing
from formserver.core.store_ports import DocumentQuery
from formserver.demo.case import ORDER, VISIT_DAY, complete_case
from formserver.demo.scan import demo_scan
from formserver.web.context import AppContext

FIRST_NUMBER = 12
"""The notice of the case is 〔…〕12号: the agency numbered eleven notices before it began to use the platform."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the demonstration made."""

    documents: tuple[Document, ...]
    number: str


def is_empty(context: AppContext, actor: Actor) -> bool:
    """Whether the store holds no document in the actor's sight."""
    with context.store.uow() as u:
        return not u.documents.find(DocumentQuery(limit=1), actor.scope).items


def play(context: AppContext, actor: Actor, enterprise_ids: Mapping[str, str]) -> Played:
    """The whole case: the notice reviewed, numbered, signed and served; the records signed; one draft left open."""
    catalogue: Catalogue = context.catalogue
    series = Series(actor.agency_id, "inspection_notice", today_in_china(context.clock).year)
    with context.store.uow(write=True) as u:
        if not u.numbers.entries(series):  # played again, it is one more case with the next number
            u.numbers.set_start(series, FIRST_NUMBER)
    bodies = complete_case(catalogue, "")
    notice = _notice(context, actor, bodies["inspection_notice"], enterprise_ids)
    bodies = complete_case(catalogue, notice.number)
    made = [notice]
    for key in ORDER[1:]:
        document = _saved(context, actor, key, bodies[key], enterprise_ids)
        if key == "pledge_feedback":
            made.append(document)  # the sheet the enterprise still has to fill: left as a draft
            continue
        made.append(sign_off(context, actor, document))
    return Played(tuple(made), notice.number)


def _saved(
    context: AppContext, actor: Actor, key: str, body: Json, enterprise_ids: Mapping[str, str]
) -> Document:
    drafting = context.service(Drafting)
    name = str(body.get("enterprise", {}).get("ent_name", body.get("recipient", "")))
    document = drafting.create(actor, key, enterprise_id=enterprise_ids.get(name, ""))
    drafting.save_body(actor, document.id, body, base_version=0)
    return _head(context, actor, document)


def _notice(context: AppContext, actor: Actor, body: Json, enterprise_ids: Mapping[str, str]) -> Document:
    issuing = context.service(Issuing)
    document = _saved(context, actor, "inspection_notice", body, enterprise_ids)
    document = issuing.transition(actor, document.id, "submit", base_version=document.head_version)
    document = issuing.transition(
        _approver(context, actor), document.id, "approve", base_version=document.head_version
    )
    document = issuing.take_number(actor, document.id, base_version=document.head_version)
    return sign_off(context, actor, document)


def _approver(context: AppContext, actor: Actor) -> Actor:
    """Somebody else of the agency who may approve: nobody approves what they submitted."""
    accounts = context.service(AccountService)
    for user in accounts.everybody():
        other = accounts.actor_for(user)
        if (
            user.id != actor.user_id
            and user.agency_id == actor.agency_id
            and other.may(DocumentPermission.APPROVE)
        ):
            return other
    return actor


def sign_off(context: AppContext, actor: Actor, document: Document) -> Document:
    """Finalise a draft and put the signed paper in."""
    final = context.service(Issuing).finalise(actor, document.id, base_version=document.head_version)
    context.service(Signing).sign(
        actor,
        document.id,
        [("签字件.jpg", demo_scan(final.title))],
        base_version=final.head_version,
        pen_fields=_written_by_hand(context, actor, final),
    )
    return _head(context, actor, document)


def _written_by_hand(context: AppContext, actor: Actor, document: Document) -> dict[str, str]:
    """What the people of the case wrote on the paper: dates and confirmations the form could not know."""
    with context.store.uow() as u:
        body = u.documents.version(document.id, document.head_version, actor.scope).body
    dt = context.catalogue.type(document.type, document.edition)
    missing = [p for p in validate_complete(dt, body, stage="signed") if p.code == "REQUIRED"]
    return {
        to_keyed(body, p.pointer): VISIT_DAY
        if dt.leaf(p.pointer).kind == "date"
        else str(body.get("confirm_prompt", "以上内容已核对，无误。"))
        for p in missing
    }


def _head(context: AppContext, actor: Actor, document: Document) -> Document:
    with context.store.uow() as u:
        return u.documents.get(document.id, actor.scope)
