"""Two windows or two people: both values are shown, a person chooses place by place, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core import places
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import DRAFT_STALE, Drafting, Workspace
from formserver.core.drafts import BAD_CHANGE, check_row_keys
from formserver.core.errors import AppError
from formserver.core.models import Document, Json
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.documents.saying import NOTHING, place_text
from formserver.web.context import current_actor, service
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

STALE_MEGABYTES = 8


def stale_page(workspace: Workspace, operations: Sequence[Json]) -> str:
    """What was typed here beside what another window kept meanwhile."""
    draft = workspace.draft
    return render_template(
        "documents/stale.html",
        document=workspace.document,
        choices=_choices(workspace.document, draft.body, draft.raw, operations),
        draft=draft,
    )


def frozen_page(document: Document, body: Json, operations: Sequence[Json], message: str) -> str:
    """The document went on while somebody typed: what was typed, to copy, beside what stands."""
    return render_template(
        "documents/frozen.html",
        document=document,
        choices=_choices(document, body, {}, operations),
        message=message,
    )


def _choices(
    document: Document, body: Json, raw: Mapping[str, str], operations: Sequence[Json]
) -> list[dict[str, Any]]:
    dt = service(Lookup).type_of(document)
    found = []
    for number, operation in enumerate(operations):
        at = str(operation["at"])
        indexed = places.to_indexed(body, at)
        mine = operation.get("raw") or place_text(dt, at, operation.get("value", operation.get("row")))
        words = {"insert": "增加的一行：", "move": "移动了位置", "remove": "（删除）"}
        theirs = raw.get(at) or place_text(dt, at, places.get(body, at))
        found.append(
            {
                "number": number,
                "label": dt.label(indexed.replace("/@", "/")),
                "mine": words.get(str(operation["op"]), "") + str(mine),
                "theirs": NOTHING if operation["op"] == "insert" else theirs or NOTHING,
                "operation": json.dumps(operation, ensure_ascii=False),
            }
        )
    return found


@documents.post("/documents/<document_id>/stale")
@requires(DocumentPermission.EDIT)
@accepts_upload(STALE_MEGABYTES)
def stale(document_id: str) -> Any:
    """Put the chosen changes onto the draft as it is now."""
    request.max_form_memory_size = STALE_MEGABYTES * 1024 * 1024
    actor, drafting = current_actor(), service(Drafting)
    chosen = [
        _operation(request.form.get(f"operation:{number}", ""))
        for number in request.form.getlist("place")
        if request.form.get(f"choice:{number}", "mine") == "mine"
    ]
    workspace = drafting.open(actor, document_id)
    seq = request.form.get("seq", "")
    try:
        if seq != str(workspace.draft.seq):
            raise DRAFT_STALE()
        if chosen:
            drafting.patch(actor, document_id, seq=workspace.draft.seq, changes=chosen)
    except AppError as error:
        if error.code != DRAFT_STALE:
            raise
        return stale_page(workspace, chosen), 409
    flash("已按您的选择合并，请核对后保存。", "success")
    return redirect(url_for("documents.edit", document_id=document_id))


@documents.get("/documents/<document_id>/conflicts")
@requires(DocumentPermission.EDIT)
def conflicts(document_id: str) -> Any:
    """Somebody saved a version meanwhile: the places both changed, with both values."""
    actor, lookup = current_actor(), service(Lookup)
    document, draft, _ = lookup.conflicts(actor, document_id)
    if draft is None or draft.base_version == document.head_version:
        return redirect(url_for("documents.edit", document_id=document_id))
    return _conflict_page(document_id, {})


@documents.post("/documents/<document_id>/conflicts")
@requires(DocumentPermission.EDIT)
def conflicts_post(document_id: str) -> Any:
    """Bring the draft onto the newest version by the person's choices."""
    choices = {
        name.removeprefix("choice:"): value
        for name, value in request.form.items()
        if name.startswith("choice:") and value in ("mine", "theirs")
    }
    rebased = service(Drafting).rebase(current_actor(), document_id, choices)
    if rebased.conflicts:
        return _conflict_page(document_id, choices, undecided=True), 422
    flash("双方的修改已合并到您的草稿，请核对后保存。", "success")
    return redirect(url_for("documents.edit", document_id=document_id))


def _conflict_page(document_id: str, choices: dict[str, str], *, undecided: bool = False) -> str:
    lookup = service(Lookup)
    document, draft, found = lookup.conflicts(current_actor(), document_id)
    dt = lookup.type_of(document)
    head = lookup.version(current_actor(), document_id, document.head_version)
    body = draft.body if draft else {}
    rows = [
        {
            "at": c.at,
            "label": dt.label(places.to_indexed(body, c.at).replace("/@", "/")),
            "base": place_text(dt, c.at, c.base) or NOTHING,
            "mine": place_text(dt, c.at, c.mine) or NOTHING,
            "theirs": place_text(dt, c.at, c.theirs) or NOTHING,
        }
        for c in found
    ]
    return render_template(
        "documents/conflicts.html",
        document=document,
        head=head.version,
        rows=rows,
        choices=choices,
        undecided=undecided,
    )


def _operation(text: str) -> Json:
    try:
        operation = json.loads(text)
        json.dumps(
            operation, ensure_ascii=False
        ).encode()  # half surrogate pairs can be neither shown nor kept
    except (ValueError, RecursionError):
        raise BAD_CHANGE(what=text[:80]) from None
    if not isinstance(operation, dict) or not isinstance(operation.get("at"), str):
        raise BAD_CHANGE(what=text[:80])
    check_row_keys([operation])
    return operation
