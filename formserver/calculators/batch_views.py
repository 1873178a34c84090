"""批量对标: choose products, take the workbook, hand it in, watch, take the result."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.calculation.library import CALCULATOR_UNKNOWN
from formserver.calculators.batch_service import MOST_PRODUCTS, PURPOSE, Batches
from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError, Kind
from formserver.core.jobs import JobState
from formserver.rendering.sheet_reading import MAX_FILE
from formserver.uploads.intake import taken_from_request
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN: Final = 20


@calculators.get("/batch")
@requires(CalculatorPermission.BATCH)
def batch() -> Any:
    """The three steps, and one's batches."""
    return _start([])


@calculators.post("/batch")
@requires(CalculatorPermission.BATCH)
@accepts_upload(MAX_FILE // 1048576 + 1)
def batch_upload() -> Any:
    """Take a filled workbook and begin."""
    actor = current_actor()
    try:
        stored = taken_from_request(actor, PURPOSE)
        if not stored:
            return _start(["请选择填好的数据表（xlsx）。"]), STATUS[Kind.INVALID]
        made = service(Batches).start(actor, stored[0].filename, stored[0].sha256)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _start([error.message()]), STATUS[Kind.INVALID]
    if len(stored) > 1:
        flash(f"一次计算一个文件，只收下了“{stored[0].filename}”，其余请再次上传。", "warning")
    return redirect(url_for("calculators.batch_show", batch_id=made.id))


@calculators.get("/batch/products")
@requires(CalculatorPermission.BATCH)
def batch_products() -> Any:
    """The products of one standard, to choose for a workbook."""
    library = service(Calculators).library
    name = request.args.get("calculator", "")
    if name not in library.names():
        raise CALCULATOR_UNKNOWN(name=name[:40])
    calculator = library.in_force(name, today_in_china(context().clock))
    return render_template("calculators/batch_products.html", calculator=calculator, most=MOST_PRODUCTS)


@calculators.get("/batch/template.xlsx")
@requires(CalculatorPermission.BATCH)
def batch_template() -> Any:
    """The workbook to fill in."""
    data = service(Batches).workbook(current_actor(), request.args.getlist("product")[: MOST_PRODUCTS + 1])
    return _download(data, "批量对标数据表.xlsx")


@calculators.get("/batch/<batch_id>")
@requires(CalculatorPermission.BATCH)
def batch_show(batch_id: str) -> Any:
    """How far a batch is, or what came out."""
    actor = current_actor()
    found, job = service(Batches).get(actor, batch_id)
    return render_template(
        "calculators/batch_show.html",
        batch=found,
        job=job,
        mine=found.owner_id == actor.user_id,
        failed=found.open and job is not None and job.state is JobState.FAILED,
    )


@calculators.post("/batch/<batch_id>/cancel")
@requires(CalculatorPermission.BATCH)
def batch_cancel(batch_id: str) -> Any:
    """Stop one's own batch."""
    try:
        service(Batches).cancel(current_actor(), batch_id)
        flash("已取消这个批次，没有留下结果。", "success")
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(error.message(), "warning")
    return redirect(url_for("calculators.batch_show", batch_id=batch_id))


@calculators.get("/batch/<batch_id>/result.xlsx")
@requires(CalculatorPermission.BATCH)
def batch_result(batch_id: str) -> Any:
    """The result workbook."""
    found, data = service(Batches).result(current_actor(), batch_id)
    name = found.filename.rpartition(".")[0] or found.filename
    return _download(data, f"{name} 结果.xlsx")


def _start(errors: list[str]) -> str:
    actor = current_actor()
    found = service(Batches).own(actor, limit=SHOWN + 1, after=request.args.get("after", "")[:26])
    library = service(Calculators).library
    today = today_in_china(context().clock)
    return render_template(
        "calculators/batch.html",
        errors=errors,
        purpose=PURPOSE,
        limit=MAX_FILE // 1048576,
        calculators=[library.in_force(name, today) for name in library.names()],
        batches=found[:SHOWN],
        next_url=url_for("calculators.batch", after=found[SHOWN - 1].id) if len(found) > SHOWN else "",
    )


def _download(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
