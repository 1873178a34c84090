"""The order of the pages of a heap; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from formserver.scans.models import ScanPage


def in_printed_order(pages: Sequence[ScanPage], originals: Sequence[str]) -> Iterator[ScanPage]:
    """The pages whose position changes when they are sorted by what their codes say.

    Pages of one paper stand together by their printed numbers; those nobody knows come last, as they were uploaded.
    """
    place = {original: index for index, original in enumerate(originals)}

    def key(page: ScanPage) -> tuple[bool, str, int, int, int]:
        known = bool(page.document_id and page.page_no)
        return (
            not known,
            page.document_id if known else "",
            page.page_no if known else 0,
            place.get(page.original_id, len(place)),
            page.no,
        )

    yield from renumbered(sorted(pages, key=key))


def moved(pages: Sequence[ScanPage], page_id: str, by: int) -> Iterator[ScanPage]:
    """The pages whose position changes when one moves by ``by`` places."""
    order = list(pages)
    at = next((index for index, page in enumerate(order) if page.id == page_id), None)
    if at is not None:
        page = order.pop(at)
        order.insert(min(max(at + by, 0), len(order)), page)
    yield from renumbered(order)


def as_listed(pages: Sequence[ScanPage], ids: Sequence[str]) -> Iterator[ScanPage]:
    """The pages whose position changes when they follow ``ids``; what is not listed keeps its order behind."""
    place = {page_id: index for index, page_id in enumerate(ids)}
    yield from renumbered(sorted(pages, key=lambda page: place.get(page.id, len(place))))


def renumbered(order: Sequence[ScanPage]) -> Iterator[ScanPage]:
    """``order`` as positions from 1; only pages that change."""
    for position, page in enumerate(order, 1):
        if page.position != position:
            yield dataclasses.replace(page, position=position)
