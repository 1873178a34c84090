"""校验页: what a stranger may know who scans the code of a printed paper. Public, and limited in rate."""

from __future__ import annotations

import hashlib
import re
from typing import IO, Any, Final

from flask import abort, render_template, request

from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.web.context import service
from formserver.web.gate import accepts_upload
from formserver.web.throttle import Throttle

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 1 << 20


@documents.get("/check/<token>")
def check(token: str) -> Any:
    """Genuine, withdrawn or void; type, date, organ; nothing else."""
    _count()
    return render_template(
        "documents/check.html", facts=service(Lookup).public(token), token=token, result=""
    )


@documents.post("/check/<token>")
@accepts_upload()
def check_post(token: str) -> Any:
    """Whether a file (or its SHA-256) is one that is kept for this paper. The file is hashed and forgotten."""
    _count()
    lookup = service(Lookup)
    facts = lookup.public(token)
    typed = re.sub(r"[\s:-]", "", request.form.get("sha256", "")).lower()[:200]
    file = request.files.get("file")
    status, result, sha256 = 200, "", typed
    if file is not None and file.filename:
        sha256 = _sha256(file.stream)
    if not sha256:
        result, status = "nothing", 422
    elif not _HASH.fullmatch(sha256):
        result, status = "malformed", 422
    else:
        result = lookup.matches(token, sha256)
    page = render_template(
        "documents/check.html", facts=facts, token=token, result=result, sha256=sha256, typed=typed
    )
    return page, status


def _count() -> None:
    if not service(Throttle).allow(request.remote_addr or ""):
        abort(429)


def _sha256(stream: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()
