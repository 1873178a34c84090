"""The manifest of the documents slice."""

from __future__ import annotations

from collections.abc import Mapping

from formserver.core.document_permissions import DocumentPermission
from formserver.core.papers import PDF_JOB, Papers
from formserver.documents.pdf_job import PdfJobs
from formserver.documents.wiring import build_services, prefill_namespaces
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    pdf = PdfJobs(context.service(Papers), context.settings)
    context.closers.append(pdf.close)
    return {PDF_JOB: pdf.handle}


feature = Feature(
    name="documents",
    title="文书应用",
    permissions=DocumentPermission,
    provide=build_services,
    prefill=prefill_namespaces,
    jobs=_jobs,
)
