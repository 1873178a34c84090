"""Large tables drawn quickly: a macro draws a cell of each shape once, later cells of that shape are filled in.

A page of fifty rows has some seven hundred cells, all alike but for name, text and row; drawing each by the macros of
``components/schema_fields.html`` took most of the time of the largest form. What is filled in is escaped here, never
looked through: stand-ins are searched for only in what the definition and the macro wrote.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from markupsafe import Markup, escape

from formserver.core.definitions.fields import Field
from formserver.web.forms.controls import LeafControl, lines_of
from formserver.web.forms.texts import ABSENT, choices_of, is_choice
from formserver.web.forms.views import NOTHING_SAID, FieldView, NodeView, RowView

_NAME, _TEXT, _CONTEXT = "\ue000", "\ue001", "\ue002"
"""Stand-ins of the private use area; a field whose definition uses them itself is drawn without a skeleton."""
_SLOTS: Final = re.compile(f"([{_NAME}{_TEXT}{_CONTEXT}])")
_SPECIAL: Final = re.compile("[&<>\"']")
_MOST: Final = 20_000
Macro = Callable[..., Any]
Skeleton = tuple[str, ...]


class _Skeletons:
    """The skeletons drawn so far, the least used given up first."""

    def __init__(self) -> None:
        self._known: OrderedDict[Any, Skeleton] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any, draw: Callable[[], Any]) -> Skeleton:
        known = self._known.get(key)
        if known is None:
            known = tuple(_SLOTS.split(str(draw())))
            with self._lock:
                self._known[key] = known
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        return known


_skeletons = _Skeletons()


def draw_cell(macro: Macro, cell: NodeView, context: str) -> Any:
    """What ``macro(cell, context)`` draws. Cells with messages, marks or unread text are drawn by it."""
    shape = _shape(cell)
    if shape is None or not isinstance(cell, FieldView):
        return macro(cell, context)
    key = (_code(macro), cell.leaf, cell.required, cell.hidden, cell.stage, shape)
    skeleton = _skeletons.get(key, lambda: macro(_pattern(cell, shape), _CONTEXT))
    text = cell.text if shape[0] in ("text", "readonly") else ""
    return _filled(skeleton, cell.name, text, context)


def draw_buttons(macro: Macro, rows: Any, row: Any) -> Any:
    """What ``macro(rows, row)`` draws around a row, its name, number and key being all that differs."""
    if not isinstance(row, RowView) or row.number == 1:  # the pattern of new rows is plain data
        return macro(rows, row)
    pattern = {"name": _NAME, "number": _TEXT, "key": _CONTEXT}
    skeleton = _skeletons.get((_code(macro), rows.name, rows.row_title), lambda: macro(rows, pattern))
    return _filled(skeleton, row.name, str(row.number), row.key)


def _filled(skeleton: Skeleton, name: str, text: str, context: str) -> Markup:
    filling = {_NAME: _escaped(name), _TEXT: _escaped(text), _CONTEXT: _escaped(context)}
    parts = list(skeleton)
    for index in range(1, len(parts), 2):
        parts[index] = filling[parts[index]]
    return Markup("".join(parts))  # noqa: S704  the macro's own text, and what was escaped above


def _escaped(text: str) -> str:
    """As Jinja writes it; most texts have nothing to escape, and looking is quicker than doing."""
    return str(escape(text)) if _SPECIAL.search(text) else text


def _code(macro: Macro) -> Any:
    """What tells macros apart: the code a template was compiled to, in one language, until it is changed."""
    return macro._func.__code__  # type: ignore[attr-defined]


def _shape(cell: NodeView) -> tuple[Any, ...] | None:
    """What of a cell's value decides how it is drawn, beyond its text; None for cells without a skeleton."""
    if not isinstance(cell, FieldView) or cell.messages is not NOTHING_SAID:
        return None
    if cell.raw is not None or cell.origin or not _plain(cell.leaf):
        return None
    leaf, value = cell.leaf, cell.value
    if cell.readonly:
        return ("readonly", bool(cell.text))
    if leaf.kind == "list" and leaf.widget == "checklist":
        known = {str(choice) for choice in leaf.choices}
        ticked = tuple(map(str, value)) if isinstance(value, list) else ()
        return ("ticked", *ticked) if known.issuperset(ticked) else None
    if cell.is_tick:
        return ("tick", value is True)
    if is_choice(leaf):
        text = cell.text
        return ("choice", text) if not text or text in {v for v, _ in choices_of(leaf)} else None
    return ("text", lines_of(leaf, cell.text))


@lru_cache(maxsize=8192)
def _plain(leaf: Field) -> bool:
    said = json.dumps([leaf.schema, leaf.titles], ensure_ascii=False, default=str)
    return _SLOTS.search(said) is None


def _pattern(cell: FieldView, shape: tuple[Any, ...]) -> FieldView:
    """A cell of that shape with stand-ins for what differs."""
    kind = shape[0]
    value = cell.value
    if kind == "text" or (kind == "readonly" and shape[1]):
        value = [_TEXT] if cell.leaf.kind == "list" else _TEXT
    elif kind == "readonly":
        value = ABSENT
    pattern = dataclasses.replace(cell, name=_NAME, value=value, made=None)
    if kind == "text":
        pattern.made = LeafControl(
            name=_NAME,
            leaf=cell.leaf,
            value=value,
            compact=cell.leaf.list_depth > 0,
            lines=shape[1],
            _form=cell.form,
            _meta=cell.form.meta,
        )
    return pattern
