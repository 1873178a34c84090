"""Reads what programs send: JSON without surprises, checked against the schema the operation declares, in Chinese."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from formserver.core.definitions.engines import Engine, compile_engine
from formserver.core.errors import Kind, Problem, error_code, invalid
from formserver.web.api import Schema

BAD_JSON = error_code(
    "BAD_JSON",
    Kind.INVALID,
    zh="请求正文不是可用的 JSON：{reason}。",
    en="The body is not acceptable JSON: {reason}.",
)
DEEPEST: Final = 64
MOST_TOLD: Final = 100
"""Places named in one answer; the rest comes when these are mended."""
_TYPES: Final = {
    "string": "文字",
    "boolean": "true 或 false",
    "integer": "整数",
    "array": "数组",
    "object": "对象",
}


class _RefusedError(ValueError):
    """Says in Chinese what is wrong with a JSON text."""


def read_json(data: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises BAD_JSON: twice the same name, NaN, too deep, not UTF-8, not JSON."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BAD_JSON(reason="编码不是 UTF-8") from None
    except RecursionError:
        raise BAD_JSON(reason=f"嵌套超过 {DEEPEST} 层") from None
    except _RefusedError as refused:
        raise BAD_JSON(reason=str(refused)) from None
    except ValueError as error:  # also an integer of thousands of digits
        where = (
            f"第 {error.lineno} 行第 {error.colno} 列附近有误"
            if isinstance(error, json.JSONDecodeError)
            else "数字过长"
        )
        raise BAD_JSON(reason=where) from None
    if _depth(value) > DEEPEST:
        raise BAD_JSON(reason=f"嵌套超过 {DEEPEST} 层")
    return value


def check(schema: Schema, value: Any) -> None:
    """Raise INVALID_INPUT naming every place where ``value`` breaks ``schema``."""
    faults = _engine(_frozen(schema)).faults(value)
    if not faults:
        return
    problems: list[Problem] = []
    for fault in faults[:MOST_TOLD]:
        problems += _problems(schema, value, fault.pointer, fault.keyword)
    raise invalid(problems)


def _problems(schema: Schema, value: Any, pointer: str, keyword: str) -> Iterator[Problem]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if keyword == "additionalProperties":
        message = f"没有“{parts[-1]}”这一项，请删去或改用接口说明中的名称。"
        yield Problem("UNKNOWN_FIELD", message, pointer, parts[-1])
        return
    node, found = schema, value
    for part in parts:
        inner = node.get("properties", {}).get(part)
        node = inner if inner is not None else node.get("items", {})
        found = found[int(part)] if isinstance(found, list) else found[part]
    label = str(node.get("title", parts[-1] if parts else "请求正文"))
    if keyword == "required":
        for name in node.get("required", ()):
            if name not in found:
                title = str(node.get("properties", {}).get(name, {}).get("title", name))
                yield Problem("REQUIRED", f"请提供“{title}”（{name}）。", f"{pointer}/{name}", title)
        return
    yield Problem(keyword.upper(), f"“{label}”{_tail(keyword, node)}", pointer, label)


def _tail(keyword: str, node: Schema) -> str:
    limit = node.get(keyword)
    match keyword:
        case "type":
            kinds = limit if isinstance(limit, list) else [limit]
            return f"应为{'或'.join(_TYPES.get(str(kind), str(kind)) for kind in kinds)}。"
        case "enum":
            return f"应为这些值之一：{'、'.join(map(str, limit or ()))}。"
        case "minLength" | "minItems":
            return f"至少 {limit} {'个字' if keyword == 'minLength' else '项'}。"
        case "maxLength" | "maxItems":
            return f"最多 {limit} {'个字' if keyword == 'maxLength' else '项'}。"
        case "minimum":
            return f"不能小于 {limit}。"
        case "maximum":
            return f"不能大于 {limit}。"
        case "pattern":
            return f"的写法不对。{node.get('description', '')}"
        case _:
            return "不符合接口说明。"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"“{twice[:50]}”在同一个对象中出现了两次")
    return made


def _no_constant(name: str) -> Any:
    raise _RefusedError(f"{name} 不是 JSON 值")


def _depth(value: Any) -> int:
    deepest, layer = 0, [value]
    while layer and deepest <= DEEPEST:
        deepest += 1
        layer = [
            inner
            for item in layer
            for inner in (
                item.values() if isinstance(item, Mapping) else item if isinstance(item, list) else ()
            )
        ]
    return deepest


def _frozen(schema: Schema) -> str:
    return json.dumps(schema, sort_keys=True)


@functools.lru_cache(maxsize=256)
def _engine(text: str) -> Engine:
    return compile_engine(json.loads(text))
