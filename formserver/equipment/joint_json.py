"""Findings and grade checks as JSON and back; values nobody set are left out and come back as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final

from formserver.equipment.joint_grades import GradeCheck
from formserver.equipment.matching.model import Deadline, Finding, Item, Verdict

_DEFAULTS: Final[Mapping[type[Any], tuple[tuple[str, Any], ...]]] = {
    kind: tuple((one.name, one.default) for one in fields(kind)) for kind in (Finding, GradeCheck, Item)
}
"""Asked for once: this runs for every row."""


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Every field that is not as when nothing is known."""
    return _slim(finding)


def finding_from_json(data: Any) -> Finding:
    """The inverse; what an older program did not keep is empty, what it kept besides is passed over."""
    known = _known(Finding, data)
    item = known.get("item")
    return Finding(
        **{
            **known,
            "verdict": Verdict(str(known.get("verdict", "ok"))),
            "category": str(known.get("category", "unknown")),
            "item": _item(item) if isinstance(item, Mapping) else None,
            "deadline": _deadline(known.get("deadline")),
        }
    )


def grade_to_json(grade: GradeCheck) -> dict[str, Any]:
    """Every field that is not as when nothing is known."""
    return _slim(grade)


def grade_from_json(data: Any) -> GradeCheck:
    """The inverse, as :func:`finding_from_json`."""
    known = _known(GradeCheck, data)
    pairs = tuple((str(name), str(sha)) for name, sha in known.get("definitions", ()))
    return GradeCheck(**{**known, "definitions": pairs})


def _slim(record: Any) -> dict[str, Any]:
    found = ((name, getattr(record, name), default) for name, default in _DEFAULTS[type(record)])
    return {name: _plain(value) for name, value, default in found if value != default}


def _plain(value: Any) -> Any:
    if type(value) is str:  # most values: asked first, as this runs for every field of every row
        return value
    if isinstance(value, Verdict):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Deadline):
        return {"text": value.text, "on": None if value.on is None else value.on.isoformat()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Item):
        return {name: _plain(getattr(value, name)) for name, _ in _DEFAULTS[Item]}
    return value


def _known(kind: type[Any], data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        return {}
    names = {one.name for one in fields(kind)}
    return {
        key: tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for key, value in data.items()
        if key in names
    }


def _item(data: Mapping[str, Any]) -> Item:
    texts = {one.name: "" for one in fields(Item)}
    known = {key: value for key, value in data.items() if key in texts}
    return Item(
        **{
            **texts,
            **known,
            "deadline": _deadline(known.get("deadline")),
            "recalled": bool(known.get("recalled")),
        }
    )


def _deadline(data: Any) -> Deadline:
    if not isinstance(data, Mapping):
        return Deadline()
    on = data.get("on")
    return Deadline(str(data.get("text", "")), date.fromisoformat(on) if isinstance(on, str) and on else None)
