"""The two passes over a body: *draft* (may it be stored at all?) and *complete* (may the document move on?).

A draft may be unfinished but is well formed: known fields, right types, canonical decimals and dates. A complete
body has what its stage asks, holds to every bound and rule, and shows soft findings as hints or warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from formserver.core.definitions.completeness import completeness_problems
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.engines import CONSTRAINTS, STRUCTURE, Engine, compile_engine, reduce_schema
from formserver.core.definitions.fields import STAGES, Place, is_hidden
from formserver.core.definitions.grammar import breaches, form_breach
from formserver.core.definitions.messages import fault_problem
from formserver.core.definitions.plan import is_in_form
from formserver.core.errors import Problem

MAX_PROBLEMS = 200
"""Nobody mends more in one go, and an answer stays small."""


@lru_cache(maxsize=256)
def _engines(document_type: DocumentType, pure: bool) -> tuple[Engine, Engine]:
    structure = compile_engine(reduce_schema(document_type.view, STRUCTURE), pure=pure)
    whole = compile_engine(reduce_schema(document_type.view, STRUCTURE + CONSTRAINTS), pure=pure)
    return structure, whole


def validate_draft(dt: DocumentType, body: Any, *, pure: bool = False) -> list[Problem]:
    """Why ``body`` may not be stored as a draft of ``dt``: types, unknown keys, grammar, sizes; [] when it may.

    ``pure`` asks for the validator without native code (field laptops); the answer is the same.
    """
    return _draft_problems(dt, body, pure)


def _draft_problems(dt: DocumentType, body: Any, pure: bool) -> list[Problem]:
    if is_in_form(dt, body) and not _engines(dt, pure)[0].faults(body):
        return []
    found = _grammar_problems(dt, body)
    return found or _structure_problems(dt, body, dt.places(body), pure)


def _grammar_problems(dt: DocumentType, body: Any) -> list[Problem]:
    found = [
        Problem(code, message.replace("{label}", dt.label(pointer) or dt.title), pointer, dt.label(pointer))
        for pointer, code, message in breaches(body)
    ]
    return _in_order([], found)


def _structure_problems(dt: DocumentType, body: Any, places: list[Place], pure: bool) -> list[Problem]:
    found = [fault_problem(dt, body, fault) for fault in _engines(dt, pure)[0].faults(body)]
    wrong = {problem.pointer for problem in found}
    for place in places:
        if place.field.is_row_key and place.value is None:
            row = place.pointer.rpartition("/")[0]
            label = dt.label(row)
            found.append(Problem("ROW_KEY", f"“{label}”缺少行标识 _k，请删去这一行后重新添加。", row, label))
        if not isinstance(place.value, str) or place.pointer in wrong:
            continue
        breach = form_breach(place.field.kind, place.value)
        if breach is not None:
            label = dt.label(place.pointer)
            found.append(Problem(breach[0], breach[1].replace("{label}", label), place.pointer, label))
    return _in_order(places, found)


def validate_complete(
    dt: DocumentType,
    body: Any,
    *,
    stage: str = "draft",
    ctx: Mapping[str, Any] | None = None,
    pure: bool = False,
    kept: bool = False,
) -> list[Problem]:
    """Why ``body`` is not complete for ``stage``; errors stop, warnings need a reason, hints are shown.

    ``stage`` is ``draft`` (leaving 草稿), ``print``, ``signed`` or ``served``. Raises ValueError for another word.
    A body that is not even a good draft gets the draft problems alone; ``kept`` says that :func:`validate_draft` has
    just found nothing against it.
    """
    if stage not in STAGES:
        raise ValueError(f"unknown stage {stage!r}")
    found = [] if kept else _draft_problems(dt, body, pure)
    if found:
        return found
    hidden = dt.hidden(body, ctx)
    found = completeness_problems(dt, body, stage, hidden, ctx)
    told = {problem.pointer for problem in found}
    for fault in _engines(dt, pure)[1].faults(body):
        if fault.pointer not in told and not is_hidden(fault.pointer, hidden):
            found.append(fault_problem(dt, body, fault))
    return _in_order(dt.places(body) if len(found) > 1 else [], found)


def _in_order(places: list[Place], problems: Iterable[Problem]) -> list[Problem]:
    """Once each, in the order of the form; what the form does not know comes last."""
    distinct = list(dict.fromkeys(problems))
    if len(distinct) < 2 or not places:
        return distinct[:MAX_PROBLEMS]
    order = {place.pointer: index for index, place in enumerate(places)}
    last = len(order)

    def rank(problem: Problem) -> int:
        pointer = problem.pointer
        while pointer not in order and pointer:
            pointer = pointer.rpartition("/")[0]
        return order.get(pointer, last)

    return sorted(distinct, key=rank)[:MAX_PROBLEMS]
