"""识别结果 as a file: at once for short lists; for long ones made in the worker, with a page that says how far it is."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, send_file, url_for

from formserver.equipment.blueprint import equipment
from formserver.equipment.lists_problem_views import XLSX_TYPE, sheet_file, stem
from formserver.equipment.lists_results import ListResults
from formserver.equipment.lists_service import Lists
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires


@equipment.get("/lists/<list_id>/result")
@requires(EquipmentPermission.READ)
def list_result_page(list_id: str) -> Any:
    """How far the file of a long list is; a short one is simply written."""
    one, results = service(Lists).checked(current_actor(), list_id), service(ListResults)
    return render_template(
        "equipment/list_result.html",
        one=one,
        short=results.short(one),
        state=results.state(one),
    )


@equipment.post("/lists/<list_id>/result")
@requires(EquipmentPermission.READ)
def list_result_make(list_id: str) -> Any:
    """Have the file of a long list made."""
    service(ListResults).start(current_actor(), list_id)
    return redirect(url_for("equipment.list_result_page", list_id=list_id))


@equipment.get("/lists/<list_id>/result.xlsx")
@requires(EquipmentPermission.READ)
def list_result(list_id: str) -> Any:
    """Every row with its result, its grounds and what people decided."""
    actor, results = current_actor(), service(ListResults)
    one = service(Lists).checked(actor, list_id)
    name = f"{stem(one.filename)} 识别结果.xlsx"
    if results.short(one):
        return sheet_file(lambda target: results.write(actor, one, target), name)
    state = results.state(one)
    if state.kept is None:
        if state.overtaken:
            flash("清单在文件做好之后又有变化，请重新制作。", "warning")
        return redirect(url_for("equipment.list_result_page", list_id=list_id))
    return send_file(results.open(state.kept), XLSX_TYPE, as_attachment=True, download_name=name, max_age=0)
