"""What became of a batch: counts by product and county, and the 专项监察汇总表 by region and industry.

An enterprise counts once per region and industry, with the worst of its rows (compliant only when every row is).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.results import Result, Verdict
from formserver.calculation.rounding import round_to
from formserver.calculators.batch_columns import BatchProduct
from formserver.rendering.sheet_streaming import BookStream, Style, Value

FAULTY: Final = "未计算"
VERDICTS: Final = (*(one.value for one in Verdict), FAULTY)
_WORST: Final = ("不达标", FAULTY, "不完整", "待确认", "达标", "不适用")
NOWHERE: Final = "（未填地区）"


@dataclass(slots=True)
class Firm:
    """One enterprise of one region and industry."""

    verdicts: set[str] = field(default_factory=set)
    energy: Decimal = Decimal(0)
    excess: Decimal = Decimal(0)

    @property
    def verdict(self) -> str:
        """The worst of its rows."""
        return next(word for word in _WORST if word in self.verdicts)


@dataclass(slots=True)
class Tally:
    """Counts as they grow, row by row."""

    products: dict[str, dict[str, int]] = field(default_factory=dict)
    counties: dict[str, dict[str, int]] = field(default_factory=dict)
    firms: dict[tuple[str, str], dict[str, Firm]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, product: BatchProduct, facts: Mapping[str, str], result: Result) -> None:
        """Count a calculated row."""
        firm = self._count(product, facts, result.verdict.value)
        for one in result.indicators:
            if one.excess is not None and one.excess_unit == "tce":
                firm.excess += one.excess
        if result.energy is not None and result.energy.total is not None:
            firm.energy += result.energy.total / 1000

    def faulty(self, product: BatchProduct, facts: Mapping[str, str]) -> None:
        """Count a row that could not be calculated."""
        self._count(product, facts, FAULTY)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by verdict."""
        return {word: sum(one.get(word, 0) for one in self.products.values()) for word in VERDICTS}

    def _count(self, product: BatchProduct, facts: Mapping[str, str], word: str) -> Firm:
        county = facts.get("county", "") or NOWHERE
        for group, key in ((self.products, product.title), (self.counties, county)):
            counted = group.setdefault(key, {})
            counted[word] = counted.get(word, 0) + 1
        firms = self.firms.setdefault((county, product.calculator.title), {})
        firm = firms.setdefault(facts.get("code", "") or facts.get("enterprise", ""), Firm())
        firm.verdicts.add(word)
        return firm


def write_summaries(book: BookStream, tally: Tally) -> None:
    """The two summary sheets, standing first in the workbook."""
    with book.sheet("汇总", [32.0, *[12.0] * (len(VERDICTS) + 1)], frozen=0, front=True) as sheet:
        sheet.row(["批量对标汇总"], Style.TITLE)
        for title, groups in (("产品（工序）", tally.products), ("所在县（市、区）", tally.counties)):
            sheet.row([])
            sheet.row([title, "行数", *VERDICTS], Style.HEAD)
            for key in sorted(groups):
                sheet.row([key, *_numbers(groups[key])])
            sheet.row(["合计", *_numbers(tally.counts)])
        if tally.remarks:
            sheet.row([])
            sheet.row(["没有用到的部分"], Style.HEAD)
            for text in tally.remarks:
                sheet.row([text])
    with book.sheet("专项监察汇总表", [20.0, 20.0, *[13.0] * 10], frozen=3, front=True) as sheet:
        sheet.row(["能耗专项监察汇总表（测算）"], Style.TITLE)
        sheet.row(["按企业计数，一家企业取其各行中最不利的判定；达标率＝达标企业÷（达标＋不达标）。"])
        sheet.row(HEADINGS, Style.HEAD)
        for values in _regions(tally):
            sheet.row(values)


HEADINGS: Final = (
    "地区", "行业", "监察企业数", "停产等不适用", "达标", "不达标", "待确认", "资料不完整或未计算", "达标率（%）",
    "综合能耗（tce，已填能源表的）", "超标能耗量（tce）",
)  # fmt: skip


def _regions(tally: Tally) -> Iterator[list[Value]]:
    whole: list[Firm] = []
    for (county, industry), firms in sorted(tally.firms.items()):
        whole += firms.values()
        yield [county, industry, *_firms(list(firms.values()))]
    yield ["合计", "", *_firms(whole)]


def _firms(firms: list[Firm]) -> list[Value]:
    def count(*words: str) -> int:
        return sum(firm.verdict in words for firm in firms)

    passed, failed = count("达标"), count("不达标")
    rate: Any = round_to(Decimal(100 * passed) / (passed + failed), 2) if passed + failed else "—"
    energy = sum((firm.energy for firm in firms), Decimal(0))
    excess = sum((firm.excess for firm in firms), Decimal(0))
    return [
        len(firms), count("不适用"), passed, failed, count("待确认"), count("不完整", FAULTY), rate,
        round_to(energy, 2), round_to(excess, 2),
    ]  # fmt: skip


def _numbers(counted: Mapping[str, int]) -> list[Value]:
    return [sum(counted.values()), *(counted.get(word, 0) for word in VERDICTS)]
