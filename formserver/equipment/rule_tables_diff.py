"""What a draft changes in tables of models and in word lists, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from formserver.equipment.rule_tables_content import shown_powers, tables_of
from formserver.equipment.rule_tables_words import GROUPS, words_of

Fields = tuple[tuple[str, str, str], ...]
"""(title, old, new)."""


def table_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Fields]]:
    """(新增, 修改 or 删去; name; title; models with their powers) for every table that is another."""
    before, after = tables_of(old), tables_of(new)
    for name, table in after.items():
        fields = _models(before.get(name, {}), table)
        if name not in before:
            yield "新增", name, f"逐型号表 {name}", fields
        elif fields:
            yield "修改", name, f"逐型号表 {name}", fields
    for name, table in before.items():
        if name not in after:
            yield "删去", name, f"逐型号表 {name}", _models(table, {})


def word_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Fields]]:
    """The same for every word list: what came and what went; another order alone is told, it decides nothing."""
    one, other = old.get("grammar"), new.get("grammar")
    for title, _, lists in GROUPS:
        for each in lists:
            before, after = words_of(one, each.place), words_of(other, each.place)
            if before == after:
                continue
            came = [word for word in after if word not in before]
            went = [word for word in before if word not in after]
            fields = [("加入", "", "、".join(came)), ("去掉", "、".join(went), "")]
            if each.lines:
                fields = [("各行", "；".join(went), "；".join(came))]
            told = tuple(field for field in fields if field[1] or field[2])
            if not told:
                said = "次序或重复的词不同，不影响识别"
                told = (("次序", "", said),)
            yield "修改", each.place, f"{title}：{each.title}", told


def _models(old: Mapping[str, Any], new: Mapping[str, Any]) -> Fields:
    rows = []
    for model in dict.fromkeys((*old, *new)):
        was, now = (f"{shown_powers(one[model])} kW" if model in one else "" for one in (old, new))
        if was != now:
            rows.append((str(model), was, now))
    return tuple(rows)
