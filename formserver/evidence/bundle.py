"""The library as one zip, made while it is sent: the files, a list for Excel, and ``SHA256SUMS`` for anybody's tool."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from formserver.core.errors import AppError
from formserver.core.store_ports import BlobStore
from formserver.evidence.models import FIELDS, Evidence

_CHUNK: Final = 1 << 20
_HEAD: Final = (
    "编号",
    *(info.label for info in FIELDS),
    "状态",
    "理由",
    "文件",
    "字节",
    "SHA-256",
    "添加人",
    "添加时间",
)


class _Drain(io.RawIOBase):
    """What zipfile writes to; taken away after every piece, so that nothing piles up."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def bundle(blobs: BlobStore, items: Sequence[Evidence]) -> Iterator[bytes]:
    """The bytes of the archive. Files that are missing are named in the list and left out."""
    drain = _Drain()
    lines, sums = [], []
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for item in items:
            name = entry_name(item)
            there = blobs.exists(item.blob_sha256)
            lines.append(_line(item, name if there else "（服务器上缺少这个文件）"))
            if not there:
                continue
            sums.append(f"{item.blob_sha256} *{name}\n")
            info = zipfile.ZipInfo(name, date_time=item.created_at.timetuple()[:6])
            with archive.open(info, "w", force_zip64=True) as entry:
                try:
                    with blobs.open(item.blob_sha256) as file:
                        while chunk := file.read(_CHUNK):
                            entry.write(chunk)
                            yield drain.take()
                except AppError:  # taken away meanwhile: SHA256SUMS tells whoever checks
                    continue
        archive.writestr("证据目录.csv", _csv(lines))
        archive.writestr("SHA256SUMS", "".join(sums))
    yield drain.take()


def entry_name(item: Evidence) -> str:
    """``证据/003 水泥磨电耗台账.xlsx``; withdrawn files lie in a folder of their own. Safe on every system."""
    title = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", item.title).strip(" ._")[:60]
    suffix = re.sub(r"[^0-9A-Za-z]", "", item.filename.rpartition(".")[2] if "." in item.filename else "")[:8]
    folder = "证据" if item.valid else "已撤下"
    return f"{folder}/{item.no:03d} {title or '证据'}" + (f".{suffix}" if suffix else "")


def _line(item: Evidence, name: str) -> list[str]:
    told = [str(getattr(item, info.key)) for info in FIELDS]
    rest = [item.state.value, item.reason, name, str(item.size), item.blob_sha256]
    return [
        f"证据{item.no}",
        *told,
        *rest,
        item.created_by_name,
        item.created_at.strftime("%Y-%m-%d %H:%M UTC"),
    ]


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for line in lines:
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in line])
    return out.getvalue().encode("utf-8-sig")
