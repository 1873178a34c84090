"""What this slice shows on other pages: the way of a paper, the marks beside its form, 待我审批 on 工作台."""

from __future__ import annotations

from typing import Final

from flask import render_template, url_for
from markupsafe import Markup

from formserver.approvals.models import Decision, Remark
from formserver.approvals.people import Approvers
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.service import ApprovalService
from formserver.core.document_permissions import DocumentPermission
from formserver.core.models import Document, State
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.web.feature import SearchHit, WorkCard
from formserver.web.language import say

LISTED: Final = 5


class WayPanel:
    """Beside a document: who has decided, whose turn it is."""

    key, title, order = "approvals", "审批", 20

    def __init__(self, service: ApprovalService, people: Approvers, kit: Kit) -> None:
        self._service = service
        self._people = people
        self._kit = kit

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """The rounds, newest first; None for a paper that was never submitted."""
        rounds = self._service.rounds(actor, document)
        if not rounds:
            return None
        with self._kit.store.uow() as u:
            names = {
                step.holder: self._people.holder_name(u, step.holder)
                for found in rounds
                for step in found.steps
                if step.decision is Decision.OPEN
            }
        may = document.state is State.IN_REVIEW and actor.may(ApprovalPermission.DECIDE)
        page = render_template(
            "approvals/_way.html", rounds=rounds[::-1], names=names, document=document, may=may
        )
        return Markup(page)  # noqa: S704  a rendered template is escaped


class RemarkPanel:
    """Beside the form: why the paper came back, and what to change where."""

    key, title, order = "remarks", "退回意见", 5

    def __init__(self, service: ApprovalService) -> None:
        self._service = service

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """None unless the paper has come back and was not submitted again."""
        step, remarks = self._service.returned_remarks(actor, document)
        if step is None:
            return None
        page = render_template(
            "approvals/_returned.html", step=step, remarks=[(r, anchor(r)) for r in remarks]
        )
        return Markup(page)  # noqa: S704  a rendered template is escaped


def anchor(remark: Remark) -> str:
    """Where on the form the marked field is: fields carry their keyed pointer as id."""
    return f"#{remark.place}"


class ApprovalWork:
    """待我审批."""

    def __init__(self, service: ApprovalService) -> None:
        self._service = service

    def __call__(self, actor: Actor) -> WorkCard | None:
        """None for people who approve nothing."""
        if not (actor.may(ApprovalPermission.DECIDE) and actor.may(DocumentPermission.APPROVE)):
            return None
        waiting, _ = self._service.queue(actor)
        items = [
            SearchHit(
                kind=w.type_title,
                title=w.document.title,
                url=url_for("approvals.paper", document_id=w.document.id),
                detail=" · ".join(
                    filter(
                        None,
                        (
                            say(f"{w.standing.step.submitted_by_name}提交"),
                            say(f"代 {w.standing.behalf.person_name}") if w.standing.behalf else "",
                        ),
                    )
                ),
            )
            for w in waiting[:LISTED]
        ]
        return WorkCard("待我审批", len(waiting), items, url_for("approvals.index"), 10, "没有待审批的文书")
