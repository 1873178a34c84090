"""识别样本: labelled rows, what is expected and what comes, adding and removing one's own."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from formserver.calculators.maintain_service import day_of
from formserver.core.errors import AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import Browsing
from formserver.equipment.catalogue_new import kept_error
from formserver.equipment.catalogue_views import COLOURS, XLSX_TYPE
from formserver.equipment.columns import BY_KEY
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.sample_book import sample_book
from formserver.equipment.sample_checking import percent, report
from formserver.equipment.sample_models import STATED, Outcome
from formserver.equipment.sample_service import Samples
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

SHOWN: Final = 100
SHOWS: Final = (("", "全部"), ("wrong", "与标注不同"), ("own", "自编"), ("removed", "已删去的自编"))


@equipment.get("/samples")
@requires(EquipmentPermission.READ)
def samples() -> Any:
    """The rows with their outcome, and how good recognition is on them."""
    return _page()


@equipment.post("/samples")
@requires(EquipmentPermission.MAINTAIN)
def add_sample() -> Any:
    """Label a row; the answer says at once what recognition makes of it."""
    form = request.form
    try:
        made = service(Samples).add(
            current_actor(),
            {key: form.get(key, "") for key in STATED},
            form.get("verdict", ""),
            form.get("why", ""),
            rule=form.get("rule", ""),
            as_of=day_of(form.get("as_of", "")),
        )
    except AppError as error:
        if not kept_error(error):
            raise
        return _page(str(error)), STATUS[error.kind]
    got = VERDICT_WORDS[made.finding.verdict.value]
    if made.right:
        flash(f"已添加；识别的结论是{got}，与标注一致。", "success")
    else:
        flash(f"已添加；识别的结论是{got}，与标注不同，请修改规则或核对标注。", "warning")
    return redirect(url_for("equipment.samples", show="own"))


@equipment.post("/samples/<sample_id>/remove")
@requires(EquipmentPermission.MAINTAIN)
def remove_sample(sample_id: str) -> Any:
    """Take an own row out."""
    service(Samples).remove(current_actor(), sample_id)
    flash("已删去，仍留在记录里。", "success")
    return redirect(url_for("equipment.samples", show="own"))


@equipment.get("/samples/list.xlsx")
@requires(EquipmentPermission.READ)
def samples_sheet() -> Any:
    """All rows with expected and given verdict."""
    answer = Response(sample_book(service(Samples).outcomes(current_actor())), mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="equipment-samples.xlsx"'
    return answer


def _page(error: str = "") -> str:
    actor, query = current_actor(), request.values
    found = service(Samples).outcomes(actor)
    show = query.get("show", "") if query.get("show", "") in dict(SHOWS) else ""
    text = query.get("q", "").strip()[:100]
    expected = query.get("expected", "") if query.get("expected", "") in VERDICT_WORDS else ""
    rows = [one for one in found if _fits(one, show, expected, text)]
    begin = query.get("from", "")
    start = int(begin) if begin.isascii() and begin.isdigit() and len(begin) < 6 else 0
    result = report(found)
    arguments: dict[str, Any] = {
        key: value for key, value in (("show", show), ("q", text), ("expected", expected)) if value
    }
    return render_template(
        "equipment/samples.html",
        rows=[] if show == "removed" else rows[start : start + SHOWN],
        removed=service(Samples).removed(actor) if show == "removed" else (),
        count=len(rows),
        total=len(found),
        wrong=len(result.disagreeing),
        own=sum(1 for one in found if one.row.own),
        precision=percent(result.precision()),
        recall=percent(result.recall()),
        confusion={(a.value, b.value): number for (a, b), number in result.confusion.items()},
        verdicts=VERDICT_WORDS,
        colours=COLOURS,
        shows=SHOWS,
        show=show,
        text=text,
        expected=expected,
        next_url=url_for("equipment.samples", **{**arguments, "from": start + SHOWN})
        if start + SHOWN < len(rows) and show != "removed"
        else "",
        columns=[BY_KEY[key] for key in STATED],
        typed=query,
        today=service(Browsing).today,
        error=error,
        may_edit=actor.may(EquipmentPermission.MAINTAIN),
        adding=bool(error) or query.get("add") == "1",
    )


def _fits(one: Outcome, show: str, expected: str, text: str) -> bool:
    if show == "wrong" and one.right:
        return False
    if show == "own" and not one.row.own:
        return False
    if expected and one.row.sample.verdict.value != expected:
        return False
    said = " ".join((*one.row.stated.values(), one.row.sample.why, one.row.sample.rule, one.finding.rule))
    return not text or text.casefold() in said.casefold()
