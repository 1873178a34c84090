"""Marks never let stored text become markup, and never change what it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from formserver.core.store_ports import MARK_END, MARK_START
from formserver.web.marking import mark_snippet, mark_words

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


def plain(markup):
    return html.fromstring(f"<p>{markup}</p>").text_content() if markup else ""


@given(TEXTS, TEXTS)
def test_what_is_read_is_what_was_stored(stored, words):
    found = str(mark_words(stored, words))
    assert "<" not in found.replace("<mark>", "").replace("</mark>", "")
    assert found.count("<mark>") == found.count("</mark>")
    if "\x00" not in stored:
        assert plain(found) == stored


def test_every_word_is_marked_wherever_it_stands_the_longest_first():
    assert mark_words("川西水泥 CX水泥厂", "水泥 cx 水泥厂") == (
        "川西<mark>水泥</mark> <mark>CX</mark><mark>水泥厂</mark>"
    )


def test_signs_of_patterns_and_of_markup_are_plain_text():
    assert mark_words("浓度<5 & pH>7", "<5 .*") == "浓度<mark>&lt;5</mark> &amp; pH&gt;7"
    assert mark_words("(a+b)", "(a+") == "<mark>(a+</mark>b)"
    assert mark_words("没有词", "   ") == "没有词"


def test_a_snippet_is_escaped_before_it_is_marked():
    snippet = f"<b>{MARK_START}水泥{MARK_END}</b>"
    assert mark_snippet(snippet) == "&lt;b&gt;<mark>水泥</mark>&lt;/b&gt;"


def test_stored_marks_do_not_count_as_hits():
    assert mark_words(f"a{MARK_START}b", "zz") == "ab"
