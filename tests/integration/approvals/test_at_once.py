"""Several people decide at the same moment, on both engines: one decision counts, the others are told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.app import build_context
from formserver.approvals.chains import Chains
from formserver.approvals.models import ChainStep, Decision
from formserver.approvals.service import ApprovalService, Ticket
from formserver.core.drafting import Drafting
from formserver.core.errors import AppError, Kind
from formserver.core.issuing import Issuing
from formserver.core.models import State
from formserver.core.permissions import Actor, system_actor
from formserver.web.context import AppContext
from tests.support.postgres import find_binaries, running_server
from tests.support.web import PASSWORD, make_settings

APPROVERS = ("yi", "er", "san", "si")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def context(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[AppContext]:
    folder = tmp_path_factory.mktemp("crowd")
    if request.param == "sqlite":
        yield from _people(build_context(make_settings(folder)))
        return
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        url = server.url(server.create_database())
        yield from _people(build_context(make_settings(folder, database_url=url)))


def _people(built: AppContext) -> Iterator[AppContext]:
    path = built.settings.schemas_dir / "agencies.json"
    agencies = built.service(AgencyService)
    agencies.load(system_actor(), json.loads(path.read_text(encoding="utf-8"))["agencies"])
    for name in ("clerk", *APPROVERS):
        built.service(AccountService).add_user(
            username=name,
            name=name,
            password=PASSWORD,
            agency_id=agencies.id_by_code("SC-CD"),
            roles=("inspector",) if name == "clerk" else ("leader",),
        )
    yield built
    built.close()
    built.store.close()


def actor_of(context: AppContext, username: str) -> Actor:
    accounts = context.service(AccountService)
    return accounts.actor_for(next(u for u in accounts.everybody() if u.username == username))


def submitted(context: AppContext) -> str:
    clerk = actor_of(context, "clerk")
    document = context.service(Drafting).create(clerk, "inspection_notice")
    sample = context.catalogue.sample("inspection_notice")
    context.service(Drafting).save_body(clerk, document.id, sample, base_version=0)
    context.service(Issuing).transition(clerk, document.id, "submit", base_version=1)
    return document.id


def all_at_once(context: AppContext, deed) -> list[object]:
    people = [actor_of(context, name) for name in APPROVERS for _ in range(2)]
    gate = threading.Barrier(len(people))

    def one(person: Actor) -> object:
        gate.wait()
        try:
            return deed(person)
        except AppError as refused:
            return refused.kind

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def test_of_eight_taps_one_agrees(context: AppContext) -> None:
    document_id, service = submitted(context), context.service(ApprovalService)
    answers = all_at_once(context, lambda person: service.agree(person, Ticket(document_id, 2, 1, 1)))
    assert answers.count(Decision.AGREED) == 1
    assert set(answers) == {Decision.AGREED, Kind.CONFLICT}
    with context.store.uow() as u:
        head = u.documents.get(document_id, system_actor().scope)
    assert (head.state, head.head_version) == (State.APPROVED, 3)


def test_of_eight_taps_on_the_first_of_two_steps_one_passes_it_on(context: AppContext) -> None:
    service, chains, leader = context.service(ApprovalService), context.service(Chains), "yi"
    steps = [ChainStep("复核"), ChainStep("签发")]
    chains.put(actor_of(context, leader), "inspection_notice", steps, expected_version=0)
    document_id = submitted(context)
    answers = all_at_once(context, lambda person: service.agree(person, Ticket(document_id, 2, 1, 1)))
    assert answers.count(Decision.OPEN) == 1, "the second step was not taken by the same wave"
    assert set(answers) == {Decision.OPEN, Kind.CONFLICT}
    with context.store.uow() as u:
        document = u.documents.get(document_id, system_actor().scope)
    (found,) = service.rounds(actor_of(context, leader), document)
    assert [s.decision for s in found.steps] == [Decision.AGREED, Decision.OPEN]
    first = found.steps[0].decided_by_name
    with pytest.raises(AppError) as twice:
        service.agree(actor_of(context, first), Ticket(document_id, 2, 1, 2))
    assert "另一位审批人" in twice.value.message()
    other = next(name for name in APPROVERS if name != first)
    assert service.agree(actor_of(context, other), Ticket(document_id, 2, 1, 2)) is Decision.AGREED


def test_agreeing_and_returning_at_once_end_in_one_of_them(context: AppContext) -> None:
    found = context.service(Chains).all(actor_of(context, "yi")).get("inspection_notice")
    if found:
        context.service(Chains).put(
            actor_of(context, "yi"), "inspection_notice", [], expected_version=found.row_version
        )
    document_id, service = submitted(context), context.service(ApprovalService)

    def decide(person: Actor) -> object:
        ticket = Ticket(document_id, 2, 1, 1)
        if person.name in ("yi", "er"):
            return service.agree(person, ticket)
        service.send_back(person, ticket, "不行")
        return Decision.RETURNED

    answers = all_at_once(context, decide)
    won = [a for a in answers if isinstance(a, Decision)]
    assert len(won) == 1
    with context.store.uow() as u:
        state = u.documents.get(document_id, system_actor().scope).state
    assert state is (State.APPROVED if won[0] is Decision.AGREED else State.RETURNED)
