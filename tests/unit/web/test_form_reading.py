"""What a post means: only what was on the page changes, and what cannot be read is kept with a question."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from formserver.core.definitions.validation import validate_complete
from formserver.core.errors import AppError, Problem, Severity
from formserver.web.forms.codec import FormCodec
from tests.unit.web.test_form_round_trip import PAGE, ROOT, TYPES

TODAY = date(2026, 5, 6)
NOTICE = TYPES["inspection_notice"]
CODEC = FormCodec(NOTICE, TODAY)


def full(key: str = "inspection_notice") -> dict:
    path = Path(ROOT / f"tests/fixtures/documents/{key}/full.json")
    return json.loads(path.read_text(encoding="utf-8"))


def section_of(pointer: str) -> str:
    return NOTICE.by_pattern[pointer].section


def post(pointer: str, *values: str, body: dict | None = None, raw: dict | None = None, also: tuple = ()):
    formdata = MultiDict([*((pointer, v) for v in values), *also])
    top = "/" + pointer.split("/")[1]
    return CODEC.parse(section_of(top), formdata, full() if body is None else body, raw)


def test_a_post_changes_only_the_fields_it_names():
    before = full()
    read = post("/enterprise/ent_address", "新地址 <b>&amp; 1 号 ")
    assert read.body["enterprise"].pop("ent_address") == "新地址 <b>&amp; 1 号 "
    before["enterprise"].pop("ent_address")
    assert read.body == before


def test_an_emptied_field_becomes_absent_and_an_emptied_group_disappears():
    body = {"enterprise": {"ent_name": "甲"}}
    assert post("/enterprise/ent_name", "", body=body).body == {}


def test_a_blank_post_of_an_absent_group_leaves_it_absent():
    assert post("/enterprise/ent_name", "", body={}).body == {}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-5-6", "2026-05-06"),
        ("2026.5.6", "2026-05-06"),
        ("２０２６年５月６日", "2026-05-06"),
        ("20260506", "2026-05-06"),
        ("24/5/6", "2024-05-06"),
        ("5月6日", "2026-05-06"),
        ("45418", "2024-05-06"),
    ],
)
def test_dates_as_people_write_them(typed, stored):
    read = post("/issue_date", typed, body={})
    assert read.body == {"issue_date": stored}
    assert read.raw == {}


@pytest.mark.parametrize("typed", ["24/5/6", "5月6日", "45418"])
def test_a_date_that_had_to_be_understood_says_how(typed):
    [problem] = post("/issue_date", typed, body={}).problems
    assert problem.severity is Severity.HINT
    assert "理解为" in problem.message


@pytest.mark.parametrize("typed", ["5月", "2026-02-30", "下周二", "13月1日"])
def test_a_date_that_does_not_parse_is_kept_as_typed_beside_the_last_good_value(typed):
    read = post("/issue_date", typed, body={"issue_date": "2026-01-02"})
    assert read.body == {"issue_date": "2026-01-02"}
    assert read.raw == {"/issue_date": typed}
    assert read.problems[0].pointer == "/issue_date"
    page = PAGE.render(views=CODEC.sections(read.body, read.raw))
    assert f'value="{typed}"' in page
    again = post("/issue_date", typed, body=read.body, raw=read.raw)
    assert again.raw == read.raw
    fixed = post("/issue_date", "2026-05-06", body=read.body, raw=read.raw)
    assert (fixed.body, fixed.raw) == ({"issue_date": "2026-05-06"}, {})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1,234.5", "1234.5"),
        ("１２３４", "1234"),
        ("1.2万", "12000"),
        ("007", "7"),
        (".5", "0.5"),
        ("-3.50", "-3.50"),
    ],
)
def test_numbers_as_people_write_them(typed, stored):
    dt = TYPES["verification_form"]
    leaf = dt.leaf("/energy_total")
    read = FormCodec(dt, TODAY).parse(leaf.section, MultiDict({leaf.pointer: typed}), {})
    assert dt.value(read.body, leaf.pointer) == stored


def test_ten_thousand_in_a_field_of_ten_thousands_is_asked_about():
    dt = TYPES["verification_form"]
    leaf = dt.leaf("/output_value")
    read = FormCodec(dt, TODAY).parse(leaf.section, MultiDict({leaf.pointer: "1.2万"}), {})
    assert dt.value(read.body, leaf.pointer) is None
    assert "万元" in read.problems[0].message


@pytest.mark.parametrize("typed", ["约1200", "无", "—", "1 2", "1,23", "12%", "１２ｋ", "."])
def test_a_doubtful_number_is_kept_with_a_question(typed):
    dt = TYPES["verification_form"]
    leaf = next(f for f in dt.fields() if f.kind == "decimal" and f.list_depth == 0)
    read = FormCodec(dt, TODAY).parse(leaf.section, MultiDict({leaf.pointer: typed}), {})
    assert read.raw == {leaf.pointer: typed}
    assert read.problems[0].severity is Severity.ERROR


def test_characters_that_no_paper_carries_are_taken_out_and_said_so():
    read = post("/inspect_place", "会议室\x07一", body={})
    assert "inspect_place" not in read.body
    assert read.raw == {"/inspect_place": "会议室一"}
    assert "U+0007" in read.problems[0].message
    assert post("/inspect_place", "会议室一", body={}, raw=read.raw).body == {"inspect_place": "会议室一"}


def test_line_ends_of_a_browser_become_lf():
    assert post("/duties_text", "一\r\n二\r三", body={}).body == {"duties_text": "一\n二\n三"}


def test_an_unticked_box_is_false_only_if_something_was_stated():
    marker = ("has:", "/notice_exempt")
    assert post("/notice_exempt", body={}, also=(marker,)).body == {}
    assert post("/notice_exempt", body={"notice_exempt": True}, also=(marker,)).body == {
        "notice_exempt": False
    }
    assert post("/notice_exempt", "true", body={}, also=(marker,)).body == {"notice_exempt": True}
    assert post("/notice_exempt", body={"notice_exempt": True}).body == {"notice_exempt": True}


def test_a_checklist_keeps_its_order_and_what_is_not_among_the_choices():
    choices = NOTICE.by_pattern["/items"].choices
    body = {"items": [choices[2], "旧的监察事项", choices[0]]}
    read = post(
        "/items", choices[0], "旧的监察事项", choices[1], choices[2], body=body, also=(("has:", "/items"),)
    )
    assert read.body["items"] == [choices[2], "旧的监察事项", choices[0], choices[1]]
    assert post("/items", body=body, also=(("has:", "/items"),)).body == {}


def test_a_value_outside_a_closed_list_is_refused_with_a_sentence():
    read = post("/task_source", "我编的", body={})
    assert read.body == {}
    assert "重新选择" in read.problems[0].message


def rows_post(body: dict, *fields: tuple[str, str]):
    return CODEC.parse(section_of("/inspectors"), MultiDict(fields), body)


def inspectors(count: int) -> dict:
    return {"inspectors": [{"_k": f"{n:08d}", "name": f"第{n}人"} for n in range(count)]}


def test_rows_that_the_post_does_not_name_are_untouched():
    body = inspectors(120)
    views = [n for v in CODEC.sections(body) for n in v.nodes if n.name == "/inspectors"]
    assert (views[0].total, views[0].pages, len(views[0].rows)) == (120, 3, 50)
    read = rows_post(body, ("rows:/inspectors", "00000007"), ("/inspectors/@00000007/name", "改了"))
    assert read.body["inspectors"][7]["name"] == "改了"
    assert (
        read.body["inspectors"][:7] + read.body["inspectors"][8:]
        == body["inspectors"][:7] + body["inspectors"][8:]
    )


def test_rows_follow_the_order_they_are_posted_in():
    read = rows_post(inspectors(4), *(("rows:/inspectors", f"{n:08d}") for n in (3, 1)))
    assert [r["_k"] for r in read.body["inspectors"]] == ["00000000", "00000003", "00000002", "00000001"]


def test_a_new_row_is_inserted_where_the_page_shows_it():
    read = rows_post(
        inspectors(3),
        *(("rows:/inspectors", k) for k in ("00000000", "abcdefgh", "00000001", "00000002")),
        ("/inspectors/@abcdefgh/name", "新人"),
    )
    assert [r["name"] for r in read.body["inspectors"]] == ["第0人", "新人", "第1人", "第2人"]


def test_a_removed_row_goes_with_its_unread_texts():
    read = CODEC.parse(
        section_of("/inspectors"),
        MultiDict([("rows:/inspectors", "00000000"), ("gone:/inspectors", "00000000")]),
        inspectors(2),
        {"/inspectors/@00000000/cert_valid_to": "明年"},
    )
    assert [r["_k"] for r in read.body["inspectors"]] == ["00000001"]
    assert read.raw == {}


def test_row_keys_that_are_none_are_ignored():
    read = rows_post(inspectors(1), ("rows:/inspectors", "<script>"), ("rows:/inspectors", "../../x"))
    assert read.body == inspectors(1)


@pytest.mark.parametrize(
    ("action", "order"),
    [
        ("up:/inspectors/@00000001", "102"),
        ("down:/inspectors/@00000001", "021"),
        ("up:/inspectors/@00000000", "012"),
        ("remove:/inspectors/@00000001", "02"),
    ],
)
def test_row_buttons_without_javascript(action, order):
    result = CODEC.act(action, inspectors(3))
    assert "".join(r["_k"][-1] for r in result.body["inspectors"]) == order


def test_adding_and_copying_rows_gives_fresh_keys():
    added = CODEC.act("add:/inspectors", {})
    assert added.anchor == f"/inspectors/@{added.body['inspectors'][0]['_k']}"
    copied = CODEC.act("copy:/inspectors/@00000000", inspectors(1)).body["inspectors"]
    assert copied[0]["name"] == copied[1]["name"]
    assert copied[0]["_k"] != copied[1]["_k"]


@pytest.mark.parametrize(
    "action", ["remove:/inspectors/@nobody00", "explode:/inspectors/@00000000", "add:", "up:/", ""]
)
def test_row_actions_that_make_no_sense_are_refused(action):
    with pytest.raises(AppError):
        CODEC.act(action, inspectors(1))


def test_names_from_the_body_are_escaped():
    body = {
        "enterprise": {"ent_name": '"><script>alert(1)</script>'},
        "duties_text": "</textarea><img src=x>",
    }
    page = PAGE.render(views=CODEC.sections(body))
    assert "<script>" not in page
    assert "<img" not in page


def test_problems_stand_beside_their_field_and_in_the_summary():
    body = inspectors(2)
    problem = Problem("X", "请填写执法证号。", "/inspectors/1/cert_no", "监察人员 第2行 · 执法证号")
    views = CODEC.sections(body, problems=[problem])
    rows = next(n for v in views for n in v.nodes if n.name == "/inspectors")
    cell = next(c for c in rows.rows[1].cells if c.leaf.key == "cert_no")
    assert cell.messages.errors == ["请填写执法证号。"]
    anchor, text = CODEC.summary(body, [problem])[0]
    assert anchor == "/inspectors/@00000001/cert_no"
    assert text == "监察人员 第2行 · 执法证号：请填写执法证号。"
    assert next(v for v in views if v.key == section_of("/inspectors")).state == "errors"


def test_every_problem_of_an_empty_body_finds_its_place_on_the_page():
    for dt in TYPES.values():
        codec = FormCodec(dt, TODAY)
        problems = validate_complete(dt, {})
        page = PAGE.render(views=codec.sections({}, problems=problems))
        for anchor, _ in codec.summary({}, problems):
            assert f'id="{anchor}"' in page, (dt.key, anchor)


def test_prefilled_fields_say_where_they_come_from():
    views = CODEC.sections(full(), origins={"/enterprise/ent_name": {"text": "来自企业档案"}})
    assert "来自企业档案" in PAGE.render(views=views)


def test_a_conditional_field_is_drawn_hidden_and_shown_by_its_condition():
    exempt = {**full(), "notice_exempt": True}
    plain = {k: v for k, v in full().items() if k != "notice_exempt"}
    name = "/notice_exempt_reason"

    def node(body):
        return next(n for v in CODEC.sections(body) for n in v.nodes if n.name == name)

    assert node(plain).hidden
    assert not node(exempt).hidden
    assert json.loads(node(plain).show_when)


def test_every_control_has_a_label_and_every_id_is_unique():
    from lxml import html

    for dt in TYPES.values():
        body = full(dt.key)
        tree = html.fromstring(PAGE.render(views=FormCodec(dt, TODAY).sections(body)))
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1][:3]
        labelled = set(tree.xpath("//label/@for"))
        for control in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            assert control.get("id") in labelled or control.xpath("ancestor::label"), control.get("name")


@pytest.mark.parametrize(("posted", "left"), [(["没有的项"], "all"), (["没有的项", "first"], "first")])
def test_choices_nobody_offered_never_empty_a_list(posted, left):
    field = NOTICE.by_pattern["/items"]
    held = list(field.choices[:2])
    posted = [held[0] if item == "first" else item for item in posted]
    read = post("/items", *posted, body={"items": held})
    assert read.body["items"] == (held if left == "all" else held[:1])
    assert "不在可选的内容中" in read.problems[0].message
