"""From a body to view models, one section at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from wtforms.form import BaseForm

from formserver.core import places
from formserver.core.computing import CALCULATED, DETACHED
from formserver.core.definitions.conditions import Test, compiled, evaluate
from formserver.core.definitions.document_type import DocumentType, Section
from formserver.core.definitions.fields import ROW_KEY, Field, join_pointer
from formserver.core.errors import Problem
from formserver.web.forms.texts import ABSENT, origin_text, question
from formserver.web.forms.views import (
    NOTHING_SAID,
    FieldView,
    GroupView,
    Messages,
    NodeView,
    RowsView,
    RowView,
    SectionView,
)

PAGE_SIZE: Final = 50
"""Rows drawn at once; a form of 200 × 8 cells posted whole was refused by the server and lost rows."""

CARDS_PAGE_SIZE: Final = 10
"""A card holds ten to twenty controls, where a row of a table holds five."""

_STAGES: Final = {"print": "打印前填", "signed": "签署时填", "served": "送达时填"}
_PICKERS: Final = {
    "person-table": "person",
    "law-table": "law",
    "material-table": "material",
    "document-table": "document",
    "qa-table": "question",
    "clause-picker": "clause",
}
_WIDE: Final = frozenset({"textarea", "clause-picker"})
_MOST_COLUMNS: Final = 7
_OF_THE_SERVER: Final = frozenset({CALCULATED, DETACHED})


@dataclass(slots=True)
class Drawing:
    """Everything drawing one form needs. ``pages`` says which page of rows is open, by keyed pointer; ``live`` of which
    lists only some rows are wanted (:class:`RowsView`)."""

    dt: DocumentType
    body: Mapping[str, Any]
    raw: Mapping[str, str]
    origins: Mapping[str, Any]
    ctx: Mapping[str, Any]
    today: date
    pages: Mapping[str, int]
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    live: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form: BaseForm = field(default_factory=lambda: BaseForm({}))

    @classmethod
    def prepare(
        cls,
        dt: DocumentType,
        body: Mapping[str, Any],
        raw: Mapping[str, str],
        problems: list[Problem],
        origins: Mapping[str, Any],
        ctx: Mapping[str, Any],
        today: date,
        pages: Mapping[str, int],
    ) -> Drawing:
        """Sort the problems by keyed place and find out what is hidden."""
        made = cls(dt, body, raw, origins, ctx, today, pages)
        for problem in problems:
            made.problems.setdefault(places.to_keyed(body, problem.pointer), []).append(problem)
        made.hidden = frozenset(places.to_keyed(body, p) for p in dt.hidden(body, ctx))
        return made

    def section(self, section: Section) -> SectionView:
        """One section with all its nodes."""
        hidden = section.show_when is not None and not evaluate(
            section.show_when, body=self.body, ctx=self.ctx
        )
        nodes = [
            node
            for leaf in self.dt.section_fields(section.key)
            if (node := self.node(leaf, self.body, "", None)) is not None
        ]
        errors = sum(_errors(node) for node in nodes)
        return SectionView(
            key=section.key,
            title=section.title,
            help=section.help,
            hidden=hidden,
            show_when=_json(section.show_when),
            nodes=nodes,
            state=_state(nodes, errors, self.body),
            error_count=errors,
        )

    def node(
        self, leaf: Field, holder: Mapping[str, Any], parent: str, row: Mapping[str, Any] | None
    ) -> NodeView | None:
        """The view of one field below ``holder``; None for what no form shows."""
        if leaf.is_row_key or leaf.widget == "hidden":
            return None
        name = join_pointer(parent, leaf.key)
        value = holder.get(leaf.key, ABSENT)
        common = self._common(leaf, name, row)
        if leaf.kind == "object":
            inner = value if isinstance(value, Mapping) else {}
            children = [self.node(c, inner, name, row) for c in self.dt.children.get(leaf.pointer, ())]
            return GroupView(**common, children=[c for c in children if c is not None])
        if leaf.kind == "rows":
            return self._rows(leaf, value if isinstance(value, list) else [], name, common)
        return self._field(leaf, value, name, common)

    def _field(self, leaf: Field, value: Any, name: str, common: dict[str, Any]) -> FieldView:
        raw = self.raw.get(name)
        if raw is not None:
            common["messages"] = self._messages(name)  # its own, because something is added
            common["messages"].add(Problem("UNCLEAR", question(leaf, raw, self.today)))
        drawn = _drawn(leaf)
        return FieldView(
            **common,
            form=self.form,
            value=value,
            raw=raw,
            today=self.today,
            width=drawn.width,
            unit=drawn.unit,
            origin=origin_text(self.origins.get(name, self.origins.get(leaf.pointer, "")))
            if self.origins
            else "",
            readonly=drawn.readonly,
            source=leaf.source or "",
            pick=drawn.pick,
            is_set=value is not ABSENT or raw is not None,
        )

    def _rows(self, leaf: Field, rows: list[Any], name: str, common: dict[str, Any]) -> RowsView:
        children = self.dt.children.get(leaf.pointer + "/*", ())
        template = places.join([*places.split(name), "@"])
        columns = [c for child in children if (c := self.node(child, {}, template, {})) is not None]
        layout = _layout(leaf, columns)
        size = PAGE_SIZE if layout == "table" else CARDS_PAGE_SIZE
        pages = max(1, -(-len(rows) // size))
        page = min(max(1, self.pages.get(name, 1)), pages)
        first = (page - 1) * size
        title = str(leaf.schema.get("x-row-title", leaf.title))
        wanted = self.live.get(name)
        drawn = []
        for index, row in enumerate(rows[first : first + size], start=first):
            if not isinstance(row, Mapping):
                continue
            key = str(row.get(ROW_KEY, index))
            row_name = join_pointer(name, f"@{key}" if ROW_KEY in row else key)
            skipped = wanted is not None and key not in wanted
            drawable = () if skipped else children
            cells = [c for child in drawable if (c := self.node(child, row, row_name, row)) is not None]
            made = str(row.get(CALCULATED, ""))
            if made:
                _close(cells)
            drawn.append(
                RowView(
                    key=key,
                    name=row_name,
                    number=index + 1,
                    title=title,
                    cells=cells,
                    messages=self._messages(row_name),
                    data=row,
                    made=made,
                    left=str(row.get(DETACHED, "")),
                )
            )
        return RowsView(
            **common,
            rows=drawn,
            columns=columns,
            total=len(rows),
            page=page,
            pages=pages,
            page_size=size,
            row_title=title,
            layout=layout,
            picker=_PICKERS.get(leaf.widget, ""),
            origin=origin_text(self.origins.get(name, "")),
            hidden_keys=tuple(
                c.key
                for c in children
                if c.widget == "hidden" and not c.is_row_key and c.key not in _OF_THE_SERVER
            ),
            body=self.body,
            live=wanted,
        )

    def _common(self, leaf: Field, name: str, row: Mapping[str, Any] | None) -> dict[str, Any]:
        drawn = _drawn(leaf)
        required = leaf.required or (drawn.required is not None and drawn.required(self.body, row, self.ctx))
        return {
            "leaf": leaf,
            "name": name,
            "title": leaf.title,
            "help": drawn.help,
            "required": required and leaf.stage == "draft",
            "stage": drawn.stage if required or drawn.later else "",
            "hidden": self._is_hidden(name, leaf, row),
            "show_when": drawn.show_when,
            "required_when": drawn.required_when,
            "messages": self._messages(name) if name in self.problems else NOTHING_SAID,
        }

    def _is_hidden(self, name: str, leaf: Field, row: Mapping[str, Any] | None) -> bool:
        if row == {}:  # the pattern of a row that is not there yet
            condition = leaf.schema.get("x-show-when")
            return condition is not None and not evaluate(condition, body=self.body, row=row, ctx=self.ctx)
        return name in self.hidden

    def _messages(self, name: str) -> Messages:
        messages = Messages()
        for problem in self.problems.get(name, ()):
            messages.add(problem)
        return messages


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What drawing needs of a field and depends on its definition alone. ``later``: its stage is always told."""

    help: str
    stage: str
    later: bool
    required: Test | None
    show_when: str
    required_when: str
    width: str
    unit: str
    pick: str
    readonly: bool


@lru_cache(maxsize=8192)
def _drawn(leaf: Field) -> _Drawn:
    schema = leaf.schema
    condition = schema.get("x-required-when")
    return _Drawn(
        help=str(schema.get("description", "")),
        stage=_STAGES.get(leaf.stage, ""),
        later="x-required-at" in schema,
        required=compiled(condition) if condition is not None else None,
        show_when=_json(schema.get("x-show-when")),
        required_when=_json(condition),
        width=_width(leaf),
        unit=str(schema.get("x-unit", "")),
        pick=_pick(leaf),
        readonly=leaf.widget == "readonly",
    )


def _pick(leaf: Field) -> str:
    """Which register may be looked up while typing here: the name of a firm or of one of our people."""
    if leaf.widget == "enterprise-picker":
        return "enterprise"
    if leaf.widget == "evidence-picker":
        return "evidence"
    return "person" if leaf.source == "team[].name" else ""


def _width(leaf: Field) -> str:
    named = leaf.schema.get("x-width")
    if isinstance(named, str):
        return named
    if leaf.widget in _WIDE or leaf.kind == "list":
        return "full"
    if leaf.kind in ("date", "date-time", "decimal", "integer"):
        return "short"
    return "medium" if int(leaf.schema.get("maxLength", 0)) <= 60 else "full"


def _layout(leaf: Field, columns: list[NodeView]) -> str:
    nested = any(column.kind != "field" for column in columns)
    long = sum(column.leaf.widget in _WIDE for column in columns)
    if leaf.widget == "qa-table" or nested or long > 2 or len(columns) > _MOST_COLUMNS:
        return "cards"
    return "table"


def _close(cells: list[NodeView]) -> None:
    """What the server filled is read, not typed into."""
    for cell in cells:
        if isinstance(cell, FieldView):
            cell.readonly = True


def _errors(node: NodeView) -> int:
    if node.hidden:
        return 0
    count = len(node.messages.errors)
    if isinstance(node, GroupView):
        count += sum(_errors(child) for child in node.children)
    if isinstance(node, RowsView):
        count += sum(len(row.messages.errors) + sum(_errors(cell) for cell in row.cells) for row in node.rows)
    return count


def _state(nodes: list[NodeView], errors: int, body: Mapping[str, Any]) -> str:
    tops = {node.leaf.key for node in nodes if not node.hidden}
    filled = any(key in body for key in tops)
    if errors and filled:
        return "errors"
    missing = any(node.required and node.leaf.key not in body for node in nodes if not node.hidden)
    if not filled:
        return "empty"
    return "partial" if missing else "complete"


def _json(condition: Any) -> str:
    return json.dumps(condition, ensure_ascii=False, separators=(",", ":")) if condition is not None else ""
