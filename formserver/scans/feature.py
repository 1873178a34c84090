"""The manifest of the scans slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.intake import SignedPageIntake
from formserver.core.service_kit import DeedHandler, Kit
from formserver.core.signing import Signing
from formserver.scans.binding import Binding, close_heap
from formserver.scans.editing import Pages
from formserver.scans.permissions import ScanPermission
from formserver.scans.reading import READ_JOB, ScanReading
from formserver.scans.repository import ScanRepository
from formserver.scans.service import Intake
from formserver.scans.tables import scan_batch, scan_original, scan_page
from formserver.scans.views import PURPOSE, scans
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler, MenuItem

LARGEST = 50 << 20


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    kit = context.service(Kit)
    context.service(UploadService).announce(Purpose(PURPOSE, ScanPermission.TAKE, LARGEST))
    intake = Intake(kit)
    return {
        Intake: intake,
        SignedPageIntake: intake,
        Pages: Pages(kit, intake),
        Binding: Binding(kit, intake, context.service(Signing)),
    }


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    return {READ_JOB: ScanReading(context.service(Kit)).handle}


def _on_deed(_context: AppContext) -> Sequence[DeedHandler]:
    return (close_heap,)


feature = Feature(
    name="scans",
    title="签字件",
    blueprint=scans,
    permissions=ScanPermission,
    menu=(MenuItem("签字件", "scans.heap", ScanPermission.TAKE, "upload", 35),),
    tables=(scan_batch, scan_original, scan_page),
    repositories={ScanRepository: ScanRepository},
    provide=_provide,
    jobs=_jobs,
    deed_pages={"sign": "scans.intake"},
    on_deed=_on_deed,
)
