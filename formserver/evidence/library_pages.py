"""证据页 of a paper: all evidence of its case as a wall of small pictures; adding, ordering, describing several at once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.evidence.blueprint import PURPOSE, evidence
from formserver.evidence.models import FIELDS, KINDS, Evidence
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.pictures import has_pictures
from formserver.evidence.reading import EvidenceReading, Library
from formserver.evidence.service import EvidenceService
from formserver.uploads.intake import taken_from_request
from formserver.uploads.service import size_words
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires


@evidence.get("/documents/<document_id>/evidence")
@requires(EvidencePermission.READ)
def library(document_id: str) -> Any:
    """The library."""
    return _page(document_id)


@evidence.post("/documents/<document_id>/evidence")
@requires(EvidencePermission.ADD)
@accepts_upload()
def add(document_id: str) -> Any:
    """Add what was uploaded. What was typed for all files stays when something is refused."""
    actor = current_actor()
    service(EvidenceReading).library(
        actor, document_id
    )  # a stranger's paper is not found, before a byte is moved
    values = {info.key: request.form[info.key] for info in FIELDS if info.bulk and request.form.get(info.key)}
    try:
        stored = taken_from_request(actor, PURPOSE)
        if not stored:
            flash("还没有选择文件。", "warning")
            return redirect(url_for("evidence.library", document_id=document_id))
        added = service(EvidenceService).add(actor, document_id, stored, values)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(document_id, error=error, typed=values), STATUS[error.kind]
    first, last = added[0].no, added[-1].no
    numbers = f"证据{first}" if first == last else f"证据{first}至证据{last}"
    flash(f"已添加 {len(added)} 份：{numbers}。请补充来源、时间、地点和提供人。", "success")
    return redirect(url_for("evidence.library", document_id=document_id))


@evidence.post("/documents/<document_id>/evidence/several")
@requires(EvidencePermission.EDIT)
def several(document_id: str) -> Any:
    """Describe the ticked pieces at once, or move one of them."""
    actor = current_actor()
    move = request.form.get("move", "")
    if move:
        return _move(document_id, move)
    chosen = request.form.getlist("chosen")
    values = {info.key: request.form.get(info.key, "") for info in FIELDS if info.bulk}
    try:
        count = service(EvidenceService).edit_many(actor, document_id, chosen, values)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(document_id, error=error, typed=values, chosen=set(chosen)), STATUS[error.kind]
    flash(f"已修改 {count} 份证据的说明。" if count else "内容相同，没有修改。", "success")
    return redirect(url_for("evidence.library", document_id=document_id))


@evidence.post("/documents/<document_id>/evidence/order")
@requires(EvidencePermission.EDIT)
def order(document_id: str) -> Any:
    """The whole order, as dragged."""
    service(EvidenceService).reorder(current_actor(), document_id, request.form.getlist("order"))
    return "", 204


def _move(document_id: str, move: str) -> Any:
    actor = current_actor()
    way, _, evidence_id = move.partition(":")
    ids = [item.id for item in service(EvidenceReading).library(actor, document_id).items]
    if evidence_id in ids:
        at = ids.index(evidence_id)
        to = max(0, at - 1) if way == "up" else min(len(ids) - 1, at + 1)
        ids[at], ids[to] = ids[to], ids[at]
        service(EvidenceService).reorder(actor, document_id, ids)
    where = url_for("evidence.library", document_id=document_id)
    return redirect(f"{where}#evidence-{evidence_id}" if evidence_id in ids else where)


def _page(
    document_id: str,
    *,
    error: AppError | None = None,
    typed: dict[str, str] | None = None,
    chosen: set[str] | None = None,
) -> str:
    actor = current_actor()
    found = service(EvidenceReading).library(actor, document_id, with_links=True)
    settings = context().settings
    kind = request.args.get("kind", "")
    return render_template(
        "evidence/library.html",
        document=found.document,
        found=found,
        shown=_filtered(found, kind),
        kind=kind,
        kinds=_counts(found),
        fields=[info for info in FIELDS if info.bulk],
        typed=typed or {},
        chosen=chosen or set(),
        error=error,
        summary=[(p.pointer.lstrip("/") or "main", p.message) for p in error.problems] if error else [],
        has_pictures=has_pictures,
        size_words=size_words,
        max_mb=settings.max_evidence_gb * 1024,
        chunk_mb=min(8, settings.max_upload_mb),
    )


def _filtered(found: Library, kind: str) -> tuple[Evidence, ...]:
    if kind == "撤下":
        return tuple(item for item in found.items if not item.valid)
    return tuple(item for item in found.items if kind in ("", item.kind) and (item.valid or kind == ""))


def _counts(found: Library) -> list[tuple[str, str, int]]:
    """(value, word, how many) of every filter that finds something."""
    valid = Counter(item.kind for item in found.valid)
    counts = [("", "全部", len(found.items))] + [(k, k, valid[k]) for k in KINDS if valid[k]]
    withdrawn = len(found.items) - len(found.valid)
    return counts + ([("撤下", "已撤下", withdrawn)] if withdrawn else [])
