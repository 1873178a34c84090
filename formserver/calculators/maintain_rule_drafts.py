"""Drafts of coefficients, ladder prices and grade tables: what a copy begins with. All else is :class:`Drafts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formserver.calculation.tariff_library import specificity
from formserver.calculators.maintain_errors import EDITION_TAKEN, REGION_FAULTY, RULE_KIND_UNKNOWN
from formserver.calculators.maintain_models import RULE_FOLDERS, Draft, DraftState
from formserver.calculators.maintain_repository import DraftRepository
from formserver.calculators.maintain_service import PURPOSE_MOST, Drafts, check_edition_name, next_own
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.canonical import clone
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.repository import edition_parts
from formserver.core.ids import new_id
from formserver.core.permissions import Actor

_LAID_OVER: Final = ("thresholds", "step", "ladders", "categories")
"""What a region usually sets itself: a copy for it begins with the figures it would inherit."""
_REGION_MOST: Final = 60


class RuleDrafts:
    """Copying an edition as the beginning of an own one."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    def copy(
        self,
        actor: Actor,
        kind: str,
        name: str,
        base: str,
        purpose: str = "",
        *,
        edition: str = "",
        region: str = "",
    ) -> Draft:
        """A draft that grows from an edition; with ``region`` the edition of a place, which names only what differs.

        Raises NOT_ALLOWED, CALCULATOR_RULE_KIND_UNKNOWN, DEFINITION_NOT_FOUND, CALCULATOR_EDITION_NAME_FAULTY,
        CALCULATOR_REGION_FAULTY, CALCULATOR_EDITION_TAKEN.
        """
        actor.require(CalculatorPermission.MAINTAIN)
        check_kind(kind)
        drafts = self._drafts
        source = drafts.catalogue.definition(kind, name, base)
        check_edition_name(edition)
        data = read_json(source.content, source.id)
        place = checked_region(kind, region, str(data.get("region", "")))
        if place:
            data = _regional(drafts, data, name, base, place)
        known = {one.version for one in drafts.catalogue.definitions(kind, name)}
        now = drafts.clock.now()
        with drafts.store.uow(write=True) as u:
            repository = u.repository(DraftRepository)
            taken = known | repository.editions(name, kind)
            if edition in taken:
                raise EDITION_TAKEN(edition=edition)
            wanted = edition or next_own(edition_parts(base)[0], taken)
            made = Draft(
                id=new_id(),
                kind=kind,
                name=name,
                edition=wanted,
                base=base,
                agency_id=actor.agency_id,
                state=DraftState.OPEN,
                tag=1,
                method={**data, "$id": f"{RULE_FOLDERS[kind]}/{name}/{wanted}"},
                limits={},
                purpose=purpose.strip()[:PURPOSE_MOST],
                created_by=actor.user_id,
                created_by_name=actor.name,
                created_at=now,
                changed_by=actor.user_id,
                changed_by_name=actor.name,
                changed_at=now,
                contributors=(actor.user_id,),
            )
            if not repository.add(made):
                raise EDITION_TAKEN(edition=wanted)
            drafts.note(u, actor, "calculator.draft", made, {"base": base, "region": place})
        return made


def check_kind(kind: str) -> None:
    """Raises CALCULATOR_RULE_KIND_UNKNOWN."""
    if kind not in RULE_FOLDERS:
        raise RULE_KIND_UNKNOWN()


def checked_region(kind: str, region: str, base: str) -> str:
    """The region as it is written. Raises CALCULATOR_REGION_FAULTY where it is none or outside that of the base."""
    place = "".join(region.split())
    if not place:
        return ""
    if kind != "tariff" or len(place) < 2 or len(place) > _REGION_MOST or not place.isprintable():
        raise REGION_FAULTY(region=place[:_REGION_MOST])
    if base and (place == base or specificity(base, place) is None):
        raise REGION_FAULTY(region=place)
    return place


def _regional(drafts: Drafts, data: Mapping[str, Any], name: str, base: str, place: str) -> dict[str, Any]:
    """The edition of a region that extends ``base``: an edition that extends another one is extended at its root."""
    root = str(data.get("extends", f"{name}/{base}"))
    whole = data
    if "extends" in data:
        source = drafts.catalogue.definition("tariff", *root.split("/", 1))
        whole = {**read_json(source.content, source.id), **data}
    made: dict[str, Any] = {
        "$id": "",
        "format": 1,
        "name": name,
        "region": place,
        "extends": root,
        "document": {
            "number": f"{place}文件（请填写文号）",
            "title": str(whole["title"]),
            "confidence": "recalled",
        },
        "valid_from": data["valid_from"],
        "valid_to": None,
        "sources": clone(dict(whole.get("sources", {}))),
    }
    made.update({key: clone(whole[key]) for key in _LAID_OVER if key in whole})
    made["unknown"] = []
    made["examples"] = [
        _in_region(one, place) for one in whole.get("examples", ()) if "problem" not in one["expect"]
    ]
    return made


def _in_region(example: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {**clone(dict(example)), "inputs": {**example["inputs"], "region": place}}


def moved_examples(data: Mapping[str, Any], effective: date) -> dict[str, Any]:
    """The file with its examples moved by whole years into the days it holds; those that expect a problem stay.

    An example before the first day of its edition would be worked out with the edition before.
    """
    made: dict[str, Any] = clone(dict(data))
    for one in made.get("examples", ()):
        if "problem" in one["expect"]:
            continue
        days = one if "on" in one else one["inputs"]
        keys = [key for key in ("on", "start", "end") if isinstance(days.get(key), str)]
        try:
            found = {key: date.fromisoformat(days[key]) for key in keys}
        except ValueError:
            continue
        years = 0
        while found and min(_later(day, years) for day in found.values()) < effective:
            years += 1
        if years:
            days.update({key: _later(day, years).isoformat() for key, day in found.items()})
    return made


def _later(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap and years else day.day)
