"""How batches and papers join the slice: services, jobs, links on document pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from formserver.accounts.service import AccountService
from formserver.calculators import batch_views, outputs_views
from formserver.calculators.batch_service import BATCH_JOB, PURPOSE, Batches
from formserver.calculators.outputs_document import holds_calculations
from formserver.calculators.outputs_files import PDF_JOB, OutputFiles
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.document_permissions import DocumentPermission
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.documents.pdf_job import PdfJobs
from formserver.enterprises.service import EnterpriseService
from formserver.rendering.sheet_reading import MAX_FILE
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, JobHandler, Link

VIEWS = (batch_views, outputs_views)
"""Importing them has put their routes on the blueprint."""


def output_services(context: AppContext, calculators: Calculators) -> Mapping[type[Any], Any]:
    """The services of batches and papers."""
    kit = context.service(Kit)
    context.service(UploadService).announce(Purpose(PURPOSE, CalculatorPermission.BATCH, MAX_FILE))
    return {
        Batches: Batches(kit, calculators, context.service(AccountService)),
        OutputFiles: OutputFiles(
            kit, calculators, context.service(EnterpriseService), context.service(PdfJobs), context.settings
        ),
    }


def output_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """Batches, and calculation sheets as PDF."""
    return {BATCH_JOB: context.service(Batches).work, PDF_JOB: context.service(OutputFiles).work}


class PaperLinks:
    """计算书 and 达标情况表 in the menu of a document that may hold calculations."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """Four lines, or none before the first version."""
        if document.head_version < 1 or not actor.may(DocumentPermission.READ):
            return ()
        if not holds_calculations(self._kit.document_type(document)):
            return ()

        def link(title: str, part: str, kind: str) -> Link:
            url = url_for(f"calculators.document_{part}", document_id=document.id, kind=kind)
            return Link(title, url, "download")

        return (
            link("能耗达标情况表（xlsx）", "sheet", "xlsx"),
            link("能耗达标情况表（docx）", "sheet", "docx"),
            link("计算书（docx）", "steps", "docx"),
            link("计算书（PDF）", "steps", "pdf"),
        )


def output_links(context: AppContext) -> Sequence[DocumentLinks]:
    """Lines of document menus."""
    return (PaperLinks(context.service(Kit)),)
