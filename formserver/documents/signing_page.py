"""上传签字件: the scan, what the pen filled in, and what the pen corrected, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError, Kind, Problem, Severity, invalid
from formserver.core.lifecycle import SIGN
from formserver.core.models import Document, Json, State, VersionContent
from formserver.core.signing import PenCorrection, Signing
from formserver.documents.blueprint import documents
from formserver.documents.form_page import codec_for
from formserver.documents.lookup import Lookup
from formserver.documents.saying import value_text
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.forms.codec import changes
from formserver.web.forms.texts import ABSENT, read
from formserver.web.forms.views import FieldView, GroupView, NodeView, RowsView, RowView, SectionView
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

PEN_STAGES: Final = ("signed", "served")
LEAST_LINES: Final = 2
NAMING_COLUMNS: Final = 2
MOST_LINES: Final = 40
NO_REASON: Final = "CORRECTION_INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Line:
    """One correction as typed: page, place, new value."""

    page: str = ""
    at: str = ""
    new: str = ""


@documents.get("/documents/<document_id>/sign")
@requires(DocumentPermission.SIGN)
def sign(document_id: str) -> Any:
    """The page, or back to the document when there is nothing to sign."""
    document = service(Lookup).get(current_actor(), document_id)
    if document.state is not State.FINAL:
        flash(f"文书当前为“{document.state.value}”，只有“定稿待签”的文书可以上传签字件。", "warning")
        return redirect(url_for("documents.show", document_id=document_id))
    return _page(document)


@documents.post("/documents/<document_id>/sign")
@requires(DocumentPermission.SIGN)
@accepts_upload()
def sign_post(document_id: str) -> Any:
    """Bind the scan. What was typed is shown again when something is refused; files must be chosen again."""
    actor, lookup = current_actor(), service(Lookup)
    document = lookup.get(actor, document_id)
    dt = lookup.type_of(document)
    lines = _typed_lines()
    if "more" in request.form:
        return _page(document, lines=[*lines, Line(), Line(), Line()])
    content = lookup.version(actor, document_id, document.head_version)
    typed = codec_for(dt).parse_all(request.form, content.body)
    try:
        problems = [p for p in typed.problems if p.severity is Severity.ERROR]
        corrections, wrong = _corrections(dt, content.body, lines)
        if problems or wrong:
            raise invalid([*problems, *wrong])
        files = [
            (f.filename or "", f.read())
            for f in request.files.getlist("files")
            if f.filename or f.content_length
        ]
        signed = service(Signing).sign(
            actor,
            document_id,
            files,
            base_version=request.form.get("base_version", type=int, default=0),
            pen_fields=_pen_values(content.body, typed.body),
            corrections=corrections,
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(document, body=typed.body, raw=typed.raw, lines=lines, error=error), STATUS[error.kind]
    flash(f"签字件已登记（{signed.scan.pages} 页），已与第{signed.scan.version_no}版绑定。", "success")
    for warning in signed.warnings:
        flash(f"{warning.label}：{warning.message}" if warning.label else warning.message, "warning")
    return redirect(url_for("documents.show", document_id=document_id))


def whole(draw: Callable[[Mapping[str, int]], list[SectionView]]) -> list[SectionView]:
    """Sections with every row of their lists: the pen may have written into any of them."""
    sections = draw({})
    lists = {n.name: n for view in sections for n in view.nodes if isinstance(n, RowsView) and n.pages > 1}
    for page in range(2, max((n.pages for n in lists.values()), default=1) + 1):
        for view in draw(dict.fromkeys(lists, page)):
            for node in view.nodes:
                if isinstance(node, RowsView) and node.name in lists and node.page == page:
                    lists[node.name].rows += node.rows
    return sections


def pen_nodes(nodes: list[NodeView], *, inside: bool = False) -> list[NodeView]:
    """The parts of a form the pen fills in; rows keep what tells them apart, read-only."""
    found: list[NodeView] = []
    for node in nodes:
        if node.hidden:
            continue
        mine = inside or node.leaf.schema.get("x-required-at") in PEN_STAGES
        if isinstance(node, GroupView):
            children = pen_nodes(node.children, inside=mine)
            found += children
        elif isinstance(node, RowsView):
            if node.rows and (mine or any(_is_pen(c.leaf) for c in node.columns)):
                found.append(_pen_rows(node, everything=mine))
        elif mine:
            found.append(node)
    return found


def _pen_rows(node: RowsView, *, everything: bool) -> RowsView:
    """Columns for the pen, behind the printed ones that tell the rows apart."""
    printed = [
        c.leaf.key
        for c in node.columns
        if isinstance(c, FieldView) and not everything and not _is_pen(c.leaf)
    ]
    named = [
        key for key in printed if any(c.leaf.key == key and c.text for r in node.rows for c in _fields(r))
    ]
    kept = set(named[:NAMING_COLUMNS])
    for row in node.rows:
        row.cells = [c for c in row.cells if everything or _is_pen(c.leaf) or c.leaf.key in kept]
        for cell in _fields(row):
            cell.readonly = cell.leaf.key in kept
    node.columns = [c for c in node.columns if everything or _is_pen(c.leaf) or c.leaf.key in kept]
    return node


def _fields(row: RowView) -> list[FieldView]:
    return [cell for cell in row.cells if isinstance(cell, FieldView)]


def _is_pen(leaf: Field) -> bool:
    return leaf.schema.get("x-required-at") in PEN_STAGES


def _pen_values(before: Json, after: Json) -> dict[str, Any]:
    return {str(op["at"]): op.get("value") for op in changes(before, after) if op["op"] in ("set", "remove")}


def _typed_lines() -> list[Line]:
    columns = [request.form.getlist(f"correction_{name}")[:MOST_LINES] for name in ("page", "at", "new")]
    return [Line(page.strip(), at, new) for page, at, new in zip(*columns, strict=False) if page or at or new]


def _corrections(
    dt: DocumentType, body: Json, lines: list[Line]
) -> tuple[list[PenCorrection], list[Problem]]:
    today = today_in_china(context().clock)
    made, wrong = [], []
    for number, line in enumerate(lines, start=1):
        label = f"笔误更正第{number}行"
        leaf = _leaf_at(dt, body, line.at)
        if leaf is None:
            wrong.append(Problem(NO_REASON, "请选择更正的是哪一项。", f"/correction/{number}", label))
            continue
        if not (
            line.page.isascii() and line.page.isdigit() and len(line.page) < 4 and 0 < int(line.page) < 1000
        ):
            wrong.append(Problem(NO_REASON, "请填写更正在第几页（数字）。", f"/correction/{number}", label))
            continue
        outcome = read(leaf, [line.new], places.get(body, line.at, ABSENT), None, today)
        if outcome.raw is not None or outcome.value is ABSENT:
            text = outcome.message or "请填写更正后的内容。"
            wrong.append(Problem(NO_REASON, text, f"/correction/{number}", label))
            continue
        made.append(PenCorrection(int(line.page), line.at, outcome.value))
    return made, wrong


def _leaf_at(dt: DocumentType, body: Json, at: str) -> Field | None:
    try:
        return dt.leaf(places.to_indexed(body, at)) if at.startswith("/") else None
    except LookupError:
        return None


def _places(dt: DocumentType, content: VersionContent) -> list[tuple[str, str]]:
    """(keyed place, label with the value printed) of every printed value the pen may have corrected."""
    hidden = set(content.envelope.get("hidden", ()))
    found = []
    for place in dt.places(content.body):
        leaf = place.field
        if not leaf.is_leaf or leaf.is_row_key or leaf.widget == "hidden" or place.pointer in hidden:
            continue
        if place.value is None or _is_pen(leaf) or leaf.schema.get("x-not-printed"):
            continue
        text = value_text(leaf, place.value).replace("\n", " ")
        shown = text if len(text) <= 24 else text[:23] + "…"
        found.append((places.to_keyed(content.body, place.pointer), f"{dt.label(place.pointer)}（{shown}）"))
    return found


def _page(
    document: Document,
    *,
    body: Mapping[str, Any] | None = None,
    raw: Mapping[str, str] | None = None,
    lines: list[Line] | None = None,
    error: AppError | None = None,
) -> str:
    actor, lookup = current_actor(), service(Lookup)
    dt = lookup.type_of(document)
    content = lookup.version(actor, document.id, document.head_version)
    problems = error.problems if error else ()
    ctx = lookup.context(actor, document.id)
    shown_body = body if body is not None else content.body
    sections = whole(lambda pages: codec_for(dt).sections(shown_body, raw, problems, ctx=ctx, pages=pages))
    shown = list(lines or [])
    shown += [Line()] * max(0, LEAST_LINES - len(shown))
    return render_template(
        "documents/sign.html",
        document=document,
        action=SIGN,
        nodes=[node for view in sections if not view.hidden for node in pen_nodes(view.nodes)],
        places=_places(dt, content),
        lines=shown,
        error=error.message() if error else "",
        summary=codec_for(dt).summary(shown_body, problems),
        base_version=document.head_version,
        limit=context().settings.max_upload_mb,
    )
