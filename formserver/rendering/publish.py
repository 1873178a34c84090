"""Everything that stands against publishing a template, found before anyone prints with it.

Four looks: the file (is it safe to open), docxtpl-lint and our own rules (can its author see the mistake), and renders
with bodies made from the schema (does it work for every body, and is every field printed for some).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docxtpl_lint.api import lint

from formserver.core.errors import AppError, Problem, Severity
from formserver.rendering.compile import compile_template
from formserver.rendering.compiled import TEMPLATE_TOO_MUCH, CompiledTemplate
from formserver.rendering.context import DOC_FIELDS, build_context
from formserver.rendering.formatters import FORMATTERS
from formserver.rendering.package import open_package
from formserver.rendering.proof import check_order
from formserver.rendering.sandbox import FUNCTION_NAMES
from formserver.rendering.schema_plan import Plan, dereference, label_path, plan_for
from formserver.rendering.synthetic import generalise, leaf_places, synthetic_bodies
from formserver.rendering.template_rules import rule_problems

TRIAL_SECONDS = 30
_LINT_PARTS = {"body": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注", "data": "数据"}


def check_template(template: bytes, schema: Mapping[str, Any]) -> Sequence[Problem]:
    """Every problem, errors first; a template without errors may be published for ``schema``."""
    problems: list[Problem] = []
    try:
        package = open_package(template)
        plan = plan_for(schema)
    except AppError as error:
        return _problems_of(error)
    flat = dereference(schema)
    problems.extend(rule_problems(package, flat))
    try:
        compiled = compile_template(template)
    except AppError as error:
        problems.extend(_problems_of(error))
        if error.code is not TEMPLATE_TOO_MUCH:
            problems.extend(_lint_problems(template, flat))
    else:
        problems.extend(_lint_problems(template, flat))
        problems.extend(_unused_parts(compiled))
        problems.extend(_trial_problems(compiled, plan))
    unique = list(dict.fromkeys(problems))
    return sorted(unique, key=lambda problem: problem.severity is not Severity.ERROR)


def _problems_of(error: AppError) -> list[Problem]:
    return list(error.problems) or [Problem(error.code.code, str(error))]


def _lint_problems(template: bytes, schema: Mapping[str, Any]) -> Iterator[Problem]:
    scalar = {"type": "string"}
    names = {"doc": {"type": "object", "properties": dict.fromkeys(DOC_FIELDS, scalar)}}
    names.update({name: {} for name in FUNCTION_NAMES})
    contract = {**schema, "properties": {**schema.get("properties", {}), **names}}
    try:
        result = lint(template, schema=contract, filters=FORMATTERS, autoescape=True)
    except Exception as error:  # noqa: BLE001 - third-party reader over a file it may never have met
        yield Problem(
            "TEMPLATE_LINT",
            f"模板检查没有完成（{type(error).__name__}: {error}）。",
            severity=Severity.WARNING,
        )
        return
    for issue in result.issues:
        place = _place_words(issue.location)
        severity = Severity.ERROR if issue.severity == "error" else Severity.WARNING
        yield Problem(
            f"TEMPLATE_{issue.rule}", f"{place}：{issue.message_for('zh')}。", place, place, severity
        )


def _place_words(location: Any) -> str:
    """docxtpl-lint's location in the words our own messages use."""
    part = str(location.part)
    word = next((zh for en, zh in _LINT_PARTS.items() if part.startswith(en)), part)
    number = "".join(filter(str.isdecimal, part))
    cells = " > ".join(f"表{cell.table} 行{cell.row} 列{cell.col}" for cell in location.cells)
    paragraph = f"第{location.paragraph}段" if location.paragraph else ""
    return f"{word}{number}{paragraph}" + (f"（{cells}）" if cells else "")


def _unused_parts(compiled: CompiledTemplate) -> Iterator[Problem]:
    for part in compiled.parts:
        if part.label.startswith(("页眉", "页脚")) and not part.on_paper:
            yield Problem(
                "TEMPLATE_UNUSED_PART",
                f"{part.label}没有被任何一节使用，里面的占位符不会打印出来。",
                part.label,
                severity=Severity.WARNING,
            )


def _trial_problems(compiled: CompiledTemplate, plan: Plan) -> Iterator[Problem]:
    """Render every synthetic body; what none of them printed is missing from the template (proof, part a)."""
    printed: set[str] = set()
    failures: set[str] = set()

    def label(pointer: str) -> str:
        return label_path(plan, pointer) or pointer.removeprefix("doc:/")

    deadline = time.monotonic() + TRIAL_SECONDS
    for name, body in synthetic_bodies(plan):
        if time.monotonic() > deadline:
            words = f"试打印总共超过 {TRIAL_SECONDS} 秒，请简化模板里的循环。"
            yield Problem(TEMPLATE_TOO_MUCH.code, words)
            return
        try:
            built = build_context(plan, body, _ENVELOPE)
            rendering = compiled.render_tracked(built.values, label=label)
            seen: dict[str, None] = {}
            for done in rendering.parts:
                if done.part.on_paper:
                    check_order(done.xml, done.entries, seen, done.part.label, label)
        except AppError as error:
            for problem in _problems_of(error):
                if problem.message not in failures:
                    failures.add(problem.message)
                    words = f"用「{name}」数据试打印失败：{problem.message}"
                    yield Problem(problem.code, words, problem.pointer, problem.label)
            continue
        printed.update(generalise(plan, pointer) for pointer in seen)
    if failures:
        return
    for pointer, leaf in leaf_places(plan):
        if pointer not in printed:
            words = label(pointer.replace("*", "0")) if "*" in pointer else label(pointer)
            words = words.replace(" 第1行", "")
            yield Problem(
                "FIELD_NEVER_PRINTED",
                f"字段「{words}」（{leaf.label}）没有在任何情形下完整打印，请加到模板里，或在定义里标 x-not-printed。",
                pointer,
                words,
            )


_ENVELOPE: Mapping[str, Any] = {name: f"〔{name}〕" for name in DOC_FIELDS}
