"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope
from formserver.core.store_ports import BAD_CURSOR
from formserver.enterprises import finding
from formserver.enterprises.models import Change, Enterprise, EnterprisePage, EnterpriseQuery
from formserver.enterprises.tables import enterprise, enterprise_change, enterprise_import

COUNT_LIMIT = 1_000


class EnterpriseRepository:
    """The register, its history and its imports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, enterprise_id: str, scope: Scope) -> Enterprise:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        found = self.find(enterprise_id, scope)
        if found is None:
            raise NOT_FOUND(what="企业")
        return found

    def find(self, enterprise_id: str, scope: Scope) -> Enterprise | None:
        """The enterprise inside the scope, or None."""
        query = select(enterprise).where(enterprise.c.id == enterprise_id, _within(scope))
        row = self._connection.execute(query).first()
        return _enterprise(row._mapping) if row is not None else None

    def twins(self, uscc: str, name: str, scope: Scope, *, but: str = "") -> tuple[Enterprise, ...]:
        """Records inside the scope that may be the same firm: same code, or same name."""
        same: list[ColumnElement[bool]] = []
        if key := finding.uscc_key(uscc):
            same.append(enterprise.c.uscc_key == key)
        if key := finding.name_key(name):
            same.append(enterprise.c.name_key == key)
        if not same:
            return ()
        query = (
            select(enterprise)
            .where(or_(*same), enterprise.c.id != but, _within(scope))
            .order_by(enterprise.c.sort_key, enterprise.c.id)
            .limit(10)
        )
        return tuple(_enterprise(row._mapping) for row in self._connection.execute(query))

    def search(self, query: EnterpriseQuery, scope: Scope) -> EnterprisePage:
        """A page, best first (without a text: by pinyin). Raises BAD_CURSOR."""
        words = finding.words_of(query.text)
        where = and_(_within(scope), *(_matches(word) for word in words))
        if query.key_users_only:
            where = and_(where, enterprise.c.key_user)
        rank = _rank(words[0]) if words else literal(0)
        if words and (page := self._few(query, where, rank)) is not None:
            return page
        order = (rank, enterprise.c.sort_key, enterprise.c.id)
        wanted = select(enterprise, rank.label("rank")).where(where)
        if query.cursor:
            wanted = wanted.where(tuple_(*order) > tuple_(*map(literal, _read_cursor(query.cursor))))
        rows = self._connection.execute(wanted.order_by(*order).limit(query.limit + 1)).mappings().all()
        items = [_enterprise(row) for row in rows[: query.limit]]
        cursor = _write_cursor(rows[query.limit - 1]) if len(rows) > query.limit else ""
        counted = select(func.count()).select_from(
            select(literal(1)).select_from(enterprise).where(where).limit(COUNT_LIMIT + 1).subquery()
        )
        return EnterprisePage(tuple(items), cursor, int(self._connection.execute(counted).scalar_one()))

    def _few(
        self, query: EnterpriseQuery, where: ColumnElement[bool], rank: ColumnElement[int]
    ) -> EnterprisePage | None:
        """The page when at most 1,000 records fit: one walk gives page and count. None when more fit."""
        columns = (rank.label("rank"), enterprise.c.sort_key, enterprise.c.id)
        found = self._connection.execute(select(*columns).where(where).limit(COUNT_LIMIT + 1)).all()
        if len(found) > COUNT_LIMIT:
            return None
        after = tuple(_read_cursor(query.cursor)) if query.cursor else None
        left = sorted(tuple(row) for row in found if after is None or tuple(row) > after)
        ids = [row[2] for row in left[: query.limit]]
        rows = self._connection.execute(select(enterprise).where(enterprise.c.id.in_(ids))).mappings()
        by_id = {row["id"]: _enterprise(row) for row in rows}
        last = left[query.limit - 1] if len(left) > query.limit else None
        cursor = _write_cursor({"rank": last[0], "sort_key": last[1], "id": last[2]}) if last else ""
        return EnterprisePage(tuple(by_id[i] for i in ids), cursor, len(found))

    def add(self, new: Enterprise) -> None:
        """Insert."""
        self._connection.execute(insert(enterprise).values(**_row(new)))

    def replace(self, changed: Enterprise, *, expected_version: int) -> bool:
        """Write every field if nobody saved since; False otherwise. ``changed`` carries the new version."""
        where = (enterprise.c.id == changed.id) & (enterprise.c.row_version == expected_version)
        return self._connection.execute(update(enterprise).where(where).values(**_row(changed))).rowcount == 1

    def add_change(self, change: Change) -> None:
        """Append to the history."""
        fields = json.dumps({k: list(v) for k, v in change.fields.items()}, ensure_ascii=False)
        values = {
            c.name: getattr(change, c.name) for c in enterprise_change.c if c.name not in ("at", "fields")
        }
        self._connection.execute(
            insert(enterprise_change).values(**values, at=format_instant(change.at), fields=fields)
        )

    def history(self, enterprise_id: str) -> tuple[Change, ...]:
        """Newest first."""
        query = (
            select(enterprise_change)
            .where(enterprise_change.c.enterprise_id == enterprise_id)
            .order_by(enterprise_change.c.version.desc())
        )
        return tuple(_change(row._mapping) for row in self._connection.execute(query))

    def add_import(self, values: dict[str, Any]) -> None:
        """Note an uploaded file and its preview."""
        self._connection.execute(insert(enterprise_import).values(**values))

    def get_import(self, import_id: str, by: str) -> dict[str, Any]:
        """A person's own import. Raises NOT_FOUND."""
        query = select(enterprise_import).where(
            enterprise_import.c.id == import_id, enterprise_import.c.by == by
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这次导入")
        return dict(row)

    def finish_import(self, import_id: str, at: datetime, report: str) -> bool:
        """Mark done once; False when it was done already."""
        where = (enterprise_import.c.id == import_id) & enterprise_import.c.done_at.is_(None)
        values = {"done_at": format_instant(at), "report": report}
        return self._connection.execute(update(enterprise_import).where(where).values(**values)).rowcount == 1


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    parts: list[ColumnElement[bool]] = []
    if scope.agency_ids:
        parts.append(enterprise.c.agency_id.in_(sorted(scope.agency_ids)))
    if scope.enterprise_ids:
        parts.append(enterprise.c.id.in_(sorted(scope.enterprise_ids)))
    return or_(*parts) if parts else false()


def _matches(word: str) -> ColumnElement[bool]:
    parts = [_has(enterprise.c.name_key, finding.name_key(word) or word)]
    if finding.is_latin(word):
        parts += [_has(enterprise.c.initials, word), _has(enterprise.c.sort_key, word)]
        parts.append(enterprise.c.uscc_key.startswith(word.upper(), autoescape=True))
    return or_(*parts)


def _rank(word: str) -> ColumnElement[int]:
    """How well a name fits: exact, from its beginning, by initials from the beginning, inside, by spelled pinyin."""
    key = finding.name_key(word) or word
    ranks: list[tuple[ColumnElement[bool], int]] = [
        (enterprise.c.name_key == key, 0),
        (enterprise.c.uscc_key == word.upper(), 0),
        (enterprise.c.name_key.startswith(key, autoescape=True), 1),
    ]
    if finding.is_latin(word):
        ranks.append((_has(enterprise.c.initials, " " + word), 2))
        ranks.append((enterprise.c.sort_key.startswith(word, autoescape=True), 3))
        ranks.append((_has(enterprise.c.initials, word), 4))
    ranks.append((_has(enterprise.c.name_key, key), 5))
    return case(*ranks, else_=6)


def _has(column: Any, text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(text, autoescape=True)
    return found


def _row(item: Enterprise) -> dict[str, Any]:
    if item.created_at is None or item.updated_at is None:
        raise ValueError("a stored enterprise has its times")
    values = {c.name: getattr(item, c.name) for c in enterprise.c if hasattr(item, c.name)}
    values.update(
        created_at=format_instant(item.created_at),
        updated_at=format_instant(item.updated_at),
        sort_key=finding.sort_key(item.name),
        initials=finding.initials(item.name),
        uscc_key=finding.uscc_key(item.uscc),
        name_key=finding.name_key(item.name),
    )
    return values


def _enterprise(row: Any) -> Enterprise:
    values = {name: row[name] for name in Enterprise.__dataclass_fields__}
    values["created_at"] = parse_instant(values["created_at"])
    values["updated_at"] = parse_instant(values["updated_at"])
    return Enterprise(**values)


def _change(row: Any) -> Change:
    fields = {k: (v[0], v[1]) for k, v in json.loads(row["fields"]).items()}
    return Change(**{**row, "at": parse_instant(row["at"]), "fields": fields})


def _write_cursor(row: Any) -> str:
    text = json.dumps([row["rank"], row["sort_key"], row["id"]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> Sequence[Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        rank, key, row_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, TypeError) as error:
        raise BAD_CURSOR() from error
    if not (isinstance(rank, int) and isinstance(key, str) and isinstance(row_id, str)):
        raise BAD_CURSOR()
    return rank, key, row_id
