"""Out of the library: the 证据清单, the whole library as an archive, and the list that forms pick from."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import Response, flash, jsonify, redirect, request, url_for

from formserver.core.errors import AppError
from formserver.evidence.blueprint import evidence
from formserver.evidence.bundle import bundle
from formserver.evidence.making_list import NO_EVIDENCE, ListMaking
from formserver.evidence.models import Evidence
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.references import reference_text
from formserver.evidence.service import EvidenceService
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires

SHOWN = 12


@evidence.post("/documents/<document_id>/evidence/list")
@requires(EvidencePermission.READ)
def make_list(document_id: str) -> Any:
    """A new 证据清单 with everything that counts."""
    try:
        made, count = service(ListMaking).make(current_actor(), document_id)
    except AppError as error:
        if error.code is not NO_EVIDENCE:
            raise
        flash(error.message(), "warning")
        return redirect(url_for("evidence.library", document_id=document_id))
    flash(f"已生成证据清单，列入 {count} 份证据。请核对后定稿、打印、签名。", "success")
    return redirect(url_for("documents.edit", document_id=made.id))


@evidence.get("/documents/<document_id>/evidence.zip")
@requires(EvidencePermission.READ)
def download_all(document_id: str) -> Any:
    """All files with a list and their hashes, packed while they are sent."""
    actor = current_actor()
    found = service(EvidenceReading).library(actor, document_id)
    service(EvidenceService).note_export(actor, found.document, len(found.items))
    name = quote(f"证据 {found.document.title}.zip")
    return Response(
        bundle(context().store.blobs, found.items),
        mimetype="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@evidence.get("/evidence/pick")
@requires(EvidencePermission.READ)
def pick() -> Any:
    """What a row may cite: by number, name or part of one; ``第3页`` or ``1:30`` behind it is taken along."""
    text = request.args.get("q", "")[-100:].rpartition("、")[2].strip()
    document_id = request.args.get("document", "")
    if not document_id:
        return jsonify(items=[])
    wanted, page, second = _typed(text)
    found = service(EvidenceReading).library(current_actor(), document_id).valid
    fitting = [item for item in found if _fits(item, wanted)][:SHOWN]
    return jsonify(items=[_line(item, page, second) for item in fitting])


def _line(item: Evidence, page: int, second: int) -> dict[str, Any]:
    reference = reference_text(item.no, item.title, page=page, second=second)
    detail = " · ".join(part for part in (item.kind, item.extent, item.source, item.moment) if part)
    facts = {
        "reference": reference,
        "no": f"证据{item.no}",
        "title": item.title,
        "page": f"第{page}页" if page else "",
        "url": url_for("evidence.show", evidence_id=item.id, page=page or None, t=second or None),
    }
    return {"name": reference, "detail": detail, "facts": facts}


def _typed(text: str) -> tuple[str, int, int]:
    page = re.search(r"第?\s*([0-9]{1,4})\s*页", text)
    clock = re.search(r"(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{2})", text)
    second = 0
    if clock:
        second = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    for match in (page, clock):
        text = text.replace(match[0], "") if match else text
    return text.strip(" 《》"), int(page[1]) if page else 0, second


def _fits(item: Evidence, wanted: str) -> bool:
    number = wanted.removeprefix("证据").strip()
    if not number:
        return True
    if number.isascii() and number.isdigit():
        return str(item.no).startswith(number) or number in item.title
    head = re.match(r"[0-9]+", number)
    if head and str(item.no) == head[0]:
        return True
    return any(number in text for text in (item.title, item.source, item.kind, item.filename))
