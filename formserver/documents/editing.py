"""表单页: draw the form, keep what is typed, save a version; works by plain posts, the script makes it quicker."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from formserver.core import places
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import (
    NOT_EDITABLE,
    NOTHING_CHANGED,
    VERSION_CONFLICT,
    Drafting,
    Workspace,
)
from formserver.core.errors import AppError, Kind, Problem, Severity
from formserver.core.issuing import Issuing
from formserver.core.models import Document, Json
from formserver.core.permissions import Actor
from formserver.documents.blueprint import documents
from formserver.documents.form_page import codec_for, form_state, primary_action
from formserver.documents.lookup import Lookup
from formserver.documents.refill import Refill
from formserver.documents.stale import frozen_page, stale_page
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.feature import DocumentPanel
from formserver.web.forms.codec import FormCodec, changes
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

FORM_MEGABYTES = 8
"""Every section of the largest form with fifty long rows posts less than one; pasted chapters need room."""


@dataclasses.dataclass(frozen=True, slots=True)
class Typed:
    """A posted form read over the draft: the new body, texts that do not parse, remarks, where to go."""

    body: Json
    raw: dict[str, str]
    problems: tuple[Problem, ...]
    anchor: str = ""


@documents.get("/documents/<document_id>/edit")
@requires(DocumentPermission.EDIT)
def edit(document_id: str) -> Any:
    """The form with this person's draft."""
    actor = current_actor()
    try:
        workspace = service(Drafting).open(actor, document_id)
    except AppError as error:
        if error.code != NOT_EDITABLE:
            raise
        flash(error.message(), "warning")
        return redirect(url_for("documents.show", document_id=document_id))
    return form_page(actor, workspace, strict=request.args.get("check") == "1")


@documents.post("/documents/<document_id>/edit")
@requires(DocumentPermission.EDIT)
@accepts_upload(FORM_MEGABYTES)
def edit_post(document_id: str) -> Any:
    """Everything the form can ask for: keep, save, change rows, the next step. Typed text is kept first."""
    request.max_form_memory_size = FORM_MEGABYTES * 1024 * 1024
    actor, drafting = current_actor(), service(Drafting)
    do = request.form.get("do", "save")
    try:
        workspace = drafting.open(actor, document_id)
    except AppError as error:
        if error.code != NOT_EDITABLE:
            raise
        return _too_late(actor, document_id, error), 409
    codec = codec_for(service(Lookup).type_of(workspace.document))
    typed = read_form(codec, actor, workspace, do)
    operations = changes(workspace.draft.body, typed.body, workspace.draft.raw, typed.raw)
    if request.form.get("seq", "") != str(workspace.draft.seq) and operations:
        return stale_page(workspace, operations), 409
    try:
        if operations:
            draft = drafting.patch(actor, document_id, seq=workspace.draft.seq, changes=operations)
            workspace = dataclasses.replace(workspace, draft=draft)
    except AppError as error:
        return _shown_again(actor, workspace, error, typed)
    hints = [p for p in typed.problems if p.severity is Severity.HINT]
    for hint in hints:
        flash(f"{hint.label}：{hint.message}", "info")
    if do == "save" or do.startswith("next:"):
        return _save(actor, workspace, do)
    return redirect(_address(document_id, do, typed.anchor))


def _too_late(actor: Actor, document_id: str, error: AppError) -> str:
    """Somebody sent the document on meanwhile: show what was typed, so that it can be copied."""
    lookup = service(Lookup)
    document = lookup.get(actor, document_id)
    body = lookup.version(actor, document_id, document.head_version).body if document.head_version else {}
    read = codec_for(lookup.type_of(document)).parse_all(request.form, body)
    return frozen_page(document, body, changes(body, read.body, {}, read.raw), error.message())


def read_form(codec: FormCodec, actor: Actor, workspace: Workspace, do: str) -> Typed:
    """Read the posted controls over the draft and do what a row button asks. Raises BAD_ROW_ACTION."""
    draft = workspace.draft
    parsed = codec.parse_all(request.form, draft.body, draft.raw)
    body, raw, anchor = parsed.body, parsed.raw, ""
    refill = service(Refill)
    if refill.knows(do.partition(":")[0]):
        result = refill.act(codec, actor, workspace.document, body, do)
        body, anchor = result.body, result.anchor
        raw = {at: text for at, text in raw.items() if _still_there(body, at)}
    return Typed(body, raw, tuple(parsed.problems), anchor)


def form_page(
    actor: Actor,
    workspace: Workspace,
    *,
    typed: Typed | None = None,
    problems: tuple[Problem, ...] = (),
    message: str = "",
    strict: bool = False,
) -> str:
    """The page; with ``typed`` exactly as it was posted."""
    state = form_state(
        actor,
        workspace,
        body=typed.body if typed else None,
        raw=typed.raw if typed else None,
        extra=problems,
        strict=strict,
        pages=_open_pages(),
    )
    document = workspace.document
    kept = {
        leaf.key: state.body[leaf.key]
        for leaf in state.dt.children[""]
        if leaf.widget in ("hidden", "readonly") and leaf.key in state.body
    }
    return render_template(
        "documents/edit.html",
        document=document,
        workspace=workspace,
        draft=workspace.draft,
        state=state,
        kept=kept,
        ctx=state.ctx,
        primary=primary_action(actor, document),
        actions=service(Issuing).actions(actor, document),
        message=message,
        strict=strict,
        panels=form_panels(actor, document),
    )


def form_panels(actor: Actor, document: Document) -> list[tuple[DocumentPanel, Markup]]:
    """The cards other slices show beside the form, in their order; those with nothing to say are left out."""
    panels = sorted(context().form_panels, key=lambda panel: panel.order)
    drawn = ((panel, panel.html(actor, document)) for panel in panels)
    return [(panel, html) for panel, html in drawn if html is not None]


def _save(actor: Actor, workspace: Workspace, do: str) -> Any:
    """Cut a version; with ``next:submit`` also take the next step."""
    document_id = workspace.document.id
    step = do.removeprefix("next:") if do.startswith("next:") else ""
    head = workspace.document.head_version
    try:
        version = service(Drafting).save(
            actor, document_id, reason=request.form.get("reason", "").strip()[:200]
        )
        head = version.no
        if not step:
            flash(f"已保存为第{head}版。", "success")
    except AppError as error:
        if error.code == VERSION_CONFLICT:
            flash(error.message(), "warning")
            return redirect(url_for("documents.conflicts", document_id=document_id))
        if error.code != NOTHING_CHANGED:
            return _shown_again(actor, workspace, error, None)
        if not step:
            flash(error.message(), "info")
    if step:
        return _next_step(actor, document_id, step, head)
    return redirect(_address(document_id, do, ""))


def _next_step(actor: Actor, document_id: str, step: str, head: int) -> Any:
    issuing = service(Issuing)
    try:
        if step == "finalise":
            issuing.finalise(actor, document_id, base_version=head)
        else:
            issuing.transition(actor, document_id, step, base_version=head)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        workspace = service(Drafting).open(actor, document_id)
        message = f"已保存为第{head}版，但还不能继续：{error.message()}"
        return form_page(actor, workspace, message=message, strict=True), 422
    flash(
        {"submit": "已提交审核。", "finalise": "已定稿，请打印 PDF 并送签。"}.get(step, "已完成。"), "success"
    )
    return redirect(url_for("documents.show", document_id=document_id))


def _shown_again(actor: Actor, workspace: Workspace, error: AppError, typed: Typed | None) -> Any:
    if error.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise error
    page = form_page(actor, workspace, typed=typed, problems=error.problems, message=error.message())
    return page, STATUS[error.kind]


def _open_pages() -> dict[str, int]:
    found = {}
    for name, value in (*request.args.items(), *request.form.items()):
        if name.startswith("page:") and value.isascii() and value.isdigit() and len(value) < 6:
            found[name.removeprefix("page:")] = int(value)
    return found


def _address(document_id: str, do: str, anchor: str) -> str:
    """Back to the form, with the pages of rows as they were (or as just chosen)."""
    pages = {f"page:{name}": str(number) for name, number in _open_pages().items()}
    if do.startswith("page:"):
        name, _, number = do.removeprefix("page:").rpartition(":")
        pages[f"page:{name}"], anchor = number, name
    if do.startswith("add:"):
        pages[f"page:{do.removeprefix('add:')}"] = "9999"  # a new row stands on the last page
    address = url_for("documents.edit", document_id=document_id, **pages)  # type: ignore[arg-type]
    return f"{address}#{anchor}" if anchor else address


def _still_there(body: Json, pointer: str) -> bool:
    parts = places.split(pointer)
    return len(parts) < 2 or places.get(body, places.join(parts[:-1])) is not None
