"""A record a stranger can check: one zip with every version, file, event and seal, and how they hang together.

``tools/verify_record.py`` (standard library only) checks it without this program.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, select

from formserver.core.clock import format_instant
from formserver.core.models import Document, Rendition, RenditionKind
from formserver.core.permissions import Scope
from formserver.store.rows import to_event, to_seal, version_row
from formserver.store.seals import event_facts, merkle_path, seal_facts
from formserver.store.sql_store import SqlStore
from formserver.store.tables import event, event_seal, seal

FORMAT = "formserver-record/1"
_CHUNK: Final = 1 << 20
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_README = """文书《{title}》的完整记录

record.json   文书、各版本、呈现件、操作记录及封存的说明
contents/     各版本的正文与登记信息（规范 JSON，文件名为其 SHA-256）
files/        呈现件：docx、PDF、签字扫描件及其原件（文件名为其 SHA-256）
文书/         供阅读：最新的 docx、PDF 和全部签字扫描件，内容与 files/ 中的相同
清单.sha256   本文件中每个成员的 SHA-256，可用 sha256sum -c 清单.sha256 核对

核验：用任意一台装有 Python 3.9 以上的计算机运行
    python verify_record.py 本文件.zip
核验程序 verify_record.py 只使用 Python 标准库，已附在本文件中；为防连同记录一起被替换，正式核验请使用
另行取得的核验程序（向出具单位索取，或从项目源代码的 tools 目录取得）。
封存存证（seal-日期.json）可向出具单位索取，用 --anchor 一并核对：
    python verify_record.py 本文件.zip --anchor seal-2026-03-02.json
"""


def export_record(store: SqlStore, document_id: str, target: Path, *, scope: Scope, at: datetime) -> Path:
    """Write the record of one document to ``target`` (a new zip). Raises NOT_FOUND, CONTENT_DAMAGED, DAMAGED_BLOB."""
    with store.unit() as u:
        document = u.documents.get(document_id, scope)
        versions = u.documents.versions(document_id, scope)
        hashes = sorted(
            {sha for version in versions for sha in (version.body_sha256, version.envelope_sha256)}
        )
        renditions = u.renditions.for_document(document_id)
        events, seals = _events(u.connection, document_id)
    record = {
        "format": FORMAT,
        "exported_at": format_instant(at),
        "document": _head(document),
        "versions": [version_row(version) for version in versions],
        "renditions": [
            {
                "id": r.id,
                "document_id": r.document_id,
                "version_no": r.version_no,
                "kind": r.kind.value,
                "sha256": r.blob_sha256,
                "size": r.size,
                "media_type": r.media_type,
                "filename": r.filename,
                "pages": r.pages,
                "manifest_sha256": r.manifest_sha256,
                "created_by": r.created_by,
                "created_at": format_instant(r.created_at),
            }
            for r in renditions
        ],
        "events": events,
        "seals": seals,
    }
    partial = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            members = _Members(archive)
            members.add("record.json", json.dumps(record, ensure_ascii=False, indent=1).encode())
            members.add("说明.txt", _README.format(title=document.title).encode())
            members.add("verify_record.py", verifier())
            with store.unit() as u:  # contents never change: read one by one, however many versions there are
                for sha in hashes:
                    members.add(f"contents/{sha}.json", u.contents.get(sha))
            for sha in sorted({r.blob_sha256 for r in renditions}):
                members.copy(store, sha, f"files/{sha}")
            for name, sha in readable(renditions).items():
                members.copy(store, sha, f"文书/{name}")
            archive.writestr("清单.sha256", members.listing())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


class _Members:
    """What goes into the zip, and the digest of each as it goes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._digests: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        self._archive.writestr(name, data)
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def copy(self, store: SqlStore, sha256: str, name: str) -> None:
        """A stored file, piece by piece; a damaged one must not leave the house as if it were whole."""
        with store.blobs.open(sha256) as source, self._archive.open(name, "w", force_zip64=True) as out:
            found = copy_hashed(source, out)
        if found != sha256:
            store.blobs.read(sha256)  # says so in words
        self._digests[name] = found

    def listing(self) -> str:
        return "".join(f"{digest}  {name}\n" for name, digest in self._digests.items())


def copy_hashed(source: IO[bytes], out: IO[bytes]) -> str:
    """Copy piece by piece; the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest()


def verifier() -> bytes:
    """The program a stranger checks the record with, as it is shipped."""
    shipped = _PACKAGE / "_data" / "tools" / "verify_record.py"
    return (shipped if shipped.is_file() else _PACKAGE.parent / "tools" / "verify_record.py").read_bytes()


def readable(renditions: Sequence[Rendition]) -> dict[str, str]:
    """Name → SHA-256 of what people want to read: the newest printed paper and every signed scan."""
    printed = [r for r in renditions if r.kind in (RenditionKind.DOCX, RenditionKind.PDF)]
    newest = max((r.version_no for r in printed), default=0)
    found: dict[str, str] = {}
    for rendition in renditions:
        if rendition.kind is RenditionKind.SCAN or (rendition in printed and rendition.version_no == newest):
            name = rendition.filename.replace("/", "_").replace("\\", "_").lstrip(".")
            stem, dot, suffix = name.rpartition(".")
            count = 2
            while name in found:
                name, count = f"{stem}（{count}）{dot}{suffix}", count + 1
            found[name] = rendition.blob_sha256
    return found


def _head(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "type": document.type,
        "edition": document.edition,
        "title": document.title,
        "state": document.state.value,
        "number": document.number,
        "head_version": document.head_version,
        "agency_id": document.agency_id,
    }


def _events(connection: Connection, document_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The document's events with their way to the root, and the chain of seals from the first of them on."""
    statement = (
        select(event, event_seal.c.seal_no, event_seal.c.position)
        .join(event_seal, event_seal.c.event_id == event.c.id, isouter=True)
        .where(event.c.document_id == document_id)
        .order_by(event.c.id)
    )
    leaves: dict[int, list[bytes]] = {}
    events = []
    for row in connection.execute(statement).mappings():
        entry: dict[str, Any] = {"event": event_facts(to_event(row)), "seal_no": row["seal_no"]}
        if row["seal_no"] is not None:
            if row["seal_no"] not in leaves:
                leaves[row["seal_no"]] = _leaves(connection, row["seal_no"])
            entry["path"] = merkle_path(leaves[row["seal_no"]], row["position"])
        events.append(entry)
    if not leaves:
        return events, []
    chain = select(seal).where(seal.c.no >= min(leaves)).order_by(seal.c.no)
    return events, [seal_facts(to_seal(row)) for row in connection.execute(chain).mappings()]


def _leaves(connection: Connection, seal_no: int) -> list[bytes]:
    statement = (
        select(event_seal.c.leaf).where(event_seal.c.seal_no == seal_no).order_by(event_seal.c.position)
    )
    return [bytes.fromhex(leaf) for leaf in connection.execute(statement).scalars()]
