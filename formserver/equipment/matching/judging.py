"""Judges of the three kinds recognition is made of: what their meta-schemas cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import Problem
from formserver.equipment.columns import BY_KEY
from formserver.equipment.matching.judging_rules import Known, deadline_faults, is_day, rule_faults
from formserver.equipment.matching.judging_tables import table_faults, word_faults

MOST_FAULTS: Final = 200


def judges() -> Mapping[str, Callable[[Catalogue, Definition], list[Problem]]]:
    """Kind → its judge, for ``Catalogue.judges``."""
    return dict.fromkeys(_FAULTS, judge_definition)


def judge_definition(catalogue: Catalogue, definition: Definition) -> list[Problem]:
    """What stands against a stored definition of one of the three kinds; its form is good already."""
    data = read_json(definition.content, definition.id)
    return content_problems(catalogue, definition.kind, data)


def content_problems(catalogue: Catalogue, kind: str, data: Mapping[str, Any]) -> list[Problem]:
    """The same for content that is not stored yet: form first; what has no good form is not judged further."""
    faults = meta_faults(kind, data)
    code = "DEFINITION_SCHEMA" if faults else "DEFINITION_RULE"
    found = faults or list(_FAULTS[kind](catalogue, data))
    return [Problem(code, said, at) for at, said in found[:MOST_FAULTS]]


def known_besides(catalogue: Catalogue, kind: str, data: Mapping[str, Any]) -> Known:
    """What rules may refer to: every usable definition, with ``data`` in place of its own edition."""
    read = [
        (one.kind, read_json(one.content, one.id))
        for kind_ in ("elimination", "matching")
        for one in catalogue.definitions(kind_)
        if one.usable
    ]
    read = [(of, one) for of, one in read if one["$id"] != data["$id"]]
    if kind in ("elimination", "matching"):
        read.append((kind, data))
    items: dict[str, bool] = {}
    for of, one in read:
        if of == "elimination":
            for item in one["items"]:
                ref = f"{one['name']}:{item['id']}"
                items[ref] = items.get(ref, True) and item["confidence"] == "recalled"
    matching = [one for of, one in read if of == "matching"]
    return Known(
        items=items,
        tables=frozenset(table for one in matching for table in one["tables"]),
        rules=frozenset(rule["id"] for _, one in read for rule in one["rules"]),
        reasons=frozenset(code for one in matching for code in one["reason_codes"]),
        motor_series=frozenset(word for one in matching for word in one["grammar"]["motor_series"]),
    )


def _elimination(catalogue: Catalogue, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _validity(data)
    yield from _twice(data["items"], "/items", "条目")
    for index, item in enumerate(data["items"]):
        yield from deadline_faults(item["deadline"], f"/items/{index}/deadline")
        if item["source"] not in data["sources"]:
            yield f"/items/{index}/source", f"没有来源 {item['source']}。"
    yield from _rules(catalogue, "elimination", data)


def _matching(catalogue: Catalogue, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _validity(data)
    yield from table_faults(data)
    yield from word_faults(data)
    yield from _rules(catalogue, "matching", data)


def _samples(catalogue: Catalogue, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _validity(data)
    if not is_day(data["as_of"]):
        yield "/as_of", f"{data['as_of']} 不是真实的日期。"
    yield from _twice(data["samples"], "/samples", "样本")
    rules = known_besides(catalogue, "equipment_samples", data).rules
    for index, one in enumerate(data["samples"]):
        at = f"/samples/{index}"
        for key in one["stated"]:
            if key not in BY_KEY:
                yield f"{at}/stated", f"清单没有 {key} 这一栏。"
        if one["rule"] and one["rule"] not in rules:
            yield f"{at}/rule", f"没有规则 {one['rule']}。"
        if one["verdict"] == "ok" and one["rule"]:
            yield f"{at}/rule", "标注为正常的样本不能指明规则。"


def _rules(catalogue: Catalogue, kind: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _twice(data["rules"], "/rules", "规则")
    known = known_besides(catalogue, kind, data)
    elsewhere = _rules_elsewhere(catalogue, data)
    for index, rule in enumerate(data["rules"]):
        if rule["id"] in elsewhere:
            yield f"/rules/{index}/id", f"规则编号 {rule['id']} 已用于 {elsewhere[rule['id']]}。"
        for at, said in rule_faults(rule, known):
            yield f"/rules/{index}{at}", f"{rule['id']}：{said}"


def _rules_elsewhere(catalogue: Catalogue, data: Mapping[str, Any]) -> dict[str, str]:
    """Ids of rules in definitions of other names; editions of one name may keep an id."""
    found: dict[str, str] = {}
    for kind in ("elimination", "matching"):
        for one in catalogue.definitions(kind):
            content = read_json(one.content, one.id) if one.usable else {}
            if content and content["$id"].rpartition("/")[0] != data["$id"].rpartition("/")[0]:
                found |= dict.fromkeys((rule["id"] for rule in content["rules"]), content["title"])
    return found


def _twice(records: list[Mapping[str, Any]], pointer: str, word: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, one in enumerate(records):
        if one["id"] in seen:
            yield f"{pointer}/{index}/id", f"{word}编号 {one['id']} 重复。"
        seen.add(one["id"])


def _validity(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    days = {key: data.get(key) for key in ("valid_from", "valid_to")}
    for key, text in days.items():
        if text is not None and not is_day(text):
            yield f"/{key}", f"{text} 不是真实的日期。"
    if all(days.values()) and str(days["valid_from"]) > str(days["valid_to"]):
        yield "/valid_to", "失效日期早于施行日期。"


_FAULTS: Final[Mapping[str, Callable[[Catalogue, Mapping[str, Any]], Iterator[tuple[str, str]]]]] = {
    "elimination": _elimination,
    "matching": _matching,
    "equipment_samples": _samples,
}
