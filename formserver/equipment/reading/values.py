"""From what stands in a cell to a value: units off, numbers as decimals, words of choices. What cannot be read is said.

Every reader answers (value, level, code, message); level None: nothing to say. The value is ``""`` where none can be given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from formserver.equipment.columns import Column
from formserver.equipment.reading.model import Level
from formserver.equipment.reading.units import HEAT, STEAM, UNITS, fits, plain_unit


class Read(NamedTuple):
    """A value, and what is to be said about the cell."""

    value: str
    level: Level | None = None
    code: str = ""
    message: str = ""


NOTHING: Final = Read("")
NO_ENTRY: Final = frozenset(("/", "\\", "-", "--", "—", "——", "–", "无", "不详", "未知", "不明", "n/a", "na", "null", "none", "*", "…", "空", "不适用"))  # fmt: skip
"""What people write where nothing is to be stated."""
_PLAIN: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?)(.*)")
_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?:[^0-9]|$))")
_BLANKS: Final = re.compile(r"\s+")
_COUNTED: Final = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "十": "10"}  # fmt: skip
_POLES: Final = ("2", "4", "6", "8", "10", "12", "16")
_STATUS: Final = {
    "在用": "在用", "使用": "在用", "使用中": "在用", "在使用": "在用", "运行": "在用", "运行中": "在用", "在运": "在用", "正常": "在用",
    "正常使用": "在用", "正常运行": "在用", "在运行": "在用", "启用": "在用", "良好": "在用", "完好": "在用", "备用": "备用",
    "备": "备用", "停用": "停用", "停运": "停用", "闲置": "停用", "停止使用": "停用", "封存": "停用", "未使用": "停用", "停机": "停用",
    "已停用": "停用", "已拆除": "已拆除", "拆除": "已拆除", "报废": "已拆除", "已报废": "已拆除", "已拆": "已拆除", "已淘汰": "已拆除",
}  # fmt: skip
_FUEL: Final = {
    "煤": "煤", "燃煤": "煤", "原煤": "煤", "烟煤": "煤", "无烟煤": "煤", "油": "油", "燃油": "油", "柴油": "油", "轻油": "油", "重油": "油",
    "气": "气", "燃气": "气", "天然气": "气", "煤气": "气", "液化气": "气", "沼气": "气", "生物质": "生物质", "生物质颗粒": "生物质",
    "木柴": "生物质", "秸秆": "生物质", "电": "电", "电加热": "电", "电力": "电", "其他": "其他", "其它": "其他",
}  # fmt: skip
_GRADE: Final = {
    "1": "1级", "2": "2级", "3": "3级", "一": "1级", "二": "2级", "三": "3级", "i": "1级", "ii": "2级", "iii": "3级",
    "无标识": "无标识", "无": "无标识", "没有": "无标识",
}  # fmt: skip


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
    if kind == "choice":
        return _Choices(column)
    return _Texts(column)


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
        if text.isdecimal() and text.isascii() and len(text) < 5 and text[0] != "0":
            return Read(text)
        bare = tidy(text)
        if bare.lower() in NO_ENTRY:
            return NOTHING
        counted = next(
            (digit + bare[len(word) :] for word, digit in _COUNTED.items() if bare.startswith(word)), bare
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
    digits = _COUNTED.get(digits, digits)
    digits = digits.removesuffix(".0")
    if digits in _POLES:
        return Read(digits)
    message = f"“极数”一般是 {'、'.join(_POLES)}，这里填的不是，请核对；没有把握时请留空。"
    return Read(digits if digits.isdecimal() and len(digits) < 4 else "", Level.WARNING, "POLES", message)


class _Choices:
    def __init__(self, column: Column) -> None:
        self._column = column
        self._words: Mapping[str, str] = {"status": _STATUS, "fuel": _FUEL, "label_grade": _GRADE}[column.key]

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


class _Texts:
    def __init__(self, column: Column) -> None:
        self._column = column

    def __call__(self, text: str) -> Read:
        if len(text) > self._column.longest:
            message = f"“{self._column.title}”超过 {self._column.longest} 字，请核对是否填错了列。"
            return Read(text, Level.WARNING, "TEXT_LONG", message)
        return Read(text)
