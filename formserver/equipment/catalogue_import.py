"""An elimination catalogue from a spreadsheet: every bad cell with its address, nothing dropped."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from formserver.equipment.catalogue_book import HEADS, NOTES
from formserver.equipment.catalogue_content import (
    RECALLED,
    STATE_WORDS,
    VERIFIED,
    rows_of,
    signed,
    source_key,
)
from formserver.equipment.catalogue_models import Json
from formserver.equipment.matching.model import CATEGORY_WORDS
from formserver.rendering.sheet_reading import Table, cell_text, letters, read_sheets

MOST_LINES: Final = 3_000
"""What a draft surely holds (:data:`.catalogue_drafts.MOST_BYTES`): lines as long as columns allow, and their rules."""
SHOWN_MOST: Final = 200
_HEAD_ROWS: Final = 20
_IMPORTED: Final = "导入的表格"
_KEYS: Final = {title: key for key, title, _, _ in HEADS}
_LONGEST: Final = {key: longest for key, _, _, longest in HEADS}
_TITLES: Final = {key: title for key, title, _, _ in HEADS}
_CATEGORIES: Final = {word: key for key, word in CATEGORY_WORDS.items() if key != "unknown"} | {
    "电机": "motor",
    "空压机": "compressor",
    "焊机": "welder",
    "电炉": "furnace",
    "机床": "machine_tool",
    "电器": "switchgear",
}
_STATES: Final = {word: key for key, word in STATE_WORDS.items()} | {
    "已核": "checked",
    "未核对": "recalled",
    "": "recalled",
}
_DAY: Final = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")
_MONTH: Final = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月")
_YEAR_END: Final = re.compile(r"(\d{4})\s*年\s*(?:年?底|末|年末)")
_ID_UNFIT: Final = re.compile(r"[^a-z0-9_.-]+")
_WIDTHS: Final = str.maketrans({"－": "-", "—": "-", "–": "-", "．": ".", "（": "(", "）": ")"})


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell to mend: ``address`` is what the spreadsheet shows (``目录条目!C7``)."""

    address: str
    title: str
    value: str
    message: str


@dataclass(slots=True)
class Imported:
    """What a file says. ``lines`` are without ids; only a file without ``problems`` becomes a draft."""

    lines: list[Json] = field(default_factory=list)
    problems: list[BadCell] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_catalogue(data: bytes, filename: str, name: str, day: str) -> Imported:
    """Every line of every sheet that has the columns; ``name`` answers on ``day`` for lines marked as checked.

    Raises NOT_A_WORKBOOK."""
    made, used = Imported(), False
    for title, table in read_sheets(data, filename):
        head = next((at for at, row in enumerate(table[:_HEAD_ROWS]) if _is_head(row)), None)
        if head is not None:
            used = True
            _sheet(made, title, table, head, (name, day))
        elif title not in (NOTES, "说明") and any(cell_text(cell) for row in table for cell in row):
            said = (
                "没有找到表头（名称、型号、类别所在的行），这张表没有读入；不是目录的请删去，或改名为“说明”。"
            )
            made.problems.append(BadCell(f"{title}!A1", "表头", "", said))
    if not used and not made.problems:
        made.problems.append(BadCell("A1", "表头", "", "文件是空的；请下载模板，照模板的列填写。"))
    if used and not made.lines and not made.problems:
        made.problems.append(BadCell("A2", "条目", "", "表头下面没有条目。"))
    if len(made.lines) > MOST_LINES:
        said = f"有 {len(made.lines)} 条，一份目录最多 {MOST_LINES} 条；请分成几份。"
        made.problems.append(BadCell("A2", "条目", "", said))
    return made


def put_lines(content: Json, lines: Sequence[Mapping[str, Any]], base: Mapping[str, Any]) -> Json:
    """The file with these lines in place of its own: a line that is in ``base`` keeps its id, new ones get one.

    Lines are found again by number, name and model, then by number alone, then by name and model.
    """
    old = rows_of(base, "items")
    made: Json = {**content}
    left = {str(one["id"]): one for one in old if isinstance(one.get("id"), str)}
    found: dict[int, Json] = {}
    for keys in (
        ("seq", "name", "model", "condition"),
        ("seq", "name", "model"),
        ("seq",),
        ("name", "model"),
    ):
        known: dict[tuple[str, ...], list[str]] = {}
        for row_id, one in left.items():
            known.setdefault(_key(one, keys), []).append(row_id)
        for place, line in enumerate(lines):
            key = _key(line, keys)
            ids = known.get(key, [])
            if place not in found and ids and any(key) and (keys != ("seq",) or len(ids) == 1):
                found[place] = left.pop(ids.pop(0))
    taken = {str(one.get("id")) for one in old}
    items = []
    for place, line in enumerate(lines):
        before = found.get(place)
        row_id = str(before["id"]) if before else _new_id(line, taken)
        taken.add(row_id)
        made, source = source_key(made, str(line["source"]))
        row = {"id": row_id, **line, "deadline": _deadline(line, before), "source": source}
        row["note"] = line.get(
            "note", (before or {}).get("note")
        )  # a table without the column changes no note
        items.append({key: value for key, value in row.items() if key != "note" or value})
    return {**made, "items": items, "rules": _still(made, {str(one["id"]) for one in items})}


def deadline_of(text: str) -> str | None:
    """The last day a text about a deadline names, as ISO text; None where it names none."""
    try:
        if day := _DAY.search(text):
            return date(int(day[1]), int(day[2]), int(day[3])).isoformat()
        if month := _MONTH.search(text):
            year, number = int(month[1]), int(month[2])
            return date(year, number, monthrange(year, number)[1]).isoformat()
    except (ValueError, IndexError):
        return None
    year_end = _YEAR_END.search(text)
    return f"{year_end[1]}-12-31" if year_end else None


def _is_head(row: Sequence[Any]) -> bool:
    return {"名称", "型号"} <= {cell_text(cell) for cell in row}


def _sheet(made: Imported, title: str, table: Table, head: int, by: tuple[str, str]) -> None:
    places: dict[str, int] = {}
    for place, cell in enumerate(table[head]):
        text = cell_text(cell)
        if text in _KEYS and _KEYS[text] not in places:
            places[_KEYS[text]] = place
            continue
        if text or any(place < len(row) and cell_text(row[place]) for row in table[head + 1 :]):
            said = "这一列重复了" if text in _KEYS else "模板里没有这一列"
            address = f"{title}!{letters(place)}{head + 1}"
            made.problems.append(
                BadCell(
                    address, text or "（无表头）", text, f"{said}；请把内容并入模板的列（如 条件），再删去。"
                )
            )
    if "category" not in places:
        made.problems.append(BadCell(f"{title}!A{head + 1}", "类别", "", "缺少“类别”一列，请照模板添加。"))
        return
    seen: dict[tuple[str, ...], str] = {}
    for number, row in enumerate(table[head + 1 :], head + 2):
        cells = {key: cell_text(row[place]) if place < len(row) else "" for key, place in places.items()}
        if not any(cells.values()):
            continue
        at = {key: f"{title}!{letters(place)}{number}" for key, place in places.items()}
        problems = list(_faults(cells, at))
        same = tuple(cells.get(key, "") for key in ("seq", "name", "model", "condition"))
        if same in seen:
            problems.append(
                BadCell(at["name"], "名称", cells["name"], f"与 {seen[same]} 完全重复；请删去其中一行。")
            )
        seen.setdefault(same, at["name"])
        made.problems += problems
        made.lines.append(_line(cells, by))
        if not cells.get("model") and len(made.remarks) < SHOWN_MOST:
            made.remarks.append(f"{at['model']} 没有型号：这一条只能凭名称由人确认。")


def _faults(cells: Mapping[str, str], at: Mapping[str, str]) -> Iterator[BadCell]:
    for key, text in cells.items():
        if len(text) > _LONGEST[key]:
            yield BadCell(
                at[key],
                _TITLES[key],
                text[:40] + "…",
                f"有 {len(text)} 个字，最多 {_LONGEST[key]} 个字；请缩短。",
            )
        elif not text.isprintable():
            yield BadCell(at[key], _TITLES[key], _visible(text), "含看不见的字符，请删去后重新输入这一格。")
    if not cells["name"]:
        yield BadCell(at["name"], "名称", "", "没有名称；请照原文填写。")
    if cells["category"] not in _CATEGORIES:
        said = "没有类别" if not cells["category"] else "没有这个类别"
        words = "、".join(word for key, word in CATEGORY_WORDS.items() if key != "unknown")
        yield BadCell(at["category"], "类别", cells["category"][:40], f"{said}；可以填：{words}。")
    if cells.get("confidence", "") not in _STATES:
        said = f"只能填 {'、'.join(STATE_WORDS.values())}；不填是凭记忆。"
        yield BadCell(at["confidence"], "核对状态", cells["confidence"][:40], said)
    if _STATES.get(cells.get("confidence", "")) in ("checked", "seen") and not cells.get("source"):
        yield BadCell(
            at.get("source", at["confidence"]),
            "来源",
            "",
            "请写明来源：文件和所在页；没有来源的，核对状态填 凭记忆。",
        )


def _line(cells: Mapping[str, str], by: tuple[str, str]) -> Json:
    text = {key: cells.get(key, "") for key, _, _, _ in HEADS}
    state = _STATES.get(text["confidence"], "recalled")
    source = text["source"] or _IMPORTED
    return {
        **{key: text[key] for key in ("seq", "section")},
        "category": _CATEGORIES.get(text["category"], "other"),
        **{key: text[key] for key in ("name", "model", "condition")},
        "deadline": {"text": text["deadline"], "on": deadline_of(text["deadline"])},
        "reason": text["reason"],
        "replacement": text["replacement"],
        "confidence": RECALLED if state == "recalled" else VERIFIED,
        "source": signed(source, *by) if state == "checked" else source,
        **({"note": text["note"]} if "note" in cells else {}),
    }


def _deadline(line: Mapping[str, Any], before: Json | None) -> Any:
    """As typed; where the text is that of the base its last day is kept, which somebody may have read out of more."""
    old = before.get("deadline") if before else None
    new = line["deadline"]
    same = isinstance(old, dict) and new["text"] in (old.get("text"), old.get("text") or old.get("on"))
    return old if same else new


def _still(content: Mapping[str, Any], ids: set[str]) -> list[Json]:
    """The rules of the file without references to lines that are gone."""
    name = str(content.get("name"))
    kept = []
    for rule in rows_of(content, "rules"):
        items = rule.get("items")
        if isinstance(items, list):
            own = [one for one in items if str(one).partition(":")[0] == name]
            gone = {one for one in own if str(one).partition(":")[2] not in ids}
            rule = {**rule, "items": [one for one in items if one not in gone]} if gone else rule
        kept.append(rule)
    return kept


def _new_id(line: Mapping[str, Any], taken: set[str]) -> str:
    text = _ID_UNFIT.sub("", str(line["seq"]).translate(_WIDTHS).lower()).strip("_.-")[:50]
    head = text or str(line["category"])
    if text and text not in taken:
        return text
    number = 2 if text else 1
    between = "." if text else "-"
    while f"{head}{between}{number}" in taken:
        number += 1
    return f"{head}{between}{number}"


def _key(line: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(line.get(key) or "") for key in keys)


def _visible(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in text)[:40]
