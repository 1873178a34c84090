"""Numbers as people write them: 1,234.5, １２３, 1.2万, 1200 tce, 约1200, 无, —."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from formserver.core.definitions.formats import half_width
from formserver.core.definitions.libraries import chinese_number
from formserver.core.definitions.parsed import NOTHING, Parsed

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_LOOSE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([, ])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?", re.ASCII)
_ABOUT = re.compile(r"^(?:约|大约|大概|近|超过|超|不足|不到|[≈~≥≤><])|(?:左右|上下|余|多|以上|以下)$")
_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee][+-]?[0-9]{1,3}", re.ASCII)
_STROKES: Final = frozenset({"/", "-", "--", "—", "——", "―", "–"})
_NONE: Final = frozenset({"无", "没有", "暂无", "不详", "不适用", "n/a", "na"})
_LONGEST: Final = 60
"""Characters; the grammar of bodies stores no longer number."""
_POWERS: Final = {"百": 2, "千": 3, "万": 4, "亿": 8}
_MULTIPLE = re.compile(r"([0-9., +-]+?)\s*(百万|千万|百|千|万|亿)(.*)", re.ASCII)


def parse_decimal(text: str, unit: str = "") -> Parsed:
    """A decimal in canonical form; trailing zeros stay. ``unit`` is the field's unit, which may be typed along."""
    cleaned = half_width(text).strip().replace("−", "-").replace("，", ",")
    if not cleaned:
        return NOTHING
    if len(cleaned) > _LONGEST:
        return Parsed(question=f"“{cleaned[:20]}…”太长，不像一个数，请核对。")
    if cleaned in _STROKES:
        return Parsed(interpretation="按未填写处理")
    if cleaned.lower() in _NONE:
        return Parsed(question=f"“{cleaned}”是 0，还是没有这个数据？是 0 请填 0，没有请留空。")
    found = _number(cleaned, unit)
    if found.value is not None and not found.interpretation and found.value != text.strip():
        return Parsed(found.value, f"理解为 {found.value}")
    return found


def parse_integer(text: str, unit: str = "") -> Parsed:
    """A whole number; ``三`` is read too."""
    cleaned = half_width(text).strip()
    if re.fullmatch("[一二三四五六七八九十百]{1,5}", cleaned):
        value = chinese_number(cleaned)
        return Parsed(value, f"理解为 {value}")
    found = parse_decimal(text, unit)
    if found.value is None:
        return found
    number = Decimal(found.value)
    if number != number.to_integral_value():
        return Parsed(question=f"“{cleaned}”不是整数，请核对。")
    whole = int(number)
    shown = found.interpretation or ("" if cleaned == str(whole) else f"理解为 {whole}")
    return Parsed(whole, shown)


def _number(text: str, unit: str) -> Parsed:
    if _PLAIN.fullmatch(text) and text != "-0":
        return Parsed(text)
    bare, with_unit = _without_unit(text, unit)
    if _ABOUT.search(bare):
        guess = _number(_ABOUT.sub("", bare).strip(), "")
        ask = f"“{text}”不是确定的数。" + (
            f"如果就是 {guess.value}，请直接填写。" if guess.value else "请填写确定的数。"
        )
        return Parsed(question=ask)
    if _SCIENTIFIC.fullmatch(bare):
        return Parsed(
            question=f"“{text}”是表格软件缩写的数，是 {Decimal(bare):f} 吗？请核对原数后填写全部数字。"
        )
    if match := _MULTIPLE.fullmatch(bare):
        return _multiple(text, match, unit)
    plain = _canonical(bare)
    if plain is not None:
        return Parsed(plain, f"理解为 {plain}{' ' + unit if with_unit else ''}")
    if re.match(r"[+-]?[0-9]", bare) and re.search(r"[^0-9.,+\- ]", bare):
        wanted = f"本项单位是 {unit}，请换算后" if unit else "请"
        return Parsed(question=f"“{text}”带有别的文字或单位，{wanted}只填数字。")
    return Parsed(question=f"“{text}”不像数字，请只填数字，例如 1234.5。")


def _without_unit(text: str, unit: str) -> tuple[str, bool]:
    if unit.strip("1") and text.lower().endswith(half_width(unit).lower()):
        bare = text[: len(text) - len(half_width(unit))].rstrip()
        if bare:
            return bare, True
    return text, False


def _multiple(text: str, match: re.Match[str], unit: str) -> Parsed:
    base, rest = _canonical(match[1].strip()), match[3].strip()
    if base is None or (rest and half_width(unit).lower() != rest.lower()):
        wanted = f"本项单位是 {unit}，" if unit else ""
        return Parsed(question=f"“{text}”要怎样换算？{wanted}请只填数字。")
    if unit.startswith(
        match[2]
    ):  # 1.2万 beside a field in 万元 may be 1.2 or 12000 of them: a factor of ten thousand
        return Parsed(question=f"本项单位已是 {unit}，“{text}”是 {base} {unit} 吗？请只填数字。")
    scaled = Decimal(base).scaleb(sum(_POWERS[c] for c in match[2]))
    value = f"{scaled:f}"
    value = value.rstrip("0").rstrip(".") if "." in value else value
    return Parsed(value, f"理解为 {value}{' ' + unit if unit else ''}")


def _canonical(text: str) -> str | None:
    """Grouping, plus sign, leading zeros and a bare point put right; None for anything else."""
    if _GROUPED.fullmatch(text):
        text = re.sub("[, ]", "", text)
    match = _LOOSE.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    whole = match[2].lstrip("0") or "0"
    plain = f"{whole}.{match[3]}" if match[3] else whole
    return f"-{plain}" if match[1] == "-" and Decimal(plain) != 0 else plain
