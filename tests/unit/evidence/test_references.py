"""How a paper cites evidence: written and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.clock import FixedClock
from formserver.evidence.references import Citation, citations, cited_in, clock_text, reference_text
from tests.support.house import House


@given(
    no=st.integers(1, 9_999),
    title=st.text(min_size=1, max_size=80),
    page=st.integers(0, 9_999),
    second=st.integers(0, 90_000),
)
def test_what_is_written_is_read_back(no, title, page, second):
    if "》" in title or not title.strip():
        title = "台账"
    text = reference_text(no, title, page=page, second=0 if page else second)
    assert next(citations(text)) == Citation(no, page, 0 if page else second)
    assert "、" not in text
    assert len(text) <= 60


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("证据3", [Citation(3)]),
        ("见证据 12《水泥磨电耗台账》（第 5 页）。", [Citation(12, 5)]),
        ("证据１《台账》第２页", [Citation(1, 2)]),
        ("证据5《录像》12:30", [Citation(5, 0, 750)]),
        ("证据5 1:02:03", [Citation(5, 0, 3723)]),
        ("证据1、证据2第3页", [Citation(1), Citation(2, 3)]),
        ("证据确凿；证据清单；证据", []),
        ("证据123456", []),
        ("证据3《未写完", [Citation(3)]),
    ],
)
def test_what_people_type(text, found):
    assert list(citations(text)) == found


def test_a_long_text_is_searched_in_no_time():
    assert list(citations("证据" * 200_000)) == []
    assert len(list(citations("证据1《" * 50_000))) > 0


def test_places_are_named_by_row_and_the_list_itself_cites_nothing():
    house = House()
    dt = house.catalogue.type("inquiry_record")
    body = {"qa": [{"_k": "abcd1234", "q": "问", "a": "见证据2第3页", "evidence_shown": ["证据1"]}]}
    found = cited_in(dt, body)
    assert {(one.pointer, one.citation.no, one.citation.page) for one in found} == {
        ("/qa/@abcd1234/a", 2, 3),
        ("/qa/@abcd1234/evidence_shown", 1, 0),
    }
    assert all("第1行" in one.label.replace(" ", "") for one in found)
    assert (
        cited_in(
            house.catalogue.type("evidence_list"), {"items": [{"_k": "abcd1234", "evidence_no": "证据1"}]}
        )
        == []
    )
    assert isinstance(house.clock, FixedClock)


def test_a_page_in_a_column_of_its_own_belongs_to_the_citation():
    dt = House().catalogue.type("site_record")
    rows = [{"_k": "abcd1234", "no": "证据4", "title": "台账", "page": "第7页"}]
    found = cited_in(dt, {"sections": [{"_k": "efgh5678", "evidence": rows}]})
    assert [(one.citation.no, one.citation.page) for one in found] == [(4, 7)]


def test_seconds_as_a_clock():
    assert clock_text(3723) == "01:02:03"
