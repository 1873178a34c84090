"""What the form page asks of the server while somebody types: cells, look-ups, sources, the firm, comparison values."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.core.drafting import Drafting
from formserver.core.ids import new_row_key
from formserver.core.runner import JobRunner
from formserver.enterprises.service import EnterpriseService
from tests.support.website import Website, fields, texts


def token(site: Website, document_id: str, username: str = "chen") -> dict[str, Any]:
    state = site.client(username).get(f"/documents/{document_id}/draft").json
    return {"seq": state["seq"], "headers": {"X-CSRFToken": state["csrf"], "Accept": "application/json"}}


def post(site: Website, document_id: str, what: str, username: str = "chen", **data: Any) -> Any:
    headers = token(site, document_id, username)["headers"]
    return site.client(username).post(f"/documents/{document_id}/{what}", json=data, headers=headers)


def patch(site: Website, document_id: str, **data: Any) -> Any:
    known = token(site, document_id)
    address = f"/documents/{document_id}/draft"
    return site.client("chen").patch(address, json={"seq": known["seq"], **data}, headers=known["headers"])


def large(site: Website) -> tuple[str, list[str]]:
    """A verification form with two hundred rows; its id and the keys of the rows."""
    document = site.started(type_key="verification_form")
    body = site.context.catalogue.sample("verification_form")
    row = body["equipment"][0]
    body["equipment"] = [{**row, "_k": new_row_key(), "name": f"电动机{n}"} for n in range(200)]
    site.context.service(Drafting).save_body(site.actor("chen"), document.id, body, base_version=0)
    return document.id, [row["_k"] for row in body["equipment"]]


def test_a_form_of_two_hundred_rows_shows_one_page_and_a_post_loses_none(site: Website) -> None:
    document_id, keys = large(site)
    client = site.client("chen")
    page = client.get(f"/documents/{document_id}/edit")
    drawn = [key for key in keys if f"/equipment/@{key}/" in page.text]
    assert drawn == keys[: len(drawn)]
    assert 0 < len(drawn) <= 50
    typed = {f"/equipment/@{keys[3]}/name": "换过的电动机", "do": "keep"}
    form = fields(page.text, "//form[@id='doc-form']", **typed)
    assert client.post(f"/documents/{document_id}/edit", data=form).status_code == 302
    kept = site.context.service(Drafting).open(site.actor("chen"), document_id).draft.body["equipment"]
    assert [row["_k"] for row in kept] == keys
    assert [row["name"] for row in kept] == [
        "换过的电动机" if n == 3 else f"电动机{n}" for n in range(len(keys))
    ]


def test_a_kept_cell_is_escaped_however_it_is_drawn(site: Website) -> None:
    document_id, keys = large(site)
    hostile = '"><script>alert(1)</script>\ue000\ue001\ue002'
    assert patch(
        site, document_id, fields=[["rows:/equipment", keys[1]], [f"/equipment/@{keys[1]}/name", hostile]]
    )
    page = site.client("chen").get(f"/documents/{document_id}/edit")
    assert "<script>alert" not in page.text
    [shown] = fields(page.text, "//form[@id='doc-form']").getlist(f"/equipment/@{keys[1]}/name")
    assert shown == hostile


def test_pasted_cells_are_read_and_nothing_changes(site: Website) -> None:
    document = site.started()
    before = token(site, document.id)["seq"]
    answer = post(
        site,
        document.id,
        "draft/parse",
        at="/inspectors",
        columns=["name", None, "cert_valid_to"],
        rows=[["甲", "x", "24/5/6"], ["乙", "", "5月"]],
    )
    first, second = answer.json["rows"]
    assert [cell["value"] for cell in first] == ["甲", None, "2024-05-06"]
    assert second[2]["raw"] == "5月"
    assert token(site, document.id)["seq"] == before


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"at": "/inspectors", "columns": "name", "rows": []},
        {"at": "/inspectors", "columns": ["name"], "rows": [[1]]},
        {"at": "/inspectors", "columns": ["nothing"], "rows": []},
        {"at": "/issue_date", "columns": [], "rows": []},
        {"at": "nowhere", "columns": [], "rows": []},
        {"at": "/inspectors", "columns": ["name"], "rows": [["x"]] * 5001},
    ],
)
def test_cells_that_mean_nothing_are_refused_in_words(site: Website, data: dict[str, Any]) -> None:
    answer = post(site, site.started().id, "draft/parse", **data)
    assert answer.status_code == 422
    assert answer.get_json(force=True)["detail"].endswith("。")


def test_somebody_of_another_city_finds_none_of_it(site: Website) -> None:
    document = site.saved()
    stranger = site.client("waishi")
    other = site.context.service(Drafting).create(site.actor("waishi"), "inspection_notice")
    headers = token(site, other.id, "waishi")["headers"]
    for what in ("draft/parse", "draft/origin/refresh", "draft/origin/detach", "preview/pages"):
        asked = {"at": "/inspectors", "columns": [], "rows": []}
        answer = stranger.post(f"/documents/{document.id}/{what}", json=asked, headers=headers)
        assert answer.status_code == 404, what
    for what in ("preview/pages", "preview/pages/1", "preview.pdf", "draft/references"):
        assert stranger.get(f"/documents/{document.id}/{what}").status_code == 404, what


def test_without_a_token_nothing_is_taken(site: Website) -> None:
    document = site.started()
    for what in ("draft/parse", "draft/origin/refresh", "draft/origin/detach", "preview/pages"):
        answer = site.client("chen").post(f"/documents/{document.id}/{what}", json={"at": "/inspectors"})
        assert answer.status_code == 400, what


@pytest.mark.parametrize(
    ("kind", "text", "key", "begins"),
    [
        ("law", "jnf12", "law", "中华人民共和国节约能源法"),
        ("clause", "剧毒", "text", None),
        ("clause", "如实说明", "text", "（一）"),
        ("question", "nengyuan", "q", "统计期内"),
        ("material", "yyzz", "name", "营业执照"),
    ],
)
def test_pickers_find_by_words_and_pinyin(
    site: Website, kind: str, text: str, key: str, begins: str | None
) -> None:
    found = site.client("chen").get(f"/documents/pick/{kind}", query_string={"q": text}).json["items"]
    if begins is None:
        assert found == []
        return
    assert found[0]["facts"][key].startswith(begins)
    assert found[0]["name"]


def test_laws_are_those_in_force_on_the_date_of_the_document(site: Website) -> None:
    document = site.started()
    patch(site, document.id, fields=[["/issue_date", "2017-05-06"]])
    asked = {"q": "节约能源法", "document": document.id}
    [first, *_] = site.client("chen").get("/documents/pick/law", query_string=asked).json["items"]
    assert first["facts"]["version_date"] == "2016-07-02"


def test_a_source_is_asked_again_taken_and_detached(site: Website) -> None:
    document = site.started()
    at = "/enterprise/ent_address"
    patch(site, document.id, fields=[[at, "别的地址"]])
    told = post(site, document.id, "draft/origin/refresh", at=at).json
    assert (told["current"], told["now"], told["same"]) == ("别的地址", "四川省川西市青石镇水泥路88号", False)
    assert told["source"] == "来自企业档案"
    assert post(site, document.id, "draft/origin/refresh", at=at, take=True).json["value"] == told["now"]
    draft = site.context.service(Drafting).open(site.actor("chen"), document.id).draft
    assert draft.origins[at]["text"] == "来自企业档案"
    post(site, document.id, "draft/origin/detach", at=at)
    draft = site.context.service(Drafting).open(site.actor("chen"), document.id).draft
    assert at not in draft.origins
    assert draft.body["enterprise"]["ent_address"] == told["now"]


def test_a_list_taken_again_keeps_the_keys_of_its_rows(site: Website) -> None:
    document = site.started()
    drafting, actor = site.context.service(Drafting), site.actor("chen")
    rows = drafting.open(actor, document.id).draft.body["legal_refs"]
    patch(site, document.id, changes=[{"op": "remove", "at": f"/legal_refs/@{rows[0]['_k']}"}])
    told = post(site, document.id, "draft/origin/refresh", at="/legal_refs", take=True).json
    assert [row["law"] for row in told["value"]] == [row["law"] for row in rows]
    assert told["value"][1]["_k"] == rows[1]["_k"]


def test_what_no_source_fills_is_refused(site: Website) -> None:
    document = site.started()
    assert post(site, document.id, "draft/origin/refresh", at="/inspect_from").status_code == 422
    assert post(site, document.id, "draft/origin/refresh", at="/nothing").status_code == 422
    stale = post(site, document.id, "draft/origin/refresh", at="/legal_refs", take=True, seq=1)
    assert stale.status_code in (200, 409)  # 200: nothing to take


def another_firm(site: Website, name: str, uscc: str) -> Any:
    values = {"name": name, "uscc": uscc, "reg_address": "川东市一号路1号"}
    return site.context.service(EnterpriseService).create(site.actor("chen"), values, accept_duplicate=True)


def test_the_document_follows_the_firm_picked_in_its_form(site: Website) -> None:
    firm = another_firm(site, "川东化工有限公司", "91510100MA6CXXXX0A")
    document = site.started()
    named = [["/enterprise/ent_name", firm.name], ["/enterprise/ent_uscc", firm.uscc]]
    answer = patch(site, document.id, fields=named, enterprise=firm.id)
    assert "/enterprise/ent_name" in answer.json["origins"]
    head = site.head(document.id)
    assert (head.enterprise_id, head.facets.enterprise_name) == (firm.id, firm.name)
    listed = texts(site.client("chen").get("/documents?q=川东化工"), "//main//a")
    assert any("川东化工" in text for text in listed)
    # a slip of the pen in the name leaves the record, another firm's code does not
    patch(site, document.id, fields=[["/enterprise/ent_name", "川东化工有限责任公司"]])
    assert site.head(document.id).enterprise_id == firm.id
    patch(site, document.id, fields=[["/enterprise/ent_uscc", ""], ["/enterprise/ent_name", "无档案公司"]])
    assert site.head(document.id).enterprise_id == ""
    patch(site, document.id, fields=[["/enterprise/ent_name", "川东化工有限公司"]])
    assert site.head(document.id).enterprise_id == firm.id


def test_a_saved_document_follows_with_the_next_version(site: Website) -> None:
    firm = another_firm(site, "川南玻璃有限公司", "91510100MA6CYYYY0B")
    document = site.saved()
    patch(site, document.id, fields=[["/enterprise/ent_name", firm.name]], enterprise=firm.id)
    assert site.head(document.id).enterprise_id == site.enterprise.id
    site.context.service(Drafting).save(site.actor("chen"), document.id)
    assert site.head(document.id).enterprise_id == firm.id


def test_a_firm_outside_the_scope_cannot_be_linked(site: Website) -> None:
    values = {"name": "外市机械有限公司", "uscc": "91510700MA6CZZZZ0C"}
    firm = site.context.service(EnterpriseService).create(site.actor("waishi"), values)
    document = site.started()
    answer = patch(site, document.id, fields=[["/enterprise/ent_name", firm.name]], enterprise=firm.id)
    assert answer.status_code == 404
    assert site.head(document.id).enterprise_id == site.enterprise.id


def test_a_row_key_of_somebodys_own_making_is_refused(site: Website) -> None:
    document = site.started()
    for key in ("<b>", "KKKKKKKK", "a" * 9, 7):
        row = {"_k": key, "law": "某法"}
        answer = patch(site, document.id, changes=[{"op": "insert", "at": "/legal_refs", "row": row}])
        assert answer.status_code == 422, key
        assert "行标识" in answer.get_json(force=True)["detail"]
    row = {"_k": new_row_key(), "law": "某法"}
    good = patch(site, document.id, changes=[{"op": "insert", "at": "/legal_refs", "row": row}])
    assert good.status_code == 200


def test_last_years_figure_stands_beside_the_field(site: Website) -> None:
    last = {"period_from": "2024-01-01", "period_to": "2024-12-31", "energy_total": "4321.0050"}
    before = site.saved(type_key="verification_form", **last)
    this = site.saved(type_key="verification_form", period_from="2025-01-01", period_to="2025-12-31")
    told = site.client("chen").get(f"/documents/{this.id}/draft/references").json
    [total] = [value for value in told["values"] if value["at"] == "/energy_total"]
    assert total["own"]["value"] == "4321.0050"
    assert total["own"]["unit"] == "tce"
    assert total["own"]["url"] == f"/documents/{before.id}"
    assert total["median"] is None
    assert "不足 5 家" in total["median_reason"]
    rows = [value for value in told["values"] if value["key"] == "energy_qty"]
    assert rows
    assert all("/@" in value["at"] and value["product"] for value in rows)


def test_the_exact_preview_is_the_askers_own_and_says_when_it_is_old(site: Website) -> None:
    document = site.saved()
    asked = post(site, document.id, "preview/pages")
    assert (asked.status_code, asked.json["state"]) == (202, "running")
    context = site.context
    assert JobRunner(context.store, context.job_handlers, context.clock).run_all() == 1
    client = site.client("chen")
    told = client.get(f"/documents/{document.id}/preview/pages").json
    assert told["state"] == "done"
    assert not told["outdated"]
    assert client.get(told["pages"][0]).mimetype == "image/webp"
    assert client.get(told["pdf"]).data.startswith(b"%PDF-")
    assert site.client("he").get(told["pages"][0]).status_code == 404
    patch(site, document.id, fields=[["/issue_date", "2026-11-20"]])
    assert client.get(f"/documents/{document.id}/preview/pages").json["outdated"]
    with context.store.uow() as u:
        assert u.renditions.for_document(document.id) == ()
