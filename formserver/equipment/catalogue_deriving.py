"""The rules a catalogue brings along: made anew from its lines whenever those change, what people wrote left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue
from formserver.equipment.catalogue_content import RECALLED, rows_of
from formserver.equipment.catalogue_models import MATCHING, Json
from formserver.equipment.matching.deriving import Words, derive_rules
from formserver.equipment.matching.model import Deadline, Item


def with_rules(catalogue: Catalogue, new: Json, old: Mapping[str, Any]) -> Json:
    """``new`` with the rules its lines make. Rules that are exactly what the lines of ``old`` made are made again;
    all others stand, and the lines they or the national rules speak to need none."""
    words, spoken = _national(catalogue)
    before = _derived(old, words, rows_of(old, "items"))
    made = {str(rule["id"]): rule for rule in before}
    kept = [rule for rule in rows_of(new, "rules") if made.get(str(rule.get("id"))) != rule]
    named = spoken | {str(ref) for rule in kept for ref in _refs(rule)}
    name = new.get("name")
    left = [line for line in rows_of(new, "items") if f"{name}:{line.get('id')}" not in named]
    taken = {str(rule.get("id")) for rule in kept}
    fresh = [rule for rule in _derived(new, words, left) if rule["id"] not in taken]
    return {**new, "rules": [*kept, *fresh]}


def item_of(content: Mapping[str, Any], line: Mapping[str, Any]) -> Item:
    """A line of a file as recognition knows it; what has no good form counts as empty."""
    name, found = str(content.get("name") or ""), line.get("deadline")
    deadline: Mapping[str, Any] = found if isinstance(found, dict) else {}
    texts = {
        key: str(line.get(key) or "")
        for key in ("seq", "section", "name", "model", "condition", "reason", "replacement", "source")
    }
    return Item(
        ref=f"{name}:{line.get('id')}",
        batch=name,
        edition=str(content.get("$id", "")).rpartition("/")[2],
        category=str(line.get("category") or "other"),
        deadline=Deadline(str(deadline.get("text") or ""), _day(deadline.get("on"))),
        recalled=line.get("confidence") == RECALLED,
        **texts,
    )


def _derived(content: Mapping[str, Any], words: Words, lines: Iterable[Mapping[str, Any]]) -> list[Json]:
    title = str(content.get("title") or content.get("name") or "目录")
    return derive_rules([item_of(content, line) for line in lines], title, words)


def _national(catalogue: Catalogue) -> tuple[Words, frozenset[str]]:
    """What the grammar of the rules knows, and every line a rule of ``matching`` rests on."""
    series: set[str] = set()
    kinds: set[str] = set()
    spoken: set[str] = set()
    for definition in catalogue.definitions(MATCHING):
        if not definition.usable:
            continue
        data = read_json(definition.content, definition.id)
        series |= set(data["grammar"]["transformer_series"])
        kinds |= {word for words in data["grammar"]["category_keywords"].values() for word in words}
        spoken |= {str(ref) for rule in data["rules"] for ref in rule["items"]}
    return Words(frozenset(series), frozenset(kinds)), frozenset(spoken)


def _refs(rule: Mapping[str, Any]) -> list[Any]:
    items = rule.get("items")
    return items if isinstance(items, list) else []


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
