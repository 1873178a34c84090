"""Many papers at once: over the web with the worker's job, and from a folder on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from werkzeug.datastructures import MultiDict

from formserver.cli.main import main
from formserver.core.models import State
from formserver.core.runner import JobRunner
from formserver.core.store_ports import DocumentQuery
from formserver.legacy.service import LEGACY_JOB, LegacyBatches
from tests.support.house import photo_of_paper
from tests.support.website import Website, fields, texts

HEAD = ("文书种类", "文号", "被监察单位", "成文日期", "状态", "文件名")


def sheet(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    made = book.active
    assert made is not None
    for row in (HEAD, *rows):
        made.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def hand_in(site: Website, data: bytes, *names: str, username: str = "chen"):
    client = site.client(username)
    page = client.get("/legacy/folder").text
    typed: MultiDict[str, object] = fields(page, "//main//form")
    typed.setlist("list", [(io.BytesIO(data), "清单.xlsx")])
    typed.setlist("files", [(io.BytesIO(photo_of_paper()), name) for name in names])
    return client.post("/legacy/folder", data=typed, content_type="multipart/form-data")


def work(site: Website) -> None:
    context = site.context
    JobRunner(context.store, {LEGACY_JOB: context.job_handlers[LEGACY_JOB]}, context.clock).run_all()


def numbered(site: Website, number: str):
    scope = site.actor("chen").scope
    with site.context.store.uow() as u:
        return u.documents.find(DocumentQuery(number=number), scope).items


def test_a_list_is_looked_at_and_then_entered_row_by_row(site: Website):
    data = sheet(
        ("节能监察通知书", "川节监通〔2012〕1号", "川西水泥有限公司", "2012-03-04", "已归档", "一.jpg"),
        ("送达回证", "", "川西水泥有限公司", "2012-03-06", "", "二.jpg"),
        ("节能监察通知书", "川节监通〔2012〕2号", "", "2012-03-07", "", "三.jpg"),
    )
    answer = hand_in(site, data, "一.jpg", "二.jpg", "三.jpg")
    assert answer.status_code == 302
    client, address = site.client("chen"), answer.location
    preview = client.get(address).text
    assert "可补录 2" in preview
    assert "C4：" in preview
    assert numbered(site, "川节监通〔2012〕1号") == ()
    assert client.post(address, data=fields(preview, "//main//form")).status_code == 302
    assert "正在补录" in client.get(address).text
    work(site)
    result = client.get(address).text
    assert texts(client.get(address), "//h1") == ["补录结果"]
    assert "已补录 2" in result
    (document,) = numbered(site, "川节监通〔2012〕1号")
    assert (document.state, document.origin) == (State.ARCHIVED, "legacy")
    again = client.post(address, data=fields(client.get("/legacy/folder").text, "//main//form"))
    assert again.status_code == 302
    assert len(numbered(site, "川节监通〔2012〕1号")) == 1


def test_a_job_that_starts_again_enters_nothing_twice(site: Website):
    data = sheet(("送达回证", "", "川西水泥有限公司", "2011-03-06", "", "一.jpg"))
    actor, batches = site.actor("chen"), site.context.service(LegacyBatches)
    batch = batches.keep(actor, "清单.xlsx", data, [("一.jpg", photo_of_paper("ivory"))])
    first = batches.carry_out(actor, batch, lambda _percent, _text: None)
    second = batches.carry_out(actor, batch, lambda _percent, _text: None)
    assert first == second
    assert first["entered"] == 1


def test_a_damaged_scan_stops_its_own_row_only(site: Website):
    data = sheet(
        ("送达回证", "", "川西水泥有限公司", "2010-03-06", "", "坏.jpg"),
        ("送达回证", "", "川西水泥有限公司", "2010-03-07", "", "好.jpg"),
    )
    actor, batches = site.actor("chen"), site.context.service(LegacyBatches)
    files = [("坏.jpg", b"\xff\xd8 cut off"), ("好.jpg", photo_of_paper("linen"))]
    result = batches.carry_out(actor, batches.keep(actor, "清单.xlsx", data, files), lambda _p, _t: None)
    assert [bool(row["document"]) for row in result["rows"]] == [False, True]
    assert "坏.jpg" in result["rows"][0]["why"]


def test_a_batch_is_seen_by_its_owner_alone(site: Website):
    data = sheet(("送达回证", "", "川西水泥有限公司", "2009-03-06", "", "一.jpg"))
    address = hand_in(site, data, "一.jpg").location
    for other in ("he", "waishi"):
        assert site.client(other).get(address).status_code == 404
    assert site.client("chen").get("/legacy/folder/" + "0" * 64).status_code == 404


@pytest.mark.parametrize("data", [b"", b"PK broken", b"%PDF-1.4"])
def test_what_is_no_list_is_refused_in_words(site: Website, data: bytes):
    answer = hand_in(site, data, "一.jpg")
    assert answer.status_code == 422
    assert texts(answer, "//*[@role='alert']")


def test_a_folder_is_entered_from_the_command_line(site: Website, tmp_path: Path, monkeypatch):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "一.jpg").write_bytes(photo_of_paper("snow"))
    (tmp_path / "清单.xlsx").write_bytes(
        sheet(("送达回证", "", "川西水泥有限公司", "2008-03-06", "", "一.jpg"))
    )
    monkeypatch.setenv("FORMSERVER_STORAGE_DIR", str(site.storage))
    arguments = ["legacy", str(tmp_path / "scans"), "--list", str(tmp_path / "清单.xlsx"), "--user", "chen"]
    looked = CliRunner().invoke(main, [*arguments, "--dry-run"])
    assert looked.exit_code == 0, looked.output
    assert "可补录 1" in looked.output
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "已补录 1" in done.output
