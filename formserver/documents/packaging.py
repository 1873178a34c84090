"""下载文书包: everything that is kept of one document in one zip that a stranger can check."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import Response, send_file

from formserver.core.document_permissions import DocumentPermission
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.documents.blueprint import documents
from formserver.store.export import export_record
from formserver.store.sql_store import SqlStore
from formserver.web.context import context, current_actor, service
from formserver.web.permissions import requires


@documents.get("/documents/<document_id>/package.zip")
@requires(DocumentPermission.READ)
def package(document_id: str) -> Any:
    """The download."""
    return package_response(current_actor(), document_id)


def package_response(actor: Actor, document_id: str) -> Response:
    """Written to a temporary file piece by piece, sent from there, gone when sent. The download is recorded.

    Raises NOT_FOUND outside the scope.
    """
    kit = service(Kit)
    with kit.store.uow(write=True) as u:
        document = u.documents.get(document_id, actor.scope)
        record_event(kit, u, actor, "document.exported", document_id=document.id, subject=document.title)
    folder = context().settings.storage_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"package-{secrets.token_hex(8)}.zip"
    made = export_record(
        cast(SqlStore, kit.store), document_id, target, scope=actor.scope, at=kit.clock.now()
    )
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", f"{document.number} {document.title}").strip(" ._")[:80]
    return send_file(
        open_once(made),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{name or '文书'}.zip",
        max_age=0,
    )


def open_once(path: Path) -> BinaryIO:
    """The file opened for reading, and its name taken away: its bytes go when it is closed, however that happens."""
    stream = path.open("rb")
    path.unlink(missing_ok=True)
    return stream
