"""The next inspection begins with the last list: as a file to correct, or taken on as it stands."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import BinaryIO, Final

from formserver.core.permissions import Actor
from formserver.core.store_ports import Store
from formserver.equipment.lists_service import Lists
from formserver.equipment.lists_wishes import Wish
from formserver.equipment.models import EquipmentList
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_book import write_last_list
from formserver.equipment.register_service import Registers
from formserver.equipment.repository import EquipmentListRepository

_IN_MEMORY: Final = 8 << 20


class Continuing:
    """One instance per process."""

    def __init__(self, store: Store, registers: Registers, lists: Lists) -> None:
        self._store = store
        self._registers = registers
        self._lists = lists

    def last_list(self, actor: Actor, enterprise_id: str) -> tuple[EquipmentList, BinaryIO]:
        """The newest checked list as a workbook to correct; the caller closes the file.

        Raises NOT_ALLOWED; NOT_FOUND outside the scope and while there is no list.
        """
        _, one = self._registers.latest(actor, enterprise_id)
        target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller
        with self._store.uow() as u:
            write_last_list(target, one, u.repository(EquipmentListRepository).all_rows(one.id))  # type: ignore[arg-type]
        target.seek(0)
        return one, target  # type: ignore[return-value]

    def take_on(self, actor: Actor, enterprise_id: str, typed: Mapping[str, str]) -> EquipmentList:
        """沿用上次清单: a new list of the same rows as of another day; decisions are carried over to be looked at.

        ``typed`` has ``as_of`` and ``title``. Raises NOT_ALLOWED, NOT_FOUND, LIST_DAY, LIST_TITLE.
        """
        actor.require(EquipmentPermission.UPLOAD)
        enterprise, _ = self._registers.latest(actor, enterprise_id)
        one, file = self.last_list(actor, enterprise_id)
        with file:
            blob = self._store.blobs.put(file)
        wish = Wish(
            title=typed.get("title", ""),
            as_of=typed.get("as_of", ""),
            enterprise=enterprise.name,
            enterprise_id=enterprise_id,
            previous_id=one.id,
        )
        return self._lists.start(actor, wish, f"{one.title}（沿用）.xlsx"[-120:], blob.sha256)
