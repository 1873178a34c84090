"""Pages of the intake: the signed paper of one document, and a person's heap of papers yet to be told apart."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from formserver.core.clock import today_in_china
from formserver.core.errors import AppError, Kind, Severity, invalid
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.documents.form_page import codec_for
from formserver.documents.lookup import Lookup
from formserver.scans.binding import Binding
from formserver.scans.editing import Change, Pages
from formserver.scans.pen import (
    LEAST_LINES,
    Line,
    corrections_of,
    pen_nodes,
    pen_values,
    printed_places,
    typed_lines,
    whole,
)
from formserver.scans.permissions import ScanPermission
from formserver.scans.service import MOST_PAGES, Intake, StoredFile
from formserver.uploads.intake import taken_from_request
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

scans = Blueprint("scans", __name__, template_folder="templates")
PURPOSE: Final = "scans"
_NOT_TYPED: Final = frozenset({"csrf_token", "_owner", "do", "base_version", "order"})
_FRAGMENT: Final = "X-Scan-Pages"


@scans.get("/documents/<document_id>/scans")
@requires(ScanPermission.TAKE)
def intake(document_id: str) -> Any:
    """The page, or back to the document when there is nothing to sign."""
    document = service(Lookup).get(current_actor(), document_id)
    if document.state is not State.FINAL:
        flash(f"文书当前为“{document.state.value}”，只有“定稿待签”的文书可以上传签字件。", "warning")
        return redirect(url_for("documents.show", document_id=document_id))
    return _intake_page(document)


@scans.get("/documents/<document_id>/scans/pages")
@requires(ScanPermission.TAKE)
def pages(document_id: str) -> Any:
    """The list of pages alone, for the page that waits for the recognition."""
    document = service(Lookup).get(current_actor(), document_id)
    return _fragment(document)


@scans.post("/documents/<document_id>/scans/files")
@requires(ScanPermission.TAKE)
@accepts_upload()
def add_files(document_id: str) -> Any:
    """Take files in."""
    _add(document_id)
    return redirect(url_for("scans.intake", document_id=document_id))


@scans.post("/documents/<document_id>/scans")
@requires(ScanPermission.TAKE)
def work(document_id: str) -> Any:
    """Everything the page's one form does: change a page, keep what was typed, register the signed paper."""
    actor, deed = current_actor(), request.form.get("do", "")
    document = service(Lookup).get(actor, document_id)
    if document.state is State.FINAL:
        service(Pages).keep_typed(actor, document_id, _typed())
    if deed == "sign":
        return _sign(actor, document)
    if deed == "more":
        return _intake_page(document, more=3)
    try:
        _change(actor, document_id, deed)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        if request.headers.get(_FRAGMENT):
            return _fragment(document, error), STATUS[error.kind]
        flash(error.message(), "warning")
    if request.headers.get(_FRAGMENT):
        return _fragment(document)
    return redirect(url_for("scans.intake", document_id=document_id) + "#pages")


@scans.get("/scans")
@requires(ScanPermission.TAKE)
def heap() -> Any:
    """Papers whose documents the codes will tell."""
    return render_template("scans/heap.html", **_heap_words(""))


@scans.get("/scans/pages")
@requires(ScanPermission.TAKE)
def heap_pages() -> Any:
    """The list of pages alone."""
    return render_template("scans/_pages.html", **_heap_words(""))


@scans.post("/scans/files")
@requires(ScanPermission.TAKE)
@accepts_upload()
def add_heap_files() -> Any:
    """Take files into the person's own heap."""
    _add("")
    return redirect(url_for("scans.heap"))


@scans.post("/scans")
@requires(ScanPermission.TAKE)
def heap_work() -> Any:
    """Change a page of the heap, or move a document's pages to that document."""
    actor, deed = current_actor(), request.form.get("do", "")
    try:
        if deed.startswith("split:"):
            document = service(Pages).split(actor, deed.removeprefix("split:"))
            return redirect(url_for("scans.intake", document_id=document.id))
        _change(actor, "", deed)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(error.message(), "warning")
    if request.headers.get(_FRAGMENT):
        return render_template("scans/_pages.html", **_heap_words(""))
    return redirect(url_for("scans.heap") + "#pages")


@scans.get("/scans/pages/<page_id>/image")
@requires(ScanPermission.TAKE)
def image(page_id: str) -> Any:
    """A page as it will be kept: turned and cut; with ``whole`` uncut, for choosing the edges."""
    from formserver.rendering.scan_pictures import WHOLE, view_of

    page = service(Intake).page(current_actor(), page_id)
    data = context().store.blobs.read(page.view_sha256)
    width = 1200 if "large" in request.args else 480
    crop = WHOLE if "whole" in request.args else page.crop
    answer = Response(view_of(data, page.rotation, crop, longest=width), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=600"  # the address changes with what is shown
    return answer


def _add(document_id: str) -> None:
    actor = current_actor()
    try:
        stored = taken_from_request(actor, PURPOSE)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(f"{error.message()}请重新选择其余文件。", "error")
        return
    files = [StoredFile(one.sha256, one.size, one.filename) for one in stored]
    refused = service(Intake).add(actor, document_id, files)
    for one in refused:
        flash(one.message(), "error")
    if not files:
        flash("没有选择文件。请选择照片或扫描件后再上传。", "warning")
    elif len(files) > len(refused):
        flash(f"收到{len(files) - len(refused)}个文件，正在识别。", "success")


def _change(actor: Actor, document_id: str, deed: str) -> None:
    """``what:page:number`` of a button. What is none of ours changes nothing."""
    what, _, rest = deed.partition(":")
    target, _, number = rest.partition(":")
    edits = service(Pages)
    if what == "order":
        heap = service(Intake).heap(actor, document_id)
        if heap.batch is not None:
            edits.order(actor, heap.batch.id, request.form.get("order", "").split()[:MOST_PAGES])
    elif what == "retry":
        edits.retry(actor, target)
    elif what == "forget":
        edits.forget(actor, target)
    elif what == "name":
        edits.change(actor, Change("name", target, _number(request.form.get(f"name_{target}", ""))))
    elif what == "crop":
        left, top, right, bottom = (
            _number(request.form.get(f"crop_{edge}_{target}", "")) * 10
            for edge in ("left", "top", "right", "bottom")
        )
        edits.change(actor, Change("crop", target, crop=(left, top, 1000 - right, 1000 - bottom)))
    elif what in ("turn", "move", "drop", "restore"):
        edits.change(actor, Change(what, target, _number(number)))


def _number(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    return sign * int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 0


def _typed() -> dict[str, list[str]]:
    return {key: request.form.getlist(key) for key in request.form if key not in _NOT_TYPED}


def _sign(actor: Actor, document: Document) -> Any:
    lookup, form = service(Lookup), request.form
    dt = lookup.type_of(document)
    content = lookup.version(actor, document.id, document.head_version)
    typed = codec_for(dt).parse_all(form, content.body)
    try:
        problems = [p for p in typed.problems if p.severity is Severity.ERROR]
        made, wrong = corrections_of(dt, content.body, typed_lines(form), today_in_china(context().clock))
        if problems or wrong:
            raise invalid([*problems, *wrong])
        signed = service(Binding).sign(
            actor,
            document.id,
            base_version=form.get("base_version", type=int, default=0),
            pen_fields=pen_values(content.body, typed.body),
            corrections=made,
            confirmed=frozenset(form.getlist("confirm")),
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        document = lookup.get(actor, document.id)
        if document.state is not State.FINAL:
            flash(error.message(), "warning")
            return redirect(url_for("documents.show", document_id=document.id))
        return _intake_page(document, form=form, error=error), STATUS[error.kind]
    flash(f"签字件已登记（{signed.scan.pages} 页），已与第{signed.scan.version_no}版绑定。", "success")
    for warning in signed.warnings:
        flash(f"{warning.label}：{warning.message}" if warning.label else warning.message, "warning")
    return redirect(url_for("documents.show", document_id=document.id))


def _intake_page(
    document: Document,
    *,
    form: MultiDict[str, str] | None = None,
    error: AppError | None = None,
    more: int = 0,
) -> str:
    """The page with what was typed last: in this request, else what the heap keeps."""
    actor, lookup = current_actor(), service(Lookup)
    words = _heap_words(document.id, error)
    batch = words["heap"].batch
    if form is None:
        kept = batch.typed if batch is not None else {}
        form = MultiDict([(key, value) for key, values in kept.items() for value in values])
        words["confirmed"] = frozenset(form.getlist("confirm"))
    dt = lookup.type_of(document)
    content = lookup.version(actor, document.id, document.head_version)
    typed = codec_for(dt).parse_all(form, content.body)
    problems = error.problems if error else ()
    ctx = lookup.context(actor, document.id)
    sections = whole(
        lambda shown: codec_for(dt).sections(typed.body, typed.raw, problems, ctx=ctx, pages=shown)
    )
    lines = typed_lines(form)
    lines += [Line()] * max(more, LEAST_LINES - len(lines))
    summary = codec_for(dt).summary(typed.body, problems)
    return render_template(
        "scans/intake.html",
        **words,
        document=document,
        nodes=[node for view in sections if not view.hidden for node in pen_nodes(view.nodes)],
        places=printed_places(dt, content),
        lines=lines,
        error=error.message() if error else "",
        summary=summary,
        base_version=document.head_version,
    )


def _fragment(document: Document, error: AppError | None = None) -> str:
    return render_template("scans/_pages.html", **_heap_words(document.id, error))


def _heap_words(document_id: str, error: AppError | None = None) -> dict[str, Any]:
    found = service(Intake).heap(current_actor(), document_id)
    printed = found.printed.pages if found.printed is not None else 0
    where: dict[str, Any] = {"document_id": document_id} if document_id else {}
    return {
        "heap": found,
        "document_id": document_id,
        "page_numbers": range(1, (printed or max(len(found.pages), 1)) + 1),
        "remarks": {page.id: [f for f in found.findings if f.page_id == page.id] for page in found.pages},
        "confirmed": frozenset(request.form.getlist("confirm")),
        "trouble": error.message() if error is not None and not error.problems else "",
        "most_pages": MOST_PAGES,
        "work_url": url_for("scans.work" if document_id else "scans.heap_work", **where),
        "files_url": url_for("scans.add_files" if document_id else "scans.add_heap_files", **where),
        "pages_url": url_for("scans.pages" if document_id else "scans.heap_pages", **where),
    }
