"""逐型号表 and word lists of the editions in force, for everybody who may read; what an own edition changed in them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from formserver.calculators.maintain_service import day_of
from formserver.core.errors import AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import Browsing, Edition
from formserver.equipment.catalogue_diff import Difference, difference
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import MATCHING
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_tables_content import shown_table, tables_of, users_of
from formserver.equipment.rule_tables_words import GROUPS, LISTS, words_of
from formserver.web.context import service
from formserver.web.permissions import requires


@equipment.get("/rules/tables")
@requires(EquipmentPermission.READ)
def shown_rule_tables() -> Any:
    """The tables of the rules that hold on a day, each with the rules that use it."""
    editions = _in_force()
    return render_template(
        "equipment/rule_tables_shown.html",
        editions=[
            (
                one,
                [
                    (name, shown_table(table), users_of(one.data, name))
                    for name, table in tables_of(one.data).items()
                ],
            )
            for one in editions
        ],
        changed=[(one, changes) for one in editions if (changes := _changes(one)) and changes.tables],
    )


@equipment.get("/rules/words")
@requires(EquipmentPermission.READ)
def shown_rule_words() -> Any:
    """The word lists of the rules that hold on a day."""
    editions = _in_force()
    return render_template(
        "equipment/rule_words_shown.html",
        editions=[
            (one, {each.place: words_of(one.data.get("grammar"), each.place) for each in LISTS})
            for one in editions
        ],
        groups=GROUPS,
        changed=[(one, changes) for one in editions if (changes := _changes(one)) and changes.words],
    )


def _in_force() -> list[Edition]:
    browsing = service(Browsing)
    day = day_of(request.args.get("on", "")) or browsing.today
    return [
        one
        for one in browsing.editions(MATCHING)
        if one.definition.status != "withdrawn" and one.definition.in_force(day)
    ]


def _changes(edition: Edition) -> Difference | None:
    """What an own edition changed against the one it grew from; None for shipped ones."""
    one = edition.definition
    draft = service(CatalogueDrafts).history(one.kind, one.name, one.version) if edition.own else None
    if draft is None or not draft.base:
        return None
    try:
        base = service(Browsing).edition(one.kind, one.name, draft.base)
    except AppError:
        return None  # the edition it grew from is not on this server any more
    return difference(base.data, edition.data)
