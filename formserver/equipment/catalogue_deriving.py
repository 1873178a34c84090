"""The rules a catalogue brings along: made anew for the lines that change, what people wrote left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formserver.equipment.catalogue_content import RECALLED, rows_of
from formserver.equipment.catalogue_models import Json
from formserver.equipment.matching.deriving_lines import derive_batch
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Batch, Deadline, Item

_FIRST_DAY: Final = date(1990, 1, 1)


def with_rules(library: EquipmentLibrary, new: Json, old: Mapping[str, Any]) -> Json:
    """``new`` with rules for its lines that are not as in ``old``.

    Rules that are exactly what the old lines made are made again in their place; what people wrote stands, and a line it
    speaks to needs no other.
    """
    before, after = _lines(old), _lines(new)
    touched = {ref for ref, line in after.items() if before.get(ref) != line} | (before.keys() - after.keys())
    if not touched:
        return new
    made = {str(rule["id"]): rule for rule in derive_batch(library, batch_of(old))} if before else {}
    fresh = {
        str(rule["id"]): rule for rule in derive_batch(library, batch_of(new)) if touched & set(rule["items"])
    }
    kept = {str(rule.get("id")): rule for rule in rows_of(old, "rules")}
    rules: list[Json] = []
    written: set[str] = set()
    for rule in rows_of(new, "rules"):
        rule_id, refs = str(rule.get("id")), set(map(str, rule.get("items") or ()))
        derived = made.get(rule_id)
        # a line that is gone was taken out of the rule's references already
        machine = (
            derived is not None
            and kept.get(rule_id) == derived
            and {**rule, "items": derived["items"]} == derived
        )
        if machine and set(kept[rule_id]["items"]) <= touched:
            if rule_id in fresh:
                rules.append(fresh.pop(rule_id))
            continue
        rules.append(rule)
        if not machine:
            written |= refs
    taken = {str(rule.get("id")) for rule in rules}
    rules += [
        rule for rule_id, rule in fresh.items() if rule_id not in taken and not set(rule["items"]) <= written
    ]
    return {**new, "rules": rules}


def batch_of(content: Mapping[str, Any]) -> Batch:
    """A file as recognition knows it; what has no good form counts as empty."""
    name = str(content.get("name") or "")
    texts = {
        key: str(content.get(key) or "")
        for key in ("title", "full_title", "issuer", "document_no", "issued_on", "note")
    }
    return Batch(
        id=str(content.get("$id") or ""),
        name=name,
        edition=str(content.get("$id", "")).rpartition("/")[2],
        valid_from=_day(content.get("valid_from")) or _FIRST_DAY,
        valid_to=_day(content.get("valid_to")),
        recalled=content.get("confidence") == RECALLED,
        items=tuple(item_of(content, line) for line in rows_of(content, "items")),
        sha256="",
        **texts,
    )


def item_of(content: Mapping[str, Any], line: Mapping[str, Any]) -> Item:
    """A line of a file as recognition knows it."""
    name, found = str(content.get("name") or ""), line.get("deadline")
    deadline: Mapping[str, Any] = found if isinstance(found, dict) else {}
    texts = {
        key: str(line.get(key) or "")
        for key in ("seq", "section", "name", "model", "condition", "reason", "replacement", "source", "note")
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


def _lines(content: Mapping[str, Any]) -> dict[str, Json]:
    return {f"{content.get('name')}:{line.get('id')}": line for line in rows_of(content, "items")}


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
