"""What is said about evidence, cleaned and checked before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from formserver.core.definitions.grammar import breaches
from formserver.core.errors import Problem
from formserver.evidence.models import FIELDS

_MOMENT: Final = re.compile(
    r"(?P<y>[0-9]{4})\s*[-./年]\s*(?P<m>[0-9]{1,2})\s*[-./月]\s*(?P<d>[0-9]{1,2})\s*日?"
    r"(?:[\sT]*(?P<h>[0-9]{1,2})\s*[:：时点]\s*(?P<n>[0-9]{1,2})?\s*分?(?::[0-9]{2})?)?"
)


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Plain line ends, no blanks around, times in one form where they can be read."""
    cleaned = {key: value.replace("\r\n", "\n").replace("\r", "\n").strip() for key, value in values.items()}
    if cleaned.get("taken_at"):
        cleaned["taken_at"] = moment(cleaned["taken_at"]) or cleaned["taken_at"]
    return cleaned


def problems_of(values: Mapping[str, str]) -> list[Problem]:
    """Everything wrong with cleaned values, each with its field."""
    found: list[Problem] = []
    for info in FIELDS:
        if info.key not in values:
            continue
        value, at = values[info.key], f"/{info.key}"
        if info.key == "title" and not value:
            found.append(Problem("REQUIRED", "请填写“证据名称”。", at, info.label))
        if len(value) > info.limit:
            text = f"“{info.label}”有 {len(value)} 个字符，最多 {info.limit} 个。"
            found.append(Problem("TOO_LONG", text, at, info.label))
        if info.choices and value and value not in info.choices:
            found.append(Problem("NOT_A_CHOICE", f"“{info.label}”请从列表中选择。", at, info.label))
        if not info.long and "\n" in value:
            found.append(Problem("LINE_END", f"“{info.label}”请写成一行。", at, info.label))
        if info.key == "taken_at" and value and not moment(value):
            text = f"“{value[:30]}”不是可识别的时间，请写成 2026-05-06 或 2026-05-06 09:30。"
            found.append(Problem("NOT_A_TIME", text, at, info.label))
        found += [
            Problem(code, message.replace("{label}", info.label), at, info.label)
            for _, code, message in breaches({info.key: value} if value else {})
        ]
    return found


def moment(text: str) -> str:
    """``2026-05-06`` or ``2026-05-06T09:30`` for what people write; empty when it is no day of the calendar."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return ""
    try:
        read = datetime(  # noqa: DTZ001  what the paper says, in Asia/Shanghai, without an offset
            int(match["y"]), int(match["m"]), int(match["d"]), int(match["h"] or 0), int(match["n"] or 0)
        )
    except ValueError:
        return ""
    return read.strftime("%Y-%m-%dT%H:%M") if match["h"] else read.strftime("%Y-%m-%d")
