"""The manifest of the documents slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.deriving import Deriving
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.papers import PDF_JOB, Papers
from formserver.core.service_kit import Kit
from formserver.documents import (
    autosave,
    cells,
    checking,
    comparing,
    creating,
    deeds,
    editing,
    files,
    listing,
    origins,
    packaging,
    pickers,
    preview_pages,
    references,
    relations,
    showing,
    stale,
)
from formserver.documents.blueprint import documents
from formserver.documents.exact_preview import PREVIEW_JOB, ExactPreviews
from formserver.documents.list_feature import LIST_REPOSITORIES, LIST_TABLES, list_jobs, list_services
from formserver.documents.lookup import Lookup
from formserver.documents.origins import Origins
from formserver.documents.page_pictures import PagePictures
from formserver.documents.pdf_job import PdfJobs
from formserver.documents.pickers import PICKERS, Libraries
from formserver.documents.references import References
from formserver.documents.refill import Refill
from formserver.documents.wiring import build_services, prefill_namespaces
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler, MenuItem, SearchSource
from formserver.web.throttle import Throttle

VIEWS = (
    autosave,
    cells,
    checking,
    comparing,
    packaging,
    relations,
    creating,
    deeds,
    editing,
    files,
    listing,
    origins,
    pickers,
    preview_pages,
    references,
    showing,
    stale,
)
"""Importing them has put their routes on the blueprint."""
CHECKS, CHECK_SECONDS = 60, 600.0


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    services = dict(build_services(context))
    services[Lookup] = Lookup(services[Kit])
    services[Libraries] = Libraries(services[Kit])
    services[Refill] = Refill(services[Kit], context.row_verbs)
    services[Deriving] = Deriving(services[Kit], services[Drafting])
    services[PagePictures] = PagePictures(
        context.store.blobs, context.settings.storage_dir / "cache" / "pages"
    )
    services[Throttle] = Throttle(CHECKS, CHECK_SECONDS)
    services[PdfJobs] = PdfJobs(services[Papers], context.settings)
    services[ExactPreviews] = ExactPreviews(
        services[Kit], services[Papers], services[PdfJobs], context.settings
    )
    services[Origins] = Origins(services[Kit], services[Drafting])
    services[References] = References(services[Kit])
    services.update(list_services(context, services))
    return services


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    pdf = context.service(PdfJobs)
    context.closers.append(pdf.close)
    return {PDF_JOB: pdf.handle, PREVIEW_JOB: context.service(ExactPreviews).handle, **list_jobs(context)}


def _search(context: AppContext) -> Sequence[SearchSource]:
    return (listing.DocumentSearch(context.service(Lookup)),)


feature = Feature(
    name="documents",
    title="文书应用",
    blueprint=documents,
    permissions=DocumentPermission,
    menu=(MenuItem("文书应用", "documents.index", DocumentPermission.READ, "document", 30, "w"),),
    provide=_provide,
    prefill=prefill_namespaces,
    search_sources=_search,
    jobs=_jobs,
    pickers=PICKERS,
    tables=LIST_TABLES,
    repositories=LIST_REPOSITORIES,
)
