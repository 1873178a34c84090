"""Formatters of single texts: dates, numbers, numerals, references. Pure functions, each beside its inverse.

They take canonical values of the body grammar (``2024-05-06``, ``2024-05-06T09:30``, ``-1234.50``) and raise ValueError
with a short Chinese reason for anything else.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from formserver.rendering.chinese_numerals import (
    digits_from_chinese,
    digits_to_chinese,
    from_chinese,
    money_from_chinese,
    money_to_chinese,
    to_chinese,
)
from formserver.rendering.values import shown

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_ARTICLE = re.compile(r"([1-9]\d{0,3})(之[一二三四五六七八九十]+)?")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def date_iso(text: str) -> str:
    """The date itself, checked."""
    if _DATE.fullmatch(text) is None:
        raise ValueError("应为 2024-05-06 这样的日期")
    date.fromisoformat(text)
    return text


def date_cn(text: str) -> str:
    """``2024-05-06`` → ``2024年5月6日``: no leading zeros (GB/T 9704)."""
    year, month, day = date_iso(text).split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def date_cn_back(text: str) -> str:
    """Inverse of ``date_cn``."""
    year, month, day = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text).groups()  # type: ignore[union-attr]
    return f"{year}-{int(month):02}-{int(day):02}"


def time_cn(text: str) -> str:
    """``09:05`` → ``9时05分``: two digits for minutes, so that none can be written in front."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("应为 09:30 这样的时刻")
    hour, minute, second = match.groups()
    return f"{int(hour)}时{minute}分" + (f"{second}秒" if second is not None else "")


def time_cn_back(text: str) -> str:
    """Inverse of ``time_cn``."""
    hour, minute, second = re.fullmatch(r"(\d{1,2})时(\d{2})分(?:(\d{2})秒)?", text).groups()  # type: ignore[union-attr]
    return f"{int(hour):02}:{minute}" + (f":{second}" if second else "")


def datetime_cn(text: str) -> str:
    """``2024-05-06T09:30`` → ``2024年5月6日9时30分``."""
    day, mark, time = text.partition("T")
    if not mark:
        raise ValueError("应为 2024-05-06T09:30 这样的时间；只有日期请用 date_cn")
    return date_cn(day) + time_cn(time)


def datetime_cn_back(text: str) -> str:
    """Inverse of ``datetime_cn``."""
    day, mark, time = text.partition("日")
    return f"{date_cn_back(day + mark)}T{time_cn_back(time)}"


def date_range_cn(start: str, end: str = "") -> str:
    """Both ends in full, one day once; dates or times. An end without value is left for the pen."""
    first = _moment(start)
    if not end:
        return f"{first}至　　　　年　　月　　日"
    if start == end:
        return first
    last = _moment(end)
    same_day = "T" in start and "T" in end and start[:10] == end[:10]
    return f"{first}至{last.partition('日')[2] if same_day else last}"


def date_range_cn_back(text: str) -> tuple[str, str]:
    """Inverse of ``date_range_cn``."""
    start, mark, end = text.partition("至")
    first = _moment_back(start)
    if not mark:
        return first, first
    if end.startswith("　"):
        return first, ""
    return first, f"{first[:10]}T{time_cn_back(end)}" if "日" not in end else _moment_back(end)


def _moment(text: str) -> str:
    return datetime_cn(text) if "T" in text else date_cn(text)


def _moment_back(text: str) -> str:
    return date_cn_back(text) if text.endswith("日") else datetime_cn_back(text)


def number(text: str, places: int = 0) -> str:
    """Thousands separated; ``places`` adds zeros up to so many decimals and never rounds."""
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("应为数字")
    if not isinstance(places, int) or not 0 <= places <= 12:
        raise ValueError("小数位应为 0 到 12")
    whole, dot, fraction = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-')):,}"
    fraction = fraction.ljust(places, "0")
    return sign + grouped + ("." + fraction if dot or places else "")


def number_back(text: str) -> str:
    """Inverse of ``number`` (added zeros stay: the value is the same)."""
    return text.replace(",", "")


def money_cn(text: str) -> str:
    """大写金额 of a decimal with at most two places."""
    return money_to_chinese(text)


def money_cn_back(text: str) -> str:
    """Inverse of ``money_cn``, with two places."""
    return money_from_chinese(text)


def number_cn(text: str) -> str:
    """``12`` → ``十二``."""
    if not re.fullmatch(r"0|[1-9]\d*", text):
        raise ValueError("应为整数")
    return to_chinese(int(text))


def number_cn_back(text: str) -> str:
    """Inverse of ``number_cn``."""
    return str(from_chinese(text))


def digits_cn(text: str) -> str:
    """``2024`` → ``二〇二四``."""
    return digits_to_chinese(text)


def digits_cn_back(text: str) -> str:
    """Inverse of ``digits_cn``."""
    return digits_from_chinese(text)


def nth(text: str, style: str = "1．") -> str:
    """A row number in the style whose first number is ``style``."""
    value = int(text)
    chinese = to_chinese(value)
    if style == "①":
        if not 1 <= value <= len(_CIRCLED):
            raise ValueError("带圈序号只到 20")
        return _CIRCLED[value - 1]
    if style.count("一") == 1:
        return style.replace("一", chinese)
    if style.count("1") == 1:
        return style.replace("1", str(value))
    raise ValueError("样式应含一个“1”“一”或为“①”")


def nth_back(text: str, style: str = "1．") -> str:
    """Inverse of ``nth``."""
    if style == "①":
        return str(_CIRCLED.index(text) + 1)
    mark = "一" if "一" in style else "1"
    before, _, after = style.partition(mark)
    core = text[len(before) : len(text) - len(after)]
    return str(from_chinese(core)) if mark == "一" else core


def article_cn(text: str, word: str = "条") -> str:
    """``12`` → ``第十二条``; clause numbers such as ``5.2`` stay as they are: ``第5.2条``."""
    if not text.strip():
        raise ValueError("没有条号")
    match = _ARTICLE.fullmatch(text)
    if match is None:
        return text if text.startswith("第") and word in text else f"第{text}{word}"
    return f"第{to_chinese(int(match.group(1)))}{word}{match.group(2) or ''}"


def article_cn_back(text: str, word: str = "条") -> str:
    """Inverse of ``article_cn`` for numbers, numbers with 之一, and clause numbers."""
    core, _, tail = text.removeprefix("第").rpartition(word)
    try:
        return f"{from_chinese(core)}{tail}"
    except ValueError:
        return core + tail


def title_marks(text: str) -> str:
    """``节约能源法`` → ``《节约能源法》``."""
    return text if text.startswith("《") and text.endswith("》") else f"《{text}》"


def title_marks_back(text: str) -> str:
    """Inverse of ``title_marks`` for titles without marks of their own."""
    return text[1:-1]


def article_ref(row: Any) -> str:
    """One line of legal basis from a row with ``law`` and, where they have values, article, paragraph and item."""
    if not isinstance(row, dict) or not row.get("law"):
        raise ValueError("这一行没有依据名称 law")
    text = title_marks(shown(row["law"]))
    for name, word in (("article", "条"), ("paragraph", "款"), ("item", "项")):
        value = row.get(name)
        if value is not None and value != "":
            text += article_cn(shown(value), word)
    return text


def article_ref_back(text: str) -> dict[str, str]:
    """Inverse of ``article_ref``."""
    law, _, rest = text.rpartition("》")
    row = {"law": law.removeprefix("《")}
    for name, word in (("article", "条"), ("paragraph", "款"), ("item", "项")):
        match = re.match(rf"第[^第]*{word}(?:之[一二三四五六七八九十]+)?", rest)
        if match is not None:
            row[name] = article_cn_back(match.group(), word)
            rest = rest[match.end() :]
    return row


def unit(text: str, after: str) -> str:
    """``12.5`` → ``12.5 tce``; Chinese units follow without a space."""
    gap = " " if after[:1].isascii() and after[:1].isalpha() else ""
    return f"{text}{gap}{after}"


def unit_back(text: str, after: str) -> str:
    """Inverse of ``unit``."""
    return text[: -len(unit("", after))] if after else text


def prefix(text: str, before: str) -> str:
    """``before`` and the text."""
    return f"{before}{text}"


def prefix_back(text: str, before: str) -> str:
    """Inverse of ``prefix``."""
    return text.removeprefix(before)


def mask(text: str) -> str:
    """First three and last four characters; shorter texts become stars altogether."""
    if len(text) < 9:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]
