"""Workbooks of before 2007 (xls): the reader lays them out as it opens them, so it does that in a process of its own.

A file of a few bytes can ask for gigabytes or end the process; a child with limits on memory and time cannot harm us.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from formserver.equipment.reading.limits import MOST_CELLS, MOST_SHEETS, Unreadable
from formserver.equipment.reading.model import OpenedList, OpenedSheet

_SECONDS: Final = 90
_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 xlsx 再上传"
_LOCKED: Final = "文件加了密码，请在 Excel 或 WPS 中取消密码后重新上传"
_CHILD: Final = """
import io, json, sys, datetime
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum
most_cells, most_sheets = int(sys.argv[1]), int(sys.argv[2])
out = sys.stdout
def plain(cell):
    if isinstance(cell, (str, bool, float, int)):
        return cell
    if isinstance(cell, datetime.datetime):
        return [cell.date().isoformat()]
    if isinstance(cell, datetime.date):
        return [cell.isoformat()]
    return str(cell)
try:
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
except PasswordError:
    sys.exit(3)
except BaseException:
    sys.exit(4)
known = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
if len(known) > most_sheets:
    sys.exit(5)
for one in known:
    sheet = book.get_sheet_by_name(one.name)
    end = sheet.end
    height, width = (end[0] + 1, end[1] + 1) if end else (0, 0)
    most_cells -= height * width
    if most_cells < 0:
        sys.exit(6)
    pad = [""] * (sheet.start[1] if end else 0)
    merged = [[a[0], a[1], b[0], b[1]] for a, b in sheet.merged_cell_ranges or ()]
    hidden = "Visible" not in str(one.visible)
    json.dump({"title": one.name, "height": height, "width": width, "merged": merged, "hidden": hidden}, out)
    out.write("\\n")
    for line in sheet.iter_rows() if end else ():
        json.dump(pad + [plain(cell) for cell in line], out)
        out.write("\\n")
"""
_REASONS: Final = {
    3: _LOCKED,
    5: f"工作表超过 {MOST_SHEETS} 张，请拆成几个文件",
    6: "内容延伸得太远，范围过大，请删去表格之外的内容，只保留要导入的行和列",
}


def open_old_book(data: bytes, name: str) -> OpenedList:
    """The sheets of an xls. Raises Unreadable: passwords, macros, other documents in the same container, damage."""
    _refuse_relatives(data)
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-c", _CHILD, str(MOST_CELLS), str(MOST_SHEETS)],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=None if sys.gettrace() else _SECONDS,
        check=False,
    )
    if done.returncode:
        raise Unreadable(_REASONS.get(done.returncode, f"文件已损坏，或内容不是正常的 xls，{_SAVE_AS}"))
    return OpenedList(name, "xls", tuple(_sheets(done.stdout)))


def _refuse_relatives(data: bytes) -> None:
    def names(word: str) -> bool:
        return word.encode("utf-16-le") in data

    if names("EncryptedPackage") or names("EncryptionInfo"):
        raise Unreadable(_LOCKED)
    if names("WordDocument") or names("PowerPoint Document"):
        raise Unreadable("这是 Word 或演示文稿，请把其中的表格复制到 Excel 后存为 xlsx")
    if names("_VBA_PROJECT"):
        raise Unreadable("文件带有宏，请另存为不带宏的 xlsx 再上传")


def _sheets(output: bytes) -> Iterator[OpenedSheet]:
    lines = iter(output.splitlines())
    for line in lines:
        head = json.loads(line)
        grid = [_cells(json.loads(next(lines))) for _ in range(head["height"])]
        title = head["title"]
        yield OpenedSheet(
            title=title,
            grid=grid,
            width=head["width"],
            merged=tuple((a, b, c, d) for a, b, c, d in head["merged"]),
            remarks=(f"工作表“{title}”是隐藏的，已一并读取。",) if head["hidden"] else (),
        )


def _cells(line: list[Any]) -> Sequence[Any]:
    return [date.fromisoformat(cell[0]) if isinstance(cell, list) else cell for cell in line]
