"""审批: the queue, one paper, the decision on one or many."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.approvals.blueprint import approvals
from formserver.approvals.deputies import Deputies
from formserver.approvals.models import Decision
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.proofing import MOST_PAPERS
from formserver.approvals.reading import PaperReader, PaperView
from formserver.approvals.service import ApprovalService, Ticket, Waiting
from formserver.core.errors import AppError, Kind
from formserver.core.permissions import Actor
from formserver.core.places import to_keyed
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

MOST_TICKETS = 200


@approvals.get("/approvals")
@requires(ApprovalPermission.DECIDE)
def index() -> Any:
    """The queue; on a desktop the first paper stands beside it."""
    actor = current_actor()
    waiting, more = _queue(actor)
    view = service(PaperReader).read(actor, waiting[0].document.id) if waiting else None
    return _page("approvals/index.html", actor, waiting, more, view)


@approvals.get("/approvals/<document_id>")
@requires(ApprovalPermission.DECIDE)
def paper(document_id: str) -> Any:
    """One paper to decide on; what is decided already is shown by its own page."""
    actor = current_actor()
    view = service(PaperReader).read(actor, document_id)
    if view.standing is None:
        flash(f"《{view.document.title}》现在是“{view.document.state.value}”，不需要审批。", "info")
        return redirect(url_for("documents.show", document_id=document_id))
    waiting, more = _queue(actor)
    return _page("approvals/paper.html", actor, waiting, more, view)


@approvals.post("/approvals/<document_id>/decide")
@requires(ApprovalPermission.DECIDE)
def decide(document_id: str) -> Any:
    """同意 or 退回; a refusal shows the paper as it is now with everything typed."""
    actor = current_actor()
    ticket = _ticket(document_id)
    waiting, _ = _queue(actor)
    try:
        if request.form.get("do") == "return":
            service(ApprovalService).send_back(actor, ticket, request.form.get("reason", ""))
            flash("已退回，填写人会看到理由和批注。", "success")
        elif (
            service(ApprovalService).agree(actor, ticket, request.form.get("opinion", "")) is Decision.AGREED
        ):
            flash("已同意，可以取号。", "success")
        else:
            flash("已同意，转给下一步审批人。", "success")
    except AppError as error:
        return _refused(actor, document_id, error)
    return redirect(_after(waiting, document_id))


@approvals.post("/approvals/<document_id>/remarks")
@requires(ApprovalPermission.DECIDE)
def remark(document_id: str) -> Any:
    """Mark one field."""
    actor = current_actor()
    try:
        service(ApprovalService).remark(
            actor, _ticket(document_id), request.form.get("at", "")[:500], request.form.get("remark", "")
        )
    except AppError as error:
        return _refused(actor, document_id, error)
    return redirect(url_for("approvals.paper", document_id=document_id) + "#remarks")


@approvals.post("/approvals/<document_id>/remarks/<remark_id>/remove")
@requires(ApprovalPermission.DECIDE)
def remove_remark(document_id: str, remark_id: str) -> Any:
    """Take one's own mark back."""
    service(ApprovalService).unremark(current_actor(), document_id, remark_id)
    return redirect(url_for("approvals.paper", document_id=document_id) + "#remarks")


@approvals.post("/approvals/many")
@requires(ApprovalPermission.DECIDE)
def many() -> Any:
    """Decide on the papers ticked, each for itself; say what became of each."""
    actor = current_actor()
    chosen = [Ticket.read(text) for text in request.form.getlist("ticket")[:MOST_TICKETS]]
    tickets = [ticket for ticket in chosen if ticket is not None]
    if request.form.get("do") == "proof":
        return redirect(url_for("approvals.proof", id=[t.document_id for t in tickets[:MOST_PAPERS]]))
    agree = request.form.get("do") != "return"
    reason = request.form.get("reason", "")
    if not tickets:
        flash("还没有选择文书，请先勾选。", "warning")
        return redirect(url_for("approvals.index"))
    done = service(ApprovalService).many(actor, tickets, agree=agree, reason=reason)
    status = 200 if any(not o.error for o in done) else 409
    return render_template("approvals/many.html", outcomes=done, agree=agree, reason=reason), status


def _queue(actor: Actor) -> tuple[tuple[Waiting, ...], int]:
    return service(ApprovalService).queue(actor, below=request.args.get("below") == "1")


def _ticket(document_id: str) -> Ticket:
    read = Ticket.read(request.form.get("ticket", ""))
    if read is None or read.document_id != document_id:
        return Ticket(document_id, 0, 0, 0)  # an old or broken form: nothing was looked at
    return read


def _after(waiting: tuple[Waiting, ...], document_id: str) -> str:
    """The paper that stood behind the one decided on, else the first that is left, else the empty queue."""
    ids = [w.document.id for w in waiting]
    place = ids.index(document_id) if document_id in ids else -1
    left = [*ids[place + 1 :], *ids[: max(place, 0)]]
    return url_for("approvals.paper", document_id=left[0]) if left else url_for("approvals.index")


def _refused(actor: Actor, document_id: str, error: AppError) -> Any:
    if error.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise error
    view = service(PaperReader).read(actor, document_id)
    waiting, more = _queue(actor)
    page = _page("approvals/paper.html", actor, waiting, more, view, error=error)
    return page, STATUS[error.kind]


def _page(
    template: str,
    actor: Actor,
    waiting: tuple[Waiting, ...],
    more: int,
    view: PaperView | None,
    error: AppError | None = None,
) -> str:
    ids = [w.document.id for w in waiting]
    here = ids.index(view.document.id) if view is not None and view.document.id in ids else -1
    return render_template(
        template,
        waiting=waiting,
        more=more,
        below=request.args.get("below") == "1",
        view=view,
        number=here + 1,
        previous=ids[here - 1] if here > 0 else "",
        following=ids[here + 1] if 0 <= here < len(ids) - 1 else "",
        error=error.message() if error else "",
        problems=error.problems if error else (),
        typed=request.form,
        me=actor.user_id,
        at=_marked(view),
        for_whom=service(Deputies).for_whom(actor),
    )


def _marked(view: PaperView | None) -> dict[str, str]:
    """The field a person wants to mark: from the address (``?at=``) or from a refused form."""
    place = request.form.get("at", "") or request.args.get("at", "")
    if view is None or not place.startswith("/"):
        return {}
    keyed = to_keyed(view.content.body, place[:500])
    return {"place": keyed, "label": view.dt.label(place[:500])}
