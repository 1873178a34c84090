"""How results flow into the other lists of a document: rows of indicators, of energy, the total (``x-fills``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from formserver.calculation.results import plain
from formserver.calculation.rounding import round_to
from formserver.calculators.document_outcome import settled
from formserver.calculators.document_words import (
    BELOW,
    LEVEL_RESULTS,
    OVER,
    OVER_NEW,
    VERDICT_RESULTS,
    filled,
    made_key,
    rows_of,
    text_of,
)
from formserver.core.computing import CALCULATED, DETACHED
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.models import Json

_KINDS: Final = {
    "电力": ("电力",),
    "煤炭": ("煤", "焦"),
    "天然气": ("天然气",),
    "热力": ("热力", "蒸汽"),
}
OTHER: Final = "其他"
EQUIVALENT: Final = "当量值"
PRIMARY: Final = "等价值"
MIXED: Final = "各项计算有的按当量值、有的按等价值折算，不能相加；请统一电热折算口径。"
_WEIGHT: Final = ("不达标", "不完整", "待确认", "达标", "不适用")


def result_rows(calculations: list[Json]) -> list[Json]:
    """One row per indicator of every calculation."""
    made = []
    for row in calculations:
        outcome = row.get("outcome")
        if isinstance(outcome, dict):
            made += [_result_row(row, outcome, one) for one in rows_of(outcome, "indicators")]
    return made


def _result_row(row: Json, outcome: Json, one: Mapping[str, Any]) -> Json:
    line = text_of(row, "line")
    title = text_of(row, "product_title")
    return filled(
        {
            CALCULATED: f"{row.get(ROW_KEY)}/{one.get('key')}",
            "product": title,
            "line": line,
            "output": one.get("output", "0"),
            "output_unit": one.get("output_unit") or "t",
            "energy": in_places(one.get("energy"), 2),
            "energy_unit": one.get("energy_unit"),
            "indicator": one.get("title"),
            "value": one.get("shown"),
            "unit": one.get("unit"),
            "standard_no": text_of(outcome, "standard"),
            "corrections": one.get("corrections"),
            "limit_base": in_places(one.get("base_3"), 4),
            "limit": in_places(one.get("limit_3"), 4),
            "access": in_places(one.get("limit_2"), 4),
            "advanced": in_places(one.get("limit_1"), 4),
            "over_pct": in_places(one.get("over_pct"), 2) if result_word(row, one) in (OVER, BELOW) else None,
            "result": result_word(row, one),
            "compliant": one.get("verdict"),
            "excess": in_places(one.get("excess"), 2),
            "excess_unit": one.get("excess_unit"),
            "benchmark": settled(text_of(one, "benchmark")),
            "remark": _remark(row, one),
        }
    )


def result_word(row: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """The word of 达标情况 for an indicator."""
    verdict = str(one.get("verdict"))
    if verdict in VERDICT_RESULTS:
        return VERDICT_RESULTS[verdict]
    if verdict == "达标":
        return LEVEL_RESULTS.get(int(one.get("level") or 3), LEVEL_RESULTS[3])
    if row.get("new_project") is True and one.get("level"):
        return OVER_NEW
    return BELOW if one.get("direction") == "ge" else OVER


def _remark(row: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    said = [text_of(row, "production_state")] if text_of(row, "production_state") not in ("", "正常") else []
    if row.get("new_project") is True:
        said.append("新建、改扩建项目")
    if text_of(one, "remark"):
        said.append(text_of(one, "remark"))
    return "；".join(said)[:500]


def energy_rows(calculations: list[Json], known: tuple[Any, ...]) -> list[Json]:
    """One row per energy line of every calculation that counts. ``known`` are the names the target lists."""
    made = []
    for row, line, fact in _counted(calculations):
        out = text_of(line, "direction") == "外供"
        title = text_of(fact, "carrier_title")
        name = title if title in known or not known else OTHER
        notes = [title if name == OTHER else "", text_of(line, "name"), "外供" if out else ""]
        if text_of(line, "use") == "原料":
            notes.append("用作原料")
        made.append(
            filled(
                {
                    CALCULATED: f"{row.get(ROW_KEY)}/{line.get(ROW_KEY)}",
                    "energy": name,
                    "energy_note": "，".join(filter(None, notes))[:60],
                    "qty": text_of(line, "amount"),
                    "unit": text_of(line, "unit"),
                    "factor": in_places(text_of(fact, "per_unit"), 8),
                    "factor_kind": text_of(fact, "factor_kind"),
                    "tce": plain(_signed(line, fact)),
                    "evidence": line.get("evidence"),
                }
            )
        )
    return made


def total(calculations: list[Json]) -> str | None:
    """The energy of the enterprise in tce: what goes in less what goes out, of the lines that count.

    None where lines rest on different bases: those values have no sum.
    """
    found = [_signed(line, fact) for _, line, fact in _counted(calculations)]
    return plain(sum(found, Decimal(0))) if found and len(_bases(calculations)) == 1 else None


def basis(calculations: list[Json]) -> str | None:
    """当量值 or 等价值: what :func:`total` rests on; None without a total."""
    found = _bases(calculations)
    return found.pop() if len(found) == 1 else None


def both_bases(calculations: list[Json], _body: Json) -> str | None:
    """The total on both bases where both are known and differ; or that different ones cannot be added up."""
    lines = list(_counted(calculations))
    bases = _bases(calculations)
    if len(bases) > 1:
        return MIXED
    two = [fact for _, _, fact in lines if _basis_of(fact)]
    if not two or not all(text_of(fact, "other_tce") for fact in two):
        return None
    values = (_with_sign(line, text_of(fact, "other_tce") or text_of(fact, "tce")) for _, line, fact in lines)
    other = plain(sum(values, Decimal(0)))
    own = total(calculations)
    by_name = {EQUIVALENT: own, PRIMARY: other} if EQUIVALENT in bases else {EQUIVALENT: other, PRIMARY: own}
    return "，".join(f"{name} {tce} tce" for name, tce in by_name.items())


def _bases(calculations: list[Json]) -> set[str]:
    """The bases of the lines for which it matters; where it matters for none, values are equivalent ones."""
    lines = [fact for _, _, fact in _counted(calculations)]
    return {said for fact in lines if (said := _basis_of(fact))} or ({EQUIVALENT} if lines else set())


def _basis_of(fact: Mapping[str, Any]) -> str:
    """The basis of a line that has two values. Results kept before bases were stated tell 等价 by their factor."""
    return text_of(fact, "basis") or (PRIMARY if text_of(fact, "factor_kind") == "等价" else "")


def structure(calculations: list[Json]) -> list[Json]:
    """Energy by kind with shares (Part A of 企业能耗达标情况表); where more of a kind went out than came in, the
    kinds are no parts of a whole and have no shares. Nothing where the values rest on different bases."""
    on = basis(calculations)
    if on is None:
        return []
    sums: dict[str, Decimal] = {}
    for _, line, fact in _counted(calculations):
        kind = _kind(text_of(fact, "carrier_title"))
        sums[kind] = sums.get(kind, Decimal(0)) + _signed(line, fact)
    whole = sum(sums.values(), Decimal(0))
    shared = whole > 0 and min(sums.values()) >= 0
    return [
        filled(
            {
                CALCULATED: kind,
                "kind": kind,
                "tce": plain(round_to(tce, 2)),
                "share": plain(round_to(tce / whole * 100, 2)) if shared else None,
                "basis": on,
            }
        )
        for kind in (*_KINDS, OTHER)
        if (tce := sums.get(kind)) is not None
    ]


def _kind(title: str) -> str:
    for kind, words in _KINDS.items():
        if any(word in title for word in words) and "煤气" not in title:
            return kind
    return OTHER


def _counted(calculations: list[Json]) -> Iterator[tuple[Json, Mapping[str, Any], Mapping[str, Any]]]:
    for row in calculations:
        outcome = row.get("outcome")
        if not isinstance(outcome, dict) or row.get("shared") is True:
            continue
        facts = line_facts(outcome)
        for line in rows_of(row, "energy"):
            if (fact := facts.get(str(line.get(ROW_KEY)))) is not None:
                yield row, line, fact


def line_facts(outcome: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a result says of each energy line, by the key of the line."""
    return {text_of(one, "line"): one for one in rows_of(outcome, "lines")}


def _signed(line: Mapping[str, Any], fact: Mapping[str, Any]) -> Decimal:
    return _with_sign(line, text_of(fact, "tce"))


def _with_sign(line: Mapping[str, Any], value: str) -> Decimal:
    tce = round_to(Decimal(value), 4)
    return -tce if text_of(line, "direction") == "外供" else tce


def in_places(text: Any, places: int) -> str | None:
    """A decimal with at most so many places (GB/T 8170); None for none."""
    if not isinstance(text, str) or not text:
        return None
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    exact = isinstance(exponent, int) and -exponent <= places
    return text if exact else plain(round_to(value, places))


def filled_list(dt: DocumentType, target: Field, old: list[Json], generated: list[Json]) -> list[Json]:
    """The rows of a list with the calculated ones brought up to date; what people wrote stays where it is."""
    wanted = {child.key for child in dt.children.get(target.pointer + "/*", ())}
    fresh = {str(row[CALCULATED]): {k: v for k, v in row.items() if k in wanted} for row in generated}
    taken_over = {text_of(row, DETACHED) for row in old} - {""}
    made = []
    for row in old:
        place = text_of(row, CALCULATED)
        if not place:
            made.append(row)
        elif place not in taken_over and (new := fresh.pop(place, None)) is not None:
            made.append({ROW_KEY: row.get(ROW_KEY) or made_key(target.key, place), **new})
    made += [
        {ROW_KEY: made_key(target.key, place), **row}
        for place, row in fresh.items()
        if place not in taken_over
    ]
    return made


def overall(calculations: list[Json], _body: Json) -> str | None:
    """The verdict on the enterprise: every indicator must comply; what stood still counts for nothing."""
    said = {
        text_of(outcome, "verdict") for row in calculations if isinstance(outcome := row.get("outcome"), dict)
    }
    return next((word for word in _WEIGHT if word in said), None)


def findings(calculations: list[Json], _body: Json) -> str | None:
    """The conclusions in words, one paragraph per calculation."""
    said = [
        f"{number}．{text_of(outcome, 'summary')}"
        for number, row in enumerate(calculations, start=1)
        if isinstance(outcome := row.get("outcome"), dict) and text_of(outcome, "summary")
    ]
    return "\n".join(said)[:20_000] or None


def intensity(_calculations: list[Json], body: Json) -> str | None:
    """综合能源消费量 ÷ 工业总产值, in kgce per 万元."""
    try:
        tce, value = Decimal(body.get("energy_total", "")), Decimal(body.get("output_value", ""))
    except (InvalidOperation, TypeError):
        return None
    return plain(round_to(tce * 1000 / value, 4)) if value > 0 else None


BUILDERS: Final[Mapping[str, Callable[[list[Json]], list[Json]]]] = {
    "results": result_rows,
    "structure": structure,
}
"""The lists of ``x-fills`` that need nothing but the calculations; ``energy`` is asked apart."""
FOLLOWED: Final[Mapping[str, Callable[[list[Json]], str | None]]] = {"total": total, "basis": basis}
"""Single values of ``x-fills`` that a person may state otherwise."""
VALUES: Final[Mapping[str, Callable[[list[Json], Json], str | None]]] = {
    "verdict": overall,
    "summary": findings,
    "bases": both_bases,
    "intensity": intensity,
}
"""The single values of ``x-fills``: always the server's own."""
