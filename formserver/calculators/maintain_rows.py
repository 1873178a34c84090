"""Rows of a draft's sections: drawn as fields, read back from a post, added, copied, moved, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from formserver.calculators.maintain_fields import Column, Section
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_words import ABSENT, CODECS, read_grid, show_grid
from formserver.core.canonical import clone

Json = dict[str, Any]
LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place in the file as a JSON pointer, its own data, the product or key it goes by."""

    pointer: str
    data: Json


def rows_of(section: Section, draft: Draft) -> list[Row]:
    """The rows of a section, whatever faulty thing stands in their place."""
    part = _part(section, draft)
    if section.shape == "record":
        return [Row("", part)]
    if section.shape in ("nested", "nested_map"):
        found = []
        for number, product in enumerate(_list(part.get(section.outer))):
            inner, at = product.get(section.at), f"/{section.outer}/{number}/{section.at}"
            found += [
                replace(row, data={**row.data, "@product": product.get("key", "")})
                for row in _inner(inner, at)
            ]
        return found
    return _inner(_found(part, section.path), f"/{section.at}")


def _found(part: Any, path: Sequence[str]) -> Any:
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part


def _inner(value: Any, at: str) -> list[Row]:
    if isinstance(value, Mapping):
        return [
            Row(
                f"{at}/{key}", {**one, "@key": key} if isinstance(one, dict) else {"@key": key, "@value": one}
            )
            for key, one in value.items()
        ]
    return [Row(f"{at}/{index}", dict(one)) for index, one in enumerate(_list(value))]


def _list(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _part(section: Section, draft: Draft) -> Json:
    return draft.method if section.part == "method" else draft.limits


def shown(column: Column, data: Mapping[str, Any]) -> str:
    """The text of a field."""
    if column.kind == "grid":
        return show_grid(data)
    value: Any = data
    for key in column.place:
        value = value.get(key) if isinstance(value, Mapping) else None
    kind = "text" if column.kind == "product" else column.kind
    try:
        return CODECS[kind].show(value)
    except (AttributeError, TypeError):  # something raw of another form stands there
        return str(value)


def typed(section: Section, data: Mapping[str, Any], posted: Mapping[str, str]) -> Json:
    """A row with what was typed. Fields that say what they said before leave the row as it is."""
    made: Json = clone(dict(data))
    for column in section.columns:
        text = posted.get(column.key)
        if text is None:
            continue
        text = text.replace("\r\n", "\n")[:LONGEST]
        same = text.strip() == shown(column, data).strip()
        if column.kind == "grid":
            if not same or posted.get("rule", data.get("rule")) != data.get("rule"):
                for key in ("points", "bands", "texts"):
                    made.pop(key, None)
                made.update(read_grid(text, str(posted.get("rule", data.get("rule", "")))))
        elif not same:
            kind = "required" if column.kind == "product" else column.kind
            _put(made, column.place, CODECS[kind].read(text))
    _tidy(made)
    return made


def _put(data: Json, path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        inner = data.get(key)
        if not isinstance(inner, dict):
            if value is ABSENT:
                return
            inner = data[key] = {}
        data = inner
    if value is ABSENT:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = value


def _tidy(data: Json) -> None:
    """A policy scale without any value is none; a correction of no level in particular is one of all."""
    policy = data.get("benchmark")
    if isinstance(policy, dict):
        if policy.get("benchmark") is None and policy.get("baseline") is None:
            del data["benchmark"]
        else:
            for key, value in (("benchmark", None), ("baseline", None), ("confidence", "recalled")):
                policy.setdefault(key, value)
    if data.get("levels") == [] and "expression" in data:
        del data["levels"]


def put_rows(section: Section, draft: Draft, rows: Sequence[Json]) -> Draft:
    """The draft with these rows in the section's place."""
    part = clone(_part(section, draft))
    if section.shape == "record":
        part = dict(rows[0]) if rows else part
    elif section.shape in ("nested", "nested_map"):
        for product in _list(part.get(section.outer)):
            own = [row for row in rows if row.get("@product") == product.get("key", "")]
            if section.shape == "nested":
                product[section.at] = [_bare(row) for row in own]
            elif own or section.at in product:
                product[section.at] = _keyed(own)
                if not product[section.at]:
                    del product[section.at]
    elif rows or _found(part, section.path) is not None:
        _put(part, section.path, _keyed(rows) if section.shape == "map" else [_bare(row) for row in rows])
    return replace(draft, method=part) if section.part == "method" else replace(draft, limits=part)


def _bare(row: Json) -> Json:
    return {key: value for key, value in row.items() if not key.startswith("@")}


def _keyed(rows: Sequence[Json]) -> Json:
    """Rows by key; a key given twice gets a number behind it rather than overwrite its twin."""
    made: Json = {}
    for row in rows:
        key = base = str(row.get("@key", "")) or "new"
        number = 2
        while key in made:
            key, number = f"{base}_{number}", number + 1
        made[key] = row["@value"] if "@value" in row else _bare(row)
    return made


def _next_key(first: str, rows: Sequence[Json]) -> str:
    """The key of a new row: keys that are years go on from the last, others are for the person to name."""
    if not first.isdigit():
        return ""
    years = [int(key) for row in rows if (key := str(row.get("@key", ""))).isascii() and key.isdigit()]
    return str(max(years) + 1) if years else first


def changed_rows(section: Section, rows: list[Json], do: str, products: Sequence[str]) -> list[Json]:
    """The rows after a button: ``add``, ``copy-3``, ``delete-3``, ``up-3``."""
    verb, _, number = do.partition("-")
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else -1
    made = list(rows)
    if verb == "add":
        new = clone(dict(section.new))
        if section.shape == "map":
            new["@key"] = _next_key(str(new.get("@key", "")), made)
        if section.shape in ("nested", "nested_map"):
            new["@product"] = products[-1] if products else ""
            if section.shape == "nested_map":
                new["@key"] = ""
        elif "product" in new:
            new["product"] = products[-1] if products else ""
        return [*made, new]
    if not 0 <= index < len(made):
        return made
    if verb == "delete":
        del made[index]
    elif verb == "copy":
        twin = clone(made[index])
        for key in ("key", "@key"):
            if isinstance(twin.get(key), str) and section.key != "sources":
                twin[key] = f"{twin[key]}_2"
        made.insert(index + 1, twin)
    elif verb == "up" and index:
        made[index - 1], made[index] = made[index], made[index - 1]
    return made
