from datetime import date

import pytest

from formserver.core.definitions.citations import citation_problems
from formserver.core.definitions.document_type import load_document_type
from formserver.core.definitions.libraries import (
    ClauseLibrary,
    LawRegister,
    article_number,
    chinese_number,
    law_from_json,
)
from formserver.core.errors import Severity
from formserver.core.pinyin import initials

ENERGY = {
    "$id": "laws/energy",
    "title": "中华人民共和国节约能源法",
    "short": "节约能源法",
    "aliases": ["节能法"],
    "kind": "法律",
    "editions": [
        {
            "version_date": "2018-10-26",
            "valid_from": "2018-10-26",
            "confidence": "verified",
            "last_article": 87,
            "articles": [
                {
                    "article": "12",
                    "summary": "节能监督检查，不得收费。",
                    "topics": ["监督检查"],
                    "confidence": "verified",
                },
                {
                    "article": "16",
                    "title": "限额",
                    "summary": "单位产品能耗限额标准。",
                    "confidence": "verified",
                },
            ],
        },
        {
            "version_date": "2016-07-02",
            "valid_from": "2016-07-02",
            "valid_to": "2018-10-25",
            "confidence": "recalled",
            "last_article": 86,
            "articles": [{"article": "12", "summary": "旧文。", "confidence": "recalled"}],
        },
    ],
    "sets": {"notice": [{"article": "12", "order": 10}]},
}
RULES = {
    "$id": "laws/rules",
    "title": "工业节能监察办法",
    "kind": "部门规章",
    "initials": "gyjnjcbf",
    "editions": [
        {"version_date": "2022-12-22", "valid_from": "2023-02-01", "confidence": "verified", "articles": []}
    ],
    "sets": {"notice": [{"order": 20}]},
}
TODAY = date(2026, 5, 6)


@pytest.fixture(scope="module")
def laws():
    return LawRegister([law_from_json(ENERGY), law_from_json(RULES)])


@pytest.mark.parametrize(
    "name", ["中华人民共和国节约能源法", "《节约能源法》", "节能法", "节约能源法（2018修正）", "energy"]
)
def test_a_law_is_found_under_every_name(laws, name):
    assert laws.find(name).key == "energy"


def test_the_text_of_the_day_of_the_conduct_is_given(laws):
    edition, article = laws.law_articles("节约能源法", "第十二条", date(2017, 1, 1))
    assert (edition.version_date, article.summary) == (date(2016, 7, 2), "旧文。")
    edition, article = laws.law_articles("节约能源法", "12", date(2018, 10, 26))
    assert (edition.version_date, article.summary) == (date(2018, 10, 26), "节能监督检查，不得收费。")
    assert laws.law_articles("节约能源法", "12", date(2010, 1, 1)) is None
    assert laws.law_articles("节约能源法", "80", TODAY)[1] is None


@pytest.mark.parametrize(
    ("law", "article", "on", "ok"),
    [
        ("节约能源法", "12", TODAY, True),
        ("节约能源法", "87", TODAY, True),
        ("节约能源法", "88", TODAY, False),
        ("节约能源法", "第八十八条", TODAY, False),
        ("节约能源法", "", TODAY, True),
        ("节约能源法", "12", date(2010, 1, 1), False),
        ("工业节能监察办法", "300", TODAY, True),
        ("工业节能监察办法", "3", date(2023, 1, 31), False),
        ("某市2026年节能监察计划", "", TODAY, True),
    ],
)
def test_a_citation_is_checked_against_the_text_in_force(laws, law, article, on, ok):
    found = laws.check(law, article, on)
    assert found.ok is ok
    assert ok or found.message.endswith("请核对。")


def test_a_set_gives_rows_in_order_with_the_date_of_the_text(laws):
    assert laws.law_set("notice", TODAY) == [
        {"law": "中华人民共和国节约能源法", "article": "12", "version_date": "2018-10-26"},
        {"law": "工业节能监察办法", "version_date": "2022-12-22"},
    ]
    assert [row["law"] for row in laws.law_set("notice", date(2017, 1, 1))] == ["中华人民共和国节约能源法"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("节能法", ("energy", None)),
        ("jynyf", ("energy", None)),
        ("JYNYF 12", ("energy", "12")),
        ("节约能源法 第十六条", ("energy", "16")),
        ("限额", ("energy", "16")),
        ("监督检查", ("energy", "12")),
        ("gyjnjc", ("rules", None)),
        ("jynyf12", ("energy", "12")),
        ("jnf12", ("energy", "12")),
        ("jynyf第12条", ("energy", "12")),
        ("节约能源法16", ("energy", "16")),
        (
            "jynyf30",
            ("energy", "30"),
        ),  # a text of 87 articles has a 30th, though the register does not tell of it
    ],
)
def test_the_picker_searches_by_words_initials_and_article(laws, query, first):
    hit = laws.search(query, TODAY)[0]
    assert (hit.law.key, hit.article.number if hit.article else None) == first


def test_the_picker_offers_every_law_for_an_empty_query_and_nothing_for_nonsense(laws):
    assert {hit.law.key for hit in laws.search("", TODAY)} == {"energy", "rules"}
    assert laws.search("火星", TODAY) == []
    assert len(laws.search("节", TODAY, limit=1)) == 1


def test_article_numbers_and_initials():
    assert [article_number(x) for x in ("第十二条", "第12条", "１２", "5.2", "第一百零二条")] == [
        "12",
        "12",
        "12",
        "5.2",
        "102",
    ]
    assert [chinese_number(x) for x in ("十", "二十", "二十三", "一百一十")] == [10, 20, 23, 110]
    assert initials("节约能源法") == ("jynyf",)


def test_library_items_are_chosen_by_key_or_topic():
    items = (
        {"key": "a", "text": "甲", "task_types": ["x"]},
        {"key": "b", "text": "乙"},
        {"key": "c", "text": "丙", "task_types": ["y"]},
    )
    library = ClauseLibrary("n", "2026-01", "名", "text", "0" * 64, "verified", items)
    assert [i["key"] for i in library.select()] == ["a", "b", "c"]
    assert [i["key"] for i in library.select(key="b")] == ["b"]
    assert [i["key"] for i in library.select(topic="task_types", chosen=["y"])] == ["b", "c"]
    assert library.text_of(library.select()) == "甲\n乙\n丙"


def test_wrong_citations_of_a_paper_are_warnings_at_their_row(laws, schema):
    schema["properties"]["refs"] = {
        "type": "array",
        "title": "依据",
        "x-section": "base",
        "x-row-title": "依据",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["law"],
            "properties": {
                "_k": {"$ref": "#/$defs/_k"},
                "law": {"type": "string", "title": "名称"},
                "article": {"type": "string", "title": "条"},
            },
        },
    }
    dt = load_document_type(schema)
    body = {
        "refs": [
            {"_k": "aaaaaaaa", "law": "节约能源法", "article": "12"},
            {"_k": "bbbbbbbb", "law": "节约能源法", "article": "99"},
        ]
    }
    (problem,) = citation_problems(dt, body, laws, TODAY)
    assert (problem.pointer, problem.label, problem.severity) == (
        "/refs/1/law",
        "依据 第2行 · 名称",
        Severity.WARNING,
    )
