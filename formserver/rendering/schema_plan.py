"""A document type's schema, prepared once for printing: labels, kinds, blanks, what need not be on the paper."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from formserver.core.errors import Kind, error_code
from formserver.rendering.values import Blank, Node, Rows

SCHEMA_UNPRINTABLE = error_code(
    "SCHEMA_UNPRINTABLE",
    Kind.INVALID,
    zh="文书定义无法用于打印：{reason}",
    en="The definition cannot be printed: {reason}",
)
_MAX_DEPTH = 16
_CACHE_SIZE = 128
_PEN_STAGES = frozenset({"signed", "served"})
SLASH = "/"


class Shape(StrEnum):
    """The five kinds of value a body has."""

    TEXT = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(eq=False, slots=True)
class Plan:
    """How one place of the body prints. Not changed after it was made; shared by threads."""

    shape: Shape
    label: str
    schema: Mapping[str, Any]
    required: bool = False
    pen: bool = False
    not_printed: bool = False
    options: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    props: dict[str, Plan] = field(default_factory=dict)
    item: Plan | None = None
    step: str = ""  # its own step of a JSON pointer, with the slash
    blank: Any = None
    blanks: dict[str, Any] = field(default_factory=dict)


def plan_for(schema: Mapping[str, Any]) -> Plan:
    """The plan of ``schema``, made once per schema object (definitions are frozen, so identity is enough)."""
    key = id(schema)
    with _lock:
        known = _cache.get(key)
        if known is not None:
            _cache.move_to_end(key)
            return known[1]
    plan = build_plan(schema)
    with _lock:
        _cache[key] = (schema, plan)  # holding the schema keeps its id from being given to another
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return plan


_cache: OrderedDict[int, tuple[Mapping[str, Any], Plan]] = OrderedDict()
_lock = threading.Lock()


def build_plan(schema: Mapping[str, Any]) -> Plan:
    """Raises SCHEMA_UNPRINTABLE for references that lead nowhere or in circles."""
    return _plan(schema, schema, label="", required=True, pen=False, not_printed=False, depth=0)


def dereference(schema: Mapping[str, Any]) -> dict[str, Any]:
    """``schema`` with local references and ``allOf`` replaced by what they mean."""
    result = _dereference(schema, schema, 0)
    result.pop("$defs", None)
    return result


def _dereference(part: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    flat = _flatten(part, root, depth)
    if "properties" in flat:
        flat["properties"] = {
            name: _dereference(child, root, depth + 1) for name, child in flat["properties"].items()
        }
    if isinstance(flat.get("items"), Mapping):
        flat["items"] = _dereference(flat["items"], root, depth + 1)
    return flat


def _flatten(part: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _MAX_DEPTH:
        raise SCHEMA_UNPRINTABLE(reason="结构嵌套过深或循环引用。")
    flat: dict[str, Any] = {}
    reference = part.get("$ref")
    if isinstance(reference, str):
        flat.update(_flatten(_resolve(reference, root), root, depth + 1))
    for member in part.get("allOf", ()):
        _merge(flat, _flatten(member, root, depth + 1))
    _merge(flat, {key: value for key, value in part.items() if key not in ("$ref", "allOf", "$defs")})
    return flat


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if key == "properties":
            into[key] = {**into.get(key, {}), **value}
        elif key == "required":
            into[key] = [*into.get(key, []), *value]
        else:
            into[key] = value


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    if not reference.startswith("#/"):
        raise SCHEMA_UNPRINTABLE(reason=f"引用 {reference} 不在本文件内。")
    place: Any = root
    for step in reference[2:].split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(place, Mapping) or step not in place:
            raise SCHEMA_UNPRINTABLE(reason=f"引用 {reference} 没有对应的定义。")
        place = place[step]
    if not isinstance(place, Mapping):
        raise SCHEMA_UNPRINTABLE(reason=f"引用 {reference} 不是一个定义。")
    return place


def _plan(
    part: Mapping[str, Any],
    root: Mapping[str, Any],
    *,
    label: str,
    required: bool,
    pen: bool,
    not_printed: bool,
    depth: int,
) -> Plan:
    flat = _flatten(part, root, depth)
    pen = pen or flat.get("x-required-at") in _PEN_STAGES
    not_printed = not_printed or flat.get("x-not-printed") is True
    titles = {
        str(choice["const"]): str(choice["title"])
        for choice in flat.get("oneOf", flat.get("anyOf", ()))
        if isinstance(choice, Mapping) and "const" in choice and "title" in choice
    }
    options = tuple(titles) or tuple(str(value) for value in flat.get("enum", ()))
    plan = Plan(_shape(flat), flat.get("title") or label, flat, required, pen, not_printed, options, titles)
    if plan.shape is Shape.OBJECT:
        needed = frozenset(flat.get("required", ()))
        for name, child in flat.get("properties", {}).items():
            if name == "_k":
                continue
            made = plan.props[name] = _plan(
                child,
                root,
                label=name,
                required=name in needed,
                pen=pen,
                not_printed=not_printed,
                depth=depth + 1,
            )
            made.step = "/" + name.replace("~", "~0").replace("/", "~1")
        plan.blanks = {name: child.blank for name, child in plan.props.items()}
        plan.blank = Node(plan.blanks)
        plan.blank.plan, plan.blank.pointer = plan, ""
    elif plan.shape is Shape.ARRAY:
        items = flat.get("items", {"type": "string"})
        plan.item = _plan(
            items, root, label=plan.label, required=True, pen=pen, not_printed=not_printed, depth=depth + 1
        )
        plan.options = plan.item.options
        plan.blank = Rows()
        plan.blank.plan, plan.blank.pointer = plan, ""
    else:
        plan.blank = Blank(plan, pen=pen, shown="" if pen else SLASH)
    return plan


def _shape(flat: Mapping[str, Any]) -> Shape:
    kind = flat.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "string")
    if kind is None:
        kind = "object" if "properties" in flat else "array" if "items" in flat else "string"
    if kind == "number":
        raise SCHEMA_UNPRINTABLE(reason="正文没有浮点数，请用 format: decimal 的字符串。")
    return Shape(kind)


def label_path(plan: Plan, pointer: str) -> str:
    """What a person sees at ``pointer``, e.g. ``监察人员 第2行 · 执法证号``."""
    words: list[str] = []
    here: Plan | None = plan
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if here is None:
            words.append(step)
        elif here.shape is Shape.ARRAY:
            row = f"第{int(step) + 1}行" if step.isdecimal() else step
            words[-1:] = [f"{words[-1]} {row}" if words else row]
            here = here.item
        else:
            here = here.props.get(step)
            words.append(here.label if here is not None else step)
    return " · ".join(words)
