"""How reviewing (confirming, moving, photographs, checking again) joins the slice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.core.service_kit import Kit
from formserver.equipment import review_again_views, review_many_views, review_photo_views, review_views
from formserver.equipment.joint import Judge
from formserver.equipment.joint_stamp import grade_stamp
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.review_again import AGAIN_JOB, CheckingAgain
from formserver.equipment.review_photos import MOST_BYTES, PURPOSE, NameplatePhotos
from formserver.equipment.review_repository import DecisionRepository, PhotoRepository
from formserver.equipment.review_service import Reviews
from formserver.evidence.pictures import EvidencePictures
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

VIEWS: Final = (review_views, review_many_views, review_photo_views, review_again_views)
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {
    DecisionRepository: DecisionRepository,
    PhotoRepository: PhotoRepository,
}


def review_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    kit, library = context.service(Kit), context.service(EquipmentLibrary)
    grades, calculators = context.service(Grades), context.service(Calculators)
    context.service(UploadService).announce(Purpose(PURPOSE, EquipmentPermission.DECIDE, MOST_BYTES))

    def judge_for(as_of: date) -> Judge:
        return Judge(library, grades.library, as_of, confirmed=calculators.confirmed())

    def grades_for(as_of: date) -> str:
        standing = {key: one.value for key, one in calculators.confirmations().items()}
        return grade_stamp(grades.library, as_of, standing)

    reviews = Reviews(kit)
    pictures = EvidencePictures(context.store.blobs, context.settings.storage_dir / "cache" / "equipment")
    return {
        Reviews: reviews,
        NameplatePhotos: NameplatePhotos(kit, reviews, pictures),
        CheckingAgain: CheckingAgain(
            kit, reviews, library, judge_for, grades_for, context.service(AccountService)
        ),
    }


def review_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """The jobs of this part."""
    return {AGAIN_JOB: context.service(CheckingAgain).work}
