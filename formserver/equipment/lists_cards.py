"""Lists outside their own pages: in the search box, and on 工作台 where they wait for somebody."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from formserver.core.permissions import Actor
from formserver.equipment.lists_service import Lists, Wanted, state_word
from formserver.equipment.models import ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.feature import SearchHit, WorkCard

SHOWN, MOST = 5, 100
WAITING = Wanted(states=(ListState.MAPPING, ListState.FAILED), mine=True)


class ListSearch:
    """A :class:`~formserver.web.feature.SearchSource`."""

    title = "设备清单"

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def search(self, actor: Actor, text: str, *, limit: int) -> Sequence[SearchHit]:
        """Nothing for people who may not read lists."""
        if not actor.may(EquipmentPermission.READ):
            return ()
        found, _ = self._lists.find(actor, Wanted(text=text), limit=limit)
        return [
            SearchHit(
                self.title,
                one.title,
                url_for("equipment.list_show", list_id=one.id),
                " · ".join(filter(None, (one.enterprise_name, f"基准日 {one.as_of.isoformat()}"))),
                facets={"状态": state_word(one)},
            )
            for one in found
        ]

    def list_url(self, text: str) -> str:
        """The lists with this text in their filter."""
        return url_for("equipment.index", q=text)


class ListCards:
    """What of one's own lists waits: for columns to be confirmed, or with a file that could not be read."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def card(self, actor: Actor) -> WorkCard | None:
        """None for people who upload no lists, and while nothing waits."""
        if not actor.may(EquipmentPermission.UPLOAD):
            return None
        waiting = self._lists.find(actor, WAITING, limit=MOST)[0]
        if not waiting:
            return None
        hits = [
            SearchHit(
                "设备清单",
                one.title,
                url_for("equipment.list_show", list_id=one.id),
                one.enterprise_name,
                state=state_word(one),
            )
            for one in waiting[:SHOWN]
        ]
        url = url_for("equipment.index", state="open", mine=1)
        return WorkCard("待处理的设备清单", len(waiting), hits, url, 40, "没有待处理的设备清单")
