"""A small store worth verifying, and ways to damage it behind the triggers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from formserver.core.ids import new_id
from formserver.core.models import (
    Document,
    Facets,
    Measure,
    NumberEntry,
    NumberStatus,
    Projection,
    Rendition,
    RenditionKind,
    Series,
    VersionContent,
    rendition_digest,
)
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.findings import Report
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.support.records import START, make_document, make_event, save, saved


def project(document: Document, content: VersionContent) -> Projection:
    """What the core's projection does, for the bodies of these tests."""
    return Projection(
        facets=Facets(enterprise_name="川西水泥有限公司"),
        extra_facets={"shift": ("早", "晚")},
        measures=(Measure("power", "r1", "熟料", "2025", str(content.body["n"]), "kWh"),),
        text=f"正文第{content.body['n']}次",
    )


def filled(store: SqlStore) -> Document:
    """Three documents, one with a number, three versions, a rendition and sealed events; the first is returned."""
    document = make_document(title="水泥厂通知书", number="川节监通〔2026〕1号")
    for n in (1, 2, 3):
        with store.uow(write=True) as u:
            if n == 1:
                u.documents.add(document)
                series = Series(document.agency_id, document.type, 2026)
                seq = u.numbers.allocate(series)
                u.numbers.record(
                    NumberEntry(series, seq, NumberStatus.ISSUED, document.number, document.id, "张三", START)
                )
            document = save(u, document, {"n": n})
            content = u.documents.version(document.id, n, SYSTEM_SCOPE)
            u.documents.project(document, project(document, content))
    for _ in range(2):
        other = saved(store, make_document(), {"n": 7})
        with store.uow(write=True) as u:
            u.documents.project(other, project(other, u.documents.version(other.id, 1, SYSTEM_SCOPE)))
    blob = store.blobs.put_bytes(b"PK docx")
    with store.uow(write=True) as u:
        paper = Rendition(
            new_id(),
            document.id,
            3,
            RenditionKind.DOCX,
            blob.sha256,
            7,
            "x",
            "通知书.docx",
            1,
            "",
            "u",
            START,
        )
        u.renditions.add(paper)
        announced = {"version": 3, "renditions": {paper.id: rendition_digest(paper)}}
        u.events.append(make_event(document.id, action="document.finalise", subject="打印", data=announced))
    seal_all(store, START)
    return document


def tamper(store: SqlStore, *statements: str) -> None:
    """Change data as somebody with full power over the database would: without the triggers."""
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars()
            for name in names.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("version", "content", "event", "event_seal", "seal", "rendition"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                connection.execute(text(f"GRANT UPDATE, DELETE ON {table} TO CURRENT_USER"))
        for statement in statements:
            connection.execute(text(statement))


def check(store: SqlStore, **options: Any) -> Report:
    return verify(store, project=project, **options)
