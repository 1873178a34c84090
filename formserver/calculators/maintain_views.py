"""计算包 for reading: the list, one edition, two editions side by side, the files, copying and withdrawing."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.confirm_figures import Wanted, limits_of
from formserver.calculators.confirm_service import Figures
from formserver.calculators.maintain_compare import COLOURS, compare
from formserver.calculators.maintain_packs import Packs
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_rowviews import pack_page
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

FILE_KINDS = ("calculator", "limits", "coefficients")


@calculators.get("/packs")
@requires(CalculatorPermission.USE)
def packs() -> Any:
    """Every calculator and edition by industry."""
    text = request.args.get("q", "").strip()[:100]
    today = today_in_china(context().clock)
    groups = service(Packs).groups(service(Calculators).confirmations(), today, text)
    others = [
        (
            f"折标系数 {one.version}",
            url_for("calculators.coefficient_page", name=one.name, edition=one.version),
        )
        for one in context().catalogue.definitions("coefficients")
    ]
    for title, endpoint in (("阶梯电价", "calculators.ladder"), ("能效等级", "calculators.grades")):
        if endpoint in current_app.view_functions:
            others.append((title, url_for(endpoint)))
    return render_template("calculators/maintain_packs.html", groups=groups, text=text, others=others)


@calculators.get("/packs/<name>/<edition>")
@requires(CalculatorPermission.USE)
def pack(name: str, edition: str) -> Any:
    """One edition, readable."""
    return _pack_page(name, edition)


@calculators.get("/packs/<name>/<edition>/<part>.json")
@requires(CalculatorPermission.USE)
def pack_file(name: str, edition: str, part: str) -> Any:
    """The file of an edition's method, of the limits it points to, or of coefficients."""
    if part not in FILE_KINDS:
        raise NOT_FOUND(what="这个文件")
    catalogue = context().catalogue
    if part == "limits":
        name, _, edition = service(Calculators).library.calculator(name, edition).limits.partition("/")
    found = catalogue.definition(part, name, edition)
    answer = Response(found.content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{part}-{name}-{edition}.json"'
    return answer


@calculators.get("/packs/<name>/compare")
@requires(CalculatorPermission.USE)
def compare_packs(name: str) -> Any:
    """Two editions side by side; also a draft of one's own against another edition (``draft``)."""
    library = service(Calculators).library
    choices = [one.version for one in context().catalogue.definitions("calculator", name)]
    new = library.calculator(name, request.args.get("new", "")[:100])
    others = [one for one in choices if one != new.edition]
    old = library.calculator(name, request.args.get("old", "")[:100] or (others or choices)[-1])
    return render_template(
        "calculators/maintain_compare.html",
        comparison=compare((old, limits_of(library, old)), (new, limits_of(library, new))),
        old=old,
        new=new,
        choices=choices,
        colours=COLOURS,
        everything=request.args.get("all") == "1",
        back=url_for("calculators.pack", name=name, edition=new.edition),
    )


@calculators.post("/packs/<name>/<edition>/copy")
@requires(CalculatorPermission.MAINTAIN)
def copy_pack(name: str, edition: str) -> Any:
    """A draft that grows from this edition."""
    form = request.form
    try:
        draft = service(Drafts).copy(
            current_actor(),
            name,
            edition,
            form.get("purpose", ""),
            edition=form.get("edition", "").strip()[:100],
            standard=form.get("standard", ""),
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(str(error), "error")
        return _pack_page(name, edition), STATUS[error.kind]
    flash(f"已另存草案 {draft.edition}。", "success")
    return redirect(url_for("calculators.draft", draft_id=draft.id))


@calculators.post("/packs/<name>/<edition>/withdraw")
@requires(CalculatorPermission.PUBLISH)
def withdraw_pack(name: str, edition: str) -> Any:
    """Take an own edition out of force."""
    try:
        service(Publishing).withdraw(current_actor(), name, edition, request.form.get("reason", ""))
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        flash(str(error), "error")
        return _pack_page(name, edition), STATUS[error.kind]
    flash("已撤回这个版本，被它替换的版本恢复施行。", "success")
    return redirect(url_for("calculators.pack", name=name, edition=edition))


@calculators.get("/coefficients/<name>/<edition>")
@requires(CalculatorPermission.USE)
def coefficient_page(name: str, edition: str) -> Any:
    """Coefficients to standard coal, readable."""
    found = service(Calculators).library.coefficient_edition(name, edition)
    items = service(Figures).items(current_actor(), Wanted(state="", calculator=found.standard))
    definition = context().catalogue.definition("coefficients", name, edition)
    return render_template(
        "calculators/maintain_coefficients.html",
        found=found,
        definition=definition,
        items={one.id: one for one in items},
    )


def _pack_page(name: str, edition: str) -> str:
    actor = current_actor()
    library = service(Calculators).library
    today = today_in_china(context().clock)
    view = service(Packs).view(name, edition, service(Calculators).confirmations(), today)
    try:
        coefficients = library.coefficients(view.calculator.coefficients, today)
    except AppError:
        coefficients = None
    own = view.definition.origin == "local"
    return render_template(
        "calculators/maintain_pack.html",
        **pack_page(view, coefficients),
        draft=service(Drafts).history(name, edition) if own else None,
        may_edit=actor.may(CalculatorPermission.MAINTAIN),
        may_withdraw=own
        and view.definition.status == "published"
        and actor.may(CalculatorPermission.PUBLISH),
    )
