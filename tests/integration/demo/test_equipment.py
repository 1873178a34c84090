"""设备识别 in the demonstration: two years of one works, decided in part, and a city that is apart."""

from __future__ import annotations

import pytest

from formserver.core.errors import AppError
from formserver.core.models import State
from formserver.demo.equipment import MISTYPED, PUMP_WORKS, RENAMED, UNREADABLE, fill_equipment
from formserver.demo.works import CEMENT_WORKS, STEEL_WORKS
from formserver.equipment.lists_service import Lists, Wanted
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_models import Became
from formserver.equipment.register_service import Registers
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_service import Reviews
from tests.integration.demo.conftest import Demonstration


def lists_of(demonstration: Demonstration, firm: str) -> tuple[EquipmentList, ...]:
    wanted = Wanted(enterprise_id=demonstration.enterprises[firm])
    return demonstration.context.service(Lists).find(demonstration.actor, wanted)[0]


def rows_of(demonstration: Demonstration, one: EquipmentList) -> dict[str, ListRow]:
    reviews = demonstration.context.service(Reviews)
    page = reviews.page(demonstration.actor, one.id, RowQuery(), after=0, limit=200)
    return {row.stated["values"].get("model", ""): row for row in page.rows}


def test_the_list_of_last_year_was_made_into_a_signed_paper(demonstration: Demonstration):
    new, old = lists_of(demonstration, CEMENT_WORKS)
    assert (old.state, new.state) == (ListState.CLOSED, ListState.READY)
    assert old.as_of.year == new.as_of.year - 1
    (paper,) = demonstration.papers("elimination_list", State.SIGNED, CEMENT_WORKS)
    assert old.document_ids == {"elimination_list": paper.id}
    body = demonstration.body(paper)
    assert [row["model"] for row in body["moved_rows"]] == [RENAMED]
    assert len(body["rows"]) == 21
    assert len(body["blocked_rows"]) == 1


def test_a_messy_workbook_is_read_with_its_faults_said(demonstration: Demonstration):
    new = lists_of(demonstration, CEMENT_WORKS)[0]
    assert 40 <= new.counts["rows"] <= 60
    rows = rows_of(demonstration, new)
    (problem,) = rows[""].stated["problems"]
    assert "8-18" in problem["message"]
    assert rows["Y225S-4、Y180L-4"].standing == "review"
    assert rows["S7-1000/10"].va == 2_000_000


def test_decisions_of_last_year_are_taken_over_and_partly_looked_at(demonstration: Demonstration):
    rows = rows_of(demonstration, lists_of(demonstration, CEMENT_WORKS)[0])
    assert (rows[MISTYPED].decided, rows[MISTYPED].photos) == ("in", 1)
    assert (rows[RENAMED].verdict, rows[RENAMED].standing) == ("eliminated", "ok")
    assert rows[RENAMED].decided == "carried"
    assert (rows[UNREADABLE].standing, rows[UNREADABLE].comments) == ("review", 1)
    assert {rows[model].decided for model in ("BX1-330", "ZX5-250")} == {"confirmed"}
    assert sum(row.decided == "carried" for row in rows.values()) > 10


def test_the_register_tells_what_became_of_the_equipment(demonstration: Demonstration):
    works = demonstration.enterprises[CEMENT_WORKS]
    compared = demonstration.context.service(Registers).compare(demonstration.actor, works)
    assert compared is not None
    assert {kind: count for kind, count in compared.counts.items() if count} == {
        Became.ADDED: 4,
        Became.REMOVED: 2,
        Became.CHANGED: 1,
    }


def test_a_verification_form_is_filled_from_the_list(demonstration: Demonstration):
    (paper,) = demonstration.papers("verification_form", State.DRAFT, CEMENT_WORKS)
    rows = {row["model"]: row for row in demonstration.body(paper)["equipment"]}
    assert rows[MISTYPED]["manual_confirm"] == "确认淘汰"
    assert rows["Y160M-4"]["system_suggestion"] == "疑似淘汰"
    assert rows["C620"]["system_suggestion"] == "待确认"


def test_one_list_waits_for_a_person_to_say_what_its_columns_mean(demonstration: Demonstration):
    (waiting,) = lists_of(demonstration, STEEL_WORKS)
    assert waiting.state is ListState.MAPPING


def test_cities_do_not_see_each_others_lists(demonstration: Demonstration):
    lists, other = demonstration.context.service(Lists), demonstration.person("chengdu")
    assert other.may(EquipmentPermission.READ)
    (theirs,) = lists.find(other)[0]
    assert theirs.enterprise_name == PUMP_WORKS
    with pytest.raises(AppError, match="没有找到"):
        lists.get(other, lists_of(demonstration, CEMENT_WORKS)[0].id)
    with pytest.raises(AppError, match="没有找到"):
        lists.get(demonstration.actor, theirs.id)


def test_loaded_once_is_enough(demonstration: Demonstration):
    assert fill_equipment(demonstration.context, demonstration.actor, demonstration.enterprises) == []
    assert len(lists_of(demonstration, CEMENT_WORKS)) == 2
