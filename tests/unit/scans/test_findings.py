"""What is said about a heap of pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from formserver.core.definitions.document_type import Slot
from formserver.core.errors import AppError
from formserver.scans.binding import as_it_is, require_settled
from formserver.scans.editing import BAD_CROP, _checked_crop, _turned
from formserver.scans.findings import findings
from formserver.scans.models import Original, ReadState, ScanPage, Source
from formserver.scans.ordering import as_listed, in_printed_order, moved
from formserver.scans.printed import Printed

SIGNS = Slot("ent", "被监察单位签名", "signature", "enterprise", every_page=True)
ROWS = Slot("pledgers", "承诺人签名", "signature", "pledger", minimum=2, area="below")
SEAL = Slot("seal", "印章", "seal", "organ", optional=True)


def page(no: int, **changes: Any) -> ScanPage:
    known = {"token": "t", "document_id": "d", "version_no": 2, "page_no": no, "source": Source.CODE}
    return ScanPage(f"p{no}", "b", "o", no, no, "", **{**known, **changes})


def said(*pages: ScanPage, slots: tuple[Slot, ...] = (), count: int = 2) -> list[str]:
    paper = Printed(2, count, "x", slots)
    return [f.text for f in findings("d", paper, pages, {"other": "送达回证"})]


def test_a_complete_heap_needs_no_word() -> None:
    assert said(page(1), page(2)) == []


def test_every_missing_page_is_named() -> None:
    assert said(page(2), count=4) == ["缺第1页。", "缺第3页。", "缺第4页。"]


def test_pages_taken_out_do_not_count() -> None:
    assert said(page(1), page(2), page(2, dropped=True, document_id="other")) == []
    assert said(page(1), page(2, dropped=True)) == ["缺第2页。"]


def test_a_foreign_page_blocks_and_is_named_only_to_those_who_may_see_it() -> None:
    paper = Printed(2, 1, "x", ())
    for document, text in (
        ("other", "第2张是另一份文书《送达回证》的第1页，请移出。"),
        ("hidden", "第2张是不属于本单位可见的文书，请移出。"),
        ("", "第2张是不属于本单位可见的文书，请移出。"),
    ):
        found = findings("d", paper, [page(1), page(1, document_id=document)], {"other": "送达回证"})
        assert [f.text for f in found] == [text]
        assert found[0].blocks


def test_an_old_page_is_named_with_both_versions_and_does_not_stand_in() -> None:
    assert said(page(1, version_no=1), page(2)) == ["第1页是旧版（第1版，现行第2版已重新打印）。"]


def test_a_page_given_by_hand_counts_like_one_with_a_code() -> None:
    assert said(page(1), page(2, token="", source=Source.MANUAL)) == []


def test_an_empty_place_on_every_page_is_named_page_by_page() -> None:
    pages = [page(1, ink=(("ent", 25.0),)), page(2, ink=(("ent", 0.4),))]
    assert said(*pages, slots=(SIGNS,)) == ["第2页“被监察单位签名”处似为空白，请核对。"]
    unsure = [page(1, ink=(("ent", 25.0),)), page(2, ink=(("ent", None),))]
    assert said(*unsure, slots=(SIGNS,)) == ["第2页“被监察单位签名”处无法自动核对，请看图确认。"]


def test_a_column_of_signatures_needs_as_many_as_must_sign() -> None:
    two = (("pledgers", 20.0), ("pledgers", 18.0), ("pledgers", 0.0))
    one = (("pledgers", 20.0), ("pledgers", 0.0), ("pledgers", 0.0))
    assert said(page(1), page(2, ink=two), slots=(ROWS,)) == []
    assert said(page(1), page(2, ink=one), slots=(ROWS,)) == ["第2页“承诺人签名”处似为空白，请核对。"]


def test_an_optional_place_may_stay_empty() -> None:
    assert said(page(1, ink=(("seal", 0.0),)), page(2), slots=(SEAL,)) == []


def test_what_blocks_cannot_be_ticked_away() -> None:
    found = findings("d", Printed(2, 2, "x", ()), [page(1, document_id="other")], {})
    keys = {f.key for f in found}
    with pytest.raises(AppError) as caught:
        require_settled(found, keys)
    assert [p.message for p in caught.value.problems] == ["第1张是不属于本单位可见的文书，请移出。"]
    missing = [f for f in found if not f.blocks]
    assert missing
    require_settled(missing, keys)
    with pytest.raises(AppError):
        require_settled(missing, ())


def test_pages_are_sorted_by_what_the_paper_says_and_strangers_come_last() -> None:
    heap = [page(1, page_no=3), page(2, page_no=0, document_id=""), page(3, page_no=1)]
    assert [(p.id, p.position) for p in in_printed_order(heap, ["o"])] == [("p3", 1), ("p1", 2), ("p2", 3)]


def test_moving_stops_at_the_ends_and_listing_keeps_the_rest() -> None:
    heap = [page(1), page(2), page(3)]
    assert list(moved(heap, "p1", -1)) == []
    assert [(p.id, p.position) for p in moved(heap, "p1", 9)] == [("p2", 1), ("p3", 2), ("p1", 3)]
    assert [(p.id, p.position) for p in as_listed(heap, ["p3", "nobody"])] == [
        ("p3", 1),
        ("p1", 2),
        ("p2", 3),
    ]


def test_four_quarter_turns_give_the_page_back_with_its_edges() -> None:
    start = page(1, crop=(100, 200, 900, 950))
    turned = _turned(start, 90)
    assert turned.crop == (50, 100, 800, 900)
    for _ in range(3):
        turned = _turned(turned, 90)
    assert turned == start
    assert _turned(_turned(start, 270), 90) == start
    assert _turned(_turned(start, 180), -180) == start


@pytest.mark.parametrize(
    "crop", [(0, 0, 50, 1000), (-1, 0, 1000, 1000), (600, 0, 400, 1000), (0, 0, 1001, 1000)]
)
def test_edges_that_leave_nothing_are_refused(crop: tuple[int, int, int, int]) -> None:
    with pytest.raises(AppError) as caught:
        _checked_crop(crop)
    assert caught.value.code is BAD_CROP


def test_only_a_whole_untouched_pdf_is_kept_as_the_scan_itself() -> None:

    now = datetime(2026, 11, 9, tzinfo=UTC)
    pdf = Original("o", "b", "x", "a.pdf", "application/pdf", 1, 2, True, ReadState.READ, "", "u", now)
    assert as_it_is([page(1), page(2)], [pdf])
    assert not as_it_is([page(2), page(1)], [pdf])
    assert not as_it_is([page(1)], [pdf])
    assert not as_it_is([page(1), page(2, rotation=90)], [pdf])
