"""What stands against saving an enterprise, and what to look at; the same for the form and for imports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from formserver.core.definitions.formats import check_phone, check_uscc
from formserver.core.errors import Problem, Severity
from formserver.enterprises.models import FIELDS, LABELS

_ILLEGAL = re.compile("[^\\t\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_REGION: Final = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3})?(?:[0-9]{3})?", re.ASCII)


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Register fields without blanks around them: a register is no evidence, so this one place may trim."""
    return {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in values.items()
    }


def check_values(values: Mapping[str, Any]) -> list[Problem]:
    """Errors first, then warnings and hints. Pointers are field keys."""
    problems = []
    if not values.get("name"):
        problems.append(Problem("REQUIRED", "请填写单位名称。", "name", LABELS["name"]))
    for field in FIELDS:
        value = values.get(field.key)
        if not isinstance(value, str):
            continue
        if len(value) > field.limit:
            text = f"最多 {field.limit} 个字符，现在有 {len(value)} 个。"
            problems.append(Problem("TOO_LONG", text, field.key, field.label))
        if match := _ILLEGAL.search(value):
            text = f"第 {match.start() + 1} 个字符（U+{ord(match[0]):04X}）无法印在纸上，请删去。"
            problems.append(Problem("ILLEGAL_CHARACTER", text, field.key, field.label))
    return problems + soft_findings(values)


def soft_findings(values: Mapping[str, Any]) -> list[Problem]:
    """Things to look at that never stop anybody: check digits, odd telephone numbers, region codes."""
    found = []
    for key, check in (("uscc", check_uscc), ("phone", check_phone)):
        text = values.get(key)
        if text and (finding := check(text)) is not None:
            found.append(Problem(finding.code, finding.message, key, LABELS[key], finding.severity))
    region = values.get("region_code")
    if region and _REGION.fullmatch(region) is None:
        text = "行政区划代码应为 6 位（县级）或 9 位（乡镇）数字，请核对。"
        found.append(Problem("REGION_CODE", text, "region_code", LABELS["region_code"], Severity.WARNING))
    return found


def is_blocking(problems: list[Problem]) -> bool:
    """Whether any of them stops the save."""
    return any(problem.severity is Severity.ERROR for problem in problems)
