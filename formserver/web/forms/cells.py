"""Cells pasted from a table (Excel, WPS, a web page), read as if each had been typed into its control."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from formserver.core.definitions.fields import Field
from formserver.web.forms.texts import ABSENT, YES_NO, is_choice, read, shown

_YES: Final = frozenset({"是", "true", "yes", "y", "√", "✓", "✔", "有", "1"})
_NO: Final = frozenset({"否", "false", "no", "n", "×", "✗", "无", "0", ""})


def read_cell(field: Field, text: str, today: date) -> dict[str, Any]:
    """What ``text`` means in a cell of ``field``.

    ``{"value", "text"}`` (``value`` None: nothing stated; ``text`` what its control will show; ``message`` how
    something had to be understood) or ``{"raw", "message"}`` for what needs a question.
    """
    if field.kind == "boolean":
        return _switch(field, text)
    if field.kind == "list" and field.widget == "checklist":
        return _ticked(field, text)
    typed = text.strip() if is_choice(field) or field.kind not in ("string", "list") else text
    outcome = read(field, [typed], ABSENT, None, today)
    if outcome.raw is not None:
        return {"raw": outcome.raw, "message": outcome.message}
    if outcome.value is ABSENT:
        return {"value": None, "text": ""}
    said = {"message": outcome.message} if outcome.message else {}
    return {"value": outcome.value, "text": shown(field, outcome.value), **said}


def _switch(field: Field, text: str) -> dict[str, Any]:
    word = text.strip().lower()
    if word in _YES:
        return {"value": True, "text": YES_NO[0][0]}
    if word in _NO:
        absent = is_choice(field) and not word
        return {"value": None if absent else False, "text": "" if absent else YES_NO[1][0]}
    return {"raw": text, "message": f"“{text[:20]}”看不出是“是”还是“否”，请重新选择。"}


def _ticked(field: Field, text: str) -> dict[str, Any]:
    wanted = [
        part.strip() for part in text.replace("\n", "、").replace("；", "、").split("、") if part.strip()
    ]
    known = {str(choice): choice for choice in field.choices}
    unknown = [part for part in wanted if part not in known]
    if unknown:
        return {"raw": text, "message": f"“{'、'.join(unknown)[:40]}”不在可选的内容中，请重新勾选。"}
    values = list(dict.fromkeys(known[part] for part in wanted))
    return {"value": values or None, "text": "、".join(map(str, values))}
