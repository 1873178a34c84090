"""The manifest of the approvals slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.accounts.service import AccountService
from formserver.approvals import page_views, proof_views, setting_views, views
from formserver.approvals.blueprint import approvals
from formserver.approvals.cards import ApprovalWork, RemarkPanel, WayPanel
from formserver.approvals.chains import Chains
from formserver.approvals.deputies import Deputies
from formserver.approvals.gatekeeper import Gatekeeper
from formserver.approvals.pages import PAGES_JOB, PaperPages
from formserver.approvals.people import Approvers
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.proofing import Proofing
from formserver.approvals.reading import PaperReader
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.service import ApprovalService
from formserver.approvals.standing import Rules
from formserver.approvals.tables import TABLES
from formserver.approvals.telling import ApproverTeller
from formserver.core.issuing import Issuing
from formserver.core.papers import Papers
from formserver.core.service_kit import DeedGuard, DeedHandler, Kit
from formserver.documents.pdf_job import PdfJobs
from formserver.web.context import AppContext
from formserver.web.feature import DocumentPanel, Feature, JobHandler, MenuItem, WorkSource

VIEWS = (page_views, proof_views, setting_views, views)
"""Importing them has put their routes on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    kit, issuing = context.service(Kit), context.service(Issuing)
    people = Approvers(context.service(AccountService))
    rules, chains = Rules(people, context.clock), Chains(kit, people)
    pages = PaperPages(
        kit,
        context.service(Papers),
        context.settings.storage_dir / "cache" / "approvals",
        context.service(PdfJobs).pool,
        context.settings.pdf_timeout,
    )
    gatekeeper = Gatekeeper(kit, rules, chains, ApproverTeller(rules, context.clock), pages)
    return {
        Approvers: people,
        Rules: rules,
        Chains: chains,
        Deputies: Deputies(kit, people),
        PaperPages: pages,
        Gatekeeper: gatekeeper,
        PaperReader: PaperReader(kit, rules, pages),
        Proofing: Proofing(kit, rules),
        ApprovalService: ApprovalService(kit, issuing, rules, gatekeeper, pages),
    }


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    return {PAGES_JOB: context.service(PaperPages).print}


def _panels(context: AppContext) -> Sequence[DocumentPanel]:
    service = context.service(ApprovalService)
    return (WayPanel(service, context.service(Approvers), context.service(Kit)),)


def _form_panels(context: AppContext) -> Sequence[DocumentPanel]:
    return (RemarkPanel(context.service(ApprovalService)),)


def _guards(context: AppContext) -> Sequence[DeedGuard]:
    return (context.service(Gatekeeper).guard,)


def _handlers(context: AppContext) -> Sequence[DeedHandler]:
    return (context.service(Gatekeeper).heard,)


def _work(context: AppContext) -> Sequence[WorkSource]:
    return (ApprovalWork(context.service(ApprovalService)),)


feature = Feature(
    name="approvals",
    title="审批",
    blueprint=approvals,
    permissions=ApprovalPermission,
    menu=(MenuItem("审批", "approvals.index", ApprovalPermission.DECIDE, "check", 35),),
    tables=TABLES,
    repositories={ApprovalRepository: ApprovalRepository},
    provide=_provide,
    jobs=_jobs,
    document_panels=_panels,
    form_panels=_form_panels,
    deed_pages={"approve": "approvals.paper", "return": "approvals.paper"},
    work=_work,
    on_deed=_handlers,
    before_deed=_guards,
)
