"""The efficiency grade of a motor, transformer, compressor, pump or fan, looked up in its standard's table.

Compared with the full value (全数值比较法). Powers that stand in no row are never interpolated. A grade rests on the
limit that was kept and the next stricter one that was not; both must be known, and confirmed where recalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.grade_asking import GradeInputs, read_grade_inputs
from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_model import (
    BELOW,
    GRADE_WORDS,
    GRADES,
    Criterion,
    CriterionResult,
    GradeRequest,
    GradeResult,
    GradeState,
    GradeTable,
    Row,
    Series,
)
from formserver.calculation.judging import is_unconfirmed
from formserver.calculation.model import Confidence, Figure
from formserver.calculation.results import Trouble, plain
from formserver.calculation.rounding import passes


def grade(library: GradeLibrary, request: GradeRequest, *, confirmed: Confirmed = nobody) -> GradeResult:
    """The grade. Bad input gives troubles, never an exception; raises GRADES_UNKNOWN for equipment there is not."""
    chosen = library.choose(request.table, request.on, request.edition)
    table = chosen.table
    with localcontext() as context:
        context.prec = 60
        read = read_grade_inputs(table, request.inputs)
        troubles = list(read.troubles)
        row: Row | None = None
        neighbours: tuple[str, ...] = ()
        if chosen.trouble is not None:
            troubles.insert(0, chosen.trouble)
        else:
            row, neighbours, trouble = find_row(table, read)
            if trouble is not None:
                troubles.append(trouble)
        results: list[CriterionResult] = []
        if row is not None:
            for criterion in table.criteria:
                value = read.values.get(criterion.key)
                if value is not None:
                    results.append(_against(criterion, value, row))
        return _answer(table, request, read, row, neighbours, results, troubles, confirmed)


def find_row(table: GradeTable, read: GradeInputs) -> tuple[Row | None, tuple[str, ...], Trouble | None]:
    """The row of these keys; else the rows beside it and what stands against it."""
    choices = [one for one in table.keys if one.kind == "choice" and one.asked(read.chosen)]
    if any(not read.chosen.get(one.key) for one in choices):
        return None, (), None
    rows = [row for row in table.rows if all(row.at.get(one.key) == read.chosen[one.key] for one in choices)]
    if not rows:
        first = table.keys[0]
        word = next((c.title for c in first.choices if c.value == read.chosen.get(first.key)), table.title)
        message = f"{table.standard}中{word}的限值未录入，须由维护人员按标准原文录入后才能判定等级。"
        return None, (), Trouble("LIMIT_UNKNOWN", first.key, first.title, message)
    for one in table.keys:
        if one.kind != "number" or not one.asked(read.chosen):
            continue
        wanted = read.numbers.get(one.key)
        if wanted is None:
            return None, (), None
        exact = [row for row in rows if Decimal(row.at[one.key]) == wanted]
        if not exact:
            known = sorted({Decimal(row.at[one.key]) for row in rows})
            lower = [k for k in known if k < wanted][-1:]
            upper = [k for k in known if k > wanted][:1]
            beside = tuple(f"{plain(k)}{one.unit}" for k in lower + upper)
            where = "相邻的是" if len(beside) == 2 else "最近的是"
            message = (
                f"{table.standard}的表中没有{plain(wanted)}{one.unit}一行，{where}{'和'.join(beside)}。"
                f"{table.outside}"
            )
            return None, beside, Trouble("OUT_OF_TABLE_RANGE", one.key, one.title, message)
        rows = exact
    return rows[0], (), None


def _against(criterion: Criterion, value: Decimal, row: Row) -> CriterionResult:
    limits = row.limits[criterion.key]
    kept = {
        number: None
        if limits[number].value is None
        else passes(value, limits[number].value or Decimal(0), direction=criterion.direction)
        for number in GRADES
    }
    possible = [
        number
        for number in (*GRADES, BELOW)
        if all(kept[looser] is not False for looser in GRADES if looser >= number)
        and all(kept[stricter] is not True for stricter in GRADES if stricter < number)
    ]
    return CriterionResult(
        criterion.key, criterion.title, criterion.unit, criterion.direction, value, limits, tuple(possible)
    )


def _resting_on(results: list[CriterionResult], settled: int) -> list[Figure]:
    """The figures a grade rests on: the limits all criteria keep, and the stricter ones the worst does not."""
    worst = [one for one in results if one.grades == (settled,)]
    if settled == BELOW:  # one failure is enough; the surest is shown
        failing = [one.limits[3] for one in worst]
        return sorted(failing, key=lambda figure: figure.confidence is not Confidence.VERIFIED)[:1]
    kept = [one.limits[settled] for one in results]
    return kept + [one.limits[settled - 1] for one in worst if settled > 1]


def _answer(
    table: GradeTable,
    request: GradeRequest,
    read: GradeInputs,
    row: Row | None,
    neighbours: tuple[str, ...],
    results: list[CriterionResult],
    troubles: list[Trouble],
    confirmed: Confirmed,
) -> GradeResult:
    complete = row is not None and len(results) == len(table.criteria)
    lows = [result.grades[0] for result in results]
    highs = [result.grades[-1] for result in results]
    best, worst = (max(lows), max(highs)) if complete else (1, BELOW)
    grades = tuple(range(best, worst + 1)) if complete else ()
    if complete and len(grades) > 1:
        troubles += [_unknown(table, one) for one in results if len(one.grades) > 1]
    settled = grades[0] if len(grades) == 1 else None
    resting = [] if settled is None else _resting_on(results, settled)
    unconfirmed = _unconfirmed(resting, confirmed)
    state = GradeState.INCOMPLETE
    if settled is not None and not troubles:
        state = GradeState.UNCONFIRMED if unconfirmed else GradeState.SETTLED
    verdict, floor = _minimum(results) if complete else (None, [])
    floor_open = _unconfirmed(floor, confirmed)
    said = {True: GradeState.UNCONFIRMED, False: GradeState.SETTLED}
    return GradeResult(
        table=table.name,
        title=table.title,
        standard=table.standard,
        standard_title=table.standard_title,
        edition=table.edition,
        definitions=((table.id, table.sha256),),
        on=request.on,
        state=state,
        grade=GRADE_WORDS[settled] if settled is not None else "",
        grades=tuple(GRADE_WORDS[one] for one in grades),
        passes=verdict,
        passes_state=GradeState.INCOMPLETE if verdict is None else said[bool(floor_open)],
        row=row_title(table, row) if row is not None else "",
        neighbours=neighbours,
        criteria=tuple(results),
        steps=read.steps,
        troubles=tuple(troubles),
        unconfirmed=unconfirmed,
        remarks=tuple(_remarks(table, request.inputs, row, read)),
        sources=tuple(dict.fromkeys(f.source for f in resting if f.source)),
    )


def _minimum(results: list[CriterionResult]) -> tuple[bool | None, list[Figure]]:
    """Whether the 能效限定值 (grade 3) is kept by all criteria, and the figures that say so."""
    if any(one.grades == (BELOW,) for one in results):
        return False, _resting_on(results, BELOW)
    if any(BELOW in one.grades for one in results):
        return None, []
    return True, [one.limits[3] for one in results]


def _unconfirmed(figures: list[Figure], confirmed: Confirmed) -> tuple[Figure, ...]:
    found = {one.id: one for one in figures if is_unconfirmed(one, confirmed)}
    return tuple(found.values())


def _unknown(table: GradeTable, result: CriterionResult) -> Trouble:
    lacking = "、".join(f"{one}级" for one in GRADES if result.limits[one].value is None)
    could = "或者".join(GRADE_WORDS[one] for one in result.grades)
    return Trouble(
        "LIMIT_UNKNOWN",
        result.key,
        result.title,
        f"{result.title}的{lacking}限值未录入，只知道是{could}；须由维护人员按{table.standard}原文录入。",
    )


def row_title(table: GradeTable, row: Row) -> str:
    """How people name a row: 4极，11kW."""
    parts = []
    for one in table.keys:
        text = row.at.get(one.key)
        if text is not None:
            word = next((choice.title for choice in one.choices if choice.value == text), text)
            parts.append(f"{word}{one.unit if one.kind == 'number' else ''}")
    return "，".join(parts)


def _remarks(table: GradeTable, inputs: Mapping[str, str], row: Row | None, read: GradeInputs) -> list[str]:
    found = []
    hint = series_hint(table, inputs.get("model", ""))
    if hint is not None:
        sure = "" if hint.confidence is Confidence.VERIFIED else "（凭记忆）"
        found.append(f"型号提示{sure}：{hint.says}。等级以铭牌、能效标识或者检测报告的数值为准。")
    if row is not None and row.note:
        found.append(row.note)
    first = table.keys[0]
    note = first.notes.get(read.chosen.get(first.key, ""))
    if note:
        found.append(note)
    if table.facts.get("note"):
        found.append(str(table.facts["note"]))
    return found


def series_hint(table: GradeTable, model: str) -> Series | None:
    """What the name of a model says about its grade; None where the table knows no such series."""
    name = "".join(model.upper().split())
    return next(
        (one for one in table.series if name.startswith(one.prefix) and _ends(name, one.prefix)), None
    )


def _ends(model: str, prefix: str) -> bool:
    """Whether the series ends where ``prefix`` does: S1 is not the series of S13, nor Y that of YX3."""
    rest = model[len(prefix) :]
    return not rest or not (prefix[-1].isdigit() == rest[0].isdigit() and rest[0].isalnum())
