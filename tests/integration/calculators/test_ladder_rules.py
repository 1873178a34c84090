"""Own editions: a province sets what the country left open; faulty files and second thoughts are refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from formserver.calculation.tariff_model import TariffRequest
from formserver.calculators.ladder_rules import RULE_FAULTY, Rules
from formserver.calculators.ladder_service import Ladders
from formserver.core.definitions.repository import DEFINITION_FROZEN
from formserver.core.errors import AppError
from tests.support.website import Website


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


def test_a_province_sets_its_tiers_and_papers_use_them_at_once(site: Website) -> None:
    rules, ladders = site.context.service(Rules), site.context.service(Ladders)
    inputs = {"object": "blast_furnace", "value": "430", "electricity": "1000"}
    request = TariffRequest("steel_ladder", date(2025, 1, 1), date(2025, 12, 31), "云南省昆明市", "", inputs)
    assert ladders.evaluate(request).due is None
    made = rules.publish(file(province()), "yunnan.json", "系统管理员", "云发改价格〔2024〕1号")
    assert ladders.evaluate(request).due == 50
    with site.context.store.uow() as u:
        stored = u.definitions.get("tariff", "steel_ladder", "yunnan-2025")
    assert stored is not None
    assert (stored.sha256, stored.origin, stored.status) == (made.sha256, "local", "published")
    with pytest.raises(AppError) as frozen:
        rules.publish(file(province(valid_to="2026-12-31")), "yunnan.json", "系统管理员", "再改")
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
def test_faulty_files_are_refused_with_the_place(site: Website, change: dict[str, Any], place: str) -> None:
    rules = site.context.service(Rules)
    content = file(province("yunnan-2030", **change))
    _, problems = rules.check(content, "x.json")
    assert place in {one.pointer for one in problems}
    with pytest.raises(AppError) as refused:
        rules.publish(content, "x.json", "谁", "无")
    assert refused.value.code is RULE_FAULTY


def test_an_example_that_does_not_come_out_is_a_fault(site: Website) -> None:
    data = province("yunnan-2031")
    data["examples"][0]["expect"]["due"] = "6"
    _, problems = site.context.service(Rules).check(file(data), "x.json")
    assert [one.pointer for one in problems] == ["/examples/second"]
    assert "算得 5" in problems[0].message
