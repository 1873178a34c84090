"""Is a definition file good? The meta-schemas of ``schemas/meta`` first, then the rules JSON Schema cannot say.

Every problem names the file (``label``) and the place in it (``pointer``), in Chinese, for whoever edits it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema import ValidationError as PyError

from formserver.core.definitions.document_type import DocumentType, read_json
from formserver.core.definitions.meta_rules import document_rules
from formserver.core.definitions.repository import CALCULATION_KINDS, EQUIPMENT_KINDS
from formserver.core.definitions.shipped import shipped_dir
from formserver.core.errors import Problem

META_SCHEMAS: Final = {
    "document": "document_type",
    "library": "clause_library",
    "law": "law",
    "migration": "migration",
    "measures": "measures",
    "industries": "industries",
    **{kind: kind for kind in (*CALCULATION_KINDS, *EQUIPMENT_KINDS)},
}
"""Kind of definition → its meta-schema. Samples are checked as complete bodies of their type."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is, for rules that look beyond one file; None leaves such a rule out."""

    measures: Mapping[str, Mapping[str, str]] | None = None
    libraries: frozenset[str] | None = None
    law_sets: frozenset[str] | None = None
    types: Mapping[str, DocumentType] | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)


def check_definition(kind: str, data: Any, name: str, around: Surroundings | None = None) -> list[Problem]:
    """Everything that stands against a file of ``kind``; ``name`` is the file as people know it."""
    found = [
        Problem("DEFINITION_SCHEMA", message, pointer, name)
        for pointer, message in meta_faults(META_SCHEMAS[kind], data)
    ]
    if found:
        return found
    places = around or Surroundings()
    match kind:
        case "document":
            faults = document_rules(data, places.measures, places.libraries, places.law_sets, places.types)
        case "library":
            faults = _library_rules(data)
        case "law":
            faults = _law_rules(data)
        case _:
            faults = iter(())
    found = [Problem("DEFINITION_RULE", message, pointer, name) for pointer, message in faults]
    if kind == "document":
        found += [
            Problem("DEFINITION_PART", message, pointer, name)
            for pointer, message in part_faults(data, places.parts)
        ]
    return found


def meta_faults(meta: str, data: Any) -> list[tuple[str, str]]:
    """(pointer, sentence) for everything in ``data`` that the meta-schema ``meta`` refuses."""
    errors = sorted(_validator(meta).iter_errors(data), key=lambda e: [str(p) for p in e.absolute_path])
    return [(_pointer(error), _sentence(error)) for error in errors]


@lru_cache(maxsize=16)
def _validator(meta: str) -> Draft202012Validator:
    path = shipped_dir("schemas") / "meta" / f"{meta}.json"
    return Draft202012Validator(read_json(path.read_bytes(), path.name))


def shared_parts() -> dict[str, Any]:
    """The canonical ``$defs`` of ``schemas/parts/common.json``."""
    path = shipped_dir("schemas") / "parts" / "common.json"
    parts: dict[str, Any] = read_json(path.read_bytes(), path.name)["$defs"]
    return parts


def _pointer(error: PyError) -> str:
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in error.absolute_path)


def _sentence(error: PyError) -> str:
    limit = cast("Any", error.validator_value)
    value, schema = cast("Any", error.instance), cast("Mapping[str, Any]", error.schema)
    match error.validator:
        case "required":
            missing = [key for key in limit if key not in value]
            return f"缺少 {'、'.join(missing)}。"
        case "additionalProperties":
            known = schema.get("properties", {})
            return f"不认识的词：{'、'.join(k for k in value if k not in known)}；请查 docs/schema-vocabulary.md。"
        case "enum":
            return f"“{value}”不在可选的值中：{'、'.join(map(str, limit))}。"
        case "const":
            return f"这里只能是 {limit!r}。"
        case "type":
            return f"类型应为 {limit}，现在是 {type(value).__name__}。"
        case "pattern":
            return f"“{value}”的写法不合规则{_described(schema) or f' {limit}'}。"
        case "anyOf":
            return f"“{value}”的写法不合规则{_described(schema)}。"
        case "minItems" | "minLength" | "minProperties":
            return "不能为空。" if limit == 1 else f"至少 {limit}。"
        case "maxItems" | "maxLength":
            return f"太长，最多 {limit}。"
        case "uniqueItems":
            return "有重复的值。"
        case _:
            return f"不合规则（{error.validator}：{limit}）。"


def _described(schema: Mapping[str, Any]) -> str:
    """What a described part of a meta-schema wants, for people."""
    text = str(schema.get("description", "")).partition("；")[0]
    return f"，应为{text}" if text else ""


_COPY_MAY_DIFFER: Final = frozenset({"x-not-printed", "x-width", "x-source", "x-freeze", "description"})


def part_faults(data: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Copies of shared ``$defs`` that say something else than ``schemas/parts/common.json``."""
    for key, part in parts.items():
        if key in data.get("$defs", {}):
            yield from _copy_faults(data["$defs"][key], part, f"/$defs/{key}")


def _copy_faults(copy: Any, part: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(copy, dict) and isinstance(part, dict):
        for key in dict.fromkeys((*part, *copy)):
            if key in _COPY_MAY_DIFFER and not pointer.endswith("/properties"):
                continue
            if key not in copy or key not in part:
                yield (
                    f"{pointer}/{key}",
                    f"与共用部件不一致：{'缺少' if key not in copy else '多出'} {key}（见 schemas/parts/common.json）。",
                )
            else:
                yield from _copy_faults(copy[key], part[key], f"{pointer}/{key}")
    elif copy != part:
        yield pointer, f"与共用部件不一致：应为 {part!r}（见 schemas/parts/common.json）。"


def _library_rules(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, item in enumerate(data["items"]):
        if item["key"] in seen:
            yield f"/items/{index}/key", f"键 {item['key']} 重复。"
        seen.add(item["key"])
        if data["kind"] == "text" and "text" not in item:
            yield f"/items/{index}", "文字库的每一条都要有 text。"
        for key, value in item.items():
            if isinstance(value, str) and ("\r" in value or re.search(r"[｛｝{}]", value)):
                yield f"/items/{index}/{key}", "文字中不能有花括号或 CR 换行。"


def _law_rules(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    previous = ""
    for index, edition in enumerate(data["editions"]):
        where = f"/editions/{index}"
        if edition["valid_from"] <= previous:
            yield f"{where}/valid_from", "各文本按施行日期从早到晚排列，且不能重叠。"
        previous = edition.get("valid_to", edition["valid_from"])
        if edition.get("valid_to", "9999") < edition["valid_from"]:
            yield f"{where}/valid_to", "失效日期早于施行日期。"
        numbers = [a["article"] for a in edition.get("articles", ())]
        for number in {n for n in numbers if numbers.count(n) > 1}:
            yield f"{where}/articles", f"第 {number} 条出现两次。"
        last = edition.get("last_article")
        for number in numbers:
            if last and int(re.split("[.-]", number)[0]) > last:
                yield f"{where}/articles", f"第 {number} 条超过了最后一条（第 {last} 条）。"
    known = {a["article"] for e in data["editions"] for a in e.get("articles", ())}
    for name, entries in data.get("sets", {}).items():
        for index, entry in enumerate(entries):
            if "article" in entry and entry["article"] not in known:
                yield f"/sets/{name}/{index}", f"引用了没有收录的第 {entry['article']} 条。"
