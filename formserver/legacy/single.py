"""One paper: its scan, the few things the catalogue needs; and 更正著录 afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from formserver.core.clock import today_in_china
from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.errors import AppError, Kind, Problem, invalid
from formserver.core.legacy import (
    LABELS,
    LEGACY,
    NOT_LEGACY,
    RECORD_TYPE,
    STATES,
    LegacyEntry,
    LegacyPaper,
)
from formserver.core.legacy_permissions import LegacyPermission
from formserver.core.models import Document, State, VersionContent
from formserver.core.permissions import Actor
from formserver.documents.lookup import Lookup
from formserver.enterprises.service import EnterpriseService
from formserver.legacy.blueprint import legacy
from formserver.legacy.firms import firm_of
from formserver.legacy.service import LegacyBatches
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires

FIELDS: Final = (
    ("title", "full", "原件上的名称。文书种类选了平台已有的，可以不填。"),
    ("number", "medium", "照原件填写，例如 川节监通〔2019〕17号；没有文号的不填。"),
    ("doc_date", "short", "原件落款的日期，例如 2019-08-20、2019年8月20日。"),
    ("enterprise_name", "full", "原件上的单位名称；与企业档案一致时自动关联。"),
    ("uscc", "medium", ""),
    ("kept_at", "full", "全宗、案卷号或库房位置，便于以后调出原件。"),
    ("note", "full", "例如缺页、破损、附件另存。"),
)
NEEDED: Final = frozenset({"doc_date", "enterprise_name"})


@legacy.get("/")
@requires(LegacyPermission.ENTER)
def index() -> Any:
    """The two ways in."""
    return render_template("legacy/index.html")


@legacy.get("/new")
@requires(LegacyPermission.ENTER)
def new() -> Any:
    """An empty entry."""
    return _page({"type": request.args.get("type", RECORD_TYPE), "state": State.SERVED.value})


@legacy.post("/new")
@requires(LegacyPermission.ENTER)
@accepts_upload()
def enter() -> Any:
    """Enter it. What was typed is shown again when something is refused; files must be chosen again."""
    actor = current_actor()
    try:
        paper = _typed(actor)
        files = [(f.filename or "", f.read()) for f in request.files.getlist("files") if f.filename]
        document = service(LegacyEntry).enter(actor, paper, files)
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(request.form.to_dict(), error), STATUS[error.kind]
    flash(f"已补录《{document.title}》。", "success")
    if "again" in request.form:
        return redirect(url_for("legacy.new", type=document.type))
    return redirect(url_for("documents.show", document_id=document.id))


@legacy.get("/<document_id>/correct")
@requires(LegacyPermission.ENTER)
def correct(document_id: str) -> Any:
    """The entry as it stands, to be corrected."""
    document, content = _entered(document_id)
    return _page(_values(document, content), document=document)


@legacy.post("/<document_id>/correct")
@requires(LegacyPermission.ENTER)
def correct_post(document_id: str) -> Any:
    """Keep the correction as a version of its own."""
    actor = current_actor()
    document, _ = _entered(document_id)
    try:
        service(LegacyEntry).correct(
            actor,
            document_id,
            _typed(actor, document),
            base_version=request.form.get("base_version", type=int, default=0),
            reason=request.form.get("reason", ""),
        )
    except AppError as error:
        if error.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        return _page(request.form.to_dict(), error, document), STATUS[error.kind]
    flash("著录已更正，更正前的内容保留在版本中。", "success")
    return redirect(url_for("documents.show", document_id=document_id))


def _entered(document_id: str) -> tuple[Document, VersionContent]:
    actor, lookup = current_actor(), service(Lookup)
    document = lookup.get(actor, document_id)
    if document.origin != LEGACY:
        raise NOT_LEGACY()
    return document, lookup.version(actor, document_id, document.head_version)


def _values(document: Document, content: VersionContent) -> dict[str, str]:
    facts = content.envelope.get("legacy", {})
    return {
        "type": document.type,
        "state": document.state.value,
        "number": document.number,
        "enterprise_name": document.facets.enterprise_name,
        "uscc": document.facets.uscc,
        **{key: str(facts.get(key, "")) for key in ("title", "doc_date", "kept_at", "note")},
    }


def _typed(actor: Actor, document: Document | None = None) -> LegacyPaper:
    """The entry as typed. Raises INVALID_INPUT naming the date or the kind that cannot be read."""
    form = {key: request.form.get(key, "").strip().replace("\r\n", "\n") for key, _, _ in FIELDS}
    wrong = []
    found = parse_date(form["doc_date"], today_in_china(context().clock))
    if found.value is None:
        question = found.question or "请填写成文日期。"
        wrong.append(Problem("LEGACY_FIELD", question, "/doc_date", LABELS["doc_date"]))
    type_key = document.type if document else request.form.get("type", RECORD_TYPE)
    if document is None and type_key not in service(LegacyBatches).types(actor).values():
        wrong.append(Problem("LEGACY_FIELD", "请选择文书种类。", "/type", LABELS["type"]))
    states = {state.value: state for state in STATES}
    state = states.get(request.form.get("state", ""))
    if state is None and document is None:
        wrong.append(Problem("LEGACY_FIELD", "请选择文书现在的状态。", "/state", LABELS["state"]))
    if wrong:
        raise invalid(wrong)
    return LegacyPaper(
        type_key=type_key,
        doc_date=date.fromisoformat(str(found.value)),
        state=state or State.SERVED,
        enterprise_id=firm_of(service(EnterpriseService), actor, form["enterprise_name"], form["uscc"]),
        **{key: form[key] for key in ("title", "number", "enterprise_name", "uscc", "kept_at", "note")},
    )


def _page(values: dict[str, str], error: AppError | None = None, document: Document | None = None) -> str:
    problems = error.problems if error else ()
    errors = {problem.pointer.removeprefix("/"): problem.message for problem in problems}
    return render_template(
        "legacy/entry.html",
        fields=FIELDS,
        labels={**LABELS, "reason": "更正理由", "files": "扫描件"},
        needed=NEEDED,
        values=values,
        types=[(key, title) for title, key in service(LegacyBatches).types(current_actor()).items()],
        states=[(state.value, state.value) for state in STATES],
        errors=errors,
        error=error.message() if error and not problems else "",
        document=document,
        limit=context().settings.max_upload_mb,
    )
