"""What the pages of lists show, in the words of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, url_for

from formserver.equipment.columns import BY_KEY, COLUMNS
from formserver.equipment.lists_counting import STANDINGS
from formserver.equipment.lists_repository import Figure
from formserver.equipment.lists_service import CHECKED, ListPage
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.reading.headings import plain_heading
from formserver.equipment.reading.model import Heading, OpenedList, ReadPlan, SheetPlan, StatedRow
from formserver.equipment.reading.reader import read_rows

REVIEW: Final = "equipment.review_rows"
COLOURS: Final = {
    "eliminated": "red",
    "review": "amber",
    "restricted": "amber",
    "ok": "green",
    "blocked": "grey",
}
SAYS: Final[Mapping[str, str]] = {
    "eliminated": "型号列入淘汰目录。",
    "review": "资料不足或依据待核，须由人确认。",
    "restricted": "限制使用、低于现行能效标准或即将到期。",
    "ok": "目录没有涉及。",
    "blocked": "这些行有错误，改好后重新上传才能识别。",
}
NOTICES: Final[Mapping[str, str]] = {
    "remembered": "列的含义沿用这家企业上一次确认的结果，没有再问。",
    "template": "表头与模板一致，列的含义没有再问。",
    "certain": "各列的含义都能从表头确定，没有再问。",
    "others": "认识的各列含义都能从表头确定，没有再问；其余的列照原样保留，不参与识别。",
}
"""Why nobody was asked what columns mean."""
SURE_WORDS: Final[Mapping[str, str]] = {
    "certain": "确定",
    "likely": "可能",
    "chosen": "人工",
    "none": "",
    "": "",
}
SURE_COLOURS: Final[Mapping[str, str]] = {"certain": "green", "likely": "amber", "chosen": "blue"}
_TEMPLATE: Final = [plain_heading(column.title) for column in COLUMNS]
PREVIEW_ROWS: Final = 5
MOST_COLUMNS: Final = 600


@dataclass(frozen=True, slots=True)
class FigureLine:
    """Rows and units of one standing; ``url`` leads to the rows, "" where no page shows them."""

    standing: str
    word: str
    colour: str
    rows: int
    units: int
    says: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """The one button of a page."""

    title: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a sheet as they would be read: headings, then per row (row number, values, problems)."""

    sheet: str
    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str], Sequence[str]]]


def figures_of(page: ListPage) -> list[FigureLine]:
    """Every standing in its order, zeros too; empty while nothing was checked."""
    if page.one.state not in CHECKED:
        return []
    return [
        FigureLine(
            standing,
            VERDICT_WORDS.get(standing, "未识别"),
            COLOURS[standing],
            page.figures.get(standing, Figure()).rows,
            page.figures.get(standing, Figure()).units,
            SAYS[standing],
            rows_url(page.one, standing=standing),
        )
        for standing in STANDINGS
    ]


def rows_url(one: EquipmentList, **narrowed: Any) -> str:
    """The page of rows; "" where this server has none."""
    if REVIEW not in current_app.view_functions:
        return ""
    return url_for(REVIEW, list_id=one.id, **narrowed)


def next_step(one: EquipmentList) -> Step | None:
    """What comes next; None while nobody can do anything."""
    if one.state is ListState.MAPPING:
        return Step("确认列的含义", url_for("equipment.list_columns", list_id=one.id), "right")
    if one.state in CHECKED:
        url = rows_url(one)
        return Step("看结果", url, "right") if url else None
    if one.state is ListState.CHECKING:
        return None
    return Step("重新上传", url_for("equipment.list_new", previous=one.id), "upload")


def notice_of(how: str, plan: ReadPlan | None) -> str:
    """Why nobody was asked what the columns of a list mean (``how`` as its mapping keeps it); "" where a person said it."""
    if how != "certain" or plan is None:
        return NOTICES.get(how, "")
    read = [
        [heading for heading in sheet.headings if heading.title] for sheet in plan.sheets if not sheet.skip
    ]
    if all([plain_heading(heading.title) for heading in found] == _TEMPLATE for found in read):
        return NOTICES["template"]
    others = any(not heading.key for found in read for heading in found)
    return NOTICES["others" if others else "certain"]


def sheets_of(plan: ReadPlan | None) -> list[tuple[str, str]]:
    """Each sheet with how it was read, or why not."""
    if plan is None:
        return []
    return [
        (sheet.title, sheet.why or "没有读取。")
        if sheet.skip
        else (
            sheet.title,
            f"表头在第 {sheet.head_row} 行，其下 {sheet.rows} 行。"
            if sheet.head_row
            else f"没有表头，{sheet.rows} 行。",
        )
        for sheet in plan.sheets
    ]


def columns_shown(plan: ReadPlan) -> list[list[Heading]]:
    """For each sheet the columns a person can speak about: of sheets that are read, not those that are wholly empty.

    A workbook of hundreds of wide sheets would make a page nobody can open: what goes beyond is left as proposed.
    """
    left, shown = MOST_COLUMNS, []
    for sheet in plan.sheets:
        columns = (
            [] if sheet.skip else [one for one in sheet.headings if one.title or one.examples or one.key]
        )
        shown.append(columns if len(columns) <= left else [])
        left -= len(shown[-1])
    return shown


def preview_of(opened: OpenedList, plan: ReadPlan, one: EquipmentList) -> list[Preview]:
    """The first rows of every sheet that is read. Raises LIST_PLAN_UNFIT."""
    rows: dict[str, list[StatedRow]] = {}
    for stated in read_rows(opened, plan, one.as_of):
        kept = rows.setdefault(stated.sheet, [])
        if len(kept) < PREVIEW_ROWS:
            kept.append(stated)
    return [_preview(sheet, rows.get(sheet.title, [])) for sheet in plan.sheets if not sheet.skip]


def _preview(sheet: SheetPlan, rows: Sequence[StatedRow]) -> Preview:
    """Columns nobody filled in these rows are left out, so that the table stays narrow."""
    known = {heading.key for heading in sheet.headings}
    keys = [
        column.key
        for column in COLUMNS
        if column.key in known and (column.required or any(row.values.get(column.key) for row in rows))
    ]
    lines = [
        (row.row, [row.values.get(key, "") for key in keys], [one.message for one in row.problems])
        for row in rows
    ]
    return Preview(sheet.title, [BY_KEY[key].title for key in keys], lines)


def remarks_of(one: EquipmentList) -> list[str]:
    """What reading said about the file as a whole."""
    tally, plan = one.mapping.get("tally", {}), one.mapping.get("plan", {})
    texts = [*plan.get("remarks", ()), *tally.get("remarks", ())]
    return list(dict.fromkeys(str(text) for text in texts))
