"""One write for each contender, and the processes that write at once (spawned processes need a real module)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from benchmarks.store.corpus import Record, records
from formserver.core.models import Projection
from formserver.store.sql_store import SqlStore

WRITERS, WRITES = 4, 50


def plain(record: Record) -> dict[str, Any]:
    """The same document for TinyDB: what was stated and what the server states."""
    return {"id": record.document.id, "body": record.content.body, "envelope": record.content.envelope}


def save(store: SqlStore, record: Record) -> None:
    """The same document for us, with more: history, index, projection and audit event, durably."""
    with store.uow(write=True) as u:
        u.documents.add(replace(record.document, check_token=""))
        u.documents.add_version(record.content)
        u.documents.project(record.document, Projection(facets=record.document.facets, text=record.text))
        u.events.append(record.event)


def tiny_writer(path: str, who: int) -> None:
    """Insert with one's own TinyDB on the shared file."""
    tiny = TinyDB(path, encoding="utf-8", ensure_ascii=False)
    for number in range(WRITES):
        tiny.insert({"who": who, "number": number, "pad": "现场监察" * 200})


def our_writer(url: str, storage: str, who: int) -> None:
    """Save with one's own store on the shared database."""
    store = SqlStore(url, Path(storage))
    for record in records((who + 1) * WRITES, start=who * WRITES):
        save(store, record)
    store.close()
