"""Pages of kept calculations: one, its name and enterprise, its deletion, and those of an enterprise over the years."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.result_view import view_of
from formserver.calculators.saved_service import Kept
from formserver.calculators.saved_trend import trends
from formserver.calculators.service import Calculators
from formserver.core.errors import AppError
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@calculators.get("/saved/<calculation_id>")
@requires(CalculatorPermission.USE)
def saved(calculation_id: str) -> Any:
    """A kept calculation, as it was."""
    return _page(calculation_id)


@calculators.post("/saved/<calculation_id>/describe")
@requires(CalculatorPermission.USE)
def saved_describe(calculation_id: str) -> Any:
    """Another name, another enterprise."""
    form = request.form
    typed = {key: form.get(key, "")[:200] for key in ("title", "enterprise", "enterprise_id")}
    try:
        service(Kept).describe(current_actor(), calculation_id, **typed)
    except AppError as error:
        return _page(calculation_id, typed, str(error)), STATUS[error.kind]
    flash("已修改名称和企业，计算结果没有变动。", "success")
    return redirect(url_for("calculators.saved", calculation_id=calculation_id))


@calculators.post("/saved/<calculation_id>/delete")
@requires(CalculatorPermission.USE)
def saved_delete(calculation_id: str) -> Any:
    """Delete after having asked; the page asks."""
    gone = service(Kept).delete(current_actor(), calculation_id)
    flash(f"已删除“{gone.title}”。", "success")
    return redirect(url_for("calculators.index"))


@calculators.get("/enterprises/<enterprise_id>")
@requires(CalculatorPermission.USE)
def enterprise(enterprise_id: str) -> Any:
    """The calculations of an enterprise over the years, each indicator against its limits."""
    item, kept = service(Kept).of_enterprise(current_actor(), enterprise_id)
    return render_template("calculators/enterprise.html", item=item, kept=kept, trends=trends(kept))


def _page(calculation_id: str, typed: dict[str, str] | None = None, error: str = "") -> Any:
    actor = current_actor()
    item = service(Calculators).saved(actor, calculation_id)
    name = service(Kept).enterprise_name(actor, item.enterprise_id)
    kept = {"title": item.title, "enterprise": name, "enterprise_id": item.enterprise_id if name else ""}
    return render_template(
        "calculators/saved.html",
        item=item,
        view=view_of(item.result),
        enterprise=name,
        typed=typed or kept,
        error=error,
        is_own=item.owner_id == actor.user_id,
    )
