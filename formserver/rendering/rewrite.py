"""Checks and rewrites the syntax tree of a part before Jinja compiles it.

Statements that could hide text from the proof or leave the template are refused here, with their line. Template text
is finished here once (docxtpl's escapes, line ends, helper marks), and every printed expression is told where it
stands: in text, between runs, between paragraphs, inside a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from formserver.rendering.emission import BREAK, TAB
from formserver.rendering.sandbox import FUNCTION_NAMES

PARAGRAPH_MARK = "fsn"  # attribute that numbers the template's paragraphs while it is compiled
_MARK = re.compile(rf' {PARAGRAPH_MARK}="\d+"')
_STRUCTURE = re.compile(r"<(/?)(w:t|w:p|w:instrText|w:delText|w:delInstrText|m:t|a:t)(?=[\s/>])[^>]*?(/?)>")
_ALLOWED = {
    kind.__name__
    for kind in (
        nodes.Template, nodes.Output, nodes.For, nodes.If, nodes.Macro, nodes.Assign, nodes.With, nodes.Name,
        nodes.NSRef, nodes.Const, nodes.TemplateData, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
        nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr,
        nodes.Slice, nodes.Concat, nodes.Compare, nodes.Operand, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Add,
        nodes.Sub, nodes.Mod, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos,
    )
}  # fmt: skip
_WHY_NOT = {
    "AssignBlock": "请用 {% set 名称 = 表达式 %}，不要用成对的 set",
    "FilterBlock": "不能用 {% filter %}",
    "CallBlock": "不能用 {% call %}",
    "Include": "不能引用其他模板",
    "Import": "不能引用其他模板",
    "FromImport": "不能引用其他模板",
    "Extends": "不能引用其他模板",
    "Block": "不能用 {% block %}",
    "Pow": "不能用乘方",
    "Scope": "不能用 {% autoescape %}",
}
_FORBIDDEN_NAMES = frozenset(["self", "caller", "cycler", "joiner", "lipsum", "dict", "context"])


class Refused(Exception):
    """A construct templates may not use, at a line of the patched source."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Facts:
    """What the compiler learns from a part: names of images asked for, weight of the heaviest macro."""

    uses_images: bool
    macro_weight: int


def refuse_unsafe(tree: nodes.Template) -> None:
    """Raises Refused for anything outside the documented language."""
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    for node, line in _walk(tree):
        kind = type(node).__name__
        if kind not in _ALLOWED:
            raise Refused(_WHY_NOT.get(kind, f"不支持的写法（{kind}）"), line)
        if isinstance(node, nodes.For) and node.recursive:
            raise Refused("不支持递归循环", line)
        name = _own_name(node)
        if name.startswith("_") or (isinstance(node, nodes.Name) and name in _FORBIDDEN_NAMES):
            raise Refused(f"不能使用名称「{name}」", line)
        if isinstance(node, nodes.Call) and not _may_call(node.node, macros):
            raise Refused("模板里只能调用宏、range、namespace 和 image，不能调用方法", line)


def _own_name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return str(node.arg.value)
    if isinstance(node, nodes.Name | nodes.Filter | nodes.Test | nodes.Macro | nodes.NSRef):
        return node.name
    return ""


def _may_call(target: nodes.Expr, macros: set[str]) -> bool:
    if isinstance(target, nodes.Name):
        return target.name in FUNCTION_NAMES or target.name in macros
    return (
        isinstance(target, nodes.Getattr)
        and target.attr in ("cycle", "changed")
        and isinstance(target.node, nodes.Name)
        and target.node.name == "loop"
    )


def _walk(node: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with its line; Jinja leaves out the line of some, which then have that of what they hold."""
    stack = [(node, 1)]
    while stack:
        here, line = stack.pop()
        line = here.lineno or next(
            (inner.lineno for inner in here.find_all(nodes.Node) if inner.lineno), line
        )
        yield here, line
        stack.extend((child, line) for child in here.iter_child_nodes())


def rewrite(tree: nodes.Template, *, plain: bool) -> tuple[nodes.Template, Facts]:
    """The tree ready to compile. ``plain`` parts (document properties) have no Word structure."""
    uses_images = any(
        isinstance(call.node, nodes.Name) and call.node.name == "image" for call in tree.find_all(nodes.Call)
    )
    rewriter = _Rewriter(plain)
    done = rewriter.visit(tree)
    weights = [_weight(macro) for macro in tree.find_all(nodes.Macro)]
    return done, Facts(uses_images, max(weights, default=0))


def _weight(node: nodes.Node) -> int:
    """Template text below ``node`` in characters, without loops inside it (they pay for themselves)."""
    total = 0
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            total += len(child.data)
        elif not isinstance(child, nodes.For):
            total += _weight(child)
    return total


class _Rewriter(NodeTransformer):
    """Walks in source order, following which element the text is in."""

    def __init__(self, plain: bool) -> None:
        self._plain = plain
        self._element = ""  # the text element we are in
        self._paragraphs = 0
        self._in_tag = False

    def visit_If(self, node: nodes.If) -> nodes.Node:
        node.test = self.visit(node.test)
        start = self._state()
        node.body = self._visit_all(node.body)
        end = self._state()
        for branch in node.elif_:
            self._restore(start)
            self.visit(branch)
        self._restore(start)
        node.else_ = self._visit_all(node.else_)
        self._restore(end)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        node.target = self.visit(node.target)
        node.iter = self.visit(node.iter)
        if node.test is not None:
            node.test = self.visit(node.test)
        node.body = self._visit_all(node.body)
        node.else_ = self._visit_all(node.else_)
        weight = sum(_weight(child) for child in node.body if not isinstance(child, nodes.For))
        node.iter = _filter(node.iter, "_loop", nodes.Const(weight, lineno=node.lineno))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "_concat")

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        cut = node.arg
        if not isinstance(cut, nodes.Slice):
            return node
        nothing = nodes.Const(None, lineno=node.lineno)
        return _filter(node.node, "_slice", cut.start or nothing, cut.stop or nothing, cut.step or nothing)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        children: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                children.append(nodes.TemplateData(self._finish(child.data), lineno=child.lineno))
            else:
                children.append(self._placed(self.visit(child)))
        node.nodes = children
        return node

    def _placed(self, child: nodes.Expr) -> nodes.Expr:
        if self._in_tag:
            return _filter(child, "_attribute")
        if self._plain:
            return _filter(child, "_plain")
        if self._element == "w:t":
            return child
        if self._element:
            raise Refused("这里不能放占位符（域代码、公式或修订删除的文字）", child.lineno)
        return _filter(child, "_run" if self._paragraphs else "_block")

    def _finish(self, data: str) -> str:
        data = data.replace("\n<w:p ", "<w:p ").replace("\n<w:p>", "<w:p>")
        data = _MARK.sub("", data)
        data = data.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")
        pieces: list[str] = []
        position = 0
        for match in _STRUCTURE.finditer(data):
            pieces.append(self._text(data[position : match.start()]))
            pieces.append(match.group())
            self._step(match)
            position = match.end()
        rest = data[position:]
        pieces.append(self._text(rest))
        opening, closing = data.rfind("<"), data.rfind(">")
        if opening != closing:
            self._in_tag = opening > closing
        return "".join(pieces)

    def _text(self, text: str) -> str:
        if self._element == "w:t" and ("\n" in text or "\t" in text):
            return text.replace("\n", BREAK).replace("\t", TAB)
        return text

    def _step(self, match: re.Match[str]) -> None:
        closing, name, empty = match.groups()
        if empty:
            return
        if name == "w:p":
            self._paragraphs += -1 if closing else 1
        else:
            self._element = "" if closing else name

    def _visit_all(self, children: list[nodes.Node]) -> list[nodes.Node]:
        return [self.visit(child) for child in children]

    def _state(self) -> tuple[str, int, bool]:
        return self._element, self._paragraphs, self._in_tag

    def _restore(self, state: tuple[str, int, bool]) -> None:
        self._element, self._paragraphs, self._in_tag = state


def _filter(node: nodes.Node, name: str, *args: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(cast(nodes.Expr, node), name, list(args), [], None, None, lineno=node.lineno)
