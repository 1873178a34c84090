"""What the page 能效等级 shows: kinds of equipment, the inputs of the chosen one, the answer and the rows around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formserver.calculation.grade_asking import asked_for, read_grade_inputs
from formserver.calculation.grade_model import GRADES, GradeRequest, GradeTable, Row
from formserver.calculation.model import Input
from formserver.calculation.results import Trouble, as_json
from formserver.calculators.grades_service import Grades
from formserver.calculators.ladder_page import LONGEST, FieldRow, messages_of, row_of
from formserver.core.definitions.parsing_dates import parse_date
from formserver.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the standard's table: its place and the limits of each criterion, "" where unknown."""

    title: str
    limits: tuple[tuple[str, ...], ...]
    here: bool


@dataclass(frozen=True, slots=True)
class GradesPage:
    """The whole page."""

    kinds: tuple[tuple[str, str, str], ...]
    name: str
    table: GradeTable
    typed: Mapping[str, str]
    rows: tuple[FieldRow, ...]
    result: Mapping[str, Any] | None
    troubles: tuple[Trouble, ...]
    around: tuple[RowView, ...]
    told: bool

    @property
    def messages(self) -> dict[str, str]:
        """What to say beside which field."""
        return messages_of(self.troubles, told=self.told)

    @property
    def summary(self) -> str:
        """One line for people who cannot see the result."""
        if self.result is None:
            return ""
        return f"{self.result['state']}：{self.result['grade'] or '等级未定'}"


def page_of(
    grades: Grades, actor: Actor, form: Mapping[str, str], today: date, *, told: bool, calculated: bool
) -> GradesPage:
    """The page for what was typed. Raises NOT_ALLOWED, GRADES_UNKNOWN."""
    typed = {key: str(value)[:LONGEST] for key, value in form.items()}
    library = grades.library
    name = typed.get("kind") or library.names()[0]
    typed = {"on": today.isoformat(), **typed, "kind": name}
    parsed = parse_date(typed["on"], today)
    on = date.fromisoformat(parsed.value) if parsed.value else None
    table = library.choose(name, on or today).table
    troubles: tuple[Trouble, ...] = ()
    if on is None:
        message = parsed.question or "请填写年月日。"
        troubles = (Trouble("INVALID_INPUT", "on", "适用日期", message),)
    result = None
    if calculated and on is not None:
        result = grades.grade(actor, GradeRequest(name, on, typed))
        troubles += result.troubles
    switches = {key for one in table.keys for key in one.only_for}
    model = Input("model", "型号", "text", required=False, help="可不填；型号只作提示，不作判定依据。")
    return GradesPage(
        kinds=tuple(_kind(one, library.editions(one)[-1]) for one in library.names()),
        name=name,
        table=table,
        typed=typed,
        rows=tuple(
            row_of(one, typed, switch=one.key in switches) for one in (*asked_for(table, typed), model)
        ),
        result=None if result is None else as_json(result),
        troubles=troubles,
        around=_around(table, typed),
        told=told,
    )  # fmt: skip


def _kind(name: str, table: GradeTable) -> tuple[str, str, str]:
    return name, table.title, table.standard


def _around(table: GradeTable, typed: Mapping[str, str]) -> tuple[RowView, ...]:
    """The rows of the same kind (same poles, same type), for the number asked first; limits as the standard has them."""
    read = read_grade_inputs(table, typed)
    found = [
        row
        for row in table.rows
        if all(row.at.get(key) in (None, value) for key, value in read.chosen.items())
        and all(one.kind != "choice" or one.key in read.chosen for one in table.keys if one.key in row.at)
    ]
    numbers = {key: format(value.normalize(), "f") for key, value in read.numbers.items()}
    return tuple(
        RowView(
            _short_title(table, row),
            tuple(
                tuple(
                    "" if (value := row.limits[criterion.key][grade].value) is None else f"{value:f}"
                    for grade in GRADES
                )
                for criterion in table.criteria
            ),
            here=bool(numbers) and all(row.at.get(key) == value for key, value in numbers.items()),
        )
        for row in found
    )


def _short_title(table: GradeTable, row: Row) -> str:
    """The numbers alone: what was chosen is the same in all rows."""
    return "，".join(
        f"{row.at[one.key]}{one.unit}" for one in table.keys if one.kind == "number" and one.key in row.at
    )
