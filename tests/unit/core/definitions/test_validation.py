import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formserver.core.definitions.document_type import load_document_type
from formserver.core.definitions.grammar import MAX_ROWS, MAX_TEXT
from formserver.core.definitions.validation import validate_complete, validate_draft
from formserver.core.errors import Severity


def codes(problems):
    return [(p.pointer, p.code) for p in problems]


def test_a_good_body_has_no_problem(dt, body):
    assert validate_draft(dt, body) == []
    assert validate_complete(dt, body) == []


def test_an_empty_draft_is_a_draft(dt):
    assert validate_draft(dt, {}) == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"mode": None}, "/mode", "NULL"),
        ({"times": 1.5}, "/times", "FLOAT"),
        ({"times": float("nan")}, "/times", "FLOAT"),
        ({"times": 2**60}, "/times", "INTEGER_RANGE"),
        ({"times": "3"}, "/times", "TYPE"),
        ({"times": True}, "/times", "TYPE"),
        ({"shown": 1}, "/shown", "TYPE"),
        ({"mode": ["现场"]}, "/mode", "TYPE"),
        ({"items": "计量"}, "/items", "TYPE"),
        ({"items": [1]}, "/items/0", "TYPE"),
        ({"enterprise": "某公司"}, "/enterprise", "TYPE"),
        ({"other": ""}, "/other", "EMPTY_TEXT"),
        ({"other": "a\x07b"}, "/other", "ILLEGAL_CHARACTER"),
        ({"other": "a\ud800b"}, "/other", "ILLEGAL_CHARACTER"),
        ({"other": "\ufffe"}, "/other", "ILLEGAL_CHARACTER"),
        ({"other": "a\r\nb"}, "/other", "LINE_END"),
        ({"other": "长" * (MAX_TEXT + 1)}, "/other", "TOO_LONG"),
        ({"colour": "红"}, "/colour", "UNKNOWN_FIELD"),
        ({"visited_on": "2026-02-30"}, "/visited_on", "DATE_FORM"),
        ({"visited_on": "2026-5-6"}, "/visited_on", "DATE_FORM"),
        ({"started_at": "2026-05-06T09:30:00"}, "/started_at", "DATETIME_FORM"),
        ({"started_at": "2026-05-06 09:30"}, "/started_at", "DATETIME_FORM"),
        ({"started_at": "2026-05-06T24:00"}, "/started_at", "DATETIME_FORM"),
        ({"figures": [{"_k": "cccccccc", "value": "1,000"}]}, "/figures/0/value", "DECIMAL_FORM"),
        ({"figures": [{"_k": "cccccccc", "value": "1e3"}]}, "/figures/0/value", "DECIMAL_FORM"),
        ({"figures": [{"_k": "cccccccc", "value": "01"}]}, "/figures/0/value", "DECIMAL_FORM"),
        ({"figures": [{"_k": "cccccccc", "value": "1\n"}]}, "/figures/0/value", "DECIMAL_FORM"),
        ({"figures": [{"product": "x"}]}, "/figures/0", "ROW_KEY"),
        ({"figures": [{"_k": "aaaaaaaa"}]}, "/people/0", "ROW_KEY_DUPLICATE"),
        ({"figures": ["x"]}, "/figures/0", "TYPE"),
        ({"figures": [{"_k": f"{i:08}"} for i in range(MAX_ROWS + 1)]}, "/figures", "TOO_MANY_ROWS"),
    ],
)
def test_draft_refuses_what_is_not_of_the_grammar(dt, body, change, pointer, code):
    found = validate_draft(dt, body | change)
    assert (pointer, code) in codes(found)
    assert all(p.message.endswith("。") and "{label}" not in p.message for p in found)
    assert found == validate_draft(dt, body | change, pure=True)


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_body_that_is_no_object_is_refused(dt, value):
    assert codes(validate_draft(dt, value)) == [("", "TYPE")]


def test_depth_is_bounded_without_recursion(dt):
    deep = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert ("TOO_DEEP") in {p.code for p in validate_draft(dt, deep)}


def test_messages_name_field_and_row_and_say_what_to_do(dt, body):
    del body["people"][1]["name"]
    (problem,) = validate_complete(dt, body)
    assert problem.label == "人员 第2行 · 姓名"
    assert problem.message == "请填写“人员 第2行 · 姓名”。"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"visited_on": None}, ("/visited_on", "REQUIRED")),
        ({"enterprise": None}, ("/enterprise/name", "REQUIRED")),
        ({"enterprise": {"name": "　 "}}, ("/enterprise/name", "REQUIRED")),
        ({"enterprise": {"name": "长" * 21}}, ("/enterprise/name", "MAX_LENGTH")),
        ({"mode": "电话"}, ("/mode", "ENUM")),
        ({"people": []}, ("/people", "REQUIRED")),
        ({"items": ["计量", "计量"]}, ("/items", "UNIQUE_ITEMS")),
        ({"items": ["别的"]}, ("/items/0", "ENUM")),
        ({"items": ["其他"]}, ("/other", "REQUIRED")),
        ({"times": 10}, ("/times", "MAXIMUM")),
        ({"times": -1}, ("/times", "MINIMUM")),
        ({"shown": False}, ("/shown", "MUST_BE")),
        ({"period_to": "2026-05-05"}, ("/period_to", "period_order")),
        (
            {"figures": [{"_k": "cccccccc", "product": "x", "value": "-0.01"}]},
            ("/figures/0/value", "MINIMUM"),
        ),
        (
            {"figures": [{"_k": "cccccccc", "product": "x", "value": "1000.01"}]},
            ("/figures/0/value", "MAXIMUM"),
        ),
        (
            {"figures": [{"_k": "cccccccc", "product": "x", "value": "1.001"}]},
            ("/figures/0/value", "DECIMALS"),
        ),
        ({"figures": [{"_k": "CCCCCCCC", "product": "x", "value": "1"}]}, ("/figures/0/_k", "PATTERN")),
    ],
)
def test_complete_refuses_what_is_unfinished_or_out_of_bounds(dt, body, change, expected):
    changed = {k: v for k, v in (body | change).items() if v is not None}
    found = validate_complete(dt, changed)
    assert expected in codes(found)
    assert found == validate_complete(dt, changed, pure=True)


def test_hidden_fields_are_not_asked_for_and_not_judged(dt, body):
    body["mode"] = "书面"
    body["figures"] = [{"_k": "cccccccc", "value": "-5"}]
    assert validate_complete(dt, body) == []


def test_stages_ask_for_more_and_more(dt, body):
    assert validate_complete(dt, body, stage="signed") == []
    assert codes(validate_complete(dt, body, stage="served")) == [("/received_on", "REQUIRED")]
    with pytest.raises(ValueError, match="stage"):
        validate_complete(dt, body, stage="somewhere")


def test_rules_of_rows_point_into_the_row_and_may_be_warnings(dt, body):
    body["people"][1]["valid_to"] = "2026-05-05"
    (problem,) = validate_complete(dt, body)
    assert (problem.pointer, problem.severity) == ("/people/1/valid_to", Severity.WARNING)


def test_a_rule_that_orders_an_absent_value_is_not_asked(dt, body):
    assert "period_to" not in body
    assert validate_complete(dt, body) == []


def test_rules_with_a_star_see_every_row(dt, body):
    body["people"][0]["role"] = "组员"
    assert codes(validate_complete(dt, body)) == [("/people", "needs_leader")]


def test_soft_formats_hint_and_never_block(dt, body):
    body["enterprise"]["uscc"] = "91510000123456788A"
    body["phone"] = "电话不详"
    found = validate_complete(dt, body)
    assert [(p.code, p.severity) for p in found] == [
        ("USCC_CHECK_DIGIT", Severity.WARNING),
        ("PHONE_FORM", Severity.HINT),
    ]


def test_an_identity_number_is_judged_by_the_type_beside_it(dt, body):
    body |= {"id_type": "护照", "id_no": "E12345678"}
    assert validate_complete(dt, body) == []
    body["id_type"] = "身份证"
    assert codes(validate_complete(dt, body)) == [("/id_no", "ID_CARD_FORM")]


def test_problems_come_in_the_order_of_the_form(dt):
    assert [p.pointer for p in validate_complete(dt, {"times": 99})] == [
        "/enterprise/name",
        "/visited_on",
        "/mode",
        "/people",
        "/times",
    ]


def test_engines_agree_on_patterns_that_python_reads_differently(schema, body):
    schema["properties"]["other"] = {
        "type": "string",
        "title": "说明",
        "x-section": "base",
        "pattern": r"^\d+$",
    }
    dt = load_document_type(schema)
    for text in ("12", "12\n", "１２", "a"):
        body["other"] = text
        assert validate_complete(dt, body) == validate_complete(dt, body, pure=True)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["enterprise", "mode", "items", "people", "figures", "visited_on", "times", "other", "zzz"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.dictionaries(KEYS, JSON_VALUES, max_size=6))
def test_any_json_gets_problems_and_never_an_exception(dt, value):
    found = validate_draft(dt, value)
    assert found == validate_draft(dt, value, pure=True)
    if not found:
        assert validate_complete(dt, value) == validate_complete(dt, value, pure=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=40))
def test_text_is_refused_exactly_when_xml_could_not_carry_it(dt, text):
    legal = all(
        c in "\t\n" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" for c in text
    )
    assert (validate_draft(dt, {"other": text}) == []) is legal


def test_everything_works_without_native_code(tmp_path):
    script = (
        "import sys, json; sys.modules['jsonschema_rs'] = None\n"
        "from formserver.core.definitions import engines, validation\n"
        "from formserver.core.definitions.editions import shipped_catalogue\n"
        "from formserver.core.clock import SystemClock\n"
        "assert engines.jsonschema_rs is None\n"
        "for dt in shipped_catalogue(SystemClock()).types(): assert validation.validate_complete(dt, {})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
