"""Labelled rows: shipped ones come out right, own ones are added, seen at once, removed with a mark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import html

from formserver.core.errors import AppError
from formserver.equipment.sample_service import Samples
from formserver.rendering.sheet_reading import read_sheets
from tests.support.catalogues import Catalogued
from tests.support.website import fields, texts

FORM = "//main//form[@method='post' and substring(@action, string-length(@action) - 7) = '/samples']"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("samples"))
    yield made
    made.close()


def add(site: Catalogued, who: str = "tang", **typed: Any) -> Any:
    client = site.client(who)
    page = client.get("/equipment/samples")
    return client.post("/equipment/samples", data=fields(page.text, FORM, **typed), follow_redirects=True)


def test_every_shipped_row_comes_out_as_labelled(site: Catalogued) -> None:
    page = site.client("chen").get("/equipment/samples")
    assert texts(page, "//div[@class='ec-figures']/span")[:2] == ["455行样本", "0行与标注不同"]
    assert "100.00%" in page.text
    assert "添加样本" not in page.text  # an inspector only reads
    assert "没有符合条件的样本" in site.client("chen").get("/equipment/samples?show=wrong").text


def test_an_own_row_is_added_seen_and_removed(site: Catalogued) -> None:
    typed = {"name": "三相异步电动机", "model": "YE5-160M-4", "verdict": "ok", "why": "铭牌为 YE5"}
    assert "与标注一致" in add(site, **typed).text
    page = add(site, **typed)
    assert page.status_code == 422  # the same row once
    assert html.fromstring(page.text).xpath("//input[@name='why']/@value") == ["铭牌为 YE5"]
    page = add(site, name="三相异步电动机", model="Y160M-4", verdict="ok", why="试一行不同的")
    assert "与标注不同" in page.text
    page = site.client("tang").get("/equipment/samples?show=wrong")
    assert len(texts(page, "//table[contains(@class, 'fs-table-stack')]/tbody/tr")) == 1
    (remove,) = html.fromstring(page.text).xpath("//form[contains(@action, '/remove')]/@action")
    assert site.client("far").post(remove, data=_csrf(site, "far")).status_code == 404
    assert site.client("chen").post(remove, data=_csrf(site, "chen")).status_code == 403
    page = site.client("tang").post(
        remove, data=fields(page.text, f"//form[@action='{remove}']"), follow_redirects=True
    )
    assert "仍留在记录里" in page.text
    assert "Y160M-4" in site.client("tang").get("/equipment/samples?show=removed").text


def test_own_rows_stay_in_their_scope(site: Catalogued) -> None:
    samples = site.context.service(Samples)
    made = samples.add(site.actor("far"), {"name": "泵", "model": "QQ-1"}, "ok", "外市的一行")
    assert made.right
    ids = {row.id for row in samples.own(site.actor("admin"))}
    assert made.row.id not in ids
    assert made.row.id in {row.id for row in samples.own(site.actor("tang"))}  # the province sees its cities
    assert samples.remove(site.actor("tang"), made.row.id).removed_by_name == "唐思源"
    assert samples.remove(site.actor("wen"), made.row.id).removed_by_name == "唐思源"  # the first mark stays


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "model": ""},
        {"verdict": ""},
        {"verdict": "maybe"},
        {"why": ""},
        {"why": "长" * 301},
        {"rule": "没有这条"},
        {"model": "A" * 81},
        {"model": "A\x01"},
        {"as_of": "1900-01-01"},
    ],
)
def test_faulty_rows_are_refused(site: Catalogued, typed: dict[str, str]) -> None:
    page = add(site, **{"name": "泵", "model": "QQ-2", "verdict": "ok", "why": "试试", **typed})
    assert page.status_code == 422


def test_rows_of_a_day_before_the_catalogues(site: Catalogued) -> None:
    made = site.context.service(Samples).add(
        site.actor("tang"),
        {"name": "变压器", "model": "S7-315/10"},
        "ok",
        "目录公布之前",
        as_of=date(2008, 1, 1),
    )
    assert made.right


def test_rows_as_a_spreadsheet(site: Catalogued) -> None:
    answer = site.client("chen").get("/equipment/samples/list.xlsx")
    ((title, table),) = read_sheets(answer.data, "x.xlsx")
    assert title == "识别样本"
    assert len(table) >= 456
    assert table[1][0] == "L001"


def test_labelling_needs_the_permission(site: Catalogued) -> None:
    with pytest.raises(AppError):
        site.context.service(Samples).add(site.actor("chen"), {"name": "泵", "model": "B"}, "ok", "试试")


def _csrf(site: Catalogued, who: str) -> dict[str, str]:
    page = html.fromstring(site.client(who).get("/equipment/samples").text)
    return {"csrf_token": page.xpath("//meta[@name='csrf-token']/@content")[0]}
