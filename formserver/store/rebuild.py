"""Making everything derived anew from what is immutable: head rows, facets, measures and the search index.

Needed after the core learned to derive something else, and when verify says that head rows or projections differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select, update

from formserver.core.clock import format_instant
from formserver.core.errors import AppError
from formserver.core.models import Document, VersionContent
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.projections import write_projection
from formserver.store.rows import document_row, to_document
from formserver.store.sql_store import SqlStore, SqlUnit
from formserver.store.tables import document as d
from formserver.store.tables import version as v
from formserver.store.verify import Projector
from formserver.store.verify_documents import head_from_versions, name

_BATCH = 200


@dataclass(frozen=True, slots=True)
class RebuildOutcome:
    """How many documents were remade, how many head rows were wrong, and which could not be remade and why."""

    documents: int
    heads_repaired: int
    failures: tuple[str, ...]


def rebuild(
    store: SqlStore, project: Projector, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> RebuildOutcome:
    """Remake every document's derived rows, in the order of their last change, a few hundred per write unit.

    A document whose versions are damaged keeps what it has and is named in the outcome. The server may run: people
    who save meanwhile wait for one batch at most.
    """
    with store.unit() as u:
        total = u.connection.execute(select(func.count()).select_from(d)).scalar_one()
    done = repaired = 0
    failures: list[str] = []
    last = ("", "")
    while True:
        with store.unit(write=True) as u:
            batch = _page(u.connection, last)
            if not batch:
                return RebuildOutcome(done, repaired, tuple(failures))
            for document in batch:
                try:
                    repaired += _remake(u, document, project)
                except AppError as damaged:
                    failures.append(f"{name(document)}：{damaged}")
        done += len(batch)
        last = (format_instant(batch[-1].updated_at), batch[-1].id)
        progress(done, total)


def _page(connection: Connection, last: tuple[str, str]) -> list[Document]:
    after = (d.c.updated_at > last[0]) | ((d.c.updated_at == last[0]) & (d.c.id > last[1]))
    page = select(d).where(after).order_by(d.c.updated_at, d.c.id).limit(_BATCH).with_for_update()
    return [to_document(row) for row in connection.execute(page).mappings()]


def _remake(u: SqlUnit, document: Document, project: Projector) -> int:
    newest = select(func.max(v.c.no)).where(v.c.document_id == document.id)
    no = u.connection.execute(newest).scalar()
    if no is None:
        u.index.touch(document, "")
        return 0
    head: VersionContent = u.documents.version(document.id, no, SYSTEM_SCOPE)
    fresh = head_from_versions(document, head)
    projection = project(fresh, head)
    fresh = replace(fresh, facets=projection.facets)
    if fresh != document:
        u.connection.execute(update(d).where(d.c.id == document.id).values(document_row(fresh)))
    write_projection(u.connection, fresh, projection)
    u.index.touch(fresh, projection.text)
    return int(fresh != document)
