"""What the form shows of a list of equipment: what people state, and in one panel what the server says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.widget_rows import COMPUTED, day_of, text_of
from formserver.web.forms.views import NodeView, RowsView, RowView

COLOURS: Final[Mapping[str, str]] = {"疑似淘汰": "red", "待确认": "amber", "限制": "blue", "未命中": "green"}
_BY_PEOPLE: Final = ("manual_confirm", "manual_reason")


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result. ``stale``: the catalogues or rules have changed since; asking anew may give another."""

    suggestion: str
    colour: str
    note: str
    hit: str
    catalogue: str
    deadline: str
    on: str
    stale: bool


@dataclass(frozen=True, slots=True)
class WidgetRow:
    """One piece of equipment: what is stated, the result (None before there is one), what people decide."""

    row: RowView
    stated: tuple[NodeView, ...]
    decided: tuple[NodeView, ...]
    result: ResultView | None


@dataclass(frozen=True, slots=True)
class Widget:
    """The list. ``stated`` and ``decided`` are the pattern of a new row."""

    rows: RowsView
    drawn: tuple[WidgetRow, ...]
    stated: tuple[NodeView, ...]
    decided: tuple[NodeView, ...]

    @property
    def stale(self) -> bool:
        """Whether a drawn result rests on rules that have changed."""
        return any(one.result is not None and one.result.stale for one in self.drawn)


def widget_of(view: RowsView, library: EquipmentLibrary) -> Widget:
    """The view of a drawn list; of those whose results alone are wanted (``live``) only these rows."""
    rows = [row for row in view.rows if view.live is None or row.key in view.live]
    stamps: dict[str, str] = {}
    drawn = tuple(
        WidgetRow(row, _stated(row.cells), _decided(row.cells), _result(row, library, stamps)) for row in rows
    )
    return Widget(view, drawn, _stated(view.columns), _decided(view.columns))


def _stated(cells: list[NodeView]) -> tuple[NodeView, ...]:
    return tuple(c for c in cells if c.leaf.key not in COMPUTED and c.leaf.key not in _BY_PEOPLE)


def _decided(cells: list[NodeView]) -> tuple[NodeView, ...]:
    return tuple(cell for cell in cells if cell.leaf.key in _BY_PEOPLE)


def _result(row: RowView, library: EquipmentLibrary, stamps: dict[str, str]) -> ResultView | None:
    said = text_of(row.data, "system_suggestion")
    if not said:
        return None
    on, by = text_of(row.data, "compared_on"), text_of(row.data, "compared_by")
    return ResultView(
        suggestion=said,
        colour=COLOURS.get(said, "grey"),
        note=text_of(row.data, "suggestion_note"),
        hit=text_of(row.data, "list_hit"),
        catalogue=text_of(row.data, "elim_catalog"),
        deadline=text_of(row.data, "elim_deadline"),
        on=on,
        stale=bool(by) and by != _stamp(on, library, stamps),
    )


def _stamp(on: str, library: EquipmentLibrary, stamps: dict[str, str]) -> str:
    day = day_of(on)
    if day is None:
        return ""
    if on not in stamps:
        stamps[on] = library.stamp(day)
    return stamps[on]
