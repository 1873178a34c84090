"""Import pages: template, upload, preview, carrying out, report."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.enterprises.imports import Fate, ImportService
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.views import enterprises
from formserver.rendering.sheet_reading import MAX_FILE
from formserver.web.context import current_actor, service
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

SHOWN_ROWS = 200


@enterprises.get("/import")
@requires(EnterprisePermission.IMPORT)
def import_start() -> Any:
    """Where a file is chosen."""
    return render_template("enterprises/import_start.html", errors=[])


@enterprises.post("/import")
@requires(EnterprisePermission.IMPORT)
@accepts_upload(MAX_FILE // 1048576 + 1)
def import_upload() -> Any:
    """Take the file and show what it would do."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return render_template("enterprises/import_start.html", errors=["请选择要导入的 xlsx 文件。"]), 422
    name = upload.filename.replace("\\", "/").rpartition("/")[2][:120]
    try:
        import_id = service(ImportService).preview(current_actor(), upload.read(MAX_FILE + 1), name)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return render_template("enterprises/import_start.html", errors=[error.message()]), 422
    return redirect(url_for("enterprises.import_show", import_id=import_id))


@enterprises.get("/import/template.xlsx")
@requires(EnterprisePermission.IMPORT)
def import_template_file() -> Any:
    """The template to fill in."""
    from formserver.enterprises.sheets import import_template  # openpyxl takes long to load

    return _download(import_template(), "enterprise-import.xlsx")


@enterprises.get("/import/<import_id>")
@requires(EnterprisePermission.IMPORT)
def import_show(import_id: str) -> Any:
    """What the file would do, or did."""
    report = service(ImportService).report(current_actor(), import_id)
    first = [row for row in report.rows if row.fate is Fate.ERROR or row.messages]
    rest = [row for row in report.rows if not (row.fate is Fate.ERROR or row.messages)]
    rows = (first + rest)[:SHOWN_ROWS]
    return render_template("enterprises/import_show.html", report=report, rows=rows, fates=Fate)


@enterprises.post("/import/<import_id>")
@requires(EnterprisePermission.IMPORT)
def import_carry_out(import_id: str) -> Any:
    """Do it."""
    report = service(ImportService).carry_out(current_actor(), import_id)
    flash(f"导入完成：新增 {report.count(Fate.ADD)} 家，更新 {report.count(Fate.UPDATE)} 家。", "success")
    return redirect(url_for("enterprises.import_show", import_id=import_id))


@enterprises.get("/import/<import_id>/report.xlsx")
@requires(EnterprisePermission.IMPORT)
def import_report_file(import_id: str) -> Any:
    """The report as a file."""
    from formserver.enterprises.sheets import report_file

    report = service(ImportService).report(current_actor(), import_id)
    return _download(report_file(report), "enterprise-import-report.xlsx")


def _download(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
