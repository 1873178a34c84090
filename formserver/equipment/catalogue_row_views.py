"""One line of a draft as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from formserver.calculators.maintain_models import DraftState
from formserver.core.errors import NOT_FOUND, AppError
from formserver.equipment.blueprint import equipment
from formserver.equipment.catalogue_content import put_row, remove_row, row_of, source_key
from formserver.equipment.catalogue_deriving import with_rules
from formserver.equipment.catalogue_diff import line_title
from formserver.equipment.catalogue_draft_page import fault_views, posted_tag, shown_draft
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_import import deadline_of
from formserver.equipment.catalogue_models import ELIMINATION, CatalogueDraft, Json
from formserver.equipment.catalogue_new import kept_error
from formserver.equipment.catalogue_work import Work
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import CATEGORY_WORDS
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires

FIELDS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("seq", "条目号", "text", "照原文，如 1-1.1。"),
    ("section", "部分", "text", ""),
    ("category", "类别", "category", ""),
    ("name", "名称", "text", ""),
    ("model", "型号", "text", "照原文抄写；整个系列的写 JO2系列。"),
    ("condition", "条件", "area", "如 额定功率0.75kW；2003年（含）前生产。"),
    ("note", "说明", "area", "对文本的说明，如 原文疑有错字；不是淘汰的条件。"),
    ("deadline", "淘汰期限", "text", "照原文。"),
    ("on", "期限最后一天", "day", "不填时取淘汰期限里写的日期。"),
    ("reason", "淘汰理由", "area", ""),
    ("replacement", "建议替代", "area", ""),
    ("confidence", "核对状态", "confidence", "凭记忆的条目不会自动判淘汰。"),
    ("source", "来源", "text", "文件和所在页。"),
)
NEW: Final = "new"


@equipment.get("/drafts/<catalogue_draft_id>/lines/<line_id>")
@requires(EquipmentPermission.MAINTAIN)
def draft_line(catalogue_draft_id: str, line_id: str) -> Any:
    """The form; ``new`` is a line to add."""
    found = shown_draft(catalogue_draft_id)
    line = _line(found, line_id)
    return _page(found, line_id, shown_line(found, line))


@equipment.post("/drafts/<catalogue_draft_id>/lines/<line_id>")
@requires(EquipmentPermission.MAINTAIN)
def save_draft_line(catalogue_draft_id: str, line_id: str) -> Any:
    """Keep a line, or remove it. A refused post shows it as typed, beside what stands there now."""
    found, form = shown_draft(catalogue_draft_id), request.form
    typed = {key: str(form.get(key, "")).strip() for key, _, _, _ in FIELDS}
    old = row_of(found.content, "items", line_id)
    if old is None and line_id != NEW and posted_tag() == found.tag:
        raise NOT_FOUND(what="这一条目录")
    if form.get("do") == "remove":
        changed, kept_id = remove_row(found.content, "items", line_id), ""
    else:
        changed, kept_id = put_line(found.content, line_id, typed)
    changed = with_rules(service(EquipmentLibrary), changed, found.content)
    try:
        kept = service(CatalogueDrafts).save(current_actor(), found.id, changed, seen=posted_tag())
    except AppError as error:
        if not kept_error(error):
            raise
        now = shown_draft(found.id)
        return _page(now, line_id, typed, str(error)), STATUS[error.kind]
    if not kept_id:
        flash("已删去这一条；由它生成的规则也一并删去。", "success")
        return redirect(url_for("equipment.catalogue_draft", catalogue_draft_id=kept.id))
    flash("已保存。", "success")
    return redirect(url_for("equipment.draft_line", catalogue_draft_id=kept.id, line_id=kept_id))


def put_line(content: Json, line_id: str, typed: Mapping[str, str]) -> tuple[Json, str]:
    """The file with the line as typed, and the id of the line."""
    made, source = source_key(content, typed["source"] or "由维护人员录入")
    old = row_of(content, "items", line_id) or {}
    if line_id == NEW:
        taken = {str(one.get("id")) for one in content.get("items", ()) if isinstance(one, dict)}
        number = len(taken) + 1
        while f"own-{number}" in taken:
            number += 1
        line_id = f"own-{number}"
    line = {
        **old,
        "id": line_id,
        **{key: typed[key] for key in ("seq", "section", "category", "name", "model", "condition")},
        "deadline": {"text": typed["deadline"], "on": typed["on"] or deadline_of(typed["deadline"])},
        **{key: typed[key] for key in ("reason", "replacement", "confidence")},
        "source": source,
        "note": typed["note"],
    }
    if not line["note"]:
        del line["note"]
    return put_row(made, "items", line_id, line), line_id


def shown_line(draft: CatalogueDraft, line: Mapping[str, Any]) -> dict[str, str]:
    """A line as the form shows it."""
    deadline, sources = line.get("deadline"), draft.content.get("sources")
    source = str(line.get("source") or "")
    made = {key: str(line.get(key) or "") for key, _, _, _ in FIELDS}
    made["deadline"] = str(deadline.get("text") or "") if isinstance(deadline, dict) else ""
    made["on"] = str(deadline.get("on") or "") if isinstance(deadline, dict) else ""
    made["source"] = str(sources.get(source, source)) if isinstance(sources, dict) else source
    return made


def _line(found: CatalogueDraft, line_id: str) -> Json:
    if found.kind != ELIMINATION:
        raise NOT_FOUND(what="这一条目录")
    line = row_of(found.content, "items", line_id)
    if line is None:
        if line_id != NEW:
            raise NOT_FOUND(what="这一条目录")
        return {"category": "other", "confidence": "recalled"}
    return line


def _page(found: CatalogueDraft, line_id: str, typed: Mapping[str, str], error: str = "") -> str:
    line = row_of(found.content, "items", line_id)
    here = f"{found.name}:{line_id}"
    views = fault_views(found, service(Work).problems(found))
    url = url_for("equipment.draft_line", catalogue_draft_id=found.id, line_id=line_id)
    return render_template(
        "equipment/catalogue_draft_line.html",
        draft=found,
        line_id=line_id,
        title=line_title(line) if line else "添加条目",
        fields=FIELDS,
        typed=typed,
        now=shown_line(found, line) if line and error else {},
        categories=[(key, word) for key, word in CATEGORY_WORDS.items() if key != "unknown"],
        confidences=[("verified", "有出处（写明来源）"), ("recalled", "凭记忆")],
        faults=[one for one in views if one.url == url],
        rules=[
            rule
            for rule in found.rows("rules")
            if isinstance(rule.get("items"), list) and here in rule["items"]
        ],
        error=error,
        is_new=line is None,
        open=found.state is DraftState.OPEN,
    )
