"""What a document says of energy is what the engine worked out: never what was sent, never new in silence."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from formserver.core.definitions.validation import validate_draft
from formserver.core.merge import three_way
from tests.support.calculating import catalogue, everybody, example
from tests.support.sheets import CLINKER, PERIOD, ROW, asked, clinker, computed, stated, typed

ROOT = Path(__file__).resolve().parents[3]
COAL = {"_k": "bbbbbbb1", "carrier": "原煤", "amount": "1000", "unit": "t"}
POWER = {"_k": "bbbbbbb2", "carrier": "电力", "amount": "10", "unit": "万kWh"}


def outcome(body):
    return body["calculations"][0]["outcome"]


def indicator(body, key="comprehensive_coal"):
    return next(one for one in outcome(body)["indicators"] if one["key"] == key)


def quota(body, key="comprehensive_coal"):
    return next(row for row in body["quota_rows"] if row.get("calculated") == f"{ROW}/{key}")


def test_a_product_lists_its_inputs_with_titles_and_units():
    row = asked()["calculations"][0]
    assert row["product_title"] == "水泥熟料"
    assert {"key": "coal_t", "title": "统计期入窑燃料实物量", "unit": "t"}.items() <= row["inputs"][0].items()
    assert all("value" not in one for one in row["inputs"])
    assert row["outcome"]["verdict"] == "不完整"


def test_the_worked_example_gives_value_level_verdict_and_hashes():
    made = clinker()
    assert (indicator(made)["shown"], indicator(made)["level"], indicator(made)["verdict"]) == (
        "102.57",
        3,
        "达标",
    )
    assert outcome(made)["edition"] == "gb16780-2021"
    names = [one["definition"] for one in outcome(made)["definitions"]]
    assert names[:2] == ["calculator/cement/gb16780-2021", "limits/cement/gb16780-2021"]
    assert all(len(one["sha256"]) == 64 for one in outcome(made)["definitions"])
    assert "结论：达标" in outcome(made)["summary"]


@pytest.mark.parametrize("type_key", ["verification_form", "benchmark_sheet"])
def test_what_is_computed_is_a_valid_body(type_key):
    made = computed(typed(asked(energy=[COAL, POWER]), CLINKER), type_key=type_key)
    made = {k: v for k, v in made.items() if f"/{k}" in catalogue().type(type_key).by_pattern}
    assert validate_draft(catalogue().type(type_key), made) == []


def test_a_forged_verdict_does_not_enter():
    honest = clinker({**CLINKER, "coal_t": "300000"})
    assert indicator(honest)["verdict"] == "不达标"
    forged = copy.deepcopy(honest)
    for one in outcome(forged)["indicators"]:
        one.update(verdict="达标", level=1, shown="1.00")
    outcome(forged)["verdict"] = "达标"
    quota(forged).update(result="优于先进值(1级)", value="1")
    assert computed(forged) == honest
    assert computed(forged, honest) == honest


def test_a_forged_result_for_a_changed_question_does_not_enter_either():
    kept = clinker()
    forged = typed(kept, {"coal_t": "300000"})  # the old result stands beside new inputs
    made = computed(forged, kept)
    assert indicator(made)["verdict"] == "不达标"
    assert indicator(made)["value"] != indicator(kept)["value"]


def test_a_row_that_nobody_changed_keeps_its_stored_result():
    kept = clinker()
    old = copy.deepcopy(kept)
    outcome(old)["calculated_on"] = "2025-02-03"
    outcome(old)["summary"] = "当时的结论"
    again = computed(old, old)
    assert outcome(again) == outcome(old)
    other = computed({**old, "output_value": "5"}, old)
    assert outcome(other)["calculated_on"] == "2025-02-03"


def test_a_changed_row_is_worked_out_anew_and_the_others_are_not():
    body = asked()
    body["calculations"].append({"_k": "aaaaaaa2", "product": "cement.clinker", "line": "2号线"})
    kept = computed(typed(typed(computed(body), CLINKER), CLINKER, 1))
    kept["calculations"][1]["outcome"]["calculated_on"] = "2025-02-03"
    made = computed(typed(kept, {"coal_t": "200000"}), kept)
    assert made["calculations"][0]["outcome"]["calculated_on"] != "2025-02-03"
    assert made["calculations"][1]["outcome"]["calculated_on"] == "2025-02-03"


def test_asking_again_works_it_out_anew():
    kept = clinker()
    outcome(kept)["calculated_on"] = "2025-02-03"
    kept["calculations"][0]["again"] = 1
    assert outcome(computed(kept, kept))["calculated_on"] != "2025-02-03"


def test_the_period_of_the_document_belongs_to_the_question():
    kept = clinker()
    moved = computed({**kept, "period_from": "2023-01-01", "period_to": "2023-12-31"}, kept)
    assert outcome(moved)["request"] != outcome(kept)["request"]
    assert "2023年" in outcome(moved)["summary"]
    none = computed({k: v for k, v in kept.items() if k != "period_from"}, kept)
    assert outcome(none)["troubles"][0]["text"].startswith("先填写统计期")


def test_nonsense_stays_as_typed_and_says_so():
    made = clinker({**CLINKER, "coal_t": "两船"})
    assert made["calculations"][0]["inputs"][0]["value"] == "两船"
    assert outcome(made)["verdict"] == "不完整"
    assert any(one["place"] == "coal_t" for one in outcome(made)["troubles"])


@pytest.mark.parametrize("product", ["cement.nothing", "nothing.at_all", ".", "cement", "../x.y", "a" * 120])
def test_an_unknown_product_is_said_and_loses_nothing(product):
    made = computed({**PERIOD, "calculations": [{"_k": ROW, "product": product, "line": "1号线"}]})
    assert made["calculations"][0]["line"] == "1号线"
    assert outcome(made)["verdict"] == "不完整"
    assert validate_draft(catalogue().type("verification_form"), made) == []


def test_changing_the_product_puts_values_aside_and_brings_them_back():
    kept = clinker()
    other = copy.deepcopy(kept)
    other["calculations"][0]["product"] = "cement.cement_preparation"
    made = computed(other, kept)
    assert {one["key"] for one in made["calculations"][0]["kept"]} == set(CLINKER)
    assert {one["key"] for one in made["calculations"][0]["inputs"]} == {"cement_t", "preparation_kwh"}
    made["calculations"][0]["product"] = "cement.clinker"
    back = computed(made, kept)
    assert outcome(back) == outcome(kept)
    assert "kept" not in back["calculations"][0]


def test_a_figure_nobody_confirmed_withholds_the_verdict_until_it_is():
    typed_in = typed(asked("data_centre.data_centre"), {"total_kwh": "52560000", "it_kwh": "38000000"})
    kept = computed(typed_in)
    assert outcome(kept)["verdict"] == "待确认"
    assert (
        outcome(kept)["indicators"][0]["level"] == 3
    )  # worked out, shown as such, never said to be the verdict
    assert kept["quota_rows"][0]["result"] == "待确认"
    assert len(outcome(kept)["unconfirmed"]) == 3
    unasked = computed(kept, kept, confirmed=everybody)
    assert outcome(unasked) == outcome(kept)  # a confirmation changes nothing by itself
    kept["calculations"][0]["again"] = 1
    assert outcome(computed(kept, kept, confirmed=everybody))["verdict"] == "达标"


def test_values_below_zero_are_values():
    raw = example("sulphuric_acid", "pass")
    made = computed(typed(asked(f"sulphuric_acid.{raw['product']}", **energy_of(raw)), raw["inputs"]))
    assert made["quota_rows"][0]["value"].startswith("-")
    assert made["quota_rows"][0]["limit"].startswith("-")
    assert validate_draft(catalogue().type("verification_form"), made) == []


def energy_of(raw):
    words = {"in": "投入", "out": "外供"}
    lines = [
        {"_k": f"bbbbbbb{number}", **line, "direction": words[line["direction"]]}
        for number, line in enumerate(raw.get("energy", ()))
    ]
    start, end = raw["period"]["start"], raw["period"]["end"]
    return {"energy": lines, "period_from": start, "period_to": end}


def test_two_people_filling_different_inputs_do_not_clash():
    base = asked()
    mine, theirs = typed(base, {"coal_t": "208000"}), typed(base, {"clinker_t": "1550000"})
    mine, theirs = computed(mine, base), computed(theirs, base)
    assert three_way(base, mine, theirs).conflicts  # the results differ …
    merged = three_way(stated(base), stated(mine), stated(theirs))
    assert merged.conflicts == ()  # … and are no reason to ask anybody
    made = computed(merged.body, mine, theirs)
    values = {one["key"]: one.get("value") for one in made["calculations"][0]["inputs"]}
    assert (values["coal_t"], values["clinker_t"]) == ("208000", "1550000")


def test_choosing_the_same_product_twice_makes_one_set_of_inputs():
    base = {**PERIOD, "calculations": [{"_k": ROW}]}
    one = computed({**PERIOD, "calculations": [{"_k": ROW, "product": "cement.clinker"}]}, base)
    two = copy.deepcopy(one)
    merged = three_way(stated(base), stated(one), stated(two))
    assert merged.conflicts == ()
    assert computed(merged.body, one) == one


def test_more_rows_or_lines_than_a_document_may_have_are_kept_and_not_worked_out():
    many = [
        {"_k": f"{number:08d}", "product": "cement.clinker", "outcome": {"verdict": "达标"}}
        for number in range(70)
    ]
    made = computed({**PERIOD, "calculations": many})
    assert ["outcome" in row for row in made["calculations"]] == [True] * 60 + [False] * 10
    lines = [{"_k": f"{number:08d}", **{k: v for k, v in COAL.items() if k != "_k"}} for number in range(61)]
    made = computed({**PERIOD, "calculations": [{"_k": ROW, "product": "cement.clinker", "energy": lines}]})
    assert "超过 60 行" in outcome(made)["troubles"][0]["text"]
    assert len(made["calculations"][0]["energy"]) == 61


@pytest.mark.parametrize("type_key", ["verification_form", "benchmark_sheet"])
def test_both_types_carry_the_shared_shape(type_key):
    part = json.loads((ROOT / "schemas/parts/calculations.json").read_text(encoding="utf-8"))["$defs"]
    own = json.loads((ROOT / f"schemas/documents/{type_key}/v1.schema.json").read_text(encoding="utf-8"))[
        "$defs"
    ]
    for name, shape in part.items():
        assert bare(own[name]) == bare(shape), name


def bare(node):
    """A definition without the words in which a copy may differ."""
    free = {"x-not-printed", "x-width", "x-measure", "description"}
    if isinstance(node, dict):
        return {key: bare(value) for key, value in node.items() if key not in free}
    return [bare(one) for one in node] if isinstance(node, list) else node
