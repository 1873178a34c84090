"""A new batch: imported, judged, published by a second person, used by recognition, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from formserver.core.errors import AppError
from formserver.equipment.catalogue_drafts import MOST_BYTES, CatalogueDrafts
from formserver.equipment.catalogue_effect import Effects
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_new import Importing, Wish
from formserver.equipment.catalogue_verifying import check_own_catalogues
from formserver.equipment.catalogue_work import Work
from formserver.store.findings import Report
from tests.support.catalogues import HEAD, PUMP, TITLES, Catalogued
from tests.support.workbooks import sheet

BEFORE, AFTER = date(2026, 4, 30), date(2027, 3, 1)
GUIDANCE = ("elimination", "guidance", "2024")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("catalogues"))
    yield made
    made.close()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(AppError) as caught:
        yield
    assert caught.value.code.code == code


def test_a_new_batch_is_used_from_its_first_day_on(site: Catalogued) -> None:
    assert site.says("离心泵", "QQW88-66", AFTER).verdict == "ok"
    draft = site.imported()
    assert (draft.name, draft.edition, draft.base) == ("batch_5", "2026", "")
    assert site.context.service(Work).problems(draft) == ()
    assert [rule["items"] for rule in draft.content["rules"]] == [["batch_5:1-1"]]
    assert site.says("离心泵", "QQW88-66", AFTER).verdict == "ok"  # a draft is not the law
    site.published(draft)
    said = site.says("离心泵", "QQW88-66", AFTER)
    assert (said.verdict, said.catalogue, said.item.seq if said.item else "") == (
        "eliminated",
        "第五批",
        "1-1",
    )
    assert site.says("离心泵", "QQW88-66", BEFORE).verdict == "ok"
    assert (
        site.says("离心泵", "QQW88-66", date(2026, 6, 1)).verdict == "restricted"
    )  # its deadline is still to come
    site.catalogue_publishing.withdraw(site.actor("tang"), "elimination", "batch_5", "2026", "公告撤销")
    assert site.says("离心泵", "QQW88-66", AFTER).verdict == "ok"


def test_recalled_lines_never_settle(site: Catalogued) -> None:
    draft = site.imported("tang", [*PUMP[:4], "QQV77-55", *PUMP[5:10], "凭记忆"], title="第六批")
    assert site.context.service(Work).problems(draft) == ()
    site.published(draft)
    assert site.says("离心泵", "QQV77-55", AFTER).verdict == "review"


def test_who_may_publish(site: Catalogued) -> None:
    draft = site.imported("admin", title="第七批")
    day = date(2026, 5, 1)
    publishing = site.catalogue_publishing
    with refused("NOT_ALLOWED"):
        publishing.publish(
            site.actor("admin"), draft.id, day, seen=1
        )  # a city drafts, the province publishes
    with refused("NOT_FOUND"):
        site.catalogue_drafts.get(site.actor("far"), draft.id)
    with refused("NOT_ALLOWED"):
        site.catalogue_drafts.get(site.actor("chen"), draft.id)
    own = site.imported("tang", title="第八批")
    with refused("EQUIPMENT_SECOND_PERSON_NEEDED"):
        publishing.publish(site.actor("tang"), own.id, day, seen=1)
    with refused("EQUIPMENT_DRAFT_CHANGED"):
        publishing.publish(site.actor("wen"), own.id, day, seen=7)
    with refused("EQUIPMENT_EFFECTIVE_DAY_FAULTY"):
        publishing.publish(site.actor("wen"), own.id, None, seen=1)
    assert publishing.publish(site.actor("wen"), draft.id, day, seen=1).state.value == "已发布"
    with refused("EQUIPMENT_DRAFT_CLOSED"):
        publishing.publish(site.actor("wen"), draft.id, day, seen=2)


def test_one_publisher_alone_gives_a_reason(tmp_path: Path) -> None:
    alone = Catalogued(tmp_path, publishers=1)
    try:
        draft = alone.imported()
        with refused("EQUIPMENT_ALONE_REASON_MISSING"):
            alone.published(draft, who="tang", alone="急")
        done = alone.published(draft, who="tang", alone="全省只有一名维护人员，已逐条核对")
        assert done.ended_reason == "全省只有一名维护人员，已逐条核对"
    finally:
        alone.close()


def test_an_own_edition_ends_its_base_and_withdrawing_opens_it_again(site: Catalogued) -> None:
    draft = mended(site)
    assert (draft.edition, draft.base) == ("2024+own.1", "2024")
    site.published(draft, date(2026, 6, 1))
    found = site.editions("elimination", "guidance")
    assert found["2024"] == ("published", date(2024, 2, 1), date(2026, 5, 31))
    assert found["2024+own.1"] == ("published", date(2026, 6, 1), None)
    site.catalogue_publishing.withdraw(site.actor("wen"), *GUIDANCE[:2], "2024+own.1", "录错了")
    found = site.editions("elimination", "guidance")
    assert found["2024"] == ("published", date(2024, 2, 1), None)
    assert found["2024+own.1"][0] == "withdrawn"
    assert mended(site).edition == "2024+own.2"  # a name is never used again
    with refused("EQUIPMENT_EDITION_NOT_OWN"):
        site.catalogue_publishing.withdraw(site.actor("wen"), *GUIDANCE, "随附的不能撤")


def test_correcting_an_error_takes_the_first_day_of_the_base(site: Catalogued) -> None:
    draft = mended(site)
    site.published(draft, date(2024, 2, 1))
    assert site.editions("elimination", "guidance")["2024"][2] == date(2024, 1, 31)  # it never held
    site.catalogue_publishing.withdraw(site.actor("wen"), *GUIDANCE[:2], draft.edition, "试过")
    assert site.editions("elimination", "guidance")["2024"][2] is None


def test_a_text_issued_anew_ends_the_old_one(site: Catalogued) -> None:
    wish = Wish(
        "issued", "batch_4/2016", {"issued_on": "2027-01-10", "valid_from": "2027-02-01"}, checked=True
    )
    draft, _ = site.context.service(Importing).draft(
        site.actor("tang"), wish, sheet([TITLES, PUMP]), "x.xlsx"
    )
    assert (draft.edition, draft.content["title"], draft.content["confidence"]) == (
        "2027",
        "第四批",
        "verified",
    )
    site.published(draft, date(2027, 2, 1))
    assert site.editions("elimination", "batch_4")["2016"][2] == date(2027, 1, 31)
    assert site.says("变压器", "S8-30/10", date(2027, 1, 31), made="1990").verdict == "eliminated"
    site.catalogue_publishing.withdraw(site.actor("wen"), "elimination", "batch_4", "2027", "试过")
    with refused("EQUIPMENT_EDITION_TAKEN"):
        site.context.service(Importing).draft(site.actor("tang"), wish, sheet([TITLES, PUMP]), "x.xlsx")


def test_a_rule_that_breaks_labelled_rows_needs_a_tick_and_a_reason(site: Catalogued) -> None:
    drafts: CatalogueDrafts = site.catalogue_drafts
    draft = drafts.copy(site.actor("tang"), "matching", "national", "2025", "试删一条")
    rules = [rule for rule in draft.content["rules"] if rule["id"] != "F10"]
    draft = drafts.save(site.actor("tang"), draft.id, {**draft.content, "rules": rules}, seen=1)
    assert site.context.service(Work).problems(draft) == ()
    effect = site.context.service(Effects).samples(site.actor("wen"), draft)
    assert effect.broken
    assert all(before.finding.rule == "F10" for before, _ in effect.broken)
    day = date(2026, 11, 1)
    with refused("EQUIPMENT_SAMPLES_WOULD_BREAK"):
        site.published(draft, day)
    with refused("EQUIPMENT_SAMPLES_WOULD_BREAK"):
        site.published(draft, day, accepted=True, accepted_reason="短")
    done = site.published(draft, day, accepted=True, accepted_reason="第一批 5-17 已另行公布不再适用")
    assert done.ended_reason == "第一批 5-17 已另行公布不再适用"
    site.catalogue_publishing.withdraw(site.actor("tang"), "matching", "national", done.edition, "恢复")
    assert site.editions("matching", "national")["2025"] == ("published", None, None)


def test_a_faulty_draft_is_not_published(site: Catalogued) -> None:
    draft = mended(site)
    items = [
        {**draft.content["items"][0], "deadline": {"text": "", "on": "2026-02-30"}},
        *draft.content["items"][1:],
    ]
    draft = site.catalogue_drafts.save(
        site.actor("tang"), draft.id, {**draft.content, "items": items}, seen=1
    )
    with refused("EQUIPMENT_DRAFT_FAULTY"):
        site.published(draft, date(2026, 6, 1))


def test_the_record_names_every_edition_published_here(site: Catalogued) -> None:
    report = Report()
    check_own_catalogues(site.context.store, report)  # type: ignore[arg-type]
    assert report.findings == []
    assert report.checked["淘汰目录"] > 8


def test_saving_over_a_newer_revision_is_refused(site: Catalogued) -> None:
    draft = mended(site)
    first = site.catalogue_drafts.save(site.actor("tang"), draft.id, {**draft.content, "note": "甲"}, seen=1)
    assert (
        site.catalogue_drafts.save(site.actor("wen"), draft.id, first.content, seen=2).tag == 2
    )  # unchanged
    with refused("EQUIPMENT_DRAFT_CHANGED"):
        site.catalogue_drafts.save(site.actor("wen"), draft.id, {**draft.content, "note": "乙"}, seen=1)
    for content in ([], {"a": 1.5}, {"a": "x" * (MOST_BYTES + 1)}):
        with refused("EQUIPMENT_DRAFT_UNREADABLE"):
            site.catalogue_drafts.save(site.actor("wen"), draft.id, content, seen=2)  # type: ignore[arg-type]
    site.catalogue_drafts.discard(site.actor("tang"), draft.id, "不要了")
    with refused("EQUIPMENT_DRAFT_CLOSED"):
        site.catalogue_drafts.save(site.actor("tang"), draft.id, HEAD, seen=3)


def mended(site: Catalogued) -> CatalogueDraft:
    """A draft of the guidance catalogue with one changed line."""
    content = site.catalogue_drafts.content(*GUIDANCE)
    content["items"][0]["replacement"] = "YBX3 系列"
    return site.catalogue_drafts.copy(site.actor("tang"), *GUIDANCE, "改正一条", content=content)
