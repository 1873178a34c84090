"""Bringing a backup back: into an empty place only, every file checked before, the whole record verified after."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from formserver.core.errors import Kind, error_code
from formserver.store.backup import FORMAT, MANIFEST, file_facts, table_names
from formserver.store.blobs import sync_folder
from formserver.store.engine import make_engine
from formserver.store.failures import DISK_FULL, is_disk_full
from formserver.store.findings import Report
from formserver.store.migrate import current_revision, migrate
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify

RESTORE_NOT_EMPTY = error_code(
    "RESTORE_NOT_EMPTY",
    Kind.CONFLICT,
    zh="{place} 已有数据，恢复不会覆盖任何内容。请指定空的数据目录和空的数据库。",
    en="{place} holds data already; a restore overwrites nothing. Name an empty place.",
)
NOT_A_BACKUP = error_code(
    "NOT_A_BACKUP",
    Kind.INVALID,
    zh="{folder} 不是完整的备份：{detail}。请换用另一份备份。",
    en="{folder} is not a whole backup: {detail}.",
)
WRONG_ENGINE = error_code(
    "BACKUP_WRONG_ENGINE",
    Kind.INVALID,
    zh="这份备份来自 {source}，不能恢复到 {target}。请在设置中改用 {source}。",
    en="This backup is from {source} and cannot be restored to {target}.",
)
Progress = Callable[[str], None]


def restore(folder: Path, url: str, storage_dir: Path, *, progress: Progress = lambda _: None) -> Report:
    """Restore ``folder`` to an empty database and storage directory and verify the outcome.

    Raises NOT_A_BACKUP before anything is written, RESTORE_NOT_EMPTY, BACKUP_WRONG_ENGINE, DISK_FULL.
    """
    manifest = read_manifest(folder)
    engine = make_url(url).get_backend_name()
    if manifest["engine"] != engine:
        raise WRONG_ENGINE(source=manifest["engine"], target=engine)
    progress("核对备份文件")
    check_backup(folder, manifest)
    _refuse_data(url, storage_dir)
    try:
        progress("恢复文件")
        _restore_blobs(folder, manifest, storage_dir)
        progress("恢复数据库")
        if engine == "sqlite":
            _restore_sqlite(folder, Path(str(make_url(url).database)))
        else:
            _restore_postgresql(folder, manifest, url)
    except OSError as error:
        if is_disk_full(error):
            raise DISK_FULL() from error
        raise
    store = SqlStore(url, storage_dir)
    try:
        return verify(store, progress=progress)
    finally:
        store.close()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a backup. Raises NOT_A_BACKUP."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NOT_A_BACKUP(folder=str(folder), detail="缺少或无法读取 manifest.json") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NOT_A_BACKUP(folder=str(folder), detail="格式未知")
    return manifest


def check_backup(folder: Path, manifest: dict[str, Any]) -> None:
    """The database files are there and unchanged, and every blob is there. Raises NOT_A_BACKUP naming the first
    that is not. A blob that was damaged already when it was backed up does not stand in the way of all the others:
    the verification at the end names it.
    """
    for facts in manifest["files"]:
        path = folder / facts["name"]
        if not path.is_file():
            raise NOT_A_BACKUP(folder=str(folder), detail=f"缺少 {facts['name']}")
        if file_facts(path, folder) != facts:
            raise NOT_A_BACKUP(folder=str(folder), detail=f"{facts['name']} 与清单不符，已损坏")
    for blob in manifest["blobs"]:
        if not (folder / "blobs" / blob_part(blob["sha256"])).is_file():
            raise NOT_A_BACKUP(folder=str(folder), detail=f"缺少文件 {blob['sha256']}")


def blob_part(sha256: str) -> Path:
    """Where a blob lies below a ``blobs`` folder."""
    return Path(sha256[:2]) / sha256[2:4] / sha256


def _refuse_data(url: str, storage_dir: Path) -> None:
    blobs = storage_dir / "blobs"
    if blobs.is_dir() and any(blobs.iterdir()):
        raise RESTORE_NOT_EMPTY(place=str(blobs))
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if Path(str(parsed.database)).exists():
            raise RESTORE_NOT_EMPTY(place=str(parsed.database))
        return
    engine = make_engine(url)
    try:
        if current_revision(engine) is not None:
            raise RESTORE_NOT_EMPTY(place=f"数据库 {parsed.database}")
    finally:
        engine.dispose()


def _restore_blobs(folder: Path, manifest: dict[str, Any], storage_dir: Path) -> None:
    for blob in manifest["blobs"]:
        part = blob_part(blob["sha256"])
        target = storage_dir / "blobs" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        # Always a copy: the backup must not share its bytes with a disk that is written to.
        shutil.copyfile(folder / "blobs" / part, target)
        target.chmod(0o444)
        sync_folder(target.parent)


def _restore_sqlite(folder: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(folder / "database.sqlite3", partial)
    partial.replace(target)
    sync_folder(target.parent)


def _restore_postgresql(folder: Path, manifest: dict[str, Any], url: str) -> None:
    engine = make_engine(url)
    try:
        migrate(engine, manifest["revision"])
        with engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            kept = {table["name"]: table for table in manifest["tables"]}
            for name in table_names(connection):
                if name not in kept:
                    continue
                if name == "store_info":  # the migration itself has written here
                    connection.exec_driver_sql("DELETE FROM store_info")
                columns = ", ".join(f'"{column}"' for column in kept[name]["columns"])
                with (
                    gzip.open(folder / "tables" / f"{name}.copy.gz", "rb") as file,
                    raw.cursor() as cursor,
                    cursor.copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy,
                ):
                    while block := file.read(1 << 20):
                        copy.write(block)
            for name, facts in manifest["sequences"].items():
                values = {"name": name, "value": facts["last_value"], "called": facts["is_called"]}
                connection.execute(text("SELECT setval(:name, :value, :called)"), values)
    finally:
        engine.dispose()
