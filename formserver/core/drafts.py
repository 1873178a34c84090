"""Changes to a draft: set, insert, move, remove. Pure functions over bodies.

A change is plain JSON, the same that ``PATCH draft`` takes::

    {"op": "set",    "at": "/enterprise/ent_name", "value": "川西水泥有限公司"}
    {"op": "set",    "at": "/inspect_from", "raw": "5月"}              text that does not parse yet
    {"op": "insert", "at": "/inspectors", "row": {"_k": "…", …}, "before": "@k3v9t2ab"}   (no "before": at the end)
    {"op": "move",   "at": "/inspectors/@k3v9t2ab", "before": "@…"}    (no "before": to the end)
    {"op": "remove", "at": "/inspectors/@k3v9t2ab"}                    or a field

Places are keyed pointers (see :mod:`formserver.core.places`). Setting a value drops the raw text of that place;
setting raw text leaves the last good value where it is, so that nothing typed and nothing parsed is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.errors import AppError, Kind, error_code
from formserver.core.ids import new_row_key
from formserver.core.models import Json
from formserver.core.places import BAD_PLACE

BAD_CHANGE = error_code(
    "BAD_CHANGE",
    Kind.INVALID,
    zh="无法识别的修改指令：{what}。",
    en="A change that cannot be understood: {what}.",
)
TOO_MANY_CHANGES = error_code(
    "TOO_MANY_CHANGES",
    Kind.INVALID,
    zh="一次提交的修改超过 {limit} 条，请分批保存。",
    en="More than {limit} changes at once.",
)
MAX_CHANGES = 5_000
_MAX_RAW = 20_000
_MAX_DEPTH = 8


BAD_ROW_KEY = error_code(
    "BAD_ROW_KEY",
    Kind.INVALID,
    zh="有一行的行标识“{key}”不是系统生成的，没有保存。请刷新页面后重新添加这一行。",
    en="The row key {key!r} was not made by the system; reload and add the row again.",
)
_ROW_KEY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")


def check_row_keys(changes: Sequence[Any]) -> None:
    """Refuse rows sent with a key that is not of the form :func:`~formserver.core.ids.new_row_key` makes.

    Raises BAD_ROW_KEY; rows without a key are given one later.
    """
    waiting: list[Any] = [
        part
        for change in changes
        if isinstance(change, Mapping)
        for part in (change.get("row"), change.get("value"))
    ]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            key = value.get("_k")
            if key is not None and (not isinstance(key, str) or _ROW_KEY.fullmatch(key) is None):
                raise BAD_ROW_KEY(key=_said(key)[:40])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def apply_changes(
    body: Mapping[str, Any], raw: Mapping[str, str], changes: Sequence[Mapping[str, Any]]
) -> tuple[Json, dict[str, str]]:
    """Apply ``changes`` in order to a copy; all or nothing. Raises BAD_CHANGE, BAD_PLACE, TOO_MANY_CHANGES.

    What no change touches is shared with ``body``, which stays as it is.
    """
    if len(changes) > MAX_CHANGES:
        raise TOO_MANY_CHANGES(limit=MAX_CHANGES)
    new_body: Json = dict(body)
    new_raw = dict(raw)
    own: set[str] = set()
    for change in changes:
        if not isinstance(change, Mapping) or not isinstance(change.get("at"), str):
            raise BAD_CHANGE(what=_said(change))
        operation = _OPERATIONS.get(str(change.get("op")))
        if operation is None:
            raise BAD_CHANGE(what=_said(change.get("op")))
        if not _storable(str(change["at"])) or not _storable(change.get("raw", "")):
            raise BAD_CHANGE(what=_said(change["at"]))
        top = str(change["at"])[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")
        if top in new_body and top not in own:
            new_body[top] = clone(new_body[top])
        own.add(top)
        operation(new_body, new_raw, change)
    return new_body, new_raw


def _storable(text: Any) -> bool:
    """Whether ``text`` has no half surrogate pair: those can be neither stored nor shown."""
    return not isinstance(text, str) or text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def _said(value: Any) -> str:
    """What was sent, short and fit for a page."""
    return str(value)[:80].encode("utf-8", "backslashreplace").decode("utf-8")


def _parent(body: Json, pointer: str, *, make: bool) -> tuple[Any, str]:
    segments = places.split(pointer)
    if not segments or len(segments) > _MAX_DEPTH:
        raise BAD_PLACE(place=pointer)
    value: Any = body
    for segment in segments[:-1]:
        if isinstance(value, dict):
            if segment not in value and make and not segment.startswith("@"):
                value[segment] = {}
            value = value.get(segment)
        elif isinstance(value, list):
            index = places.find_row(value, segment)
            value = value[index] if index >= 0 else None
        if value is None:
            raise BAD_PLACE(place=pointer)
    if not isinstance(value, dict | list):
        raise BAD_PLACE(place=pointer)
    return value, segments[-1]


def _set(body: Json, raw: dict[str, str], change: Mapping[str, Any]) -> None:
    at = str(change["at"])
    if "raw" in change:
        text = change["raw"]
        if not isinstance(text, str) or len(text) > _MAX_RAW:
            raise BAD_CHANGE(what=f"{at} raw")
        _parent(body, at, make=True)
        raw[at] = text
        return
    if "value" not in change or change["value"] is None:
        raise BAD_CHANGE(what=f"{at} value")
    holder, last = _parent(body, at, make=True)
    if isinstance(holder, dict):
        if last == "_k":
            raise BAD_CHANGE(what=f"{at} _k")
        holder[last] = with_row_keys(clone(change["value"]))
    else:
        index = places.find_row(holder, last)
        if index < 0:
            raise BAD_PLACE(place=at)
        holder[index] = with_row_keys(clone(change["value"]))
    _forget_raw(raw, at)


def _insert(body: Json, _raw: dict[str, str], change: Mapping[str, Any]) -> None:
    at, row = str(change["at"]), change.get("row")
    if not isinstance(row, Mapping):
        raise BAD_CHANGE(what=f"{at} row")
    holder, last = _parent(body, at, make=True)
    if not isinstance(holder, dict):
        raise BAD_PLACE(place=at)
    rows = holder.setdefault(last, [])
    if not isinstance(rows, list):
        raise BAD_PLACE(place=at)
    new = with_row_keys(clone(dict(row)), top=True)
    if any(isinstance(old, dict) and old.get("_k") == new["_k"] for old in rows):
        return  # the same insert sent twice (a retry after a lost answer) is one insert
    rows.insert(_before(rows, change), new)


def _move(body: Json, _raw: dict[str, str], change: Mapping[str, Any]) -> None:
    at = str(change["at"])
    holder, last = _parent(body, at, make=False)
    index = places.find_row(holder, last) if isinstance(holder, list) else -1
    if index < 0:
        raise BAD_PLACE(place=at)
    row = holder.pop(index)
    holder.insert(_before(holder, change), row)


def _remove(body: Json, raw: dict[str, str], change: Mapping[str, Any]) -> None:
    at = str(change["at"])
    try:
        holder, last = _parent(body, at, make=False)
    except AppError:
        _forget_raw(raw, at)
        return  # removing what is not there is done already
    if isinstance(holder, dict):
        if last == "_k":
            raise BAD_CHANGE(what=f"{at} _k")
        holder.pop(last, None)
    else:
        index = places.find_row(holder, last)
        if index >= 0:
            holder.pop(index)
    _forget_raw(raw, at)


def _before(rows: list[Any], change: Mapping[str, Any]) -> int:
    before = change.get("before")
    index = places.find_row(rows, before) if isinstance(before, str) else -1
    return index if index >= 0 else len(rows)


def _forget_raw(raw: dict[str, str], at: str) -> None:
    for pointer in [p for p in raw if p == at or p.startswith(at + "/")]:
        del raw[pointer]


def with_row_keys(value: Any, *, top: bool = False) -> Any:
    """Give every row (an object inside a list, or ``value`` itself with ``top``) a ``_k`` if it has none."""
    if isinstance(value, dict):
        if top and not isinstance(value.get("_k"), str):
            value["_k"] = new_row_key()
        for inner in value.values():
            with_row_keys(inner)
    elif isinstance(value, list):
        seen: set[str] = set()
        for row in value:
            if isinstance(row, dict):
                if row.get("_k") in seen:
                    row["_k"] = new_row_key()
                with_row_keys(row, top=True)
                seen.add(row["_k"])
    return value


_OPERATIONS = {"set": _set, "insert": _insert, "move": _move, "remove": _remove}


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Json]:
    """Changes that turn ``old`` into ``new``; rows are matched by key, other lists are set whole."""
    changes: list[Json] = []
    _diff_object(old, new, (), changes)
    return changes


def _diff_object(
    old: Mapping[str, Any], new: Mapping[str, Any], at: tuple[str, ...], out: list[Json]
) -> None:
    out.extend(
        {"op": "remove", "at": places.join((*at, key))} for key in old if key not in new and key != "_k"
    )
    for key, value in new.items():
        if key == "_k" or (key in old and old[key] == value and type(old[key]) is type(value)):
            continue
        before, here = old.get(key), (*at, key)
        if isinstance(before, dict) and isinstance(value, dict):
            _diff_object(before, value, here, out)
        elif _is_rows(before) and _is_rows(value):
            _diff_rows(before, value, here, out)
        else:
            out.append({"op": "set", "at": places.join(here), "value": value})


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(r, dict) and isinstance(r.get("_k"), str) for r in value
    )


def _diff_rows(old: Any, new: Any, at: tuple[str, ...], out: list[Json]) -> None:
    before = {row["_k"]: row for row in old}
    wanted = [row["_k"] for row in new]
    out.extend({"op": "remove", "at": places.join((*at, "@" + key))} for key in before if key not in wanted)
    order = [key for key in before if key in wanted]
    for position in range(len(new) - 1, -1, -1):
        row = new[position]
        key = row["_k"]
        follower = wanted[position + 1] if position + 1 < len(wanted) else None
        target = {"before": "@" + follower} if follower else {}
        if key not in before:
            out.append({"op": "insert", "at": places.join(at), "row": row, **target})
            order.insert(order.index(follower) if follower else len(order), key)
            continue
        place = order.index(key)
        after = order[place + 1] if place + 1 < len(order) else None
        if after != follower:
            out.append({"op": "move", "at": places.join((*at, "@" + key)), **target})
            order.remove(key)
            order.insert(order.index(follower) if follower else len(order), key)
        _diff_object(before[key], row, (*at, "@" + key), out)
