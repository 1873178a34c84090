"""Lists on a real PostgreSQL: laid out, remembered, checked twice at once, carried over, figures and problems asked for."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.app import build_context
from formserver.core.permissions import system_actor
from formserver.core.runner import JobRunner
from formserver.enterprises.service import EnterpriseService
from formserver.equipment.lists_repository import ProblemQuery
from formserver.equipment.lists_service import CHECK_JOB, Lists
from formserver.equipment.lists_wishes import Wish
from formserver.equipment.models import ListState
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from tests.support.lists import BAD, MOTOR, PUMP, own_file, template_file
from tests.support.postgres import find_binaries, running_server
from tests.support.web import PASSWORD, make_settings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        url = server.url(server.create_database())
        built = build_context(make_settings(tmp_path_factory.mktemp("pg"), database_url=url))
        entries = json.loads((built.settings.schemas_dir / "agencies.json").read_text(encoding="utf-8"))
        agencies = built.service(AgencyService)
        agencies.load(system_actor(), entries["agencies"])
        built.service(AccountService).add_user(
            username="li",
            name="李",
            password=PASSWORD,
            agency_id=agencies.id_by_code("SC"),
            roles=("inspector",),
        )
        yield built
        built.store.close()


def test_a_list_goes_its_way_on_postgresql(context):
    accounts = context.service(AccountService)
    actor = accounts.actor_for(next(u for u in accounts.everybody() if u.username == "li"))
    lists, store = context.service(Lists), context.store
    firm = context.service(EnterpriseService).create(actor, {"name": "川西水泥有限公司"})
    wish = Wish(enterprise=firm.name, enterprise_id=firm.id)
    runner = JobRunner(store, {CHECK_JOB: context.job_handlers[CHECK_JOB]}, context.clock)

    blob = store.blobs.put_bytes(own_file([MOTOR, PUMP]))
    first = lists.start(actor, wish, "一.xlsx", blob.sha256)
    assert first.state is ListState.MAPPING
    plan = lists.plan_of(first)
    keys = ("name", "model", "made", "quantity", "status")
    headings = tuple(replace(one, key=key) for one, key in zip(plan.sheets[0].headings, keys, strict=True))
    chosen = replace(plan, sheets=(replace(plan.sheets[0], headings=headings),))
    for _ in range(2):  # remembered anew each time
        lists.confirm(actor, first.id, chosen)
    assert runner.run_all() == 1
    second = lists.start(actor, wish, "二.xlsx", blob.sha256)
    assert second.mapping["how"] == "remembered"
    assert runner.run_all() == 1
    assert lists.get(actor, second.id).previous_id == first.id

    rows = [{**(MOTOR, PUMP, BAD)[i % 3], "location": f"{i}号位"} for i in range(3000)]
    big = lists.start(actor, Wish(title="大"), "大.xlsx", store.blobs.put_bytes(template_file(rows)).sha256)
    job = lists.page(actor, big.id).job
    assert job is not None
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: lists.work(job, lambda _p, _t: None), range(2)))
    assert {"rows": 3000} in done
    page = lists.page(actor, big.id)
    assert page.one.state is ListState.READY
    assert sum(one.rows for one in page.figures.values()) == 3000
    assert page.figures["blocked"].rows == 1000
    assert len(lists.problems(page.one, ProblemQuery(level="error"), limit=2000)) == 1000
    assert lists.problems(page.one, ProblemQuery(code="100%_\\")) == ()
    with store.uow() as u:
        found = u.repository(EquipmentListRepository)
        assert found.count(big.id, RowQuery()) == 3000
    lists.void(actor, big.id, "测试作废清单")
    assert lists.get(actor, big.id).state is ListState.CANCELLED
