"""批量新建: one draft of a type for each of many enterprises, chosen or pasted as names or codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError
from formserver.core.permissions import Actor
from formserver.documents.blueprint import documents
from formserver.documents.bulk_deeds import GENERATE, MOST, TOO_MANY_CHOSEN, Item
from formserver.documents.bulk_job import BulkRuns
from formserver.documents.bulk_pages import result_page
from formserver.documents.enterprises import chosen_enterprise
from formserver.documents.lookup import Lookup
from formserver.enterprises.finding import name_key, uscc_key
from formserver.enterprises.models import Enterprise, EnterpriseQuery
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import EnterpriseService
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

LONGEST_LIST: Final = 200_000
_CANDIDATES: Final = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A line that was pasted and the enterprises it may mean; exactly one exact one is taken without a question."""

    line: str
    found: tuple[Enterprise, ...]
    exact: bool


@documents.get("/documents/generate")
@requires(DocumentPermission.CREATE)
def generate() -> Any:
    """Which type, for whom. ``enterprise`` in the address are those chosen elsewhere."""
    ids = list(dict.fromkeys(request.args.getlist("enterprise")))[:MOST]
    known = [e for one in ids if (e := _known(current_actor(), one)) is not None]
    return _form([Match(e.name, (e,), True) for e in known], "")


@documents.post("/documents/generate")
@requires(DocumentPermission.CREATE)
def generate_match() -> Any:
    """What the pasted lines mean. Changes nothing."""
    text = request.form.get("names", "")[:LONGEST_LIST]
    lines = list(dict.fromkeys(line for raw in text.splitlines() if (line := raw.strip()[:200])))
    if len(lines) > MOST:
        raise TOO_MANY_CHOSEN(most=MOST, count=len(lines))
    actor = current_actor()
    return _form([match(actor, line) for line in lines], text)


@documents.post("/documents/generate/run")
@requires(DocumentPermission.CREATE)
def generate_run() -> Any:
    """Make the drafts, each a unit of its own."""
    actor, form = current_actor(), request.form
    type_key = form.get("type", "")
    if all(dt.key != type_key for dt in service(Lookup).new_types(actor)):
        return _form([], form.get("names", ""), "请选择文书种类。"), 422
    wanted = [one for one in form.getlist("enterprise") if one and len(one) <= 64]
    if not wanted:
        return _form([], form.get("names", ""), "还没有选择企业，请先粘贴名单并核对。"), 422
    visible = [Item(one, 0) for one in dict.fromkeys(wanted) if _known(actor, one) is not None]
    job, outcomes = service(BulkRuns).start(actor, GENERATE.key, visible, type_key=type_key)
    if job is not None:
        return redirect(url_for("documents.bulk_job", job_id=job.id))
    back = url_for("documents.index", mine="1")
    return render_template("documents/bulk_result.html", **result_page(GENERATE.label, outcomes, back))


def match(actor: Actor, line: str) -> Match:
    """The enterprises a line may mean: the same code or name, else what a search would find."""
    if not actor.may(EnterprisePermission.READ):
        return Match(line, (), False)
    parts = [part.strip() for part in line.replace("\t", " ").split() if part.strip()]
    for text in dict.fromkeys((line, *parts)):
        page = service(EnterpriseService).search(actor, EnterpriseQuery(text=text[:100], limit=_CANDIDATES))
        same = tuple(e for e in page.items if _is(e, text))
        if same:
            return Match(line, same, len(same) == 1)
        if page.items and text == line:
            return Match(line, tuple(page.items), False)
    return Match(line, (), False)


def _is(enterprise: Enterprise, text: str) -> bool:
    code, name = uscc_key(text), name_key(text)
    return bool((code and code == uscc_key(enterprise.uscc)) or (name and name == name_key(enterprise.name)))


def _known(actor: Actor, enterprise_id: str) -> Enterprise | None:
    if not actor.may(EnterprisePermission.READ):
        return None
    try:
        return chosen_enterprise(actor, enterprise_id)
    except AppError:
        return None


def _form(matches: list[Match], text: str, error: str = "") -> str:
    return render_template(
        "documents/generate.html",
        types=service(Lookup).new_types(current_actor()),
        chosen_type=request.form.get("type", request.args.get("type", "")),
        matches=sorted(matches, key=lambda m: m.exact),
        exact=sum(m.exact for m in matches),
        text=text,
        error=error,
    )
