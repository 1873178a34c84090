"""``demo``, ``worker --once``, ``verify``, ``backup``, ``restore``, ``rebuild``, ``export``, ``seal`` on one real case."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from formserver.core.ids import new_id
from tests.integration.cli.conftest import Shell
from tests.integration.product.paper_text import document_text


def database(shell: Shell) -> sqlite3.Connection:
    """The database as somebody with a tool opens it, past the program and its triggers."""
    connection = sqlite3.connect(shell.storage / "formserver.sqlite3", isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if name.endswith(("_no_update", "_no_delete", "_no_replace")):
            connection.execute(f"DROP TRIGGER {name}")
    return connection


def notice(shell: Shell) -> tuple[str, str]:
    """(id, title) of the notice of the case."""
    with_number = "SELECT id, title FROM document WHERE type = 'inspection_notice'"
    connection = sqlite3.connect(shell.storage / "formserver.sqlite3")
    found = connection.execute(with_number).fetchone()
    connection.close()
    return str(found[0]), str(found[1])


def counted(shell: Shell, statement: str) -> int:
    """One figure of the database."""
    connection = sqlite3.connect(shell.storage / "formserver.sqlite3")
    (found,) = connection.execute(statement).fetchone()
    connection.close()
    return int(found)


DOCUMENTS = "SELECT count(*) FROM document"
PAPERS = "SELECT count(*) FROM rendition WHERE kind = 'docx'"
PRINTED = "SELECT count(*) FROM rendition WHERE kind = 'pdf'"
TO_PRINT = "SELECT count(*) FROM job WHERE kind = 'pdf' AND state = '排队中'"


def test_the_demonstration_is_whole_and_renders_again_the_same(demo_shell: Shell) -> None:
    done = demo_shell.run("verify", "--rerender")
    assert "记录完整，未发现改动。" in done.stdout
    assert counted(demo_shell, DOCUMENTS) >= 26
    assert f"、文书 {counted(demo_shell, DOCUMENTS)}、" in done.stdout
    assert f"重新生成：完全相同 {counted(demo_shell, PAPERS)}\n" in done.stdout, "every paper, none unlike"
    assert "尚未封存的操作记录" in done.stderr, "the usual state of a running server, and no damage"


def test_the_demonstration_is_not_loaded_twice_where_only_an_empty_store_is_wanted(demo_shell: Shell) -> None:
    assert "已有文书" in demo_shell.call("demo", "--if-empty").output


def test_the_demonstration_played_again_is_one_more_case(demo_shell: Shell) -> None:
    done = demo_shell.call("demo")
    assert "〕13号：10 份文书" in done.output
    assert "记录完整" in demo_shell.call("verify").output


@pytest.mark.libreoffice
def test_the_worker_prints_seals_and_ends(demo_shell: Shell) -> None:
    to_print, printed = counted(demo_shell, TO_PRINT), counted(demo_shell, PRINTED)
    assert to_print >= 9
    assert "个任务" in demo_shell.run("worker", "--once").stdout
    assert counted(demo_shell, TO_PRINT) == 0
    assert counted(demo_shell, PRINTED) == printed + to_print
    report = json.loads(demo_shell.call("verify", "--json").stdout)
    assert report["ok"] is True
    assert report["findings"] == []
    connection = database(demo_shell)
    kinds = dict(connection.execute("SELECT kind, count(*) FROM rendition GROUP BY kind").fetchall())
    assert kinds["pdf"] == kinds["docx"] >= 9
    assert len(list((demo_shell.storage / "anchors").iterdir())) == 1
    assert "已完成 0 个任务" in demo_shell.call("worker", "--once").output


def test_a_flipped_byte_in_a_file_is_found_and_its_document_named(demo_shell: Shell) -> None:
    connection = database(demo_shell)
    sha, title = connection.execute(
        "SELECT r.blob_sha256, d.title FROM rendition r JOIN document d ON d.id = r.document_id"
        " WHERE r.kind = 'docx' AND d.type = 'site_record'"
    ).fetchone()
    connection.close()
    path = next(p for p in (demo_shell.storage / "blobs").rglob("*") if p.name.startswith(sha))
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = demo_shell.call("verify", code=1)
    assert "✗ 文件损坏" in done.output
    assert title in done.output
    assert "发现问题" in done.output


def test_a_changed_content_row_is_found_and_its_document_named(demo_shell: Shell) -> None:
    document_id, title = notice(demo_shell)
    connection = database(demo_shell)
    connection.execute(
        "UPDATE content SET data = replace(CAST(data AS TEXT), '川西水泥有限公司', '川东水泥有限公司') WHERE sha256 ="
        " (SELECT body_sha256 FROM version WHERE document_id = ? AND no = 1)",
        (document_id,),
    )
    connection.close()
    done = demo_shell.run("verify", code=1)
    assert "✗ 内容损坏" in done.stderr
    assert title in done.stderr
    report = json.loads(demo_shell.call("verify", "--json", code=1).stdout)
    assert report["ok"] is False


def test_a_rewritten_version_row_and_a_deleted_event_are_found(demo_shell: Shell) -> None:
    document_id, title = notice(demo_shell)
    demo_shell.call("seal")
    connection = database(demo_shell)
    connection.execute(
        "UPDATE version SET reason = '另有原因' WHERE document_id = ? AND no = 2", (document_id,)
    )
    connection.execute("DELETE FROM event WHERE action = 'document.approve'")
    connection.close()
    done = demo_shell.call("verify", code=1)
    assert "版本记录被改动" in done.output
    assert title in done.output
    assert "操作记录" in done.output


def test_a_changed_number_in_the_head_row_is_found_and_rebuild_repairs_it(demo_shell: Shell) -> None:
    document_id, _ = notice(demo_shell)
    connection = database(demo_shell)
    connection.execute(
        "UPDATE document SET title = '改了的标题', state = '草稿' WHERE id = ?", (document_id,)
    )
    connection.execute("DELETE FROM search_entry")
    connection.close()
    assert "文书现状与版本不符" in demo_shell.call("verify", code=1).output
    rebuilt = f"已重建 {counted(demo_shell, DOCUMENTS)} 份文书，修正现状 1 份"
    assert rebuilt in demo_shell.run("rebuild").stdout
    demo_shell.call("verify")


def test_a_backup_is_restored_elsewhere_whole(demo_shell: Shell, tmp_path: Path) -> None:
    done = demo_shell.run("backup", tmp_path / "备份")
    assert f"备份完成：{tmp_path / '备份'}" in done.stdout
    again = demo_shell.call("backup", tmp_path / "备份", code=5)
    assert "备份不会覆盖任何内容" in again.output
    elsewhere = Shell(tmp_path, tmp_path / "另一台")
    assert "记录完整，未发现改动。" in elsewhere.run("restore", tmp_path / "备份").stdout
    assert (
        f"重新生成：完全相同 {counted(demo_shell, PAPERS)}\n" in elsewhere.call("verify", "--rerender").output
    )
    assert "demo" in elsewhere.call("user", "list").output, "people come along"


def test_a_backup_without_a_folder_goes_beside_the_data(demo_shell: Shell) -> None:
    demo_shell.call("backup")
    (made,) = (demo_shell.storage / "backups").iterdir()
    elsewhere = Shell(demo_shell.folder, demo_shell.folder / "other")
    elsewhere.call("restore", made)


def test_restore_never_overwrites(demo_shell: Shell, tmp_path: Path) -> None:
    demo_shell.call("backup", tmp_path / "b")
    before = sorted(p.relative_to(tmp_path) for p in demo_shell.storage.rglob("*"))
    done = demo_shell.run("restore", tmp_path / "b", code=5)
    assert "已有数据" in done.stderr
    assert "overwrites nothing" in done.stderr
    assert sorted(p.relative_to(tmp_path) for p in demo_shell.storage.rglob("*")) == before
    demo_shell.call("verify")


def test_restore_refuses_a_damaged_backup_and_a_folder_that_is_none(
    demo_shell: Shell, tmp_path: Path
) -> None:
    demo_shell.call("backup", tmp_path / "b")
    victim = max((tmp_path / "b").rglob("*"), key=lambda p: p.stat().st_size if p.is_file() else 0)
    victim.write_bytes(victim.read_bytes()[:-10])
    elsewhere = Shell(tmp_path, tmp_path / "other")
    refused = elsewhere.call("restore", tmp_path / "b", code=3)
    assert f"{victim.name} 与清单不符，已损坏" in refused.output
    (tmp_path / "nothing").mkdir()
    assert "NOT_A_BACKUP" in elsewhere.call("restore", tmp_path / "nothing", code=3).output
    assert not elsewhere.storage.exists()


def test_an_exported_record_is_verified_by_a_stranger_with_plain_python(
    demo_shell: Shell, shipped: Callable[[str], Path], tmp_path: Path
) -> None:
    document_id, _ = notice(demo_shell)
    demo_shell.call("seal")
    demo_shell.run("export", document_id, "-o", "记录.zip")
    shutil.copy(shipped("tools") / "verify_record.py", tmp_path / "verify_record.py")
    (anchor,) = (demo_shell.storage / "anchors").iterdir()
    words = [sys.executable, "-I", tmp_path / "verify_record.py", tmp_path / "记录.zip", "--anchor", anchor]
    good = subprocess.run(words, capture_output=True, text=True, env={"PYTHONUTF8": "1"})
    assert good.returncode == 0, good.stdout + good.stderr
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(tmp_path / "记录.zip") as source, zipfile.ZipFile(forged, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry, data.replace("川西水泥".encode(), "川东水泥".encode()))
    words[3] = forged
    bad = subprocess.run(words, capture_output=True, text=True, env={"PYTHONUTF8": "1"})
    assert bad.returncode == 1


def test_export_names_what_it_cannot_find_or_write(demo_shell: Shell) -> None:
    document_id, _ = notice(demo_shell)
    assert "没有找到" in demo_shell.call("export", new_id(), "-o", "x.zip", code=4).output
    assert "不是文书编号" in demo_shell.call("export", "通知书", "-o", "x.zip", code=2).output
    lost = demo_shell.folder / "nowhere/x.zip"
    assert "不能写入" in demo_shell.call("export", document_id, "-o", lost, code=6).output


def test_the_paper_kept_for_the_record_says_what_the_case_says(demo_shell: Shell) -> None:
    connection = database(demo_shell)
    sha, number = connection.execute(
        "SELECT r.blob_sha256, d.number FROM rendition r JOIN document d ON d.id = r.document_id"
        " WHERE r.kind = 'docx' AND d.type = 'inspection_notice' ORDER BY r.version_no DESC"
    ).fetchone()
    connection.close()
    path = next(p for p in (demo_shell.storage / "blobs").rglob("*") if p.name.startswith(sha))
    assert number.endswith("〕12号")
    assert number in document_text(path)


@pytest.mark.parametrize("command", ["verify", "backup", "rebuild", "seal"])
def test_a_mistyped_storage_folder_is_not_reported_whole(shell: Shell, command: str) -> None:
    done = shell.call(command, code=4)
    assert "没有数据库" in done.output
    assert "There is no database" in done.output
    assert not shell.storage.exists()


def test_seal_says_the_latest_seal(demo_shell: Shell) -> None:
    first = demo_shell.run("seal").stdout
    assert "最新封存：第1号" in first
    assert demo_shell.call("seal").output.split("：")[-1] == first.split("：")[-1], "nothing new, no new seal"
