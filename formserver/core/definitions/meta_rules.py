"""Rules a document schema must keep that JSON Schema cannot say: names that must lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from formserver.core.definitions.conditions import check_condition, places, split_pointer
from formserver.core.definitions.document_type import DocumentType, load_document_type
from formserver.core.definitions.fields import Field
from formserver.core.definitions.grammar import form_breach
from formserver.core.definitions.sources import parse_source
from formserver.core.errors import AppError

Fault = tuple[str, str]

_CONDITION_WORDS: Final = ("x-show-when", "x-required-when", "x-format-when")
_SIBLINGS_OF_REF: Final = re.compile(r"\$ref|title|description|x-.*")
_SUMMARY_PLACE: Final = re.compile(r"\{(/[^{}]*)\}")
_STRING_WORDS: Final = ("pattern", "minLength", "maxLength", "x-format", "x-open-enum")
_DECIMAL_WORDS: Final = ("x-minimum", "x-maximum", "x-decimals")
_BACKREFERENCE: Final = re.compile(r"\\[1-9]|\(\?[=!<]")
_NUMBER_SLOTS: Final = frozenset({"organ", "word", "year", "seq"})


def document_rules(
    schema: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, str]] | None,
    libraries: frozenset[str] | None,
    law_sets: frozenset[str] | None,
    types: Mapping[str, DocumentType] | None,
) -> Iterator[Fault]:
    """(pointer in the file, sentence) for every broken rule of a schema that passed its meta-schema."""
    shapes = list(_shapes(schema, ""))
    yield from shapes
    if shapes:
        return
    try:
        dt = load_document_type(schema)
    except AppError as error:
        yield "", str(error)
        return
    yield from _sections(dt)
    yield from _words_of_the_document(dt)
    yield from _checks(dt)
    for item in dt.all_fields:
        where = _file_pointer(item)
        for sentence in _field_rules(dt, item, measures):
            yield where, sentence
        if item.source:
            for sentence in _source_rules(dt, item, libraries, law_sets, types):
                yield where + "/x-source", sentence


def _file_pointer(item: Field) -> str:
    parts = ["items" if part == "*" else f"properties/{part}" for part in split_pointer(item.pointer)]
    return "/" + "/".join(parts)


def _shapes(node: Any, pointer: str) -> Iterator[Fault]:
    """What must hold before the schema can be dereferenced and walked."""
    defs = {f"#/$defs/{key}" for key in node.get("$defs", {})}

    def visit(value: Mapping[str, Any], where: str, top: bool) -> Iterator[Fault]:
        reference = value.get("$ref")
        if reference is not None:
            if reference not in defs:
                yield where, f"引用 {reference} 在 $defs 中不存在。"
            others = [key for key in value if not _SIBLINGS_OF_REF.fullmatch(key)]
            if others:
                yield where, f"$ref 旁边只能写标题、说明和 x- 词，不能写 {'、'.join(others)}。"
            return
        kind = value.get("type")
        if kind is None:
            yield where, "缺少 type。"
        if kind == "object":
            if value.get("additionalProperties") is not False:
                yield where, "对象必须写 additionalProperties: false。"
            properties = value.get("properties", {})
            for name in value.get("required", ()):
                if name not in properties:
                    yield f"{where}/required", f"required 中的 {name} 没有定义。"
            for name, child in properties.items():
                if "title" not in child and "$ref" not in child:
                    yield f"{where}/properties/{name}", "缺少中文标题 title。"
                yield from visit(child, f"{where}/properties/{name}", False)
        if kind == "array":
            if "items" not in value:
                yield where, "列表必须写 items。"
            else:
                yield from visit(value["items"], f"{where}/items", False)
        if top:
            for name, child in value.get("$defs", {}).items():
                yield from visit(child, f"{where}/$defs/{name}", False)

    yield from visit(node, pointer, True)


def _sections(dt: DocumentType) -> Iterator[Fault]:
    keys = [section.key for section in dt.sections]
    for key in {k for k in keys if keys.count(k) > 1}:
        yield "/x-document/sections", f"部分 {key} 重复。"
    used = set()
    for item in dt.children[""]:
        used.add(item.section)
        if item.section not in keys:
            yield (
                f"/properties/{item.key}",
                f"x-section“{item.section or '（缺）'}”不在 x-document.sections 中。",
            )
    for key in keys:
        if key not in used and not dt.document.get("slots"):
            yield "/x-document/sections", f"部分 {key} 没有任何字段。"
    for index, section in enumerate(dt.sections):
        if section.show_when is not None:
            yield from _condition(dt, section.show_when, None, f"/x-document/sections/{index}/x-show-when")


def _words_of_the_document(dt: DocumentType) -> Iterator[Fault]:
    words = dt.document
    for key, pointer in words["facets"].items():
        if pointer not in dt.by_pattern or not dt.by_pattern[pointer].is_leaf:
            yield f"/x-document/facets/{key}", f"{pointer} 不是本文书的字段。"
    for pointer in _SUMMARY_PLACE.findall(words["summary"]):
        if pointer not in dt.by_pattern:
            yield "/x-document/summary", f"{pointer} 不是本文书的字段。"
    serves = words.get("serves")
    if serves is not None and (serves not in dt.by_pattern or dt.by_pattern[serves].kind != "rows"):
        yield "/x-document/serves", f"{serves} 不是本文书的行列表。"
    if words["numbering"] != "never":
        for key in ("number_word", "number_pattern"):
            if key not in words:
                yield "/x-document", f"要编号的文书必须写 {key}。"
        for slot in set(re.findall(r"\{([a-z_]+)\}", words.get("number_pattern", ""))) - _NUMBER_SLOTS:
            yield "/x-document/number_pattern", f"文号模式中不认识 {{{slot}}}，可用：organ、word、year、seq。"
    keys = [slot.key for slot in dt.slots]
    for key in {k for k in keys if keys.count(k) > 1}:
        yield "/x-document/slots", f"签名处 {key} 重复。"
    for index, slot in enumerate(dt.slots):
        if slot.show_when is not None:
            yield from _condition(dt, slot.show_when, None, f"/x-document/slots/{index}/x-show-when")


def _checks(dt: DocumentType) -> Iterator[Fault]:
    for index, rule in enumerate(dt.checks):
        where = f"/x-checks/{index}"
        each = rule.get("each")
        if each is None:
            target, row = rule["at"], None
            if not target.startswith("/"):
                yield f"{where}/at", "没有 each 的规则，at 要写完整的指针（/…）。"
                continue
        else:
            if each not in dt.by_pattern or dt.by_pattern[each].kind != "rows":
                yield f"{where}/each", f"{each} 不是本文书的行列表。"
                continue
            if rule["at"].startswith("/"):
                yield f"{where}/at", "有 each 的规则，at 写行内的字段名。"
                continue
            target, row = f"{each}/*/{rule['at']}", each + "/*"
        if target not in dt.by_pattern:
            yield f"{where}/at", f"{rule['at']} 不是本文书的字段。"
        for word in ("assert", "when"):
            if word in rule:
                yield from _condition(dt, rule[word], row, f"{where}/{word}")


def _condition(dt: DocumentType, condition: Any, row: str | None, where: str) -> Iterator[Fault]:
    for problem in check_condition(condition):
        yield where + problem.pointer, problem.message
    for place in places(condition):
        if place.startswith("/"):
            if (
                place not in dt.by_pattern
                and re.sub("/(0|[1-9][0-9]*)(?=/|$)", "/*", place) not in dt.by_pattern
            ):
                yield where, f"条件中的 {place} 不是本文书的字段。"
        elif place.startswith("row:"):
            if row is None:
                yield where, f"条件中的 {place} 只能用在行内字段上。"
            elif f"{row}/{place[4:]}" not in dt.by_pattern:
                yield where, f"条件中的 {place} 不是这一行的字段。"


def _field_rules(
    dt: DocumentType, item: Field, measures: Mapping[str, Mapping[str, str]] | None
) -> Iterator[str]:
    words, kind = item.schema, item.kind
    row = item.pointer.rpartition("/")[0] if item.list_depth else None
    while row is not None and not row.endswith("/*"):
        row = row.rpartition("/")[0]
    for word in _CONDITION_WORDS:
        if word in words:
            for pointer, sentence in _condition(dt, words[word], row, word):
                yield f"{pointer}：{sentence}"
    if item.required and "x-required-when" in words:
        yield "required 与 x-required-when 只能用一个。"
    if kind == "rows":
        if f"{item.pointer}/*/_k" not in dt.by_pattern:
            yield '列表的每一行都要有 _k：{"$ref": "#/$defs/_k"}。'
        if "x-row-title" not in words:
            yield "列表要写 x-row-title（每一行叫什么）。"
    if kind == "list" and item.schema["items"].get("type") not in ("string", "integer"):
        yield "列表的项只能是文字、整数或对象。"
    if kind not in ("string", "list") and any(w in words for w in _STRING_WORDS):
        yield f"{'、'.join(w for w in _STRING_WORDS if w in words)} 只能用于文字。"
    if kind != "decimal" and any(w in words for w in _DECIMAL_WORDS):
        yield "x-minimum、x-maximum、x-decimals 只能用于小数（format: decimal）。"
    if "enum" in words and "x-open-enum" in words:
        yield "enum 与 x-open-enum 只能用一个。"
    if kind == "integer" and "minimum" not in words:
        yield "整数要写 minimum。"
    pattern = words.get("pattern")
    if pattern is not None:
        yield from _pattern_rules(pattern)
    if "default" in words:
        yield from _default_rules(item)
    low, high = words.get("x-minimum"), words.get("x-maximum")
    if low is not None and high is not None and Decimal(low) > Decimal(high):
        yield "x-minimum 大于 x-maximum。"
    for what, place in words.get("x-fills", {}).items():
        if place not in dt.by_pattern:
            yield f"x-fills 的 {what} 指的 {place} 不是本文书的字段。"
    if "x-fills" in words and not item.widget.startswith("calculator:"):
        yield "x-fills 只能用于计算控件（x-widget: calculator:…）。"
    yield from _measure_rules(dt, item, row, measures)


def _pattern_rules(pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"pattern 不是正则表达式：{error}。"
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield "pattern 要以 ^ 开头、以 $ 结尾。"
    if _BACKREFERENCE.search(pattern):
        yield "pattern 不能用反向引用和环视，各处的引擎并不都支持。"


def _default_rules(item: Field) -> Iterator[str]:
    value = item.schema["default"]
    if isinstance(value, str) and form_breach(item.kind, value) is not None:
        yield f"default“{value}”不合字段的写法。"
    kinds: dict[str, type] = {"boolean": bool, "integer": int, "list": list, "rows": list}
    if not isinstance(value, kinds.get(item.kind, str)) or (
        item.kind == "integer" and isinstance(value, bool)
    ):
        yield "default 的类型与字段不符。"
    elif item.choices and not set(value if isinstance(value, list) else [value]) <= set(item.choices):
        yield f"default“{value}”不在可选的值中。"


def _measure_rules(
    dt: DocumentType, item: Field, row: str | None, measures: Mapping[str, Mapping[str, str]] | None
) -> Iterator[str]:
    words = item.schema
    key = words.get("x-measure")
    for word in ("x-measure-row", "x-unit-at"):
        if word in words and (row is None or f"{row}/{words[word]}" not in dt.by_pattern):
            yield f"{word} 指的 {words[word]} 不是这一行的字段。"
    if key is None:
        return
    if item.kind not in ("decimal", "integer"):
        yield "x-measure 只能用于小数和整数。"
    if item.list_depth and "x-measure-row" not in words:
        yield "行内的指标要用 x-measure-row 说明这一行是什么（产品、能源品种……）。"
    if measures is None:
        return
    if key not in measures:
        yield f"指标 {key} 没有在 schemas/measures.json 中登记。"
    elif measures[key]["unit"] == "*":
        if "x-unit-at" not in words and "x-unit" not in words:
            yield f"指标 {key} 的单位由各行说明，请写 x-unit-at（单位所在的字段）。"
    elif words.get("x-unit", measures[key]["unit"]) != measures[key]["unit"]:
        yield f"单位 {words['x-unit']} 与指标 {key} 登记的 {measures[key]['unit']} 不一致。"


def _source_rules(
    dt: DocumentType,
    item: Field,
    libraries: frozenset[str] | None,
    law_sets: frozenset[str] | None,
    types: Mapping[str, DocumentType] | None,
) -> Iterator[str]:
    try:
        source = parse_source(item.source or "")
    except ValueError as error:
        yield f"{error}。"
        return
    if source.place and source.place not in dt.by_pattern:
        yield f"来源中的 {source.place} 不是本文书的字段。"
    if source.namespace == "clauses" and libraries is not None and source.argument not in libraries:
        yield f"条款库 {source.argument} 不存在（schemas/clauses/{source.argument}/）。"
    if source.namespace == "laws" and law_sets is not None and source.argument not in law_sets:
        yield f"没有哪部法规列有集合 {source.argument}（schemas/laws/*.json 的 sets）。"
    suits = item.kind == "string" and (not item.choices or source.argument in item.choices)
    if source.namespace == "const" and not suits:
        yield "const: 只能给文字字段，且应是可选的值之一。"
    if source.namespace == "team" and not source.path and item.kind != "rows":
        yield "team[] 只能给人员列表；取一个人的一项写 team[role=…].name。"
    # A type that is not installed gives nothing: prev(…) may name a paper that another module brings.
    known = (types or {}).get(source.argument) if source.namespace == "prev" else None
    if known is not None and not source.path.startswith("doc."):
        pointer = "/" + source.path.replace(".", "/")
        if pointer not in known.by_pattern:
            yield f"文书 {source.argument} 没有字段 {pointer}。"
