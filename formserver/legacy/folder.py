"""A folder of scans and the list that describes it: hand in, look, enter, result."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.core.jobs import JobState
from formserver.core.legacy_permissions import LegacyPermission
from formserver.legacy.blueprint import legacy
from formserver.legacy.service import LegacyBatches
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_ROWS: Final = 300


@legacy.get("/folder")
@requires(LegacyPermission.ENTER)
def folder() -> Any:
    """Where list and files are chosen."""
    return render_template("legacy/folder.html", errors=[], limit=context().settings.max_upload_mb)


@legacy.post("/folder")
@requires(LegacyPermission.ENTER)
@accepts_upload()
def folder_post() -> Any:
    """Keep them and show what they would do."""
    listing = request.files.get("list")
    files = [
        (f.filename.replace("\\", "/").rpartition("/")[2], f.read())
        for f in request.files.getlist("files")
        if f.filename
    ]
    errors = [] if listing and listing.filename else ["请选择补录清单（xlsx）。"]
    if not files:
        errors.append("请选择扫描件，或者选择它们所在的文件夹。")
    if not errors and listing is not None:
        try:
            batch = service(LegacyBatches).keep(
                current_actor(), (listing.filename or "")[-120:], listing.read(), files
            )
            return redirect(url_for("legacy.batch", batch_id=batch.id))
        except AppError as error:
            if error.kind is not Kind.INVALID:
                raise
            errors.append(error.message())
    page = render_template("legacy/folder.html", errors=errors, limit=context().settings.max_upload_mb)
    return page, STATUS[Kind.INVALID]


@legacy.get("/folder/<batch_id>")
@requires(LegacyPermission.ENTER)
def batch(batch_id: str) -> Any:
    """What the list would enter; once started, how far it is and what became of every row."""
    actor, batches = current_actor(), service(LegacyBatches)
    found, job = batches.batch(actor, batch_id), batches.job(actor, batch_id)
    done = job is not None and job.state is JobState.DONE
    papers = batches.preview(actor, found) if job is None else None
    return render_template(
        "legacy/batch.html",
        batch=found,
        job=job,
        running=job is not None and job.state in (JobState.WAITING, JobState.RUNNING),
        papers=papers,
        rows=sorted(papers.rows, key=lambda row: (not row.problems, row.row))[:SHOWN_ROWS] if papers else [],
        result=job.result if done and job is not None else None,
    )


@legacy.post("/folder/<batch_id>")
@requires(LegacyPermission.ENTER)
def batch_start(batch_id: str) -> Any:
    """Enter the rows without faults."""
    try:
        service(LegacyBatches).start(current_actor(), batch_id)
        flash("已开始补录，可以离开本页，稍后回来查看结果。", "success")
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(error.message(), "warning")
    return redirect(url_for("legacy.batch", batch_id=batch_id))


@legacy.get("/folder/template.xlsx")
@requires(LegacyPermission.ENTER)
def folder_template() -> Any:
    """The list to fill in."""
    from formserver.legacy.sheets import list_template  # openpyxl takes long to load

    answer = Response(list_template(list(service(LegacyBatches).types(current_actor()))), mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="legacy-list.xlsx"'
    return answer
