"""Backups are taken while people work and come back whole, or not at all."""

from __future__ import annotations

import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from formserver.core.errors import AppError, Kind
from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.store_ports import DocumentQuery
from formserver.store.backup import backup
from formserver.store.restore import restore
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import ENGINES
from tests.support.records import START, make_document, save, saved
from tests.support.verifying import check, filled

pytestmark = pytest.mark.parametrize("database_url", ENGINES, indirect=True)


@pytest.fixture
def empty_url(sql_store: SqlStore, request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Another, entirely empty database of the same engine."""
    if sql_store.url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'again' / 'store.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


def test_a_backup_comes_back_whole_in_an_empty_place(
    sql_store: SqlStore, empty_url: str, tmp_path: Path
) -> None:
    document = filled(sql_store)
    with sql_store.uow(write=True) as u:
        u.jobs.enqueue(kind="pdf", key="\\x\t\n'“", payload={"a": "\\N"}, at=START)
    manifest = backup(sql_store, tmp_path / "backup", START)
    saved(sql_store, make_document(), {"n": 9})  # after the backup: must not be in it
    assert len(manifest["blobs"]) == 1
    report = restore(tmp_path / "backup", empty_url, tmp_path / "restored")
    assert report.ok, report.findings
    assert report.checked["文书"] == 3
    restored = SqlStore(empty_url, tmp_path / "restored")
    try:
        assert check(restored).ok
        with restored.uow(write=True) as u:
            assert u.documents.get(document.id, SYSTEM_SCOPE) == document
            assert u.jobs.latest("pdf", "\\x\t\n'“").payload == {"a": "\\N"}
            assert u.documents.find(DocumentQuery(text="正文第3次"), SYSTEM_SCOPE).items == (document,)
            save(u, document, {"n": 4})
            assert u.documents.find(DocumentQuery(), SYSTEM_SCOPE).items[0].id == document.id
    finally:
        restored.close()


def test_a_backup_can_be_taken_while_people_save(sql_store: SqlStore, empty_url: str, tmp_path: Path) -> None:
    filled(sql_store)
    stop = threading.Event()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                saved(sql_store, make_document(), {"n": 1}, {"n": 2})
                sql_store.blobs.put(BytesIO(new_id().encode()))
        except BaseException as error:  # noqa: BLE001  handed to the test
            errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        backup(sql_store, tmp_path / "backup", START)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert errors == []
    assert restore(tmp_path / "backup", empty_url, tmp_path / "restored").ok


def test_backup_and_restore_overwrite_nothing(sql_store: SqlStore, tmp_path: Path) -> None:
    filled(sql_store)
    backup(sql_store, tmp_path / "backup", START)
    for deed in (
        lambda: backup(sql_store, tmp_path / "backup", START),
        lambda: restore(tmp_path / "backup", sql_store.url, tmp_path / "other"),
        lambda: restore(tmp_path / "backup", sql_store.url, sql_store.storage_dir),
    ):
        with pytest.raises(AppError, check=lambda e: e.kind is Kind.CONFLICT):
            deed()
    assert check(sql_store).ok


def test_a_damaged_backup_is_refused_before_anything_is_written(
    sql_store: SqlStore, empty_url: str, tmp_path: Path
) -> None:
    filled(sql_store)
    manifest = backup(sql_store, tmp_path / "backup", START)
    first = tmp_path / "backup" / manifest["files"][0]["name"]
    first.write_bytes(first.read_bytes()[:-1] + b"?")
    with pytest.raises(AppError, match="已损坏"):
        restore(tmp_path / "backup", empty_url, tmp_path / "restored")
    (tmp_path / "backup" / "manifest.json").unlink()
    with pytest.raises(AppError, match=r"manifest\.json"):
        restore(tmp_path / "backup", empty_url, tmp_path / "restored")
    assert not (tmp_path / "restored" / "blobs").exists()
