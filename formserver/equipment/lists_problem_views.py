"""What is wrong with cells of a list, and its files: the original, the sheet of faults, the template."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, Final, cast

from flask import Response, render_template, request, send_file, url_for

from formserver.equipment.blueprint import equipment
from formserver.equipment.lists_files_out import write_faults
from formserver.equipment.lists_problem_words import (
    LEVEL_COLOURS,
    LEVEL_WORDS,
    problem_groups,
    problem_totals,
)
from formserver.equipment.lists_repository import ProblemQuery
from formserver.equipment.lists_service import Lists
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN: Final = 50
"""Rows with problems on a page."""


@equipment.get("/lists/<list_id>/problems")
@requires(EquipmentPermission.READ)
def list_problems(list_id: str) -> Any:
    """Every bad cell: where it stands, what stands there, what to do."""
    asked = {key: request.args.get(key, "")[:60] for key in ("level", "code", "column")}
    text = request.args.get("after", "")
    after = int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
    lists = service(Lists)
    one = lists.checked(current_actor(), list_id)
    rows = lists.problems(one, ProblemQuery(**asked), after=after, limit=SHOWN + 1)
    arguments: dict[str, Any] = {"list_id": list_id, **asked}
    last = rows[SHOWN - 1].number if len(rows) > SHOWN else 0
    return render_template(
        "equipment/list_problems.html",
        one=one,
        rows=rows[:SHOWN],
        groups=problem_groups(one),
        **asked,
        next_url=url_for("equipment.list_problems", **arguments, after=last) if last else "",
        level_words=LEVEL_WORDS,
        level_colours=LEVEL_COLOURS,
        totals=problem_totals(one),
    )


@equipment.get("/lists/<list_id>/problems.xlsx")
@requires(EquipmentPermission.READ)
def list_problems_file(list_id: str) -> Response:
    """错误表: the same as a file, to be sent to whoever keeps the list."""
    one = service(Lists).checked(current_actor(), list_id)
    return sheet_file(
        lambda target: write_faults(context().store, one, target), f"{stem(one.filename)} 错误表.xlsx"
    )


@equipment.get("/lists/<list_id>/original")
@requires(EquipmentPermission.READ)
def list_original(list_id: str) -> Response:
    """The file as it was handed in, always to be saved, never to be shown."""
    one, stream = service(Lists).original(current_actor(), list_id)
    return send_file(
        stream, "application/octet-stream", as_attachment=True, download_name=one.filename, max_age=0
    )


@equipment.get("/template.xlsx")
@requires(EquipmentPermission.READ)
def list_template() -> Response:
    """设备信息表 to fill in."""
    from formserver.equipment.template_book import template_book  # openpyxl takes long to load

    data = template_book()
    return send_file(
        io.BytesIO(data), XLSX_TYPE, as_attachment=True, download_name="设备信息表.xlsx", max_age=0
    )


def sheet_file(write: Callable[[BinaryIO], None], name: str) -> Response:
    """A workbook written to a file of its own: memory does not grow with the list."""
    target = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the answer
    try:
        write(target)
        target.seek(0)
    except BaseException:
        target.close()
        raise
    return send_file(target, XLSX_TYPE, as_attachment=True, download_name=name, max_age=0)


def stem(filename: str) -> str:
    """A file name without its ending."""
    return filename.rpartition(".")[0] or filename
