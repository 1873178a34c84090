"""Verify finds every kind of damage and names it; rebuild repairs what can be; exports prove themselves."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formserver.core.errors import AppError, Kind
from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.core.store_ports import DocumentQuery
from formserver.store.export import export_record
from formserver.store.findings import Fault
from formserver.store.rebuild import rebuild
from formserver.store.seals import seal_all, write_anchor
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import ENGINES
from tests.support.records import START, make_document, make_event, saved
from tests.support.verifying import check, filled, project, tamper

pytestmark = pytest.mark.parametrize("database_url", ENGINES, indirect=True)
SCRIPT = Path(__file__).parents[3] / "tools" / "verify_record.py"


def test_a_whole_record_is_found_whole(sql_store: SqlStore, tmp_path: Path) -> None:
    filled(sql_store)
    write_anchor(sql_store, tmp_path / "anchors", START)
    report = check(sql_store, anchors=tmp_path / "anchors")
    assert report.ok
    assert report.findings == []
    assert report.checked == {
        "内容": 6,
        "文书": 3,
        "版本": 5,
        "封存": 1,
        "操作记录": 6,
        "库外存证": 1,
        "文件": 1,
        "呈现件": 1,
        "文号": 1,
    }


def test_events_without_a_seal_are_reported_but_are_no_damage(sql_store: SqlStore) -> None:
    document = filled(sql_store)
    with sql_store.uow(write=True) as u:
        u.events.append(make_event(document.id))
    report = check(sql_store)
    assert report.ok
    assert report.counts == {Fault.UNSEALED: 1}


BODY = "SELECT body_sha256 FROM version WHERE no = 2"
TAMPERINGS: list[tuple[str, Fault, str]] = [
    ("UPDATE version SET reason = 'x' WHERE no = 2", Fault.VERSION, "第2版"),
    ("UPDATE version SET author_name = '李四' WHERE no = 2", Fault.VERSION, "第2版"),
    ("DELETE FROM version WHERE no = 2", Fault.MISSING_VERSION, "《水泥厂通知书》"),
    ("DELETE FROM version WHERE no = 3", Fault.MISSING_VERSION, "第3版"),
    (f"DELETE FROM content WHERE sha256 = ({BODY})", Fault.MISSING_CONTENT, "第2版的正文"),
    (f"UPDATE content SET data = 'x' WHERE sha256 = ({BODY})", Fault.CONTENT, "第2版的正文"),
    ("UPDATE document SET number = '改号' WHERE head_version = 3", Fault.HEAD, "文号"),
    ("UPDATE document SET state = '已归档' WHERE head_version = 3", Fault.HEAD, "状态"),
    ("UPDATE document SET head_version = 2 WHERE head_version = 3", Fault.HEAD, "最新版本为第3版"),
    ("UPDATE document SET region = '51' WHERE head_version = 3", Fault.PROJECTION, "筛选项"),
    ("DELETE FROM facet", Fault.PROJECTION, "附加筛选项"),
    ("UPDATE measure SET value_text = '9' WHERE version_no = 3", Fault.PROJECTION, "统计数据"),
    ("UPDATE search_entry SET text = 'x'", Fault.PROJECTION, "检索文本"),
    ("UPDATE event SET actor_name = '李四' WHERE subject = '第3版'", Fault.EVENT, "documents:save"),
    ("DELETE FROM event WHERE subject = '第3版'", Fault.MISSING_EVENT, "第1号封存"),
    ("DELETE FROM event_seal WHERE position = 1", Fault.SEAL, "清单"),
    ("UPDATE seal SET count = 4", Fault.SEAL, "封存记录本身被改动"),
    ("UPDATE seal SET previous_hash = 'x'", Fault.SEAL, "上一封存"),
    ("DELETE FROM event_seal WHERE seal_no = 1", Fault.SEAL, "第1号封存"),
]


@pytest.mark.parametrize(("statement", "fault", "said"), TAMPERINGS)
def test_each_change_behind_the_triggers_is_found_and_named(
    sql_store: SqlStore, statement: str, fault: Fault, said: str
) -> None:
    filled(sql_store)
    tamper(sql_store, statement)
    report = check(sql_store)
    assert not report.ok
    assert report.counts[fault] >= 1
    assert any(f.fault is fault and said in f.message for f in report.findings), report.findings
    assert all(f.message.endswith("。") for f in report.findings)


def test_a_rewritten_history_is_betrayed_by_the_anchor(sql_store: SqlStore, tmp_path: Path) -> None:
    document = filled(sql_store)
    write_anchor(sql_store, tmp_path, START)
    tamper(
        sql_store, "DELETE FROM event_seal", "DELETE FROM seal", "DELETE FROM event WHERE subject = '第3版'"
    )
    tamper(sql_store, "INSERT INTO event_unsealed SELECT id FROM event")
    seal_all(sql_store, START)
    report = check(sql_store, anchors=tmp_path)
    assert set(report.counts) == {Fault.ANCHOR}
    assert document.title


def test_an_unreadable_anchor_is_named(sql_store: SqlStore, tmp_path: Path) -> None:
    filled(sql_store)
    (tmp_path / "seal-2026-01-01.json").write_text("{")
    report = check(sql_store, anchors=tmp_path)
    assert "seal-2026-01-01.json" in report.findings[0].message


def test_damaged_and_missing_files_are_named_by_their_rendition(sql_store: SqlStore) -> None:
    filled(sql_store)
    (sha256,) = sql_store.blobs.all_hashes()
    path = sql_store.blobs.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"PK dosx")
    report = check(sql_store)
    assert report.counts == {Fault.BLOB: 1}
    assert "《水泥厂通知书》" in report.findings[0].message
    assert "第3版的docx“通知书.docx”" in report.findings[0].message
    path.unlink()
    assert check(sql_store).counts == {Fault.MISSING_BLOB: 1}


def test_rebuild_repairs_heads_projections_and_search(sql_store: SqlStore) -> None:
    document = filled(sql_store)
    tamper(
        sql_store,
        "UPDATE document SET number = '改号', enterprise_name = 'x', head_version = 1 WHERE head_version = 3",
        "DELETE FROM facet",
        "DELETE FROM measure",
        "UPDATE search_entry SET text = 'x' WHERE text = ''",
    )
    outcome = rebuild(sql_store, project)
    assert (outcome.documents, outcome.heads_repaired, outcome.failures) == (3, 1, ())
    assert check(sql_store).ok
    with sql_store.uow() as u:
        assert u.documents.get(document.id, SYSTEM_SCOPE) == document
        assert u.documents.find(DocumentQuery(text="正文第3次"), SYSTEM_SCOPE).items == (document,)


def test_rebuild_names_what_it_cannot_remake_and_goes_on(sql_store: SqlStore) -> None:
    filled(sql_store)
    tamper(
        sql_store,
        "UPDATE content SET data = 'x' WHERE sha256 = (SELECT body_sha256 FROM version WHERE no = 3)",
    )
    outcome = rebuild(sql_store, project)
    assert outcome.documents == 3
    assert len(outcome.failures) == 1
    assert "《水泥厂通知书》" in outcome.failures[0]


def stranger(*arguments: object) -> tuple[int, str]:
    """Run the script as a stranger would: isolated from our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_can_check_an_exported_record(sql_store: SqlStore, tmp_path: Path) -> None:
    document = filled(sql_store)
    anchor = write_anchor(sql_store, tmp_path / "anchors", START)
    with sql_store.uow(write=True) as u:
        u.events.append(make_event(document.id))
    target = export_record(sql_store, document.id, tmp_path / "r.zip", scope=SYSTEM_SCOPE, at=START)
    status, said = stranger(target, "--anchor", anchor)
    assert status == 0, said
    assert "版本 3，呈现件 1，操作记录 5（其中尚未封存 1），封存 1" in said
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "folder")
    assert stranger(tmp_path / "folder")[0] == 0


def _edit(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        record = json.loads((folder / "record.json").read_text("utf-8"))
        change(record)
        (folder / "record.json").write_text(json.dumps(record), "utf-8")

    return apply


def _change_file(name: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = sorted((folder / name).iterdir())[0]
        path.write_bytes(path.read_bytes() + b" ")

    return apply


FORGERIES: list[tuple[Callable[[Path], None], str]] = [
    (_edit(lambda r: r["versions"][1].update(reason="x")), "第2版的记录被改动"),
    (_edit(lambda r: r["versions"][1].update(author_name="李四")), "第2版的记录被改动"),
    (_edit(lambda r: r["renditions"].clear()), "缺少操作记录所记的呈现件"),
    (_edit(lambda r: r["renditions"][0].update(filename="决定书.docx")), "决定书.docx”的登记与操作记录不符"),
    (_edit(lambda r: r["renditions"][0].update(pages=2)), "的登记与操作记录不符"),
    (_edit(lambda r: r["renditions"].append({**r["renditions"][0], "id": "x"})), "没有操作记录"),
    (_edit(lambda r: r["versions"].pop(1)), "缺少第2版"),
    (_edit(lambda r: r["versions"].pop()), "缺少第3版"),
    (_edit(lambda r: r["document"].update(number="9号")), "number"),
    (_edit(lambda r: r["events"][0]["event"].update(actor_name="李四")), "与第1号封存不符"),
    (_edit(lambda r: r["seals"][0].update(at="2020")), "第1号封存被改动"),
    (_edit(lambda r: r["seals"].clear()), "缺少第1号封存"),
    (_change_file("contents"), "被改动"),
    (_change_file("files"), "docx“通知书.docx”被改动"),
    (lambda folder: sorted((folder / "files").iterdir())[0].unlink(), "缺少"),
]


@pytest.mark.parametrize(("forge", "said"), FORGERIES)
def test_a_stranger_notices_each_forgery(
    sql_store: SqlStore, tmp_path: Path, forge: Callable[[Path], None], said: str
) -> None:
    document = filled(sql_store)
    target = export_record(sql_store, document.id, tmp_path / "r.zip", scope=SYSTEM_SCOPE, at=START)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "folder")
    forge(tmp_path / "folder")
    status, output = stranger(tmp_path / "folder")
    assert status == 1
    assert said in output


def test_what_is_no_record_is_said_to_be_none(sql_store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    assert stranger(tmp_path / "x.zip")[0] == 2
    assert stranger(tmp_path)[0] == 2
    assert sql_store.url


def test_export_needs_the_scope_and_whole_files(sql_store: SqlStore, tmp_path: Path) -> None:
    document = filled(sql_store)
    with pytest.raises(AppError, check=lambda e: e.kind is Kind.NOT_FOUND):
        export_record(sql_store, document.id, tmp_path / "r.zip", scope=Scope(), at=START)
    (sha256,) = sql_store.blobs.all_hashes()
    sql_store.blobs.path(sha256).chmod(0o644)
    sql_store.blobs.path(sha256).write_bytes(b"x")
    with pytest.raises(AppError, check=lambda e: e.code.code == "DAMAGED_BLOB"):
        export_record(sql_store, document.id, tmp_path / "r.zip", scope=SYSTEM_SCOPE, at=START)
    assert list(tmp_path.glob("r.zip*")) == []


def test_a_damaged_page_of_the_database_file_is_reported_not_raised(
    sql_store: SqlStore, tmp_path: Path
) -> None:
    if not sql_store.url.startswith("sqlite"):
        return  # PostgreSQL looks after its own pages
    for _ in range(60):
        saved(sql_store, make_document(), {"n": new_id() * 100})
    sql_store.close()
    path = tmp_path / "store.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    for page in range(40, len(data) // 4096 - 2, 3):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(bytes(data))
    report = check(sql_store)
    assert not report.ok
    assert report.counts[Fault.DATABASE] >= 1
