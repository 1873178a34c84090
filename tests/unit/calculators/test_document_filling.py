"""Results flow into the other tables of a document and leave alone what people wrote."""

from __future__ import annotations

import copy

from formserver.calculators.document_filling import result_word
from formserver.calculators.document_verbs import attach, detach, list_carriers, recalculate
from formserver.calculators.document_words import made_key
from tests.support.sheets import CLINKER, ROW, asked, clinker, computed, stated, typed

LINES = [
    {"_k": "bbbbbbb1", "carrier": "原煤", "amount": "1000", "unit": "t", "evidence": ["证据1"]},
    {"_k": "bbbbbbb2", "carrier": "电力", "direction": "外供", "amount": "10", "unit": "万kWh"},
]


def with_energy(**row):
    return computed(typed(asked(energy=copy.deepcopy(LINES), **row), CLINKER))


def test_indicators_become_rows_of_the_quota_table():
    made = clinker(line="1号线")
    row = next(r for r in made["quota_rows"] if r["calculated"].endswith("/comprehensive_coal"))
    wanted = {
        "product": "水泥熟料", "output": "1550000", "output_unit": "t", "value": "102.57", "unit": "kgce/t",
        "limit": "109", "access": "100", "advanced": "94", "result": "符合限定值(3级)",
        "standard_no": "GB 16780-2021",
    }  # fmt: skip
    assert wanted.items() <= row.items()
    assert "over_pct" not in row


def test_energy_lines_become_rows_and_the_total():
    made = with_energy()
    coal, power = made["energy_rows"]
    assert (coal["energy"], coal["qty"], coal["factor"], coal["tce"]) == ("原煤", "1000", "0.7143", "714.3")
    assert coal["evidence"] == ["证据1"]
    assert (power["tce"], power["energy_note"]) == ("-12.29", "外供")
    assert made["energy_total"] == "702.01"


def test_shared_energy_counts_once():
    made = with_energy(shared=True)
    assert "energy_rows" not in made
    assert "energy_total" not in made


def test_a_total_that_a_person_typed_is_theirs():
    made = with_energy()
    own = computed({**made, "energy_total": "800"}, made)
    assert own["energy_total"] == "800"
    more = copy.deepcopy(own)
    more["calculations"][0]["energy"][0]["amount"] = "2000"
    assert computed(more, own)["energy_total"] == "800"
    followed = copy.deepcopy(made)
    followed["calculations"][0]["energy"][0]["amount"] = "2000"
    assert computed(followed, made)["energy_total"] == "1416.31"


def test_rows_people_wrote_stay_where_they_are():
    own = {"_k": "ccccccc1", "product": "石灰石破碎", "indicator": "电耗", "result": "不适用"}
    made = clinker()
    made = computed({**made, "quota_rows": [made["quota_rows"][0], own, *made["quota_rows"][1:]]}, made)
    assert made["quota_rows"][1] == own
    assert len(made["quota_rows"]) == 4


def test_a_removed_calculation_takes_its_rows_along_but_not_those_of_people():
    made = with_energy()
    own = {"_k": "ccccccc1", "product": "石灰石破碎"}
    left = computed({**made, "calculations": [], "quota_rows": [*made["quota_rows"], own]}, made)
    assert left["quota_rows"] == [own]
    assert "energy_rows" not in left
    assert "energy_total" not in left


def test_a_row_that_was_taken_over_is_theirs_until_it_is_given_back():
    made = clinker()
    pointer = f"/quota_rows/@{made['quota_rows'][0]['_k']}"
    own = detach(made, pointer).body
    own["quota_rows"][0]["value"] = "99"
    kept = computed(own, made)
    assert kept["quota_rows"][0]["value"] == "99"
    assert kept["quota_rows"][0]["detached"].startswith(ROW)
    assert len(kept["quota_rows"]) == 3  # no second row for the same indicator
    back = computed(attach(kept, pointer).body, kept)
    assert back["quota_rows"][0] == made["quota_rows"][0]


def test_invented_and_doubled_calculated_rows_vanish():
    made = clinker()
    forged = copy.deepcopy(made)
    forged["quota_rows"] += [
        {"_k": "ddddddd1", "calculated": f"{ROW}/invented", "result": "优于先进值(1级)"},
        {**forged["quota_rows"][0], "_k": "ddddddd2", "value": "1"},
    ]
    assert computed(forged, made)["quota_rows"] == made["quota_rows"]


def test_what_people_stated_holds_no_result():
    said = stated(with_energy())
    assert "quota_rows" not in said
    assert "energy_total" not in said
    row = said["calculations"][0]
    assert "outcome" not in row
    assert {one["key"] for one in row["inputs"]} == set(CLINKER)
    assert all("title" not in one for one in row["inputs"])


def test_a_stopped_line_stands_on_the_paper_and_is_never_compliant():
    made = computed({**clinker(production_state="停产")})
    assert {row["result"] for row in made["quota_rows"]} == {"不适用"}
    assert {row["output"] for row in made["quota_rows"]} == {"0"}


def test_the_sheet_has_verdict_findings_structure_and_intensity():
    made = computed({**with_energy(), "output_value": "100"}, type_key="benchmark_sheet")
    assert made["verdict"] == "达标"
    assert made["findings"].startswith("1．2025年，水泥熟料")
    assert [one["kind"] for one in made["energy_structure"]] == ["电力", "煤炭"]
    assert not any("share" in one for one in made["energy_structure"]), "more power went out than came in"
    assert made["energy_intensity"] == "7020.1"
    forged = computed({**made, "verdict": "不适用", "result_rows": []}, made, type_key="benchmark_sheet")
    assert forged == made


def test_energy_that_only_comes_in_has_shares_of_the_whole():
    bought = [{**one, "direction": "投入"} for one in LINES]
    made = computed(typed(asked(energy=bought), CLINKER), type_key="benchmark_sheet")
    assert [(one["kind"], one["share"]) for one in made["energy_structure"]] == [
        ("电力", "1.69"),
        ("煤炭", "98.31"),
    ]


def test_one_failing_indicator_decides():
    body = asked()
    body["calculations"].append({"_k": "aaaaaaa2", "product": "cement.clinker"})
    bad = {**CLINKER, "coal_t": "300000"}
    made = computed(typed(typed(computed(body), CLINKER), bad, 1), type_key="benchmark_sheet")
    assert made["verdict"] == "不达标"


def test_words_of_the_result():
    assert result_word({}, {"verdict": "达标", "level": 2}) == "优于准入值(2级)"
    assert result_word({}, {"verdict": "不达标", "level": 0, "direction": "le"}) == "超限定值"
    assert result_word({}, {"verdict": "不达标", "level": 0, "direction": "ge"}) == "未达限定值"
    assert result_word({"new_project": True}, {"verdict": "不达标", "level": 3}) == "未达准入值"
    assert result_word({}, {"verdict": "待确认", "level": 1}) == "待确认"


def test_the_buttons_of_rows():
    made = asked()
    listed = list_carriers(made, f"/calculations/@{ROW}", (("原煤", "t"), ("电力", "万kWh"))).body
    assert [(one["carrier"], one["unit"]) for one in listed["calculations"][0]["energy"]] == [
        ("原煤", "t"),
        ("电力", "万kWh"),
    ]
    again = list_carriers(listed, f"/calculations/@{ROW}", (("原煤", "t"),)).body
    assert len(again["calculations"][0]["energy"]) == 2
    assert recalculate(made, f"/calculations/@{ROW}").body["calculations"][0]["again"] == 1


def test_made_keys_are_row_keys_and_stable():
    assert made_key("a", "b") == made_key("a", "b")
    assert made_key("a", "b") != made_key("ab", "")
    assert len(made_key("a")) == 8


def test_a_comparison_with_unconfirmed_figures_stays_off_the_paper():
    made = computed({**clinker(), "output_value": "1"}, type_key="benchmark_sheet")
    one = next(
        i for i in made["calculations"][0]["outcome"]["indicators"] if i["key"] == "comprehensive_energy"
    )
    assert one["benchmark"].endswith("（待确认）")
    assert all("benchmark" not in row for row in made["result_rows"])
    assert "标杆" not in made["findings"]


POWER = {"_k": "bbbbbbb3", "carrier": "电力", "amount": "100", "unit": "万kWh"}
PRIMARY = {**POWER, "basis": "等价值", "coefficient": "0.3", "coefficient_unit": "kgce/kWh"}


def on_bases(*lines, **more):
    """A sheet with one calculation per line of energy."""
    rows = [
        {"_k": f"aaaaaaa{n}", "product": "cement.clinker", "energy": [line]} for n, line in enumerate(lines)
    ]
    body = {
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "output_value": "1000",
        "calculations": rows,
    }
    return computed({**body, **more}, type_key="benchmark_sheet")


def test_the_total_states_the_basis_it_rests_on():
    plain = on_bases(POWER)
    assert (plain["energy_total"], plain["energy_basis"]) == ("122.9", "当量值")
    assert "energy_bases" not in plain  # no primary value is known for the year
    assert plain["energy_structure"][0]["basis"] == "当量值"
    primary = on_bases(PRIMARY, {**LINES[0], "amount": "10"})
    assert (primary["energy_total"], primary["energy_basis"]) == ("307.143", "等价值")
    assert primary["energy_bases"] == "当量值 130.043 tce，等价值 307.143 tce"
    assert {row["basis"] for row in primary["energy_structure"]} == {"等价值"}
    assert primary["calculations"][0]["energy"][0]["factor"].endswith("等价值）")
    outcome = primary["calculations"][0]["outcome"]
    assert (outcome["total_tce"], outcome["basis"], outcome["other_tce"]) == ("300", "等价值", "122.9")


def test_values_on_different_bases_are_not_added_up():
    made = on_bases(POWER, PRIMARY)
    assert made["energy_bases"].startswith("各项计算有的按当量值")
    assert not {"energy_total", "energy_basis", "energy_intensity", "energy_structure"} & set(made)


def test_a_basis_that_a_person_chose_is_theirs():
    made = on_bases(POWER)
    own = computed(
        {**made, "energy_total": "400", "energy_basis": "等价值"}, made, type_key="benchmark_sheet"
    )
    assert (own["energy_total"], own["energy_basis"]) == ("400", "等价值")
    assert {"energy_basis", "energy_bases"}.isdisjoint(stated(made, "benchmark_sheet"))
    assert stated(own, "benchmark_sheet")["energy_basis"] == "等价值"


def test_energy_made_inside_is_not_counted_again():
    made = on_bases({**POWER, "origin": "自产"})
    assert "energy_total" not in made
    said = {one["code"]: one["place"] for one in made["calculations"][0]["outcome"]["troubles"]}
    assert said["COUNTED_TWICE"] == "energy/0/origin"
    assert on_bases({**POWER, "origin": "外购"})["energy_total"] == "122.9"
