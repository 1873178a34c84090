"""Result workbooks of long lists: made in the worker, kept, and never handed out once the list has moved on."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from formserver.core.errors import NOT_FOUND, AppError
from formserver.core.runner import JobRunner
from formserver.equipment import lists_results
from formserver.equipment.lists_results import RESULT_JOB, ListResults
from formserver.equipment.lists_service import Lists
from formserver.equipment.models import EquipmentList
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.support.equipment import ready_list
from tests.support.website import Website, fields, texts


@pytest.fixture
def long(site: Website, monkeypatch: pytest.MonkeyPatch) -> EquipmentList:
    """A list that counts as a long one."""
    monkeypatch.setattr(lists_results, "AT_ONCE", -1)
    monkeypatch.setattr(lists_results, "STEP", 2)
    return ready_list(site, title="长清单")


def page_of(one: EquipmentList) -> str:
    return f"/equipment/lists/{one.id}/result"


def ask(site: Website, one: EquipmentList) -> None:
    client = site.client("chen")
    form = fields(client.get(page_of(one)).text, f"//main//form[@action='{page_of(one)}']")
    assert client.post(page_of(one), data=form).status_code == 302


def work(site: Website) -> int:
    context = site.context
    handlers = {RESULT_JOB: context.job_handlers[RESULT_JOB]}
    return JobRunner(context.store, handlers, context.clock).run_all()


def taken(site: Website, one: EquipmentList, username: str = "chen") -> str:
    """What the file says, all cells together."""
    answer = site.client(username).get(f"{page_of(one)}.xlsx", buffered=True)
    assert answer.status_code == 200, answer.location
    book = load_workbook(io.BytesIO(answer.data))
    return "\n".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c)


def offered(site: Website, one: EquipmentList) -> bool:
    return site.client("chen").get(f"{page_of(one)}.xlsx", buffered=True).status_code == 200


def test_a_long_list_is_written_by_the_worker_and_kept(site: Website, long: EquipmentList):
    answer = site.client("chen").get(f"{page_of(long)}.xlsx")
    assert (answer.status_code, answer.location) == (302, page_of(long))
    ask(site, long)
    ask_again = site.client("chen").get(page_of(long))
    assert "排队中" in ask_again.text
    assert work(site) == 1
    page = site.client("chen").get(page_of(long))
    assert "文件已做好" in page.text
    with site.context.store.uow() as u:
        job = u.jobs.latest(RESULT_JOB, long.id)
    assert job is not None
    assert (job.progress_text, job.attempts) == ("已写 4 行，共 5 行", 1)
    assert "陈志远 于" in page.text
    assert "Y160M-4" in taken(site, long)
    kept = site.context.service(ListResults).state(long).kept
    assert kept is not None
    site.context.service(ListResults).start(site.actor("he"), long.id)
    assert work(site) == 0
    assert "Y160M-4" in taken(site, long, "he")


def test_a_decision_makes_the_kept_file_unfit_until_it_is_made_anew(site: Website, long: EquipmentList):
    ask(site, long)
    work(site)
    assert offered(site, long)
    reviews, chen = site.context.service(Reviews), site.actor("chen")
    reviews.decide(chen, long.id, 2, Wish("in", "photo", "铭牌照片写明一九九八年"), seen="")
    assert not offered(site, long)
    page = site.client("chen").get(page_of(long))
    assert "又有变化" in page.text
    assert texts(page, "//main//form//button") == ["重新制作"]
    ask(site, long)
    assert work(site) == 1
    assert "铭牌照片写明一九九八年" in taken(site, long)


def test_another_title_makes_it_unfit_too_a_comment_does_not(site: Website, long: EquipmentList):
    ask(site, long)
    work(site)
    chen = site.actor("chen")
    site.context.service(Reviews).decide(chen, long.id, 2, Wish("comment", reason="再看一次铭牌"), seen="")
    assert offered(site, long)
    site.context.service(Lists).retitle(chen, long.id, "改过名字的清单")
    assert not offered(site, long)


def test_what_changes_while_it_is_written_is_noticed(
    site: Website, long: EquipmentList, monkeypatch: pytest.MonkeyPatch
):
    ask(site, long)
    write = lists_results.write_result

    def slow(*args, **more):  # somebody decides while the rows are being read
        reviews = site.context.service(Reviews)
        reviews.decide(site.actor("he"), long.id, 1, Wish("out", "papers", "合格证写明新的型号"), seen="")
        return write(*args, **more)

    monkeypatch.setattr(lists_results, "write_result", slow)
    assert work(site) == 1
    assert not offered(site, long)


def test_a_file_that_is_lost_is_made_anew(site: Website, long: EquipmentList):
    ask(site, long)
    work(site)
    kept = site.context.service(ListResults).state(long).kept
    assert kept is not None
    blobs = site.context.settings.storage_dir / "blobs"
    (path,) = [one for one in blobs.rglob("*") if one.is_file() and one.name.startswith(kept.sha256)]
    path.chmod(0o600)
    path.unlink()
    assert not offered(site, long)
    ask(site, long)
    assert work(site) == 1
    assert offered(site, long)


def test_short_lists_are_written_while_the_person_waits(site: Website):
    one = ready_list(site, title="短清单")
    assert "Y160M-4" in taken(site, one)
    assert "下载时制作" in site.client("chen").get(page_of(one)).text
    assert f'href="{page_of(one)}.xlsx"' in site.client("chen").get(f"/equipment/lists/{one.id}").text


def test_the_list_page_leads_to_where_a_long_file_is_made(site: Website, long: EquipmentList):
    assert f'href="{page_of(long)}"' in site.client("chen").get(f"/equipment/lists/{long.id}").text


def test_another_city_has_nothing_made(site: Website, long: EquipmentList):
    client = site.client("waishi")
    assert client.get(page_of(long)).status_code == 404
    assert client.get(f"{page_of(long)}.xlsx").status_code == 404
    with pytest.raises(AppError) as raised:
        site.context.service(ListResults).start(site.actor("waishi"), long.id)
    assert raised.value.code is NOT_FOUND
    assert work(site) == 0
    with site.context.store.uow() as u:
        assert u.repository(EquipmentListRepository).count(long.id, RowQuery()) == 5
