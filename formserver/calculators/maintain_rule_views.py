"""Coefficients, ladder prices and grade tables for maintainers: the editions, one edition, copying and withdrawing."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.ladder_figures import rule_file_items
from formserver.calculators.maintain_models import KIND_TITLES, RULE_FOLDERS
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_rule_checking import rule_problems
from formserver.calculators.maintain_rule_drafts import RuleDrafts, check_kind
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.maintain_wording import COLOURS, validity_word, validity_words
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import read_json
from formserver.core.errors import AppError, Kind
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@calculators.get("/rules")
@requires(CalculatorPermission.USE)
def rules() -> Any:
    """Every edition of coefficients, ladder prices and grade tables."""
    today = today_in_china(context().clock)
    groups = []
    for kind in RULE_FOLDERS:
        lines = []
        for one in context().catalogue.definitions(kind):
            data = read_json(one.content, one.id)
            word = validity_word(one, today)
            days = validity_words(one.valid_from, one.valid_to)
            lines.append((one, _title(kind, data), data.get("region", ""), word, COLOURS[word], days))
        groups.append((KIND_TITLES[kind], kind, lines))
    return render_template("calculators/maintain_rules.html", groups=groups)


@calculators.get("/rules/<kind>/<name>/<edition>")
@requires(CalculatorPermission.USE)
def rule_edition(kind: str, name: str, edition: str) -> Any:
    """One edition: its figures, how sure they are, copying it."""
    return _edition_page(kind, name, edition)


@calculators.get("/rules/<kind>/<name>/<edition>/file.json")
@requires(CalculatorPermission.USE)
def rule_file(kind: str, name: str, edition: str) -> Any:
    """The file of an edition."""
    check_kind(kind)
    found = context().catalogue.definition(kind, name, edition)
    answer = Response(found.content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{found.name}-{found.version}.json"'
    return answer


@calculators.post("/rules/<kind>/<name>/<edition>/copy")
@requires(CalculatorPermission.MAINTAIN)
def copy_rule(kind: str, name: str, edition: str) -> Any:
    """A draft that grows from this edition, or the edition of a region that extends it."""
    form = request.form
    try:
        draft = service(RuleDrafts).copy(
            current_actor(),
            kind,
            name,
            edition,
            form.get("purpose", ""),
            edition=form.get("edition", "").strip(),
            region=form.get("region", ""),
        )
    except AppError as error:
        return _again(error, kind, name, edition)
    flash(f"已另存草案 {draft.edition}。", "success")
    return redirect(url_for("calculators.draft", draft_id=draft.id))


@calculators.post("/rules/<kind>/<name>/<edition>/withdraw")
@requires(CalculatorPermission.PUBLISH)
def withdraw_rule(kind: str, name: str, edition: str) -> Any:
    """Take an own edition out of force."""
    check_kind(kind)
    try:
        reason = request.form.get("reason", "")
        service(Publishing).withdraw(current_actor(), name, edition, reason, kind=kind)
    except AppError as error:
        return _again(error, kind, name, edition)
    flash("已撤回这个版本，被它替换的版本恢复施行。", "success")
    return redirect(url_for("calculators.rule_edition", kind=kind, name=name, edition=edition))


def _again(error: AppError, kind: str, name: str, edition: str) -> Any:
    """The page as typed with what stands against it."""
    if error.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise error
    flash(str(error), "error")
    return _edition_page(kind, name, edition), STATUS[error.kind]


def _edition_page(kind: str, name: str, edition: str) -> str:
    check_kind(kind)
    actor, catalogue = current_actor(), context().catalogue
    found = catalogue.definition(kind, name, edition)
    data = read_json(found.content, found.id)
    standing = service(Calculators).confirmations()
    today = today_in_china(context().clock)
    word = validity_word(found, today)
    own = found.origin == "local"
    return render_template(
        "calculators/maintain_rule.html",
        kind=kind,
        kind_title=KIND_TITLES[kind],
        found=found,
        title=_title(kind, data),
        data=data,
        word=word,
        colour=COLOURS[word],
        days=validity_words(found.valid_from, found.valid_to),
        items=[one.now(standing) for one in rule_file_items(catalogue, kind, found.id, data)],
        problems=rule_problems(catalogue, kind, name, edition, data) if found.usable else [],
        draft=service(Drafts).history(name, edition, kind) if own else None,
        may_edit=actor.may(CalculatorPermission.MAINTAIN),
        may_withdraw=own and found.status == "published" and actor.may(CalculatorPermission.PUBLISH),
    )


def _title(kind: str, data: Any) -> str:
    """What people call it: the document of a tariff, the standard of the others."""
    about = data["document"] if kind == "tariff" else data["standard"]
    number = str(about["number"])
    return f"{number} {data.get('title') or about['title']}"
