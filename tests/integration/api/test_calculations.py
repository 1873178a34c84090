"""Calculators and kept calculations for programs: every answer is held against the OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Program, token_for
from tests.support.website import Website

ASKED: dict[str, Any] = {
    "calculator": "cement",
    "product": "clinker",
    "period": {"start": "2025-01-01", "end": "2025-12-31"},
    "inputs": {
        "coal_t": "208000",
        "q_net_ar": 22400,
        "clinker_t": "1550000",
        "clinker_kwh": "83700000",
        "waste_heat_factor": "0",
        "altitude_m": "420",
    },
}


def test_calculators_are_listed_with_what_they_ask_for(program: Program) -> None:
    items = {one["name"]: one for one in program.get("/calculators").json["items"]}
    clinker = next(one for one in items["cement"]["products"] if one["product"] == "clinker")
    coal = next(one for one in clinker["inputs"] if one["key"] == "coal_t")
    assert (coal["unit"], coal["required"]) == ("t", True)
    assert program.get("/calculators/cement").json == items["cement"]
    program.get("/calculators/nothing", 404)


def test_evaluating_keeps_nothing_and_keeping_gives_it_again(program: Program) -> None:
    before = program.get("/calculations").json["items"]
    found = program.post("/evaluations", ASKED).json
    assert found["verdict"] == "达标"
    assert found["conclusion"].endswith("结论：达标。")
    assert program.get("/calculations").json["items"] == before
    kept = program.post("/calculations", {**ASKED, "title": "一号窑"}, 201).json
    assert program.get(f"/calculations/{kept['id']}").json == kept
    assert program.get("/calculations").json["items"][0]["id"] == kept["id"]
    assert kept["result"]["verdict"] == "达标"


def test_pages_of_the_list_follow_each_other(program: Program) -> None:
    made = [program.post("/calculations", {**ASKED, "title": f"第{i}次"}, 201).json["id"] for i in range(3)]
    first = program.get("/calculations?limit=2").json
    assert [one["id"] for one in first["items"]] == made[:0:-1]
    following = first["next"].removeprefix("/api/v1")
    assert program.get(following).json["items"][0]["id"] == made[0]


def test_a_key_that_is_sent_again_keeps_once(program: Program) -> None:
    first, second = (
        program.post(
            "/calculations", {**ASKED, "title": "两次"}, 201, headers={"Idempotency-Key": "calc-once"}
        )
        for _ in range(2)
    )
    assert first.json["id"] == second.json["id"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"product": "nothing"}, 404),
        ({"calculator": "nothing"}, 404),
        ({"calculator": "Bad Name"}, 422),
        ({"period": {"start": "2025-13-01", "end": "2025-12-31"}}, 422),
        ({"period": {"start": "2025-01-01"}}, 422),
        ({"inputs": {"coal_t": 1.5}}, 422),
        ({"inputs": {"coal_t": "x" * 201}}, 422),
        ({"energy": [{"carrier": "raw_coal"}]}, 422),
        ({"energy": [{"carrier": "raw_coal", "amount": "1", "unit": "t", "nonsense": "1"}]}, 422),
        ({"enterprise_id": "0" * 26, "title": "甲"}, 422),
        ({"production_state": "asleep"}, 422),
    ],
    ids=str,
)
def test_requests_that_make_no_sense_are_refused(
    program: Program, change: dict[str, Any], status: int
) -> None:
    program.post("/evaluations", {**ASKED, **change}, status)


def test_an_enterprise_out_of_sight_cannot_be_named(program: Program) -> None:
    program.post("/calculations", {**ASKED, "title": "甲", "enterprise_id": "0" * 26}, 404)


def test_half_characters_and_controls_are_left_out_of_what_is_kept(program: Program) -> None:
    odd = {**ASKED, "title": "一\u0000二\ud800", "inputs": {"coal_t": "1\u0001\udfff"}}
    kept = program.post("/calculations", odd, 201).json
    assert kept["title"] == "一二"
    assert kept["request"]["inputs"] == {"coal_t": "1"}


def test_who_may_not_is_told_and_another_city_finds_nothing(site: Website, program: Program) -> None:
    kept = program.post("/calculations", {**ASKED, "title": "本市"}, 201).json["id"]
    Program(site, "waishi").get(f"/calculations/{kept}", 404)
    viewer = Program(site, "viewer", token_for(site, "viewer"))
    viewer.get("/calculators", 403)
    viewer.post("/evaluations", ASKED, 403)
