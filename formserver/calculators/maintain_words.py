"""Values of definition files as people type them into fields, and back. What nobody touched is never rewritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

ABSENT: Final = object()
"""No value: the key is left out."""
YES, NO, NONE = "是", "否", "无"
_ENERGY: Final = ("carrier", "direction", "amount", "unit")
_SPLIT: Final = re.compile(r"[\t，,;；|]+|\s{1,}")
_WIDE: Final = str.maketrans("０１２３４５６７８９．－＋", "0123456789.-+")


@dataclass(frozen=True, slots=True)
class Codec:
    """How a kind of value is shown in a field and read from it."""

    show: Callable[[Any], str]
    read: Callable[[str], Any]


def decimal_text(text: str) -> str:
    """A number as files hold it: half-width, no grouping, no blank. What is no number stays as typed."""
    plain = text.strip().translate(_WIDE).replace("−", "-").replace(" ", "")
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    return re.sub(r"^(-?)0+(?=[0-9])", r"\1", plain.removeprefix("+"))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _read_text(text: str) -> Any:
    return text.strip() or ABSENT


def _read_nullable(text: str) -> Any:
    return text.strip() or None


def _read_decimal(text: str) -> Any:
    return decimal_text(text) or ABSENT


def _read_figure(text: str) -> Any:
    return decimal_text(text) or None


def _read_integer(text: str) -> Any:
    plain = decimal_text(text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else plain or ABSENT


def _show_flag(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""


def _read_flag(text: str) -> Any:
    return {"true": True, "false": False}.get(text, ABSENT)


def _show_list(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else ""


def _read_list(text: str) -> Any:
    return [part for part in re.split(r"[、，,\s]+", text) if part] or ABSENT


def _read_lines(text: str) -> Any:
    return [line.strip() for line in text.splitlines() if line.strip()] or ABSENT


def _show_lines(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else ""


def _read_levels(text: str) -> Any:
    parts = [part for part in re.split(r"[、，,\s级]+", text) if part]
    return [int(p) if p.isascii() and p.isdigit() and len(p) < 3 else p for p in parts]


def _show_pairs(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    return "\n".join(f"{key} = {_text(one)}" for key, one in value.items())


def _read_pairs(text: str) -> Any:
    made = {}
    for line in text.splitlines():
        if line.strip():
            key, _, value = line.partition("=" if "=" in line else "\t")
            made[key.strip()] = value.strip()
    return made or ABSENT


def _show_choices(value: Any) -> str:
    if not isinstance(value, list):
        return ""
    return "\n".join(
        f"{one.get('value', '')} {one.get('title', '')}" for one in value if isinstance(one, dict)
    )


def _read_choices(text: str) -> Any:
    made = []
    for line in text.splitlines():
        key, _, title = line.strip().partition(" ") if "\t" not in line else line.strip().partition("\t")
        if key:
            made.append({"value": key, "title": title.strip()})
    return made or ABSENT


def show_grid(table: Mapping[str, Any]) -> str:
    """The content of a look-up table as lines: ``x value``, ``low high value`` or ``choice value``, tabs between."""
    lines: list[list[Any]] = []
    for key in ("points", "bands"):
        if isinstance(table.get(key), list):
            lines += [line for line in table[key] if isinstance(line, list)]
    if isinstance(table.get("texts"), Mapping):
        lines += [[key, value] for key, value in table["texts"].items()]
    return "\n".join("\t".join("…" if cell is None else str(cell) for cell in line) for line in lines)


def read_grid(text: str, rule: str) -> dict[str, Any]:
    """What was typed or pasted from a spreadsheet, under the key the rule wants."""
    lines = []
    for line in text.splitlines():
        cells = [cell for cell in _SPLIT.split(line.strip()) if cell]
        if cells:
            lines.append(cells)
    if rule == "text":
        return {"texts": {line[0]: _cell(line[1]) if len(line) > 1 else None for line in lines}}
    return {"bands" if rule == "bands" else "points": [[_cell(cell) for cell in line] for line in lines]}


def _cell(text: str) -> Any:
    return None if text in ("…", "...", "-∞", "∞", "—", "未知") else decimal_text(text)


def _show_energy(value: Any) -> str:
    if not isinstance(value, list):
        return ""
    lines = []
    for one in value:
        if isinstance(one, Mapping):
            more = [f"{key}={text}" for key, text in one.items() if key not in _ENERGY]
            lines.append("\t".join([*(str(one.get(key, "")) for key in _ENERGY), *more]))
    return "\n".join(lines)


def _read_energy(text: str) -> Any:
    made = []
    for line in text.splitlines():
        cells = [cell for cell in re.split(r"\t|\s+", line.strip()) if cell]
        if cells:
            plain = [cell for cell in cells if "=" not in cell]
            row = dict(zip(_ENERGY, plain, strict=False))
            if "amount" in row:
                row["amount"] = decimal_text(row["amount"])
            for cell in cells:
                key, sign, said = cell.partition("=")
                if sign:
                    row[key] = said
            made.append(row)
    return made or ABSENT


def _show_expect(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    lines = []
    if "problem" in value:
        lines.append(f"问题={value['problem']}" + (f" 字段={value['field']}" if value.get("field") else ""))
    if "total_kgce" in value:
        lines.append(f"综合能耗={value['total_kgce']}")
    for key, one in value.get("indicators", {}).items():
        said = [key]
        if "value" in one:
            said.append(f"值={one['value']}")
        if "level" in one:
            said.append(f"等级={NONE if one['level'] is None else one['level']}")
        if "passes" in one:
            said.append(f"达标={ {True: YES, False: NO}.get(one['passes'], NONE) }")
        said += [
            f"{level}级限额={NONE if text is None else text}" for level, text in one.get("limits", {}).items()
        ]
        lines.append(" ".join(said))
    return "\n".join(lines)


def _read_expect(text: str) -> Any:
    made: dict[str, Any] = {}
    for line in text.splitlines():
        words = line.split()
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        if "问题" in pairs:
            made["problem"] = pairs["问题"]
            field = line.partition("字段=")[2].strip()
            if field:
                made["field"] = field
        elif "综合能耗" in pairs:
            made["total_kgce"] = decimal_text(pairs["综合能耗"])
        elif words:
            made.setdefault("indicators", {})[words[0]] = _expected(pairs)
    return made


def _expected(pairs: Mapping[str, str]) -> dict[str, Any]:
    one: dict[str, Any] = {}
    for word, text in pairs.items():
        if word == "值":
            one["value"] = decimal_text(text)
        elif word == "等级":
            one["level"] = None if text == NONE else _read_integer(text)
        elif word == "达标":
            one["passes"] = {YES: True, NO: False}.get(text)
        elif word.endswith("级限额"):
            one.setdefault("limits", {})[word.removesuffix("级限额")] = (
                None if text == NONE else decimal_text(text)
            )
        else:
            one[word] = text
    return one


CODECS: Final = {
    "text": Codec(_text, _read_text),
    "area": Codec(_text, _read_text),
    "formula": Codec(_text, lambda text: " ".join(text.split()) or ABSENT),
    "choice": Codec(_text, _read_text),
    "required": Codec(_text, str.strip),
    "nullable": Codec(_text, _read_nullable),
    "decimal": Codec(_text, _read_decimal),
    "figure": Codec(_text, _read_figure),
    "integer": Codec(_text, _read_integer),
    "open_year": Codec(_text, lambda text: None if _read_integer(text) is ABSENT else _read_integer(text)),
    "flag": Codec(_show_flag, _read_flag),
    "list": Codec(_show_list, _read_list),
    "lines": Codec(_show_lines, _read_lines),
    "levels": Codec(_show_list, _read_levels),
    "pairs": Codec(_show_pairs, _read_pairs),
    "choices": Codec(_show_choices, _read_choices),
    "energy": Codec(_show_energy, _read_energy),
    "expect": Codec(_show_expect, _read_expect),
}
"""Kind of field → how it is written. ``grid`` is read with its rule (:func:`read_grid`)."""
