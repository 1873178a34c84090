"""One piece of evidence: what is said about it, its history, withdrawing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.evidence.blueprint import evidence
from formserver.evidence.models import FIELDS
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.pictures import has_pictures
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.service import EvidenceService
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@evidence.get("/evidence/<evidence_id>/edit")
@requires(EvidencePermission.EDIT)
def edit(evidence_id: str) -> Any:
    """The form."""
    return _form(evidence_id)


@evidence.post("/evidence/<evidence_id>/edit")
@requires(EvidencePermission.EDIT)
def edit_post(evidence_id: str) -> Any:
    """Keep what was said. What was typed stays on the page when it is refused."""
    values = {info.key: request.form.get(info.key, "") for info in FIELDS}
    version = request.form.get("row_version", type=int, default=0)
    try:
        item = service(EvidenceService).edit(current_actor(), evidence_id, values, expected_version=version)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _form(evidence_id, typed=values, error=error), STATUS[error.kind]
    flash(f"证据{item.no}的说明已保存。", "success")
    return redirect(url_for("evidence.library", document_id=item.document_id) + f"#evidence-{item.id}")


@evidence.get("/evidence/<evidence_id>/withdraw")
@requires(EvidencePermission.WITHDRAW)
def withdraw(evidence_id: str) -> Any:
    """Ask for the reason; for something withdrawn: of restoring it."""
    return _state_form(evidence_id)


@evidence.post("/evidence/<evidence_id>/withdraw")
@requires(EvidencePermission.WITHDRAW)
def withdraw_post(evidence_id: str) -> Any:
    """撤下 or 恢复."""
    actor, evidences = current_actor(), service(EvidenceService)
    reason = request.form.get("reason", "")
    act = evidences.restore if request.form.get("do") == "restore" else evidences.withdraw
    try:
        item = act(actor, evidence_id, reason)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _state_form(evidence_id, reason=reason, error=error), STATUS[error.kind]
    flash(f"证据{item.no}已{'恢复' if item.valid else '撤下，文件和编号都保留'}。", "success")
    return redirect(url_for("evidence.library", document_id=item.document_id))


def _form(evidence_id: str, *, typed: dict[str, str] | None = None, error: AppError | None = None) -> str:
    actor = current_actor()
    item, document = service(EvidenceReading).item(actor, evidence_id)
    values = typed or {info.key: str(getattr(item, info.key)) for info in FIELDS}
    values["taken_at"] = values["taken_at"].replace("T", " ")
    return render_template(
        "evidence/edit.html",
        item=item,
        document=document,
        fields=FIELDS,
        values=values,
        errors={p.pointer.lstrip("/"): p.message for p in error.problems} if error else {},
        error=error,
        proposed=[(f.key, f.label, item.proposed[f.key]) for f in FIELDS if item.proposed.get(f.key)],
        has_pictures=has_pictures,
        history=service(EvidenceReading).history(actor, item),
        version=request.form.get("row_version", item.row_version) if error is None else item.row_version,
    )


def _state_form(evidence_id: str, *, reason: str = "", error: AppError | None = None) -> str:
    actor = current_actor()
    item, document = service(EvidenceReading).item(actor, evidence_id)
    found = service(EvidenceReading).library(actor, document.id, with_links=True)
    return render_template(
        "evidence/withdraw.html",
        item=item,
        document=document,
        links=found.links.get(item.id, ()),
        reason=reason,
        error=error,
    )
