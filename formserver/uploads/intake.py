"""The files of a form that holds ``components/upload.html``: finished uploads by id, or files of the plain form."""

from __future__ import annotations

from typing import Final

from flask import request

from formserver.core.permissions import Actor
from formserver.uploads.models import StoredUpload
from formserver.uploads.service import UploadService
from formserver.web.context import service

IDS: Final = "upload_ids"
FILES: Final = "files"
MOST: Final = 200


def taken_from_request(actor: Actor, purpose: str) -> list[StoredUpload]:
    """Every file the person sent with this form, stored, in the order chosen. Never inside a unit of work.

    Raises what :meth:`UploadService.take` and :meth:`UploadService.receive` raise, naming the file; files stored before
    it stay stored, and a form sent again finds its finished uploads again.
    """
    uploads = service(UploadService)
    wanted = list(dict.fromkeys(request.form.getlist(IDS)))[:MOST]
    stored = [uploads.take(actor, upload_id, purpose) for upload_id in wanted]
    plain = [file for file in request.files.getlist(FILES) if file.filename][:MOST]
    return stored + [uploads.receive(actor, purpose, f.filename or "", f.stream) for f in plain]  # type: ignore[arg-type]
