"""Catalogues and rules read from definition files (``schemas/meta/elimination.json``, ``schemas/meta/matching.json``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from formserver.equipment.matching.canon_grammar import Grammar, grammar_from_json
from formserver.equipment.matching.conditions import Compiled
from formserver.equipment.matching.conditions_terms import (
    RuleFault,
    check_terms,
    parse_terms,
    tables_from_json,
)
from formserver.equipment.matching.explaining import OUTSIDE
from formserver.equipment.matching.model import Batch, Deadline, Item, Rule, Verdict
from formserver.equipment.matching.recogniser import Recogniser

_NOT_TERMS = frozenset(
    [
        "id",
        "category",
        "title",
        "canon",
        "verdict",
        "reason",
        "source",
        "items",
        "confidence",
        "deadline",
        "evidence",
    ]
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One edition of a ``matching`` definition."""

    id: str
    grammar: Grammar
    tables: Mapping[str, Mapping[str, tuple[Decimal, ...]]]
    rules: tuple[Rule, ...]
    reasons: Mapping[str, str]
    sha256: str = ""


def batch_from_json(data: Mapping[str, Any], definition_id: str, sha256: str = "") -> Batch:
    """One edition of an elimination catalogue. ``definition_id`` is ``elimination/<name>/<edition>``."""
    _, name, edition = definition_id.split("/")
    return Batch(
        id=definition_id,
        name=name,
        edition=edition,
        title=data["title"],
        full_title=data["full_title"],
        issuer=data["issuer"],
        document_no=data["document_no"],
        issued_on=data["issued_on"],
        valid_from=date.fromisoformat(data["valid_from"]),
        valid_to=date.fromisoformat(data["valid_to"]) if data["valid_to"] else None,
        recalled=data["confidence"] == "recalled",
        note=data["note"],
        items=tuple(_item(one, name, edition, data["sources"]) for one in data["items"]),
        sha256=sha256,
    )


def rules_from_json(data: Mapping[str, Any], definition_id: str) -> tuple[Rule, ...]:
    """The rules of an elimination catalogue or a ``matching`` definition, in order."""
    return tuple(rule_from_json(one, definition_id) for one in data["rules"])


def rule_set_from_json(data: Mapping[str, Any], definition_id: str, sha256: str = "") -> RuleSet:
    """A whole ``matching`` definition."""
    return RuleSet(
        id=definition_id,
        grammar=grammar_from_json(data["grammar"]),
        tables=tables_from_json(data["tables"]),
        rules=rules_from_json(data, definition_id),
        reasons=dict(data["reason_codes"]),
        sha256=sha256,
    )


def rule_from_json(raw: Mapping[str, Any], definition_id: str) -> Rule:
    """One rule; its conditions are taken as they stand and parsed when a recogniser is built."""
    return Rule(
        id=raw["id"],
        category=raw["category"],
        title=raw["title"],
        canon=raw["canon"],
        verdict=Verdict(raw["verdict"]),
        reason=raw["reason"],
        catalogue=raw["source"]["catalogue"],
        item=raw["source"]["item"],
        items=tuple(raw["items"]),
        recalled=raw["confidence"] == "recalled",
        deadline=_deadline(raw["deadline"]),
        evidence=raw["evidence"],
        terms={key: value for key, value in raw.items() if key not in _NOT_TERMS},
        definition=definition_id,
    )


def check_rule(raw: Mapping[str, Any]) -> list[str]:
    """What is wrong with the conditions of a rule as it stands in a definition, in Chinese; empty where it can be used."""
    return check_terms(raw["canon"], {key: value for key, value in raw.items() if key not in _NOT_TERMS})


def assemble(
    rule_sets: Sequence[RuleSet], batches: Sequence[Batch], rules: Iterable[Rule], as_of: date
) -> Recogniser:
    """A recogniser for ``as_of``. ``batches`` are those in force that day, ``rules`` in the order that decides between
    equals. A rule that cannot be parsed, or whose catalogue is not in force, does not speak."""
    items = {item.ref: item for batch in batches for item in batch.items}
    definitions = {batch.id for batch in batches}
    titles = {
        batch.title for batch in batches
    }  # 第二批/第三批 is 第二批 alone as long as the third is not issued
    compiled = []
    for position, rule in enumerate(rules):
        refs = speaking_items(rule, items)
        outside = (
            rule.catalogue == OUTSIDE and not batches
        )  # 目录外 says nothing as long as there is no catalogue
        if (
            (rule.items and not refs)
            or outside
            or (rule.definition.startswith("elimination/") and rule.definition not in definitions)
        ):
            continue
        try:
            terms = parse_terms(rule.canon, rule.terms)
        except (RuleFault, ArithmeticError, KeyError, TypeError, ValueError, AttributeError):
            continue  # published past the judge by hand: the other rules must go on working
        issued = "/".join(one for one in rule.catalogue.split("/") if one in titles) or rule.catalogue
        compiled.append(Compiled(replace(rule, items=refs, catalogue=issued), terms, position))
    grammar = rule_sets[0].grammar if rule_sets else Grammar()
    tables = {name: table for one in reversed(rule_sets) for name, table in one.tables.items()}
    used = {rule.terms.models_table for rule in compiled}
    named = {
        str(rule.terms["models_table"])
        for one in rule_sets
        for rule in one.rules
        if rule.terms.get("models_table")
    }
    spoken = {name: table for name, table in tables.items() if name in used or name not in named}
    return Recogniser(grammar, spoken, compiled, items, as_of)


def speaking_items(rule: Rule, items: Mapping[str, Item]) -> tuple[str, ...]:
    """The lines of a rule that are in force. A rule that names the year of its catalogue speaks for that edition alone:
    the lines of another year may bear the same numbers."""
    year = _YEAR.search(rule.catalogue)
    return tuple(
        ref
        for ref in rule.items
        if (item := items.get(ref))
        and (year is None or item.edition.startswith(year[0]) or rule.definition.startswith("elimination/"))
    )


def _item(raw: Mapping[str, Any], batch: str, edition: str, sources: Mapping[str, str]) -> Item:
    return Item(
        ref=f"{batch}:{raw['id']}",
        batch=batch,
        edition=edition,
        seq=raw["seq"],
        section=raw["section"],
        category=raw["category"],
        name=raw["name"],
        model=raw["model"],
        condition=raw["condition"],
        deadline=_deadline(raw["deadline"]),
        reason=raw["reason"],
        replacement=raw["replacement"],
        recalled=raw["confidence"] == "recalled",
        source=sources.get(raw["source"], raw["source"]),
        note=raw.get("note", ""),
    )


def _deadline(raw: Mapping[str, Any]) -> Deadline:
    return Deadline(raw["text"], date.fromisoformat(raw["on"]) if raw["on"] else None)
