"""The uploaded files of lists: opened whole for checking, kept in part for the page that says what columns mean."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from typing import Final

from formserver.core.store_ports import BlobStore
from formserver.equipment.reading.model import OpenedList
from formserver.equipment.reading.reader import open_list

HEAD_ROWS: Final = 120
"""Rows of each sheet the mapping page looks at: heads stand at the top, and large files are slow to open."""
_KEPT: Final = 4


class ListFiles:
    """One per process; safe to share between threads."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._lock = threading.Lock()
        self._heads: OrderedDict[tuple[str, str], OpenedList] = OrderedDict()

    def whole(self, sha256: str, filename: str) -> OpenedList:
        """Every row. Raises LIST_UNREADABLE, NOT_FOUND, DAMAGED_BLOB."""
        opened = open_list(self._blobs.read(sha256), filename)
        self._keep((sha256, filename), opened)
        return opened

    def head(self, sha256: str, filename: str) -> OpenedList:
        """The first rows of every sheet. Raises as :meth:`whole`."""
        key = (sha256, filename)
        with self._lock:
            found = self._heads.get(key)
        if found is None:
            found = self._keep(key, open_list(self._blobs.read(sha256), filename))
        return found

    def _keep(self, key: tuple[str, str], opened: OpenedList) -> OpenedList:
        sheets = tuple(
            dataclasses.replace(sheet, grid=[list(row) for row in sheet.grid[:HEAD_ROWS]])
            for sheet in opened.sheets
        )
        head = dataclasses.replace(opened, sheets=sheets)
        with self._lock:
            self._heads[key] = head
            self._heads.move_to_end(key)
            while len(self._heads) > _KEPT:
                self._heads.popitem(last=False)
        return head
