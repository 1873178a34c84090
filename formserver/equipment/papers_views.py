"""制作文书: what can be made of a list, making it, taking the list again, and the workbook of a document."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.papers import upload_name
from formserver.core.service_kit import Kit
from formserver.equipment.blueprint import equipment
from formserver.equipment.papers_models import ELIMINATION, EQUIPMENT, MOST_INLINE
from formserver.equipment.papers_page import papers_page
from formserver.equipment.papers_service import CAN_BE_TAKEN, EquipmentPapers
from formserver.equipment.papers_sources import XLSX, title_of
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires


@equipment.get("/lists/<list_id>/papers")
@requires(EquipmentPermission.READ)
def papers(list_id: str) -> Any:
    """What can be made of a list, what stands against it, what was made."""
    actor = current_actor()
    one, made = service(EquipmentPapers).of_list(actor, list_id)
    with context().store.uow() as u:
        page = papers_page(u, one)
    return render_template(
        "equipment/papers.html",
        one=one,
        made=made,
        page=page,
        ready=one.state in CAN_BE_TAKEN,
        kinds=((ELIMINATION, title_of(ELIMINATION)), (EQUIPMENT, title_of(EQUIPMENT))),
        most=MOST_INLINE,
        may_make=actor.may(DocumentPermission.CREATE) and actor.may(DocumentPermission.EDIT),
        may_edit=actor.may(DocumentPermission.EDIT),
    )


@equipment.post("/lists/<list_id>/papers/<paper_type>")
@requires(DocumentPermission.CREATE)
def papers_make(list_id: str, paper_type: str) -> Any:
    """Make a document of a list and open its form."""
    document = service(EquipmentPapers).make(current_actor(), list_id, paper_type)
    flash(f"已制作《{title_of(paper_type)}》，表格由清单带入。请补齐其余内容，核对后定稿。", "success")
    return redirect(url_for("documents.edit", document_id=document.id))


@equipment.post("/documents/<document_id>/update")
@requires(DocumentPermission.EDIT)
def papers_update(document_id: str) -> Any:
    """按清单更新."""
    service(EquipmentPapers).update(current_actor(), document_id)
    flash("已按设备清单的现行结论更新表格和附件，请核对。", "success")
    return redirect(url_for("documents.edit", document_id=document_id))


@equipment.get("/documents/<document_id>/sheet.xlsx")
@requires(DocumentPermission.READ)
def papers_sheet(document_id: str) -> Any:
    """The document as a workbook: its tables, as its newest version states them."""
    from formserver.equipment.papers_book import paper_xlsx  # openpyxl takes long to load

    document, body, _ = service(EquipmentPapers).of_document(current_actor(), document_id)
    organ = _organ(document.agency_id)
    data = paper_xlsx(title_of(document.type), body, organ=organ, state=document.state.value)
    return _download(data, upload_name(document.title[:90], "") + ".xlsx")


def _organ(agency_id: str) -> str:
    with context().store.uow() as u:
        return str(service(Kit).agencies.facts(u, agency_id).get("issuing_organ", "")) if agency_id else ""


def _download(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
