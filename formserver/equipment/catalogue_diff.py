"""What a draft changes against its base: head, lines and rules, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.catalogue_content import rows_of, source_of
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS
from formserver.equipment.rule_tables_diff import table_changes, word_changes
from formserver.equipment.rule_words import CANON_WORDS, TERM_TITLES

CONFIDENCE_WORDS: Final = {"verified": "有出处", "recalled": "凭记忆"}
_HEAD: Final = {
    "title": "简称",
    "full_title": "全称",
    "issuer": "发布单位",
    "document_no": "文号",
    "issued_on": "发布日期",
    "valid_from": "施行日期",
    "valid_to": "终止日期",
    "confidence": "文号和日期",
    "note": "说明",
    "reason_codes": "理由代号",
}
LINE_FIELDS: Final = {
    "seq": "条目号",
    "section": "部分",
    "category": "类别",
    "name": "名称",
    "model": "型号",
    "condition": "条件",
    "note": "说明",
    "deadline": "淘汰期限",
    "reason": "淘汰理由",
    "replacement": "建议替代",
    "source": "来源",
    "confidence": "核对状态",
}
_RULE_FIELDS: Final = {
    "id": "编号",
    "title": "名称",
    "category": "类别",
    "verdict": "结论",
    "reason": "理由代号",
    "canon": "型号写法",
    "source": "出处",
    "items": "目录条目",
    "confidence": "核对状态",
    "deadline": "淘汰期限",
    "evidence": "依据说明",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "confidence": CONFIDENCE_WORDS,
    "category": CATEGORY_WORDS,
    "verdict": VERDICT_WORDS,
    "canon": CANON_WORDS,
}
_SHOWN_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Changed:
    """One line, rule, table or word list: ``kind`` is 新增, 删去 or 修改, ``fields`` are (title, old, new)."""

    kind: str
    id: str
    title: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """``head`` as (title, old, new); ``moved`` says that rules stand in another order."""

    head: tuple[tuple[str, str, str], ...]
    lines: tuple[Changed, ...]
    rules: tuple[Changed, ...]
    moved: bool = False
    tables: tuple[Changed, ...] = ()
    words: tuple[Changed, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether both are the same."""
        return not (self.head or self.lines or self.rules or self.moved or self.tables or self.words)

    def counts(self, part: str) -> Mapping[str, int]:
        """How many lines, rules or tables were 新增, 删去, 修改."""
        rows: Sequence[Changed] = getattr(self, part)
        return {kind: sum(1 for one in rows if one.kind == kind) for kind in ("新增", "修改", "删去")}


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What ``new`` changes. Never raises for faulty files. An empty ``old`` makes everything new."""
    head = tuple(
        (title, _shown(key, old.get(key), old), _shown(key, new.get(key), new))
        for key, title in _HEAD.items()
        if old.get(key) != new.get(key)
    )
    before = [str(one.get("id")) for one in rows_of(old, "rules")]
    after = [str(one.get("id")) for one in rows_of(new, "rules")]
    both = set(before) & set(after)
    return Difference(
        head=head if old else (),
        lines=_rows(old, new, "items"),
        rules=_rows(old, new, "rules"),
        moved=[one for one in before if one in both] != [one for one in after if one in both],
        tables=tuple(Changed(*one) for one in table_changes(old, new)),
        words=tuple(Changed(*one) for one in word_changes(old, new)),
    )


def line_title(line: Mapping[str, Any]) -> str:
    """How people name a line: 1-1.1 Y系列三相异步电动机 Y80M1-2."""
    return " ".join(str(line.get(key) or "") for key in ("seq", "name", "model")).strip()


def _rows(old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> tuple[Changed, ...]:
    before = {str(one.get("id")): one for one in rows_of(old, key)}
    after = {str(one.get("id")): one for one in rows_of(new, key)}
    found = []
    for row_id, row in after.items():
        if row_id not in before:
            found.append(Changed("新增", row_id, _title(key, row), _fields(key, {}, row, old, new)))
        elif fields := _fields(key, before[row_id], row, old, new):
            found.append(Changed("修改", row_id, _title(key, row), fields))
    found += [
        Changed("删去", row_id, _title(key, row)) for row_id, row in before.items() if row_id not in after
    ]
    return tuple(found)


def _title(key: str, row: Mapping[str, Any]) -> str:
    return line_title(row) if key == "items" else f"{row.get('id', '')} {row.get('title', '')}".strip()


def _fields(
    key: str, one: Mapping[str, Any], other: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    titles = LINE_FIELDS if key == "items" else _RULE_FIELDS
    names = [name for name in dict.fromkeys((*titles, *one, *other)) if name != "id"]
    found = []
    for name in names:
        was, now = _shown(name, one.get(name), old), _shown(name, other.get(name), new)
        if was != now:
            found.append((titles.get(name) or term_title(name), was, now))
    return tuple(found)


def term_title(name: str) -> str:
    """What a condition of a rule is called on pages."""
    return TERM_TITLES.get(name, name)


def _shown(name: str, value: Any, content: Mapping[str, Any]) -> str:
    if value is None or value == "":
        return ""
    if name == "deadline" and isinstance(value, dict):
        return str(value.get("text") or value.get("on") or "")
    if name == "source" and isinstance(value, dict):
        return f"{value.get('catalogue', '')} {value.get('item', '')}".strip()
    if name == "source":
        return source_of(content, {"source": value})
    words = {
        "confidence": CONFIDENCE_WORDS,
        "category": CATEGORY_WORDS,
        "verdict": VERDICT_WORDS,
        "canon": CANON_WORDS,
    }.get(name)
    if words is not None:
        return str(words.get(str(value), value))
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        text = "、".join(map(str, value))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_MOST else text[: _SHOWN_MOST - 1] + "…"
