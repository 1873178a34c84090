"""An uploaded workbook as rows to calculate: which sheet is which product, which column is what, where it stands.

Nothing is dropped: a sheet or column nobody understands is named, an unreadable cell makes its row an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from formserver.calculation.energy import EnergyLine
from formserver.calculation.library import Library
from formserver.calculation.requests import PRODUCTION_STATES, Request
from formserver.calculators.batch_book import EXAMPLE, OTHER_SHEET, WORDS_SHEET
from formserver.calculators.batch_columns import (
    BatchColumn,
    BatchProduct,
    batch_product,
    by_heading,
    heading_key,
)
from formserver.calculators.batch_energies import LONGEST, OtherLines, other_lines
from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.errors import AppError
from formserver.rendering.sheet_reading import NOT_A_WORKBOOK, Table, cell_text, letters, read_sheets

MOST_ROWS: Final = 20_000
_HEAD_SEARCH: Final = 10
_STATES: Final = {title: key for key, title in PRODUCTION_STATES.items()}


@dataclass(slots=True)
class BatchRow:
    """One line. ``columns`` of energy lines lead a trouble back to its cell; ``faults`` stand against calculating."""

    number: int
    cells: Sequence[Any]
    facts: dict[str, str] = field(default_factory=dict)
    request: Request | None = None
    energy_columns: tuple[int | None, ...] = ()
    faults: list[str] = field(default_factory=list)
    example: bool = False


@dataclass(slots=True)
class BatchSheet:
    """One sheet of a product. ``places`` maps column keys to where they stand."""

    title: str
    product: BatchProduct
    headings: Sequence[Any]
    first_row: int
    places: Mapping[str, int]
    table: Table
    others: OtherLines

    def __len__(self) -> int:
        """Lines to calculate, the example not counted."""
        return sum(
            any(cell_text(c) for c in cells) and not self._is_example(cells)
            for cells in self.table[self.first_row - 1 :]
        )

    def _is_example(self, cells: Sequence[Any]) -> bool:
        place = self.places.get("fact/enterprise", len(cells))
        return place < len(cells) and cell_text(cells[place]).startswith(EXAMPLE)

    def rows(self, today: date) -> Iterator[BatchRow]:
        """Every line that holds something, read one after another."""
        for number, cells in enumerate(self.table[self.first_row - 1 :], start=self.first_row):
            if any(cell_text(cell) for cell in cells):
                yield _read_row(self, number, cells, today)

    def unused_others(self) -> list[str]:
        """Lines of 其他能源 that name this sheet and no row of it: said, never lost."""
        held = {
            number
            for number, cells in enumerate(self.table[self.first_row - 1 :], start=self.first_row)
            if any(cell_text(cell) for cell in cells)
        }
        return [
            f"“{OTHER_SHEET}”第{number}行没有计入：“{self.title}”中没有第{row}行数据，请核对数据行号。"
            for row, lines in self.others.items()
            if row not in held
            for number, _ in lines
        ]

    def where(self, key: str, number: int) -> str:
        """``第5行 F列“熟料产量（t）”``: where a person finds a value."""
        place = self.places.get(key)
        if place is None:
            column = next((c for c in self.product.columns if c.key == key), None)
            return f"第{number}行（缺少列“{column.heading.rstrip(' *')}”）" if column else f"第{number}行"
        return f"第{number}行 {letters(place)}列“{cell_text(self.headings[place]).rstrip(' *')}”"


@dataclass(frozen=True, slots=True)
class BatchBook:
    """What a file holds."""

    sheets: tuple[BatchSheet, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Lines to calculate."""
        return sum(len(sheet) for sheet in self.sheets)


def read_batch(data: bytes, name: str, library: Library, on: date) -> BatchBook:
    """The product sheets of a workbook. Raises NOT_A_WORKBOOK with the reason and the way out."""
    tables = read_sheets(data, name)
    others = dict(other_lines(dict(tables).get(OTHER_SHEET, ())))
    sheets: list[BatchSheet] = []
    remarks: list[str] = []
    for title, table in tables:
        if title in (OTHER_SHEET, WORDS_SHEET) or not any(cell_text(c) for row in table for c in row):
            continue
        found = _product_sheet(title, table, library, on, others.pop(title, {}), remarks)
        if found is None:
            remarks.append(f"工作表“{title}”看不出是哪种产品，没有计算。请使用本页下载的数据表填写。")
        else:
            sheets.append(found)
    remarks += [
        f"“{OTHER_SHEET}”中写到的工作表“{title}”不存在，这些能源没有计入。" for title in others if title
    ]
    book = BatchBook(tuple(sheets), tuple(remarks))
    if not sheets:
        why = "".join(f"；{text.rstrip('。')}" for text in remarks[:3])
        raise NOT_A_WORKBOOK(
            name=name, reason=f"没有找到可以计算的工作表，请先在本页下载数据表，填好后上传{why}"
        )
    if book.rows > MOST_ROWS:
        raise NOT_A_WORKBOOK(
            name=name, reason=f"共有 {book.rows} 行，一次最多 {MOST_ROWS} 行，请拆成几个文件"
        )
    if not book.rows:
        why = "".join(f"；{text.rstrip('。')}" for text in remarks[:3])
        raise NOT_A_WORKBOOK(name=name, reason=f"除示例行外没有内容，请填好后再上传{why}")
    return book


def _product_sheet(
    title: str,
    table: Table,
    library: Library,
    on: date,
    others: OtherLines,
    remarks: list[str],
) -> BatchSheet | None:
    keyed = next(
        (
            i
            for i, row in enumerate(table[:_HEAD_SEARCH])
            if cell_text(row[0] if row else "") == "fact/enterprise"
        ),
        None,
    )
    if keyed is None or keyed + 1 >= len(table):
        return None
    keys = [cell_text(cell) for cell in table[keyed]]
    name = next((key for key in reversed(keys) if "." in key), "")
    try:
        product = batch_product(library, name, on)
    except AppError as error:
        remarks.append(f"工作表“{title}”：{error.message()}")
        return None
    known = {column.key for column in product.columns}
    headings = table[keyed + 1]
    titles = by_heading(product.columns)
    places: dict[str, int] = {}
    for place, cell in enumerate(headings):
        text = cell_text(cell)
        key = keys[place] if place < len(keys) else ""
        by_title = titles.get(heading_key(text))
        found = key if key in known else by_title.key if by_title else ""
        if found and found not in places:
            places[found] = place
        elif text:
            remarks.append(f"工作表“{title}”{letters(place)}列“{text[:30]}”不参与计算，结果文件中原样保留。")
    return BatchSheet(title, product, headings, keyed + 3, places, table, others)


def _read_row(sheet: BatchSheet, number: int, cells: Sequence[Any], today: date) -> BatchRow:
    row = BatchRow(number, cells)
    values = {
        key: cell_text(cells[place]) if place < len(cells) else "" for key, place in sheet.places.items()
    }
    row.facts = {key.removeprefix("fact/"): text for key, text in values.items() if key.startswith("fact/")}
    if row.facts.get("enterprise", "").startswith(EXAMPLE):
        row.example = True
        return row
    long = [key for key, text in values.items() if len(text) > LONGEST]
    row.faults += [f"{sheet.where(key, number)}：内容超过 {LONGEST} 个字，请核对。" for key in long]
    if not row.facts.get("enterprise"):
        row.faults.append(f"{sheet.where('fact/enterprise', number)}：请填写企业名称。")
    start, end = _period(sheet, row, today)
    state = _chosen(sheet, row, "state", _STATES, "normal")
    new = _chosen(sheet, row, "new", {"是": True, "否": False}, False)
    energy, columns = _energy(sheet, row, values)
    if row.faults or start is None or end is None:
        return row
    row.energy_columns = columns
    row.request = Request(
        calculator=sheet.product.calculator.name,
        product=sheet.product.product.key,
        start=start,
        end=end,
        inputs={key.removeprefix("input/"): text for key, text in values.items() if key.startswith("input/")},
        energy=energy,
        edition=row.facts.get("edition", ""),
        new_project=bool(new),
        production_state=str(state),
    )
    return row


def _period(sheet: BatchSheet, row: BatchRow, today: date) -> tuple[date | None, date | None]:
    first, last = row.facts.get("start", ""), row.facts.get("end", "")
    year = first.removesuffix("年").strip()
    if len(year) == 4 and year.isdecimal() and year.isascii() and 1990 <= int(year) <= 2100:
        first, last = f"{year}-01-01", last or f"{year}-12-31"
        if last.removesuffix("年").strip() == year:
            last = f"{year}-12-31"
    days: list[date | None] = []
    for key, text in (("start", first), ("end", last)):
        found = parse_date(text, today)
        days.append(date.fromisoformat(str(found.value)) if found.value else None)
        if found.value is None:
            ask = found.question or f"请填写日期，例如 {today.year - 1}-01-01。"
            row.faults.append(f"{sheet.where(f'fact/{key}', row.number)}：{ask}")
    return days[0], days[1]


def _chosen(sheet: BatchSheet, row: BatchRow, key: str, known: Mapping[str, Any], default: Any) -> Any:
    text = row.facts.get(key, "")
    if text and text not in known:
        words = "、".join(known)
        row.faults.append(f"{sheet.where(f'fact/{key}', row.number)}：没有“{text[:20]}”，请填 {words} 之一。")
    return known.get(text, default)


def _energy(
    sheet: BatchSheet, row: BatchRow, values: Mapping[str, str]
) -> tuple[tuple[EnergyLine, ...], tuple[int | None, ...]]:
    """The energy lines of a row: its own columns first, then those of the other sheet."""
    lines: list[EnergyLine] = []
    columns: list[int | None] = []
    by_key: Mapping[str, BatchColumn] = {column.key: column for column in sheet.product.columns}
    for key, text in values.items():
        part, _, carrier = key.partition("/")
        if part not in ("in", "out") or not text:
            continue
        heat = values.get(f"heat/{carrier}", "") if part == "in" else ""
        lines.append(
            EnergyLine(
                carrier=carrier,
                direction=part,
                amount=text,
                unit=by_key[key].unit,
                q_net=heat,
                q_unit=by_key[f"heat/{carrier}"].unit if heat else "",
            )
        )
        columns.append(sheet.places[key])
    for number, line in sheet.others.get(row.number, ()):
        if isinstance(line, str):
            row.faults.append(f"“{OTHER_SHEET}”第{number}行：{line}")
        else:
            lines.append(line)
            columns.append(None)
    return tuple(lines), tuple(columns)
