"""The columns of a batch sheet for one product, and how a heading leads back to a column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.calculation.asking import plan_of, title_of, unit_of
from formserver.calculation.coefficients import Coefficients
from formserver.calculation.library import Library
from formserver.calculation.model import Product
from formserver.calculation.packs import Calculator
from formserver.calculation.requests import PRODUCTION_STATES
from formserver.core.pinyin import narrow

_NOISE: Final = re.compile(r"[\s*＊:：()（）\[\]【】/／、,，;；.。_·\-]+")
LARGE_UNITS: Final = {"kg": "t", "m³": "万m³", "kWh": "万kWh", "MJ": "GJ"}
"""The units people fill amounts of energy in, by the unit of the coefficient."""
YES_NO: Final = ("是", "否")


@dataclass(frozen=True, slots=True)
class BatchColumn:
    """One column. ``key`` is ``fact/…``, ``input/…``, ``in/<carrier>``, ``out/<carrier>`` or ``heat/<carrier>``."""

    key: str
    title: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    values: tuple[str, ...] = ()
    """What stands for each choice in a definition."""

    @property
    def heading(self) -> str:
        """What stands above the column."""
        unit = f"（{self.unit}）" if self.unit and self.unit != "1" else ""
        return f"{self.title}{unit}{' *' if self.required else ''}"


@dataclass(frozen=True, slots=True)
class BatchProduct:
    """A product as a sheet of a batch."""

    calculator: Calculator
    product: Product
    columns: tuple[BatchColumn, ...]

    @property
    def name(self) -> str:
        """``cement.clinker``."""
        return f"{self.calculator.name}.{self.product.key}"

    @property
    def title(self) -> str:
        """What people read."""
        return f"{self.calculator.title}·{self.product.title}"


FACTS: Final = (
    BatchColumn("fact/enterprise", "企业名称", required=True),
    BatchColumn("fact/code", "统一社会信用代码"),
    BatchColumn("fact/county", "所在县（市、区）", help="汇总表按这一栏分地区。"),
    BatchColumn("fact/line", "生产线（装置）"),
    BatchColumn("fact/start", "统计期起", required=True, help="日期，如 2025-01-01；只填年份按全年计。"),
    BatchColumn("fact/end", "统计期止", help="日期，如 2025-12-31；起日只填年份时可以不填。"),
    BatchColumn("fact/state", "生产状态", choices=tuple(PRODUCTION_STATES.values()), help="不填按正常生产。"),
    BatchColumn(
        "fact/new", "新建项目", choices=YES_NO, help="新建（改扩建）项目按2级（准入值）判定；不填按否。"
    ),
    BatchColumn("fact/edition", "选定版本", help="统计期跨越标准换版日时填写，其他情形不填。"),
)


def batch_product(library: Library, name: str, on: date) -> BatchProduct:
    """The sheet of ``calculator.product`` under the edition of ``on``; all inputs any usable edition asks for stand
    in it, so that rows of different years fit. Raises CALCULATOR_UNKNOWN, PRODUCT_UNKNOWN (KeyError free)."""
    from formserver.calculation.library import PRODUCT_UNKNOWN

    calculator_name, _, product_key = name.partition(".")
    calculator = library.in_force(calculator_name, on)
    product = calculator.products.get(product_key)
    if product is None:
        known = "、".join(calculator.products)
        raise PRODUCT_UNKNOWN(name=calculator_name, product=product_key, known=known[:600])
    columns = [*FACTS]
    seen: set[str] = set()
    energy = False
    for edition in (calculator, *reversed(library.editions(calculator_name))):
        found = edition.products.get(product_key)
        if found is None:
            continue
        energy = energy or plan_of(edition, found).energy
        columns += _inputs(edition, found, seen, main=edition is calculator)
    if energy:
        columns += _energy(library.coefficients(calculator.coefficients, on), calculator)
    return BatchProduct(calculator, product, tuple(columns))


def heading_key(text: str) -> str:
    """A heading without spaces, stars and punctuation: how it is compared."""
    return _NOISE.sub("", narrow(text)).lower()


def by_heading(columns: tuple[BatchColumn, ...]) -> Mapping[str, BatchColumn]:
    """Columns by how their heading is compared; the title alone leads there too where it is not ambiguous."""
    found = {heading_key(column.heading): column for column in columns}
    for column in columns:
        found.setdefault(heading_key(column.title), column)
    return found


def _inputs(calculator: Calculator, product: Product, seen: set[str], *, main: bool) -> list[BatchColumn]:
    made = []
    for one in plan_of(calculator, product).inputs:
        if one.key in seen:
            continue
        seen.add(one.key)
        choices = tuple(choice.title for choice in one.choices) if one.kind == "choice" else ()
        values = tuple(choice.value for choice in one.choices) if one.kind == "choice" else ()
        if one.kind == "boolean":
            choices, values = YES_NO, ("true", "false")
        notes = [one.help]
        if one.default is not None:
            notes.append(
                f"不填按 {_default(one.default, one.kind, {c.value: c.title for c in one.choices})}。"
            )
        if one.required_when or one.asked_when:
            notes.append("按标准在规定的情形下填写。")
        if not main:
            notes.append(f"仅 {calculator.standard} 使用。")
        made.append(
            BatchColumn(
                f"input/{one.key}",
                title_of(calculator, product, one.key),
                unit_of(calculator, product, one.key),
                main
                and one.required
                and not one.required_when
                and not one.asked_when
                and one.default is None,
                choices,
                "".join(note for note in notes if note),
                values,
            )
        )
    return made


def _default(text: str, kind: str, choices: Mapping[str, str]) -> str:
    if kind == "boolean":
        return "是" if text == "true" else "否"
    return choices.get(text, text)


def _energy(coefficients: Coefficients, calculator: Calculator) -> list[BatchColumn]:
    carriers = [coefficients.carriers[key] for key in calculator.carriers if key in coefficients.carriers]
    made = []
    for one in carriers:
        amount = LARGE_UNITS.get(one.unit, one.unit)
        made.append(BatchColumn(f"in/{one.key}", f"输入·{one.title}", amount))
        if one.heat_unit and one.group not in ("electricity", "heat", "medium"):
            made.append(
                BatchColumn(
                    f"heat/{one.key}",
                    f"{one.title}实测低位发热量",
                    one.heat_unit,
                    help="不填按标准的折标系数。",
                )
            )
    for one in carriers:
        if one.group != "medium":
            amount = LARGE_UNITS.get(one.unit, one.unit)
            made.append(BatchColumn(f"out/{one.key}", f"输出（外供）·{one.title}", amount))
    return made
