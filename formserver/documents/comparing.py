"""差异: any two versions of a document, field by field, and inside long texts character by character."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from formserver.core.definitions.diff import diff_bodies
from formserver.core.definitions.document_type import DocumentType
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.models import Json, VersionContent
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.documents.saying import NOTHING, place_text
from formserver.documents.text_diff import Piece, Pieces, text_pieces
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

_STATED = {"state": "状态", "number": "文号", "edition": "版式"}
_KINDS = {"added": "增加", "removed": "删去", "changed": "修改", "moved": "移动"}


@documents.get("/documents/<document_id>/compare")
@requires(DocumentPermission.READ)
def compare(document_id: str) -> Any:
    """Two versions: ``old`` and ``new``, or two ticked ones (``v``); by default the newest and the one before."""
    actor, lookup = current_actor(), service(Lookup)
    seen = lookup.overview(actor, document_id)
    newest = seen.document.head_version
    if not newest:
        raise NOT_FOUND(what="可以比较的版本，这份文书还没有保存过")
    ticked = sorted(set(request.args.getlist("v", type=int)))
    if "v" in request.args and len(ticked) != 2:
        flash(f"请勾选两个版本再比较，现在勾选了 {len(ticked)} 个。", "warning")
        return redirect(url_for("documents.show", document_id=document_id) + "#history")
    new = ticked[1] if ticked else request.args.get("new", type=int, default=newest)
    old = ticked[0] if ticked else request.args.get("old", type=int, default=max(1, new - 1))
    before, after = (lookup.version(actor, document_id, no) for no in (old, new))
    return render_template(
        "documents/compare.html",
        seen=seen,
        document=seen.document,
        before=before,
        after=after,
        rows=differences(seen.dt, before.body, after.body),
        stated=stated_differences(before, after),
    )


def differences(dt: DocumentType, old: Json, new: Json) -> list[dict[str, Any]]:
    """Rows of the comparison: label, what happened, both texts in pieces."""
    found = []
    for change in diff_bodies(dt, old, new):
        if change.kind == "moved":
            sides = _plain(f"第{change.old}行"), _plain(f"第{change.new}行")
        else:
            texts = [place_text(dt, change.pointer, value) for value in (change.old, change.new)]
            sides = text_pieces(*texts) if all(texts) else (_plain(texts[0]), _plain(texts[1]))
        found.append({"label": change.label, "kind": _KINDS[change.kind], "old": sides[0], "new": sides[1]})
    return found


def stated_differences(before: VersionContent, after: VersionContent) -> list[tuple[str, str, str]]:
    """(label, old, new) of what the server states about both versions."""
    pairs = [
        (word, before.envelope.get(key, ""), after.envelope.get(key, "")) for key, word in _STATED.items()
    ]
    return [(word, str(old) or NOTHING, str(new) or NOTHING) for word, old, new in pairs if old != new]


def _plain(text: str) -> Pieces:
    return (Piece(text or NOTHING, False),)
