"""Deciding about many rows: the ticked ones or everything the conditions leave, asked once more with the count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError, Kind
from formserver.core.permissions import Actor
from formserver.equipment.blueprint import equipment
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_acts import REVIEW_UNFIT, Wish, verbs_for
from formserver.equipment.review_filters import arguments_of, query_from
from formserver.equipment.review_repository import Choice
from formserver.equipment.review_service import REVIEW_NOTHING, REVIEW_TOO_MANY, Reviews, check_open
from formserver.equipment.review_view import row_view
from formserver.equipment.review_views import SAID, SHOWN, facts_for
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.language import say
from formserver.web.permissions import requires

FIRST = 10
"""Rows shown where many are asked about."""
ACTS = ("confirm", "in", "out", "reset")


@equipment.post("/lists/<list_id>/rows/many")
@requires(EquipmentPermission.DECIDE)
def review_many(list_id: str) -> Any:
    """First the page that asks, with the count; then the deed. Refused, the page asks again as it was typed."""
    actor, form = current_actor(), request.form
    query = query_from(request.args)
    back = url_for("equipment.review_rows", list_id=list_id, **arguments_of(query))
    choice = _choice(form, query)
    wish = Wish(form.get("act", ""), form.get("basis", ""), form.get("reason", ""))
    check_open(service(Reviews).open(actor, list_id))
    try:
        if wish.act not in ACTS:
            raise REVIEW_UNFIT(number="所选", act="操作", why="没有这种操作，请刷新页面。")
        if form.get("sure") != "1":
            return _ask(actor, list_id, choice, wish)
        done = service(Reviews).decide_many(actor, list_id, choice, wish, seen=form.get("seen", "")[:80])
    except AppError as error:
        if error.code in (REVIEW_NOTHING, REVIEW_TOO_MANY, REVIEW_UNFIT):
            flash(error.message(), "warning")
            return redirect(back)
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _ask(actor, list_id, choice, wish, error), STATUS[error.kind]
    word = say(SAID[wish.act])
    said = f"{done.decided} 行{word}。"
    if done.passed:
        said = f"{done.decided} 行{word}；{done.passed} 行不适用，没有改动。"
    flash(said, "success" if done.decided else "warning")
    return redirect(back)


def _ask(actor: Actor, list_id: str, choice: Choice, wish: Wish, error: AppError | None = None) -> str:
    reviews = service(Reviews)
    one = reviews.open(actor, list_id)
    count, seen = reviews.choice(actor, list_id, choice)
    rows = reviews.first(actor, list_id, choice, FIRST)
    query = choice.query
    return render_template(
        "equipment/review_many.html",
        one=one,
        wish=wish,
        count=count,
        seen=seen,
        numbers=choice.numbers,
        views=[row_view(row) for row in rows],
        unfit=sum(1 for row in rows if wish.act not in verbs_for(row)),
        error=error,
        errors={problem.pointer.lstrip("/"): problem.message for problem in error.problems} if error else {},
        arguments=arguments_of(query),
        **facts_for(actor, one),
    )


def _choice(form: Mapping[str, Any], query: RowQuery) -> Choice:
    if form.get("all") == "1":
        return Choice(None, query)
    ticked = form.getlist("row")[:SHOWN] if hasattr(form, "getlist") else []
    numbers = {int(one) for one in ticked if one.isascii() and one.isdecimal() and len(one) < 9}
    return Choice(tuple(sorted(numbers)), query)
