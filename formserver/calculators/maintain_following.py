"""What follows a change of products and indicators: limits and examples keep the names they point to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from formserver.calculators.maintain_models import Draft
from formserver.core.canonical import clone

Json = dict[str, Any]


def follow(
    old: Draft, new: Draft, section: str, before: Sequence[Json], after: Sequence[Json], do: str
) -> Draft:
    """``before`` are the rows as they were, ``after`` as typed, in the same order, before the button ``do`` worked."""
    if section == "products":
        names = {str(a.get("key")): str(b.get("key")) for a, b in zip(before, after, strict=False)}
        new = _renamed_products(new, {a: b for a, b in names.items() if a != b and b})
        if do.startswith("copy-"):
            index = int(do.removeprefix("copy-"))
            key = str(after[index].get("key")) if index < len(after) else ""
            new = _copied_limits(new, key, f"{key}_2")
    elif section == "indicators":
        pairs = {
            (str(a.get("@product")), str(a.get("key"))): (str(b.get("@product")), str(b.get("key")))
            for a, b in zip(before, after, strict=False)
        }
        new = _renamed_indicators(new, {a: b for a, b in pairs.items() if a != b and b[1]})
    else:
        return new
    return _fitting_limits(old, new)


def _renamed_products(draft: Draft, names: Mapping[str, str]) -> Draft:
    if not names:
        return draft
    method, limits = clone(draft.method), clone(draft.limits)
    for rows in (_rows(limits, "limits"), _rows(method, "examples")):
        for row in rows:
            row["product"] = names.get(row.get("product", ""), row.get("product"))
    return replace(draft, method=method, limits=limits)


def _renamed_indicators(draft: Draft, pairs: Mapping[tuple[str, str], tuple[str, str]]) -> Draft:
    if not pairs:
        return draft
    limits = clone(draft.limits)
    for row in _rows(limits, "limits"):
        key = (str(row.get("product")), str(row.get("indicator")))
        if key in pairs:
            row["product"], row["indicator"] = pairs[key]
    return replace(draft, limits=limits)


def _copied_limits(draft: Draft, source: str, twin: str) -> Draft:
    limits = clone(draft.limits)
    rows = _rows(limits, "limits")
    limits["limits"] = [
        *rows,
        *({**clone(row), "product": twin} for row in rows if row.get("product") == source),
    ]
    return replace(draft, limits=limits)


def _fitting_limits(old: Draft, new: Draft) -> Draft:
    """A row for every indicator (its values unknown), none for an indicator that was removed just now."""
    had, has = _indicators(old), _indicators(new)
    gone = set(had) - set(has)
    limits = clone(new.limits)
    rows = [
        row
        for row in _rows(limits, "limits")
        if (str(row.get("product")), str(row.get("indicator"))) not in gone
    ]
    known = {(str(row.get("product")), str(row.get("indicator"))) for row in rows}
    for (product, indicator), unit in has.items():
        if product and indicator and (product, indicator) not in known:
            rows.append(
                {
                    "product": product,
                    "indicator": indicator,
                    "unit": unit,
                    "levels": {"1": None, "2": None, "3": None},
                    "absent": [],
                    "confidence": "unknown",
                }
            )
    limits["limits"] = rows
    return replace(new, limits=limits)


def _indicators(draft: Draft) -> dict[tuple[str, str], str]:
    return {
        (str(product.get("key")), str(one.get("key"))): str(one.get("unit", "1"))
        for product in _rows(draft.method, "products")
        for one in _rows(product, "indicators")
    }


def _rows(part: Json, key: str) -> list[Json]:
    value = part.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
