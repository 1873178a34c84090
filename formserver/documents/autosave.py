"""The draft over JSON: what the form's script keeps within two seconds, row buttons in place, and its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import get_template_attribute, jsonify, request
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from formserver.core import places
from formserver.core.clock import SHANGHAI
from formserver.core.document_permissions import DocumentPermission
from formserver.core.draft_errors import DRAFT_STALE
from formserver.core.drafting import Drafting
from formserver.core.drafts import BAD_CHANGE, check_row_keys
from formserver.core.errors import AppError, Problem
from formserver.core.models import Draft, Json
from formserver.documents.blueprint import documents
from formserver.documents.computed import MadeByServer, made_by_server
from formserver.documents.enterprises import LONGEST_ID, enterprise_marks
from formserver.documents.form_page import codec_for, judge, section_marks, section_of
from formserver.documents.lookup import Lookup
from formserver.documents.refill import Refill
from formserver.web.context import current_actor, service
from formserver.web.errors import problem_response
from formserver.web.forms.codec import FormCodec, changes
from formserver.web.forms.controls import COVERED_PREFIX
from formserver.web.forms.reading import ROWS_PREFIX
from formserver.web.forms.views import FieldView, GroupView, Messages, NodeView, RowsView, SectionView
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

PATCH_MEGABYTES = 8
MOST_FIELDS = 20_000


@documents.get("/documents/<document_id>/draft")
@requires(DocumentPermission.EDIT)
def draft_state(document_id: str) -> Any:
    """Where the draft stands, and a fresh token: asked after signing in again."""
    if other := _another_person():
        return other
    draft = service(Drafting).open(current_actor(), document_id).draft
    return jsonify(
        seq=draft.seq, base_version=draft.base_version, saved_at=_time(draft), csrf=generate_csrf()
    )


@documents.patch("/documents/<document_id>/draft")
@requires(DocumentPermission.EDIT)
@accepts_upload(PATCH_MEGABYTES)
def draft_patch(document_id: str) -> Any:
    """``{seq, fields: [[name, text], …]}`` as the form's controls hold them, or ``{seq, changes: […]}``.

    ``fields`` are read like a posted form: only what they name changes, text that does not parse is kept as text.
    ``do`` is a row button, ``enterprise`` the id of the record of the register that was picked. Answers the new seq,
    the marks of the sections and the remarks beside the fields named (``origins``: the places marked as prefilled);
    409 with what the draft holds now when another window was faster.
    """
    if other := _another_person():
        return other
    actor, drafting = current_actor(), service(Drafting)
    asked = _payload()
    document, draft = drafting.draft_of(actor, document_id)
    dt = service(Lookup).type_of(document)
    codec = codec_for(dt)
    fields, do = asked["fields"], asked["do"]
    if asked["seq"] != draft.seq:
        return _stale(codec, draft, fields, asked["pages"])
    parsed = codec.parse_all(fields, draft.body, draft.raw)
    body, raw, anchor, undo = parsed.body, parsed.raw, "", None
    if do:
        undo = _undo(body, do)
        result = service(Refill).act(codec, actor, document, body, do)
        body, anchor = result.body, result.anchor
        raw = {at: text for at, text in raw.items() if _holder_exists(body, at)}
    operations = [*changes(draft.body, body, draft.raw, raw), *asked["changes"]]
    before = draft
    marks = enterprise_marks(actor, dt, document, draft, body, asked["enterprise"])
    if operations or marks:
        try:
            draft = drafting.patch(
                actor, document_id, seq=draft.seq, changes=operations, origins=marks, known=draft
            )
        except AppError as faster:  # another window was between the look above and this write
            if faster.code != DRAFT_STALE:
                raise
            return _stale(codec, drafting.draft_of(actor, document_id)[1], fields, asked["pages"])
    judged = judge(actor, document, draft.body, draft.raw, kept=bool(operations))
    lists = _lists(do, asked["changes"])
    made = made_by_server(dt, before, operations, draft) if operations else MadeByServer()
    html = {}
    if lists or made.lists:
        problems = [*judged.told, *parsed.problems]
        views = codec.sections(
            draft.body,
            draft.raw,
            problems,
            draft.origins,
            judged.ctx,
            pages=_last_page_of(do, asked["pages"]),
            only=frozenset(section_of(dt, name) for name in (*lists, *made.lists)),
            live={name: rows for name, rows in made.live.items() if name not in lists},
        )
        html = _fragments(views, (*lists, *made.lists))
    return jsonify(
        seq=draft.seq,
        saved_at=_time(draft),
        sections=section_marks(judged.marks),
        missing=judged.missing,
        origins=sorted(draft.origins) if marks else None,
        fields=_remarks(draft.body, [*parsed.problems, *judged.told], set(fields)),
        html={name: text for name, text in html.items() if name in lists},
        computed={name: text for name, text in html.items() if name in made.lists and name not in lists},
        values=made.values,
        anchor=anchor,
        undo=undo,
    )


def _another_person() -> Any:
    """A refusal when the page was opened by somebody else than whose session this is now; else None.

    Two people on one PC: what the first typed must not land in the second's draft.
    """
    opened_by = request.headers.get("X-Form-User", "")
    if not opened_by or opened_by == current_actor().user_id:
        return None
    detail = "这一页由另一位用户填写，现在登录的不是本人，内容没有提交。"
    return problem_response(401, title="请由本人登录", detail=detail, code="ANOTHER_PERSON")


def _payload() -> dict[str, Any]:
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets without end
        raise BAD_CHANGE(what="JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("seq"), int):
        raise BAD_CHANGE(what="seq")
    fields: MultiDict[str, str] = MultiDict()
    given = data.get("fields", [])
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise BAD_CHANGE(what="fields")
    for pair in given:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise BAD_CHANGE(what="fields")
        fields.add(pair[0], pair[1])
    operations = data.get("changes", [])
    check_row_keys(operations)
    pages = data.get("pages", {})
    if not isinstance(operations, list) or not isinstance(pages, dict):
        raise BAD_CHANGE(what="changes")
    return {
        "seq": data["seq"],
        "fields": fields,
        "changes": operations,
        "do": str(data.get("do") or ""),
        "enterprise": _enterprise_id(data.get("enterprise")),
        "pages": {str(k): v for k, v in pages.items() if isinstance(v, int)},
    }


def _enterprise_id(given: Any) -> str | None:
    if given is None or (isinstance(given, str) and len(given) <= LONGEST_ID):
        return given
    raise BAD_CHANGE(what="enterprise")


def _stale(codec: FormCodec, draft: Draft, fields: MultiDict[str, str], pages: Mapping[str, int]) -> Any:
    """What the named controls hold in the draft as it is now, so that the browser can compare and ask."""
    views = codec.sections(draft.body, draft.raw, pages=pages)
    held = {name: texts for view in views for node in view.nodes for name, texts in _held(node)}
    error = DRAFT_STALE()
    current = {name: held.get(name, []) for name in set(fields) if not name.startswith(COVERED_PREFIX)}
    return problem_response(
        409,
        title="草稿已在别处修改",
        detail=error.message(),
        code="DRAFT_STALE",
        seq=draft.seq,
        current=current,
    )


def _held(node: NodeView) -> list[tuple[str, list[str]]]:
    if isinstance(node, GroupView):
        return [pair for child in node.children for pair in _held(child)]
    if isinstance(node, RowsView):
        rows = [(ROWS_PREFIX + node.name, [row.key for row in node.rows])]
        return rows + [pair for row in node.rows for cell in row.cells for pair in _held(cell)]
    if not isinstance(node, FieldView):
        return []
    if node.leaf.widget == "checklist":
        value = node.control.value
        return [(node.name, [str(v) for v in value] if isinstance(value, list) else [])]
    if node.is_tick:
        return [(node.name, ["true"] if node.control.value is True else [])]
    text = node.text
    return [(node.name, [text] if text or not node.is_choice_set else [])]


def _remarks(body: Json, problems: Sequence[Problem], names: set[str]) -> dict[str, dict[str, list[str]]]:
    """What to say beside the controls that were sent, and wherever something is wrong."""
    found = {name: Messages() for name in names if name.startswith("/")}
    for problem in problems:
        name = places.to_keyed(body, problem.pointer)
        found.setdefault(name, Messages()).add(problem)
    return {
        name: {"errors": said.errors, "warnings": said.warnings, "hints": said.hints}
        for name, said in found.items()
    }


def _fragments(views: Sequence[SectionView], lists: Sequence[str]) -> dict[str, str]:
    """The lists whose rows changed, drawn again."""
    draw = get_template_attribute("components/schema_fields.html", "list")
    found = {}

    def visit(node: NodeView) -> None:
        if isinstance(node, RowsView):
            if node.name in lists:
                found[node.name] = str(draw(node))
                return
            for row in node.rows:
                for cell in row.cells:
                    visit(cell)
        elif isinstance(node, GroupView):
            for child in node.children:
                visit(child)

    for view in views:
        for node in view.nodes:
            visit(node)
    return found


def _lists(do: str, raw_changes: Sequence[Json]) -> list[str]:
    found = [_list_of(do)] if do else []
    for change in raw_changes:
        at = str(change.get("at", "")) if isinstance(change, Mapping) else ""
        if isinstance(change, Mapping) and change.get("op") == "insert":
            found.append(at)
        elif "/@" in at:
            found.append(at[: at.rindex("/@")])
    return found


def _list_of(do: str) -> str:
    verb, _, pointer = do.partition(":")
    return pointer if verb in ("add", "refill") else pointer.rpartition("/")[0]


def _undo(body: Json, do: str) -> Json | None:
    """The change that brings a removed row back to its place."""
    verb, _, pointer = do.partition(":")
    row = places.get(body, pointer) if verb == "remove" else None
    rows = places.get(body, _list_of(do)) if row is not None else None
    if not isinstance(row, dict) or not isinstance(rows, list):
        return None
    index = places.find_row(rows, places.split(pointer)[-1])
    follower = rows[index + 1].get("_k") if index + 1 < len(rows) else None
    before = {"before": f"@{follower}"} if follower else {}
    return {"op": "insert", "at": _list_of(do), "row": row, **before}


def _last_page_of(do: str, pages: Mapping[str, int]) -> dict[str, int]:
    made = dict(pages)
    if do.startswith(("add:", "refill:")):
        made[_list_of(do)] = 9999
    return made


def _holder_exists(body: Json, pointer: str) -> bool:
    parts = places.split(pointer)
    return len(parts) < 2 or places.get(body, places.join(parts[:-1])) is not None


def _time(draft: Draft) -> str:
    return draft.updated_at.astimezone(SHANGHAI).strftime("%H:%M")
