"""The part of the slice's manifest that is about lists: views, bulk deeds, exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.accounts.service import AccountService
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.papers import Papers
from formserver.core.service_kit import Kit
from formserver.documents import bulk_pages, generating, listing, sheet_export, view_pages
from formserver.documents.bulk_deeds import BulkDeeds
from formserver.documents.bulk_files import BulkFiles
from formserver.documents.bulk_job import BULK_JOB, BulkRuns
from formserver.documents.saved_views import SavedViewRepository, SavedViews
from formserver.documents.views_tables import saved_view
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

LIST_VIEWS = (bulk_pages, generating, listing, sheet_export, view_pages)
"""Importing them has put their routes on the blueprint."""
LIST_TABLES = (saved_view,)
LIST_REPOSITORIES = {SavedViewRepository: SavedViewRepository}


def list_services(context: AppContext, built: Mapping[type[Any], Any]) -> dict[type[Any], Any]:
    """The services of lists, from those of the slice that stand already."""
    kit, papers = built[Kit], built[Papers]
    deeds = BulkDeeds(kit, built[Issuing], papers, built[Drafting])
    files = BulkFiles(papers, context.store, context.settings.storage_dir / "cache" / "bulk")
    return {
        SavedViews: SavedViews(context.store, context.clock),
        BulkDeeds: deeds,
        BulkFiles: files,
        BulkRuns: BulkRuns(kit, deeds, files, context.service(AccountService)),
    }


def list_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """Bulk deeds."""
    return {BULK_JOB: context.service(BulkRuns).handle}
