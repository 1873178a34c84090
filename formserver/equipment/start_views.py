"""设备识别: the lists of one's agencies, and where to begin."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for

from formserver.equipment.blueprint import equipment
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository
from formserver.web.context import context, current_actor
from formserver.web.permissions import requires

SHOWN: Final = 20


@equipment.get("/")
@requires(EquipmentPermission.READ)
def index() -> Any:
    """Lists, newest first."""
    text = request.args.get("q", "").strip()[:100]
    with context().store.uow() as u:
        found = u.repository(EquipmentListRepository).find(
            current_actor().scope, text=text, after=request.args.get("after", "")[:26], limit=SHOWN + 1
        )
    next_url = url_for("equipment.index", q=text, after=found[SHOWN - 1].id) if len(found) > SHOWN else ""
    return render_template("equipment/index.html", lists=found[:SHOWN], text=text, next_url=next_url)
