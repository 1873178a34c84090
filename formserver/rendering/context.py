"""Builds what a template sees: the body by name with blanks filled in, and the envelope as ``doc``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formserver.core.errors import Kind, Problem, error_code
from formserver.rendering.schema_plan import Plan, Shape, label_path
from formserver.rendering.values import Blank, Labelled, Leaf, Node, Rows, WholeNumber, YesNo

DOC_FIELDS = (
    "number", "state", "title", "type_title", "version", "printed_on", "printed_at", "check_url", "check_code",
    "check_short", "organ", "acting_body", "issued_on", "copies", "pages", "note", "confidentiality",
)  # fmt: skip

BODY_MISFIT = error_code(
    "BODY_MISFIT",
    Kind.INVALID,
    zh="「{label}」的内容与文书定义不符：{reason}。",
    en="{label} does not fit the definition: {reason}",
)

_TEXT_PLAN = Plan(Shape.TEXT, "", {})
_DOC_BLANK = Blank(_TEXT_PLAN, pen=True, shown="")


@dataclass(slots=True)
class BuiltContext:
    """Names for the template, the leaves that must be on the paper, and what was taken off it."""

    values: dict[str, Any]
    must_print: list[Any] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    not_printed: list[str] = field(default_factory=list)


def build_context(
    plan: Plan,
    body: Mapping[str, Any],
    envelope: Mapping[str, Any],
    hidden: Iterable[str] = (),
    *,
    lenient: bool = False,
) -> BuiltContext:
    """Raises BODY_MISFIT when the body is not what the schema describes (never when ``lenient``)."""
    builder = _Builder(plan, frozenset(hidden), lenient)
    values: dict[str, Any] = builder.object(plan, body, "")
    values["doc"] = _envelope(envelope)
    return BuiltContext(values, builder.must_print, builder.hidden_seen, builder.not_printed)


class _Builder:
    def __init__(self, root: Plan, hidden: frozenset[str], lenient: bool) -> None:
        self._root = root
        self._hidden = hidden
        self._lenient = lenient
        self.must_print: list[Any] = []
        self.hidden_seen: list[str] = []
        self.not_printed: list[str] = []

    def object(self, plan: Plan, body: Mapping[str, Any], pointer: str) -> Node:
        node = Node(plan.blanks)
        node.plan, node.pointer = plan, pointer
        find, hidden, text, new = plan.props.get, self._hidden, Shape.TEXT, str.__new__
        must_print = self.must_print.append
        for name, item in body.items():
            child = find(name)
            if child is None:
                if name != "_k" and not self._lenient:
                    raise self._misfit(_step(pointer, name), "文书定义里没有这个字段")
                continue
            place = pointer + child.step
            if hidden and place in hidden:
                self.hidden_seen.append(place)
            elif type(item) is str and child.shape is text and not child.titles:
                node[name] = leaf = new(Leaf, item)
                leaf.plan, leaf.pointer = child, place
                if child.not_printed:
                    self.not_printed.append(place)
                elif item:
                    must_print(leaf)
            else:
                node[name] = self.value(child, item, place)
        return node

    def value(self, plan: Plan, item: Any, pointer: str) -> Any:
        shape = plan.shape
        if shape is Shape.OBJECT and isinstance(item, Mapping):
            return self.object(plan, item, pointer)
        if shape is Shape.ARRAY and isinstance(item, list | tuple):
            return self._array(plan, item, pointer)
        if item is None and self._lenient:
            return plan.blank
        if shape is Shape.BOOLEAN and isinstance(item, bool):
            return self._leaf(YesNo(item), plan, pointer)
        if shape is Shape.INTEGER and isinstance(item, int) and not isinstance(item, bool):
            return self._leaf(WholeNumber(item), plan, pointer)
        if shape is Shape.TEXT and isinstance(item, str):
            return self._leaf(self._text(plan, item), plan, pointer)
        if self._lenient and isinstance(item, str | int):
            return self._raw(plan, str(item), pointer)
        raise self._misfit(pointer, f"应为{_SHAPE_WORDS[shape]}")

    def _text(self, plan: Plan, item: str) -> Leaf:
        title = plan.titles.get(item)
        if title is None:
            return Leaf(item)
        labelled = Labelled(item)
        labelled.title_text = title
        return labelled

    def _array(self, plan: Plan, items: Iterable[Any], pointer: str) -> Rows:
        rows = Rows()
        rows.plan, rows.pointer = plan, pointer
        child = plan.item
        assert child is not None
        for index, item in enumerate(items):
            place = f"{pointer}/{index}"
            if self._hidden and place in self._hidden:
                self.hidden_seen.append(place)
                continue
            rows.append(self.value(child, item, place))
        return rows

    def _leaf(self, leaf: Any, plan: Plan, pointer: str) -> Any:
        leaf.plan, leaf.pointer = plan, pointer
        if plan.not_printed:
            self.not_printed.append(pointer)
        elif leaf != "":
            self.must_print.append(leaf)
        return leaf

    def _raw(self, plan: Plan, text: str, pointer: str) -> Any:
        """Text that does not parse yet, shown as typed where the template prints a leaf."""
        if plan.shape in (Shape.OBJECT, Shape.ARRAY):
            return plan.blank
        leaf = Leaf(text)
        leaf.plan, leaf.pointer = plan, pointer
        return leaf

    def _misfit(self, pointer: str, reason: str) -> Exception:
        label = label_path(self._root, pointer)
        message = BODY_MISFIT.zh.format(label=label, reason=reason)
        return BODY_MISFIT(
            label=label, reason=reason, problems=[Problem("BODY_MISFIT", message, pointer, label)]
        )


_SHAPE_WORDS = {
    Shape.TEXT: "文字",
    Shape.BOOLEAN: "是或否",
    Shape.INTEGER: "整数",
    Shape.ARRAY: "列表",
    Shape.OBJECT: "一组字段",
}


def _step(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _envelope(envelope: Mapping[str, Any]) -> Node:
    node = Node(dict.fromkeys(DOC_FIELDS, _DOC_BLANK))
    node.plan, node.pointer = _TEXT_PLAN, "doc:"
    node.update({name: _plain(item, f"doc:/{name}") for name, item in envelope.items() if item is not None})
    return node


def plain_values(context: Mapping[str, Any]) -> dict[str, Any]:
    """A context without a schema: plain values get origins, objects of other kinds pass as they are."""
    return {name: _plain(item, f"/{name}") for name, item in context.items()}


def _plain(item: Any, pointer: str) -> Any:
    kind = type(item)
    if kind is str:
        leaf: Any = Leaf(item)
    elif kind is bool:
        leaf = YesNo(item)
    elif kind is int:
        leaf = WholeNumber(item)
    elif isinstance(item, Mapping):
        leaf = Node({str(name): _plain(child, _step(pointer, str(name))) for name, child in item.items()})
    elif isinstance(item, list | tuple):
        leaf = Rows(_plain(child, f"{pointer}/{index}") for index, child in enumerate(item))
    else:
        return item
    leaf.plan, leaf.pointer = _TEXT_PLAN, pointer
    return leaf
