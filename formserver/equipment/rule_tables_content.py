"""Tables of models in a draft of rules (逐型号表): as lines of a form, from a pasted block, back into the file.

What cannot be read is kept as it was typed: the judges then say what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.equipment.catalogue_content import rows_of
from formserver.equipment.catalogue_errors import DRAFT_UNREADABLE
from formserver.equipment.catalogue_models import Json
from formserver.equipment.matching.canon_grammar import Grammar, grammar_from_json
from formserver.equipment.matching.canon_motor import read_motors

MOST_LINES: Final = 2_000
MOST_TABLES: Final = 100
_NAME: Final = re.compile(r"[\w-]{1,60}")
_BETWEEN: Final = re.compile(r"[\s、，,;；/]+")
_UNIT: Final = re.compile(r"(?<=\d)(KW|千瓦)$", re.IGNORECASE)
_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


@dataclass(frozen=True, slots=True)
class TableLine:
    """One model of a table as the form shows it; ``power`` has all powers, apart by 、."""

    model: str
    power: str

    @property
    def empty(self) -> bool:
        """Whether nobody wrote anything."""
        return not (self.model or self.power)


def tables_of(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every table that has a form at all: name → model → powers."""
    found = content.get("tables")
    if not isinstance(found, dict):
        return {}
    return {name: table for name, table in found.items() if isinstance(table, dict)}


def good_table_name(text: str) -> bool:
    """Whether a text can name a table: letters, Chinese, digits, ``_`` and ``-``."""
    return _NAME.fullmatch(text) is not None


def shown_table(table: Mapping[str, Any]) -> tuple[TableLine, ...]:
    """The lines of a kept table."""
    return tuple(TableLine(str(model), shown_powers(powers)) for model, powers in table.items())


def shown_powers(powers: Any) -> str:
    """Powers as the form shows them."""
    return "、".join(map(str, powers)) if isinstance(powers, list) else str(powers)


def posted_lines(models: Sequence[str], powers: Sequence[str]) -> tuple[TableLine, ...]:
    """The lines of a form without empty ones. Raises EQUIPMENT_DRAFT_UNREADABLE for too many."""
    if max(len(models), len(powers)) > 2 * MOST_LINES:
        raise DRAFT_UNREADABLE(reason=f"一张表最多 {MOST_LINES} 行")
    count = max(len(models), len(powers))
    padded = [(*each, *[""] * (count - len(each))) for each in (models, powers)]
    lines = (TableLine(one.strip(), other.strip()) for one, other in zip(*padded, strict=True))
    return tuple(one for one in lines if not one.empty)


def pasted_lines(text: str) -> tuple[TableLine, ...]:
    """A block out of a spreadsheet: the model, then its powers; a first line without any digit is a head."""
    rows = [one.strip() for one in text.replace("\r\n", "\n").split("\n") if one.strip()]
    if rows and not any(sign.isdigit() for sign in rows[0]):
        rows = rows[1:]
    found = []
    for row in rows:
        cells = [one.strip() for one in (row.split("\t") if "\t" in row else _BETWEEN.split(row, maxsplit=1))]
        found.append(TableLine(cells[0], "、".join(one for one in cells[1:] if one)))
    return tuple(found)


def merged(
    lines: Iterable[TableLine], pasted: Iterable[TableLine], grammar: Grammar
) -> tuple[TableLine, ...]:
    """The lines with those of a block: a model that is there already takes the powers of the block."""
    made = {plain_model(one.model, grammar) or f"?{at}": one for at, one in enumerate(lines)}
    for at, one in enumerate(pasted):
        made[plain_model(one.model, grammar) or f"+{at}"] = one
    return tuple(made.values())


def typed_table(lines: Sequence[TableLine], old: Mapping[str, Any], grammar: Grammar) -> Json:
    """The table as typed; powers that are written as before stay as they are.

    Raises EQUIPMENT_DRAFT_UNREADABLE where a line would be lost: the same model twice, powers without a model.
    """
    if len(lines) > MOST_LINES:
        raise DRAFT_UNREADABLE(reason=f"一张表最多 {MOST_LINES} 行，现在有 {len(lines)} 行")
    made: Json = {}
    places: dict[str, int] = {}
    for at, one in enumerate(lines, 1):
        model = plain_model(one.model, grammar)
        if not model:
            raise DRAFT_UNREADABLE(reason=f"第 {at} 行没有写规格（功率是 {one.power[:40]}）")
        if model in places:
            raise DRAFT_UNREADABLE(
                reason=f"第 {places[model]} 行和第 {at} 行是同一规格 {model[:40]}，请合为一行，功率用“、”隔开"
            )
        places[model] = at
        powers, before = plain_powers(one.power), old.get(model)
        same = isinstance(before, list) and [str(each) for each in before] == powers
        made[model] = before if same else powers
    return made


def plain_model(text: str, grammar: Grammar) -> str:
    """A model as tables name it: ``Y80M1-2`` is ``80M1-2`` where the grammar reads it in one way alone."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().translate(_HYPHENS).split())
    if not plain or plain[0].isdigit() or len(plain) > 40:
        return plain
    keys = {one.key for one in read_motors(plain, grammar) if not one.suffix and one.poles is not None}
    return keys.pop() if len(keys) == 1 else plain


def plain_powers(text: str) -> list[str]:
    """The powers of a line in kW, as texts."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())
    return [_UNIT.sub("", one) for one in parts if one and one.casefold() != "kw"]


def put_table(content: Json, name: str, table: Json) -> Json:
    """With that table replaced, or added at the end."""
    return {**content, "tables": {**_kept(content), name: table}}


def remove_table(content: Json, name: str) -> Json:
    """Without that table; rules that still name it are faults of the draft."""
    return {**content, "tables": {key: one for key, one in _kept(content).items() if key != name}}


def users_of(content: Mapping[str, Any], name: str) -> tuple[tuple[Json, str], ...]:
    """Rules of the file that use a table, each with how in words."""
    found = []
    for rule in rows_of(content, "rules"):
        others = rule.get("not_in_tables")
        if rule.get("models_table") == name:
            found.append((rule, "型号在这张表里的"))
        elif isinstance(others, list) and name in others:
            found.append((rule, "型号不在这张表里的"))
    return tuple(found)


def grammar_of(content: Mapping[str, Any]) -> Grammar:
    """The grammar of a draft; an empty one where it has no form."""
    try:
        return grammar_from_json(content["grammar"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return Grammar()


def _kept(content: Mapping[str, Any]) -> Json:
    found = content.get("tables")
    return dict(found) if isinstance(found, dict) else {}
