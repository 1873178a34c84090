"""Looking at evidence: pictures, pages, sheets, texts, recordings; and the bytes behind them."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from flask import Response, abort, redirect, render_template, request, url_for

from formserver.core.errors import NOT_FOUND, AppError, Kind
from formserver.core.papers import PDF_TYPE
from formserver.evidence.blueprint import evidence
from formserver.evidence.file_facts import SHEETS
from formserver.evidence.models import Evidence
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.pictures import SCREEN, THUMB, EvidencePictures, has_pictures
from formserver.evidence.reading import EvidenceReading, find_cited
from formserver.evidence.references import citations
from formserver.evidence.service import EvidenceService
from formserver.evidence.sheets import read_csv, read_text, read_workbook
from formserver.evidence.streaming import INLINE, file_response
from formserver.uploads.service import size_words
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires

TURNS: Final = (0, 90, 180, 270)


@evidence.get("/evidence/<evidence_id>")
@requires(EvidencePermission.READ)
def show(evidence_id: str) -> Any:
    """The viewer, opened at ``page`` or at second ``t``."""
    actor = current_actor()
    item, document = service(EvidenceReading).item(actor, evidence_id)
    found = service(EvidenceReading).library(actor, document.id, with_links=True)
    ids = [one.id for one in found.items]
    at = ids.index(item.id)
    turn = request.args.get("turn", type=int, default=0)
    page = min(max(1, request.args.get("page", type=int, default=1)), max(1, item.pages))
    return render_template(
        "evidence/show.html",
        item=item,
        document=document,
        links=found.links.get(item.id, ()),
        before=found.items[at - 1] if at else None,
        after=found.items[at + 1] if at + 1 < len(ids) else None,
        way=_way(item),
        view=_content(item),
        page=page,
        turn=turn if turn in TURNS else 0,
        second=max(0, request.args.get("t", type=int, default=0)),
        history=service(EvidenceReading).history(actor, item),
        size_words=size_words,
    )


@evidence.get("/evidence/<evidence_id>/file")
@requires(EvidencePermission.READ)
def file(evidence_id: str) -> Any:
    """The stored file: in parts for players, whole for a download (which is written down)."""
    actor = current_actor()
    item, _ = service(EvidenceReading).item(actor, evidence_id)
    view = request.args.get("view") == "1"
    if not view and request.method == "GET" and "Range" not in request.headers:
        service(EvidenceService).note_download(actor, item)
    return file_response(context().store.blobs, item, view=view)


@evidence.get("/evidence/<evidence_id>/thumb")
@requires(EvidencePermission.READ)
def thumb(evidence_id: str) -> Any:
    """The small picture."""
    return _picture(evidence_id, THUMB)


@evidence.get("/evidence/<evidence_id>/picture")
@requires(EvidencePermission.READ)
def picture(evidence_id: str) -> Any:
    """The large picture, of a page, turned for looking only."""
    return _picture(evidence_id, SCREEN)


@evidence.get("/documents/<document_id>/evidence/cited")
@requires(EvidencePermission.READ)
def cited(document_id: str) -> Any:
    """From a citation in a row to the file, at its page. Raises NOT_FOUND in words."""
    found = service(EvidenceReading).library(current_actor(), document_id)
    citation = next(citations(request.args.get("text", "")[:500]), None)
    if citation is None:
        raise NOT_FOUND(what="这一条引用的证据，请写成“证据3”或“证据3第2页”")
    where: dict[str, Any] = {"evidence_id": find_cited(found, citation).id}
    if citation.page:
        where["page"] = citation.page
    if citation.second:
        where["t"] = citation.second
    return redirect(url_for("evidence.show", **where))


def _picture(evidence_id: str, longest: int) -> Any:
    item, _ = service(EvidenceReading).item(current_actor(), evidence_id)
    if not has_pictures(item):
        abort(404)
    page = request.args.get("page", type=int, default=1)
    turn = request.args.get("turn", type=int, default=0)
    turn = turn if turn in TURNS else 0
    tag = hashlib.sha256(f"{item.blob_sha256} {longest} {page} {turn}".encode()).hexdigest()[:32]
    if tag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    try:
        drawn = service(EvidencePictures).picture(item, longest, page=page, turn=turn)
    except AppError as error:
        if error.kind is not Kind.INVALID:
            raise
        return redirect(url_for("static", filename="evidence/no-picture.svg"))
    answer = Response(drawn, mimetype="image/jpeg")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _way(item: Evidence) -> str:
    """How a file is looked at."""
    if item.media_type == PDF_TYPE and item.pages:
        return "pages"
    if has_pictures(item):
        return "picture"
    if item.media_type in INLINE:
        return item.media_type.partition("/")[0]
    if item.media_type in SHEETS:
        return "sheet"
    return "text" if item.media_type in ("text/plain", "application/json") else "file"


def _content(item: Evidence) -> dict[str, Any]:
    """What a sheet or text viewer shows; a sentence where the file cannot be shown."""
    way = _way(item)
    if way not in ("sheet", "text"):
        return {}
    with context().store.blobs.open(item.blob_sha256) as stored:
        try:
            if way == "text":
                text, more = read_text(stored)
                return {"text": text, "more": more}
            if item.media_type.startswith("text/"):
                return {"sheet": read_csv(stored, item.filename)}
            wanted = request.args.get("sheet", type=int, default=0)
            return {"sheet": read_workbook(stored, item.size, item.filename, wanted)}
        except AppError as error:
            return {"problem": error.message()}
