"""By which letters a name is found, and when two names or codes are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.enterprises.finding import initials, name_key, sort_key, uscc_key, words_of


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("川西水泥有限公司", "cxsn"),
        ("重庆长安汽车", "cqca"),
        ("3M中国有限公司", "3mzg"),
        ("成都（金堂）ＡＢＣ厂", "cdjtabcc"),
        ("长虹电器", "chdq"),
    ],
)
def test_initials_are_what_people_type(name, typed):
    assert f" {typed}" in initials(name)


def test_brackets_blanks_and_width_make_no_other_firm():
    assert name_key("川西水泥（集团） 有限公司") == name_key("川西水泥(集团)有限公司")
    assert name_key("川西水泥") != name_key("川西水泥厂")


def test_codes_are_compared_without_blanks_case_and_width():
    assert uscc_key(" ９１51 0000-1234 5678 8g ") == "91510000123456788G"


def test_a_list_is_in_the_order_of_pinyin():
    assert sorted(["锦江玻璃", "川西水泥", "绵阳钢铁"], key=sort_key) == ["川西水泥", "锦江玻璃", "绵阳钢铁"]


def test_a_search_has_at_most_five_words():
    assert words_of("  川西　水泥 a b c d e") == ["川西", "水泥", "a", "b", "c"]


@given(st.text(max_size=60))
def test_no_name_breaks_the_keys(name):
    for make in (initials, name_key, sort_key, uscc_key):
        assert isinstance(make(name), str)
