"""识别规则: all of them in the order that decides, one with its lines and the labelled rows it decides."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from flask import render_template, request, url_for

from formserver.calculators.maintain_service import day_of
from formserver.core.errors import NOT_FOUND
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import STATE_COLOURS, Browsing, LineView
from formserver.equipment.catalogue_content import row_of
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import ELIMINATION, MATCHING
from formserver.equipment.catalogue_try import Trying
from formserver.equipment.catalogue_views import COLOURS
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS, Rule
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_words import CANON_WORDS, plain_conditions
from formserver.equipment.sample_service import Samples
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

SHOWN: Final = 60


@equipment.get("/rules")
@requires(EquipmentPermission.READ)
def rules() -> Any:
    """The rules that hold on a day, filtered."""
    return rules_page()


@equipment.get("/rules/<rule_id>")
@requires(EquipmentPermission.READ)
def rule(rule_id: str) -> Any:
    """One rule: its conditions in words, its lines, and which labelled rows it decides."""
    browsing, actor = service(Browsing), current_actor()
    day = day_of(request.args.get("on", "")) or browsing.today
    every = service(Trying).library.rules(day)
    place = next((at for at, one in enumerate(every) if one.id == rule_id), None)
    if place is None:
        raise NOT_FOUND(what="这条规则")
    found = every[place]
    kind, name, version = found.definition.split("/", 2)
    decided = [
        one for one in service(Samples).outcomes(actor) if found.id in (one.finding.rule, *one.finding.also)
    ]
    return render_template(
        "equipment/rule.html",
        rule=found,
        place=place + 1,
        of=len(every),
        conditions=plain_conditions(found.terms),
        canon=CANON_WORDS.get(found.canon, found.canon),
        reasons=service(Trying).library.reason_words(day),
        edition=browsing.edition(kind, name, version),
        lines=_lines(found),
        decided=decided,
        day=day,
        verdicts=VERDICT_WORDS,
        categories=CATEGORY_WORDS,
        colours=COLOURS,
        state_colours=STATE_COLOURS,
        may_edit=actor.may(EquipmentPermission.MAINTAIN),
    )


def rules_page() -> str:
    """The list, also where something was refused."""
    browsing, actor, query = service(Browsing), current_actor(), request.values
    day = day_of(query.get("on", "")) or browsing.today
    every = service(Trying).library.rules(day)
    wanted = {
        key: query.get(key, "")[:60] for key in ("category", "verdict", "confidence", "from_definition")
    }
    text = query.get("q", "").strip()[:100]
    found = [(at, one) for at, one in enumerate(every, 1) if _fits(one, wanted, text)]
    begin = _number(query.get("from", ""))
    counts = Counter(one.finding.rule for one in service(Samples).outcomes(actor))
    arguments: dict[str, Any] = {
        key: value for key, value in {**wanted, "q": text, "on": query.get("on", "")[:10]}.items() if value
    }
    following = begin + SHOWN < len(found)
    keeps = actor.may(EquipmentPermission.MAINTAIN) or actor.may(EquipmentPermission.PUBLISH)
    return render_template(
        "equipment/rules.html",
        rows=[(at, one, plain_conditions(one.terms)) for at, one in found[begin : begin + SHOWN]],
        count=len(found),
        total=len(every),
        decides=counts,
        wanted=wanted,
        text=text,
        day=day,
        today=browsing.today,
        definitions=list(dict.fromkeys(one.definition for one in every)),
        titles={
            e.definition.id: e.title for e in (*browsing.editions(MATCHING), *browsing.editions(ELIMINATION))
        },
        editions=browsing.editions(MATCHING),
        state_colours=STATE_COLOURS,
        verdicts=VERDICT_WORDS,
        categories=CATEGORY_WORDS,
        colours=COLOURS,
        reasons=service(Trying).library.reason_words(day),
        next_url=url_for("equipment.rules", **{**arguments, "from": begin + SHOWN}) if following else "",
        drafts=service(CatalogueDrafts).list(actor, kind=MATCHING) if keeps else (),
        may_edit=actor.may(EquipmentPermission.MAINTAIN),
        may_publish=actor.may(EquipmentPermission.PUBLISH),
    )


def _lines(found: Rule) -> list[LineView]:
    """The lines a rule rests on, in the editions in force today, else in the newest that has them."""
    browsing, made = service(Browsing), []
    for ref in found.items:
        name, _, line_id = ref.partition(":")
        editions = browsing.editions(ELIMINATION, name)
        for edition in sorted(editions, key=lambda one: one.state != "现行"):
            line = row_of(edition.data, "items", line_id)
            if line is not None:
                made.append(LineView(edition, line))
                break
    return made


def _fits(one: Rule, wanted: dict[str, str], text: str) -> bool:
    if wanted["category"] and one.category != wanted["category"]:
        return False
    if wanted["verdict"] and one.verdict.value != wanted["verdict"]:
        return False
    if wanted["confidence"] and one.recalled != (wanted["confidence"] == "recalled"):
        return False
    if wanted["from_definition"] and one.definition != wanted["from_definition"]:
        return False
    if not text:
        return True
    said = " ".join((one.id, one.title, one.catalogue, one.item, one.evidence, *plain_conditions(one.terms)))
    return text.casefold() in said.casefold()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
