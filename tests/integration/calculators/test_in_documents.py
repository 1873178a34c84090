"""Calculators inside documents: draft, version, merge, guard and flow, through the services and over HTTP."""

from __future__ import annotations

import json

import pytest
from lxml import html

from formserver.calculators.document_guard import CALCULATION_UNSETTLED
from formserver.calculators.models import Confirmation
from formserver.calculators.repository import ConfirmationRepository
from formserver.calculators.service import Calculators
from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.figures import FigureQuery
from formserver.core.ids import new_id
from formserver.core.issuing import Issuing
from formserver.core.signing import NOT_A_PEN_FIELD, PenCorrection, Signing
from tests.support.house import photo_of_paper
from tests.support.sheets import CLINKER
from tests.support.website import Website, fields, texts

ROW = "aaaaaaa1"
BASE = {"period_from": "2025-01-01", "period_to": "2025-12-31", "production_state": "正常"}


def drafting(site: Website) -> Drafting:
    return site.context.service(Drafting)


def saved_body(site: Website, document_id: str, no: int):
    scope = site.actor("chen").scope
    with site.context.store.uow() as u:
        return u.documents.version(document_id, no, scope).body


def begun(
    site: Website, product: str = "cement.clinker", values=CLINKER, type_key="benchmark_sheet", who="chen"
):
    """A draft with one row of that product, its inputs typed."""
    document = site.started(who, type_key)
    draft = drafting(site).open(site.actor(who), document.id).draft
    changes = [{"op": "set", "at": f"/{key}", "value": value} for key, value in BASE.items()]
    changes.append({"op": "set", "at": "/calculations", "value": [{"_k": ROW, "product": product}]})
    draft = drafting(site).patch(site.actor(who), document.id, seq=draft.seq, changes=changes)
    return document, filled(site, document, draft, values, who)


def filled(site: Website, document, draft, values, who="chen"):
    changes = [
        {"op": "set", "at": f"/calculations/@{ROW}/inputs/@{one['_k']}/value", "value": values[one["key"]]}
        for one in draft.body["calculations"][0]["inputs"]
        if one["key"] in values
    ]
    return drafting(site).patch(site.actor(who), document.id, seq=draft.seq, changes=changes)


def outcome(body):
    return body["calculations"][0]["outcome"]


def test_a_patch_calculates_and_a_saved_version_holds_the_result(site: Website):
    document, draft = begun(site)
    assert outcome(draft.body)["verdict"] == "达标"
    assert draft.body["verdict"] == "达标"
    version = drafting(site).save(site.actor("chen"), document.id)
    kept = saved_body(site, document.id, version.no)
    assert kept == draft.body
    assert [row["value"] for row in kept["result_rows"]] == ["109.20", "54.00", "102.57"]


@pytest.mark.parametrize(
    "forged",
    [
        {"op": "set", "at": "/verdict", "value": "不适用"},
        {"op": "set", "at": f"/calculations/@{ROW}/outcome/verdict", "value": "不适用"},
        {"op": "set", "at": "/result_rows", "value": []},
        {"op": "remove", "at": f"/calculations/@{ROW}/outcome"},
        {"op": "set", "at": f"/calculations/@{ROW}/product_title", "value": "别的产品"},
    ],
    ids=lambda one: one["at"],
)
def test_a_hostile_patch_changes_nothing_that_was_computed(site: Website, forged):
    document, draft = begun(site)
    made = drafting(site).patch(site.actor("chen"), document.id, seq=draft.seq, changes=[forged])
    assert made.body == draft.body


def test_a_hostile_body_is_computed_as_well(site: Website):
    document, draft = begun(site, values={**CLINKER, "coal_t": "300000"})
    assert draft.body["verdict"] == "不达标"
    body = json.loads(json.dumps(draft.body))
    body["verdict"] = outcome(body)["verdict"] = "达标"
    for row in body["result_rows"]:
        row.update(compliant="达标", result="优于先进值(1级)")
    version = drafting(site).save_body(site.actor("chen"), document.id, body, base_version=0)
    kept = saved_body(site, document.id, version.no)
    assert kept["verdict"] == "不达标"
    assert "不达标" in {row["compliant"] for row in kept["result_rows"]}


def test_two_people_fill_one_sheet(site: Website):
    document, _ = begun(site, values={})
    drafting(site).save(site.actor("chen"), document.id)
    chen = drafting(site).open(site.actor("chen"), document.id).draft
    he = drafting(site).open(site.actor("he"), document.id).draft
    filled(site, document, chen, {k: v for k, v in CLINKER.items() if k != "clinker_kwh"})
    filled(site, document, he, {"clinker_kwh": CLINKER["clinker_kwh"]}, "he")
    drafting(site).save(site.actor("chen"), document.id)
    drafting(site).save(site.actor("he"), document.id)
    merged = drafting(site).open(site.actor("chen"), document.id).draft.body
    assert outcome(merged)["verdict"] == "达标"
    assert len(merged["result_rows"]) == 3


def test_both_typing_the_same_input_are_asked(site: Website):
    document, _ = begun(site)
    drafting(site).save(site.actor("chen"), document.id)
    for who, coal in (("chen", "200000"), ("he", "210000")):
        filled(site, document, drafting(site).open(site.actor(who), document.id).draft, {"coal_t": coal}, who)
    drafting(site).save(site.actor("chen"), document.id)
    with pytest.raises(AppError) as caught:
        drafting(site).save(site.actor("he"), document.id)
    assert [p.pointer.split("/")[-1] for p in caught.value.problems] == ["value"]
    rebased = drafting(site).rebase(
        site.actor("he"), document.id, {caught.value.problems[0].pointer: "theirs"}
    )
    assert "200000" in json.dumps(rebased.draft.body)
    assert outcome(rebased.draft.body)["verdict"] == "达标"


def ready(site: Website, document, body):
    """The sample of the sheet with these calculations, saved."""
    whole = {**site.context.catalogue.sample("benchmark_sheet"), **BASE, "calculations": body["calculations"]}
    drafting(site).save_body(site.actor("chen"), document.id, whole, base_version=0)
    return site.head(document.id)


def finalise(site: Website, document):
    return site.context.service(Issuing).finalise(
        site.actor("chen"), document.id, base_version=site.head(document.id).head_version
    )


def test_unconfirmed_figures_cannot_be_finalised_until_somebody_confirms_them(site: Website):
    document, draft = begun(site, "data_centre.data_centre", {"total_kwh": "52560000", "it_kwh": "38000000"})
    document = ready(site, document, draft.body)
    with pytest.raises(AppError) as caught:
        finalise(site, document)
    assert caught.value.code is CALCULATION_UNSETTLED
    told = caught.value.message()
    assert all(word in told for word in ("第1项", "数据中心", "待确认", "确认待核的数值", "重新计算"))
    client, address = site.client("chen"), f"/documents/{document.id}/edit"
    pressed = client.post(
        address, data=fields(client.get(address).text, '//form[@id="doc-form"]', do="next:finalise")
    )
    assert pressed.status_code == 422
    assert "确认待核的数值" in pressed.text
    edited = drafting(site).open(site.actor("chen"), document.id).draft
    confirmed = confirm_all(site, outcome(edited.body)["unconfirmed"])
    page = site.client("chen").get(f"/documents/{document.id}/edit")
    assert texts(page, '//button[@value="recalculate:/calculations/@aaaaaaa1"]') == ["重新计算"]
    again = drafting(site).patch(
        site.actor("chen"),
        document.id,
        seq=edited.seq,
        changes=[{"op": "set", "at": f"/calculations/@{ROW}/again", "value": 1}],
    )
    assert outcome(again.body)["verdict"] == "达标"
    drafting(site).save(site.actor("chen"), document.id)
    assert finalise(site, document).state.value == "定稿待签"
    with site.context.store.uow(write=True) as u:  # other tests of this server meet the figures unconfirmed
        for one in confirmed:
            u.repository(ConfirmationRepository).withdraw(
                one, site.context.clock.now(), "u1", "系统管理员", "试毕"
            )


def confirm_all(site: Website, figures) -> list[str]:
    library, clock = site.context.service(Calculators).library, site.context.clock
    known = {f.id: f for t in (library.limit_table("data_centre", "gb40879-2021"),) for f in t.figures}
    made = [new_id() for _ in figures]
    with site.context.store.uow(write=True) as u:
        for own, one in zip(made, figures, strict=True):
            u.repository(ConfirmationRepository).add(
                Confirmation(
                    id=own,
                    figure_id=one["figure"],
                    value=str(known[one["figure"]].value),
                    confidence_before="recalled",
                    against_what="标准原文表1",
                    note="",
                    confirmed_by="u1",
                    confirmed_by_name="系统管理员",
                    agency_id="",
                    confirmed_at=clock.now(),
                )
            )
    return made


def test_an_incomplete_calculation_cannot_be_finalised(site: Website):
    document, draft = begun(site, values={**CLINKER, "clinker_t": "0"})
    document = ready(site, document, draft.body)
    with pytest.raises(AppError) as caught:
        finalise(site, document)
    assert "熟料产量" in caught.value.message()


def test_a_complete_sheet_is_printed(site: Website):
    document, draft = begun(site)
    document = ready(site, document, draft.body)
    assert finalise(site, document).state.value == "定稿待签"


def test_figures_and_facets_of_the_sheet_reach_statistics(site: Website):
    document = site.saved("chen", "benchmark_sheet")
    page = site.client("chen").get(f"/documents/{document.id}")
    assert "超限定值" in page.text
    scope = site.actor("chen").scope
    query = FigureQuery(("unit_energy",), ("2025-12-31",), enterprise_id=site.enterprise.id)
    with site.context.store.uow() as u:
        found = u.documents.figures(query, scope)
    assert {("水泥熟料", "102.57"), ("水泥制备工段（粉磨）", "35.20")} <= {
        (f.product, f.value_text) for f in found
    }


def test_the_form_works_by_plain_posts(site: Website):
    document = site.started("chen", "benchmark_sheet")
    client, address = site.client("chen"), f"/documents/{document.id}/edit"
    page = client.get(address).text
    page = post(client, address, page, do="add:/calculations")
    row = site_row(site, document)
    page = post(
        client,
        address,
        page,
        **{f"{row}/industry": "cement", "do": f"calculate:{row}", **{f"/{k}": v for k, v in BASE.items()}},
    )
    assert "水泥熟料" in page
    page = post(client, address, page, **{f"{row}/product": "cement.clinker", "do": f"calculate:{row}"})
    assert "统计期入窑燃料实物量" in page
    body = drafting(site).open(site.actor("chen"), document.id).draft.body
    names = {one["key"]: f"{row}/inputs/@{one['_k']}/value" for one in body["calculations"][0]["inputs"]}
    page = post(client, address, page, **{names[key]: value for key, value in CLINKER.items()}, do="keep")
    assert texts_of(page, "//*[@data-calc-result]//h3") == ["达标 · 3级"]
    page = post(client, address, page, do=f"carriers:{row}")
    body = drafting(site).open(site.actor("chen"), document.id).draft.body
    assert body["calculations"][0]["energy"][0]["carrier"] == "原煤"
    assert outcome(body)["indicators"]


def post(client, address, page, **values):
    answer = client.post(
        address, data=fields(page, '//form[@id="doc-form"]', **values), follow_redirects=True
    )
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


def texts_of(page, path):
    return [" ".join(e.text_content().split()) for e in html.fromstring(page).xpath(path)]


def site_row(site, document):
    body = drafting(site).open(site.actor("chen"), document.id).draft.body
    return f"/calculations/@{body['calculations'][0]['_k']}"


def test_an_unchanged_post_changes_nothing(site: Website):
    document, draft = begun(site)
    client, address = site.client("chen"), f"/documents/{document.id}/edit"
    post(client, address, client.get(address).text, do="keep")
    assert drafting(site).open(site.actor("chen"), document.id).draft.body == draft.body


def test_people_of_another_city_see_neither_form_nor_earlier_years(site: Website):
    document, _ = begun(site)
    assert site.client("waishi").get(f"/documents/{document.id}/edit").status_code == 404


def test_last_year_stands_beside_this_year(site: Website):
    document, _ = begun(site)
    drafting(site).save(site.actor("chen"), document.id)
    later, draft = begun(site)
    changes = [
        {"op": "set", "at": "/period_from", "value": "2026-01-01"},
        {"op": "set", "at": "/period_to", "value": "2026-10-31"},
    ]
    drafting(site).patch(site.actor("chen"), later.id, seq=draft.seq, changes=changes)
    page = site.client("chen").get(f"/documents/{later.id}/edit")
    assert "2025年" in texts(page, '//*[contains(@class, "calc-years")]//th')


def test_products_are_found_by_pinyin(site: Website):
    answer = site.client("chen").get("/calculators/products?q=snsl").json
    assert answer["items"][0]["facts"] == {"product": "cement.clinker", "industry": "cement"}
    assert site.client("viewer").get("/calculators/products?q=snsl").status_code in (403, 404)


def test_no_pen_corrects_a_result_that_is_not_on_the_paper(site: Website):
    document, draft = begun(site)
    document = finalise(site, ready(site, document, draft.body))
    forged = PenCorrection(page=1, at=f"/calculations/@{ROW}/outcome/verdict", new="不适用")
    with pytest.raises(AppError) as caught:
        site.context.service(Signing).sign(
            site.actor("chen"),
            document.id,
            files=[("签字件.jpg", photo_of_paper())],
            base_version=site.head(document.id).head_version,
            corrections=[forged],
        )
    assert caught.value.code is NOT_A_PEN_FIELD
