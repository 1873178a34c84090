"""Reads what people typed into a line of an energy table, and keeps the boundary rules of GB/T 2589."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from formserver.calculation.coefficients import Carrier, Coefficients
from formserver.calculation.energy_lines import ELECTRICITY, EnergyLine
from formserver.calculation.results import Trouble, printable
from formserver.calculation.units import Unit, unit
from formserver.core.definitions.parsing_numbers import parse_decimal
from formserver.core.errors import AppError

_MOST_DIGITS: Final = 18
"""Before the point: beyond what any enterprise uses in any unit; below it, sums stay exact."""


class Refused(Exception):
    """A line that cannot be converted; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


class LineText:
    """One line as typed, and what may be asked of it."""

    def __init__(self, coefficients: Coefficients, on: date, number: int, line: EnergyLine) -> None:
        self.coefficients = coefficients
        self.on = on
        self.number = number
        self.line = line
        typed = line.carrier.strip()
        self.carrier: Carrier | None = coefficients.carrier(typed) or coefficients.by_title(typed)
        self.title = (
            self.carrier.title if self.carrier is not None else printable(typed or line.name.strip())[:40]
        )
        self.place = f"能源消费表第{number + 1}行" + (f"（{self.title}）" if self.title else "")
        self.warnings: list[str] = []

    # -- reading --------------------------------------------------------------------------------------------------

    def check_named(self) -> None:
        """Somebody must have said what it is."""
        if not self.line.carrier.strip() and not self.line.name.strip():
            raise self.missing("carrier", "能源品种", "请选择能源品种")

    def read_amount(self) -> Decimal:
        """The amount, not negative. Raises Refused."""
        found = self.read_decimal("amount", self.line.amount, "数量", self.line.unit)
        if found is None:
            raise self.missing("amount", "数量", "请填写统计期的数量；没有消费请删去这一行或填 0")
        if found < 0:
            raise self.refuse(
                "INVALID_INPUT", "amount", f"{self.place}的数量不能是负数；外供的请把方向选为“输出”。"
            )
        return found

    def read_unit(self) -> Unit:
        """The unit of the amount. Raises Refused."""
        if not self.line.unit.strip():
            raise self.missing("unit", "计量单位", f"请选择计量单位，例如 {self.example()}")
        found = self.known_unit("unit", self.line.unit)
        if self.is_electricity and found.dimension != unit("kWh").dimension:
            raise self.refuse("UNIT_MISMATCH", "unit", f"{self.place}请按电量填写，计量单位用 kWh 或 万kWh。")
        return found

    def read_decimal(self, key: str, text: str, title: str, unit_text: str) -> Decimal | None:
        """A number in field ``key``, None where it is empty. Raises Refused."""
        parsed = parse_decimal(text, unit_text.strip())
        if parsed.value is not None:
            found = Decimal(parsed.value)
            if found.adjusted() >= _MOST_DIGITS:
                raise self.refuse(
                    "INVALID_INPUT", key, f"{self.place}的{title}大得不合理，请核对数值和单位。"
                )
            return found
        if parsed.question:
            raise self.refuse("INVALID_INPUT", key, f"{self.place}的{title}：{parsed.question}")
        return None

    def read_positive(self, key: str, text: str, title: str, unit_text: str) -> Decimal | None:
        """:meth:`read_decimal`, more than zero."""
        found = self.read_decimal(key, text, title, unit_text)
        if found is not None and found <= 0:
            raise self.refuse("INVALID_INPUT", key, f"{self.place}的{title}应大于 0，请核对。")
        return found

    def known_unit(self, key: str, text: str) -> Unit:
        """A unit typed in field ``key``. Raises Refused."""
        try:
            return unit(text)
        except AppError as error:
            raise self.refuse("UNIT_UNKNOWN", key, f"{self.place}：{error.message()}") from error

    def check_choice(self, key: str, known: Mapping[str, str]) -> None:
        """A field with few values has one of them. Raises Refused."""
        if getattr(self.line, key) not in known:
            allowed = "、".join(dict.fromkeys(known.values()))
            raise self.refuse(
                "INVALID_INPUT",
                key,
                f"{self.place}的选项“{getattr(self.line, key)[:20]}”不认识，可选：{allowed}。",
            )

    # -- boundary -------------------------------------------------------------------------------------------------

    def check_boundary(self) -> None:
        """What was made or recovered inside is not counted again. Raises Refused."""
        line, medium = self.line, self.carrier is not None and self.carrier.is_medium
        if line.direction != "in" or line.system == "excluded":
            return
        if line.origin == "recovered":
            raise self.refuse(
                "COUNTED_TWICE",
                "origin",
                f"{self.place}是边界内回收自用的能源，不另计入（节约已体现在外购量减少中），请删去这一行；外供的请选“输出”。",
            )
        if line.origin == "own":
            what = "耗能工质" if medium else "能源"
            raise self.refuse(
                "COUNTED_TWICE",
                "origin",
                f"{self.place}是自产的{what}，生产它所用的电力、燃料已经计入，不能重复计算，请删去这一行。",
            )
        if medium and not line.origin:
            self.warnings.append(
                f"{self.place}是耗能工质，按外购计入；如为自产，其耗电耗能已计入，请删去这一行。"
            )

    def read_stocks(self, amount: Decimal) -> None:
        """Warn of stocks and flows that do not give the amount."""
        line = self.line
        typed = {
            key: self.read_decimal(key, getattr(line, key), title, line.unit)
            for key, title in (
                ("opening_stock", "期初库存"),
                ("purchased", "购进量"),
                ("exported", "外供量"),
                ("closing_stock", "期末库存"),
            )
        }
        if all(value is None for value in typed.values()):
            return
        given = {key: value or Decimal(0) for key, value in typed.items()}
        expected = given["opening_stock"] + given["purchased"] - given["exported"] - given["closing_stock"]
        if expected != amount:
            self.warnings.append(
                f"{self.place}的库存平衡不符：期初 {given['opening_stock']:f} + 购进 {given['purchased']:f} − 外供 "
                f"{given['exported']:f} − 期末 {given['closing_stock']:f} = {expected:f}，而消费量为 {amount:f}"
                f"（{line.unit.strip()}），请核对。"
            )

    @property
    def is_electricity(self) -> bool:
        """Whether the line is electricity."""
        return self.carrier is not None and self.carrier.key == ELECTRICITY

    # -- words ----------------------------------------------------------------------------------------------------

    def example(self) -> str:
        """Units to write the amount in."""
        big = {"kg": "t", "kWh": "万kWh", "m³": "万m³", "MJ": "GJ"}
        return (
            f"{self.carrier.unit}、{big.get(self.carrier.unit, 'tce')}"
            if self.carrier is not None
            else "t、tce"
        )

    def missing(self, key: str, title: str, ask: str) -> Refused:
        """The refusal of a line that lacks ``title``."""
        return self.refuse("MISSING_INPUT", key, f"{self.place}缺少{title}，{ask}。")

    def refuse(self, code: str, key: str, message: str) -> Refused:
        """The refusal of a line because of its field ``key``."""
        return Refused(Trouble(code, f"energy/{self.number}/{key}", self.place, message))
