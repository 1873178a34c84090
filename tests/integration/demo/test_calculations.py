"""The calculators in the demonstration: every figure the engine's own, every state a person may meet."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from formserver.calculators.batch_service import Batches
from formserver.calculators.confirm_figures import CONFIRMED, WAITING
from formserver.calculators.confirm_service import Figures
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.models import State
from formserver.demo.calculations import AGAINST, FIGURES_CONFIRMED
from formserver.demo.sheets import LADDER_SHEET, SHEET
from formserver.demo.works import (
    ALUMINIUM_WORKS,
    CARBIDE_WORKS,
    CEMENT_WORKS,
    CEMENT_YEARS,
    HILL_MILL,
    STEEL_WORKS,
)
from tests.integration.demo.conftest import Demonstration


def by_year(demonstration: Demonstration, state: State) -> dict[str, dict]:
    bodies = [demonstration.body(d) for d in demonstration.papers(SHEET, state, CEMENT_WORKS)]
    return {body["period_from"][:4]: body for body in bodies}


def test_the_works_has_two_signed_years_and_a_half_year_in_the_making(demonstration: Demonstration):
    signed, open_ones = by_year(demonstration, State.SIGNED), by_year(demonstration, State.DRAFT)
    assert (set(signed), set(open_ones)) == ({"2024", "2025"}, {"2026"})
    assert [body["verdict"] for body in (signed["2024"], signed["2025"], open_ones["2026"])] == [
        "达标",
        "不达标",
        "达标",
    ]
    failing = [row for row in signed["2025"]["result_rows"] if row["compliant"] == "不达标"]
    assert [(row["indicator"], row["value"], row["excess"]) for row in failing] == [
        ("水泥制备工段电耗", "35.20", "2232000")
    ]


def test_the_clinker_has_three_indicators_and_the_hill_mill_both_corrections(demonstration: Demonstration):
    rows = by_year(demonstration, State.SIGNED)["2025"]["result_rows"]
    clinker = {row["indicator"]: row["value"] for row in rows if row["product"] == "水泥熟料"}
    assert clinker == {
        "熟料单位产品综合能耗": "109.20",
        "熟料单位产品综合电耗": "54.00",
        "熟料单位产品综合煤耗": "102.57",
    }
    (hill,) = [row for row in rows if row["line"] == HILL_MILL]
    # (94 + (68.5 − 75) × 1.20) × (1.179 − 0.211 × 81300 / 101325)
    assert (hill["limit_base"], hill["limit"]) == ("94", "87.0362")
    assert "熟料比例" in hill["corrections"]
    assert "海拔" in hill["corrections"]


@pytest.mark.parametrize("year", CEMENT_YEARS)
def test_the_cement_rests_on_the_clinker_of_its_own_year(demonstration: Demonstration, year: str):
    body = {**by_year(demonstration, State.SIGNED), **by_year(demonstration, State.DRAFT)}[year]
    outcome = next(r for r in body["calculations"] if r["product"] == "cement.clinker")["outcome"]
    exact = next(one["value"] for one in outcome["indicators"] if one["key"] == "comprehensive_energy")
    assert round(Decimal(exact), 6) == Decimal(CEMENT_YEARS[year].clinker_energy)


@pytest.mark.parametrize("year", CEMENT_YEARS)
def test_kiln_and_mills_use_what_the_works_buys_and_makes(year: str):
    one = CEMENT_YEARS[year]
    bought = next(Decimal(amount) for name, amount, _ in one.bought if name == "电力") * 10_000
    used = Decimal(one.clinker["clinker_kwh"]) + Decimal(one.cement["preparation_kwh"])
    assert bought + Decimal(one.clinker["waste_heat_kwh_net"]) == used
    assert Decimal(one.hill_electricity) * 10_000 == Decimal(one.hill_cement["preparation_kwh"])


def test_the_verification_form_of_the_case_is_filled_from_its_calculations(demonstration: Demonstration):
    (form,) = demonstration.papers("verification_form", State.SIGNED)
    body = demonstration.body(form)
    assert all(row["calculated"] for part in ("energy_rows", "quota_rows") for row in body[part])
    assert [row["result"] for row in body["quota_rows"]] == [
        "符合限定值(3级)",
        "优于准入值(2级)",
        "符合限定值(3级)",
        "超限定值",
    ]
    assert body["energy_total"] == "172046.2642"


def test_a_steel_works_fails_and_its_paper_is_final_on_confirmed_limits(demonstration: Demonstration):
    (paper,) = demonstration.papers(SHEET, State.FINAL, STEEL_WORKS)
    body = demonstration.body(paper)
    assert body["verdict"] == "不达标"
    assert body["calculations"][0]["outcome"].get("unconfirmed", []) == []
    figures = demonstration.context.service(Figures)
    items = [figures.item(demonstration.actor, figure)[0] for figure in FIGURES_CONFIRMED]
    assert {item.state for item in items} == {CONFIRMED}
    assert {item.confirmation.against_what for item in items if item.confirmation} == {AGAINST}
    assert "示范数据" in AGAINST


def test_what_rests_on_an_unconfirmed_figure_cannot_be_finalised(demonstration: Demonstration):
    issuing = demonstration.context.service(Issuing)
    (carbide,) = demonstration.papers(SHEET, State.DRAFT, CARBIDE_WORKS)
    assert demonstration.body(carbide)["verdict"] == "待确认"
    with pytest.raises(AppError, match="标准发气量"):
        issuing.finalise(demonstration.actor, carbide.id, base_version=carbide.head_version)
    (ladder,) = demonstration.papers(LADDER_SHEET, State.DRAFT, ALUMINIUM_WORKS)
    assert demonstration.body(ladder)["rows"][0]["state"] == "待确认"
    with pytest.raises(AppError):
        issuing.finalise(demonstration.actor, ladder.id, base_version=ladder.head_version)
    waiting = demonstration.context.service(Figures).items(demonstration.actor)
    assert any(one.title == "标准发气量" and one.state == WAITING for one in waiting)


def test_the_signed_ladder_sheet_says_what_is_still_owed(demonstration: Demonstration):
    (paper,) = demonstration.papers(LADDER_SHEET, State.SIGNED, STEEL_WORKS)
    body = demonstration.body(paper)
    assert (body["due_total"], body["paid_total"], body["diff_total"]) == ("8970500", "8442500", "528000")


def test_three_years_of_one_works_are_kept(demonstration: Demonstration):
    service = demonstration.context.service(Calculators)
    kept = service.own(demonstration.actor)
    kiln = [one for one in kept if one.calculator == "cement"]
    assert sorted(one.request["period"]["start"][:4] for one in kiln) == ["2023", "2024", "2025"]
    assert {one.enterprise_id for one in kiln} == {demonstration.enterprises[CEMENT_WORKS]}
    assert "待确认" in {one.result["verdict"] for one in kept}, "2013 limits of aluminium are recalled"
    assert len(service.own(demonstration.person("heyutong"))) == 3
    assert service.own(demonstration.person("chengdu")) == ()


def test_the_batch_is_done_with_good_rows_and_bad(demonstration: Demonstration):
    batches = demonstration.context.service(Batches)
    (batch,) = batches.own(demonstration.actor)
    counts = batch.counts or {}
    assert (counts["达标"], counts["不达标"], counts["不完整"]) == (2, 1, 3)
    _, data = batches.result(demonstration.actor, batch.id)
    rows = load_workbook(io.BytesIO(data))["水泥熟料"].iter_rows(values_only=True)
    said = [" ".join(map(str, row)) for row in rows]
    assert any("约9.4万" in row and "不完整" in row for row in said)
    assert any("大气压" in row and "川西云岭" in row for row in said)


def test_of_two_drafts_one_is_faulty_and_one_waits_for_a_second_person(demonstration: Demonstration):
    drafts, publishing = (demonstration.context.service(kind) for kind in (Drafts, Publishing))
    by_name = {one.name: one for one in drafts.list(demonstration.actor)}
    assert not drafts.judged(by_name["beer"]).good
    assert drafts.judged(by_name["cement"]).good
    assert publishing.why_not(demonstration.actor, by_name["cement"])[0] is False
    assert publishing.why_not(demonstration.person("province"), by_name["cement"])[0] is True


def test_somebody_of_a_county_calculates_and_sees_none_of_it(demonstration: Demonstration):
    county = demonstration.person("jintang")
    assert county.may(CalculatorPermission.USE)
    assert not county.may(CalculatorPermission.MAINTAIN)
    (paper,) = demonstration.papers(SHEET, State.FINAL, STEEL_WORKS)
    with pytest.raises(AppError, match="没有找到"):
        demonstration.context.service(Drafting).open(county, paper.id)
    assert demonstration.context.service(Batches).own(county) == ()


def test_papers_of_the_case_are_filled_in_from_its_notice_and_not_from_an_older_one(
    demonstration: Demonstration,
):
    drafting = demonstration.context.service(Drafting)
    made = drafting.create(
        demonstration.actor, "site_record", enterprise_id=demonstration.enterprises[CEMENT_WORKS]
    )
    filled = drafting.open(demonstration.actor, made.id).draft.body
    assert filled["enterprise"]["ent_uscc"] == "91510000123456788G"
    assert filled["enterprise"]["ent_legal_rep"] == "周国栋"
