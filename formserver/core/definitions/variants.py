"""Variants by inheritance: an agency's, region's or regime's edition says only what differs from a shipped one.

An overlay is ``{"extends": "documents/<type>/v1", "patch": {…}}`` where the
patch is a JSON merge patch (RFC 7396: null removes) on the schema. Properties keep their order; new ones come last.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any


def is_overlay(data: Mapping[str, Any]) -> bool:
    """Whether a definition is a patch on another edition."""
    return "extends" in data and "patch" in data


def overlay(base: Mapping[str, Any], data: Mapping[str, Any], own_id: str) -> dict[str, Any]:
    """The whole schema of a variant under the id it is stored by. Raises ValueError when it extends another edition
    than ``base``."""
    if data["extends"] != base["$id"]:
        raise ValueError(f"the variant extends {data['extends']}, not {base['$id']}")
    merged: dict[str, Any] = merge_patch(base, data["patch"])
    merged["$id"] = own_id
    merged["extends"] = data["extends"]
    return merged


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396: objects merge, null removes, everything else replaces."""
    if not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    merged = copy.deepcopy(dict(target)) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
