"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.scans.models import Batch, BatchState, Original, ReadState, ScanPage, Source
from formserver.scans.tables import scan_batch as b
from formserver.scans.tables import scan_original as o
from formserver.scans.tables import scan_page as p


class ScanRepository:
    """Heaps, files and pages. Who may see a heap is the service's to say."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_batch(self, *, document_id: str = "", owner: str = "") -> Batch | None:
        """The open heap of a document, or (without one) the open heap of a person."""
        where = (b.c.state == BatchState.OPEN.value) & (b.c.document_id == document_id)
        if not document_id:
            where = where & (b.c.owner == owner)
        row = self._connection.execute(select(b).where(where).order_by(b.c.id)).mappings().first()
        return _batch(row) if row is not None else None

    def batch(self, batch_id: str) -> Batch:
        """Raises NOT_FOUND."""
        row = self._connection.execute(select(b).where(b.c.id == batch_id)).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这批签字件")
        return _batch(row)

    def lock(self, batch_id: str) -> Batch:
        """Like :meth:`batch`, holding the row until the unit ends."""
        query = select(b).where(b.c.id == batch_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这批签字件")
        return _batch(row)

    def add_batch(self, new: Batch) -> None:
        """Insert. The database allows one open heap per document."""
        self._connection.execute(insert(b).values(_batch_row(new)))

    def put_batch(self, changed: Batch) -> None:
        """Replace."""
        self._connection.execute(update(b).where(b.c.id == changed.id).values(_batch_row(changed)))

    def originals(self, batch: Batch) -> tuple[Original, ...]:
        """The files of a heap and those its pages came in, oldest first."""
        ids = select(p.c.original_id).where(p.c.batch_id == batch.id)
        query = select(o).where((o.c.batch_id == batch.id) | o.c.id.in_(ids)).order_by(o.c.added_at, o.c.id)
        return tuple(_original(row) for row in self._connection.execute(query).mappings())

    def original(self, original_id: str) -> Original:
        """Raises NOT_FOUND."""
        row = self._connection.execute(select(o).where(o.c.id == original_id)).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这个文件")
        return _original(row)

    def add_original(self, new: Original) -> None:
        """Insert."""
        self._connection.execute(insert(o).values(_original_row(new)))

    def put_original(self, changed: Original) -> None:
        """Replace."""
        self._connection.execute(update(o).where(o.c.id == changed.id).values(_original_row(changed)))

    def remove_original(self, original_id: str) -> None:
        """Forget a file of which no page could be read."""
        self._connection.execute(delete(p).where(p.c.original_id == original_id))
        self._connection.execute(delete(o).where(o.c.id == original_id))

    def pages(self, batch_id: str) -> tuple[ScanPage, ...]:
        """The pages of a heap in their order."""
        query = select(p).where(p.c.batch_id == batch_id).order_by(p.c.position, p.c.id)
        return tuple(_page(row) for row in self._connection.execute(query).mappings())

    def page(self, page_id: str) -> ScanPage:
        """Raises NOT_FOUND."""
        row = self._connection.execute(select(p).where(p.c.id == page_id)).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这一页")
        return _page(row)

    def pages_of(self, original_id: str) -> frozenset[int]:
        """Which pages of a file have been read."""
        query = select(p.c.no).where(p.c.original_id == original_id)
        return frozenset(self._connection.execute(query).scalars())

    def add_page(self, new: ScanPage) -> None:
        """Insert."""
        self._connection.execute(insert(p).values(_page_row(new)))

    def put_page(self, changed: ScanPage) -> None:
        """Replace."""
        self._connection.execute(update(p).where(p.c.id == changed.id).values(_page_row(changed)))


def _batch_row(item: Batch) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in Batch.__dataclass_fields__}
    return values | {
        "state": item.state.value,
        "typed": json.dumps(dict(item.typed), ensure_ascii=False),
        "created_at": format_instant(item.created_at),
        "updated_at": format_instant(item.updated_at),
    }


def _batch(row: Any) -> Batch:
    return Batch(
        **{
            **row,
            "state": BatchState(row["state"]),
            "typed": json.loads(row["typed"]),
            "created_at": parse_instant(row["created_at"]),
            "updated_at": parse_instant(row["updated_at"]),
        }
    )


def _original_row(item: Original) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in Original.__dataclass_fields__}
    return values | {"state": item.state.value, "added_at": format_instant(item.added_at)}


def _original(row: Any) -> Original:
    return Original(**{**row, "state": ReadState(row["state"]), "added_at": parse_instant(row["added_at"])})


def _page_row(item: ScanPage) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in ScanPage.__dataclass_fields__}
    return values | {
        "crop": ",".join(map(str, item.crop)),
        "source": item.source.value,
        "ink": json.dumps(item.ink),
    }


def _page(row: Any) -> ScanPage:
    left, top, right, bottom = (int(part) for part in row["crop"].split(","))
    return ScanPage(
        **{
            **row,
            "crop": (left, top, right, bottom),
            "source": Source(row["source"]),
            "ink": tuple((key, ink) for key, ink in json.loads(row["ink"])),
        }
    )
