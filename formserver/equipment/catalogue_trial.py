"""A catalogue in which a draft holds already: what recognition would say with it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from formserver.core.canonical import canonical_json, digest
from formserver.core.clock import SystemClock
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.definitions.repository import (
    EQUIPMENT_KINDS,
    Definition,
    MemoryDefinitionRepository,
    edition_parts,
)
from formserver.core.errors import AppError, Problem
from formserver.equipment.catalogue_models import CatalogueDraft

MOST_FAULTS: Final = 200


def draft_problems(catalogue: Catalogue, draft: CatalogueDraft) -> tuple[Problem, ...]:
    """Everything wrong with a draft as it stands: form, then the judge of its kind. Never raises for faulty content."""
    content = draft.content
    found = [Problem("DEFINITION_SCHEMA", said, at) for at, said in meta_faults(draft.kind, content)]
    wanted = (("$id", draft.definition_id), ("name", draft.name))
    found += [
        Problem("DEFINITION_RULE", f"应为 {value}。", f"/{key}")
        for key, value in wanted
        if content.get(key) != value
    ]
    if found:
        return tuple(found[:MOST_FAULTS])
    try:
        definition = definition_of(draft, content)
    except ValueError:
        return (Problem("DEFINITION_RULE", "日期写错了，请核对施行日期和终止日期。", "/valid_from"),)
    judge = catalogue.judges.get(draft.kind)
    if judge is None:
        return ()
    try:
        return tuple(judge(_with(catalogue, draft, definition), definition)[:MOST_FAULTS])
    except AppError as error:
        return (Problem("DEFINITION_RULE", error.message(), ""),)


def definition_of(draft: CatalogueDraft, content: Mapping[str, Any]) -> Definition:
    """The file as an own edition in force. Raises ValueError for days that are none."""
    return Definition(
        kind=draft.kind,
        name=draft.name,
        version=draft.edition,
        origin="local",
        sha256=digest(content),
        status="published",
        valid_from=_day(content.get("valid_from")),
        valid_to=_day(content.get("valid_to")),
        content=canonical_json(content),
    )


def trial_catalogue(catalogue: Catalogue, draft: CatalogueDraft) -> Catalogue:
    """The definitions of this server with the draft in place of its base, on every day its base held.

    A text that was issued anew holds from its own first day. Raises ValueError for days that are none.
    """
    definition = definition_of(draft, draft.content)
    if draft.own:
        begun = _trunk(catalogue, draft)
        written = read_json(begun.content, begun.id)
        days = _day(written.get("valid_from")), _day(draft.content.get("valid_to"))
        definition = replace(definition, valid_from=days[0], valid_to=days[1])
    return _with(catalogue, draft, definition)


def _trunk(catalogue: Catalogue, draft: CatalogueDraft) -> Definition:
    """The file a chain of own editions began with."""
    trunk = edition_parts(draft.edition)[0]
    editions = catalogue.definitions(draft.kind, draft.name)
    found = next((one for one in editions if one.version == trunk), None)
    return found or catalogue.definition(draft.kind, draft.name, draft.base)


def _with(catalogue: Catalogue, draft: CatalogueDraft, definition: Definition) -> Catalogue:
    """The draft stands in place of the editions of its own trunk; those before and after it keep their days."""
    repository = MemoryDefinitionRepository()
    trunk, first = edition_parts(draft.edition)[0], definition.valid_from or date.min
    later: list[date] = []
    for kind in EQUIPMENT_KINDS:
        for one in catalogue.definitions(kind):
            if one.id == definition.id:
                continue
            if (one.kind, one.name) == (draft.kind, draft.name) and one.usable:
                if edition_parts(one.version)[0] == trunk:
                    one = replace(one, status="withdrawn")
                elif (one.valid_from or date.min) > first:
                    later.append(one.valid_from or first)
                elif first > date.min and one.in_force(first):
                    one = replace(one, valid_to=first - timedelta(days=1))
            repository.put(one)
    if later:
        ends = [day for day in (definition.valid_to, min(later) - timedelta(days=1)) if day is not None]
        definition = replace(definition, valid_to=min(ends))
    repository.put(definition)
    return Catalogue(repository, SystemClock())


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
