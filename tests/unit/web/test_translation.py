"""English by catalogue: what is replaced, and above all what is not."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from formserver.web.translation import Catalogue, Translated, script_texts, translate_script

CATALOGUE = Catalogue(
    {
        "保存": "Save",
        "草稿": "Draft",
        "搜索文书": "Search documents",
        "已取号：{}。": "Number taken: {}.",
        "第{}版由{}保存": "{1} saved version {0}",
        "还缺 {} 处": "{} places missing",
        "已暂存 {}": "Kept at {}",
        "待审核": "In review",
    }
)


def draw(source: str, **values: object) -> str:
    environment = Environment(autoescape=True)
    environment.fs_catalogue = CATALOGUE  # type: ignore[attr-defined]
    environment.add_extension(Translated)
    environment.globals["url_for"] = lambda endpoint, **more: f"/{endpoint}?{more}"
    return environment.from_string(source).render(values)


def test_texts_and_attributes_of_a_template_are_replaced():
    made = draw('<input placeholder="搜索文书"><button>\n  保存\n</button><p>没有译文</p>')
    assert made == '<input placeholder="Search documents"><button>\n  Save\n</button><p>没有译文</p>'


def test_a_literal_for_people_is_replaced():
    assert draw('{{ "草稿" if yes else "保存" }}', yes=True) == "Draft"


@pytest.mark.parametrize(
    "source",
    [
        '{{ "same" if state == "草稿" else "other" }}',
        '{{ "same" if state in ("草稿", "保存") else "other" }}',
        '{{ {"草稿": "same"}[state] }}',
        '{{ words["草稿"] }}',
    ],
)
def test_values_the_program_works_with_stay(source: str):
    assert draw(source, state="草稿", words={"草稿": "same"}) == "same"


def test_an_address_keeps_its_words():
    assert "待审核" in draw('{{ url_for("list", state="待审核") }}')


def test_what_people_wrote_is_never_touched():
    assert draw('<input value="{{ typed }}">', typed="保存") == '<input value="保存">'


def test_a_sentence_with_holes_keeps_what_stands_in_them():
    assert CATALOGUE.say("已取号：川节监通〔2026〕1号。") == "Number taken: 川节监通〔2026〕1号."
    assert CATALOGUE.say("第3版由何雨桐保存") == "何雨桐 saved version 3"
    assert CATALOGUE.say("从未见过的句子") == "从未见过的句子"


def test_error_messages_come_from_their_own_english():
    more = CATALOGUE.with_sentences(
        [("没有找到{what}。", "{what} was not found."), ("{a}先于{b}", "{b} after {a}")]
    )
    assert more.say("没有找到这份文书。") == "这份文书 was not found."
    assert more.say("甲先于乙") == "乙 after 甲"


SCRIPT = """
// 注释里的 "草稿" 不动
if (state === "草稿") say("保存");
case "待审核": break;
const words = {"草稿": 1};
note(`还缺 ${data.count + 1} 处`, yes ? "保存" : "草稿");
"""


def test_strings_of_a_script_are_replaced_and_compared_ones_stay():
    made = translate_script(SCRIPT, CATALOGUE)
    assert 'state === "草稿") say("Save")' in made
    assert 'case "待审核"' in made
    assert '{"草稿": 1}' in made
    assert '`${data.count + 1} places missing`, yes ? "Save" : "Draft"' in made
    assert '// 注释里的 "草稿" 不动' in made


def test_quotes_in_a_translation_do_not_end_the_string():
    catalogue = Catalogue({"保存": 'Save "now"'})
    assert translate_script('say("保存")', catalogue) == r'say("Save \"now\"")'


def test_the_texts_of_a_script_are_collected_with_holes():
    assert [text for _, _, text in script_texts(SCRIPT)] == ["保存", "还缺 {} 处", "保存", "草稿"]


def test_a_text_of_endless_length_is_left_alone():
    assert CATALOGUE.say("第" * 100_000) == "第" * 100_000


MORE = Catalogue(
    {
        "{}提交": "Submitted by {}",
        "“{}”不能使用。": "“{}” cannot be used.",
        "操作：{}": "Deed: {}",
        "审批通过": "Approved",
        "已取号": "Number taken",
        "，文号 {}": ", number {}",
        "来源": "Source",
        "草稿": "Draft",
        "第": "No. ",
        "版": " version",
    }
)


def draw_more(source: str, **values: object) -> str:
    environment = Environment(autoescape=True)
    environment.fs_catalogue = MORE  # type: ignore[attr-defined]
    environment.add_extension(Translated)
    return environment.from_string(source).render(values)


def test_a_hole_holds_a_name_and_never_half_a_sentence():
    assert MORE.say("何雨桐提交") == "Submitted by 何雨桐"
    assert MORE.say("已退回，请修改后重新提交") == "已退回，请修改后重新提交"


@pytest.mark.parametrize(
    ("said", "english"), [("“草稿”不能使用。", "“草稿” cannot be used."), ("操作：草稿", "Deed: 草稿")]
)
def test_what_is_quoted_stays_even_where_it_is_a_word_of_ours(said: str, english: str):
    assert MORE.say(said) == english


def test_what_happened_to_a_paper_is_said_behind_its_title():
    assert MORE.say("《草稿》审批通过") == "《草稿》 Approved"
    assert MORE.say("《通知书》已取号，文号 川〔2026〕1号") == "《通知书》 Number taken, number 川〔2026〕1号"
    assert MORE.say("《甲》《乙》") == "《甲》《乙》"


def test_a_sentence_is_told_from_a_fixed_text():
    assert MORE.sentence("草稿") == "草稿"
    assert MORE.sentence("何雨桐提交") == "Submitted by 何雨桐"


def test_many_marks_do_not_make_recognition_slow():
    endless = Catalogue({"{}、{}、{}、{}、{}、{}完": "{} {} {} {} {} {} done"})
    assert endless.say("、" * 399) == "、" * 399


def test_what_a_loop_walks_through_is_shown_and_what_is_looked_up_is_not():
    assert draw_more('{% for word in ["来源"] %}{{ word }}{% endfor %}') == "Source"
    assert draw_more('{{ "yes" if word in ["来源"] }}', word="来源") == "yes"
    assert draw_more('{{ (words if no else ["来源"])[0] }}', no=False) == "Source"


def test_a_version_stands_in_front_of_its_number():
    assert draw_more("<b>第{{ n }}版</b> · 第{{ n }}版", n=3) == "<b>Version 3</b> · Version 3"
    assert draw_more("<b>第{{ n }}</b>版", n=3) == "<b>No. 3</b> version"


def test_marks_between_values_are_written_as_in_english():
    assert draw_more("{{ a }}：{{ b }}（{{ a }}）。", a="甲", b="乙") == "甲: 乙 (甲). "
    assert draw_more('{{ words | join("、") }}', words=["甲、乙", "丙"]) == "甲、乙, 丙"
