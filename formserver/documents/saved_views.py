"""Saved views of the list: a filter and its columns under a name, for oneself or for the own agency."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from formserver.core.clock import Clock, format_instant
from formserver.core.definitions.grammar import breaches
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store
from formserver.documents.views_tables import saved_view as t

LONGEST_NAME: Final = 20
MOST_VIEWS: Final = 30
LONGEST_QUERY: Final = 4_000
VIEW_NAME = error_code(
    "VIEW_NAME",
    Kind.INVALID,
    zh="请给视图起一个名字，最多 {most} 个字，一行。",
    en="Give the view a name of at most {most} characters.",
)
TOO_MANY_VIEWS = error_code(
    "TOO_MANY_VIEWS",
    Kind.CONFLICT,
    zh="您已保存 {most} 个视图，请先删除不用的。",
    en="You have saved {most} views; delete some first.",
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """``query`` are the arguments of the list's address; ``mine`` whether the person asking saved it."""

    id: str
    name: str
    query: Mapping[str, Any]
    columns: tuple[str, ...]
    shared: bool
    is_default: bool
    mine: bool


class SavedViewRepository:
    """The only SQL of saved views. One instance lives on one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visible(self, owner_id: str, agency_id: str) -> list[dict[str, Any]]:
        """Own rows, and those colleagues share."""
        shared = t.c.shared.is_(True) & (t.c.agency_id == agency_id)
        query = select(t).where(or_(t.c.owner_id == owner_id, shared)).order_by(t.c.name, t.c.id).limit(200)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def put(self, owner_id: str, name: str, values: Mapping[str, Any]) -> None:
        """Replace the row of this owner and name, or add it."""
        same = (t.c.owner_id == owner_id) & (t.c.name == name)
        if not self._connection.execute(update(t).where(same).values(**values)).rowcount:
            self._connection.execute(insert(t).values(id=new_id(), owner_id=owner_id, name=name, **values))

    def set_columns(self, view_id: str, columns: str, at: str) -> None:
        """Change the columns alone."""
        self._connection.execute(update(t).where(t.c.id == view_id).values(columns=columns, updated_at=at))

    def forget_default(self, owner_id: str) -> None:
        """No view of this owner is the one the list opens with."""
        self._connection.execute(update(t).where(t.c.owner_id == owner_id).values(is_default=False))

    def remove(self, view_id: str, owner_id: str) -> bool:
        """Whether the owner had it."""
        gone = delete(t).where(t.c.id == view_id, t.c.owner_id == owner_id, t.c.name != "")
        return bool(self._connection.execute(gone).rowcount)


class SavedViews:
    """What a person can do with views: everything with the own ones, look through those shared."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def visible(self, actor: Actor) -> tuple[SavedView, ...]:
        """Own views first, then shared ones; the unnamed row of columns is among the own."""
        actor.require(DocumentPermission.READ)
        with self._store.uow() as u:
            rows = u.repository(SavedViewRepository).visible(actor.user_id, actor.agency_id)
        found = [_view(row, actor) for row in rows]
        return tuple(sorted(found, key=lambda view: not view.mine))

    def save(
        self,
        actor: Actor,
        name: str,
        query: Mapping[str, Any],
        columns: Sequence[str],
        *,
        shared: bool,
        default: bool,
    ) -> SavedView:
        """Keep a filter under a name; the same name again replaces it. Raises VIEW_NAME, TOO_MANY_VIEWS."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or list(breaches({"name": name})):
            raise VIEW_NAME(most=LONGEST_NAME)
        text = json.dumps(dict(query), ensure_ascii=False, sort_keys=True)
        if len(text) > LONGEST_QUERY:
            raise VIEW_NAME(most=LONGEST_NAME)
        own = [view for view in self.visible(actor) if view.mine]
        if len(own) >= MOST_VIEWS and all(view.name != name for view in own):
            raise TOO_MANY_VIEWS(most=MOST_VIEWS)
        with self._store.uow(write=True) as u:
            repository = u.repository(SavedViewRepository)
            if default:
                repository.forget_default(actor.user_id)
            repository.put(actor.user_id, name, self._values(actor, text, columns, shared, default))
        return next(view for view in self.visible(actor) if view.mine and view.name == name)

    def keep_columns(self, actor: Actor, view_id: str, columns: Sequence[str]) -> None:
        """Remember the columns: of an own view, else of this person's plain list."""
        own = {view.id: view for view in self.visible(actor) if view.mine}
        with self._store.uow(write=True) as u:
            repository = u.repository(SavedViewRepository)
            if view_id in own:
                repository.set_columns(view_id, ",".join(columns), format_instant(self._clock.now()))
            else:
                repository.put(actor.user_id, "", self._values(actor, "{}", columns, False, False))

    def remove(self, actor: Actor, view_id: str) -> None:
        """Raises NOT_FOUND for a view of somebody else."""
        with self._store.uow(write=True) as u:
            if not u.repository(SavedViewRepository).remove(view_id, actor.user_id):
                raise NOT_FOUND(what="这个视图")

    def _values(
        self, actor: Actor, query: str, columns: Sequence[str], shared: bool, default: bool
    ) -> dict[str, Any]:
        return {
            "agency_id": actor.agency_id,
            "query": query,
            "columns": ",".join(columns),
            "shared": shared,
            "is_default": default,
            "updated_at": format_instant(self._clock.now()),
        }


def _view(row: Mapping[str, Any], actor: Actor) -> SavedView:
    mine = row["owner_id"] == actor.user_id
    columns = tuple(key for key in row["columns"].split(",") if key)
    query = json.loads(row["query"])
    return SavedView(row["id"], row["name"], query, columns, row["shared"], row["is_default"] and mine, mine)
