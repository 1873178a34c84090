"""What is worked out about a draft for its pages, kept until the draft or a definition changes."""

from __future__ import annotations

from formserver.core.definitions.document_type import read_json
from formserver.core.errors import AppError, Problem
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_effect import Effects, SampleEffect
from formserver.equipment.catalogue_models import CatalogueDraft, Json
from formserver.equipment.catalogue_trial import draft_problems


class Work:
    """Judging and trying drafts."""

    def __init__(self, drafts: CatalogueDrafts, effects: Effects) -> None:
        self._drafts = drafts
        self._effects = effects

    def problems(self, draft: CatalogueDraft) -> tuple[Problem, ...]:
        """What stands against a kept draft."""
        catalogue = self._drafts.catalogue
        made: tuple[Problem, ...] = catalogue.remember(
            f"equipment-draft:{draft.id}:{draft.tag}", lambda: draft_problems(catalogue, draft)
        )
        return made

    def problems_typed(self, draft: CatalogueDraft) -> tuple[Problem, ...]:
        """The same for a draft as it stands in a form; nothing is remembered."""
        return draft_problems(self._drafts.catalogue, draft)

    def samples(self, actor: Actor, draft: CatalogueDraft) -> SampleEffect | None:
        """The labelled rows under a draft; None where it cannot be tried."""
        try:
            return self._effects.samples(actor, draft)
        except (ValueError, KeyError, TypeError, AppError):
            return None  # its faults are on the page

    def base(self, draft: CatalogueDraft) -> Json:
        """The file a draft grew from; empty for a new catalogue."""
        if not draft.base:
            return {}
        found = self._drafts.catalogue.definition(draft.kind, draft.name, draft.base)
        made: Json = read_json(found.content, found.id)
        return made
