"""Drafts of own editions from copy to withdrawal: who may, what is frozen, which edition a period gets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from formserver.calculation.results import Verdict
from formserver.calculators.confirm_figures import Wanted
from formserver.calculators.maintain_models import DraftState
from formserver.calculators.maintain_verifying import check_own_editions
from formserver.core.canonical import canonical_json, clone, digest
from formserver.core.definitions.publishing import definition_problems, publish_definition
from formserver.core.errors import AppError
from formserver.store.findings import Fault, Report
from tests.support.maintaining import SODA, Maintained, soda

FIRST = date(2027, 1, 1)


@pytest.fixture
def site(tmp_path: Any) -> Iterator[Maintained]:
    made = Maintained(tmp_path)
    yield made
    made.close()


def refused(code: str, call: Any, *args: Any, **more: Any) -> AppError:
    with pytest.raises(AppError) as caught:
        call(*args, **more)
    assert caught.value.code.code == code
    return caught.value


def test_a_copy_is_a_draft_under_its_own_name(site: Maintained) -> None:
    first, second = site.copy(), site.copy()
    assert (first.edition, second.edition) == ("gb29140-2024+own.1", "gb29140-2024+own.2")
    assert first.method["$id"] == "calculators/soda_ash/gb29140-2024+own.1"
    assert first.method["limits"] == "soda_ash/gb29140-2024+own.1"
    assert first.limits["$id"] == "limits/soda_ash/gb29140-2024+own.1"
    assert site.drafts.judged(first).good
    assert "gb29140-2024+own.1" not in [one.edition for one in site.calculators.library.editions("soda_ash")]


def test_published_by_a_second_person_and_chosen_by_the_period(site: Maintained) -> None:
    before = site.calculators.evaluate(soda(2026))
    draft = site.with_limit(site.copy(), "500")
    done = site.published(draft, FIRST)
    assert done.state is DraftState.PUBLISHED
    old, new = site.calculators.evaluate(soda(2026)), site.calculators.evaluate(soda(2027))
    assert old.edition == "gb29140-2024"
    assert old.definitions == before.definitions
    assert new.edition == "gb29140-2024+own.1"
    assert [one.limit for one in new.indicators[0].limits][2] == 500
    assert [one.limit for one in old.indicators[0].limits][2] == 370
    crossing = site.calculators.evaluate(soda(2026, period={"start": "2026-07-01", "end": "2027-06-30"}))
    assert [one.code for one in crossing.troubles] == ["PERIOD_CROSSES_EDITIONS"]
    by_hand = site.calculators.evaluate(
        soda(2026, period={"start": "2026-07-01", "end": "2027-06-30"}, edition="gb29140-2024")
    )
    assert [one.limit for one in by_hand.indicators[0].limits][2] == 370  # the base keeps its own limits


def test_from_the_first_day_of_the_base_on_it_replaces_the_base_whole(site: Maintained) -> None:
    site.published(site.with_limit(site.copy(), "500"), date(2025, 5, 1))
    across = site.calculators.evaluate(soda(2025, period={"start": "2025-04-30", "end": "2025-12-31"}))
    assert "gb29140-2024）" not in across.troubles[0].message  # nobody is offered an edition that never held
    assert site.calculators.evaluate(soda(2026)).edition == "gb29140-2024+own.1"


def test_withdrawing_opens_the_base_again(site: Maintained) -> None:
    site.published(site.with_limit(site.copy(), "500"), FIRST)
    refused(
        "CALCULATOR_REASON_MISSING",
        site.publishing.withdraw,
        site.actor("tang"),
        "soda_ash",
        "gb29140-2024+own.1",
        " ",
    )
    gone = site.publishing.withdraw(site.actor("tang"), "soda_ash", "gb29140-2024+own.1", "抄错")
    assert gone.state is DraftState.WITHDRAWN
    assert site.calculators.evaluate(soda(2027)).edition == "gb29140-2024"
    assert site.calculators.library.calculator(*SODA).valid_to is None
    refused("CALCULATOR_EDITION_NOT_OWN", site.publishing.withdraw, site.actor("tang"), *SODA, "不要了")
    refused(
        "CALCULATOR_EDITION_NOT_OWN",
        site.publishing.withdraw,
        site.actor("tang"),
        "soda_ash",
        "gb29140-2024+own.1",
        "再撤",
    )
    assert site.copy().edition == "gb29140-2024+own.2"  # the name of a withdrawn edition is not used again


def test_own_editions_follow_on_each_other(site: Maintained) -> None:
    site.published(site.with_limit(site.copy(), "500"), date(2028, 1, 1))
    site.published(site.with_limit(site.copy(), "600"), FIRST)  # in between: it ends where the next begins
    editions = {year: site.calculators.evaluate(soda(year)).edition for year in (2026, 2027, 2028)}
    assert editions == {2026: "gb29140-2024", 2027: "gb29140-2024+own.2", 2028: "gb29140-2024+own.1"}
    site.publishing.withdraw(site.actor("tang"), "soda_ash", "gb29140-2024+own.2", "并入下一版")
    assert site.calculators.evaluate(soda(2027)).edition == "gb29140-2024"
    assert site.calculators.evaluate(soda(2028)).edition == "gb29140-2024+own.1"


def test_a_whole_new_edition_of_a_standard(site: Maintained) -> None:
    draft = site.copy(edition="gb29140-2030", standard="GB 29140-2030")
    assert draft.method["standard"]["supersedes"] == ["GB 29140-2024"]
    assert draft.method["earlier"] == []
    site.published(draft, date(2030, 7, 1))
    assert site.calculators.evaluate(soda(2031)).standard == "GB 29140-2030"
    assert site.calculators.evaluate(soda(2029)).standard == "GB 29140-2024"
    assert site.copy("tang", ("soda_ash", "gb29140-2030")).edition == "gb29140-2030+own.1"
    refused("CALCULATOR_EDITION_TAKEN", site.copy, edition="gb29140-2030")
    for odd in ("GB 29140", "../x", "a" * 80, "gb+own.1", "x/y"):
        refused("CALCULATOR_EDITION_NAME_FAULTY", site.copy, edition=odd)


def test_nobody_publishes_what_they_had_a_hand_in(site: Maintained) -> None:
    draft = site.with_limit(site.copy(), "500")
    error = refused("CALCULATOR_SECOND_PERSON_NEEDED", site.published, draft, FIRST, "tang")
    assert "温如玉" in str(error)
    draft = site.with_limit(draft, "510", who="wen")  # now both had
    refused("CALCULATOR_ALONE_REASON_MISSING", site.published, draft, FIRST, "wen")
    done = site.publishing.publish(
        site.actor("wen"), draft.id, FIRST, seen=draft.tag, alone="两人都参与了编写，无第三人"
    )
    assert "无第三人" in done.ended_reason


def test_an_agency_with_one_maintainer_publishes_with_a_reason(tmp_path: Any) -> None:
    site = Maintained(tmp_path, publishers=1)
    draft = site.with_limit(site.copy(), "500")
    refused("CALCULATOR_ALONE_REASON_MISSING", site.published, draft, FIRST, "tang")
    done = site.publishing.publish(
        site.actor("tang"), draft.id, FIRST, seen=draft.tag, alone="本中心只有一名维护人员"
    )
    assert done.ended_reason == "本中心只有一名维护人员"
    site.close()


def test_cities_draft_and_the_top_agency_publishes(site: Maintained) -> None:
    draft = site.with_limit(site.copy("admin"), "500", who="admin")
    refused("NOT_ALLOWED", site.published, draft, FIRST, "admin")
    for call in (site.drafts.get, site.drafts.discard, site.publishing.publish):
        more: dict[str, Any] = {"seen": draft.tag} if call == site.publishing.publish else {}
        args = [FIRST] if more else ["不要"] if call == site.drafts.discard else []
        code = "NOT_ALLOWED" if more else "NOT_FOUND"  # another city's person does not learn that it exists
        refused(code, call, site.actor("far"), draft.id, *args, **more)
    refused("NOT_FOUND", site.drafts.save, site.actor("far"), draft.id, {}, {}, seen=1)
    assert [one.id for one in site.drafts.list(site.actor("tang"))] == [draft.id]
    assert site.drafts.list(site.actor("far")) == ()
    refused("NOT_ALLOWED", site.drafts.list, site.actor("chen"))
    assert site.published(draft, FIRST, "tang").state is DraftState.PUBLISHED


def test_what_is_published_is_frozen_and_changes_behind_its_back_are_found(site: Maintained) -> None:
    draft = site.published(site.with_limit(site.copy(), "500"), FIRST)
    refused("CALCULATOR_DRAFT_CLOSED", site.with_limit, draft, "1")
    refused("CALCULATOR_DRAFT_CLOSED", site.published, draft, FIRST)
    catalogue = site.context.catalogue
    definition = catalogue.definition("limits", "soda_ash", draft.edition)
    content = {**draft.limits, "standard": "别的"}
    refused(
        "DEFINITION_FROZEN",
        catalogue.put,
        replace(definition, content=canonical_json(content), sha256=digest(content)),
    )
    report = Report()
    check_own_editions(site.context.store, report)  # type: ignore[arg-type]
    assert not report.findings
    with site.context.store.uow(write=True) as u:
        forged = canonical_json(content)
        sha = u.contents.put(forged)  # type: ignore[attr-defined]
        u.connection.execute(  # type: ignore[attr-defined]
            text("UPDATE definition SET content_sha256=:s, sha256=:h WHERE kind='limits' AND version=:v"),
            {"s": sha, "h": digest(content), "v": draft.edition},
        )
    report = Report()
    check_own_editions(site.context.store, report)  # type: ignore[arg-type]
    assert [one.fault for one in report.findings] == [Fault.DEFINITION]


def test_a_faulty_draft_is_kept_and_never_published(site: Maintained) -> None:
    draft = site.copy()
    method = clone(draft.method)
    method["steps"][0]["expression"] = "__import__('os').system('id')"
    saved = site.drafts.save(site.actor("tang"), draft.id, method, draft.limits, seen=1)
    error = refused("CALCULATOR_DRAFT_FAULTY", site.published, saved, FIRST)
    assert error.problems[0].pointer == "/steps/0/expression"
    assert site.calculators.evaluate(soda(2027)).edition == "gb29140-2024"


@pytest.mark.parametrize(
    "attack",
    [
        "((((" * 300,
        "1/0",
        "output ^ 99999999",
        "'; DROP TABLE definition; --",
        "{{7*7}}",
        "x" * 1001,
        "output + unit_energy",
        "\u0000",
        "１＋",
    ],
)
def test_attacks_as_formulas_are_faults(site: Maintained, attack: str) -> None:
    draft = site.copy()
    method = clone(draft.method)
    method["steps"][0]["expression"] = attack
    saved = site.drafts.save(site.actor("tang"), draft.id, method, draft.limits, seen=1)
    assert not site.drafts.judged(saved).good
    refused("CALCULATOR_DRAFT_FAULTY", site.published, saved, FIRST)


def test_bounds_and_floats(site: Maintained) -> None:
    draft = site.copy()
    save = site.drafts.save
    huge = {**draft.method, "title": "长" * 400_000}
    refused("CALCULATOR_DRAFT_TOO_LARGE", save, site.actor("tang"), draft.id, huge, draft.limits, seen=1)
    many = {**draft.method, "examples": draft.method["examples"] * 40}
    refused("CALCULATOR_DRAFT_TOO_LARGE", save, site.actor("tang"), draft.id, many, draft.limits, seen=1)
    refused(
        "CALCULATOR_JSON_UNREADABLE",
        save,
        site.actor("tang"),
        draft.id,
        {**draft.method, "x": 0.1},
        draft.limits,
        seen=1,
    )
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    refused(
        "CALCULATOR_JSON_UNREADABLE",
        save,
        site.actor("tang"),
        draft.id,
        {**draft.method, "x": deep},
        draft.limits,
        seen=1,
    )


def test_two_people_save_and_publish_at_once(site: Maintained) -> None:
    draft = site.copy("admin")
    outcomes: list[str] = []
    begin = threading.Barrier(2)

    def save(value: str) -> None:
        begin.wait()
        try:
            site.with_limit(draft, value, who="admin")
            outcomes.append("saved")
        except AppError as error:
            outcomes.append(error.code.code)

    run_both(save, "500", "600")
    assert sorted(outcomes) == ["CALCULATOR_DRAFT_CHANGED", "saved"]
    newest = site.drafts.get(site.actor("admin"), draft.id)
    outcomes.clear()

    def publish(who: str) -> None:
        begin.wait()
        try:
            site.published(newest, FIRST, who)
            outcomes.append("published")
        except AppError as error:
            outcomes.append(error.code.code)

    run_both(publish, "tang", "wen")
    assert sorted(outcomes) == ["CALCULATOR_DRAFT_CLOSED", "published"]
    with site.context.store.uow() as u:
        rows = u.connection.execute(  # type: ignore[attr-defined]
            text("SELECT count(*) FROM event WHERE action='calculator.publish'")
        ).scalar()
    assert rows == 1


def run_both(call: Any, *arguments: str) -> None:
    threads = [threading.Thread(target=call, args=(one,)) for one in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_killed_between_nothing_of_a_publication_stays(
    site: Maintained, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = site.with_limit(site.copy(), "500")

    def killed(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(site.drafts), "note", killed)  # the last thing of the transaction
    with pytest.raises(KeyboardInterrupt):
        site.published(draft, FIRST)
    monkeypatch.undo()
    site.context.catalogue.refresh()
    assert len(site.context.catalogue.definitions("calculator", "soda_ash")) == 1
    assert site.context.catalogue.definition("calculator", *SODA).valid_to is None
    assert site.published(draft, FIRST).state is DraftState.PUBLISHED


def test_confirmations_go_along_where_the_value_is_the_same(site: Maintained) -> None:
    tang = site.actor("tang")
    waiting = [one for one in site.figures.items(tang, Wanted()) if one.standard == "GB 29140-2024"]
    assert len(waiting) >= 2
    site.figures.confirm(tang, {one.id: one.value for one in waiting}, "标准原文第5页表2")
    draft = site.copy()
    limits = clone(draft.limits)
    changed = next(row for row in limits["limits"] if "benchmark" in row)
    changed["benchmark"]["benchmark"] = "321"
    draft = site.drafts.save(tang, draft.id, draft.method, limits, seen=1)
    site.published(draft, FIRST)
    still = [one for one in site.figures.items(tang, Wanted()) if one.pack == "soda_ash/gb29140-2024+own.1"]
    assert [one.value for one in still] == ["321"]


def test_every_way_of_publishing_judges_calculators(site: Maintained) -> None:
    catalogue = site.context.catalogue
    base = catalogue.definition("calculator", *SODA)
    draft = site.copy()
    method = clone(draft.method)
    method["steps"][0]["expression"] = "total_energy"
    method["limits"] = "soda_ash/gb29140-2024"
    made = catalogue.add_local("calculator", "soda_ash", base.version, "own", canonical_json(method))
    assert made.version == "gb29140-2024+own.1"
    assert "UNIT_MISMATCH" in {
        one.code for one in definition_problems(catalogue, "calculator", "soda_ash", made.version)
    }
    refused("DEFINITION_FAULTY", publish_definition, catalogue, "calculator", "soda_ash", made.version)
    again = catalogue.add_local("calculator", "soda_ash", base.version, "own", base.content)
    assert again.version == "gb29140-2024+own.2"
    assert definition_problems(catalogue, "calculator", "soda_ash", again.version)  # its $id is the base's


def test_a_limit_made_unknown_gives_no_verdict(site: Maintained) -> None:
    draft = site.with_limit(site.copy(), None)
    site.published(draft, FIRST)
    result = site.calculators.evaluate(soda(2027))
    assert result.verdict is Verdict.INCOMPLETE
    assert [one.code for one in result.troubles] == ["LIMIT_UNKNOWN"]
