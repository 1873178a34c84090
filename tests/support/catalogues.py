"""A website with people who keep elimination catalogues, and small catalogues to import."""

from __future__ import annotations

from datetime import date
from typing import Any

from formserver.equipment.catalogue_book import HEADS
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_new import Importing, Wish
from formserver.equipment.catalogue_publishing import CataloguePublishing
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment, Finding
from tests.support.maintaining import Maintained
from tests.support.workbooks import sheet

TITLES = [title for _, title, _, _ in HEADS]
PUMP = [
    "1-1",
    "一、泵",
    "泵",
    "离心泵",
    "QQW88-66",
    "",
    "2026-12-31",
    "效率低",
    "新型泵",
    "公告第3页",
    "见公开来源",
]
HEAD = {
    "title": "第五批",
    "full_title": "高耗能落后机电设备（产品）淘汰目录（第五批）",
    "issuer": "工业和信息化部",
    "document_no": "公告2026年第9号",
    "issued_on": "2026-03-06",
    "valid_from": "2026-05-01",
    "note": "",
}


class Catalogued(Maintained):
    """``tang`` and ``wen`` keep the catalogues of the province, ``admin`` and ``far`` draft in their cities."""

    @property
    def catalogue_drafts(self) -> CatalogueDrafts:
        return self.context.service(CatalogueDrafts)

    @property
    def catalogue_publishing(self) -> CataloguePublishing:
        return self.context.service(CataloguePublishing)

    def imported(self, who: str = "tang", *rows: list[Any], **head: str) -> CatalogueDraft:
        """A draft of a new batch with one pump, or these rows."""
        wish = Wish("new", "", {**HEAD, **head}, checked=False)
        data = sheet([TITLES, *(rows or (PUMP,))])
        return self.context.service(Importing).draft(self.actor(who), wish, data, "目录.xlsx")[0]

    def published(self, draft: Any, day: date = date(2026, 5, 1), who: str = "wen", **more: Any) -> Any:
        """Published by a second person."""
        return self.catalogue_publishing.publish(self.actor(who), draft.id, day, seen=draft.tag, **more)

    def says(self, name: str, model: str, as_of: date, **more: str) -> Finding:
        """What recognition says on a day."""
        library = self.context.service(EquipmentLibrary)
        return library.recogniser(as_of).recognise(Equipment(name=name, model=model, **more))

    def editions(self, kind: str, name: str) -> dict[str, tuple[str, date | None, date | None]]:
        """Edition → status and days, as stored."""
        with self.context.store.uow() as u:
            found = u.definitions.list(kind, name)
        return {one.version: (one.status, one.valid_from, one.valid_to) for one in found}
