"""The pages of coefficients, ladder prices and grade tables for maintainers, without JavaScript and with hostile input."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from lxml import html

from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_rule_drafts import RuleDrafts
from formserver.calculators.maintain_rule_fields import sections_of
from formserver.core.canonical import clone
from tests.support.maintaining import Maintained
from tests.support.website import fields, texts

FORM, RAW = "//form[@data-draft-form]", "//form[@data-raw-form]"
COEFFICIENTS = ("coefficients", "gbt2589", "2020")
ALUMINIUM = ("tariff", "aluminium", "fgjg1239-2021")
LADDER = ("tariff", "aluminium", "fgjg2530-2013")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("rule-pages"))
    yield made
    made.close()


def copied(site: Maintained, rule: tuple[str, str, str] = COEFFICIENTS) -> Draft:
    return site.context.service(RuleDrafts).copy(site.actor("tang"), *rule)


def now(site: Maintained, draft: Draft) -> Draft:
    return site.drafts.get(site.actor("tang"), draft.id)


def edit(draft: Draft, section: str) -> str:
    return f"/calculators/drafts/{draft.id}/edit/{section}"


def test_every_edition_can_be_read_and_taken_away(site: Maintained) -> None:
    client = site.client("chen")
    links = html.fromstring(client.get("/calculators/rules").text).xpath("//tbody//td[1]/a/@href")
    assert len(links) >= 14
    for link in links:
        page = client.get(link)
        assert page.status_code == 200, link
        assert "检查通过" in page.text, link
        assert "另存草案" not in page.text, link  # an inspector only reads
        assert client.get(f"{link}/file.json").get_json()["format"] == 1


def test_saving_every_section_untouched_changes_nothing(site: Maintained) -> None:
    client = site.client("tang")
    for rule in (COEFFICIENTS, ALUMINIUM, LADDER, ("tariff", "steel_differential", "hebei-2017"),
                 ("grades", "pump", "gb19762-2007")):  # fmt: skip
        draft = copied(site, rule)
        for section in sections_of(draft):
            page = client.get(edit(draft, section.key))
            answer = client.post(edit(draft, section.key), data=fields(page.text, FORM, do="save"))
            assert answer.status_code == 302, section.key
        kept = now(site, draft)
        assert (kept.method, kept.tag) == (draft.method, 1), rule


def test_a_coefficient_is_typed_and_its_fault_stands_beside_it(site: Maintained) -> None:
    client, draft = site.client("tang"), copied(site)
    row = list(draft.method["carriers"]).index("raw_coal")
    page = client.get(edit(draft, "carriers"))
    name = f"carriers.{row}.coefficient"
    data = fields(page.text, FORM, do="save", **{name: "７.143", f"carriers.{row}.note": "实测"})
    page = client.post(edit(draft, "carriers"), data=data, follow_redirects=True)
    assert "相差两成以上" in html.fromstring(page.text).xpath(f"string(//p[@id='{name}-error'])")
    kept = now(site, draft).method["carriers"]["raw_coal"]
    assert (kept["coefficient"], kept["note"]) == ("7.143", "实测")
    live = client.post(
        edit(draft, "carriers"),
        data=fields(page.text, FORM, do="save", **{name: "0.7143"}),
        headers={"Accept": "application/json"},
    ).get_json()
    assert live["total"] == 0


def test_a_year_of_the_primary_value_is_added_filled_and_removed(site: Maintained) -> None:
    client, draft = site.client("tang"), copied(site)
    here = edit(draft, "electricity")
    client.post(here, data=fields(client.get(here).text, FORM, do="add"))
    page = client.get(here)
    assert "2025" in html.fromstring(page.text).xpath("//input[@id='electricity.0.year']/@value")
    assert "请填写等价值。" in html.fromstring(page.text).xpath(
        "string(//p[@id='electricity.0.value-error'])"
    )
    typed = {
        "electricity.0.year": "2026",
        "electricity.0.value": "0.2986",
        "electricity.0.confidence": "verified",
        "electricity.0.seen_in": "P4",
    }
    page = client.post(
        here, data=fields(client.get(here).text, FORM, do="save", **typed), follow_redirects=True
    )
    assert "没有问题" in page.text
    years = now(site, draft).method["carriers"]["electricity"]["primary"]["by_year"]
    assert years["2026"]["value"] == "0.2986"
    shown = texts(client.get(f"/calculators/drafts/{draft.id}"), "//table//tr")
    assert any("电力" in row and "2026" in row and "0.2986" in row for row in shown)
    client.post(here, data=fields(client.get(here).text, FORM, do="delete-0"))
    assert now(site, draft).method == draft.method


def test_tiers_are_typed_and_their_order_is_checked(site: Maintained) -> None:
    client, draft = site.client("tang"), copied(site, LADDER)
    page = client.get(edit(draft, "tiers"))
    data = fields(page.text, FORM, do="save", **{"tiers.0.upto": "99999"})
    page = client.post(edit(draft, "tiers"), data=data, follow_redirects=True)
    assert "各档上限应当递增" in page.text
    assert now(site, draft).method["ladders"][0]["tiers"][0]["upto"]["value"] == "99999"


def test_two_people_at_once_see_both_versions(site: Maintained) -> None:
    client, draft = site.client("tang"), copied(site)
    section, raw = client.get(edit(draft, "carriers")), client.get(edit(draft, "raw"))
    method = clone(draft.method)
    method["carriers"]["raw_coal"]["note"] = "温如玉写的"
    site.drafts.save(site.actor("wen"), draft.id, method, {}, seen=1)
    row = list(method["carriers"]).index("raw_coal")
    data = fields(section.text, FORM, do="save", **{f"carriers.{row}.note": "唐思源写的"})
    page = client.post(edit(draft, "carriers"), data=data)
    assert page.status_code == 409
    assert "温如玉写的" in page.text
    assert "唐思源写的" in page.text
    mine = fields(raw.text, RAW, method=json.dumps({**draft.method, "title": "我的"}, ensure_ascii=False))
    page = client.post(edit(draft, "raw"), data=mine)
    assert page.status_code == 409
    assert "温如玉写的" in page.text
    assert "我的" in page.text
    again = client.post(edit(draft, "raw"), data=fields(page.text, RAW))
    assert again.status_code == 302
    assert now(site, draft).method["title"] == "我的"


def test_the_raw_file_is_judged_while_typed_and_kept_by_the_button(site: Maintained) -> None:
    client, draft = site.client("tang"), copied(site, ALUMINIUM)
    page = client.get(edit(draft, "raw"))

    def told(text: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
        data = fields(page.text, RAW, method=text, do="check")
        answer = client.post(edit(draft, "raw"), data=data, headers={"Accept": "application/json"})
        return answer.status_code, answer.get_json()

    whole = clone(draft.method)
    assert told(json.dumps(whole)) == (200, {"faults": []})
    whole["thresholds"][0]["to_year"] = 1999
    whole["examples"][0]["expect"]["due"] = "1"
    status, said = told(json.dumps(whole))
    assert status == 200
    assert any("分档标准" in one["where"] for one in said["faults"])
    for text in ("{", "[]", '{"a": 0.5}', '{"a": 1e999}', "[" * 100_000, '{"a":NaN}', ""):
        assert told(text)[0] == 422, text[:20]
    assert now(site, draft).tag == 1
    kept = client.post(edit(draft, "raw"), data=fields(page.text, RAW, method=json.dumps({"x": [None]})))
    assert kept.status_code == 302  # drafts may be faulty
    for section in (*(one.key for one in sections_of(now(site, draft))), "raw"):
        assert client.get(edit(draft, section)).status_code == 200, section
    assert client.get(f"/calculators/drafts/{draft.id}").status_code == 200


def test_from_copy_to_withdrawal_by_forms_alone(site: Maintained) -> None:
    writer, second = site.client("tang"), site.client("wen")
    here = "/calculators/rules/tariff/cement_ladder/fgjg75-2016"
    page = writer.get(here)
    form = "//form[contains(@action, '/copy')]"
    again = writer.post(f"{here}/copy", data=fields(page.text, form, region="川", purpose="省里另定"))
    assert again.status_code == 422
    assert "省里另定" in again.text  # nothing typed is lost
    made = writer.post(f"{here}/copy", data=fields(page.text, form, region="四川省", edition="sichuan-2027"))
    draft_url = made.headers["Location"]
    assert "须由另一人核对后发布" in writer.get(draft_url).text
    form = "//form[contains(@action, '/publish')]"
    data = fields(second.get(draft_url).text, form, effective="2027-01-01")
    own = second.post(f"{draft_url}/publish", data=data).headers["Location"]
    assert own.endswith("/rules/tariff/cement_ladder/sichuan-2027")
    page = second.get(own)
    assert "自编" in page.text
    form = "//form[contains(@action, '/withdraw')]"
    assert second.post(f"{own}/withdraw", data=fields(page.text, form, reason=" ")).status_code == 422
    second.post(f"{own}/withdraw", data=fields(page.text, form, reason="文件未印发"))
    assert "已撤回" in second.get(own).text


@pytest.mark.parametrize(
    "path",
    [
        "document/inspection_notice/v1",
        "calculator/cement/gb16780-2021",
        "tariffs/aluminium/fgjg1239-2021",
        "coefficients/gbt2589/1999",
        "coefficients/..%2f..%2f/2020",
        "tariff/aluminium/%00",
        "grades/motor/' OR 1=1 --",
        "grades/motor/" + "x" * 3000,
    ],
)
def test_hostile_places_are_unknown(site: Maintained, path: str) -> None:
    client = site.client("tang")
    token = fields(
        client.get("/calculators/rules/coefficients/gbt2589/2020").text, "//form[contains(@action, '/copy')]"
    )
    assert client.get(f"/calculators/rules/{path}").status_code == 404
    assert client.get(f"/calculators/rules/{path}/file.json").status_code == 404
    for deed in ("copy", "withdraw"):
        answer = client.post(f"/calculators/rules/{path}/{deed}", data={**token, "reason": "无"})
        assert answer.status_code in (404, 409), deed


def test_another_citys_drafts_and_rights_stay_closed(site: Maintained) -> None:
    draft = site.context.service(RuleDrafts).copy(site.actor("admin"), *COEFFICIENTS)
    far, reader = site.client("far"), site.client("chen")
    for section in ("carriers", "electricity", "raw"):
        assert far.get(edit(draft, section)).status_code == 404
        assert reader.get(edit(draft, section)).status_code == 403
    assert site.client("tang").get(edit(draft, "limits")).status_code == 404  # a section of calculators
    listed = site.client("tang").get(
        "/calculators/whatif"
    )  # old data is tried on drafts of calculators alone
    assert listed.status_code == 200
    assert draft.id not in listed.text
    assert draft.id in site.client("tang").get("/calculators/drafts").text
