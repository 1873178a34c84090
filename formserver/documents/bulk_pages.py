"""Choosing many documents and doing something with all of them: confirm, do, see what became of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import jsonify, redirect, render_template, request, send_file, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.jobs import JobState
from formserver.core.lifecycle import available
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.documents.blueprint import documents
from formserver.documents.bulk_deeds import MOST, NOTHING_CHOSEN, TOO_MANY_CHOSEN, Item, Outcome, deed_of
from formserver.documents.bulk_files import KEPT_HOURS, BulkFiles
from formserver.documents.bulk_job import AT_ONCE, BulkRuns
from formserver.documents.list_names import agencies_below, asked_filter, asked_of
from formserver.documents.lookup import Lookup
from formserver.web.context import current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires

_MEDIA = {"print": ("application/pdf", "合并打印.pdf"), "zip": ("application/zip", "文书.zip")}


@documents.post("/documents/bulk")
@requires(DocumentPermission.READ)
def bulk() -> Any:
    """What will be done with which documents, before it is done. Changes nothing."""
    actor, form = current_actor(), request.form
    deed = deed_of(actor, form.get("deed", ""))
    address = form.get("address", "")
    chosen = _whole_filter(actor, address) if form.get("all") == "1" else _ticked(actor, form.getlist("item"))
    rows = [(d, "" if deed.key in ("pdf", "print", "zip") else _obstacle(d, deed.key)) for d in chosen]
    return render_template(
        "documents/bulk.html",
        deed=deed,
        rows=rows,
        possible=sum(not words for _, words in rows),
        address=address,
        back=url_for("documents.index") + (f"?{address}" if address else ""),
        at_once=AT_ONCE,
    )


@documents.post("/documents/bulk/run")
@requires(DocumentPermission.READ)
def bulk_run() -> Any:
    """Do it. The versions are those the person saw on the page before."""
    actor = current_actor()
    items = [_item(text) for text in request.form.getlist("item")]
    key, address = request.form.get("deed", ""), request.form.get("address", "")
    job, outcomes = service(BulkRuns).start(actor, key, [item for item in items if item is not None])
    if job is not None:
        return redirect(url_for("documents.bulk_job", job_id=job.id))
    back = url_for("documents.index") + (f"?{address}" if address else "")
    return render_template(
        "documents/bulk_result.html", **result_page(deed_of(actor, key).label, outcomes, back)
    )


@documents.get("/documents/bulk/<job_id>")
@requires(DocumentPermission.READ)
def bulk_job(job_id: str) -> Any:
    """How far a run is; when it is done, what became of each."""
    actor = current_actor()
    job = service(BulkRuns).job(actor, job_id)
    label = deed_of(actor, str(job.payload["deed"])).label
    if job.state is not JobState.DONE:
        return render_template(
            "documents/bulk_job.html", job=job, label=label, count=len(job.payload["items"])
        )
    outcomes = [Outcome(**one) for one in job.result.get("outcomes", ())]
    file_url = ""
    if job.payload["deed"] in _MEDIA and any(one.done for one in outcomes):
        file_url = url_for("documents.bulk_file", job_id=job.id)
    page = result_page(label, outcomes, url_for("documents.index"))
    return render_template("documents/bulk_result.html", **{**page, "file_url": file_url})


@documents.get("/documents/bulk/<job_id>/state")
@requires(DocumentPermission.READ)
def bulk_state(job_id: str) -> Any:
    """For the page that waits."""
    job = service(BulkRuns).job(current_actor(), job_id)
    ended = job.state in (JobState.DONE, JobState.FAILED)
    return jsonify(
        ended=ended,
        progress=job.progress,
        text=say(job.progress_text or job.state.value),
        error=say(job.error),
    )


@documents.get("/documents/bulk/<job_id>/file")
@requires(DocumentPermission.READ)
def bulk_file(job_id: str) -> Any:
    """The file a run has made, for whoever asked for it; a day long."""
    job = service(BulkRuns).job(current_actor(), job_id)
    media_type, name = _MEDIA.get(str(job.payload["deed"]), ("", ""))
    path = service(BulkFiles).path(job.id, str(job.payload["deed"]))
    viewed = request.args.get("view") == "1" and media_type == "application/pdf"
    answer = send_file(
        path.resolve(),
        mimetype=media_type,
        as_attachment=not viewed,
        download_name=name,
        max_age=0,
        conditional=True,
    )
    if viewed:
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer


def result_page(label: str, outcomes: list[Outcome], back: str) -> dict[str, Any]:
    """What the page of results shows; refused ones first, because they are what is left to do."""
    return {
        "label": label,
        "outcomes": sorted(outcomes, key=lambda one: one.done),
        "done": sum(one.done for one in outcomes),
        "refused": sum(not one.done for one in outcomes),
        "back": back,
        "file_url": "",
        "hours": KEPT_HOURS,
    }


def _whole_filter(actor: Actor, address: str) -> list[Document]:
    """Everything a filter finds, at most :data:`MOST`. Raises TOO_MANY_CHOSEN."""
    wanted, _ = asked_filter(actor, asked_of(address))
    lookup, below = service(Lookup), agencies_below(actor, wanted)
    found: list[Document] = []
    wanted = replace(wanted, cursor="")
    while True:
        page = lookup.find(actor, wanted.query(actor, below, limit=200))
        if page.count > MOST:
            raise TOO_MANY_CHOSEN(most=MOST, count=f"{MOST} 多")
        found += page.items
        if not page.next_cursor:
            break
        wanted = replace(wanted, cursor=page.next_cursor)
    if not found:
        raise NOTHING_CHOSEN()
    return found


def _ticked(actor: Actor, texts: list[str]) -> list[Document]:
    """The ticked documents that this person may see; the others are left out, as if they did not exist."""
    items = {item.id: item for item in map(_item, texts) if item is not None}
    if not items:
        raise NOTHING_CHOSEN()
    if len(items) > MOST:
        raise TOO_MANY_CHOSEN(most=MOST, count=len(items))
    found = service(Lookup).several(actor, tuple(items))
    if not found:
        raise NOTHING_CHOSEN()
    return list(found)


def _item(text: str) -> Item | None:
    document_id, _, version = text.partition(":")
    if not document_id or len(document_id) > 64 or not (version.isascii() and version.isdigit()):
        return None
    return Item(document_id, int(version[:9]))


def _obstacle(document: Document, key: str) -> str:
    """Why the deed is certainly not possible, from what the list knows; the deed itself looks closer."""
    if not document.head_version:
        return "还没有保存过"
    dt = service(Lookup).type_of(document)
    if all(action.key != key for action in available(dt.lifecycle, dt.numbering.mode, document.state)):
        return f"当前为“{document.state.value}”"
    return ""
