"""The summary of a result: models, units, power and capacity by category and batch; stopped and removed ones apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.result_columns import BLOCKED, ResultRow
from formserver.equipment.row_amounts import row_amounts
from formserver.rendering.sheet_streaming import Value

APART: Final = ("停用", "已拆除")
SUM_HEADINGS: Final = (
    "结论",
    "类别",
    "目录批次",
    "型号数",
    "台数",
    "总功率 kW",
    "总容量 kVA",
    "停用台数",
    "已拆除台数",
)
SUM_WIDTHS: Final = (22.0, 16.0, 16.0, 10.0, 10.0, 13.0, 13.0, 10.0, 11.0)
_BY_PERSON: Final = "人工认定"
_BATCH: Final = re.compile("第([一二三四五六七八九十]{1,3})批")
_DIGITS: Final = "〇一二三四五六七八九"


@dataclass(slots=True)
class _Group:
    models: set[str] = field(default_factory=set)
    rows: int = 0
    units: int = 0
    watts: int = 0
    va: int = 0
    apart: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class ResultCounts:
    """Rows by standing verdict and ``blocked``; ``units`` are the sums of 数量 of the same."""

    rows: dict[str, int]
    units: dict[str, int]


class Sums:
    """Adds rows up as they pass."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], _Group] = {}
        self._moved_out = _Group()
        self._rows: Counter[str] = Counter()
        self._units: Counter[str] = Counter()

    def add(self, row: ResultRow, verdict: str) -> None:
        """Count one row. 停用 and 已拆除 are counted apart: their units, power and capacity are in no sum."""
        judgement = row.judgement
        if judgement is None:
            key = (verdict, "", "")
        else:
            listed = verdict not in ("", "ok")
            batch = judgement.finding.catalogue if listed else ""
            if listed and not batch and row.decided == "in":
                batch = _BY_PERSON
            key = (verdict, judgement.finding.category, batch)
        get = row.stated.values.get
        amounts = _amounts(
            get("status", ""), get("quantity", ""), get("power_kw", ""), get("capacity_kva", "")
        )
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group()
        _add(group, row, amounts)
        if row.decided == "out" or (
            row.decided == "carried" and judgement and _left(judgement.verdict.value, verdict)
        ):
            _add(self._moved_out, row, amounts)
        name = verdict or "blocked"
        self._rows[name] += 1
        self._units[name] += amounts.units

    def counts(self) -> ResultCounts:
        """Rows and units by verdict."""
        return ResultCounts(dict(self._rows), dict(self._units))

    def lines(self) -> Iterator[list[Value]]:
        """A line per verdict, category and batch, each verdict with its total; blocked and moved out ones last."""
        for verdict, word in VERDICT_WORDS.items():
            keys = sorted(
                (key for key in self._groups if key[0] == verdict),
                key=lambda key: (_place(key[1]), _batch_place(key[2])),
            )
            whole = _Group()
            for key in keys:
                group = self._groups[key]
                _merge(whole, group)
                yield _line(word, CATEGORY_WORDS.get(key[1], key[1]), key[2], group)
            yield _line(f"{word}　合计", "", "", whole)
        blocked = _Group()
        for key, group in self._groups.items():
            if not key[0]:
                _merge(blocked, group)
        yield _line(BLOCKED, "", "", blocked)
        yield _line("其中：人工移出", "", "", self._moved_out)


def _left(machine: str, standing: str) -> bool:
    return machine in ("eliminated", "review") and standing == "ok"


def _place(category: str) -> int:
    names = list(CATEGORY_WORDS)
    return names.index(category) if category in names else len(names)


def _batch_place(title: str) -> tuple[int, str]:
    """第二批 before 第三批, which code points turn round; what names no batch comes last."""
    found = _BATCH.search(title)
    if found is None:
        return 100, title
    tens, ten, ones = found[1].rpartition("十")
    place = 10 * _DIGITS.index((tens or "一")[0]) if ten else 0
    return place + (_DIGITS.index(ones[-1]) if ones else 0), title


class _Amounts(NamedTuple):
    status: str
    units: int
    watts: int
    va: int


@lru_cache(maxsize=32_768)
def _amounts(status: str, quantity: str, power: str, capacity: str) -> _Amounts:
    values = {"status": status, "quantity": quantity, "power_kw": power, "capacity_kva": capacity}
    return _Amounts(**row_amounts({"values": values}))


def _add(group: _Group, row: ResultRow, amounts: _Amounts) -> None:
    group.rows += 1
    if amounts.status in APART:
        group.apart[amounts.status] += amounts.units
        return
    finding = row.judgement.finding if row.judgement else None
    group.models.add((finding.canonical if finding else "") or row.stated.values.get("model", ""))
    group.units += amounts.units
    group.watts += amounts.watts
    group.va += amounts.va


def _merge(into: _Group, group: _Group) -> None:
    into.models |= group.models
    into.rows += group.rows
    into.units += group.units
    into.watts += group.watts
    into.va += group.va
    into.apart.update(group.apart)


def _line(word: str, category: str, batch: str, group: _Group) -> list[Value]:
    return [
        word,
        category,
        batch,
        len(group.models - {""}),
        group.units,
        Decimal(group.watts) / 1000 if group.watts else 0,
        Decimal(group.va) / 1000 if group.va else 0,
        group.apart["停用"],
        group.apart["已拆除"],
    ]
