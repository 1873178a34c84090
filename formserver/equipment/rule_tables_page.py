"""What the pages of tables and of word lists share: the draft, its faults here, its effect on labelled rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from formserver.calculators.maintain_models import DraftState
from formserver.core.errors import NOT_FOUND
from formserver.equipment.catalogue_draft_page import FaultView, fault_views, shown_draft
from formserver.equipment.catalogue_models import MATCHING, CatalogueDraft, Json
from formserver.equipment.catalogue_trial import draft_problems
from formserver.equipment.catalogue_views import COLOURS
from formserver.equipment.catalogue_work import Work
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.web.context import current_actor, service


def shown_rules_draft(draft_id: str) -> CatalogueDraft:
    """The draft of a route; catalogues have neither tables nor words. Raises NOT_FOUND, NOT_ALLOWED."""
    found = shown_draft(draft_id)
    if found.kind != MATCHING:
        raise NOT_FOUND(what="这份规则草案")
    return found


def typed_faults(found: CatalogueDraft, content: Json) -> tuple[FaultView, ...]:
    """What would stand against the draft with what is typed; nothing is kept."""
    whole = replace(found, content=content)
    return fault_views(whole, draft_problems(service(EquipmentLibrary).catalogue, whole))


def draft_shows(found: CatalogueDraft, error: str = "") -> Mapping[str, Any]:
    """Values every one of these pages needs; the effect is told where nothing stands against the draft."""
    problems = service(Work).problems(found)
    is_open = found.state is DraftState.OPEN
    told = is_open and not problems and not error
    return {
        "draft": found,
        "error": error,
        "open": is_open,
        "all_faults": fault_views(found, problems),
        "effect": service(Work).samples(current_actor(), found) if told else None,
        "verdicts": VERDICT_WORDS,
        "colours": COLOURS,
    }
