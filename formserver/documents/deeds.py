"""The buttons of a lifecycle: one page per deed that asks for what it needs, one post that does it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.deeds import CHANGED_SINCE_APPROVAL
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import Action
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.documents.blueprint import documents
from formserver.documents.form_page import codec_for
from formserver.documents.lookup import Lookup
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

LONGEST_REASON = 500
_DONE = {
    "submit": "已提交审核。",
    "withdraw": "已撤回，可以继续修改。",
    "approve": "已同意，可以取号。",
    "return": "已退回，填写人可以修改后重新提交。",
    "finalise": "已定稿。请打印 PDF，签字盖章后上传签字件。",
    "serve": "已登记送达。",
    "reopen": "已退回修改，原来打印的文书作废，请收回。",
    "archive": "已归档。",
    "void": "已作废。文号保留在登记簿中，不再使用。",
}


@documents.get("/documents/<document_id>/do/<key>")
@requires(DocumentPermission.READ)
def deed(document_id: str, key: str) -> Any:
    """Ask for the reason (or number) of a deed, say what it will do."""
    actor = current_actor()
    document = service(Lookup).get(actor, document_id)
    better = context().deed_pages.get(key)
    if better is not None:
        return redirect(url_for(better, document_id=document_id))
    return _page(actor, document, _action(actor, document, key))


@documents.post("/documents/<document_id>/do/<key>")
@requires(DocumentPermission.READ)
def deed_post(document_id: str, key: str) -> Any:
    """Do it. The service checks permission, state and version; a refusal shows the page again as filled."""
    actor = current_actor()
    document = service(Lookup).get(actor, document_id)
    try:
        done = _perform(actor, document, key)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        document = service(Lookup).get(actor, document_id)
        action = _offered(actor, document, key)
        if action is None:
            flash(error.message(), "warning")
            return redirect(url_for("documents.show", document_id=document_id))
        return _page(actor, document, action, error), STATUS[error.kind]
    if key == "number":
        flash(f"已取号：{done.number}。请核对后定稿打印。", "success")
    else:
        flash(_DONE.get(key, "已完成。"), "success")
    return redirect(url_for("documents.show", document_id=document_id))


def _perform(actor: Actor, document: Document, key: str) -> Document:
    issuing, base = service(Issuing), request.form.get("base_version", type=int, default=0)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    external = request.form.get("external_number", "").strip()[:100]
    match key:
        case "number" if external:
            return issuing.record_external_number(actor, document.id, external, base_version=base)
        case "number":
            reserved = request.form.get("reserved_number", "").strip()[:100]
            return issuing.take_number(actor, document.id, base_version=base, reserved=reserved)
        case "finalise":
            return issuing.finalise(actor, document.id, base_version=base)
        case "void":
            return issuing.void(actor, document.id, reason=reason)
        case "sign":
            raise NOT_FOUND(what="这个操作")
    return issuing.transition(actor, document.id, key, base_version=base, reason=reason)


def _offered(actor: Actor, document: Document, key: str) -> Action | None:
    return next((a for a in service(Issuing).actions(actor, document) if a.key == key), None)


def _action(actor: Actor, document: Document, key: str) -> Action:
    found = _offered(actor, document, key)
    if found is None:
        raise NOT_FOUND(what="这个操作；文书的状态可能已经变化，请返回文书页查看")
    return found


def _page(actor: Actor, document: Document, action: Action, error: AppError | None = None) -> str:
    lookup = service(Lookup)
    dt = lookup.type_of(document)
    summary: list[tuple[str, str]] = []
    if error is not None and error.problems and document.head_version:
        body = lookup.version(actor, document.id, document.head_version).body
        summary = codec_for(dt).summary(body, error.problems)
    return render_template(
        "documents/deed.html",
        document=document,
        dt=dt,
        action=action,
        error=error.message() if error else "",
        summary=summary,
        must_return=error is not None and error.code == CHANGED_SINCE_APPROVAL,
        fixable=document.state in (State.DRAFT, State.RETURNED),
        reason=request.form.get("reason", ""),
        external=request.form.get("external_number", ""),
        reserved=lookup.reserved_numbers(actor, document) if action.key == "number" else (),
        chosen=request.form.get("reserved_number", ""),
        # the version the person has looked at; after a refusal they look at the newest one
        base_version=document.head_version,
    )
