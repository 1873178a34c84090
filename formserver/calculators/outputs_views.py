"""Downloads: 企业能耗达标情况表 and 计算书 of kept calculations and of documents. ``?with=`` adds kept calculations."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.outputs_files import OutputFiles, Source
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import JobState
from formserver.core.papers import upload_name
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET, STEPS = "企业能耗达标情况表", "计算书"


@calculators.get("/saved/<calculation_id>/sheet.<kind>")
@requires(CalculatorPermission.USE)
def saved_sheet(calculation_id: str, kind: str) -> Any:
    """The result sheet of a kept calculation."""
    return _sheet(_saved(calculation_id), kind)


@calculators.get("/saved/<calculation_id>/steps.<kind>")
@requires(CalculatorPermission.USE)
def saved_steps(calculation_id: str, kind: str) -> Any:
    """The calculation sheet of a kept calculation."""
    back = url_for("calculators.saved", calculation_id=calculation_id)
    return _steps(_saved(calculation_id), kind, back)


@calculators.post("/saved/<calculation_id>/steps.pdf")
@requires(CalculatorPermission.USE)
def saved_steps_ask(calculation_id: str) -> Any:
    """Have the PDF made."""
    service(OutputFiles).ask_pdf(current_actor(), _saved(calculation_id))
    return redirect(request.full_path.rstrip("?"))


@calculators.get("/documents/<document_id>/sheet.<kind>")
@requires(DocumentPermission.READ)
def document_sheet(document_id: str, kind: str) -> Any:
    """The result sheet of the calculations of a document."""
    return _sheet(service(OutputFiles).document(current_actor(), document_id), kind)


@calculators.get("/documents/<document_id>/steps.<kind>")
@requires(DocumentPermission.READ)
def document_steps(document_id: str, kind: str) -> Any:
    """The calculation sheet of the calculations of a document."""
    back = url_for("documents.show", document_id=document_id)
    return _steps(service(OutputFiles).document(current_actor(), document_id), kind, back)


@calculators.post("/documents/<document_id>/steps.pdf")
@requires(DocumentPermission.READ)
def document_steps_ask(document_id: str) -> Any:
    """Have the PDF made."""
    actor = current_actor()
    service(OutputFiles).ask_pdf(actor, service(OutputFiles).document(actor, document_id))
    return redirect(request.path)


def _saved(calculation_id: str) -> Source:
    return service(OutputFiles).saved(current_actor(), [calculation_id, *request.args.getlist("with")])


def _sheet(source: Source, kind: str) -> Response:
    files = service(OutputFiles)
    if kind == "xlsx":
        return _download(files.sheet_xlsx(source), source, SHEET, XLSX, kind)
    if kind == "docx":
        return _download(files.sheet_docx(source), source, SHEET, DOCX, kind)
    raise NOT_FOUND(what="这种格式的文件")


def _steps(source: Source, kind: str, back: str) -> Any:
    files = service(OutputFiles)
    if kind == "docx":
        return _download(files.steps_docx(source), source, STEPS, DOCX, kind)
    if kind != "pdf":
        raise NOT_FOUND(what="这种格式的文件")
    data, job = files.pdf(source)
    if data is not None:
        return _download(data, source, STEPS, "application/pdf", kind)
    running = job is not None and job.state in (JobState.WAITING, JobState.RUNNING)
    return render_template("calculators/outputs_pdf.html", source=source, job=job, running=running, back=back)


def _download(data: bytes, source: Source, word: str, media_type: str, kind: str) -> Response:
    name = upload_name(f"{word} {source.name}"[:90], "") + f".{kind}"
    answer = Response(data, mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
