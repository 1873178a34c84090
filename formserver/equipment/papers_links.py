"""Lines of document menus: workbook, original, detail and list of a paper; the list of the enterprise of a 现场核查表."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.models import EquipmentList
from formserver.equipment.papers_models import PAPER_TYPES
from formserver.equipment.papers_service import EquipmentPapers
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository
from formserver.web.feature import Link

VERIFICATION: Final = "verification_form"


class EquipmentPaperLinks:
    """What a person may do with a document where equipment is concerned."""

    def __init__(self, kit: Kit, papers: EquipmentPapers) -> None:
        self._kit = kit
        self._papers = papers

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """Nothing for documents that have nothing to do with lists."""
        if not actor.may(DocumentPermission.READ):
            return ()
        if document.type in PAPER_TYPES:
            return self._of_paper(actor, document)
        if document.type == VERIFICATION and document.enterprise_id and actor.may(EquipmentPermission.READ):
            return self._of_enterprise(actor, document.enterprise_id)
        return ()

    def _of_paper(self, actor: Actor, document: Document) -> list[Link]:
        try:
            document, body, record = self._papers.of_document(actor, document.id)
        except AppError:
            return []
        made = [Link("清单（xlsx）", url_for("equipment.papers_sheet", document_id=document.id), "download")]
        files = {one.blob_sha256: one for one in self._papers.files_of(actor, document)}
        for sha256, word in (
            (str(body.get("detail_sha256", "")), "识别明细（xlsx）"),
            (str(body.get("source_sha256", "")), "企业报送的原件"),
        ):
            if sha256 in files:
                url = url_for("documents.download", document_id=document.id, rendition_id=files[sha256].id)
                made.append(Link(word, url, "download"))
        if actor.may(EquipmentPermission.READ):
            with self._kit.store.uow() as u:
                if _list(u, actor, record.list_id) is not None:
                    made.append(Link("设备清单", url_for("equipment.papers", list_id=record.list_id), "list"))
        return made

    def _of_enterprise(self, actor: Actor, enterprise_id: str) -> list[Link]:
        with self._kit.store.uow() as u:
            one = u.repository(EquipmentListRepository).latest(enterprise_id, actor.scope)
        if one is None:
            return []
        return [Link("设备清单", url_for("equipment.papers", list_id=one.id), "list")]


def _list(u: UnitOfWork, actor: Actor, list_id: str) -> EquipmentList | None:
    try:
        return u.repository(EquipmentListRepository).get(list_id, actor.scope)
    except AppError:
        return None
