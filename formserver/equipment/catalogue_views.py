"""淘汰目录: the batches, one edition with its lines, one line with its rules, trying a name plate, taking a copy."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.calculators.maintain_service import day_of
from formserver.core.errors import AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import STATE_COLOURS, Browsing, LineQuery
from formserver.equipment.catalogue_content import STATE_WORDS
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_models import ELIMINATION
from formserver.equipment.catalogue_try import ASKED, FIRST, Trying
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.rule_words import plain_conditions
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

SHOWN: Final = 100
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOURS: Final = {"eliminated": "red", "review": "amber", "restricted": "blue", "ok": "green"}


@equipment.get("/catalogues")
@requires(EquipmentPermission.READ)
def catalogues() -> Any:
    """Every catalogue with its editions on a line of time."""
    browsing, actor = service(Browsing), current_actor()
    groups: dict[str, list[Any]] = {}
    for one in sorted(browsing.editions(), key=lambda one: one.definition.name):
        groups.setdefault(one.definition.name, []).append(one)
    keeps = actor.may(EquipmentPermission.MAINTAIN) or actor.may(EquipmentPermission.PUBLISH)
    drafts = service(CatalogueDrafts).list(actor) if keeps else ()
    return render_template(
        "equipment/catalogues.html",
        groups=groups,
        span=browsing.span(one for group in groups.values() for one in group),
        colours=STATE_COLOURS,
        today=browsing.today,
        drafts=drafts,
    )


@equipment.get("/catalogues/<catalogue_name>/<catalogue_edition>")
@requires(EquipmentPermission.READ)
def catalogue(catalogue_name: str, catalogue_edition: str) -> Any:
    """One edition: its head and its lines, filtered."""
    return edition_page(catalogue_name, catalogue_edition)


@equipment.get("/catalogues/<catalogue_name>/<catalogue_edition>/lines/<line_id>")
@requires(EquipmentPermission.READ)
def catalogue_line(catalogue_name: str, catalogue_edition: str, line_id: str) -> Any:
    """One line and the rules that speak to it."""
    browsing = service(Browsing)
    edition = browsing.edition(ELIMINATION, catalogue_name, catalogue_edition)
    line = browsing.line(edition, line_id)
    rules = browsing.rules_of(line.ref, edition)
    return render_template(
        "equipment/catalogue_line.html",
        edition=edition,
        line=line,
        rules=[(rule, plain_conditions(rule.terms)) for rule in rules],
        colours=COLOURS,
        state_colours=STATE_COLOURS,
        categories=CATEGORY_WORDS,
        verdicts=VERDICT_WORDS,
        day=browsing.day_of(edition),
    )


@equipment.get("/catalogues/<catalogue_name>/<catalogue_edition>/lines.xlsx")
@requires(EquipmentPermission.READ)
def catalogue_book(catalogue_name: str, catalogue_edition: str) -> Any:
    """An edition in the columns of the import template."""
    from formserver.equipment.catalogue_book import catalogue_book as book  # openpyxl takes long to load

    edition = service(Browsing).edition(ELIMINATION, catalogue_name, catalogue_edition)
    return _sheet(book(edition.data), f"{catalogue_name}-{catalogue_edition}.xlsx")


@equipment.get("/catalogues/template.xlsx")
@requires(EquipmentPermission.READ)
def catalogue_template() -> Any:
    """The empty table for a new batch."""
    from formserver.equipment.catalogue_book import template

    return _sheet(template(), "elimination-catalogue.xlsx")


@equipment.get("/try")
@requires(EquipmentPermission.READ)
def try_plate() -> Any:
    """A name plate as somebody stands before it: what recognition says, and the lines that name its model."""
    stated = {column.key: request.args.get(column.key, "").strip()[: column.longest] for column in ASKED}
    day = day_of(request.args.get("as_of", ""))
    actor, asked = current_actor(), bool(stated["name"] or stated["model"])
    answer = service(Trying).answer(actor, stated, day) if asked else None
    return render_template(
        "equipment/catalogue_try.html",
        columns=ASKED,
        first=FIRST,
        stated=stated,
        as_of=day or service(Browsing).today,
        answer=answer,
        conditions=plain_conditions(answer.rule.terms) if answer and answer.rule else (),
        found=service(Browsing).find(stated["model"]) if stated["model"] else (),
        verdicts=VERDICT_WORDS,
        colours=COLOURS,
        categories=CATEGORY_WORDS,
        missing={column.key for column in answer.missing} if answer else set(),
        more_open=any(stated[c.key] for c in ASKED if c.key not in FIRST) or bool(day),
    )


@equipment.post("/catalogues/<catalogue_name>/<catalogue_edition>/checked")
@requires(EquipmentPermission.MAINTAIN)
def mark_checked(catalogue_name: str, catalogue_edition: str) -> Any:
    """Recalled lines somebody held against the text, as a draft of an own edition."""
    form = request.form
    try:
        draft, count = service(Marking).mark(
            current_actor(), catalogue_name, catalogue_edition, form.getlist("line"), form.get("against", "")
        )
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        flash(str(error), "error")
        ticked = frozenset(form.getlist("line"))
        return edition_page(catalogue_name, catalogue_edition, ticked), STATUS[error.kind]
    flash(f"{count} 条已在草案中标为已核对；由另一人看过发布后生效。", "success")
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=draft.id))


def edition_page(name: str, version: str, ticked: frozenset[str] = frozenset()) -> str:
    """The page, also where something was refused: ``ticked`` stays ticked."""
    browsing, actor, query = service(Browsing), current_actor(), request.values
    edition = browsing.edition(ELIMINATION, name, version)
    wanted = LineQuery(
        section=query.get("section", "")[:100],
        category=query.get("category", "")[:20],
        confidence=query.get("confidence", "") if query.get("confidence") in STATE_WORDS else "",
        text=query.get("q", "").strip()[:100],
    )
    found = browsing.lines(edition, wanted)
    begin = _number(query.get("from", ""))
    everything = browsing.lines(edition, LineQuery())
    own = edition.own and edition.definition.status == "published"
    arguments: dict[str, Any] = {
        key: query[key] for key in ("section", "category", "confidence", "q") if query.get(key)
    }
    following = begin + SHOWN < len(found)
    return render_template(
        "equipment/catalogue.html",
        edition=edition,
        siblings=[one for one in browsing.editions(ELIMINATION, name) if one != edition],
        wanted=wanted,
        lines=found[begin : begin + SHOWN],
        count=len(found),
        spoken=browsing.spoken_of(edition),
        sources=list(dict.fromkeys(one.source for one in everything)),
        sections=list(dict.fromkeys(str(one.line.get("section") or "") for one in everything)),
        used=[key for key in CATEGORY_WORDS if any(one.line.get("category") == key for one in everything)],
        categories=CATEGORY_WORDS,
        verdicts=VERDICT_WORDS,
        confidences=STATE_WORDS,
        state_colours=STATE_COLOURS,
        arguments=arguments,
        next_url=url_for(
            "equipment.catalogue",
            catalogue_name=name,
            catalogue_edition=version,
            **{**arguments, "from": begin + SHOWN},
        )
        if following
        else "",
        history=service(CatalogueDrafts).history(ELIMINATION, name, version) if edition.own else None,
        may_edit=actor.may(EquipmentPermission.MAINTAIN),
        may_withdraw=own and actor.may(EquipmentPermission.PUBLISH),
        ticked=ticked,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _sheet(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
