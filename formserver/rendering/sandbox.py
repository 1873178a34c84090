"""The Jinja environment a template author gets: values in, text out, nothing else.

A template is written by someone who is not an administrator of the server. So: no attribute of a Python object can
be reached, only fields of the body and the few properties of ``loop``; only listed filters and functions; arithmetic
on bounded integers; every loop, call and concatenation draws on a budget. Unknown names are errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context
from markupsafe import Markup

from formserver.rendering.emission import Recorder
from formserver.rendering.values import (
    Blank,
    Node,
    Picture,
    Rows,
    Traced,
    counts,
    shown,
    sources_of,
)

MAX_RANGE = 10_000
_MAX_BITS = 256
_LOOP_FIELDS = frozenset(
    [
        "index",
        "index0",
        "revindex",
        "revindex0",
        "first",
        "last",
        "length",
        "depth",
        "depth0",
        "previtem",
        "nextitem",
        "cycle",
        "changed",
    ]
)
_SAFE_FILTERS = (
    "abs",
    "default",
    "d",
    "first",
    "last",
    "length",
    "count",
    "list",
    "max",
    "min",
    "round",
    "sort",
    "sum",
    "unique",
    "reverse",
    "map",
    "select",
    "selectattr",
    "reject",
    "rejectattr",
    "groupby",
    "int",
)
_UNSAFE_TESTS = ("callable", "filter", "test")


class RenderContext(Context):
    """Jinja's context plus the recorder of the part being rendered."""

    recorder: Recorder
    emit: Callable[[Any], str]


class _Generator(CodeGenerator):
    """Sends every printed expression through the recorder instead of ``escape(str(…))``."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:  # noqa: ARG002
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return node.data

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write("context.emit(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """See the module. One instance serves all templates and threads; it holds no state of a render."""

    code_generator_class = _Generator
    context_class = RenderContext
    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of the body, a property of ``loop``, a slot of a namespace; nothing else has attributes."""
        kind = type(obj)
        if kind is Node or kind is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if kind is LoopContext and attribute in _LOOP_FIELDS:
            return getattr(obj, attribute)
        if kind is Namespace:
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        if kind is Blank:
            return obj
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        raise SecurityError(f"「{attribute}」不是字段，模板里不能使用")

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field by name or an item by number."""
        if isinstance(obj, dict):
            if isinstance(argument, str):
                return self.getattr(obj, str(argument))
        elif isinstance(obj, list | tuple | str | range) and isinstance(argument, int):
            if type(obj) is Blank:
                return obj
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        elif isinstance(obj, Undefined):
            return obj[argument]
        raise SecurityError(f"不能用 {argument!r} 取值")

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Macros, our few functions, ``loop.cycle`` and ``loop.changed``."""
        recorder: Recorder = context.recorder
        if type(obj) is Macro:
            recorder.budget.spend_call(recorder.macro_weight)
            return context.call(obj, *args, **kwargs)
        if obj in _FUNCTIONS or type(getattr(obj, "__self__", None)) is LoopContext:
            return context.call(obj, *args, **kwargs)
        if isinstance(obj, Undefined):
            return context.call(obj, *args, **kwargs)
        raise SecurityError("模板里只能调用宏、range 和 image")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Joining texts and lists, arithmetic on numbers that stay small."""
        for side in (left, right):
            if isinstance(side, Undefined):
                str(side)  # raises with the name
        if operator == "+":
            if isinstance(left, str) or isinstance(right, str):
                return concat(context, [left, right])
            if isinstance(left, list) and isinstance(right, list):
                return [*left, *right][:MAX_RANGE]
        if not _small_number(left) or not _small_number(right) or operator == "**":
            raise SecurityError(f"「{operator}」只能用于不太大的整数")
        return self.binop_table[operator](left, right)


def _small_number(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= _MAX_BITS
    return isinstance(value, float)


@pass_context
def concat(context: RenderContext, parts: Iterable[Any]) -> Any:
    """``a ~ b``: the text of all parts, remembering whose text it is."""
    items = list(parts)
    recorder = context.recorder
    for item in items:
        if isinstance(item, Undefined):
            str(item)
    if any(type(item) is Markup for item in items):
        return Markup("".join(recorder.emit(item) for item in items))  # noqa: S704 - emit escapes
    text = "".join(map(shown, items))
    recorder.budget.spend_chars(len(text))
    sources = tuple(source for item in items for source in sources_of(item))
    return Traced(text, sources, counts=all(map(counts, items))) if sources else text


@pass_context
def _loop(context: RenderContext, iterable: Any, weight: int) -> Any:
    """Every ``for`` goes through here: rounds are paid before they run."""
    if isinstance(iterable, Undefined):
        iter(iterable)
    if isinstance(iterable, Blank):
        return Rows()
    if not hasattr(iterable, "__len__"):
        iterable = list(_take(iterable, context.recorder))
    context.recorder.budget.spend_loop(len(iterable), weight)
    return iterable


def _take(iterable: Iterable[Any], recorder: Recorder) -> Iterable[Any]:
    for item in iterable:
        recorder.budget.spend_loop(1, 0)
        yield item


@pass_context
def _at_run(context: RenderContext, value: Any) -> Markup:
    return Markup(context.recorder.emit_run(value))  # noqa: S704 - emit escapes


@pass_context
def _at_block(context: RenderContext, value: Any) -> Markup:
    return Markup(context.recorder.emit_block(value))  # noqa: S704 - emit escapes


@pass_context
def _at_attribute(context: RenderContext, value: Any) -> Markup:
    return Markup(context.recorder.emit_attribute(value))  # noqa: S704 - only harmless words pass


@pass_context
def _at_plain(context: RenderContext, value: Any) -> Markup:
    return Markup(context.recorder.emit_plain(value))  # noqa: S704 - emit escapes


@pass_context
def _join(context: RenderContext, value: Iterable[Any], d: str = "", attribute: str | None = None) -> Any:
    items = list(value)
    if attribute is not None:
        items = [context.environment.getattr(item, attribute) for item in items]
    parts: list[Any] = []
    for item in items:
        parts += [d, item]
    return concat(context, parts[1:])


def _same(value: Any) -> Any:
    """``|e`` and ``|string``: printing escapes anyway, and the value keeps its origin."""
    return value


@pass_context
def _replace(context: RenderContext, value: Any, old: str, new: str) -> str:
    text = shown(value)
    context.recorder.budget.spend_chars(len(text) + text.count(str(old)) * len(str(new)))
    return text.replace(str(old), str(new))


@pass_context
def _slice(context: RenderContext, value: Any, start: Any, stop: Any, step: Any) -> Any:
    """``x[1:3]``: Jinja would slice any object without asking the environment."""
    if isinstance(value, Undefined):
        str(value)
    if type(value) is Blank:
        return value
    if not isinstance(value, str | list | tuple | range):
        raise SecurityError("只能截取文字和列表")
    cut = value[start:stop:step]
    context.recorder.budget.spend_chars(len(cut))
    return cut


def _charged(change: Callable[[str], str]) -> Callable[..., str]:
    """A filter that copies its text: the copy draws on the budget, so that copies cannot pile up."""

    @pass_context
    def apply(context: RenderContext, value: Any) -> str:
        if isinstance(value, Undefined):
            str(value)
        text = shown(value)
        context.recorder.budget.spend_chars(len(text))
        return change(text)

    return apply


def image(
    name: str,
    width_mm: float | None = None,
    height_mm: float | None = None,
    floating: bool = False,
    dx_mm: float = 0,
    dy_mm: float = 0,
) -> Picture:
    """``{{ image('qr', width_mm=25) }}``: nothing is printed when no image of that name was given."""
    return Picture(str(name), width_mm, height_mm, bool(floating), dx_mm, dy_mm)


def bounded_range(*limits: int) -> range:
    """``range`` of at most 10,000 steps."""
    made = range(*limits)
    if len(made) > MAX_RANGE:
        raise SecurityError(f"range 超过 {MAX_RANGE}")
    return made


_FUNCTIONS: frozenset[Any] = frozenset([image, bounded_range, Namespace])
FUNCTION_NAMES = frozenset(["image", "range", "namespace"])


def make_environment(formatters: Mapping[str, Callable[..., Any]]) -> TemplateEnvironment:
    """The environment with ``formatters`` and the harmless ones of Jinja's own filters."""
    environment = TemplateEnvironment(autoescape=True, undefined=StrictUndefined, cache_size=0)
    own = dict(environment.filters)
    environment.filters.clear()
    environment.filters.update({name: own[name] for name in _SAFE_FILTERS})
    environment.filters.update(
        {
            "e": _same,
            "escape": _same,
            "string": _same,
            "join": _join,
            "replace": _replace,
            "lower": _charged(str.lower),
            "upper": _charged(str.upper),
            "trim": _charged(str.strip),
            "title": _charged(str.title),
            "capitalize": _charged(str.capitalize),
            "_concat": concat,
            "_loop": _loop,
            "_slice": _slice,
            "_run": _at_run,
            "_block": _at_block,
            "_attribute": _at_attribute,
            "_plain": _at_plain,
        }
    )
    environment.filters.update(formatters)
    for name in _UNSAFE_TESTS:
        environment.tests.pop(name, None)
    environment.globals.clear()
    environment.globals.update({"image": image, "range": bounded_range, "namespace": Namespace})
    return environment
