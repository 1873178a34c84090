"""The fate of every number: given, set aside, taken back, void, from outside; and no gap nobody can explain."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing

import pytest
from openpyxl import load_workbook

from formserver.core.deeds import HEAD_MOVED
from formserver.core.errors import INVALID_INPUT, NOT_ALLOWED, NOT_FOUND, AppError
from formserver.core.issuing import NOT_RESERVED, Issuing
from formserver.core.models import Document, NumberStatus, Series
from formserver.numbers.service import NOT_FREE, START_TOO_LOW
from formserver.store.findings import Fault
from formserver.store.seals import seal_all
from formserver.store.verify import verify
from tests.integration.numbers.conftest import Registry
from tests.support.website import fields, texts


def refused(code, deed, *arguments, **named) -> AppError:
    with pytest.raises(AppError) as caught:
        deed(*arguments, **named)
    assert caught.value.code == code, caught.value.message()
    return caught.value


def approved(registry: Registry) -> Document:
    return registry.approved(registry.saved())


def take(registry: Registry, document: Document, reserved: str = "") -> Document:
    head = registry.head(document.id).head_version
    return registry.context.service(Issuing).take_number(
        registry.actor("chen"), document.id, base_version=head, reserved=reserved
    )


def fates(registry: Registry) -> dict[int, str]:
    found = registry.register.register(registry.actor("chen"), registry.series)
    return {line.entry.seq: line.entry.status.value for line in found.lines}


def findings(registry: Registry) -> list[str]:
    seal_all(registry.context.store, registry.context.clock.now())
    report = verify(registry.context.store)
    return [f"{f.place} {f.message}" for f in report.findings if f.fault is Fault.NUMBER]


def test_a_series_begins_in_mid_year_runs_on_and_every_number_has_its_fate(fresh: Registry) -> None:
    keeper, chen, series = fresh.register, fresh.actor("chen"), fresh.series
    keeper.set_start(chen, series, 57, "上半年在纸质登记簿编到56号")
    assert take(fresh, approved(fresh)).number.endswith("57号")
    made = keeper.reserve(chen, series, 3, "王某的平板", "乡镇现场无网络")
    assert [e.seq for e in made] == [58, 59, 60]
    assert take(fresh, approved(fresh)).number.endswith("61号"), "numbers set aside are left out"
    used = take(fresh, approved(fresh), made[0].text)
    assert used.number == made[0].text
    keeper.give_up(chen, series, made[1].text, "未用")
    keeper.give_up(chen, series, made[2].text, "现场写坏", void=True)
    refused(NOT_RESERVED, take, fresh, approved(fresh), made[1].text)
    refused(NOT_FREE, keeper.give_up, chen, series, made[0].text, "再收回")
    refused(NOT_FOUND, keeper.give_up, chen, series, "没有的号", "收回")
    keeper.set_start(chen, series, 65, "与外部系统并号")
    assert fates(fresh) == {
        57: "已使用",
        58: "已使用",
        59: "已收回",
        60: "已作废",
        61: "已使用",
        62: "已收回",
        63: "已收回",
        64: "已收回",
    }
    found = keeper.register(chen, series)
    assert found.holes == ()
    assert (found.before, found.next_seq) == (56, 65)
    assert [s.next_seq for s in found.starts] == [57, 65]
    error = refused(START_TOO_LOW, keeper.set_start, chen, series, 64, "写错")
    assert "64" in error.message()
    assert take(fresh, approved(fresh)).number.endswith("65号")
    assert findings(fresh) == []


def test_what_makes_no_sense_is_refused_by_name(registry: Registry) -> None:
    keeper, chen, series = registry.register, registry.actor("chen"), registry.series
    take(registry, approved(registry))
    for start in (None, 0, -3, 100_000, 50_000):
        refused(INVALID_INPUT, keeper.set_start, chen, series, start, "理由")
    refused(INVALID_INPUT, keeper.set_start, chen, series, 900, " ")
    for count, whom, reason in (
        (0, "甲", "乙"),
        (201, "甲", "乙"),
        (None, "甲", "乙"),
        (1, " ", "乙"),
        (1, "甲" * 61, "乙"),
        (1, "甲\x00", "乙"),
        (1, "甲", ""),
        (1, "甲", "乙" * 2001),
    ):
        refused(INVALID_INPUT, keeper.reserve, chen, series, count, whom, reason)
    for odd in (
        Series(series.agency_id, "no_such_type", series.year),
        Series(series.agency_id, series.type, series.year - 1),
        Series("nowhere", series.type, series.year),
    ):
        refused(NOT_FOUND, keeper.reserve, chen, odd, 1, "甲", "乙")


def test_who_may_read_and_who_may_change(registry: Registry) -> None:
    keeper, series = registry.register, registry.series
    for reader in ("clerk", "sheng"):
        keeper.register(registry.actor(reader), series)
        refused(NOT_ALLOWED, keeper.reserve, registry.actor(reader), series, 1, "甲", "乙")
    refused(NOT_FOUND, keeper.register, registry.actor("waiguan"), series)
    refused(NOT_FOUND, keeper.reserve, registry.actor("waiguan"), series, 1, "甲", "乙")
    refused(NOT_ALLOWED, keeper.register, registry.actor("viewer"), series)
    stranger = registry.client("waiguan")
    assert stranger.get(f"/numbers?agency={series.agency_id}").status_code == 404
    assert stranger.get(f"/numbers/register.xlsx?agency={series.agency_id}").status_code == 404
    own = stranger.get("/numbers")
    assert own.status_code == 200
    assert "预留一段号" in own.text
    below = registry.client("sheng").get(f"/numbers?agency={series.agency_id}")
    assert below.status_code == 200
    assert "预留一段号" not in below.text


def test_the_page_keeps_the_register_and_the_file_says_the_same(registry: Registry) -> None:
    client = registry.client("chen")
    page = client.get("/numbers")
    form = "//form[@action='/numbers/reserve']"
    bad = client.post("/numbers/reserve", data=fields(page.text, form, count="2", whom="", reason="=1+1"))
    assert bad.status_code == 422
    assert "请填写预留给谁" in bad.text
    assert 'value="=1+1"' in bad.text
    good = client.post(
        "/numbers/reserve", data=fields(page.text, form, count="2", whom="=cmd|' /C calc'!A0", reason="外勤")
    )
    page = client.get(good.location)
    assert "已预留 2 个号" in page.text
    assert "号码连续" in page.text
    narrowed = client.get("/numbers?status=预留")
    shown = texts(narrowed, "//tbody/tr/td[@data-label='文号']")
    assert len(shown) == 2
    data = client.get("/numbers/register.xlsx?status=预留").data
    sheet = load_workbook(io.BytesIO(data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[1] for row in rows] == shown
    assert all(row[6].startswith("'=cmd") for row in rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    give_up = "//form[@action='/numbers/give-up']"
    refused_page = client.post("/numbers/give-up", data=fields(page.text, give_up, do="release", reason=""))
    assert refused_page.status_code == 422
    assert "请写明理由" in refused_page.text
    ended = client.post("/numbers/give-up", data=fields(page.text, give_up, do="void", reason="写坏"))
    assert "已作废" in client.get(ended.location).text
    again = client.post("/numbers/give-up", data=fields(page.text, give_up, do="void", reason="写坏"))
    assert again.status_code == 409
    start = fields(page.text, "//form[@action='/numbers/start']", start="1", reason="从头")
    assert client.post("/numbers/start", data=start).status_code == 409


def test_a_document_takes_a_reserved_number_on_its_page(registry: Registry) -> None:
    chen, client = registry.actor("chen"), registry.client("chen")
    (entry,) = registry.register.reserve(chen, registry.series, 1, "内勤", "急件")
    document = approved(registry)
    page = client.get(f"/documents/{document.id}/do/number")
    assert entry.text in page.text
    done = client.post(
        f"/documents/{document.id}/do/number", data=fields(page.text, reserved_number=entry.text)
    )
    assert done.status_code == 302
    assert registry.head(document.id).number == entry.text
    other = approved(registry)
    late = client.post(
        f"/documents/{other.id}/do/number",
        data=fields(client.get(f"/documents/{other.id}/do/number").text, reserved_number=entry.text),
    )
    assert late.status_code == 409
    assert "已被使用或收回" in late.text
    line = client.get(f"/numbers?q={entry.text}")
    assert document.title in line.text
    assert re.search(rf"/documents/{document.id}\b", line.text)
    refused(
        HEAD_MOVED,
        registry.context.service(Issuing).take_number,
        chen,
        other.id,
        base_version=1,
        reserved=entry.text,
    )


def test_verify_notices_who_when_and_why_rewritten_behind_our_back(registry: Registry) -> None:
    chen = registry.actor("chen")
    kept, released, gone = registry.register.reserve(chen, registry.series, 3, "外勤", "备用")
    document = take(registry, approved(registry))
    registry.register.give_up(chen, registry.series, released.text, "未用")
    assert findings(registry) == []
    path = registry.storage / "formserver.sqlite3"
    for statement, argument, said in (
        ("UPDATE number_entry SET reason = '别的' WHERE text = ?", released.text, "被改动"),
        ("UPDATE number_entry SET \"by\" = '别人' WHERE text = ?", document.number, "被改动"),
        ("UPDATE number_entry SET at = '2026-01-01T00:00:00.000000Z' WHERE text = ?", kept.text, "被改动"),
        ("DELETE FROM number_entry WHERE text = ?", gone.text, "登记簿中却没有"),
    ):
        with closing(sqlite3.connect(path)) as database:
            before = database.execute("SELECT * FROM number_entry WHERE text = ?", (argument,)).fetchone()
            assert database.execute(statement, (argument,)).rowcount == 1
            database.commit()
        assert any(argument in f and said in f for f in findings(registry)), statement
        with closing(sqlite3.connect(path)) as database:
            database.execute("DELETE FROM number_entry WHERE text = ?", (argument,))
            marks = ",".join("?" * len(before))
            database.execute(f"INSERT INTO number_entry VALUES ({marks})", before)
            database.commit()
    assert findings(registry) == []
    assert NumberStatus.RELEASED.value in fates(registry).values()
