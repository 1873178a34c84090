"""设备识别: the lists of one's agencies, and where to begin."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, render_template, request, url_for

from formserver.equipment.blueprint import equipment
from formserver.equipment.lists_service import Lists, Wanted, state_word
from formserver.equipment.models import ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

SHOWN: Final = 20
STATES: Final = (
    ("", "全部状态"),
    ("open", "待处理"),
    ("checking", "识别中"),
    ("ready", "已识别"),
    ("closed", "已成文"),
    ("cancelled", "已取消或作废"),
)
_STATES: Final = {
    "open": (ListState.MAPPING, ListState.FAILED),
    **{one.value: (one,) for one in ListState},
}
COLOURS: Final = {
    "mapping": "amber",
    "checking": "blue",
    "ready": "green",
    "closed": "green",
    "failed": "red",
    "cancelled": "grey",
}
_LINKS: Final = (
    ("试一试型号", "equipment.try_plate"),
    ("淘汰目录", "equipment.catalogues"),
    ("识别规则", "equipment.rules"),
    ("识别样本", "equipment.samples"),
)
"""Pages of other parts, linked as far as this server has them."""


@equipment.get("/")
@requires(EquipmentPermission.READ)
def index() -> Any:
    """Lists, newest first, narrowed by text and state."""
    actor = current_actor()
    text, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    state = state if state in _STATES else ""
    mine = request.args.get("mine") == "1"
    wanted = Wanted(text=text, states=_STATES.get(state, ()), mine=mine)
    found, figures = service(Lists).find(
        actor, wanted, after=request.args.get("after", "")[:26], limit=SHOWN + 1
    )
    asked: dict[str, Any] = {"q": text, "state": state, "mine": "1" if mine else None}
    return render_template(
        "equipment/index.html",
        lists=found[:SHOWN],
        figures=figures,
        text=text,
        state=state,
        states=STATES,
        mine=mine,
        state_word=state_word,
        state_colours=COLOURS,
        may_upload=actor.may(EquipmentPermission.UPLOAD),
        links=[(title, url_for(name)) for title, name in _LINKS if name in current_app.view_functions],
        next_url=url_for("equipment.index", **asked, after=found[SHOWN - 1].id) if len(found) > SHOWN else "",
    )
