"""Rules made from catalogue lines: what a new catalogue says about models without anybody writing rules first.

A rule says 淘汰 only where the wording leaves no doubt: a model written out, a range of sizes, ``X系列``. Whatever needs a
person's eye is 待确认 and says why: a model with a size the line does not name, ``X型``, 老型, a condition no rule can
check, a line that has only a name. Lines kept from memory make rules kept from memory, which never settle (C11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.matching.deriving_cells import Cell, Notation, read_cell
from formserver.equipment.matching.deriving_conditions import Condition, read_condition
from formserver.equipment.matching.deriving_patterns import (
    capacities,
    exact,
    lettered,
    named,
    paired,
    series,
    sized,
    with_rating,
)
from formserver.equipment.matching.model import Item

_TEN_KILOVOLTS: Final = (6, "6.3", 10, "10.5", 11)
_LONGEST: Final = 500
_SERIES: Final = (Notation.SERIES, Notation.TYPE, Notation.BARE, Notation.OLD)
_Reading = tuple[str, bool, str, str, dict[str, Any]]
"""Suffix of the id, whether it settles, what to say, the reason otherwise, terms."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the grammar of the rules in force knows: series of transformers, and the words that name kinds."""

    transformer_series: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


def derive_rules(
    items: Iterable[Item], title: str, words: Words, sized: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """The rule records of ``items`` in their order; ``title`` is the short title of the catalogue (第五批).

    Ids are ``B5-<id of the line>``, further letters tell several rules of one line apart. ``sized`` are references of
    lines whose sizes written rules know already: of these a series without any size is asked about, and no more.
    """
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    for item in items:
        for record in _rules_of(item, title, words, item.ref in sized):
            base, number = record["id"], 2
            while record["id"] in taken:
                record["id"], number = f"{base}.{number}", number + 1
            taken.add(record["id"])
            found.append(record)
    return found


def _rules_of(item: Item, title: str, words: Words, sized: bool) -> Iterator[dict[str, Any]]:
    kind = item.category if item.category in ("motor", "transformer") else "other"
    cells = read_cell(item.model, item.name, kind)
    condition = read_condition(item)
    for number, cell in enumerate(cells):
        letter = "" if len(cells) == 1 else _letter(number)
        gate = {"name_any": [_head(item, words)]} if _weak(cell) else {}
        guard = {"name_any": [_head(item, words)]} if _guarded(item, cell) else gate
        shown = f"{cell.rating}{cell.text}" if cell.notation is Notation.BRAND else cell.text or called(item)
        ranged = f"（区间 {cell.low}～{cell.high}）" if cell.notation is Notation.RANGE else ""
        readings = (
            _alone(cell) if sized and cell.notation in _SERIES else _readings(item, cell, condition, words)
        )
        for suffix, settled, said, reason, terms in readings:
            if suffix and item.recalled:
                continue  # the line itself only asks a person: what it does not name is not asked about
            yield {
                "id": f"{_prefix(item)}{letter}{suffix}",
                "category": item.category,
                "title": (f"{shown}（{said}）" if suffix else f"{shown}{ranged}")[:200],
                **_outcome(terms.pop("canon"), settled, reason, condition),
                "source": {"catalogue": title, "item": item.seq},
                "items": [item.ref],
                "confidence": "recalled" if item.recalled else "verified",
                "deadline": {
                    "text": item.deadline.text,
                    "on": None if item.deadline.on is None else item.deadline.on.isoformat(),
                },
                "evidence": _evidence(item, shown, said, condition),
                **terms,
                **condition.terms,
                **(guard if settled else gate),
            }


def _outcome(canon: str, settled: bool, reason: str, condition: Condition) -> dict[str, str]:
    if settled and not condition.open:
        return {"canon": canon, "verdict": "eliminated", "reason": "C01"}
    return {"canon": canon, "verdict": "review", "reason": "C07" if settled else reason}


def _alone(cell: Cell) -> Iterator[_Reading]:
    yield "", False, "只有系列名，规格缺失", "C02", {"canon": "series_only", "series": [cell.text]}


def _readings(item: Item, cell: Cell, condition: Condition, words: Words) -> Iterator[_Reading]:
    bored = item.category == "pump"
    match cell.notation:
        case Notation.NAME:
            terms: dict[str, Any] = {"canon": "name", "pattern": named(called(item))}
            yield "", False, "条文只有名称，须人工核对型号和结构", "C07", terms
        case Notation.RANGE if item.category == "transformer":
            if cell.text.removesuffix("-M") in words.transformer_series:
                terms = {"canon": "transformer", "series_in": [cell.text], "kva": [cell.low, cell.high]}
                yield "", True, "区间，端值包含", "", terms | _voltage(cell.kilovolts)
            else:
                said = "区间，端值包含；识别词表没有这个系列，须人工核对"
                yield "", False, said, "C07", _generic(capacities(cell.text, cell.low, cell.high))
        case Notation.SPAN:
            said = "区间写法不能确定，须人工核对"
            yield "", False, said, "C07", _generic(series(cell.text))
        case Notation.RANGE:
            yield "", True, "区间，端值包含", "", _generic(sized(cell.text, cell.low, cell.high, ""))
            yield (
                "-S", False, "条文未写规格后缀，须人工核对", "C06",
                _generic(sized(cell.text, cell.low, cell.high, r"(?:[-./(].*)")),
            )  # fmt: skip
        case Notation.SERIES if condition.amps is not None:
            low, high = condition.amps
            terms = {"canon": "welder_amp", "amp_series": cell.text, "amp": [low, high]}
            yield "", True, "电流区间，端值包含", "", terms
        case Notation.SERIES:
            yield "", True, "系列级，同系列任何规格都命中", "", _generic(series(cell.text, bored))
            if _guarded(item, cell):
                yield "-S", False, "名称与条文不同，须人工核对", "C07", _generic(series(cell.text))
        case Notation.VERSIONS:
            said = f"系列级，限 {'、'.join(cell.rating)} 型"
            yield "", True, said, "", _generic(lettered(cell.text, cell.rating))
        case Notation.TYPE:
            said = "“型”是否指全系列须人工确认"
            yield "", False, said, "C07", _generic(series(cell.text, bored))
        case Notation.PAIR:
            said = "条文限两台串联使用的情形，须人工确认"
            yield "", False, said, "C07", _generic(paired(cell.text, cell.rating))
        case Notation.OLD:
            yield "", False, "老型或改型，新旧须人工判断", "C07", _generic(exact(cell.text))
        case Notation.BRAND:
            said = f"条文型号含汉字“{cell.rating}”，识别只比对数字，须人工核对"
            yield "", False, said, "C07", _generic(exact(cell.text))
        case Notation.RATED:
            yield "", True, f"限{cell.rating}", "", _generic(with_rating(cell.text, cell.rating, cell.whole))
            yield "-S", False, f"条文限{cell.rating}，规格须人工核对", "C07", _generic(series(cell.text))
        case Notation.BARE:
            yield "", True, "逐型号", "", _generic(exact(cell.text))
            said, behind = "条文未写规格后缀，须人工核对", not _guarded(item, cell)
            if not behind:
                said = "条文未写规格后缀或名称与条文不同，须人工核对"
            yield "-S", False, said, "C06", _generic(series(cell.text, behind=behind))
        case _:
            size = _transformer(cell.text, words) if item.category == "transformer" else None
            yield "", True, "逐型号", "", size or _generic(exact(cell.text, loose=item.category == "motor"))


def called(item: Item) -> str:
    """The name a line without a model goes by: its model where that is a name of its own (兰开夏锅炉)."""
    model = re.sub(r"[（(].*", "", item.model).strip()
    return item.name if not model or model.endswith(item.name) else model


def _generic(pattern: str) -> dict[str, Any]:
    return {"canon": "generic", "pattern": pattern}


def _transformer(text: str, words: Words) -> dict[str, Any] | None:
    """One size of a series the grammar knows; any writing of voltage and units is read then."""
    found = re.fullmatch(r"(.+?)-([0-9]+)(?:/([0-9.]+))?(?:/0\.4)?", text)
    if found is None or found[1] not in words.transformer_series:
        return None
    terms = {"canon": "transformer", "series_in": [found[1]], "kva_in": [int(found[2])]}
    return terms | _voltage(found[3] or "10")


def _voltage(kilovolts: str) -> dict[str, Any]:
    if kilovolts in ("6", "10"):
        return {"kv_in": list(_TEN_KILOVOLTS)}
    return {"kv_in": [kilovolts]} if kilovolts else {}


def _evidence(item: Item, shown: str, said: str, condition: Condition) -> str:
    """Why the rule says what it says; the wording of the line where it is not the model itself."""
    wording = f"条文写“{_inner(item.model)}”：" if item.model and item.model != shown else ""
    more = f"；条文另有说明“{_inner(condition.open)}”，须人工确认" if condition.open else ""
    return f"{wording}{said}{more}"[:_LONGEST]


def _inner(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’")


def _weak(cell: Cell) -> bool:
    """Whether a model is too short to mean anything without the head word of its name."""
    long = len(cell.text) >= 3 and re.search("[A-Z]{2}|[A-Z].*[0-9]|[0-9].*[A-Z]", cell.text)
    return cell.notation is not Notation.NAME and not long


def _guarded(item: Item, cell: Cell) -> bool:
    """Whether other things of the category bear the same letters: KW3 is a breaker and a micro switch. Such a line settles
    only under its own kind of name; under another one a person is asked."""
    return item.category == "switchgear" and cell.notation in (Notation.BARE, Notation.SERIES)


def _head(item: Item, words: Words) -> str:
    """The head word of the line's name: the known word that ends last, else the last three characters."""
    known = [word for word in words.kinds if len(word) > 1 and word in item.name]
    word = max(known, key=lambda one: (item.name.rfind(one) + len(one), len(one)), default="")
    return word or item.name[-3:]


def _prefix(item: Item) -> str:
    batch, _, number = item.batch.rpartition("_")
    short = f"B{number}" if batch == "batch" else item.batch.upper()
    return f"{short}-{item.ref.partition(':')[2]}"


def _letter(number: int) -> str:
    return f"-{chr(ord('A') + number)}" if number < 26 else f"-{number + 1}"
