"""How uploading and checking lists join the slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.core.service_kit import Kit
from formserver.equipment import lists_mapping_views, lists_problem_views, lists_result_views, lists_views
from formserver.equipment.joint import Judge
from formserver.equipment.joint_stamp import grade_stamp
from formserver.equipment.lists_cards import ListCards, ListSearch
from formserver.equipment.lists_files import ListFiles
from formserver.equipment.lists_job import ListChecking
from formserver.equipment.lists_repository import ListWorkRepository, MappingRepository
from formserver.equipment.lists_results import RESULT_JOB, ListResults
from formserver.equipment.lists_service import CHECK_JOB, MAX_LIST, PURPOSE, Lists
from formserver.equipment.lists_verifying import TITLE, check_lists
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository
from formserver.uploads.models import Purpose
from formserver.uploads.service import UploadService
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler, SearchSource, WorkSource

VIEWS: Final = (lists_views, lists_mapping_views, lists_problem_views, lists_result_views)
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {
    EquipmentListRepository: EquipmentListRepository,
    ListWorkRepository: ListWorkRepository,
    MappingRepository: MappingRepository,
}


def list_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    kit, library = context.service(Kit), context.service(EquipmentLibrary)
    grades, calculators = context.service(Grades), context.service(Calculators)
    context.record_checks.append((TITLE, check_lists))
    context.service(UploadService).announce(Purpose(PURPOSE, EquipmentPermission.UPLOAD, MAX_LIST))

    def judge_for(as_of: date) -> Judge:
        return Judge(library, grades.library, as_of, confirmed=calculators.confirmed())

    def grades_for(as_of: date) -> str:
        standing = {key: one.value for key, one in calculators.confirmations().items()}
        return grade_stamp(grades.library, as_of, standing)

    files = ListFiles(context.store.blobs)
    checking = ListChecking(kit, files, library, judge_for, grades_for)
    accounts = context.service(AccountService)
    lists = Lists(kit, files, checking, accounts)
    return {Lists: lists, ListResults: ListResults(kit, lists, library, accounts)}


def list_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """The jobs of this part."""
    return {CHECK_JOB: context.service(Lists).work, RESULT_JOB: context.service(ListResults).work}


def list_search(context: AppContext) -> Sequence[SearchSource]:
    """Lists in the search box of every page."""
    return (ListSearch(context.service(Lists)),)


def list_work(context: AppContext) -> Sequence[WorkSource]:
    """Lists that wait for a person, on 工作台."""
    return (ListCards(context.service(Lists)).card,)
