"""The tree of agencies and the own agency's letter data."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from formserver.agencies.commands import agency_commands
from formserver.agencies.service import AgencyService
from formserver.core.errors import AppError
from formserver.core.permissions import system_actor
from tests.support.web import context_of


def agency_id(app, code):
    return context_of(app).service(AgencyService).id_by_code(code)


def test_everybody_sees_their_agency_and_what_is_below(client_as):
    province = client_as("viewer").get("/agencies/").text
    assert "四川省节能监察中心" in province
    assert "金堂县节能监察大队" in province
    city = client_as("chengdu").get("/agencies/").tree.xpath("string(//main)")
    assert "金堂县节能监察大队" in city
    assert "绵阳市节能监察中心" not in city
    assert "四川省节能监察中心" not in city


def test_another_citys_agency_does_not_exist_for_this_city(app, client_as):
    client_as("chengdu").get(f"/agencies/{agency_id(app, 'SC-MY')}", status=404)


def test_an_administrator_changes_the_letter_data_of_the_own_agency(app, client_as):
    client, key = client_as("admin"), agency_id(app, "SC")
    url = f"/agencies/{key}/edit"
    page = client.submit(client.get(url), url, {"supervision_phone": "028-12345", "check_cap": "3"})
    assert "028-12345" in page.text
    facts = context_of(app).service(AgencyService)
    with context_of(app).store.uow() as u:
        assert facts.facts(u, key)["check_cap"] == "3"
        assert facts.facts(u, key)["mode"] == "委托"


def test_letter_data_of_an_agency_below_are_its_own_business(app, client_as):
    key = agency_id(app, "SC-CD")
    assert "下级" not in client_as("admin").get(f"/agencies/{key}/edit", status=403).heading


def test_what_cannot_be_true_is_refused_beside_its_field(app, client_as):
    client, url = client_as("admin"), f"/agencies/{agency_id(app, 'SC')}/edit"
    page = client.submit(client.get(url), url, {"acting_body": "", "check_cap": "0"}, status=422)
    assert "年度检查次数上限应为 1 至 366" in page.text
    page = client.submit(client.get(url), url, {"acting_body": ""}, status=422)
    assert "委托执法时请填写具体实施机构" in page.tree.xpath("string(//*[@id='acting_body-error'])")


def test_two_administrators_do_not_overwrite_each_other(app, client_as):
    url = f"/agencies/{agency_id(app, 'SC')}/edit"
    first, second = client_as("admin"), client_as("admin")
    mine, theirs = first.get(url), second.get(url)
    second.submit(theirs, url, {"phone": "2"})
    page = first.submit(mine, url, {"phone": "1"}, status=409)
    assert "已被别人修改" in page.text
    assert page.form(url)["phone"] == "1"


def test_loading_a_tree_twice_changes_nothing(app, tmp_path):
    context = context_of(app)
    entries = json.loads((context.settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))[
        "agencies"
    ]
    assert context.service(AgencyService).load(system_actor(), entries) == (0, 0)


def test_a_child_before_its_parent_is_refused(app):
    entry = {"code": "X", "parent": "NOBODY", "name": "某", "level": "CITY", "mode": "OWN", "regime": "M58"}
    with pytest.raises(AppError) as refused:
        context_of(app).service(AgencyService).load(system_actor(), [entry])
    assert "上级写在下级前面" in str(refused.value)


def test_the_command_lists_the_tree(app):
    done = CliRunner().invoke(agency_commands, ["list"], obj=context_of(app))
    assert done.exit_code == 0
    assert "    SC-CD-JT\t金堂县节能监察大队" in done.output
