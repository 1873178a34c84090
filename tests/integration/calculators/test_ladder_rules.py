"""Own editions: a province sets what the country left open; faulty files and second thoughts are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from formserver.calculation.tariff_model import TariffRequest
from formserver.calculators.ladder_rules import RULE_FAULTY, Rules
from formserver.calculators.ladder_service import Ladders
from formserver.calculators.maintain_models import Draft, DraftState
from formserver.calculators.maintain_repository import DraftRepository
from formserver.core.canonical import digest
from formserver.core.definitions.repository import DEFINITION_FROZEN
from formserver.core.errors import AppError
from tests.support.maintaining import Maintained


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintained]:
    made = Maintained(tmp_path_factory.mktemp("rules"))
    yield made
    made.close()


def published(site: Maintained, data: dict[str, Any], by: str = "wen", **more: str) -> Draft:
    rules, reason = site.context.service(Rules), "云发改价格〔2024〕1号"
    return rules.publish(file(data), "yunnan.json", by=by, drafted_by="tang", reason=reason, **more)


def province(edition: str = "yunnan-2025", **more: Any) -> dict[str, Any]:
    sure = {"confidence": "verified"}
    tiers = [
        {"key": "1", "title": "第一档", "upto": {"value": "415", **sure}, "rate": {"value": "0", **sure}},
        {"key": "2", "title": "第二档", "upto": {"value": "435", **sure}, "rate": {"value": "0.05", **sure}},
    ]
    inputs = {"start": "2025-01-01", "end": "2025-12-31", "region": "云南省", "object": "blast_furnace",
              "value": "415.1", "electricity": "100"}  # fmt: skip
    example = {
        "key": "second",
        "title": "第二档",
        "origin": "own",
        "inputs": inputs,
        "expect": {"due": "5", "state": "已算定"},
    }
    return {
        "$id": f"tariffs/steel_ladder/{edition}", "format": 1, "name": "steel_ladder", "region": "云南省",
        "extends": "steel_ladder/fgjg2803-2016", "valid_from": "2025-01-01", "valid_to": None,
        "document": {"number": "云南省钢铁阶梯电价规定", "title": "钢铁阶梯电价", "confidence": "verified"},
        "sources": {}, "unknown": [], "examples": [example],
        "ladders": [{"key": "blast_furnace", "title": "高炉工序", "tiers": tiers}], **more,
    }  # fmt: skip


def file(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def test_a_province_sets_its_tiers_and_papers_use_them_at_once(site: Maintained) -> None:
    ladders = site.context.service(Ladders)
    inputs = {"object": "blast_furnace", "value": "430", "electricity": "1000"}
    request = TariffRequest("steel_ladder", date(2025, 1, 1), date(2025, 12, 31), "云南省昆明市", "", inputs)
    assert ladders.evaluate(request).due is None
    made = published(site, province())
    assert ladders.evaluate(request).due == 50
    with site.context.store.uow() as u:
        stored = u.definitions.get("tariff", "steel_ladder", "yunnan-2025")
    assert stored is not None
    assert (stored.sha256, stored.origin, stored.status) == (digest(made.method), "local", "published")
    with pytest.raises(AppError) as frozen:
        published(site, province(valid_to="2026-12-31"))
    assert frozen.value.code is DEFINITION_FROZEN


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"extends": "steel_ladder/none-1999"}, "/extends"),
        ({"ladders": []}, "/ladders"),
        ({"name": "glass"}, "/name"),
        ({"$id": "calculators/cement/x"}, "/$id"),
        ({"valid_to": "2024-01-01"}, "/valid_to"),
        ({"surprise": 1}, ""),
    ],
)
def test_faulty_files_are_refused_with_the_place(
    site: Maintained, change: dict[str, Any], place: str
) -> None:
    rules = site.context.service(Rules)
    content = file(province("yunnan-2030", **change))
    _, problems = rules.check(content, "x.json")
    assert place in {one.pointer for one in problems}
    with pytest.raises(AppError) as refused:
        rules.publish(content, "x.json", by="wen", drafted_by="tang", reason="无")
    assert refused.value.code is RULE_FAULTY


def test_an_example_that_does_not_come_out_is_a_fault(site: Maintained) -> None:
    data = province("yunnan-2031")
    data["examples"][0]["expect"]["due"] = "6"
    _, problems = site.context.service(Rules).check(file(data), "x.json")
    assert [one.pointer for one in problems] == ["/examples/second"]
    assert "算得 5" in problems[0].message


def test_the_command_keeps_the_rule_of_two_people(site: Maintained) -> None:
    refused = {
        "tang": "CALCULATOR_SECOND_PERSON_NEEDED",  # wrote it, and wen could publish it
        "admin": "NOT_ALLOWED",  # of a city
        "nobody": "NOT_FOUND",
    }
    for by, code in refused.items():
        with pytest.raises(AppError) as caught:
            published(site, province("yunnan-2032"), by=by, alone="只有我一个人会用命令行")
        assert caught.value.code.code == code
    with site.context.store.uow() as u:  # nothing of a refused file is kept: its edition is still free
        assert u.repository(DraftRepository).of_edition("steel_ladder", "yunnan-2032", "tariff") is None
    assert published(site, province("yunnan-2032", valid_from="2032-01-01")).state is DraftState.PUBLISHED


def test_alone_with_a_recorded_reason_where_nobody_else_can(tmp_path: Path) -> None:
    site = Maintained(tmp_path, publishers=1)
    try:
        with pytest.raises(AppError) as caught:
            published(site, province(), by="tang", alone="急")
        assert caught.value.code.code == "CALCULATOR_ALONE_REASON_MISSING"
        done = published(site, province(), by="tang", alone="本机关只有一名维护人员在岗")
        assert done.ended_reason == "本机关只有一名维护人员在岗"
    finally:
        site.close()
