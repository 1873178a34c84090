"""What can go wrong in a database or a disk, said so that an office can act on it.

Repositories let SQLAlchemy's exceptions pass; the unit of work translates them once, here.
"""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from formserver.core.errors import AppError, Kind, error_code

CONFLICT = error_code(
    "STORE_CONFLICT",
    Kind.CONFLICT,
    zh="{what}已被他人抢先保存或占用，请刷新后核对再试。",
    en="{what} was taken or saved by somebody else first. Reload, compare and try again.",
)
DISK_FULL = error_code(
    "DISK_FULL",
    Kind.UNAVAILABLE,
    zh="服务器磁盘空间不足，本次内容没有保存。此前已保存的内容完好；请联系管理员清理磁盘后重试。",
    en="The server's disk is full; nothing of this attempt was saved. Free some space and try again.",
)
STORE_BUSY = error_code(
    "STORE_BUSY",
    Kind.UNAVAILABLE,
    zh="数据库正忙，本次操作没有保存，请稍候再试。",
    en="The database is busy; nothing was saved. Try again in a moment.",
)
STORE_UNAVAILABLE = error_code(
    "STORE_UNAVAILABLE",
    Kind.UNAVAILABLE,
    zh="暂时无法读写数据库（{detail}），本次操作没有保存。请联系管理员检查数据库和磁盘。",
    en="The database cannot be used ({detail}); nothing was saved.",
)
VALUE_REFUSED = error_code(
    "VALUE_REFUSED",
    Kind.INVALID,
    zh="内容中有数据库不能保存的字符（如 U+0000）或过大的数字，本次操作没有保存。请删去后再试。",
    en="A value holds a character the database cannot store (such as U+0000) or too large a number.",
)
DATABASE_DAMAGED = error_code(
    "DATABASE_DAMAGED",
    Kind.UNAVAILABLE,
    zh="数据库文件已损坏（{detail}）。请管理员立即停止服务，保留现有文件，并用 formserver restore 从最近的备份恢复。",
    en="The database file is damaged ({detail}). Stop the server, keep the file, restore the latest backup.",
)
DAMAGED = error_code(
    "CONTENT_DAMAGED",
    Kind.UNAVAILABLE,
    zh="数据库中的内容 {sha256} 与其校验值不符，已损坏，不能使用。请管理员运行 formserver verify 并从备份恢复。",
    en="The stored content {sha256} does not match its hash. Run formserver verify and restore a backup.",
)

_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
_BROKEN = ("malformed", "not a database", "invalid page in block")
_FULL = ("disk is full", "no space left on device", "could not extend file")


def translate(error: DBAPIError) -> AppError:
    """The friendly form of a database error; the original stays its cause."""
    if isinstance(error, DataError):  # PostgreSQL alone says so; SQLite stores what it is given
        return VALUE_REFUSED()
    text = str(error.orig or error).lower()
    if isinstance(error, IntegrityError):
        return CONFLICT(what="这条记录")
    if any(sign in text for sign in _FULL):
        return DISK_FULL()
    if any(sign in text for sign in _BROKEN):
        return DATABASE_DAMAGED(detail=str(error.orig).splitlines()[0][:120])
    if any(sign in text for sign in _BUSY):
        return STORE_BUSY()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return STORE_UNAVAILABLE(detail=str(error.orig or "连接中断").splitlines()[0][:120])
    raise error  # a programming error: let it be seen as one


def translate_sqlite(error: sqlite3.OperationalError) -> AppError:
    """The friendly form of an error of the driver itself, outside SQLAlchemy."""
    return translate(OperationalError("", None, error))


def is_disk_full(error: OSError) -> bool:
    """Whether a file could not be written for want of space (or of quota, or above a file size limit)."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
