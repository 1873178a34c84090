"""From what stands in a cell to a value: units off, numbers as decimals, words of choices. What cannot be read is said.

Every reader answers (value, level, code, message); level None: nothing to say. The value is ``""`` where none can be given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from formserver.equipment.columns import Column
from formserver.equipment.reading.model import Level
from formserver.equipment.reading.units import HEAT, STEAM, UNITS, fits, plain_unit
from formserver.equipment.reading.words import CHOICES, COUNTED, NO_ENTRY


class Read(NamedTuple):
    """A value, and what is to be said about the cell."""

    value: str
    level: Level | None = None
    code: str = ""
    message: str = ""


NOTHING: Final = Read("")
_PLAIN: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?)(.*)")
_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?:[^0-9]|$))")
_BLANKS: Final = re.compile(r"\s+")
_POLES: Final = ("2", "4", "6", "8", "10", "12", "16")


def tidy(text: str) -> str:
    """Half width, no blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def plain(number: Decimal) -> str:
    """A decimal without exponent and needless zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def reader_for(column: Column, unit: str) -> Callable[[str], Read]:
    """How the cells of a column are read whose heading states ``unit`` ("" for none)."""
    kind = column.kind
    if kind == "number":
        return _Numbers(column, unit)
    if kind == "voltage":
        return _Voltages(column, unit)
    if kind == "boiler":
        return _Boilers(column, unit)
    if kind == "count":
        return _Counts(column)
    if kind == "poles":
        return _poles
    return _Choices(column)


def _amount(text: str, key: str, unit: str) -> Decimal | None:
    """The number of a text in the unit of the column, None where it is none."""
    found = _NUMBER.fullmatch(_THOUSANDS.sub("", text))
    if found is None:
        return None
    own = plain_unit(found[2])
    try:
        number = Decimal(found[1])
    except InvalidOperation:
        return None
    if own and not fits(key, own):
        return None
    factor = UNITS[key].get(own or unit)
    return number if factor is None else number * factor


class _Numbers:
    def __init__(self, column: Column, unit: str) -> None:
        self._column, self._unit = column, unit
        self._lowest, self._highest = Decimal(column.lowest), Decimal(column.highest)
        factor = UNITS[column.key].get(unit, Decimal(1))
        self._same = factor == 1

    def __call__(self, text: str) -> Read:
        column = self._column
        if self._same and _PLAIN.fullmatch(text):
            number: Decimal | None = Decimal(text)
        else:
            bare = tidy(text)
            if bare.lower() in NO_ENTRY:
                return NOTHING
            number = _amount(bare, column.key, self._unit)
        if number is None:
            message = (
                f"“{column.title}”须是一个数（单位 {column.unit}），请改成数字；有几个数值的请分行填写。"
            )
            return Read("", Level.ERROR, "NUMBER", message)
        if number == 0:
            return Read(
                "", Level.WARNING, "NUMBER_ZERO", f"“{column.title}”填的是 0，按没有填写处理；没有时请留空。"
            )
        if number < 0:
            return Read("", Level.ERROR, "NUMBER", f"“{column.title}”不能是负数，请改正。")
        if not self._lowest <= number <= self._highest:
            said = f"{plain(number)} {column.unit} 不在 {column.lowest}～{column.highest} 之间，请核对数值和单位。"
            return Read(plain(number), Level.WARNING, "NUMBER_RANGE", f"“{column.title}”{said}")
        return Read(plain(number))


class _Voltages:
    def __init__(self, column: Column, unit: str) -> None:
        self._column, self._unit = column, unit
        self._lowest, self._highest = Decimal(column.lowest), Decimal(column.highest)

    def __call__(self, text: str) -> Read:
        bare = tidy(text).upper().replace("AC", "").replace("~", "")
        if bare.lower() in NO_ENTRY:
            return NOTHING
        parts = re.split(r"[/、,]", bare)
        shared = _NUMBER.fullmatch(parts[-1])
        unit = plain_unit(shared[2]) if shared else ""
        numbers = [_amount(part, "voltage_v", unit or self._unit) for part in parts]
        if any(number is None or number <= 0 for number in numbers):
            message = "“额定电压”须是数（单位 V），可写 380/660 或 10kV，请改正。"
            return Read("", Level.ERROR, "NUMBER", message)
        known = [number for number in numbers if number is not None]
        value = "/".join(plain(number) for number in known)
        if not all(self._lowest <= number <= self._highest for number in known):
            message = f"“额定电压”{value} V 不在常见范围内，请核对数值和单位。"
            return Read(value, Level.WARNING, "NUMBER_RANGE", message)
        return Read(value)


class _Boilers:
    def __init__(self, column: Column, unit: str) -> None:
        self._column, self._unit = column, unit

    def __call__(self, text: str) -> Read:
        bare = tidy(text)
        if bare.lower() in NO_ENTRY:
            return NOTHING
        found = _NUMBER.fullmatch(_THOUSANDS.sub("", bare))
        unit = (plain_unit(found[2]) or self._unit) if found else ""
        if found and not unit:
            message = "“蒸发量或热功率”没有写单位，请写成 4t/h 或 2.8MW 这样。"
            return Read("", Level.ERROR, "BOILER_UNIT", message)
        if found and unit in STEAM:
            return self._ranged(Decimal(found[1]), "t/h")
        if found and unit in HEAT:
            return self._ranged(Decimal(found[1]) * Decimal(HEAT[unit]), "MW")
        return Read("", Level.ERROR, "NUMBER", "“蒸发量或热功率”须写成 4t/h 或 2.8MW 这样，请改正。")

    def _ranged(self, number: Decimal, unit: str) -> Read:
        if number <= 0:
            return Read("", Level.ERROR, "NUMBER", "“蒸发量或热功率”须大于 0，请改正。")
        value = plain(number) + unit
        if not Decimal("0.1") <= number <= 1000:
            message = f"“蒸发量或热功率”{value} 不在 0.1～1000 之间，请核对数值和单位。"
            return Read(value, Level.WARNING, "NUMBER_RANGE", message)
        return Read(value)


class _Counts:
    def __init__(self, column: Column) -> None:
        self._column = column
        self._highest = Decimal(column.highest)

    def __call__(self, text: str) -> Read:
        if (
            text.isdecimal()
            and text.isascii()
            and len(text) < 7
            and text[0] != "0"
            and int(text) <= self._highest
        ):
            return Read(text)
        bare = tidy(text)
        if bare.lower() in NO_ENTRY:
            return NOTHING
        counted = next(
            (digit + bare[len(word) :] for word, digit in COUNTED.items() if bare.startswith(word)), bare
        )
        number = _amount(counted, self._column.key, "")
        whole = number is not None and number == number.to_integral_value()
        if self._column.key == "seq":
            if number is None or not whole or number < 1:
                return Read(text[:20], Level.NOTE, "SEQ", "“序号”不是正整数，按原样保留。")
            return Read(plain(number))
        if number is None or not whole or not 1 <= number <= self._highest:
            message = f"“{self._column.title}”须是 1～{self._column.highest} 的整数，请改正。"
            return Read("", Level.ERROR, "COUNT", message)
        return Read(plain(number))


def _poles(text: str) -> Read:
    bare = tidy(text).lower()
    if bare in NO_ENTRY:
        return NOTHING
    digits = bare.rstrip("p极级")
    digits = COUNTED.get(digits, digits)
    digits = digits.removesuffix(".0")
    if digits in _POLES:
        return Read(digits)
    message = f"“极数”一般是 {'、'.join(_POLES)}，这里填的不是，请核对；没有把握时请留空。"
    return Read(digits if digits.isdecimal() and len(digits) < 4 else "", Level.WARNING, "POLES", message)


class _Choices:
    def __init__(self, column: Column) -> None:
        self._column = column
        self._words = CHOICES[column.key]

    def __call__(self, text: str) -> Read:
        column = self._column
        if text in column.choices:
            return Read(text)
        bare = tidy(text).lower()
        if column.key == "label_grade":
            bare = bare.removeprefix("能效").removesuffix("级")
            bare = bare.removesuffix("能效")
        found = self._words.get(bare)
        if found is not None:
            return Read(found)
        if bare in NO_ENTRY:
            return NOTHING
        level = Level.WARNING if column.key == "label_grade" else Level.ERROR
        message = f"“{column.title}”只能填 {'、'.join(column.choices)}，请改成其中一个。"
        return Read("", level, "CHOICE", message)
