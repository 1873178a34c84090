"""What is worked out about a draft for its pages, kept until the draft or a definition changes."""

from __future__ import annotations

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError, Problem
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_effect import Effects, SampleEffect
from formserver.equipment.catalogue_models import CatalogueDraft, Json
from formserver.equipment.catalogue_trial import draft_problems
from formserver.equipment.matching.judging import known_besides
from formserver.equipment.matching.judging_rules import rule_faults


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

    def rule_problems(self, draft: CatalogueDraft, rule: Json) -> tuple[Problem, ...]:
        """What stands against one rule of a draft as somebody types it; the rest of a large draft is not judged with it."""
        part = {**draft.content, "rules": [rule]}
        if "items" in part:
            part["items"] = draft.rows("items")[:1]
        form = [(at, said) for at, said in meta_faults(draft.kind, part) if at.startswith("/rules/0")]
        if form:
            return tuple(Problem("DEFINITION_SCHEMA", said, at) for at, said in form)
        known = known_besides(self._drafts.catalogue, draft.kind, draft.content)
        return tuple(
            Problem("DEFINITION_RULE", said, f"/rules/0{at}") for at, said in rule_faults(rule, known)
        )

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
