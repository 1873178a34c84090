"""成批校对 as a page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.approvals.blueprint import approvals
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.proofing import MOST_PAPERS, Proofing
from formserver.approvals.service import ApprovalService, Ticket
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires


@approvals.get("/approvals/proof")
@requires(ApprovalPermission.DECIDE)
def proof() -> Any:
    """The papers asked for, or everything that waits for this person."""
    actor = current_actor()
    ids = [value[:26] for value in request.args.getlist("id")]
    waiting, _ = service(ApprovalService).queue(actor)
    known = [w.document.id for w in waiting]
    chosen = ids or known
    tables = service(Proofing).tables(actor, chosen)
    return render_template(
        "approvals/proof.html", tables=tables, left_out=max(0, len(set(chosen)) - MOST_PAPERS), ids=ids
    )


@approvals.post("/approvals/proof")
@requires(ApprovalPermission.DECIDE)
def save_proof() -> Any:
    """Keep the ticks; then, if asked, agree to what was ticked."""
    actor = current_actor()
    shown = [Ticket.read(text) for text in request.form.getlist("shown")]
    ticked = set(request.form.getlist("ticket"))
    marks = {(t.document_id, t.version_no): str(t) in ticked for t in shown if t is not None}
    count = service(Proofing).tick(actor, marks)
    if request.form.get("do") == "agree":
        tickets = [t for t in shown if t is not None and str(t) in ticked and t.round]
        if tickets:
            done = service(ApprovalService).many(actor, tickets, agree=True)
            status = 200 if any(not o.error for o in done) else 409
            return render_template("approvals/many.html", outcomes=done, agree=True, reason=""), status
        flash("还没有勾选“已核对”的文书。", "warning")
    else:
        flash(f"已记下：{count} 份已核对。", "success")
    return redirect(url_for("approvals.proof", id=[t.document_id for t in shown if t is not None]))
