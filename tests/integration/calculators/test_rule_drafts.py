"""Own editions of coefficients, ladder prices and grade tables as drafts: copied, edited, published by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from formserver.calculation.tariff_model import TariffRequest
from formserver.calculators.grades_service import Grades
from formserver.calculators.ladder_service import Ladders
from formserver.calculators.maintain_models import Draft, DraftState
from formserver.calculators.maintain_rule_drafts import RuleDrafts, moved_examples
from formserver.calculators.maintain_verifying import check_own_editions
from formserver.core.canonical import clone
from formserver.core.errors import AppError
from formserver.store.findings import Report
from tests.support.maintaining import Maintained

COEFFICIENTS = ("coefficients", "gbt2589", "2020")
CEMENT = ("tariff", "cement_ladder", "fgjg75-2016")
MOTOR = ("grades", "motor", "gb18613-2020")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("rule-drafts"))
    yield made
    made.close()


def copied(site: Maintained, rule: tuple[str, str, str], who: str = "tang", **more: str) -> Draft:
    return site.context.service(RuleDrafts).copy(site.actor(who), *rule, **more)


def kept(site: Maintained, draft: Draft, method: dict[str, Any]) -> Draft:
    return site.drafts.save(site.actor("tang"), draft.id, method, {}, seen=draft.tag)


def places(site: Maintained, draft: Draft) -> list[str]:
    return [one.pointer for one in site.drafts.judged(draft).problems]


def refused(code: str, call: Any, *args: Any, **more: Any) -> AppError:
    with pytest.raises(AppError) as caught:
        call(*args, **more)
    assert caught.value.code.code == code
    return caught.value


def test_every_shipped_edition_can_be_copied_and_is_good_as_it_stands(site: Maintained) -> None:
    count = 0
    for kind in ("coefficients", "tariff", "grades"):
        for one in site.context.catalogue.definitions(kind):
            draft = copied(site, (kind, one.name, one.version))
            assert [problem.message for problem in site.drafts.judged(draft).problems] == [], one.id
            assert draft.edition == f"{one.version}+own.1"
            count += 1
    assert count >= 14


def test_coefficients_are_published_by_a_second_person_and_hold_from_their_day(site: Maintained) -> None:
    draft = copied(site, COEFFICIENTS)
    method = clone(draft.method)
    figure = {"value": "0.2986", "unit": "kgce/kWh", "confidence": "verified", "seen_in": ["P4"]}
    method["carriers"]["electricity"]["primary"]["by_year"]["2026"] = figure
    draft = kept(site, draft, method)
    refused("CALCULATOR_SECOND_PERSON_NEEDED", site.published, draft, date(2027, 1, 1), "tang")
    refused("NOT_ALLOWED", site.published, draft, date(2027, 1, 1), "admin")
    refused("NOT_FOUND", site.drafts.get, site.actor("far"), draft.id)
    done = site.published(draft, date(2027, 1, 1))
    assert done.method["valid_from"] == "2027-01-01"
    library = site.calculators.library
    assert library.coefficients("gbt2589", date(2026, 12, 31)).carriers["electricity"].primary == {}
    new = library.coefficients("gbt2589", date(2027, 1, 1)).carriers["electricity"]
    assert str(new.primary[2026].value) == "0.2986"
    refused("CALCULATOR_DRAFT_CLOSED", kept, site, done, method)  # frozen
    report = Report()
    check_own_editions(site.context.store, report)
    assert not report.findings
    withdrawn = site.publishing.withdraw(
        site.actor("wen"), "gbt2589", done.edition, "抄错", kind="coefficients"
    )
    assert withdrawn.state is DraftState.WITHDRAWN
    assert library.coefficients("gbt2589", date(2027, 1, 1)).valid_to is None
    assert library.coefficients("gbt2589", date(2027, 1, 1)).carriers["electricity"].primary == {}


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("carriers", "raw_coal", "coefficient"), "7.143", "/carriers/raw_coal/coefficient"),
        (("carriers", "raw_coal", "coefficient"), "-1", "/carriers/raw_coal/coefficient"),
        (("carriers", "raw_coal", "seen_in"), ["P99"], "/carriers/raw_coal/seen_in"),
        (("carriers", "raw_coal", "unit"), "斗", "/carriers/raw_coal/unit"),
        (("standard_coal_heat", "value"), "0", "/standard_coal_heat/value"),
        (("carriers",), {}, "/carriers"),
        (("name",), "gbt9999", "/name"),
        (("valid_to",), "2001-01-01", "/valid_to"),
        (
            ("carriers", "electricity", "primary", "by_year", "2026"),
            {"value": "0.09", "unit": "kgce/kWh", "confidence": "verified"},
            "/carriers/electricity/primary/by_year/2026/value",
        ),
    ],
)
def test_faults_of_coefficients_have_their_place(
    site: Maintained, path: tuple[str, ...], value: Any, place: str
) -> None:
    draft = copied(site, COEFFICIENTS)
    method = clone(draft.method)
    inner = method
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    draft = kept(site, draft, method)
    assert place in places(site, draft)
    refused("CALCULATOR_DRAFT_FAULTY", site.published, draft, date(2027, 1, 1))


def test_a_carrier_that_calculators_use_cannot_go(site: Maintained) -> None:
    draft = copied(site, COEFFICIENTS)
    method = clone(draft.method)
    del method["carriers"]["electricity"]
    said = [one.message for one in site.drafts.judged(kept(site, draft, method)).problems]
    assert any("缺少 electricity" in one for one in said)


def test_a_province_lays_its_tiers_over_the_country(site: Maintained) -> None:
    ladders = site.context.service(Ladders)
    inputs = {"object": "cement", "value": "91", "commissioned": "2015-01-01", "electricity": "1000"}

    def rate(region: str, year: int = 2027) -> tuple[Any, str]:
        days = date(year, 1, 1), date(year, 12, 31)
        found = ladders.evaluate(TariffRequest("cement_ladder", *days, region, "", inputs))
        return found.rate, found.edition

    before = rate("四川省成都市")
    draft = copied(site, CEMENT, region="四川省")
    assert (draft.method["extends"], draft.method["region"]) == ("cement_ladder/fgjg75-2016", "四川省")
    assert places(site, draft) == []
    method = clone(draft.method)
    method["ladders"] = [one for one in method["ladders"] if one["key"] == "cement_after"]
    for tier in method["ladders"][0]["tiers"]:
        tier["rate"] = {"value": "0.77", "confidence": "verified"}
    method["examples"] = []
    done = site.published(kept(site, draft, method), date(2027, 1, 1))
    assert str(rate("四川省成都市")[0]) == "0.77"
    assert rate("云南省")[0] == before[0]  # the national edition goes on elsewhere
    assert rate("四川省成都市", 2026)[0] == before[0]
    assert done.method["valid_from"] == "2027-01-01"


def test_a_region_must_be_one_and_lie_inside_its_base(site: Maintained) -> None:
    for region in ("川", "省" * 61, "\x00四川"):
        refused("CALCULATOR_REGION_FAULTY", copied, site, CEMENT, region=region)
    hebei = ("tariff", "steel_differential", "hebei-2017")
    for region in ("河北省", "四川省"):
        refused("CALCULATOR_REGION_FAULTY", copied, site, hebei, region=region)
    assert copied(site, hebei, region="河北省唐山市").method["extends"] == "steel_differential/fgjg2803-2016"
    refused("CALCULATOR_REGION_FAULTY", copied, site, MOTOR, region="四川省")
    refused("CALCULATOR_RULE_KIND_UNKNOWN", copied, site, ("document", "inspection_notice", "v1"))
    refused("CALCULATOR_EDITION_NAME_FAULTY", copied, site, CEMENT, edition="../x")
    refused("CALCULATOR_EDITION_TAKEN", copied, site, CEMENT, edition="fgjg75-2016")
    refused("NOT_ALLOWED", copied, site, CEMENT, "chen")


def test_a_grade_table_replaces_its_base_from_a_day_with_its_examples(site: Maintained) -> None:
    done = site.published(copied(site, MOTOR), date(2028, 7, 1))
    days = {one["on"] for one in done.method["examples"] if "problem" not in one["expect"]}
    assert min(days) >= "2028-07-01"
    library = site.context.service(Grades).library
    assert library.choose("motor", date(2028, 6, 30)).table.edition == "gb18613-2020"
    assert library.choose("motor", date(2028, 7, 1)).table.edition == done.edition
    assert site.drafts.judged(done).problems == ()


def test_examples_move_by_whole_years_leap_days_to_the_28th() -> None:
    example = {"inputs": {"start": "2024-02-29", "end": "2024-12-31"}, "expect": {"due": "1"}}
    problem = {"inputs": {"start": "2001-01-01"}, "expect": {"problem": "STANDARD_NOT_IN_FORCE"}}
    made = moved_examples({"examples": [example, problem]}, date(2026, 1, 1))["examples"]
    assert made[0]["inputs"] == {"start": "2026-02-28", "end": "2026-12-31"}
    assert made[1] == problem
    assert example["inputs"]["start"] == "2024-02-29"
