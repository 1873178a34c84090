"""The manifest of the uploads slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.core.jobs import Job
from formserver.uploads.pieces import Pieces
from formserver.uploads.repository import UploadRepository
from formserver.uploads.service import GIGABYTE, SWEEP_JOB, UploadService
from formserver.uploads.tables import upload
from formserver.uploads.views import uploads
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    settings = context.settings
    return {
        UploadService: UploadService(
            context.store,
            context.clock,
            Pieces(settings.storage_dir),
            max_bytes=settings.max_evidence_gb * GIGABYTE,
        )
    }


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    service = context.service(UploadService)

    def sweep(_job: Job, _report: Any) -> dict[str, Any]:
        return {"removed": service.sweep()}

    return {SWEEP_JOB: sweep}


feature = Feature(
    name="uploads",
    title="文件上传",
    blueprint=uploads,
    tables=(upload,),
    repositories={UploadRepository: UploadRepository},
    provide=_provide,
    jobs=_jobs,
)
