"""Formatters of lists and choices: joined, one per line, ticked among all options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from formserver.rendering.values import Blank, Rows, WholeNumber, YesNo, shown, sources_of

TICKED, UNTICKED = "☑", "☐"
_GAP = "　"
_OPEN, _CLOSE = "“", "”"


def join_cn(value: Any, separator: str = "、") -> str:
    """``甲、乙、丙``. An item that holds the separator is put in quotes, so that nothing runs together."""
    if not separator or _OPEN in separator or _CLOSE in separator:
        raise ValueError("分隔符不能为空或引号")
    if not isinstance(value, list):
        return shown(value)
    texts = [shown(item) for item in value]
    if not texts:
        return _empty(value)
    return separator.join(_quoted(text, separator) for text in texts)


def join_cn_back(text: str, separator: str = "、") -> list[str]:
    """Inverse of ``join_cn`` for non-empty lists."""
    items: list[str] = []
    position = 0
    while True:
        if text.startswith(_OPEN, position):
            item, position = _read_quoted(text, position + 1)
        else:
            end = text.find(separator, position)
            end = len(text) if end < 0 else end
            item, position = text[position:end], end
        items.append(item)
        if position >= len(text):
            return items
        position += len(separator)


def _quoted(text: str, separator: str) -> str:
    if text and separator not in text and not text.startswith(_OPEN):
        return text
    return _OPEN + text.replace(_CLOSE, _CLOSE + _CLOSE) + _CLOSE


def _read_quoted(text: str, position: int) -> tuple[str, int]:
    characters: list[str] = []
    while True:
        if text.startswith(_CLOSE + _CLOSE, position):
            characters.append(_CLOSE)
            position += 2
        elif text.startswith(_CLOSE, position):
            return "".join(characters), position + 1
        else:
            characters.append(text[position])
            position += 1


def _empty(rows: Any) -> str:
    blank = rows.plan.item.blank if type(rows) is Rows and rows.plan.item is not None else ""
    return shown(blank) if isinstance(blank, Blank) else ""


def lines(value: Any) -> str:
    """Each item on a line of its own; a text keeps its lines."""
    if not isinstance(value, list):
        return shown(value)
    return "\n".join(shown(item) for item in value) if value else _empty(value)


def lines_back(text: str) -> list[str]:
    """Inverse of ``lines`` for items without line ends."""
    return text.split("\n")


def checkbox(value: Any, options: Any = None, separator: str = _GAP) -> str:
    """All options, the chosen ones ticked. Raises ValueError for a choice that is not among them."""
    choices = _options(value, options)
    chosen = _chosen(value)
    foreign = [choice for choice in chosen if choice not in choices]
    if foreign:
        raise ValueError(f"选项里没有「{foreign[0]}」")
    return separator.join(f"{TICKED if choice in chosen else UNTICKED}{choice}" for choice in choices)


def checkbox_back(text: str, separator: str = _GAP) -> list[str]:
    """Inverse of ``checkbox``: the chosen options in the order of the options."""
    return [piece[1:] for piece in text.split(separator) if piece.startswith(TICKED)]


def _options(value: Any, options: Any) -> list[str]:
    if isinstance(options, Sequence) and not isinstance(options, str):
        return [shown(option) for option in options]
    if isinstance(value, YesNo | bool):
        return ["是", "否"]
    plan = getattr(value, "plan", None)
    if plan is None or not plan.options:
        if plan is not None and plan.shape.value == "boolean":
            return ["是", "否"]
        raise ValueError("文书定义没有给出选项，请写 checkbox(['甲', '乙'])")
    titles = (plan.item or plan).titles
    return [titles.get(option, option) for option in plan.options]


def _chosen(value: Any) -> list[str]:
    if isinstance(value, list):
        return [shown(item) for item in value]
    return [] if isinstance(value, Blank) else [shown(value)]


def tick(value: Any, option: Any = None) -> str:
    """☑ when the value is ``option``, holds it, or is 是; ☐ otherwise."""
    return TICKED if _is_ticked(value, option) else UNTICKED


def _is_ticked(value: Any, option: Any) -> bool:
    if option is None:
        return bool(value)
    if isinstance(option, bool) and isinstance(value, YesNo):
        return bool(value) == option
    wanted = shown(option)
    if isinstance(value, list):
        return any(item == wanted or shown(item) == wanted for item in value)
    return not isinstance(value, Blank) and (value == wanted or shown(value) == wanted)


def tick_counts(value: Any, option: Any = None) -> bool:
    """A tick prints the choice it stands beside; a box without tick says nothing but for a yes-or-no field."""
    return isinstance(value, YesNo) if option is None else _is_ticked(value, option)


def ticked_sources(value: Any, option: Any = None) -> tuple[Any, ...]:
    """The leaf that the tick prints: of a list, the chosen item."""
    if option is not None and isinstance(value, list):
        wanted = shown(option)
        return tuple(s for item in value if item == wanted or shown(item) == wanted for s in sources_of(item))
    return sources_of(value)


def either(value: Any, yes: str, no: str) -> str:
    """A boolean in the author's two words, which must differ."""
    if yes == no:
        raise ValueError("两个词不能相同")
    if not isinstance(value, YesNo | WholeNumber | bool):
        raise ValueError("只能用于是否字段")
    return str(yes) if value else str(no)


def either_back(text: str, yes: str, no: str) -> bool:
    """Inverse of ``either``."""
    if text not in (yes, no):
        raise ValueError(text)
    return text == yes
