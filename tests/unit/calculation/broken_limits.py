"""Faults of limits: how a shipped file is broken, and what the check must say where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]
Break = Callable[[Data, Data], object]
CEMENT, SULPHUR = "cement/gb16780-2021", "sulphuric_acid/gb29141-2024"


def row(data: Data, number: int = 0) -> Data:
    """One row of limits."""
    found: Data = data["limits"][number]
    return found


def put(data: Data, **values: Any) -> None:
    """Change a part."""
    data.update(values)


def scale(best: str, base: str, unit: str) -> Data:
    """A policy scale."""
    return {"benchmark": {"benchmark": best, "baseline": base, "unit": unit, "confidence": "recalled"}}


LIMIT_FAULTS: dict[str, tuple[str, Break, str, str]] = {
    "limits: row lacks": (CEMENT, lambda m, t: t["limits"].pop(0), "LIMITS_MISSING", "/products/"),
    "limits: row twice": (
        CEMENT,
        lambda m, t: t["limits"].append({**row(t), "clause": "表9"}),
        "NAME_TWICE",
        "/limits/",
    ),
    "limits: row of nothing": (
        CEMENT,
        lambda m, t: t["limits"].append({**row(t), "indicator": "other"}),
        "NOT_REACHED",
        "/limits",
    ),
    "limits: other unit": (CEMENT, lambda m, t: put(row(t), unit="tce/t"), "UNIT_MISMATCH", "/products/"),
    "limits: unknown unit": (
        CEMENT,
        lambda m, t: put(row(t), unit="kgcoal/t"),
        "UNIT_MISMATCH",
        "/products/",
    ),
    "limits: other standard": (
        CEMENT,
        lambda m, t: put(t, standard="GB 16780-2012"),
        "LIMITS_FOREIGN",
        "/limits",
    ),
    "limits: begin later": (
        CEMENT,
        lambda m, t: put(t, valid_from="2023-01-01"),
        "LIMITS_FOREIGN",
        "/limits",
    ),
    "limits: end earlier": (CEMENT, lambda m, t: put(t, valid_to="2024-01-01"), "LIMITS_FOREIGN", "/limits"),
    "limits: days reversed": (
        CEMENT,
        lambda m, t: put(t, valid_to="2020-01-01"),
        "VALIDITY_REVERSED",
        "/valid_to",
    ),
    "limits: no such day": (CEMENT, lambda m, t: put(t, valid_to="2024-02-30"), "DEFINITION_UNREADABLE", "/"),
    "limits: absent and stated": (
        CEMENT,
        lambda m, t: put(row(t), absent=[1]),
        "LIMITS_FAULTY",
        "/products/",
    ),
    "limits: order": (
        CEMENT,
        lambda m, t: put(row(t), levels={"1": "94", "2": "100", "3": "10.9"}),
        "LIMITS_FAULTY",
        "/products/",
    ),
    "limits: float": (
        CEMENT,
        lambda m, t: put(row(t), levels={"1": 94.5, "2": "100", "3": "109"}),
        "DEFINITION_SCHEMA",
        "/limits/0/levels/1",
    ),
    "limits: level 4": (
        CEMENT,
        lambda m, t: put(row(t), absent=[4]),
        "DEFINITION_SCHEMA",
        "/limits/0/absent",
    ),
    "limits: policy unit": (
        CEMENT,
        lambda m, t: put(row(t), **scale("1", "2", "kWh/t")),
        "UNIT_MISMATCH",
        "/products/",
    ),
    "limits: policy order": (
        CEMENT,
        lambda m, t: put(row(t), **scale("117", "100", "kgce/t")),
        "LIMITS_FAULTY",
        "/products/",
    ),
    "limits: rounded too far": (
        SULPHUR,
        lambda m, t: (
            put(m["products"][0]["indicators"][0], comparison="rounded", limit_digits=0),
            put(row(t)["levels"], **{"3": "-90.55"}),
        ),
        "LIMITS_FAULTY",
        "/products/0",
    ),
    "limits: none": (CEMENT, lambda m, t: None, "LIMITS_MISSING", "/limits"),
}
