"""The pages of 计算包 and drafts without JavaScript and with autosave; two maintainers at once; old data tried again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date

import pytest
from lxml import html
from openpyxl import load_workbook

from formserver.calculators.maintain_fields import SECTIONS
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_service import day_of
from formserver.calculators.maintain_whatif import Target, WhatIf
from formserver.core.definitions.document_type import read_json
from tests.support.maintaining import SODA, Maintained, soda
from tests.support.website import fields, texts

FORM = "//form[@data-draft-form]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("maintaining"))
    yield made
    made.close()


def edit(draft: Draft, section: str) -> str:
    return f"/calculators/drafts/{draft.id}/edit/{section}"


def now(site: Maintained, draft: Draft) -> Draft:
    return site.drafts.get(site.actor("tang"), draft.id)


def test_every_edition_can_be_read_compared_and_taken_away(site: Maintained) -> None:
    client = site.client("chen")
    listed = client.get("/calculators/packs")
    links = html.fromstring(listed.text).xpath("//tbody//td[1]/a/@href")
    assert len(links) >= 60
    for link in links:
        page = client.get(link)
        assert page.status_code == 200, link
        assert "不符" not in texts(page, "//section[@id='examples']")[0], link
    for name in ("cement", "rare_earth", "iron_steel"):
        versions = [one.version for one in site.context.catalogue.definitions("calculator", name)]
        page = client.get(f"/calculators/packs/{name}/compare?old={versions[0]}&new={versions[1]}&all=1")
        assert page.status_code == 200
    assert client.get("/calculators/packs?q=shuini").text.count("GB 16780") == 2
    assert "没有找到" in client.get("/calculators/packs?q=%00zzz").text
    for part in ("calculator", "limits"):
        got = client.get(f"/calculators/packs/cement/gb16780-2021/{part}.json")
        assert read_json(got.data, part)["$id"].endswith("cement/gb16780-2021")
    assert client.get("/calculators/packs/cement/gb16780-2021/x.json").status_code == 404
    assert client.get("/calculators/packs/cement/..%2f..").status_code == 404
    assert client.get("/calculators/coefficients/gbt2589/2020").status_code == 200


def test_the_change_of_limits_between_editions_is_told_in_percent(site: Maintained) -> None:
    page = site.client("chen").get("/calculators/packs/cement/compare?old=gb16780-2012&new=gb16780-2021")
    assert any("%" in row and "熟料" in row for row in texts(page, "//section[1]//tbody/tr"))


def test_saving_every_section_untouched_changes_nothing(site: Maintained) -> None:
    client = site.client("tang")
    for pack in (
        SODA,
        ("cement", "gb16780-2021"),
        ("ferroalloy", "gb21341-2022"),
        ("coking", "gb21342-2025"),
    ):
        draft = site.copy("tang", pack)
        for section in SECTIONS:
            page = client.get(edit(draft, section.key))
            answer = client.post(edit(draft, section.key), data=fields(page.text, FORM, do="save"))
            assert answer.status_code == 302, section.key
        kept = now(site, draft)
        assert (kept.method, kept.limits, kept.tag) == (draft.method, draft.limits, 1)


def test_limits_are_typed_and_faults_stand_beside_their_field(site: Maintained) -> None:
    client, draft = site.client("tang"), site.copy()
    page = client.get(edit(draft, "limits"))
    data = fields(
        page.text, FORM, do="save", **{"limits.0.l3": "三百七", "limits.1.l1": "３５１", "limits.2.l2": ""}
    )
    page = client.post(edit(draft, "limits"), data=data, follow_redirects=True)
    body = html.fromstring(page.text)
    assert "三百七" in body.xpath("//input[@id='limits.0.l3']/@value")
    assert "写法不合规则" in body.xpath("string(//p[@id='limits.0.l3-error'])")
    assert body.xpath("//a[@href='#limits.0.l3']")
    rows = now(site, draft).limits["limits"]
    assert rows[1]["levels"]["1"] == "351"
    assert rows[2]["levels"]["2"] is None


def test_autosave_answers_with_the_state_of_every_field(site: Maintained) -> None:
    client, draft = site.client("tang"), site.copy()
    page = client.get(edit(draft, "steps"))
    json_only = {"Accept": "application/json"}
    data = fields(page.text, FORM, **{"steps.0.expression": "total_energy / "})
    told = client.post(edit(draft, "steps"), data=data, headers=json_only).json
    assert told["tag"] == 2
    assert "没有写完" in told["faults"]["steps.0.expression"][0]
    data = fields(page.text, FORM, tag="2", **{"steps.0.expression": "total_energy + output"})
    told = client.post(edit(draft, "steps"), data=data, headers=json_only).json
    message = told["faults"]["steps.0.expression"][0]
    assert "kgce" in message
    assert "t" in message
    data = fields(page.text, FORM, tag="3", **{"steps.0.expression": "total_energy / output"})
    told = client.post(edit(draft, "steps"), data=data, headers=json_only).json
    assert told["total"] == 0
    assert "产量" in told["said"]["steps.0.expression"]


def test_rows_are_added_copied_moved_removed_and_limits_follow(site: Maintained) -> None:
    client, draft = site.client("tang"), site.copy()

    def press(section: str, do: str, **typed: str) -> Draft:
        page = client.get(edit(draft, section))
        client.post(edit(draft, section), data=fields(page.text, FORM, do=do, **typed))
        return now(site, draft)

    before = len(draft.limits["limits"])
    copied = press("products", "copy-0")
    keys = [one["key"] for one in copied.method["products"]]
    assert keys[1] == f"{keys[0]}_2"
    assert len(copied.limits["limits"]) == before + 1
    twin = [row for row in copied.limits["limits"] if row["product"] == keys[1]]
    assert twin[0]["levels"] == copied.limits["limits"][0]["levels"]
    renamed = press("products", "save", **{"products.1.key": "dense_light"})
    assert "dense_light" in {row["product"] for row in renamed.limits["limits"]}
    assert keys[1] not in {row["product"] for row in renamed.limits["limits"]}
    removed = press("products", "delete-1")
    assert len(removed.limits["limits"]) == before
    added = press("inputs", "add")
    assert list(added.method["inputs"])[-1] == "new"
    twice = press("inputs", "save", **{"inputs.2.key": "output"})
    assert list(twice.method["inputs"])[-1] == "output_2"  # never over its twin
    assert twice.method["inputs"]["output"] == draft.method["inputs"]["output"]
    press("inputs", "delete-2")
    moved = press("steps", "up-0")
    assert moved.method["steps"] == draft.method["steps"]
    for do in ("delete-999", "copy--1", "up-x", "nonsense"):
        assert press("steps", do).method["steps"] == draft.method["steps"]


def test_tables_are_pasted_from_a_spreadsheet(site: Maintained) -> None:
    client, draft = site.client("tang"), site.copy("tang", ("coking", "gb21342-2025"))
    page = client.get(edit(draft, "tables"))
    index = [one.get("rule") for one in draft.method["tables"].values()].index("linear")
    pasted = "21\t-8.30\r\n25\t−2.5\r\n28\t0\r\n"
    client.post(
        edit(draft, "tables"), data=fields(page.text, FORM, do="save", **{f"tables.{index}.grid": pasted})
    )
    table = list(now(site, draft).method["tables"].values())[index]
    assert table["points"] == [["21", "-8.30"], ["25", "-2.5"], ["28", "0"]]


def test_two_maintainers_see_both_versions(site: Maintained) -> None:
    tang, admin = site.client("tang"), site.client("admin")
    draft = site.copy("admin")
    theirs, mine = tang.get(edit(draft, "limits")).text, admin.get(edit(draft, "limits")).text
    tang.post(edit(draft, "limits"), data=fields(theirs, FORM, do="save", **{"limits.0.l1": "311"}))
    typed = fields(mine, FORM, do="save", **{"limits.0.l2": "322", "limits.0.note": "照原文"})
    page = admin.post(edit(draft, "limits"), data=typed)
    assert page.status_code == 409
    assert "唐思源" in page.text
    rows = {name.get("name"): name.text for name in html.fromstring(page.text).xpath("//textarea")}
    assert rows["limits.0.l2"].strip() == "322"
    assert rows["limits.0.note"].strip() == "照原文"
    live = admin.post(edit(draft, "limits"), data=typed, headers={"Accept": "application/json"})
    assert live.status_code == 409
    assert "唐思源" in live.json["error"]
    assert "limits.0.l1" not in rows  # not touched here: it must not undo what the other person did
    merged = fields(page.text, "//main//form", do="save")
    assert admin.post(edit(draft, "limits"), data=merged).status_code == 302
    levels = now(site, draft).limits["limits"][0]["levels"]
    assert (levels["1"], levels["2"]) == ("311", "322")


def test_rows_that_moved_meanwhile_are_found_by_name(site: Maintained) -> None:
    draft = site.copy("admin")
    tang, admin = site.client("tang"), site.client("admin")
    theirs, mine = tang.get(edit(draft, "limits")).text, admin.get(edit(draft, "limits")).text
    typed = fields(mine, FORM, do="save", **{"limits.0.l1": "999", "limits.2.l1": "777"})
    tang.post(edit(draft, "limits"), data=fields(theirs, FORM, do="delete-0"))
    page = admin.post(edit(draft, "limits"), data=typed)
    boxes = {one.get("name"): one.text for one in html.fromstring(page.text).xpath("//textarea")}
    assert {name: text.strip() for name, text in boxes.items()} == {"limits.1.l1": "777"}
    assert "999" in page.text
    assert "这一行已被删除" in page.text


def test_raw_files_are_judged_by_the_same_rules(site: Maintained) -> None:
    client, draft = site.client("tang"), site.copy()
    form = "//form[contains(@class,'mt-raw')]"
    page = client.get(edit(draft, "raw"))
    for method in ("{", "[]", '{"a": 0.5}', '{"a":1,"a":2}', "[" * 100_000, '"\\ud800"', "x" * 1_300_000):
        answer = client.post(edit(draft, "raw"), data=fields(page.text, form, method=method))
        assert answer.status_code in (413, 422), method[:20]
    assert now(site, draft).tag == 1
    kept = client.post(
        edit(draft, "raw"), data=fields(page.text, form, method='{"title": "<script>alert(1)</script>"}')
    )
    assert kept.status_code == 302
    for section in SECTIONS:
        shown = client.get(edit(draft, section.key))
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
    assert client.get(f"/calculators/drafts/{draft.id}").status_code == 200
    odd = json.dumps({"inputs": 5, "products": {"a": []}, "tables": [1], "steps": "x", "examples": [None]})
    client.post(
        edit(draft, "raw"),
        data=fields(client.get(edit(draft, "raw")).text, form, method=odd, limits="{}"),
    )
    for section in SECTIONS:
        assert client.get(edit(draft, section.key)).status_code == 200, section.key


def test_published_on_the_page_by_a_second_person(site: Maintained) -> None:
    draft = site.with_limit(site.copy("admin"), "505", who="admin")
    path = f"/calculators/drafts/{draft.id}"
    own = site.client("admin").get(path)
    assert "由最上级机构发布" in own.text
    assert "施行日期" not in own.text
    client = site.client("tang")
    publish = "//form[contains(@action,'/publish')]"
    page = client.get(path).text
    assert (
        client.post(f"{path}/publish", data=fields(page, publish, effective="31.12.2030")).status_code == 422
    )
    done = client.post(
        f"{path}/publish", data=fields(page, publish, effective="2031-01-01"), follow_redirects=True
    )
    assert "已发布" in done.text
    assert "将实施" in done.text
    assert (
        client.post(f"{path}/publish", data=fields(page, publish, effective="2032-01-01")).status_code == 409
    )
    gone = fields(done.text, "//form[contains(@action,'/withdraw')]", reason="试用完毕")
    assert (
        "已撤回"
        in client.post(
            f"/calculators/packs/soda_ash/{draft.edition}/withdraw", data=gone, follow_redirects=True
        ).text
    )


def test_drafts_of_another_city_are_not_there(site: Maintained) -> None:
    draft = site.copy("admin")
    far = site.client("far")
    for path in (
        f"/calculators/drafts/{draft.id}",
        edit(draft, "limits"),
        f"/calculators/whatif?draft={draft.id}",
    ):
        assert far.get(path).status_code == 404
    assert draft.edition not in far.get("/calculators/drafts?all=1").text
    assert site.client("chen").get("/calculators/drafts").status_code == 403


def test_old_calculations_are_tried_under_a_draft_and_stay_as_they_are(site: Maintained) -> None:
    chen, tang = site.actor("chen"), site.actor("tang")
    kept = site.calculators.save(chen, soda(2026), "甲厂 2026")
    site.calculators.save(chen, soda(2026, energy="3000000"), "乙厂 2026")
    assert kept.result["verdict"] == "不达标"
    draft = site.with_limit(site.copy(), "600")
    page = site.client("tang").get(f"/calculators/whatif?draft={draft.id}")
    rows = texts(page, "//tbody/tr")
    assert "甲厂 2026" in rows[0]
    assert "变动" in rows[0]
    assert "达标" in rows[0]
    assert "乙厂 2026" in rows[1]
    assert "变动" not in rows[1]
    sheet = site.client("tang").get(f"/calculators/whatif/result.xlsx?draft={draft.id}")
    table = load_workbook(io.BytesIO(sheet.data)).active
    assert table.cell(3, 2).value == "甲厂 2026"
    assert table.cell(3, 10).value == "变动"
    assert site.calculators.saved(chen, kept.id).result == kept.result
    assert "没有可以试算" in site.client("far").get("/calculators/whatif?edition=soda_ash/gb29140-2024").text
    service = site.context.service(WhatIf)
    job = service.start(tang, Target("soda_ash", draft.edition, draft.id))
    result = service.work(job, lambda _percent, _text: None)
    assert result["changed"] == 1
    assert result["found"] == 2
    assert site.client("far").get(f"/calculators/whatif/jobs/{job.id}").status_code == 404


def test_examples_come_from_kept_calculations(site: Maintained) -> None:
    site.calculators.save(site.actor("tang"), soda(2026), "丙厂")
    client, draft = site.client("tang"), site.copy()
    page = client.get(edit(draft, "examples"))
    client.post(edit(draft, "examples"), data=fields(page.text, FORM, do="from-saved"))
    made = now(site, draft)
    assert made.method["examples"][-1]["title"] == "丙厂"
    assert site.drafts.judged(made).good


def test_a_day_that_is_none_is_no_day(site: Maintained) -> None:
    assert day_of("2026-02-29") is None
    assert day_of("2028-02-29") == date(2028, 2, 29)
    assert day_of("") is None
    assert day_of("<x>") is None
