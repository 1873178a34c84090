"""Changes of the file of a catalogue or of rules: pure, a new file each time; faulty files stay editable."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from formserver.core.canonical import clone
from formserver.equipment.catalogue_models import Json

VERIFIED: Final = "verified"
RECALLED: Final = "recalled"
STATE_WORDS: Final[Mapping[str, str]] = {"checked": "已核对", "seen": "见公开来源", "recalled": "凭记忆"}
"""How sure a line is: held against the issued text by a person of this server; copied from something public, which
nobody here has held against it; kept from memory."""
_SIGNED: Final = re.compile(r"（[^（）]{1,60} \d{4}-\d{2}-\d{2} 核对）$")
_RULE_ID: Final = re.compile(r"[A-Z][A-Za-z0-9_.:-]*")


def rows_of(content: Mapping[str, Any], key: str) -> list[Json]:
    """``items`` or ``rules``, those that have a form at all."""
    found = content.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def source_of(content: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    """Where a line was seen, in words."""
    sources, key = content.get("sources"), str(line.get("source") or "")
    return str(sources.get(key, key)) if isinstance(sources, dict) else key


def signed(source: str, name: str, day: str) -> str:
    """A source with who held the line against it and when."""
    return source if _SIGNED.search(source) else f"{source}（{name} {day} 核对）"


def state_of(content: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    """A key of :data:`STATE_WORDS`."""
    if line.get("confidence") != VERIFIED:
        return "recalled"
    return "checked" if _SIGNED.search(source_of(content, line)) else "seen"


def row_of(content: Mapping[str, Any], key: str, row_id: str) -> Json | None:
    """The line or rule of that id."""
    return next((one for one in rows_of(content, key) if one.get("id") == row_id), None)


def put_row(content: Json, key: str, row_id: str, row: Json) -> Json:
    """With that line or rule replaced; at the end where there was none."""
    rows = list(rows_of(content, key))
    places = [place for place, one in enumerate(rows) if one.get("id") == row_id]
    if places:
        rows[places[0]] = row
    else:
        rows.append(row)
    return {**content, key: rows}


def remove_row(content: Json, key: str, row_id: str) -> Json:
    """Without that line or rule; rules of the same file no longer name a removed line."""
    left = {**content, key: [one for one in rows_of(content, key) if one.get("id") != row_id]}
    if key == "items":
        gone = f"{content.get('name')}:{row_id}"
        left["rules"] = [_without(rule, gone) for rule in rows_of(content, "rules")]
    return left


def move_row(content: Json, key: str, row_id: str, by: int) -> Json:
    """Moved up or down: between equal verdicts the rule that stands first decides."""
    rows = list(rows_of(content, key))
    place = next((at for at, one in enumerate(rows) if one.get("id") == row_id), None)
    if place is not None:
        row = rows.pop(place)
        rows.insert(max(0, min(len(rows), place + by)), row)
    return {**content, key: rows}


def free_rule_id(content: Mapping[str, Any], known: Collection[str]) -> str:
    """An id nobody uses, for a rule somebody adds."""
    taken = {str(one.get("id")) for one in rows_of(content, "rules")} | set(known)
    number = 1
    while f"X{number:02d}" in taken:
        number += 1
    return f"X{number:02d}"


def good_rule_id(text: str) -> bool:
    """Whether a text can name a rule."""
    return _RULE_ID.fullmatch(text) is not None and len(text) <= 60


def source_key(content: Json, text: str) -> tuple[Json, str]:
    """The file with that source among its sources, and the key of it."""
    sources = content.get("sources")
    known: dict[str, str] = dict(sources) if isinstance(sources, dict) else {}
    for key, said in known.items():
        if said == text:
            return content, key
    number = 1
    while f"s{number}" in known:
        number += 1
    return {**content, "sources": {**known, f"s{number}": text}}, f"s{number}"


def check_lines(content: Json, ids: Collection[str], source: str) -> tuple[Json, tuple[str, ...]]:
    """Lines marked as held against ``source``, and the ids of those that were not before; own rules that rest on nothing
    but verified lines are freed with them."""
    chosen = {
        str(one.get("id"))
        for one in rows_of(content, "items")
        if one.get("id") in ids and state_of(content, one) != "checked"
    }
    if not chosen:
        return content, ()
    made, key = source_key(clone(content), source)
    items = [
        {**one, "confidence": VERIFIED, "source": key} if one.get("id") in chosen else one
        for one in rows_of(made, "items")
    ]
    made["items"] = items
    good = {f"{made.get('name')}:{one.get('id')}" for one in items if one.get("confidence") == VERIFIED}
    made["rules"] = [
        freed(rule) if rests_on(rule, good.__contains__) else rule for rule in rows_of(made, "rules")
    ]
    return made, tuple(str(one["id"]) for one in items if one.get("id") in chosen)


def rests_on(rule: Mapping[str, Any], verified: Callable[[str], bool]) -> bool:
    """Whether a recalled rule names lines and every one of them is verified."""
    items = rule.get("items")
    return (
        rule.get("confidence") == RECALLED
        and isinstance(items, list)
        and bool(items)
        and all(verified(str(one)) for one in items)
    )


def free_rules(content: Json, ids: Collection[str]) -> Json:
    """Those recalled rules marked as verified."""
    rules = [
        freed(rule) if rule.get("id") in ids and rule.get("confidence") == RECALLED else rule
        for rule in rows_of(content, "rules")
    ]
    return {**content, "rules": rules}


def freed(rule: Json) -> Json:
    """The rule as verified; one that only asked for a look because its source was recalled (C11) now decides."""
    decides = {"verdict": "eliminated", "reason": "C01"} if rule.get("reason") == "C11" else {}
    return {**rule, **decides, "confidence": VERIFIED}


def _without(rule: Json, ref: str) -> Json:
    items = rule.get("items")
    if not isinstance(items, list) or ref not in items:
        return rule
    return {**rule, "items": [one for one in items if one != ref]}
