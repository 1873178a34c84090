"""Between the value of one field and the text in its control, both ways, without loss.

The rule that everything rests on: when a control comes back with exactly the text it was drawn with, the value stays
exactly what it was, whatever it was (absent, untrimmed, outside the list of choices).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.core.definitions.fields import Field
from formserver.core.definitions.parsed import Parsed
from formserver.core.definitions.parsing_dates import parse_date, parse_datetime
from formserver.core.definitions.parsing_numbers import parse_decimal, parse_integer

ABSENT: Final = object()
"""No value: the key is not in the body. Absent is not ``""``."""

_ILLEGAL = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
YES_NO: Final = (("true", "是"), ("false", "否"))
_TAGS = re.compile("[、\n]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a posted control means: a value (or ABSENT), text that does not parse (``raw``), and what to say."""

    value: Any
    raw: str | None = None
    code: str = ""
    message: str = ""
    certain: bool = True


def is_choice(field: Field) -> bool:
    """Drawn as a closed list: select, radio."""
    return field.kind != "list" and (
        (bool(field.choices) and field.widget in ("select", "radio"))
        or (field.kind == "boolean" and field.widget in ("radio", "select"))
    )


def choices_of(field: Field) -> list[tuple[str, str]]:
    """(posted text, label) of a closed list."""
    if field.kind == "boolean":
        return list(YES_NO)
    return [(_plain(value), _plain(value)) for value in field.choices]


def shown(field: Field, value: Any, raw: str | None = None) -> str:
    """The text in the control (for a list of plain values: in its line of tags)."""
    if raw is not None:
        return raw
    if value is ABSENT:
        return ""
    if field.kind == "list":
        return "、".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    if field.kind == "date-time" and isinstance(value, str):
        return value.replace("T", " ", 1)
    return _plain(value)


def read(field: Field, posted: Sequence[str], value: Any, raw: str | None, today: date) -> Outcome:
    """What ``posted`` means for a field that held ``value`` (and ``raw``) when it was drawn."""
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in posted]
    if field.kind == "list" and field.widget == "checklist":
        return _checklist(field, texts, value)
    if field.kind == "boolean" and not is_choice(field):
        return _checkbox(texts, value)
    text = texts[0] if texts else ""
    if text == shown(field, value, raw) and raw is None:
        return Outcome(value)
    if match := _ILLEGAL.search(text):
        place = f"第 {match.start() + 1} 个字符（U+{ord(match[0]):04X}）"
        cleaned = _ILLEGAL.sub("", text)
        return Outcome(
            value, cleaned, "ILLEGAL_CHARACTER", f"{place}无法印在纸上，已去掉，请核对后保存。", certain=False
        )
    if text == "":
        return Outcome(ABSENT)
    return _text(field, text, value, today)


def question(field: Field, raw: str, today: date) -> str:
    """Why a text that was kept does not count as a value yet; when it is read again it may."""
    reading = _typed(field, raw, today)
    if reading is not None and reading.value is None and reading.question:
        return reading.question
    return "这里的内容还没有确认，请核对后保存。"


def _text(field: Field, text: str, value: Any, today: date) -> Outcome:
    reading = _typed(field, text, today)
    if reading is not None:
        if reading.value is None:
            asked = reading.question or question(field, text, today)
            return Outcome(value, text, "UNCLEAR", asked, certain=False)
        said = "".join(filter(None, (reading.interpretation, reading.question)))
        return Outcome(reading.value, None, "READ_AS" if said else "", said)
    if is_choice(field):
        chosen = (
            {"true": True, "false": False}
            if field.kind == "boolean"
            else {_plain(c): c for c in field.choices}
        )
        if text in chosen:
            return Outcome(chosen[text])
        return Outcome(
            value, text, "NOT_A_CHOICE", f"“{text[:20]}”不在可选的内容中，请重新选择。", certain=False
        )
    if field.kind == "list":
        return Outcome(_items(text))
    return Outcome(text)


def _typed(field: Field, text: str, today: date) -> Parsed | None:
    unit = str(field.schema.get("x-unit", ""))
    match field.kind:
        case "date":
            return parse_date(text, today)
        case "date-time":
            return parse_datetime(text, today)
        case "decimal":
            return parse_decimal(text, unit)
        case "integer" if not field.choices:
            return parse_integer(text, unit)
    return None


def _items(text: str) -> list[Any]:
    return [part.strip() for part in _TAGS.split(text) if part.strip()]


def _checkbox(texts: Sequence[str], value: Any) -> Outcome:
    if "true" in texts:
        return Outcome(True)
    return Outcome(value if value is ABSENT or value is False else False)


def _checklist(field: Field, texts: Sequence[str], value: Any) -> Outcome:
    had = value if isinstance(value, list) else []
    before = [_plain(item) for item in had]
    if set(texts) == set(before):
        return Outcome(value)
    chosen = set(texts)
    kept = [item for item in had if _plain(item) in chosen]
    known = {_plain(item) for item in kept}
    added = [item for item in field.choices if _plain(item) in chosen and _plain(item) not in known]
    unknown = sorted(chosen - known - set(map(_plain, added)))
    if unknown:  # nothing the page offered: what was ticked before stays, and so does what can be read
        said = f"“{'、'.join(unknown)[:40]}”不在可选的内容中，没有保存，请重新勾选。"
        left = kept + added
        return Outcome(left or value, None, "NOT_A_CHOICE", said)
    return Outcome(kept + added if kept or added else ABSENT)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def origin_text(origin: Any) -> str:
    """The mark beside a prefilled field (来自企业档案)."""
    if isinstance(origin, Mapping):
        return str(origin.get("text", ""))
    return str(getattr(origin, "text", origin or ""))
