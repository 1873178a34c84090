"""Two tabs, two people, eight threads on one document over real connections: one wins each step, nothing is lost."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from formserver.core.clock import today_in_china
from formserver.core.drafting import Drafting
from formserver.core.models import NumberStatus, Series
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.seals import seal_all
from formserver.store.verify import verify
from tests.hostile.kit import Town
from tests.hostile.server import Answer, Server, Visitor

THREADS = 8


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Town, list[Visitor]]]:
    town = Town(tmp_path_factory.mktemp("crowd") / "storage")
    server = Server(town.storage)
    visitors = [Visitor(server.url, ("chen", "he", "clerk")[n % 3]) for n in range(THREADS)]
    yield server, town, visitors
    server.stop()
    town.close()


def at_once(visitors: list[Visitor], do: Callable[[Visitor, int], Answer]) -> list[Answer]:
    """Everybody at the same moment."""
    gate = threading.Barrier(len(visitors))

    def one(pair: tuple[int, Visitor]) -> Answer:
        gate.wait()
        return do(pair[1], pair[0])

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(one, enumerate(visitors)))


def won(answers: list[Answer]) -> list[Answer]:
    assert all(a.status < 500 for a in answers), [a.status for a in answers]
    return [a for a in answers if a.status == 302]


def test_one_wins_each_step_and_the_others_are_told_in_words(
    crowd: tuple[Server, Town, list[Visitor]],
) -> None:
    _, town, visitors = crowd
    document = town.saved()
    at = f"/documents/{document.id}"
    for key, state in (
        ("submit", "待审核"),
        ("approve", "已审批"),
        ("number", "已编号"),
        ("finalise", "定稿待签"),
    ):
        base = town.head(document.id).head_version

        def step(visitor: Visitor, _n: int, key: str = key, base: int = base) -> Answer:
            return visitor.post(f"{at}/do/{key}", base_version=str(base))

        answers = at_once(visitors, step)
        assert all(a.status in (302, 409) for a in answers), [a.status for a in answers]
        head = town.head(document.id)
        assert head.state.value == state
        assert head.head_version == base + 1, "one version, however many pressed the button"
        for loser in (a for a in answers if a.status == 409):
            assert any(words in loser.text for words in ("刷新", "不能执行", "双人原则"))
    pages = [visitor.get(at).text for visitor in visitors]
    assert all("定稿待签" in page for page in pages)
    with town.context.store.uow() as u:
        causes = [v.cause.value for v in u.documents.versions(document.id, SYSTEM_SCOPE)]
        deeds = [e.action for e in u.events.for_document(document.id) if e.action != "document.created"]
    assert len(causes) == 5
    assert deeds.count("document.number") == 1


def test_numbers_taken_at_once_follow_each_other_without_a_gap(
    crowd: tuple[Server, Town, list[Visitor]],
) -> None:
    _, town, visitors = crowd
    actor = town.actor("chen")
    papers = []
    for _ in range(THREADS):
        document = town.saved()
        town.approved(document)
        papers.append(document.id)
    answers = at_once(visitors, lambda v, n: v.post(f"/documents/{papers[n]}/do/number", base_version="3"))
    assert len(won(answers)) == THREADS
    numbers = [town.head(paper).number for paper in papers]
    assert len(set(numbers)) == THREADS
    series = Series(actor.agency_id, "inspection_notice", today_in_china(town.context.clock).year)
    with town.context.store.uow() as u:
        ledger = u.numbers.entries(series)
    assert [entry.seq for entry in ledger] == list(range(1, len(ledger) + 1))
    assert all(entry.status is NumberStatus.ISSUED for entry in ledger)
    assert set(numbers) <= {entry.text for entry in ledger}


def test_the_same_external_number_is_given_once(crowd: tuple[Server, Town, list[Visitor]]) -> None:
    _, town, visitors = crowd
    papers = []
    for _ in range(THREADS):
        document = town.saved()
        town.approved(document)
        papers.append(document.id)
    answers = at_once(
        visitors,
        lambda v, n: v.post(
            f"/documents/{papers[n]}/do/number", base_version="3", external_number="川经信节监〔2026〕999号"
        ),
    )
    assert len(won(answers)) == 1
    assert sorted(a.status for a in answers) == [302] + [409] * (THREADS - 1)
    assert sum(town.head(paper).number != "" for paper in papers) == 1


def test_eight_people_save_other_fields_and_nothing_is_lost(
    crowd: tuple[Server, Town, list[Visitor]],
) -> None:
    """Four windows of each of two people type into one document and save; each word ends in a version or a draft."""
    _, town, visitors = crowd
    document = town.saved()
    at = f"/documents/{document.id}"

    def type_and_save(visitor: Visitor, n: int) -> Answer:
        state = json.loads(visitor.get(at + "/draft").text)
        words = f"第{n}窗口"
        body = json.dumps(
            {"seq": state["seq"], "changes": [{"op": "set", "at": "/discipline_text", "value": words}]}
        )
        answer = visitor.send("PATCH", at + "/draft", body.encode(), "application/json")
        if answer.status == 200:
            return visitor.post(at + "/edit", do="save", seq=str(json.loads(answer.text)["seq"]))
        return answer

    answers = at_once(visitors, type_and_save)
    assert all(a.status in (200, 302, 409) for a in answers), [(a.status, a.text[:200]) for a in answers]
    head = town.head(document.id)
    with town.context.store.uow() as u:
        versions = u.documents.versions(document.id, SYSTEM_SCOPE)
        texts = [
            u.documents.version(document.id, v.no, SYSTEM_SCOPE).body["discipline_text"] for v in versions
        ]
        drafts = u.drafts.others(document.id, "nobody at all")
    assert [v.no for v in versions] == list(range(1, head.head_version + 1))
    assert head.head_version >= 2, "somebody won"
    for earlier, later in itertools.pairwise(versions):
        assert later.previous_hash == earlier.hash, "each version continues the one before"
    kept = {*texts, *(d.body.get("discipline_text") for d in drafts)}
    typed = {f"第{n}窗口" for n in range(THREADS)}
    assert len(kept & typed) >= 2, "each of the two people has a text of theirs in a version or a draft"
    for loser in (a for a in answers if a.status == 409):
        assert "系统出错" not in loser.text


def test_windows_of_one_person_never_overwrite_each_other_silently(
    crowd: tuple[Server, Town, list[Visitor]],
) -> None:
    server, town, _ = crowd
    windows = [Visitor(server.url, "chen") for _ in range(THREADS)]
    document = town.started()
    at = f"/documents/{document.id}"
    seq = json.loads(windows[0].get(at + "/draft").text)["seq"]

    def autosave(visitor: Visitor, n: int) -> Answer:
        change = {"op": "set", "at": "/discipline_text", "value": f"窗口{n}"}
        body = json.dumps({"seq": seq, "changes": [change]})
        return visitor.send("PATCH", at + "/draft", body.encode(), "application/json")

    answers = at_once(windows, autosave)
    assert sorted(a.status for a in answers) == [200] + [409] * (THREADS - 1)
    winner = next(n for n, a in enumerate(answers) if a.status == 200)
    draft = town.context.service(Drafting).open(town.actor("chen"), document.id).draft
    assert draft.body["discipline_text"] == f"窗口{winner}"
    for loser in (a for a in answers if a.status == 409):
        told = json.loads(loser.text)
        assert told["code"] == "DRAFT_STALE"
        assert "另一个窗口" in told["detail"]


def test_an_enterprise_edited_by_eight_at_once_is_changed_once(
    crowd: tuple[Server, Town, list[Visitor]],
) -> None:
    _, town, visitors = crowd
    at = f"/enterprises/{town.enterprise.id}/edit"

    def edit(visitor: Visitor, n: int) -> Answer:
        return visitor.post(
            at, row_version="1", name="川西水泥有限公司", reg_address=f"地址{n}", confirm_duplicate="1"
        )

    answers = at_once(visitors, edit)
    assert len(won(answers)) == 1
    assert sorted(a.status for a in answers) == [302] + [409] * (THREADS - 1)
    for loser in (a for a in answers if a.status == 409):
        assert "地址" in loser.text


def test_after_all_of_it_the_store_verifies(crowd: tuple[Server, Town, list[Visitor]]) -> None:
    _, town, _ = crowd
    seal_all(town.context.store, town.context.clock.now())
    report = verify(town.context.store)
    assert report.ok, report.findings
