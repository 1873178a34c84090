"""How maintaining and confirming join the slice: pages, services, tables, judges, a job and a check of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators import (
    confirm_views,
    maintain_draft_views,
    maintain_rule_views,
    maintain_views,
    maintain_whatif_views,
)
from formserver.calculators.confirm_service import Figures
from formserver.calculators.ladder_rules import Rules
from formserver.calculators.maintain_checking import judge_calculator, judge_limits
from formserver.calculators.maintain_models import RULE_FOLDERS
from formserver.calculators.maintain_packs import Packs
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_repository import DraftRepository
from formserver.calculators.maintain_rule_checking import judge_stored_rule
from formserver.calculators.maintain_rule_drafts import RuleDrafts
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.maintain_tables import calculator_draft
from formserver.calculators.maintain_verifying import TITLE, check_own_editions
from formserver.calculators.maintain_whatif import WHATIF_JOB, WhatIf
from formserver.calculators.service import Calculators
from formserver.core.service_kit import Kit
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

VIEWS: Final = (
    confirm_views,
    maintain_draft_views,
    maintain_rule_views,
    maintain_views,
    maintain_whatif_views,
)
"""Importing them has put their routes on the blueprint."""
TABLES: Final = (calculator_draft,)
REPOSITORIES: Final = {DraftRepository: DraftRepository}


def maintenance_services(context: AppContext, calculators: Calculators) -> Mapping[type[Any], Any]:
    """The services; the catalogue learns how calculators and limits are judged, whoever publishes them."""
    accounts, kit = context.service(AccountService), context.service(Kit)
    drafts = Drafts(context.store, context.clock, context.catalogue, calculators, accounts)
    publishing = Publishing(drafts)
    context.catalogue.judges.update({"calculator": judge_calculator, "limits": judge_limits})
    context.catalogue.judges.update(dict.fromkeys(RULE_FOLDERS, judge_stored_rule))
    context.record_checks.append((TITLE, check_own_editions))
    return {
        Figures: Figures(context.store, context.clock, context.catalogue, calculators),
        Packs: Packs(context.catalogue, calculators.library),
        Drafts: drafts,
        RuleDrafts: RuleDrafts(drafts),
        Publishing: publishing,
        Rules: Rules(drafts, publishing, accounts),
        WhatIf: WhatIf(kit, calculators, drafts, accounts),
    }


def maintenance_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """Recalculating many old records."""
    return {WHATIF_JOB: context.service(WhatIf).work}
