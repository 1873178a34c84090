"""The manifest of the documents slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.document_permissions import DocumentPermission
from formserver.core.papers import PDF_JOB, Papers
from formserver.core.service_kit import Kit
from formserver.documents import (
    autosave,
    checking,
    creating,
    deeds,
    editing,
    files,
    listing,
    showing,
    signing_page,
    stale,
)
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.documents.page_pictures import PagePictures
from formserver.documents.pdf_job import PdfJobs
from formserver.documents.refill import Refill
from formserver.web.throttle import Throttle
from formserver.documents.wiring import build_services, prefill_namespaces
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler, MenuItem, SearchSource

VIEWS = (autosave, checking, creating, deeds, editing, files, listing, showing, signing_page, stale)
"""Importing them has put their routes on the blueprint."""
CHECKS, CHECK_SECONDS = 60, 600.0


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    services = dict(build_services(context))
    services[Lookup] = Lookup(services[Kit])
    services[Refill] = Refill(services[Kit])
    services[PagePictures] = PagePictures(context.store.blobs, context.settings.storage_dir / "cache" / "pages")
    services[Throttle] = Throttle(CHECKS, CHECK_SECONDS)
    services[PdfJobs] = PdfJobs(services[Papers], context.settings)
    return services


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    pdf = context.service(PdfJobs)
    context.closers.append(pdf.close)
    return {PDF_JOB: pdf.handle}


def _search(context: AppContext) -> Sequence[SearchSource]:
    return (listing.DocumentSearch(context.service(Lookup)),)


feature = Feature(
    name="documents",
    title="文书应用",
    blueprint=documents,
    permissions=DocumentPermission,
    menu=(MenuItem("文书应用", "documents.index", DocumentPermission.READ, "document", 30),),
    provide=_provide,
    prefill=prefill_namespaces,
    search_sources=_search,
    jobs=_jobs,
    deed_pages={"sign": "documents.sign"},
)
