"""Files against the rows that name them, and seals against what was written outside the database."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sqlalchemy import Connection, select

from formserver.store.findings import Fault, Report
from formserver.store.rows import to_seal
from formserver.store.seals import seal_facts
from formserver.store.sql_store import SqlStore
from formserver.store.tables import document as d
from formserver.store.tables import rendition as r
from formserver.store.tables import seal as s

_BATCH = 1_000
_CHUNK = 1 << 20


def check_blobs(store: SqlStore, report: Report) -> None:
    """Every stored file hashes to its name, and every rendition has its file."""
    for sha256 in store.blobs.all_hashes():
        report.checked["文件"] += 1
        if _file_hash(store, sha256) != sha256:
            with store.unit() as u:
                report.add(Fault.BLOB, f"{_users(u.connection, sha256)}（{store.blobs.path(sha256)}）")
    last = ""
    while True:
        with store.unit() as u:
            page = select(r.c.id, r.c.blob_sha256).where(r.c.id > last).order_by(r.c.id).limit(_BATCH)
            rows = u.connection.execute(page).all()
            for _, sha256 in rows:
                if not store.blobs.exists(sha256):
                    report.add(Fault.MISSING_BLOB, f"{_users(u.connection, sha256)}（{sha256}）")
        if not rows:
            return
        report.checked["呈现件"] += len(rows)
        last = rows[-1][0]


def _file_hash(store: SqlStore, sha256: str) -> str:
    hasher = hashlib.sha256()
    try:
        with store.blobs.open(sha256) as file:
            while chunk := file.read(_CHUNK):
                hasher.update(chunk)
    except OSError:
        return ""  # a sector that cannot be read is damage too
    return hasher.hexdigest()


def _users(connection: Connection, sha256: str) -> str:
    statement = (
        select(d.c.title, d.c.id, r.c.version_no, r.c.kind, r.c.filename)
        .join(r, r.c.document_id == d.c.id)
        .where(r.c.blob_sha256 == sha256)
        .limit(5)
    )
    used = [
        f"文书《{title}》（{document_id}）第{no}版的{kind}“{filename}”"
        for title, document_id, no, kind, filename in connection.execute(statement)
    ]
    return "、".join(used) or "未被呈现件引用的文件"


def check_anchors(store: SqlStore, folder: Path, report: Report) -> None:
    """Every anchor file says what the seal of that number says."""
    for path in sorted(folder.glob("seal-*.json")):
        report.checked["库外存证"] += 1
        try:
            facts = json.loads(path.read_text("utf-8"))
            no = int(facts["no"])
        except (ValueError, KeyError, TypeError, OSError):
            report.add(Fault.ANCHOR, path.name, "存证文件无法读取")
            continue
        with store.unit() as u:
            row = u.connection.execute(select(s).where(s.c.no == no)).mappings().first()
        if row is None:
            report.add(Fault.ANCHOR, path.name, f"数据库中没有第{no}号封存")
        elif seal_facts(to_seal(row)) != facts:
            report.add(Fault.ANCHOR, path.name, f"第{no}号封存与当日存证不一致")
