"""重新识别: what newer catalogues and rules would change in a list, and doing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.core.jobs import JobState
from formserver.equipment.blueprint import equipment
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.review_acts import DECIDED_WORDS
from formserver.equipment.review_again import SHOWN, CheckingAgain
from formserver.equipment.review_service import Reviews
from formserver.equipment.review_views import facts_for
from formserver.equipment.review_words import COLOURS
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

OPEN = (JobState.WAITING, JobState.RUNNING)


@equipment.get("/lists/<list_id>/rows/again")
@requires(EquipmentPermission.DECIDE)
def review_again(list_id: str) -> Any:
    """The preview; of a long list what the worker found, or how far it is."""
    actor, again = current_actor(), service(CheckingAgain)
    one = service(Reviews).open(actor, list_id)
    small = again.small(actor, list_id)
    doing = again.job(actor, list_id, "apply")
    asked = again.job(actor, list_id, "preview")
    running = next((job for job in (doing, asked) if job is not None and job.state in OPEN), None)
    failed = next((job for job in (doing, asked) if job is not None and job.state is JobState.FAILED), None)
    preview = None
    if running is None:
        preview = again.preview(actor, list_id) if small else again.current(one, asked)
    return render_template(
        "equipment/review_again.html",
        one=one,
        preview=preview,
        running=running,
        failed=failed if preview is None else None,
        overtaken=again.overtaken(actor, one),
        verdicts=VERDICT_WORDS,
        colours=COLOURS,
        decided=DECIDED_WORDS,
        shown=SHOWN,
        **facts_for(actor, one),
    )


@equipment.post("/lists/<list_id>/rows/again")
@requires(EquipmentPermission.DECIDE)
def review_again_post(list_id: str) -> Any:
    """Ask for the preview of a long list, or take the change over."""
    actor, again, do = current_actor(), service(CheckingAgain), request.form.get("do", "")
    here = redirect(url_for("equipment.review_again", list_id=list_id))
    try:
        if do == "preview":
            again.start(actor, list_id, "preview")
            return here
        library = request.form.get("library", "")[:64]
        if not again.small(actor, list_id):
            again.start(actor, list_id, "apply", library)
            return here
        changed = again.apply(actor, list_id, library)
    except AppError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        flash(error.message(), "warning")
        return here
    flash(f"已按现行目录和规则更新，{changed} 行有变化；人工意见都保留。", "success")
    return redirect(url_for("equipment.review_rows", list_id=list_id))
