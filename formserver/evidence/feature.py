"""The manifest of the evidence slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.definitions.prefill import Provider
from formserver.core.drafting import Drafting
from formserver.core.jobs import Job
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import DeedHandler, Kit
from formserver.core.store_ports import UnitOfWork
from formserver.evidence import handing_over, item_pages, library_pages, viewing
from formserver.evidence.blueprint import PURPOSE, evidence
from formserver.evidence.listing import EvidenceProvider
from formserver.evidence.making_list import ListMaking
from formserver.evidence.panels import EvidencePanel
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.pictures import EvidencePictures
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.repository import EvidenceRepository
from formserver.evidence.service import HASH_JOB, EvidenceService, case_of
from formserver.evidence.tables import evidence as evidence_table
from formserver.evidence.tables import evidence_link
from formserver.evidence.verifying import TITLE, check_evidence
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import DocumentPanel, Feature, JobHandler, PrefillFactory

VIEWS = (library_pages, item_pages, viewing, handing_over)
"""Importing them has put their routes on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    kit = context.service(Kit)
    context.service(UploadService).announce(Purpose(PURPOSE, EvidencePermission.ADD))
    context.record_checks.append((TITLE, check_evidence))
    folder = context.settings.storage_dir / "cache" / "evidence"
    reading = EvidenceReading(kit)
    return {
        EvidenceService: EvidenceService(kit),
        EvidenceReading: reading,
        ListMaking: ListMaking(reading, context.service(Drafting)),
        EvidencePictures: EvidencePictures(context.store.blobs, folder),
    }


def _prefill(_context: AppContext) -> Mapping[str, PrefillFactory]:
    def valid(u: UnitOfWork, actor: Actor, document: Document) -> Provider:
        found = u.repository(EvidenceRepository).of_case(case_of(document), actor.scope)
        return EvidenceProvider(tuple(item for item in found if item.valid))

    return {"evidence": valid}


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    service = context.service(EvidenceService)

    def check(job: Job, _report: Any) -> dict[str, Any]:
        return {"whole": service.check_hash(str(job.payload["evidence"]))}

    return {HASH_JOB: check}


def _panels(*, beside_form: bool) -> Any:
    def make(context: AppContext) -> Sequence[DocumentPanel]:
        return (EvidencePanel(context.service(EvidenceReading), beside_form=beside_form),)

    return make


def _on_deed(context: AppContext) -> Sequence[DeedHandler]:
    return (context.service(EvidenceReading).keep_links,)


feature = Feature(
    name="evidence",
    title="证据库",
    blueprint=evidence,
    permissions=EvidencePermission,
    tables=(evidence_table, evidence_link),
    repositories={EvidenceRepository: EvidenceRepository},
    provide=_provide,
    prefill=_prefill,
    jobs=_jobs,
    pickers={"evidence": "evidence.pick"},
    document_panels=_panels(beside_form=False),
    form_panels=_panels(beside_form=True),
    on_deed=_on_deed,
)
