"""What the pen wrote: fields filled in on paper, and corrections of what was printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field
from formserver.core.errors import Problem
from formserver.core.models import Json, VersionContent
from formserver.core.signing import PenCorrection
from formserver.documents.saying import value_text
from formserver.web.forms.codec import changes
from formserver.web.forms.texts import ABSENT, read
from formserver.web.forms.views import FieldView, GroupView, NodeView, RowsView, RowView, SectionView

PEN_STAGES: Final = ("signed", "served")
LEAST_LINES: Final = 2
NAMING_COLUMNS: Final = 2
MOST_LINES: Final = 40
NO_REASON: Final = "CORRECTION_INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Line:
    """One correction as typed: page, place, new value."""

    page: str = ""
    at: str = ""
    new: str = ""


def whole(draw: Callable[[Mapping[str, int]], list[SectionView]]) -> list[SectionView]:
    """Sections with every row of their lists: the pen may have written into any of them."""
    sections = draw({})
    lists = {n.name: n for view in sections for n in view.nodes if isinstance(n, RowsView) and n.pages > 1}
    for page in range(2, max((n.pages for n in lists.values()), default=1) + 1):
        for view in draw(dict.fromkeys(lists, page)):
            for node in view.nodes:
                if isinstance(node, RowsView) and node.name in lists and node.page == page:
                    lists[node.name].rows += node.rows
    return sections


def pen_nodes(nodes: list[NodeView], *, inside: bool = False) -> list[NodeView]:
    """The parts of a form the pen fills in; rows keep what tells them apart, read-only."""
    found: list[NodeView] = []
    for node in nodes:
        if node.hidden:
            continue
        mine = inside or node.leaf.schema.get("x-required-at") in PEN_STAGES
        if isinstance(node, GroupView):
            children = pen_nodes(node.children, inside=mine)
            found += children
        elif isinstance(node, RowsView):
            if node.rows and (mine or any(_is_pen(c.leaf) for c in node.columns)):
                found.append(_pen_rows(node, everything=mine))
        elif mine:
            found.append(node)
    return found


def _pen_rows(node: RowsView, *, everything: bool) -> RowsView:
    """Columns for the pen, behind the printed ones that tell the rows apart."""
    printed = [
        c.leaf.key
        for c in node.columns
        if isinstance(c, FieldView) and not everything and not _is_pen(c.leaf)
    ]
    named = [
        key for key in printed if any(c.leaf.key == key and c.text for r in node.rows for c in _fields(r))
    ]
    kept = set(named[:NAMING_COLUMNS])
    for row in node.rows:
        row.cells = [c for c in row.cells if everything or _is_pen(c.leaf) or c.leaf.key in kept]
        for cell in _fields(row):
            cell.readonly = cell.leaf.key in kept
    node.columns = [c for c in node.columns if everything or _is_pen(c.leaf) or c.leaf.key in kept]
    return node


def _fields(row: RowView) -> list[FieldView]:
    return [cell for cell in row.cells if isinstance(cell, FieldView)]


def _is_pen(leaf: Field) -> bool:
    return leaf.schema.get("x-required-at") in PEN_STAGES


def pen_values(before: Json, after: Json) -> dict[str, Any]:
    """What the form changed, by place; None for what was emptied."""
    return {str(op["at"]): op.get("value") for op in changes(before, after) if op["op"] in ("set", "remove")}


def typed_lines(form: MultiDict[str, str]) -> list[Line]:
    """The corrections that are not quite empty."""
    columns = [form.getlist(f"correction_{name}")[:MOST_LINES] for name in ("page", "at", "new")]
    return [Line(page.strip(), at, new) for page, at, new in zip(*columns, strict=False) if page or at or new]


def corrections_of(
    dt: DocumentType, body: Json, lines: list[Line], today: date
) -> tuple[list[PenCorrection], list[Problem]]:
    """The corrections, and what is wrong with the lines that are none. ``today`` completes dates without a year."""
    made, wrong = [], []
    for number, line in enumerate(lines, start=1):
        label = f"笔误更正第{number}行"
        leaf = _leaf_at(dt, body, line.at)
        if leaf is None:
            wrong.append(Problem(NO_REASON, "请选择更正的是哪一项。", f"/correction/{number}", label))
            continue
        if not (
            line.page.isascii() and line.page.isdigit() and len(line.page) < 4 and 0 < int(line.page) < 1000
        ):
            wrong.append(Problem(NO_REASON, "请填写更正在第几页（数字）。", f"/correction/{number}", label))
            continue
        outcome = read(leaf, [line.new], places.get(body, line.at, ABSENT), None, today)
        if outcome.raw is not None or outcome.value is ABSENT:
            text = outcome.message or "请填写更正后的内容。"
            wrong.append(Problem(NO_REASON, text, f"/correction/{number}", label))
            continue
        made.append(PenCorrection(int(line.page), line.at, outcome.value))
    return made, wrong


def _leaf_at(dt: DocumentType, body: Json, at: str) -> Field | None:
    try:
        return dt.leaf(places.to_indexed(body, at)) if at.startswith("/") else None
    except LookupError:
        return None


def printed_places(dt: DocumentType, content: VersionContent) -> list[tuple[str, str]]:
    """(keyed place, label with the value printed) of every printed value the pen may have corrected."""
    hidden = set(content.envelope.get("hidden", ()))
    found = []
    for place in dt.places(content.body):
        leaf = place.field
        if not leaf.is_leaf or leaf.is_row_key or leaf.widget == "hidden" or place.pointer in hidden:
            continue
        if place.value is None or _is_pen(leaf) or leaf.schema.get("x-not-printed"):
            continue
        text = value_text(leaf, place.value).replace("\n", " ")
        shown = text if len(text) <= 24 else text[:23] + "…"
        found.append((places.to_keyed(content.body, place.pointer), f"{dt.label(place.pointer)}（{shown}）"))
    return found
