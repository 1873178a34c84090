"""No paper is numbered, finalised or printed for signing on figures that nobody confirmed (decision 0017)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from formserver.calculators.document_words import rows_of, text_of
from formserver.core.computing import UNSETTLED, computed_fields, computer_name
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.fields import Field
from formserver.core.errors import AppError, Kind, Problem, Severity, error_code
from formserver.core.lifecycle import FINALISE, NUMBER
from formserver.core.service_kit import DeedGuard, DeedRequest
from formserver.core.store_ports import UnitOfWork

BENCHMARK: Final = "benchmark"
GUARDED: Final = frozenset({FINALISE.key, NUMBER.key})
CALCULATION_UNSETTLED = error_code(
    UNSETTLED,
    Kind.INVALID,
    zh="能耗对标计算还有 {count} 处不能作为结论，不能定稿：{first}",
    en="{count} calculations cannot be stated as results yet: {first}",
)
_WHO: Final = "请有“确认待核的数值”权限的维护人员在“工具应用”中对照标准原文确认，再回到本文书点“重新计算”"
_MOST_NAMED: Final = 3

InForce = Callable[[str, str], bool]
"""Whether a definition (id, sha256) may still be calculated with."""


def problems_of(
    dt: DocumentType, body: Mapping[str, Any], in_force: InForce, hidden: Collection[str] = ()
) -> list[Problem]:
    """Every calculation that must not enter an outward paper, with row, figure and who can help."""
    found = []
    for field in computed_fields(dt):
        if computer_name(field) != BENCHMARK or field.pointer in hidden:
            continue
        found += row_problems(field, body, in_force)
    return found


def row_problems(
    field: Field, body: Mapping[str, Any], in_force: InForce, severity: Severity = Severity.ERROR
) -> list[Problem]:
    """What stands against the rows of one list of calculations."""
    found = []
    for index, row in enumerate(rows_of(body, field.key)):
        said = _unsettled(row, in_force)
        if said:
            name = text_of(row, "product_title") or "还没有选产品"
            line = f"（{text_of(row, 'line')}）" if text_of(row, "line") else ""
            message = f"第{index + 1}项“{name}{line}”{said}。"
            label = f"第{index + 1}项"  # the message begins with it: a list of problems does not say it twice
            found.append(Problem(UNSETTLED, message, f"/{field.key}/{index}", label, severity))
    return found


def _unsettled(row: Mapping[str, Any], in_force: InForce) -> str:
    outcome = row.get("outcome")
    if not isinstance(outcome, dict):
        return "还没有结果，请选产品并填写数据，或者删去这一项"
    gone = [
        one
        for one in rows_of(outcome, "definitions")
        if not in_force(text_of(one, "definition"), text_of(one, "sha256"))
    ]
    if gone:
        return "所用的标准版次已被撤回，请点“重新计算”"
    verdict = text_of(outcome, "verdict")
    if verdict == "待确认":
        figures = [text_of(one, "title") for one in rows_of(outcome, "unconfirmed")]
        more = f"等 {len(figures)} 个数值" if len(figures) > _MOST_NAMED else ""
        return f"为“待确认”：{'、'.join(figures[:_MOST_NAMED])}{more}尚未对照标准原文确认。{_WHO}"
    if verdict == "不完整" or outcome.get("troubles"):
        troubles = [text_of(one, "text").rstrip("。") for one in rows_of(outcome, "troubles")]
        more = f"；另有 {len(troubles) - _MOST_NAMED} 处" if len(troubles) > _MOST_NAMED else ""
        return f"还不完整：{'；'.join(troubles[:_MOST_NAMED])}{more}" if troubles else "还不完整"
    return ""


def in_force_by(catalogue: Catalogue) -> InForce:
    """Reads the catalogue: an edition that was withdrawn, or whose content is another now, does not count."""

    def in_force(definition_id: str, sha256: str) -> bool:
        kind, _, rest = definition_id.partition("/")
        name, _, version = rest.partition("/")
        try:
            found = catalogue.definition(kind, name, version)
        except AppError:
            return False
        return found.usable and found.sha256 == sha256

    return in_force


def guard(catalogue: Catalogue) -> DeedGuard:
    """Refuses 取号 and 定稿打印 on unsettled calculations. Raises CALCULATION_UNSETTLED."""

    def refuse(_u: UnitOfWork, request: DeedRequest) -> None:
        if request.key not in GUARDED:
            return
        document = request.document
        dt = catalogue.type(document.type, document.edition)
        hidden = request.content.envelope.get("hidden", ())
        found = problems_of(dt, request.content.body, in_force_by(catalogue), hidden)
        if found:
            raise CALCULATION_UNSETTLED(count=len(found), first=found[0].message, problems=found)

    return refuse
