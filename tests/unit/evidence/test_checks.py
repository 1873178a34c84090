"""What is said about evidence, cleaned and checked; what files say of themselves."""

from __future__ import annotations

import io

import pytest

from formserver.evidence.checks import clean, moment, problems_of
from formserver.evidence.file_facts import duration_words, facts_of, media_type_of
from formserver.evidence.models import FIELDS, case_key_of
from formserver.evidence.sheets import read_csv, read_text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-05-06", "2026-05-06"),
        ("2026-05-06 9:05", "2026-05-06T09:05"),
        ("2026年5月6日9时5分", "2026-05-06T09:05"),
        ("2026.5.6 14：30", "2026-05-06T14:30"),
        ("2026-05-06T09:30", "2026-05-06T09:30"),
        ("2026-02-30", ""),
        ("5月6日", ""),
        ("", ""),
    ],
)
def test_times(text, read):
    assert moment(text) == read


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": ""}, "REQUIRED"),
        ({"title": "长" * 121}, "TOO_LONG"),
        ({"kind": "证物"}, "NOT_A_CHOICE"),
        ({"place": "两\n行"}, "LINE_END"),
        ({"taken_at": "那天"}, "NOT_A_TIME"),
        ({"note": "坏\x00字"}, None),
        ({"note": "多\n行", "title": "好"}, ""),
    ],
)
def test_problems_name_their_field(values, code):
    found = problems_of(clean(values))
    if code == "":
        assert found == []
        return
    assert found
    assert found[0].label in {info.label for info in FIELDS}
    if code:
        assert [p.code for p in found] == [code]


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WAVE", b"\x00\x00\x00\x00ftyp" * 50]
)
@pytest.mark.parametrize(
    "media", ["image/jpeg", "audio/wav", "video/mp4", "application/pdf", "text/csv", "font/ttf"]
)
def test_broken_files_say_nothing(data, media):
    facts = facts_of(io.BytesIO(data), len(data), media)
    assert facts.pages == 0
    assert facts.proposed == {}


def test_a_hostile_film_does_not_turn_in_circles():
    assert facts_of(io.BytesIO(b"\x00\x00\x00\x08free" * 100_000), 800_000, "video/mp4").extent == ""
    assert facts_of(io.BytesIO(b"\x00\x00\x00\x01moov" + b"\xff" * 8), 16, "video/mp4").extent == ""


def test_lengths_in_words():
    assert [duration_words(n) for n in (0, 59, 205, 3_723, 1e9)] == ["", "59秒", "3分25秒", "1小时2分3秒", ""]


def test_a_text_is_a_table_only_by_its_name():
    assert media_type_of("text/plain", "报表.CSV") == "text/csv"
    assert media_type_of("text/html", "报表.csv") == "text/html"


def test_numbers_count_in_the_task_else_the_year_else_the_paper():
    common = {"agency_id": "a", "document_id": "d", "year": 2026}
    assert case_key_of(**common, enterprise_id="e", task_id="t") == "task:a:t:e"
    assert case_key_of(**common, enterprise_id="e", task_id="") == "year:a:e:2026"
    assert case_key_of(**common, enterprise_id="", task_id="t") == "document:d"


def test_tables_and_texts_are_cut_at_whole_characters():
    text, more = read_text(io.BytesIO("证".encode() * 200_000))
    assert more
    assert set(text) == {"证"}
    sheet = read_csv(io.BytesIO("\n".join(f"{n};值{n}" for n in range(900)).encode("gb18030")), "表.csv")
    assert (len(sheet.rows), sheet.more, sheet.rows[3]) == (500, True, ("3", "值3"))
