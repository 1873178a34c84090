"""待核数值: what verdicts rest on that nobody has held against the standard yet, and confirming it."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.confirm_figures import STATES, WAITING, Item, Wanted
from formserver.calculators.confirm_service import Figures, may_withdraw
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.errors import AppError, Kind
from formserver.rendering.sheet_reading import MAX_FILE
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

SHOWN: Final = 100
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Final = ("限额", "常数", "查表值", "折标系数", "标杆基准", "计算式", "修正式")


@calculators.get("/figures")
@requires(CalculatorPermission.USE)
def figures() -> Any:
    """The list with its filters."""
    return _list_page()


@calculators.post("/figures")
@requires(CalculatorPermission.CONFIRM)
def confirm_figures() -> Any:
    """Confirm what is ticked. A refused post shows the list as it was, with what was typed."""
    chosen = request.form.getlist("figure")[:1000]
    seen = {one: request.form.get(f"seen.{one}", "") for one in chosen}
    try:
        made = service(Figures).confirm(
            current_actor(), seen, request.form.get("against", ""), request.form.get("note", "")
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _list_page(str(error), frozenset(chosen)), STATUS[error.kind]
    flash(f"已确认 {len(made)} 项，结论即时更新。" if made else "所选各项都已确认过，没有改动。", "success")
    return redirect(_back())


@calculators.get("/figures/one")
@requires(CalculatorPermission.USE)
def figure() -> Any:
    """One figure: where it stands, what rests on it, its confirmations."""
    return _figure_page(request.args.get("id", "")[:300])


@calculators.post("/figures/confirmations/<confirmation_id>/withdraw")
@requires(CalculatorPermission.CONFIRM)
def withdraw_confirmation(confirmation_id: str) -> Any:
    """Take a confirmation back."""
    try:
        found = service(Figures).withdraw(current_actor(), confirmation_id, request.form.get("reason", ""))
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _figure_page(request.form.get("figure", "")[:300], str(error)), 422
    flash("已撤回确认；用到它的结论恢复为待确认。", "success")
    return redirect(url_for("calculators.figure", id=found.figure_id))


@calculators.get("/figures/list.xlsx")
@requires(CalculatorPermission.USE)
def figures_sheet() -> Any:
    """The list as filtered, as a file to fill in beside the standard."""
    from formserver.calculators.confirm_sheet import figure_sheet  # openpyxl takes long to load

    items = service(Figures).items(current_actor(), _wanted())
    answer = Response(figure_sheet(items), mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="figures.xlsx"'
    return answer


@calculators.post("/figures/import")
@requires(CalculatorPermission.CONFIRM)
@accepts_upload(MAX_FILE // 1048576 + 1)
def import_confirmations() -> Any:
    """Confirm what a filled list says, row by row."""
    from formserver.calculators.confirm_sheet import filled_rows

    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _list_page("请选择填好的 xlsx 清单。"), 422
    name = upload.filename.replace("\\", "/").rpartition("/")[2][:120]
    try:
        rows = filled_rows(upload.read(MAX_FILE + 1), name)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return _list_page(str(error)), 422
    answers = service(Figures).confirm_each(
        current_actor(), [(row.figure_id, row.original, row.against) for row in rows]
    )
    results = list(zip(rows, answers, strict=True))
    done = sum(1 for said, _ in answers if not said)
    return render_template("calculators/confirm_imported.html", results=results, done=done, name=name)


def _wanted() -> Wanted:
    query = request.args
    industry = query.get("industry", "")[:64]
    named = None
    if industry:
        found = next((i for i in service(Calculators).library.industries() if i.key == industry), None)
        named = frozenset(found.calculators) if found else frozenset()
    state = query.get("state", WAITING)
    return Wanted(
        text=query.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        calculator=query.get("calculator", "")[:64],
        calculators=named,
        kind=query.get("kind", "") if query.get("kind", "") in KINDS else "",
    )


def _list_page(error: str = "", chosen: frozenset[str] = frozenset()) -> str:
    actor, wanted = current_actor(), _wanted()
    everything = service(Figures).items(actor, Wanted(state=""))
    found = [one for one in everything if one.id in chosen]
    found += [one for one in everything if one.id not in chosen and wanted.fits(one)]
    begin = _number(request.args.get("from", ""))
    shown = found[begin : begin + SHOWN]
    groups: dict[str, list[Item]] = {}
    for item in shown:
        groups.setdefault(item.standard, []).append(item)
    arguments: dict[str, Any] = {key: value for key, value in request.args.items() if key != "from"}
    following = begin + SHOWN < len(found)
    library = service(Calculators).library
    return render_template(
        "calculators/confirm_figures.html",
        wanted=wanted,
        groups=groups,
        shown=len(shown),
        count=len(found),
        next_url=url_for("calculators.figures", **{**arguments, "from": begin + SHOWN}) if following else "",
        states=STATES,
        kinds=KINDS,
        counts={state: sum(1 for one in everything if one.state == state) for state in STATES},
        names=sorted({(one.calculator, one.standard) for one in everything if one.calculator}),
        industries=library.industries(),
        arguments=arguments,
        error=error,
        chosen=chosen,
        may_confirm=actor.may(CalculatorPermission.CONFIRM),
        may_edit=actor.may(CalculatorPermission.MAINTAIN),
    )


def _figure_page(figure_id: str, error: str = "") -> str:
    actor = current_actor()
    item, history = service(Figures).item(actor, figure_id)
    return render_template(
        "calculators/confirm_figure.html",
        item=item,
        history=history,
        error=error,
        withdrawable={one.id for one in history if one.withdrawn_at is None and may_withdraw(actor, one)},
        may_confirm=actor.may(CalculatorPermission.CONFIRM),
        may_edit=actor.may(CalculatorPermission.MAINTAIN),
    )


def _back() -> str:
    arguments: dict[str, Any] = {key: value for key, value in request.args.items() if key != "from"}
    return url_for("calculators.figures", **arguments)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
