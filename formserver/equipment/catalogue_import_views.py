"""导入目录: a spreadsheet becomes a draft; every bad cell is said with its address, what was typed stays."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from formserver.core.errors import AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_browse import STATE_COLOURS, Browsing
from formserver.equipment.catalogue_draft_page import draft_page, posted_tag
from formserver.equipment.catalogue_drafts import PURPOSE_MOST, CatalogueDrafts
from formserver.equipment.catalogue_import import MOST_LINES, SHOWN_MOST, Imported
from formserver.equipment.catalogue_new import HEAD_FIELDS, Importing, Wish, kept_error
from formserver.equipment.permissions import EquipmentPermission
from formserver.rendering.sheet_reading import MAX_FILE
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

WAYS: Final = (
    ("new", "新的一批目录", "系统里还没有的目录，如 第五批。"),
    ("issued", "重新公布的文本", "已有目录的新版，如产业结构调整指导目录的新一年本；原版施行到前一天。"),
    ("mend", "改正录入", "公布的文本没有变，改正或补齐系统里的条目；先导出现有条目再改最省事。"),
)


@equipment.get("/catalogues/import")
@requires(EquipmentPermission.MAINTAIN)
def import_catalogue() -> Any:
    """The form."""
    return _page()


@equipment.post("/catalogues/import")
@requires(EquipmentPermission.MAINTAIN)
@accepts_upload(MAX_FILE // 1048576 + 1)
def imported_catalogue() -> Any:
    """Read the file; a good one is a draft at once."""
    form = request.form
    way = next((key for key, _, _ in WAYS if key == form.get("way")), "new")
    wish = Wish(
        way=way,
        base=form.get("base", "")[:200],
        head={key: form.get(key, "") for key, _, _ in HEAD_FIELDS},
        checked=form.get("checked") == "1",
        purpose=form.get("purpose", "")[:PURPOSE_MOST],
    )
    if way != "new" and "/" not in wish.base:
        return _page("请选择已有的目录版本。"), 422
    data, name = posted_file()
    if not name:
        return _page("请选择填好的 xlsx 文件。"), 422
    try:
        draft, found = service(Importing).draft(current_actor(), wish, data, name)
    except AppError as error:
        if not kept_error(error):
            raise
        return _page(str(error), error), STATUS[error.kind]
    tell(found)
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=draft.id))


@equipment.post("/drafts/<catalogue_draft_id>/lines.xlsx")
@requires(EquipmentPermission.MAINTAIN)
@accepts_upload(MAX_FILE // 1048576 + 1)
def import_draft_lines(catalogue_draft_id: str) -> Any:
    """Put the lines of a file in place of those of a draft."""
    actor, drafts = current_actor(), service(CatalogueDrafts)
    draft = drafts.get(actor, catalogue_draft_id)
    data, name = posted_file()
    if not name:
        return draft_page(draft, error="请选择填好的 xlsx 文件。"), 422
    try:
        kept, found = service(Importing).replace_lines(actor, draft, data, name, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        now = drafts.get(actor, catalogue_draft_id)
        return draft_page(now, error=str(error), cells=error.problems[:SHOWN_MOST]), STATUS[error.kind]
    tell(found)
    return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=kept.id))


def posted_file() -> tuple[bytes, str]:
    """The bytes and the bare name of what was uploaded; empty where nothing was."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return b"", ""
    return upload.read(MAX_FILE + 1), upload.filename.replace("\\", "/").rpartition("/")[2][:120]


def tell(found: Imported) -> None:
    """Say what was read."""
    flash(f"读入 {len(found.lines)} 条，已存为草案。", "success")
    if found.remarks:
        more = f" 等 {len(found.remarks)} 处" if len(found.remarks) > 3 else ""
        flash("；".join(found.remarks[:3]) + more, "warning")


def _page(error: str = "", refused: AppError | None = None) -> str:
    problems = refused.problems if refused is not None else ()
    return render_template(
        "equipment/catalogue_import.html",
        ways=WAYS,
        fields=HEAD_FIELDS,
        most_lines=MOST_LINES,
        typed=request.form,
        base=request.values.get("base", ""),
        editions=[one for one in service(Browsing).editions() if one.state != "已撤回"],
        state_colours=STATE_COLOURS,
        error=error,
        head={one.pointer.strip("/"): one.message for one in problems if one.code == "HEAD"},
        cells=[one for one in problems if one.code == "CELL"][:SHOWN_MOST],
        cell_count=sum(1 for one in problems if one.code == "CELL"),
    )
