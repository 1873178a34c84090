"""Kept calculations: naming, giving to an enterprise, deleting, the next year, and an enterprise over the years."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from formserver.calculation.requests import request_from_json
from formserver.calculators.models import SavedCalculation
from formserver.calculators.service import Calculators
from formserver.core.errors import AppError
from formserver.store.tables import event
from tests.integration.calculators.conftest import CLINKER, asked
from tests.support.website import Website, fields, texts


def keep(
    site: Website, title: str, year: int = 2025, person: str = "chen", **inputs: str
) -> SavedCalculation:
    request = asked({**CLINKER, **inputs}, period={"start": f"{year}-01-01", "end": f"{year}-12-31"})
    service = site.context.service(Calculators)
    return service.save(site.actor(person), request_from_json(request), title, site.enterprise.id)


def post(client: FlaskClient, kept: SavedCalculation, deed: str, **data: str) -> Any:
    url = f"/calculators/saved/{kept.id}/{deed}"
    page = client.get(f"/calculators/saved/{kept.id}").text
    found = html.fromstring(page).xpath(f"//form[@action='{url}']//input[@name='csrf_token']/@value")
    token = found[0] if found else html.fromstring(page).xpath("//meta[@name='csrf-token']/@content")[0]
    return client.post(url, data={"csrf_token": token, **data})


def events(site: Website, kept: SavedCalculation) -> list[str]:
    with site.context.store.uow() as u:
        query = select(event.c.action).where(event.c.subject == f"calculation:{kept.id}")
        return [row[0] for row in u.connection.execute(query)]


def test_a_name_and_an_enterprise_are_changed_and_the_numbers_are_not(site: Website) -> None:
    kept, chen = keep(site, "旧名"), site.client("chen")
    answer = post(chen, kept, "describe", title="新名", enterprise="", enterprise_id="")
    assert answer.status_code == 302
    found = site.context.service(Calculators).saved(site.actor("chen"), kept.id)
    assert (found.title, found.enterprise_id, found.result) == ("新名", "", kept.result)
    by_name = post(chen, kept, "describe", title="新名", enterprise=site.enterprise.name)
    assert by_name.status_code == 302
    again = site.context.service(Calculators).saved(site.actor("chen"), kept.id)
    assert again.enterprise_id == site.enterprise.id
    assert events(site, kept) == ["calculation.save", "calculation.describe", "calculation.describe"]


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"title": "", "enterprise": ""}, 422, "起一个名称"),
        ({"title": "长" * 101, "enterprise": ""}, 422, "起一个名称"),
        ({"title": "好", "enterprise": "没有这家公司"}, 422, "没有唯一的“没有这家公司”"),
        ({"title": "好", "enterprise": "某公司", "enterprise_id": "0" * 26}, 404, "没有找到"),
    ],
)
def test_a_refused_change_shows_what_was_typed(
    site: Website, data: dict[str, str], status: int, said: str
) -> None:
    kept = keep(site, "不变")
    answer = post(site.client("chen"), kept, "describe", **data)
    assert answer.status_code == status
    assert said in "".join(texts(answer, "//div[@role='alert']"))
    assert html.fromstring(answer.text).xpath("//input[@id='enterprise']/@value") == [data["enterprise"]]
    assert site.context.service(Calculators).saved(site.actor("chen"), kept.id).title == "不变"


def test_deleting_asks_and_then_it_is_gone_with_an_event(site: Website) -> None:
    kept, chen = keep(site, "要删的"), site.client("chen")
    page = chen.get(f"/calculators/saved/{kept.id}")
    assert "删除后不能恢复" in page.text
    assert chen.get(f"/calculators/saved/{kept.id}/delete").status_code in (404, 405)
    answer = post(chen, kept, "delete")
    assert answer.status_code == 302
    assert "已删除“要删的”" in chen.get(answer.location).text
    assert chen.get(f"/calculators/saved/{kept.id}").status_code == 404
    assert events(site, kept) == ["calculation.save", "calculation.delete"]


def test_only_the_owner_may_and_another_city_does_not_even_see(site: Website) -> None:
    kept = keep(site, "陈的")
    he = site.client("he")
    assert "确认删除" not in he.get(f"/calculators/saved/{kept.id}").text
    for deed in ("delete", "describe"):
        refused = post(he, kept, deed, title="抢", enterprise="")
        assert refused.status_code == 403
        waishi = site.client("waishi")
        token = html.fromstring(waishi.get("/calculators").text).xpath("//meta[@name='csrf-token']/@content")[
            0
        ]
        hidden = waishi.post(
            f"/calculators/saved/{kept.id}/{deed}", data={"csrf_token": token, "title": "抢"}
        )
        assert hidden.status_code == 404
    assert site.context.service(Calculators).saved(site.actor("chen"), kept.id).title == "陈的"


def test_an_enterprise_over_the_years(site: Website) -> None:
    for year, coal in ((2023, "215000"), (2024, "210000"), (2025, "205000")):
        keep(site, f"熟料 {year}", year, coal_t=coal)
    page = site.client("chen").get(f"/calculators/enterprises/{site.enterprise.id}")
    tree = html.fromstring(page.text)
    spoken = tree.xpath("//svg[@role='img']/title/text()")
    assert any("2023年" in text and "2025年" in text and "综合煤耗" in text for text in spoken)
    rows = tree.xpath("//table//th[@scope='row']/a/text()")
    assert {"2023年", "2024年", "2025年"} <= set(rows)
    assert site.client("waishi").get(f"/calculators/enterprises/{site.enterprise.id}").status_code == 404
    assert site.client("viewer").get(f"/calculators/enterprises/{site.enterprise.id}").status_code == 403


def test_the_next_year_begins_with_the_same_product_and_no_amounts(site: Website) -> None:
    kept = keep(site, "去年", 2024)
    page = site.client("chen").get(f"/calculators/benchmark?from={kept.id}&next=1")
    found = fields(page.text, "//form[@id='benchmark']")
    assert (found["shown"], found["p0.start"], found["p0.end"]) == (
        "cement.clinker",
        "2025-01-01",
        "2025-12-31",
    )
    assert (found["i0.coal_t"], found["title"]) == ("", "")
    assert (found["enterprise"], found["enterprise_id"]) == (site.enterprise.name, site.enterprise.id)


def test_what_was_used_last_stands_first_at_the_start(site: Website) -> None:
    keep(site, "用过", person="he")
    tree = html.fromstring(site.client("he").get("/calculators/benchmark").text)
    first = tree.xpath("//section[contains(@class,'calc-start')][1]")[0]
    assert first.xpath(".//h2/text()") == ["最近用过"]
    assert first.xpath(".//a/@href") == ["/calculators/benchmark?product=cement.clinker"]


def test_a_service_call_without_the_permission_is_refused(site: Website) -> None:
    from formserver.calculators.saved_service import Kept

    kept, viewer = keep(site, "甲"), site.actor("viewer")
    for deed in (
        lambda: site.context.service(Kept).used(viewer),
        lambda: site.context.service(Kept).delete(viewer, kept.id),
        lambda: site.context.service(Kept).of_enterprise(viewer, site.enterprise.id),
    ):
        with pytest.raises(AppError) as refused:
            deed()
        assert refused.value.code.code == "NOT_ALLOWED"
