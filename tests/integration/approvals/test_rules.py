"""Who may decide on what, in which order, on whose behalf; and that no door leads around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from formserver.approvals.chains import CHAIN_CHANGED, Chains
from formserver.approvals.deputies import Deputies
from formserver.approvals.gatekeeper import (
    NOT_THE_SUBMITTER,
    NOT_YOUR_DECISION,
    SELF_APPROVAL_REASON,
    STEPS_LEFT,
)
from formserver.approvals.models import USER, ChainStep, Decision, Deputy
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.service import BAD_REMARK, RETURN_REASON, STEP_MOVED
from formserver.core.clock import today_in_china
from formserver.core.deeds import HEAD_MOVED
from formserver.core.errors import INVALID_INPUT, NOT_ALLOWED, NOT_FOUND, AppError
from formserver.core.ids import new_id
from formserver.core.lifecycle import WRONG_STATE
from formserver.core.models import State
from formserver.core.notices import NoticeBoard
from tests.integration.approvals.conftest import Office


def refused(code, deed, *arguments, **named) -> AppError:
    with pytest.raises(AppError) as caught:
        deed(*arguments, **named)
    assert caught.value.code == code, caught.value.message()
    return caught.value


def asked(office: Office, username: str, document_id: str) -> int:
    """How many unread requests to approve this paper a person has."""
    user_id = office.user_id(username)
    with office.context.store.uow() as u:
        found = u.repository(NoticeBoard).latest(user_id, limit=200)
    return sum(n.document_id == document_id and n.kind == "approval.asked" and not n.read_at for n in found)


def waits_for(office: Office, username: str, document_id: str, below: bool = False) -> bool:
    waiting, _ = office.approvals.queue(office.actor(username), below=below)
    return document_id in {w.document.id for w in waiting}


def two_steps(office: Office, *, second: str = "zhuren") -> None:
    """科室负责人 he, then 机构负责人."""
    chains, admin = office.context.service(Chains), office.actor("admin")
    found = chains.all(admin).get("inspection_notice")
    steps = [
        ChainStep("科室负责人", USER + office.user_id("he")),
        ChainStep("机构负责人", USER + office.user_id(second)),
    ]
    chains.put(admin, "inspection_notice", steps, expected_version=found.row_version if found else 0)


@pytest.fixture
def chain(office: Office):
    two_steps(office)
    yield
    found = office.context.service(Chains).all(office.actor("admin")).get("inspection_notice")
    if found:
        office.context.service(Chains).put(
            office.actor("admin"), "inspection_notice", [], expected_version=found.row_version
        )


def test_without_an_order_any_other_approver_decides_and_everybody_is_told(office: Office) -> None:
    document = office.submitted()
    for username in ("chen", "he", "zhuren"):
        assert waits_for(office, username, document.id)
        assert asked(office, username, document.id) == 1
    assert asked(office, "clerk", document.id) == 0
    assert not waits_for(office, "sheng", document.id), "papers of agencies below are asked for"
    assert waits_for(office, "sheng", document.id, below=True)
    assert office.approvals.agree(office.actor("he"), office.ticket(document)) is Decision.AGREED
    head = office.head(document.id)
    assert head.state is State.APPROVED
    assert head.approved_body_sha256
    assert asked(office, "zhuren", document.id) == 0, "the question is answered for everybody"
    (found,) = office.approvals.rounds(office.actor("he"), document)
    assert (found.steps[0].decision, found.steps[0].decided_by_name) == (Decision.AGREED, "何雨桐")


def test_nobody_approves_what_they_wrote_or_submitted_by_any_door(office: Office) -> None:
    document = office.submitted("chen")
    refused(NOT_YOUR_DECISION, office.approvals.agree, office.actor("chen"), office.ticket(document))
    refused(NOT_YOUR_DECISION, office.step, "chen", document, "approve", "急件")
    assert not waits_for(office, "chen", document.id)
    written = office.saved("chen")
    office.step("he", written, "submit")
    refused(NOT_YOUR_DECISION, office.step, "chen", written, "approve")
    refused(NOT_YOUR_DECISION, office.step, "he", written, "approve")
    assert office.step("zhuren", written, "approve").state is State.APPROVED


def test_the_only_approver_of_an_agency_may_with_a_reason_that_is_kept(office: Office) -> None:
    document = office.saved("waishi")
    office.step("waishi", document, "submit")
    me = office.actor("waishi")
    waiting, _ = office.approvals.queue(me)
    (line,) = [w for w in waiting if w.document.id == document.id]
    assert line.standing.needs_reason
    refused(SELF_APPROVAL_REASON, office.step, "waishi", document, "approve")
    assert office.step("waishi", document, "approve", "本机构只有一名审批人").state is State.APPROVED
    (found,) = office.approvals.rounds(me, document)
    assert found.steps[0].reason == "本机构只有一名审批人"


def test_two_signers_in_order_and_the_last_one_executes(office: Office, chain: None) -> None:
    document = office.submitted()
    assert waits_for(office, "he", document.id)
    assert not waits_for(office, "zhuren", document.id)
    refused(NOT_YOUR_DECISION, office.approvals.agree, office.actor("zhuren"), office.ticket(document))
    refused(STEPS_LEFT, office.step, "he", document, "approve")
    version = office.head(document.id).head_version
    first = office.ticket(document)
    assert office.approvals.agree(office.actor("he"), first, "数据已核") is Decision.OPEN
    assert office.head(document.id).state is State.IN_REVIEW
    assert office.head(document.id).head_version == version
    assert (asked(office, "he", document.id), asked(office, "zhuren", document.id)) == (0, 1)
    refused(STEP_MOVED, office.approvals.agree, office.actor("he"), first)  # the second tap of a double tap
    refused(NOT_YOUR_DECISION, office.step, "he", document, "approve")
    refused(NOT_YOUR_DECISION, office.step, "chen", document, "return", "不行")
    assert office.approvals.agree(office.actor("zhuren"), office.ticket(document, 2)) is Decision.AGREED
    assert office.head(document.id).state is State.APPROVED
    with office.context.store.uow() as u:
        events = [e for e in u.events.for_document(document.id) if e.action == "document.decided"]
    assert [(e.actor_name, e.data["position"], e.data["decision"]) for e in events] == [
        ("何雨桐", 1, "同意"),
        ("赵主任", 2, "同意"),
    ]


def test_editing_the_order_does_not_move_a_paper_under_way(office: Office, chain: None) -> None:
    document = office.submitted()
    two_steps(office, second="chen")
    office.approvals.agree(office.actor("he"), office.ticket(document))
    assert waits_for(office, "zhuren", document.id)
    assert not waits_for(office, "chen", document.id)
    later = office.submitted()
    office.approvals.agree(office.actor("he"), office.ticket(later))
    assert waits_for(office, "chen", later.id)


def test_a_named_signer_who_wrote_the_paper_is_replaced_by_the_others(office: Office, chain: None) -> None:
    document = office.submitted("he")
    refused(NOT_YOUR_DECISION, office.approvals.agree, office.actor("he"), office.ticket(document))
    assert waits_for(office, "chen", document.id)
    office.approvals.agree(office.actor("chen"), office.ticket(document))
    assert waits_for(office, "zhuren", document.id)


def test_an_order_changed_by_somebody_else_meanwhile_is_not_overwritten(office: Office, chain: None) -> None:
    chains, admin = office.context.service(Chains), office.actor("admin")
    steps = [ChainStep("复核", "")]
    refused(CHAIN_CHANGED, chains.put, admin, "inspection_notice", steps, expected_version=0)
    refused(INVALID_INPUT, chains.put, admin, "", [ChainStep("复核", "user:nobody")], expected_version=0)
    refused(INVALID_INPUT, chains.put, admin, "", [ChainStep("", "role:leader")], expected_version=0)
    refused(NOT_FOUND, chains.put, admin, "no_such_type", steps, expected_version=0)
    refused(NOT_ALLOWED, chains.put, office.actor("clerk"), "", steps, expected_version=0)


def test_a_return_ends_the_round_and_the_next_one_begins_at_the_first_signer(
    office: Office, chain: None
) -> None:
    document = office.submitted()
    refused(RETURN_REASON, office.approvals.send_back, office.actor("he"), office.ticket(document), " ")
    remark = office.approvals.remark(office.actor("he"), office.ticket(document), "/contact_phone", "少一位")
    assert remark.label == "联系电话"
    office.approvals.send_back(office.actor("he"), office.ticket(document), "")
    assert office.head(document.id).state is State.RETURNED
    step, remarks = office.approvals.returned_remarks(office.actor("clerk"), office.head(document.id))
    assert step is not None
    assert step.reason == "见 1 处批注"
    assert [r.remark for r in remarks] == ["少一位"]
    office.step("clerk", document, "submit")
    assert office.approvals.returned_remarks(office.actor("clerk"), office.head(document.id))[0] is None
    rounds = office.approvals.rounds(office.actor("he"), document)
    assert [s.decision for s in rounds[0].steps] == [Decision.RETURNED, Decision.ENDED]
    assert rounds[1].current is rounds[1].steps[0]


def test_the_submitter_recalls_and_nobody_else(office: Office) -> None:
    document = office.submitted()
    refused(NOT_THE_SUBMITTER, office.step, "zhuren", document, "withdraw")
    assert office.step("clerk", document, "withdraw").state is State.DRAFT
    assert asked(office, "zhuren", document.id) == 0
    again = office.step("clerk", document, "submit")
    office.step("zhuren", again, "approve")
    refused(WRONG_STATE, office.step, "clerk", again, "withdraw")


def test_what_was_not_looked_at_is_not_decided(office: Office) -> None:
    document = office.submitted()
    stale = office.ticket(document)
    office.step("clerk", document, "withdraw")
    office.step("clerk", document, "submit")
    refused(HEAD_MOVED, office.approvals.agree, office.actor("he"), stale)
    refused(HEAD_MOVED, office.approvals.send_back, office.actor("he"), stale, "不行")
    refused(HEAD_MOVED, office.approvals.remark, office.actor("he"), stale, "/contact_phone", "错")
    assert office.head(document.id).state is State.IN_REVIEW


def test_another_city_finds_nothing_and_marks_only_real_fields(office: Office) -> None:
    document = office.submitted()
    ticket = office.ticket(document)
    stranger = office.actor("waishi")
    refused(NOT_FOUND, office.approvals.agree, stranger, ticket)
    refused(NOT_FOUND, office.approvals.send_back, stranger, ticket, "不行")
    refused(NOT_FOUND, office.approvals.remark, stranger, ticket, "/contact_phone", "错")
    assert not waits_for(office, "waishi", document.id, below=True)
    refused(NOT_ALLOWED, office.approvals.queue, office.actor("clerk"))
    he = office.actor("he")
    for place in ("/no_such_field", "contact_phone", "/inspectors/99/nothing", ""):
        refused(BAD_REMARK, office.approvals.remark, he, ticket, place, "错")
    for text in ("", "  ", "字" * 501):
        refused(BAD_REMARK, office.approvals.remark, he, ticket, "/contact_phone", text)
    refused(INVALID_INPUT, office.approvals.remark, he, ticket, "/contact_phone", "a\x00b")


def test_a_deputy_decides_in_the_days_named_and_both_names_are_kept(office: Office, chain: None) -> None:
    deputies, he = office.context.service(Deputies), office.actor("he")
    today = today_in_china(office.context.clock)
    document = office.submitted()
    assert not waits_for(office, "chen", document.id)
    made = deputies.name(he, office.user_id("chen"), today, today + timedelta(days=3), "出差")
    assert waits_for(office, "chen", document.id)
    office.approvals.agree(office.actor("chen"), office.ticket(document))
    (found,) = office.approvals.rounds(he, document)
    assert found.steps[0].who == "陈志远（代 何雨桐）"
    assert found.steps[0].behalf_of == office.user_id("he")
    own = office.submitted("chen")
    error = refused(NOT_YOUR_DECISION, office.approvals.agree, office.actor("chen"), office.ticket(own))
    assert "受托人不能审批自己" in error.message()
    later = office.submitted()
    deputies.end(he, made.id)
    refused(NOT_YOUR_DECISION, office.approvals.agree, office.actor("chen"), office.ticket(later))
    refused(NOT_FOUND, deputies.end, office.actor("chen"), made.id)


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 5)], ids=["expired", "not yet"])
def test_a_deputy_outside_the_days_decides_nothing(
    office: Office, chain: None, first: int, last: int
) -> None:
    today, he, chen = today_in_china(office.context.clock), office.actor("he"), office.actor("chen")
    made = Deputy(
        new_id(),
        he.user_id,
        he.name,
        chen.user_id,
        chen.name,
        today + timedelta(days=first),
        today + timedelta(days=last),
        "",
        office.context.clock.now(),
    )
    with office.context.store.uow(write=True) as u:
        u.repository(ApprovalRepository).add_deputy(made)
    document = office.submitted()
    refused(NOT_YOUR_DECISION, office.approvals.agree, chen, office.ticket(document))
    assert not waits_for(office, "chen", document.id)


def test_a_deputy_must_be_an_approver_and_the_days_must_make_sense(office: Office) -> None:
    deputies, he = office.context.service(Deputies), office.actor("he")
    today = today_in_china(office.context.clock)
    week = today + timedelta(days=7)
    for person, first, last in (
        (office.user_id("clerk"), today, week),
        (office.user_id("he"), today, week),
        (office.user_id("waishi"), today, week),
        (office.user_id("chen"), week, today),
        (office.user_id("chen"), None, week),
        (office.user_id("chen"), today - week.resolution, today - week.resolution),
        (office.user_id("chen"), today, today + timedelta(days=400)),
    ):
        refused(INVALID_INPUT, deputies.name, he, person, first, last, "")
