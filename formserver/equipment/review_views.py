"""复核: the rows of a list under their verdicts, one row with everything about it, and deciding about it."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.core.permissions import Actor
from formserver.equipment.blueprint import equipment
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_acts import ACT_WORDS, BASIS_WORDS, LONGEST, SHORTEST, Wish
from formserver.equipment.review_again import CheckingAgain
from formserver.equipment.review_filters import arguments_of, chip_rows, count_of, head_of, query_from, tabs
from formserver.equipment.review_history import history_of
from formserver.equipment.review_photos import MOST_BYTES, MOST_PHOTOS, PURPOSE
from formserver.equipment.review_service import MOST_AT_ONCE, Reviews
from formserver.equipment.review_view import RowView, all_stated, row_view
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS, wants_json
from formserver.web.language import say
from formserver.web.permissions import requires

SHOWN: Final = 100
SAID: Final = {
    "in": "已移入淘汰清单",
    "out": "已移出，结论为正常",
    "confirm": "已确认",
    "reset": "已撤销，恢复机器结论",
    "comment": "意见已记下",
}


@equipment.get("/lists/<list_id>/rows")
@requires(EquipmentPermission.READ)
def review_rows(list_id: str) -> Any:
    """The rows under tabs and chips, a hundred at a time."""
    actor, reviews, query = current_actor(), service(Reviews), query_from(request.args)
    one = reviews.open(actor, list_id)
    after = _whole(request.args.get("after", ""))
    page = reviews.page(actor, list_id, query, after=after, limit=SHOWN)
    everything = reviews.tally(actor, list_id)
    lines = reviews.tally(actor, list_id, query.text) if query.text else everything
    arguments = arguments_of(query)
    following: dict[str, Any] = {**arguments, "after": page.rows[-1].number} if page.more else {}
    return render_template(
        "equipment/review_rows.html",
        one=one,
        head=head_of(everything),
        tabs=tabs(lines, query),
        chip_rows=chip_rows(lines, query),
        count=count_of(lines, query),
        views=[
            row_view(row, page.seen.get(row.number, ""), page.spoken.get(row.number)) for row in page.rows
        ],
        query=query,
        arguments=arguments,
        here={**arguments, **({"after": after} if after else {})},
        next_url=url_for("equipment.review_rows", list_id=list_id, **following) if following else "",
        again=service(CheckingAgain).overtaken(actor, one),
        most=MOST_AT_ONCE,
        **facts_for(actor, one),
    )


@equipment.get("/lists/<list_id>/rows/<int(max=99999999):number>")
@requires(EquipmentPermission.READ)
def review_row(list_id: str, number: int) -> Any:
    """One row: what it says, what was recognised, what was said about it, its photographs."""
    act = request.args.get("do", "")
    return row_page(list_id, number, Wish(act if act in ACT_WORDS else ""))


@equipment.post("/lists/<list_id>/rows/<int(max=99999999):number>/decide")
@requires(EquipmentPermission.DECIDE)
def review_decide(list_id: str, number: int) -> Any:
    """Say something about a row. Refused, the page comes back as it was typed, with what stands now."""
    actor, form = current_actor(), request.form
    wish = Wish(form.get("act", ""), form.get("basis", ""), form.get("reason", ""))
    try:
        service(Reviews).decide(actor, list_id, number, wish, seen=form.get("seen", "")[:26])
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        if wants_json():
            return jsonify(**_parts(actor, list_id, number), **_faults(error)), STATUS[error.kind]
        return row_page(list_id, number, wish, error), STATUS[error.kind]
    if wants_json():
        return jsonify(**_parts(actor, list_id, number), said=say(f"第{number}行：{say(SAID[wish.act])}"))
    flash(f"第{number}行：{say(SAID[wish.act])}。", "success")
    where = {**arguments_of(query_from(request.args)), "list_id": list_id}
    if form.get("from") == "list":
        after = _whole(request.args.get("after", ""))
        return redirect(
            url_for("equipment.review_rows", **where, after=after or None, _anchor=f"row-{number}")
        )
    return redirect(url_for("equipment.review_row", **where, number=number))


def row_page(list_id: str, number: int, wish: Wish, error: AppError | None = None) -> str:
    """The page of a row with what was typed. Raises NOT_FOUND."""
    actor, query = current_actor(), query_from(request.args)
    one = service(Reviews).open(actor, list_id)
    found = service(Reviews).row(actor, list_id, number, query)
    view = row_view(found.row, found.seen, found.spoken)
    return render_template(
        "equipment/review_row.html",
        one=one,
        view=view,
        file=found,
        stated=all_stated(found.row),
        history=history_of(found.history),
        line_url=_line_url(view),
        wish=wish,
        error=error,
        errors={problem.pointer.lstrip("/"): problem.message for problem in error.problems} if error else {},
        arguments=arguments_of(query),
        here=arguments_of(query),
        purpose=PURPOSE,
        most_photos=MOST_PHOTOS,
        photo_mb=MOST_BYTES >> 20,
        **facts_for(actor, one),
    )


def facts_for(actor: Actor, one: EquipmentList) -> dict[str, Any]:
    """What every template of a review needs to draw forms."""
    may_decide = actor.may(EquipmentPermission.DECIDE)
    return {
        "may_decide": may_decide and one.state is ListState.READY,
        "closed": one.state is ListState.CLOSED,
        "acts": ACT_WORDS,
        "bases": BASIS_WORDS,
        "shortest": SHORTEST,
        "longest": LONGEST,
    }


def _parts(actor: Actor, list_id: str, number: int) -> dict[str, str]:
    """The row and the head of the page as they are now, for a page that stays."""
    reviews = service(Reviews)
    one = reviews.open(actor, list_id)
    found = reviews.row(actor, list_id, number, RowQuery())
    view: RowView = row_view(found.row, found.seen, found.spoken)
    here = arguments_of(query_from(request.args))
    after = _whole(request.args.get("after", ""))
    here |= {"after": str(after)} if after else {}
    facts = {"one": one, "here": here, **facts_for(actor, one)}
    return {
        "row": render_template("equipment/review_part_row.html", view=view, **facts),
        "head": render_template(
            "equipment/review_part_head.html", head=head_of(reviews.tally(actor, list_id)), **facts
        ),
    }


def _line_url(view: RowView) -> str:
    """Where the line of the catalogue stands."""
    item = view.item
    if item is None:
        return ""
    where: dict[str, Any] = {"catalogue_name": item.batch, "catalogue_edition": item.edition}
    return url_for("equipment.catalogue_line", **where, line_id=item.ref.partition(":")[2])


def _faults(error: AppError) -> dict[str, Any]:
    places = {problem.pointer.lstrip("/"): say(problem.message) for problem in error.problems}
    return {"error": say(error.message()), "faults": places}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
