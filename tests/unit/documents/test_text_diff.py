"""What differs inside two texts: nothing is lost, numbers stay whole, hardly related texts are not chopped up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.documents.text_diff import MOST_WORK, text_pieces, work


def changed(pieces: tuple[object, ...]) -> list[str]:
    return [p.text for p in pieces if p.changed]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("实测电耗为86.5kWh/t，见附件。", "实测电耗为87.5kWh/t，详见附件。", ["86.5"], ["87.5", "详"]),
        ("第12条", "第13条", ["12"], ["13"]),
        ("2026-05-06", "2026-05-16", ["2026-05-06"], ["2026-05-16"]),
        ("完全不同", "没有关系呀", ["完全不同"], ["没有关系呀"]),
        ("相同", "相同", [], []),
    ],
)
def test_changes_are_marked_where_they_are(old: str, new: str, gone: list[str], come: list[str]) -> None:
    left, right = text_pieces(old, new)
    assert (changed(left), changed(right)) == (gone, come)


@given(
    st.text(alphabet="节能监察12.5 \nab。；", max_size=80),
    st.text(alphabet="节能监察12.5 \nab。；", max_size=80),
)
def test_both_texts_come_out_as_they_went_in(old: str, new: str) -> None:
    left, right = text_pieces(old, new)
    assert "".join(p.text for p in left) == old
    assert "".join(p.text for p in right) == new


def test_very_long_texts_are_compared_by_sentences() -> None:
    sentences = [f"第{n}项现场核查情况属实。" for n in range(2_000)]
    other = ["插入的一句。", *sentences[:900], "改过的一句。", *sentences[901:], "最后加的一句。"]
    assert work(list("".join(sentences)), list("".join(other))) > MOST_WORK
    left, right = text_pieces("".join(sentences), "".join(other))
    assert changed(left) == ["第900项现场核查情况属实。"]
    assert changed(right) == ["插入的一句。", "改过的一句。", "最后加的一句。"]
