"""Copies and supplements: the pages that make them, and the lines that lead from one document to the other."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.deriving import CAN_BE_SUPPLEMENTED, SUPPLEMENT, Derived, Deriving, made_from
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError, Kind
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup, Overview
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@documents.post("/documents/<document_id>/copy")
@requires(DocumentPermission.CREATE)
def copy_document(document_id: str) -> Any:
    """复制为新文书: off to the form of the copy."""
    made = service(Deriving).copy(current_actor(), document_id)
    flash("已复制为新文书。日期和手写栏没有复制，文号要重新取，请逐项核对。", "success")
    return _to_form(made)


@documents.get("/documents/<document_id>/supplement")
@requires(DocumentPermission.CREATE)
def supplement(document_id: str) -> Any:
    """What a supplement is, and why one is made."""
    return _page(document_id, "")


@documents.post("/documents/<document_id>/supplement")
@requires(DocumentPermission.CREATE)
def supplement_post(document_id: str) -> Any:
    """Make it; a refusal shows the page as filled in."""
    try:
        made = service(Deriving).supplement(
            current_actor(), document_id, reason=request.form.get("reason", "")
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(document_id, error.message()), STATUS[error.kind]
    flash("已新建补充文书，原文书不变，两份文书相互注明。请只保留需要补充或补正的内容。", "success")
    return _to_form(made)


def may_supplement(actor: Actor, document: Document) -> bool:
    """Whether the menu offers 补充."""
    return (
        document.state in CAN_BE_SUPPLEMENTED
        and actor.may(DocumentPermission.CREATE)
        and document.agency_id == actor.agency_id
    )


def relations(seen: Overview) -> list[tuple[str, Document]]:
    """(words, the other document) in both directions, as far as this person may see them."""
    how = made_from(seen.document)[0]
    words = "补充的是" if how == SUPPLEMENT else "复制自"
    found = [(words, seen.source)] if seen.source is not None else []
    return [*found, *(("补充文书", one) for one in seen.supplements)]


def _page(document_id: str, error: str) -> str:
    lookup = service(Lookup)
    document = lookup.get(current_actor(), document_id)
    return render_template(
        "documents/supplement.html",
        document=document,
        dt=lookup.type_of(document),
        possible=may_supplement(current_actor(), document),
        reason=request.form.get("reason", ""),
        error=error,
    )


def _to_form(made: Derived) -> Any:
    if made.left_out:
        flash(f"现行版式中没有对应位置，以下内容没有带入：{'、'.join(made.left_out)}。", "warning")
    return redirect(url_for("documents.edit", document_id=made.document.id))
