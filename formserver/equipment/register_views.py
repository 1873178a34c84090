"""企业设备台账: the lists of an enterprise over time, what stands now, differences, the start of the next inspection."""

from __future__ import annotations

import tempfile
from typing import IO, Any, Final
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, send_file, url_for

from formserver.core.clock import today_in_china
from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.equipment.blueprint import equipment
from formserver.equipment.lists_errors import LIST_DAY
from formserver.equipment.lists_wishes import TITLE_LIMIT
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_book import last_words, write_differences
from formserver.equipment.register_compare import BLOCKED_WORD, decided_words, verdict_words
from formserver.equipment.register_continuing import Continuing
from formserver.equipment.register_models import KIND_WORDS, Became
from formserver.equipment.register_service import ROWS_SHOWN, Register, Registers
from formserver.equipment.repository import BLOCKED, RowQuery
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STANDINGS: Final = {**VERDICT_WORDS, BLOCKED: BLOCKED_WORD}
_MOST_NUMBER: Final = 10_000_000


@equipment.app_template_filter("equip_thousands")
def thousands(value: int) -> str:
    """W as kW, VA as kVA: at most one place, thousands apart."""
    whole, rest = divmod((value + 50) // 100, 10)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


@equipment.get("/enterprises/<enterprise_id>")
@requires(EquipmentPermission.READ)
def register(enterprise_id: str) -> Any:
    """The register of one enterprise."""
    found = service(Registers).register(
        current_actor(), enterprise_id, after=request.args.get("after", "")[:26]
    )
    return _register_page(found, {}, {})


@equipment.get("/enterprises/<enterprise_id>/differences")
@requires(EquipmentPermission.READ)
def register_differences(enterprise_id: str) -> Any:
    """What is not the same in two lists; one kind at a time where asked for."""
    actor = current_actor()
    held = service(Registers).register(actor, enterprise_id)
    compared = service(Registers).compare(actor, enterprise_id, *_pair())
    kind = request.args.get("kind", "")
    wanted = [one for one in (compared.found if compared else []) if not kind or kind in one.kinds]
    page = min(max(1, _number("page")), max(1, -(-len(wanted) // ROWS_SHOWN)))
    return render_template(
        "equipment/register_differences.html",
        enterprise=held.enterprise,
        lists=held.lists,
        compared=compared,
        kinds=KIND_WORDS,
        kind=kind if kind in set(Became) else "",
        shown=wanted[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN],
        count=len(wanted),
        page=page,
        pages=max(1, -(-len(wanted) // ROWS_SHOWN)),
        verdict_words=verdict_words,
        decided_words=decided_words,
    )


@equipment.get("/enterprises/<enterprise_id>/differences.xlsx")
@requires(EquipmentPermission.READ)
def register_differences_file(enterprise_id: str) -> Any:
    """The differences as a workbook."""
    compared = service(Registers).compare(current_actor(), enterprise_id, *_pair())
    if compared is None:
        raise NOT_FOUND(what="可以比较的两份设备清单")
    target = tempfile.TemporaryFile()  # noqa: SIM115 - sent, then closed with the answer
    write_differences(target, compared)
    return _sent(target, f"{compared.enterprise.name}设备清单差异.xlsx")


@equipment.get("/enterprises/<enterprise_id>/last.xlsx")
@requires(EquipmentPermission.READ)
def register_last_list(enterprise_id: str) -> Any:
    """下载上次清单: to be corrected by the enterprise and sent back."""
    one, file = service(Continuing).last_list(current_actor(), enterprise_id)
    return _sent(file, f"{one.enterprise_name}设备清单（请核对后交回）.xlsx")


@equipment.post("/enterprises/<enterprise_id>/continue")
@requires(EquipmentPermission.UPLOAD)
def register_continue(enterprise_id: str) -> Any:
    """沿用上次清单: the same rows as of another day."""
    typed = {key: request.form.get(key, "")[:200] for key in ("as_of", "title")}
    try:
        made = service(Continuing).take_on(current_actor(), enterprise_id, typed)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        found = service(Registers).register(current_actor(), enterprise_id)
        place = "as_of" if error.code == LIST_DAY else "title"
        return _register_page(found, typed, {place: error.message()}), STATUS[error.kind]
    flash("已按上次清单建立新清单，正在识别；上次的人工处理会沿用过来，由您复核。", "success")
    return redirect(url_for("equipment.list_show", list_id=made.id))


def _register_page(found: Register, typed: dict[str, str], errors: dict[str, str]) -> str:
    query = RowQuery(
        standing=_one_of("standing", STANDINGS),
        category=_one_of("category", CATEGORY_WORDS),
        text=request.args.get("q", "").strip()[:60],
    )
    rows = None
    if found.current is not None:
        rows = service(Registers).rows(current_actor(), found.current.id, query, after=_number("row"))
    today = today_in_china(context().clock).isoformat()
    return render_template(
        "equipment/register.html",
        enterprise=found.enterprise,
        lists=found.lists,
        totals=found.totals,
        current=found.current,
        next_after=found.next_after,
        rows=rows,
        query=query,
        standings=STANDINGS,
        categories=CATEGORY_WORDS,
        last_words=last_words,
        typed={"as_of": today, "title": f"{found.enterprise.name}设备清单"[:TITLE_LIMIT]} | typed,
        errors=errors,
        title_limit=TITLE_LIMIT,
    )


def _pair() -> tuple[str, str]:
    return request.args.get("old", "")[:26], request.args.get("new", "")[:26]


def _one_of(name: str, known: Any) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return min(int(text), _MOST_NUMBER) if text.isascii() and text.isdigit() and len(text) <= 8 else 0


def _sent(file: IO[bytes], name: str) -> Response:
    file.seek(0)
    answer = send_file(file, mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
