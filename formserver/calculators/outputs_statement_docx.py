"""企业能耗达标情况表 as a Word file: the same places, words and numbers as the sheet to print."""

from __future__ import annotations

from collections.abc import Sequence

from formserver.calculators.outputs_statement import Statement, heading_of
from formserver.rendering.paper_writing import Cell, Paper


def statement_docx(statement: Statement) -> bytes:
    """The file; the same statement gives the same bytes."""
    layout = statement.layout
    paper = Paper(
        layout.title,
        landscape=layout.landscape,
        margins=layout.margins,
        warning=statement.warning,
        footer=layout.title,
    )
    paper.text(layout.title, "title")
    if layout.subtitle:
        paper.text(layout.subtitle, "subtitle")
    _pairs(paper, statement.facts, layout.facts_per_line)
    totals = [
        (title, f"{shown.text}{f'（{share}）' if share else ''}") for title, shown, share in statement.totals
    ]
    if totals:
        _pairs(paper, totals, layout.facts_per_line)
    paper.table(
        [*_head(statement), *_lines(statement)],
        [float(column.width) for column in layout.columns],
        header=2,
        style="fine",
    )
    rows = [[Cell("判定", "center", shaded=True), Cell("\n".join(statement.sentences))]]
    if layout.actions:
        words = "　　".join(f"□ {text}" for text in layout.actions)
        rows.append([Cell("处理意见", "center", shaded=True), Cell(words)])
    paper.table(rows, [1, 9])
    if layout.signatures:
        paper.table([[Cell(f"{title}：\n") for title in layout.signatures]], [1.0] * len(layout.signatures))
    for number, text in enumerate(layout.notes, start=1):
        paper.text(f"注{number}：{text}", "note")
    return paper.docx()


def _pairs(paper: Paper, pairs: Sequence[tuple[str, str]], per_line: int) -> None:
    rows = []
    for begin in range(0, len(pairs), per_line):
        line = [*pairs[begin : begin + per_line]]
        line += [("", "")] * (per_line - len(line))
        rows.append(
            [cell for title, text in line for cell in (Cell(title, "center", shaded=True), Cell(text))]
        )
    paper.table(rows, [1.25, 2.0] * per_line)


def _head(statement: Statement) -> list[list[Cell]]:
    upper, lower, place = [], [], 0
    columns = statement.layout.columns
    for group, count in statement.layout.headers:
        if group:
            upper.append(Cell(group, "center", bold=True, shaded=True, span=count))
            lower += [
                Cell(heading_of(c), "center", bold=True, shaded=True) for c in columns[place : place + count]
            ]
        else:
            upper.append(Cell(heading_of(columns[place]), "center", bold=True, shaded=True, rows=2))
        place += count
    return [upper, lower]


def _lines(statement: Statement) -> list[list[Cell]]:
    columns = statement.layout.columns
    return [
        [Cell(cell.text, column.align) for column, cell in zip(columns, cells, strict=True)]
        for cells in statement.rows
    ]
