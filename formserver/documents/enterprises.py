"""The enterprises a new document can be for, from the register, within the person's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.core.definitions.document_type import DocumentType
from formserver.core.draft_head import link_mark, linked_enterprise, picker_of
from formserver.core.models import Document, Draft, Json
from formserver.core.permissions import Actor
from formserver.enterprises.finding import uscc_key
from formserver.enterprises.models import Enterprise, EnterprisePage, EnterpriseQuery
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import EnterpriseService, facts_of
from formserver.web.context import service

SHOWN = 12
LONGEST_ID: Final = 40
MARK: Final = "来自企业档案"
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


def enterprise_marks(
    actor: Actor,
    dt: DocumentType,
    document: Document,
    draft: Draft,
    body: Mapping[str, Any],
    picked: str | None,
) -> dict[str, Json | None]:
    """The marks that make a draft follow the enterprise in its form; {} when nothing about it changed.

    ``picked`` is the id of the record a person chose in the register: its facts are marked as coming from there.
    A name typed over by hand keeps the record as long as the code in the form is the record's; a name or code that one
    record alone has finds it; anything else is no record of the register. Raises NOT_FOUND outside the scope.
    """
    picker = picker_of(dt)
    if picker is None:
        return {}
    if picked:
        return _marks_of(dt, service(EnterpriseService).get(actor, picked), body)
    if dt.value(body, picker.pointer) == dt.value(draft.body, picker.pointer):
        return {}
    name, code = str(dt.value(body, picker.pointer) or ""), _code_in(dt, body)
    found = _named(actor, name, code)
    linked = linked_enterprise(dt, document, draft)
    if found is not None:
        return {picker.pointer: link_mark(found.id, MARK if found.name == name else "")}
    return {picker.pointer: link_mark("", "")} if linked else {}


def _named(actor: Actor, name: str, code: str) -> Enterprise | None:
    """The one record with that code or, without a code, that name."""
    if not actor.may(EnterprisePermission.READ) or not (name or code):
        return None
    twins = service(EnterpriseService).twins(actor, Enterprise("", "", name, code))
    fitting = [twin for twin in twins if code and uscc_key(twin.uscc) == uscc_key(code)]
    if not code:
        fitting = [twin for twin in twins if twin.name == name]
    return fitting[0] if len(fitting) == 1 else None


def _marks_of(dt: DocumentType, chosen: Enterprise, body: Mapping[str, Any]) -> dict[str, Json | None]:
    facts = facts_of(chosen)
    marks: dict[str, Json | None] = {}
    for field in dt.fields():
        namespace, _, name = (field.source or "").partition(".")
        known = facts.get(name) if namespace == "enterprise" and not field.list_depth else None
        if known and dt.value(body, field.pointer) == known:
            marks[field.pointer] = {**link_mark(chosen.id, MARK), "source": str(field.source)}
    picker = picker_of(dt)
    if picker is not None:
        text = MARK if dt.value(body, picker.pointer) == chosen.name else ""
        marks[picker.pointer] = link_mark(chosen.id, text)
    return marks


def _code_in(dt: DocumentType, body: Mapping[str, Any]) -> str:
    coded = (f for f in dt.fields() if f.source == "enterprise.uscc" and not f.list_depth)
    field = next(coded, None)
    return str(dt.value(body, field.pointer) or "") if field is not None else ""
