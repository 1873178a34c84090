"""The calculations a document holds, as results for papers.

A document keeps what its results say, not every step. The steps are worked out again under the very definitions
the result names (by hash) and with the doubts it had then, and stand on paper only where every number comes out as it is
stored; otherwise the paper is refused and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import Request
from formserver.calculation.results import Result, result_to_json
from formserver.calculators.document_asking import request_of
from formserver.calculators.document_guard import BENCHMARK
from formserver.calculators.document_words import rows_of, text_of
from formserver.calculators.outputs_reading import Item
from formserver.core.computing import computed_fields, computer_name
from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import AppError, Kind, error_code
from formserver.core.models import Json

NO_CALCULATION = error_code(
    "CALCULATION_PAPER_EMPTY",
    Kind.NOT_FOUND,
    zh="这份文书里还没有能耗对标计算的结果，请先在表单中选产品、填写数据并保存。",
    en="This document holds no benchmark results yet.",
)
NOT_AS_STORED = error_code(
    "CALCULATION_PAPER_CHANGED",
    Kind.CONFLICT,
    zh="“{product}”的结果不能按文书所存的版次重新列出计算过程（{reason}），没有生成。请在文书中点“重新计算”后再试。",
    en="The steps of {product} cannot be listed as stored: {reason}.",
)
_STORED: Final = ("value", "decisive", "verdict")


def holds_calculations(dt: DocumentType) -> bool:
    """Whether documents of this type may hold calculations."""
    return any(computer_name(field) == BENCHMARK for field in computed_fields(dt))


def items_of(library: Library, dt: DocumentType, body: Json) -> list[Item]:
    """The results of a version, in its order. Raises NO_CALCULATION, NOT_AS_STORED."""
    found = []
    for field in computed_fields(dt):
        if computer_name(field) != BENCHMARK:
            continue
        for row in rows_of(body, field.key):
            outcome, request = row.get("outcome"), request_of(row, body)
            if not isinstance(outcome, dict) or request is None:
                continue
            result = _as_stored(library, request, outcome, text_of(row, "product_title"))
            found.append(Item(result_to_json(result), text_of(row, "line"), text_of(row, "remark")))
    if not found:
        raise NO_CALCULATION()
    return found


def _as_stored(library: Library, request: Request, outcome: Mapping[str, Any], product: str) -> Result:
    doubted = {text_of(one, "figure") for one in rows_of(outcome, "unconfirmed")}
    unchecked = {text for text in outcome.get("remarks", ()) if isinstance(text, str)}

    def confirmed(figure_id: str, _value: str) -> bool:
        """As it was when the result was kept: what it does not doubt had been confirmed."""
        return figure_id[:200] not in doubted

    stored = {text_of(one, "definition"): text_of(one, "sha256") for one in rows_of(outcome, "definitions")}
    pinned = replace(request, edition=text_of(outcome, "edition"))
    for asked in (request, pinned):
        try:
            result = calculate(library, asked, confirmed=confirmed)
        except AppError as error:
            raise NOT_AS_STORED(product=product, reason=error.message().rstrip("。")) from error
        if dict(result.definitions) == stored:
            break
    else:
        raise NOT_AS_STORED(product=product, reason="所用的标准版次已有变化")
    if not _agrees(result_to_json(result), outcome):
        raise NOT_AS_STORED(product=product, reason="重算的数值与文书所存不一致")
    kept = tuple(one for one in result.unchecked if f"计算式待核：{one.title}" in unchecked)
    return replace(result, unchecked=kept)


def _agrees(result: Mapping[str, Any], outcome: Mapping[str, Any]) -> bool:
    """Whether every number and verdict that is stored comes out the same."""
    if result["verdict"] != outcome.get("verdict"):
        return False
    made = {one["key"]: one for one in result["indicators"]}
    for stored in rows_of(outcome, "indicators"):
        one = made.get(text_of(stored, "key"))
        if one is None:
            if stored.get("value") is not None:
                return False
            continue
        if any(one[key] != stored.get(key) for key in _STORED):
            return False
        limits = {limit["level"]: limit["limit"] for limit in one["limits"]}
        if any(limits.get(level) != stored.get(f"limit_{level}") for level in (1, 2, 3)):
            return False
    return True
