"""No paper leaves 草稿 that says something else than its list; a finalised 淘汰设备清单 closes the list it rests on.

A list stays closed as long as one finalised 淘汰设备清单 holds it. 退回修改 and 作废 let it go: the list opens again, people
can decide, and the paper is updated or made anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from formserver.core.clock import today_in_china
from formserver.core.errors import AppError
from formserver.core.lifecycle import FINALISE, REOPEN, SIGN, VOID
from formserver.core.models import Document
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.service_kit import DeedRequest, DocumentDeed, Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.models import ListState
from formserver.equipment.papers_computer import PaperComputer
from formserver.equipment.papers_errors import PAPER_BEHIND_LIST, PAPER_NOT_AS_TAKEN, PAPER_WITHOUT_LIST
from formserver.equipment.papers_models import ELIMINATION, PAPER_TYPES, REF, PaperRecord
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.papers_service import CAN_BE_TAKEN
from formserver.equipment.repository import EquipmentListRepository

CLOSED: Final = "equipment.list_closed"
OPENED: Final = "equipment.list_opened"
_HOLDING: Final = frozenset({FINALISE.key, SIGN.key})
_LETTING_GO: Final = frozenset({REOPEN.key, VOID.key})


class PaperDeeds:
    """The guard asked before a deed and the handler told after it."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def refuse(self, u: UnitOfWork, request: DeedRequest) -> None:
        """Before 定稿. Raises PAPER_WITHOUT_LIST, PAPER_BEHIND_LIST, PAPER_NOT_AS_TAKEN."""
        document, body = request.document, request.content.body
        if request.key != FINALISE.key or document.type not in PAPER_TYPES:
            return
        computer = PaperComputer(u)
        record = computer.record(body.get(REF), document.type)
        if record is None:
            raise PAPER_WITHOUT_LIST(title=document.title)
        try:
            one = u.repository(EquipmentListRepository).lock(record.list_id, SYSTEM_SCOPE)
        except AppError as gone:
            raise PAPER_WITHOUT_LIST(title=document.title) from gone
        if one.state not in CAN_BE_TAKEN or computer.is_behind(record):
            raise PAPER_BEHIND_LIST(title=document.title)
        dt = self._kit.document_type(document)
        field = dt.by_pattern["/rows"]
        if computer.compute(dt, field, dict(body), (), today_in_china(self._kit.clock)) != body:
            raise PAPER_NOT_AS_TAKEN(title=document.title)

    def hear(self, u: UnitOfWork, deed: DocumentDeed) -> None:
        """After a deed: close or open the list. Writes this slice's tables and the event, nothing else."""
        if deed.document.type != ELIMINATION or deed.key not in _HOLDING | _LETTING_GO:
            return
        body = self._body(u, deed.document)
        record = PaperComputer(u).record(body.get(REF), ELIMINATION)
        if record is None:
            return
        holders = set(record.held_by)
        if deed.key in _HOLDING:
            holders.add(deed.document.id)
        else:
            holders.discard(deed.document.id)
        if holders == set(record.held_by):
            return
        papers = u.repository(PaperRepository)
        papers.update(dataclasses.replace(record, held_by=tuple(sorted(holders))))
        self._settle(u, deed, record, held=any(one.held_by for one in papers.of_list(record.list_id)))

    def _settle(self, u: UnitOfWork, deed: DocumentDeed, record: PaperRecord, *, held: bool) -> None:
        lists = u.repository(EquipmentListRepository)
        one = lists.lock(record.list_id, SYSTEM_SCOPE)
        wanted = ListState.CLOSED if held else ListState.READY
        if one.state is wanted or one.state not in CAN_BE_TAKEN:
            return
        lists.update(dataclasses.replace(one, state=wanted))
        data = {"list": one.id, "deed": deed.key, "before": one.state.value, "after": wanted.value}
        action = CLOSED if held else OPENED
        record_event(
            self._kit, u, deed.actor, action, document_id=deed.document.id, subject=one.title, data=data
        )

    def _body(self, u: UnitOfWork, document: Document) -> Mapping[str, Any]:
        if not document.head_version:
            return {}
        return u.documents.version(document.id, document.head_version, SYSTEM_SCOPE).body
