"""Chinese sentences for what is wrong: they name the field and the row and say what to do.

No engine's own wording reaches a person; every sentence is made from the keyword, the schema and our titles.
"""

from __future__ import annotations

from typing import Any

from formserver.core.definitions.conditions import split_pointer
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.engines import Fault
from formserver.core.definitions.fields import Field
from formserver.core.errors import Problem

_CODES = {
    "type": "TYPE",
    "additionalProperties": "UNKNOWN_FIELD",
    "enum": "ENUM",
    "const": "CONST",
    "pattern": "PATTERN",
    "minLength": "MIN_LENGTH",
    "maxLength": "MAX_LENGTH",
    "minimum": "MINIMUM",
    "maximum": "MAXIMUM",
    "minItems": "MIN_ITEMS",
    "maxItems": "MAX_ITEMS",
    "uniqueItems": "UNIQUE_ITEMS",
}
_TYPES = {
    "string": "文字",
    "boolean": "是或否（true/false）",
    "integer": "整数",
    "array": "列表",
    "object": "一组字段",
}


def required_problem(dt: DocumentType, pointer: str, field: Field) -> Problem:
    """The value of ``field`` is missing at ``pointer``."""
    label = dt.label(pointer)
    if field.kind == "rows":
        text = f"“{label}”至少要有 {max(1, field.schema.get('minItems', 1))} 行，请添加。"
    elif field.kind == "boolean" or field.choices or field.kind == "list":
        text = (
            f"请选择“{label}”。"
            if field.choices or field.kind == "boolean"
            else f"请填写“{label}”，至少一项。"
        )
    else:
        text = f"请填写“{label}”。"
    return Problem("REQUIRED", text, pointer, label)


def fault_problem(dt: DocumentType, body: Any, fault: Fault) -> Problem:
    """An engine's fault as a sentence."""
    label = dt.label(fault.pointer) or dt.title
    code = _CODES[fault.keyword]
    if fault.keyword == "additionalProperties":
        parent, _, _ = fault.pointer.rpartition("/")
        key = split_pointer(fault.pointer)[-1]
        where = f"“{dt.label(parent)}”" if parent else f"《{dt.title}》"
        return Problem(code, f"{where}没有“{key}”这个字段，请删去或改用正确的名称。", fault.pointer, label)
    if fault.pointer == "":
        return Problem(code, "文书内容必须是一个对象。", "", label)
    schema = _schema_at(dt, fault.pointer)
    value = dt.value(body, fault.pointer)
    return Problem(code, f"“{label}”{_tail(fault.keyword, schema, value)}", fault.pointer, label)


def _schema_at(dt: DocumentType, pointer: str) -> Any:
    try:
        return dt.leaf(pointer).schema
    except LookupError:  # an item of a plain list, or a row: the schema stands in its list
        return dt.leaf(pointer.rpartition("/")[0]).schema.get("items", {})


def _tail(keyword: str, schema: Any, value: Any) -> str:
    limit = schema.get(keyword)
    size = len(value) if isinstance(value, str | list) else 0
    match keyword:
        case "type":
            return f"的内容应为{_TYPES.get(str(limit), str(limit))}。"
        case "enum":
            return f"应从这些值中选择：{'、'.join(map(str, limit))}；现在是“{value}”。"
        case "const":
            return f"只能是“{limit}”。"
        case "pattern":
            hint = schema.get("description")
            return f"的写法不对。{hint}" if hint else "的写法不对，请核对。"
        case "minLength":
            return f"至少 {limit} 个字，现在 {size} 个。"
        case "maxLength":
            return f"最多 {limit} 个字，现在 {size} 个，请精简。"
        case "minimum":
            return f"不能小于 {limit}，现在是 {value}。"
        case "maximum":
            return f"不能大于 {limit}，现在是 {value}。"
        case "minItems":
            return f"至少要有 {limit} {_counter(schema)}，现在 {size} {_counter(schema)}，请添加。"
        case "maxItems":
            return f"最多 {limit} {_counter(schema)}，现在 {size} {_counter(schema)}，请删减。"
        case _:
            return "中有重复的内容，请删去重复的。"


def _counter(schema: Any) -> str:
    return "行" if schema.get("items", {}).get("type") == "object" else "项"
