"""How text becomes tokens, and a typed query becomes what must be found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formserver.store.search import fts_expression, vector_expressions
from formserver.store.tokens import (
    MAX_TOKENS,
    clean_text,
    lower,
    pinyin_words,
    read_query,
    scope_token,
    snippet,
    text_tokens,
)


def test_chinese_is_indexed_by_character_and_pair() -> None:
    assert text_tokens("节能法") == {"节", "能", "法", "节能", "能法"}


def test_letters_and_digits_are_words_of_their_own() -> None:
    assert text_tokens("GB17167-2006，86.5kWh") == {"wgb", "w17167", "w2006", "w86", "w5", "wkwh"}


def test_pairs_do_not_reach_across_punctuation() -> None:
    assert "能监" not in text_tokens("节能，监察")


def test_supplementary_characters_are_chinese_too() -> None:
    assert text_tokens("𠮷野") == {"𠮷", "野", "𠮷野"}


def test_a_name_is_found_by_initials_from_any_character_on() -> None:
    words = pinyin_words("重庆川西水泥")
    assert {"zqcxsn", "cxsn", "chuanxishuini"} <= words or {"cqcxsn", "cxsn", "chuanxishuini"} <= words
    assert pinyin_words("ABC 123") == frozenset()


def test_wide_letters_become_narrow_and_control_characters_blanks() -> None:
    assert clean_text("ＧＢ１７\x02a\x00\n") == "GB17 a \n"


def test_a_query_is_cut_at_blanks_and_long_parts_are_phrases() -> None:
    query = read_query(" 能源计量  GB17 水 ")
    assert query.tokens == {"能源", "源计", "计量", "wgb", "水"}
    assert query.prefixes == {"w17"}
    assert query.phrases == ("能源计量", "gb17")


def test_the_tokens_of_one_document_are_bounded() -> None:
    text = "".join(chr(0x4E00 + i % 20_000) + chr(0x4E00 + i * 7 % 20_000) for i in range(90_000))
    assert len(text_tokens(text + "，" + text[::-1])) <= 3 * MAX_TOKENS


def test_a_snippet_shows_the_surroundings_of_the_first_hit() -> None:
    text = "甲" * 100 + "计量器具" + "乙" * 100
    shown = snippet(text, ("计量",), start="[", end="]")
    assert "[计量]器具" in shown
    assert shown.startswith("…甲")
    assert shown.endswith("乙…")
    assert snippet("无", ("计量",), start="[", end="]") == "无"


@given(st.text(max_size=60))
def test_whatever_is_typed_the_expressions_hold_only_quoted_tokens(typed: str) -> None:
    query = read_query(typed)
    expression = fts_expression([{scope_token("a", typed)}], query)
    outside = "".join(expression.split('"')[::2])
    assert set(outside) <= set("() ANDOR*")
    for part in vector_expressions([{scope_token("a", typed)}], query):
        assert set("".join(part.split("'")[::2])) <= set("() |&:*")
        assert "\\" not in part


@given(st.text(min_size=1, max_size=80), st.data())
def test_every_part_of_a_text_finds_it_by_tokens(text: str, data: st.DataObject) -> None:
    cleaned = clean_text(text)
    start = data.draw(st.integers(0, len(cleaned) - 1))
    end = data.draw(st.integers(start + 1, len(cleaned)))
    part = cleaned[start:end]
    tokens = text_tokens(cleaned)
    query = read_query(part)
    starts_inside_a_word = start > 0 and cleaned[start - 1].isalnum() and cleaned[start].isalnum()
    if not starts_inside_a_word:
        assert all(any(t.startswith(p) for t in tokens) for p in query.prefixes)
    assert all(phrase in lower(cleaned) for phrase in query.phrases if "〔" not in phrase)
