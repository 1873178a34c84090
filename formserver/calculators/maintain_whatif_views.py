"""试算旧数据: old calculations under a draft or another edition, as a page and as a file."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.maintain_models import CALCULATOR
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.maintain_whatif import AT_ONCE, Outcomes, Target, WhatIf, outcomes_from
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import JobState
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires

SHOWN = 300
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@calculators.get("/whatif")
@requires(CalculatorPermission.MAINTAIN)
def whatif() -> Any:
    """Choose under what; then the outcome at once, or the offer of a job where there is much."""
    actor, target = current_actor(), _target()
    if target is None:
        catalogue = context().catalogue
        editions = [(one.name, one.version) for one in catalogue.definitions("calculator")]
        drafts = service(Drafts).list(actor, kind=CALCULATOR)
        return render_template("calculators/maintain_whatif_choose.html", editions=editions, drafts=drafts)
    size = service(WhatIf).size(actor, target)
    if size > AT_ONCE:
        return render_template(
            "calculators/maintain_whatif.html", target=target, size=size, outcomes=None, job=None
        )
    return _page(target, service(WhatIf).run(actor, target))


@calculators.post("/whatif")
@requires(CalculatorPermission.MAINTAIN)
def start_whatif() -> Any:
    """Begin the job."""
    target = _target()
    if target is None:
        raise NOT_FOUND(what="要试算的版本")
    job = service(WhatIf).start(current_actor(), target)
    return redirect(url_for("calculators.whatif_job", job_id=job.id))


@calculators.get("/whatif/jobs/<job_id>")
@requires(CalculatorPermission.MAINTAIN)
def whatif_job(job_id: str) -> Any:
    """How far a job is, then what came out."""
    job = service(WhatIf).job(current_actor(), job_id)
    target = Target(**job.payload["target"])
    if job.state is JobState.DONE:
        return _page(target, outcomes_from(job.result), job_id=job.id)
    return render_template("calculators/maintain_whatif.html", target=target, size=0, outcomes=None, job=job)


@calculators.get("/whatif/result.xlsx")
@requires(CalculatorPermission.MAINTAIN)
def whatif_sheet() -> Any:
    """The table as a file: of a job (``job``), or worked out anew."""
    from formserver.calculators.maintain_whatif_sheet import outcome_sheet  # openpyxl takes long to load

    actor = current_actor()
    if request.args.get("job"):
        job = service(WhatIf).job(actor, request.args["job"][:26])
        if job.state is not JobState.DONE:
            raise NOT_FOUND(what="这次试算的结果")
        target, found = Target(**job.payload["target"]), outcomes_from(job.result)
    else:
        wanted = _target()
        if wanted is None or service(WhatIf).size(actor, wanted) > AT_ONCE:
            raise NOT_FOUND(what="这次试算的结果，请先在页面上试算")
        target, found = wanted, service(WhatIf).run(actor, wanted)
    answer = Response(outcome_sheet(target, found), mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="what-if.xlsx"'
    return answer


def _target() -> Target | None:
    """The draft or edition of the address or the form; None where none is chosen."""
    draft_id = request.values.get("draft", "")[:26]
    name, _, edition = request.values.get("edition", "")[:170].partition("/")
    if not draft_id and not name:
        return None
    return service(WhatIf).target(current_actor(), name=name, edition=edition, draft_id=draft_id)


def _page(target: Target, outcomes: Outcomes, job_id: str = "") -> str:
    return render_template(
        "calculators/maintain_whatif.html",
        target=target,
        outcomes=outcomes,
        shown=outcomes.rows[:SHOWN],
        job=None,
        job_id=job_id,
        size=outcomes.looked,
    )
