"""Keeping calculators as a program: editions, figures, drafts with If-Match, publication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.maintaining import Maintained
from tests.support.website import Website


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("api-maintaining"))
    yield made
    made.close()


def ask(site: Website, who: str, method: str, path: str, **more: Any) -> Any:
    client = site.client(who)
    page = client.get("/sign-in", follow_redirects=True).text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    headers = {"X-CSRFToken": token, "Accept": "application/json", **more.pop("headers", {})}
    return client.open(f"/api/v1{path}", method=method, headers=headers, **more)


def test_editions_figures_and_comparisons_are_read(site: Maintained) -> None:
    lines = ask(site, "chen", "GET", "/calculator-editions?q=16780").json["items"]
    assert [one["edition"] for one in lines] == ["gb16780-2012", "gb16780-2021"]
    whole = ask(site, "chen", "GET", "/calculator-editions/cement/gb16780-2021").json
    assert whole["method"]["name"] == "cement"
    assert whole["limits"]["standard"] == "GB 16780-2021"
    compared = ask(
        site, "chen", "GET", "/calculator-editions/cement/gb16780-2021/compare?with=gb16780-2012"
    ).json
    assert any(one["levels"][2]["change"].endswith("%") for one in compared["limits"])
    assert ask(site, "chen", "GET", "/calculator-editions/cement/none").status_code == 404
    figures = ask(site, "chen", "GET", "/calculator-figures?state=待确认&calculator=cement").json["items"]
    assert figures


def test_figures_are_confirmed_and_withdrawn(site: Maintained) -> None:
    item = ask(site, "tang", "GET", "/calculator-figures?state=待确认&calculator=coking").json["items"][0]
    body = {"figures": [{"id": item["id"], "value": item["value"]}], "against": "标准原文第5页表2"}
    assert ask(site, "chen", "POST", "/calculator-figures/confirm", json=body).status_code == 403
    done = ask(site, "tang", "POST", "/calculator-figures/confirm", json=body).json["items"]
    assert done[0]["state"] == "已确认"
    listed = ask(
        site, "tang", "GET", "/calculator-figures/confirmations", query_string={"figure": item["id"]}
    ).json["items"]
    path = f"/calculator-figures/confirmations/{listed[0]['id']}/withdraw"
    assert ask(site, "far", "POST", path, json={"reason": "x"}).status_code == 403
    assert ask(site, "tang", "POST", path, json={"reason": "看错"}).json["withdrawn"] is True


def test_drafts_are_saved_at_a_revision_and_published(site: Maintained) -> None:
    made = ask(
        site, "tang", "POST", "/calculator-drafts", json={"calculator": "soda_ash", "base": "gb29140-2024"}
    )
    assert made.status_code == 201
    draft = made.json
    path = f"/calculator-drafts/{draft['id']}"
    limits = {**draft["limits"], "note": "已按原文核对"}
    files = {"method": draft["method"], "limits": limits}
    assert ask(site, "tang", "PUT", path, json=files).status_code == 428
    saved = ask(site, "tang", "PUT", path, json=files, headers={"If-Match": '"1"'})
    assert (saved.status_code, saved.json["revision"], saved.json["problems"]) == (200, 2, [])
    assert ask(site, "wen", "PUT", path, json=files, headers={"If-Match": '"1"'}).status_code == 412
    assert ask(site, "far", "GET", path).status_code == 404
    broken = {"method": {**draft["method"], "steps": "x"}, "limits": limits}
    faulty = ask(site, "tang", "PUT", path, json=broken, headers={"If-Match": '"2"'}).json
    assert faulty["problems"][0]["pointer"] == "/steps"
    body = {"effective": "2029-01-01"}
    refused = ask(site, "wen", "POST", f"{path}/publish", json=body, headers={"If-Match": '"3"'})
    assert refused.status_code == 422
    ask(site, "tang", "PUT", path, json=files, headers={"If-Match": '"3"'})
    own = ask(site, "tang", "POST", f"{path}/publish", json=body, headers={"If-Match": '"4"'})
    assert own.status_code == 403
    done = ask(site, "wen", "POST", f"{path}/publish", json=body, headers={"If-Match": '"4"'})
    assert (done.status_code, done.json["state"]) == (200, "已发布")
