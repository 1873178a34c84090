"""新建文书: which type, for whom, and off to the form."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.errors import NOT_FOUND
from formserver.documents.blueprint import documents
from formserver.documents.enterprises import chosen_enterprise, known_enterprises
from formserver.documents.lookup import Lookup
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires


@documents.get("/documents/new")
@requires(DocumentPermission.CREATE)
def new() -> Any:
    """The types as cards."""
    actor = current_actor()
    enterprise = chosen_enterprise(actor, request.args.get("enterprise", ""))
    return render_template(
        "documents/new.html", types=service(Lookup).new_types(actor), enterprise=enterprise
    )


@documents.get("/documents/new/<type_key>")
@requires(DocumentPermission.CREATE)
def new_for(type_key: str) -> Any:
    """For which enterprise."""
    actor = current_actor()
    text = request.args.get("q", "").strip()[:100]
    return render_template(
        "documents/new_for.html",
        dt=_type(type_key),
        enterprise=chosen_enterprise(actor, request.args.get("enterprise", "")),
        found=known_enterprises(actor, text),
        text=text,
    )


@documents.post("/documents/new/<type_key>")
@requires(DocumentPermission.CREATE)
def create(type_key: str) -> Any:
    """Make the document with what is known already, and open its form."""
    actor = current_actor()
    dt = _type(type_key)
    enterprise = chosen_enterprise(actor, request.form.get("enterprise", ""))
    document = service(Drafting).create(actor, dt.key, enterprise_id=enterprise.id if enterprise else "")
    flash("已新建。带“来自…”标记的内容由系统带入，请核对。", "success")
    return redirect(url_for("documents.edit", document_id=document.id))


def _type(type_key: str) -> Any:
    for dt in service(Lookup).new_types(current_actor()):
        if dt.key == type_key:
            return dt
    raise NOT_FOUND(what="这种文书，它可能已停用")
