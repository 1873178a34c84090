"""Is the record whole? Everything that can be recomputed is recomputed; every finding names its place in Chinese.

Reads in key order and in bounded memory, in many short read units, so that a running server is not held up. Finds
apart: a damaged database file, a broken or changed chain, a missing version, a damaged content row, a changed or
missing event, a broken seal, an anchor that does not match, rendition rows other than the sealed events announced, a
register of numbers that does not fit the documents, a missing or damaged file, a head row or a projection that differs
from what the versions say, and events no seal covers yet.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import text

from formserver.core.errors import AppError
from formserver.core.models import Document, Projection, VersionContent
from formserver.store.engine import is_sqlite
from formserver.store.failures import DATABASE_DAMAGED
from formserver.store.findings import Fault, Report
from formserver.store.sql_store import SqlStore
from formserver.store.verify_documents import check_contents, check_documents
from formserver.store.verify_files import check_anchors, check_blobs
from formserver.store.verify_numbers import check_numbers
from formserver.store.verify_renditions import check_renditions
from formserver.store.verify_seals import check_seals

Projector = Callable[[Document, VersionContent], Projection]
"""How the core derives what queries need from a head version; the application gives it to verify and rebuild."""
Progress = Callable[[str], None]


def verify(
    store: SqlStore,
    *,
    project: Projector | None = None,
    anchors: Path | None = None,
    progress: Progress = lambda _: None,
    more: Sequence[tuple[str, Callable[[SqlStore, Report], None]]] = (),
) -> Report:
    """Check the whole store. Without ``project`` projections are not compared; without ``anchors`` no anchor is.

    ``progress`` is told in Chinese what is being checked. ``more`` are the steps of slices: title and check. Writes
    nothing.
    """
    report = Report()

    def database() -> None:
        _check_database(store, report)

    def anchored() -> None:
        if anchors is not None:
            check_anchors(store, anchors, report)

    added = tuple((title, functools.partial(check, store, report)) for title, check in more)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("检查数据库文件", database),
        ("检查内容", lambda: check_contents(store, report)),
        ("检查文书与版本", lambda: check_documents(store, report, project)),
        ("检查呈现件登记", lambda: check_renditions(store, report)),
        ("检查文号登记簿", lambda: check_numbers(store, report)),
        *added,
        ("检查操作记录与封存", lambda: check_seals(store, report)),
        ("检查库外存证", anchored),
        ("检查文件", lambda: check_blobs(store, report)),
    )
    for title, step in steps:
        progress(title)
        try:
            step()
        except AppError as damaged:  # one unreadable page must not hide what the other steps find
            if damaged.code is not DATABASE_DAMAGED:
                raise
            report.add(Fault.DATABASE, f"{title}时", str(damaged.params["detail"]))
    return report


def _check_database(store: SqlStore, report: Report) -> None:
    if not is_sqlite(store.engine):
        return  # PostgreSQL checks its pages as it reads them
    with store.unit() as u:
        for (line,) in u.connection.execute(text("PRAGMA quick_check(20)")):
            if line != "ok":
                report.add(Fault.DATABASE, "数据库", line)
