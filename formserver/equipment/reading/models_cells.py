"""Model cells: what the spreadsheet program made of them is said, never guessed back."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from formserver.equipment.reading.model import Level
from formserver.equipment.reading.values import Read
from formserver.rendering.sheet_reading import cell_text

_LONGEST: Final = 80
_DATED: Final = re.compile(
    r"[0-9]{1,2}月[0-9]{1,2}日|(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|(?:19|20)[0-9]{2}年[0-9]{1,2}月"
    r"|[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{2}",
    re.IGNORECASE,
)
_WAY_OUT: Final = "请把单元格格式设为“文本”，照铭牌重新填写型号。"
_GLUED: Final = ("-", "/", "×", "X", "—")


def read_model(raw: Any) -> Read:
    """The model as text; an ERROR for a date, a WARNING for a number."""
    if isinstance(raw, str):
        return _text(raw)
    if isinstance(raw, datetime | date):
        shown = f"{raw.month}月{raw.day}日"
        message = f"型号被表格软件变成了日期（{shown}），原来可能是 {raw.month}-{raw.day}。{_WAY_OUT}"
        return Read("", Level.ERROR, "MODEL_DATE", message)
    if isinstance(raw, time | timedelta):
        return Read("", Level.ERROR, "MODEL_DATE", f"型号被表格软件变成了时间。{_WAY_OUT}")
    text = cell_text(raw)
    message = f"型号单元格是数值，按 {text} 读取；表格软件会改写数值（1E3 变成 1000，0.40 变成 0.4），请核对。{_WAY_OUT}"
    return Read(text, Level.WARNING, "MODEL_NUMBER", message)


def _text(raw: str) -> Read:
    text = raw.strip()
    if not text:
        return Read(
            "", Level.WARNING, "MODEL_EMPTY", "没有填写型号，只能按名称识别，结论可能是待确认；请照铭牌补填。"
        )
    if _DATED.fullmatch(text):
        return Read("", Level.ERROR, "MODEL_DATE", f"型号像是被表格软件变成了日期。{_WAY_OUT}")
    if "\n" in text or "\r" in text:
        return _lines(text)
    if len(text) > _LONGEST:
        return Read(text, Level.WARNING, "TEXT_LONG", f"型号超过 {_LONGEST} 字，请核对是否填错了列。")
    return Read(text)


def _lines(text: str) -> Read:
    parts = [part.strip() for part in text.splitlines() if part.strip()]
    value = parts[0] if parts else ""
    for part in parts[1:]:
        glued = value.endswith(_GLUED) or part.startswith(_GLUED)
        value += part if glued else f"、{part}"
    message = "型号单元格里有换行，按一格多个型号处理；请一格只填一个型号，一行一台（组）设备。"
    return Read(value, Level.WARNING, "MODEL_LINES", message)
