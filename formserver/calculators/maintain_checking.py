"""Judging a draft: form, formulas, units, limits and examples, every fault with the field of the form it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculation.checking import check_calculator
from formserver.calculation.examples import example_problems, run_example
from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator, LimitTable, read_calculator, read_limits
from formserver.calculators.maintain_models import Draft
from formserver.core.canonical import digest
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError, Kind, Problem, error_code

MOST_BYTES: Final = 600_000
MOST_ROWS: Final = 600
MOST_EXAMPLES: Final = 60
MOST_FAULTS: Final = 200

DRAFT_TOO_LARGE = error_code(
    "CALCULATOR_DRAFT_TOO_LARGE",
    Kind.INVALID,
    zh="内容太大（{what}），没有保存；请删去不需要的部分，或拆成两个计算包。",
    en="The draft is too large ({what}) and was not saved.",
)
JSON_UNREADABLE = error_code(
    "CALCULATOR_JSON_UNREADABLE",
    Kind.INVALID,
    zh='这段 JSON 不能读取：{reason}。小数请写成文本，如 "0.1229"。',
    en="The JSON cannot be read: {reason}. Write decimals as texts.",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft as far as it could be read, and what is wrong with it. ``problems`` have pointers into the method,
    or, beginning with ``limits:``, into the limits."""

    problems: tuple[Problem, ...]
    calculator: Calculator | None = None
    limits: LimitTable | None = None

    @property
    def good(self) -> bool:
        """Whether nothing stands against publishing it."""
        return not self.problems


def check_size(method: Any, limits: Any) -> None:
    """Bounds that hold for every draft, good or bad. Raises CALCULATOR_DRAFT_TOO_LARGE, CALCULATOR_JSON_UNREADABLE."""
    for part in (method, limits):
        if not isinstance(part, dict):
            raise JSON_UNREADABLE(reason="最外层应为对象 {…}")
        try:
            digest(part)
            size = len(json.dumps(part, ensure_ascii=False).encode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise JSON_UNREADABLE(reason=str(error)[:200]) from error
        if size > MOST_BYTES:
            raise DRAFT_TOO_LARGE(what=f"{size // 1024} KB，最多 {MOST_BYTES // 1024} KB")
        for key, value in part.items():
            most = MOST_EXAMPLES if key == "examples" else MOST_ROWS
            if isinstance(value, list | dict) and len(value) > most:
                raise DRAFT_TOO_LARGE(what=f"{key} 有 {len(value)} 项，最多 {most} 项")


def read_text(text: str) -> dict[str, Any]:
    """JSON somebody typed. Raises CALCULATOR_JSON_UNREADABLE, CALCULATOR_DRAFT_TOO_LARGE."""
    if len(text.encode("utf-8", "surrogatepass")) > 2 * MOST_BYTES:
        raise DRAFT_TOO_LARGE(what=f"最多 {MOST_BYTES // 1024} KB")
    try:
        data = read_json(text.encode("utf-8"), "草案")
    except (AppError, UnicodeEncodeError) as error:
        reason = error.params.get("reason", "") if isinstance(error, AppError) else "有不能保存的字符"
        raise JSON_UNREADABLE(reason=str(reason)[:300]) from error
    if not isinstance(data, dict):
        raise JSON_UNREADABLE(reason="最外层应为对象 {…}")
    return data


def judge_draft(library: Library, draft: Draft) -> Judged:
    """Everything wrong with a draft as it stands."""
    return judge(library, draft.name, draft.edition, draft.method, draft.limits)


def judge(
    library: Library, name: str, edition: str, method: Mapping[str, Any], limits: Mapping[str, Any]
) -> Judged:
    """Form first; what has no good form is not judged further. Never raises for faulty content."""
    problems = [
        Problem("DEFINITION_SCHEMA", text, place) for place, text in meta_faults("calculator", method)
    ]
    problems += [
        Problem("DEFINITION_SCHEMA", text, f"limits:{place}") for place, text in meta_faults("limits", limits)
    ]
    problems += _identity(name, edition, method, limits)
    if problems:
        return Judged(tuple(problems[:MOST_FAULTS]))
    try:
        table = read_limits(limits, f"limits/{name}/{edition}", digest(limits))
        made = read_calculator(method, f"calculator/{name}/{edition}", digest(method))
        problems += _validity(made, limits)
        problems += check_calculator(made, table, library)
    except (AppError, ValueError, ArithmeticError, KeyError, RecursionError) as error:
        said = str(error) if isinstance(error, AppError) else "内容前后不一致，不能核算"
        return Judged((*problems, Problem("DEFINITION_RULE", said, "/")))
    return Judged(tuple(problems[:MOST_FAULTS]), made, table)


def _identity(name: str, edition: str, method: Mapping[str, Any], limits: Mapping[str, Any]) -> list[Problem]:
    wanted = (
        (method, "$id", f"calculators/{name}/{edition}", "/$id"),
        (method, "name", name, "/name"),
        (method, "limits", f"{name}/{edition}", "/limits"),
        (limits, "$id", f"limits/{name}/{edition}", "limits:/$id"),
    )
    return [
        Problem("DEFINITION_RULE", f"应为 {value}。", place)
        for part, key, value, place in wanted
        if part.get(key) != value
    ]


def _validity(made: Calculator, limits: Mapping[str, Any]) -> list[Problem]:
    found = []
    for text, place in (
        (limits.get("valid_from"), "limits:/valid_from"),
        (limits.get("valid_to"), "limits:/valid_to"),
    ):
        if text:
            try:
                date.fromisoformat(text)
            except ValueError:
                found.append(Problem("DEFINITION_RULE", f"{text} 不是日期。", place))
    if made.valid_from and made.valid_to and made.valid_to < made.valid_from:
        found.append(Problem("DEFINITION_RULE", "废止日期早于施行日期。", "/valid_to"))
    return found


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """One example as it comes out now. ``faults`` is empty when it comes out as it says."""

    index: int
    title: str
    product: str
    verdict: str
    shown: tuple[str, ...]
    faults: tuple[str, ...]


def run_examples(
    calculator: Calculator, limits: LimitTable | None, library: Library
) -> tuple[ExampleRun, ...]:
    """Every example with its outcome."""
    wrong: dict[int, list[str]] = {}
    for problem in example_problems(calculator, limits, library):
        wrong.setdefault(int(problem.pointer.rpartition("/")[2]), []).append(problem.message)
    made = []
    for index, example in enumerate(calculator.examples):
        verdict = ""
        shown: tuple[str, ...] = ()
        try:
            result = run_example(calculator, limits, library, example)
            verdict = result.verdict.value
            shown = tuple(
                f"{one.title} {one.shown} {one.unit}" + (f"，{one.level}级" if one.level else "")
                for one in result.indicators
                if one.value is not None
            ) or tuple(one.message for one in result.troubles[:3])
        except AppError as error:
            shown = (str(error),)
        product = calculator.products.get(example.get("product", ""))
        made.append(
            ExampleRun(
                index,
                example.get("title", example.get("key", "")),
                product.title if product else "",
                verdict,
                shown,
                tuple(wrong.get(index, ())),
            )
        )
    return tuple(made)


def judge_calculator(catalogue: Catalogue, definition: Definition) -> list[Problem]:
    """The judge of stored calculators for every other way of publishing (core/definitions/publishing.py)."""
    library = Library(catalogue)
    data = read_json(definition.content, definition.id)
    found = [
        Problem("DEFINITION_RULE", f"应为 {value}。", f"/{key}", definition.id)
        for key, value in (
            ("$id", f"calculators/{definition.name}/{definition.version}"),
            ("name", definition.name),
        )
        if data.get(key) != value
    ]
    if found:
        return found
    made = read_calculator(data, definition.id, definition.sha256)
    name, _, edition = made.limits.partition("/")
    try:
        table: LimitTable | None = library.limit_table(name, edition)
    except AppError:
        table = None
    return check_calculator(made, table, library)


def judge_limits(catalogue: Catalogue, definition: Definition) -> list[Problem]:
    """The judge of stored limits: their id, and that every calculator in force that points to them still holds."""
    data = read_json(definition.content, definition.id)
    wanted = f"limits/{definition.name}/{definition.version}"
    if data.get("$id") != wanted:
        return [Problem("DEFINITION_RULE", f"应为 {wanted}。", "/$id", definition.id)]
    library = Library(catalogue)
    table = read_limits(data, definition.id, definition.sha256)
    trunk = definition.version.partition("+")[0]
    found: list[Problem] = []
    for each in catalogue.definitions("calculator", definition.name):
        made = library.calculator(each.name, each.version)
        named = made.limits.partition("/")[2]
        if each.usable and (named == definition.version or named.partition("+")[0] == trunk):
            found += check_calculator(made, table, library)
    return found
