"""Calculating for people: scope, keeping, confirmed figures."""

from __future__ import annotations

import threading

import pytest

from formserver.calculation.requests import request_from_json
from formserver.calculation.results import Result, Verdict
from formserver.calculators.models import Confirmation
from formserver.calculators.repository import ConfirmationRepository
from formserver.calculators.service import Calculators
from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.permissions import system_actor
from tests.integration.calculators.conftest import asked
from tests.support.website import Website


def service(site: Website) -> Calculators:
    return site.context.service(Calculators)


def unconfirmed(site: Website) -> tuple[Result, dict[str, object]]:
    """A result of a shipped calculator that waits for figures, found among their own examples."""
    library = service(site).library
    for name in library.names():
        calculator = library.calculator(name)
        for example in calculator.examples:
            if "indicators" not in example.get("expect", {}):
                continue
            data = {
                "calculator": name,
                **{key: example[key] for key in ("product", "period", "inputs", "energy") if key in example},
            }
            result = service(site).evaluate(request_from_json(data))
            if result.verdict is Verdict.UNCONFIRMED:
                return result, data
    pytest.skip("every figure of every shipped example is verified")


def confirm(site: Website, figure_id: str, value: str) -> Confirmation:
    admin = site.actor("admin")
    made = Confirmation(
        id=new_id(),
        figure_id=figure_id,
        value=value,
        confidence_before="recalled",
        against_what="标准原文第5页表2",
        note="",
        confirmed_by=admin.user_id,
        confirmed_by_name=admin.name,
        agency_id=admin.agency_id,
        confirmed_at=site.context.clock.now(),
    )
    with site.context.store.uow(write=True) as u:
        u.repository(ConfirmationRepository).add(made)
    return made


def test_the_worked_example_comes_out(site: Website) -> None:
    result = service(site).calculate(site.actor("chen"), request_from_json(asked()))
    coal = result.indicator("comprehensive_coal")
    assert (coal.shown, coal.level, coal.verdict) == ("102.57", 3, Verdict.PASS)


def test_who_may_not_calculate_is_refused(site: Website) -> None:
    request = request_from_json(asked())
    for deed in (
        lambda: service(site).calculate(site.actor("viewer"), request),
        lambda: service(site).save(site.actor("viewer"), request, "x"),
        lambda: service(site).own(site.actor("viewer")),
        lambda: service(site).saved(site.actor("viewer"), new_id()),
    ):
        with pytest.raises(AppError) as refused:
            deed()
        assert refused.value.code.code == "NOT_ALLOWED"


def test_a_kept_calculation_is_what_it_was_and_only_its_scope_sees_it(site: Website) -> None:
    made = service(site).save(
        site.actor("chen"), request_from_json(asked()), " 川西水泥 熟料 ", site.enterprise.id
    )
    found = service(site).saved(site.actor("he"), made.id)
    assert (found.title, found.enterprise_id, found.result["verdict"]) == (
        "川西水泥 熟料",
        site.enterprise.id,
        "达标",
    )
    assert request_from_json(found.request) == request_from_json(asked())
    assert service(site).own(site.actor("chen"), limit=1)[0].id == made.id
    assert made.id not in {one.id for one in service(site).own(site.actor("he"))}
    for calculation_id in (made.id, new_id(), "", "x" * 500):
        with pytest.raises(AppError) as refused:
            service(site).saved(site.actor("waishi"), calculation_id)
        assert str(refused.value) == "没有找到这次计算。"


def test_keeping_leaves_an_event_and_nothing_of_a_refusal(site: Website) -> None:
    chen = site.actor("chen")
    before = len(service(site).own(chen, limit=100))
    for title, enterprise, code in (
        ("", "", "CALCULATION_UNTITLED"),
        ("长" * 101, "", "CALCULATION_UNTITLED"),
        ("好", new_id(), "NOT_FOUND"),
    ):
        with pytest.raises(AppError) as refused:
            service(site).save(chen, request_from_json(asked()), title, enterprise)
        assert refused.value.code.code == code
    with pytest.raises(AppError) as refused:
        service(site).save(site.actor("waishi"), request_from_json(asked()), "好", site.enterprise.id)
    assert refused.value.code.code == "NOT_FOUND"
    assert len(service(site).own(chen, limit=100)) == before


def test_pages_of_the_own_list_follow_each_other(site: Website) -> None:
    he = site.actor("he")
    made = [service(site).save(he, request_from_json(asked()), f"第{i}次").id for i in range(5)]
    first = service(site).own(he, limit=3)
    rest = service(site).own(he, limit=2, after=first[-1].id)
    assert [one.id for one in (*first, *rest)] == made[::-1]


def test_a_confirmation_of_every_figure_gives_the_verdict_and_its_withdrawal_takes_it(site: Website) -> None:
    result, data = unconfirmed(site)
    request = request_from_json(data)
    kept = [confirm(site, one.id, str(one.value)) for one in result.unconfirmed]
    sure = service(site).evaluate(request)
    assert sure.verdict in (Verdict.PASS, Verdict.FAIL)
    assert sure.unconfirmed == ()
    admin = site.actor("admin")
    with site.context.store.uow(write=True) as u:
        repository = u.repository(ConfirmationRepository)
        gone = (kept[0].id, site.context.clock.now(), admin.user_id, admin.name, "看错了行")
        assert repository.withdraw(*gone)
        assert not repository.withdraw(*gone)
    assert [one.id for one in service(site).evaluate(request).unconfirmed] == [kept[0].figure_id]


def test_a_confirmation_of_another_value_confirms_nothing(site: Website) -> None:
    result, data = unconfirmed(site)
    for one in result.unconfirmed:
        assert one.value is not None
        confirm(site, one.id, str(one.value + 1))
    assert service(site).evaluate(request_from_json(data)).verdict is Verdict.UNCONFIRMED


def test_a_second_confirmation_replaces_the_first_and_both_stay_in_the_record(site: Website) -> None:
    first, second = confirm(site, "limits/x/y#a/b/3", "1.0"), confirm(site, "limits/x/y#a/b/3", "1")
    with site.context.store.uow() as u:
        repository = u.repository(ConfirmationRepository)
        assert repository.standing()["limits/x/y#a/b/3"].id == second.id
        history = repository.history(["limits/x/y#a/b/3"])
    assert [one.id for one in history] == [second.id, first.id]
    assert history[1].withdrawn_reason == "另行确认"
    assert second.holds_for("1.00")
    assert not second.holds_for("1.01")
    assert not history[1].holds_for("1")


def test_evaluating_inside_an_open_unit_of_work_reads_its_confirmations(site: Website) -> None:
    with site.context.store.uow() as u:
        assert service(site).evaluate(request_from_json(asked()), u=u).verdict is Verdict.PASS


def test_many_threads_ask_one_service(site: Website) -> None:
    found: list[str] = []

    def ask() -> None:
        found.extend(service(site).evaluate(request_from_json(asked())).verdict for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Verdict.PASS] * 120


def test_the_system_sees_what_everybody_kept(site: Website) -> None:
    made = service(site).save(site.actor("waishi"), request_from_json(asked()), "外市")
    assert service(site).saved(system_actor(), made.id).title == "外市"
