"""What only several cells of a row, or several rows, can show: what is lacking for a kind, contradictions, repetitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from formserver.equipment.reading.dates import span_of
from formserver.equipment.reading.model import Level
from formserver.equipment.reading.values import Read

_MOTOR: Final = re.compile(r"(?:电动机|电机|马达)$")
_TRANSFORMER: Final = re.compile(r"变压器$")
_BOILER: Final = re.compile(r"锅炉$")
_WELDER: Final = re.compile(r"焊机$")
_GUARDED: Final = re.compile(r"隔爆|防爆|高压")
_DATED: Final = re.compile(r"^(?:YB?[23]?|S9)(?![A-Z])", re.IGNORECASE)
"""Series whose place in the catalogues hangs on the year they were made in."""
_TOOL: Final = re.compile(r"(?:铣床|车床|磨床|钻床|刨床|镗床|机床|剪板机|压力机)$")


def lacking(values: Mapping[str, str]) -> list[tuple[str, Read]]:
    """(column key, what to say) for what a row of its kind should state and does not."""
    name, model, get = values.get("name", ""), values.get("model", ""), values.get
    found: list[tuple[str, Read]] = []
    if not name:
        message = "没有填写设备名称，看不出类别，结论最多是待确认；请写全称，如三相异步电动机。"
        found.append(("name", Read("", Level.WARNING, "NAME_EMPTY", message)))
    elif len(name) < 2:
        message = "设备名称只有一个字，可能看不出类别；请写全称，如离心泵、配电变压器。"
        found.append(("name", Read("", Level.WARNING, "NAME_SHORT", message)))
    for key, read in _by_kind(name):
        if not get(key):
            found.append((key, read))
    if not get("made") and (_DATED.match(model) or _TOOL.search(name)):
        found.append(("made", _wanted("这种设备是否淘汰与制造日期有关，没有填写，请照铭牌补填。")))
    made, used = get("made", ""), get("commissioned", "")
    if made and used and _is_before(used, made):
        message = "投运日期早于制造日期，请核对这两个日期。"
        found.append(("commissioned", Read("", Level.WARNING, "DATE_ORDER", message)))
    return found


@lru_cache(maxsize=8_192)
def _by_kind(name: str) -> tuple[tuple[str, Read], ...]:
    """What a row of this name should state, and what is said where it does not."""
    if _MOTOR.search(name):
        wanted = [("power_kw", _wanted("电动机没有填写额定功率（kW），请照铭牌补填。"))]
        if _GUARDED.search(name):
            wanted.append(("voltage_v", _wanted("隔爆或高压电动机没有填写额定电压（V），请照铭牌补填。")))
        return tuple(wanted)
    if _TRANSFORMER.search(name):
        return (("capacity_kva", _wanted("变压器没有填写额定容量（kVA），请照铭牌补填。")),)
    if _BOILER.search(name):
        capacity = _wanted("锅炉没有填写蒸发量或热功率（写明 t/h 或 MW），请照铭牌补填。")
        return (("boiler_capacity", capacity), ("fuel", _wanted("锅炉没有填写燃料，请补填。")))
    if _WELDER.search(name):
        message = "焊机没有填写额定电流（A），建议照铭牌补填。"
        return (("current_a", Read("", Level.NOTE, "WANTED", message)),)
    return ()


def _wanted(message: str) -> Read:
    return Read("", Level.WARNING, "WANTED", message)


def _is_before(used: str, made: str) -> bool:
    if used == made:
        return False
    first, second = span_of(used), span_of(made)
    return first is not None and second is not None and first.last < second.first


class Repetitions:
    """Remembers rows and numbers seen: the same model at the same place of the same date, one number twice."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], int] = {}
        self._numbers: dict[str, int] = {}

    def new_sheet(self) -> None:
        """Numbers are unique within a sheet only."""
        self._numbers.clear()

    def row(self, values: Mapping[str, str], number: int) -> Read | None:
        """A WARNING for a row that repeats an earlier one."""
        model = values.get("model", "")
        if not model:
            return None
        get = values.get
        first = self._rows.setdefault((model, get("location", ""), get("made", "")), number)
        if first == number:
            return None
        message = (
            f"与第 {first} 台（行）的型号、制造日期、安装地点都相同，没有自动合并；"
            "不是重复填写时请写明不同的地点，同一批设备可合成一行并写数量。"
        )
        return Read("", Level.WARNING, "REPEATED", message)

    def seq(self, seq: str, row: int, *, strict: bool) -> Read | None:
        """What to say about a number that occurs twice: an ERROR in our template, a NOTE in lists of others."""
        first = self._numbers.setdefault(seq, row)
        if first == row:
            return None
        level = Level.ERROR if strict else Level.NOTE
        return Read("", level, "SEQ_TWICE", f"序号 {seq} 与第 {first} 行重复，请改成不同的序号。")
