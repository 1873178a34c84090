"""Bodies made from a schema, to try a template before anyone fills a form: empty, minimal, maximal, hostile.

They are not meant to be sensible, only to be what the schema allows and to reach every branch a template takes on
choices, switches and missing values. Deterministic: the same schema gives the same bodies.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from formserver.rendering.schema_plan import Plan, Shape

VARIANTS = 48
HOSTILE_TEXT = "<w:t>&lt;/w:t>\"'{{ 7*7 }}{% raw %}{_{ x }_}\n第二行\t制表 ]]> 𠮷䶮℃m³"
_DATES = ("2024-05-06", "2025-12-31")
_MOMENTS = ("2024-05-06T09:30", "2025-12-31T23:05")


def synthetic_bodies(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Named bodies; the names are shown when one of them makes the template fail."""
    yield "空白", {}
    yield "最少", _Maker(_seeded(1), only_required=True).object(plan)
    yield "特殊字符", _Maker(_seeded(2), hostile=True).object(plan)
    for number in range(VARIANTS):
        maker = _Maker(_seeded(number), turn=number, skip=0.0 if number < VARIANTS // 2 else 0.25)
        yield f"样例{number + 1}", maker.object(plan)


def _seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - trial data, and the same every time


class _Maker:
    """One way to fill a schema. ``turn`` walks through the options of every choice in step."""

    def __init__(
        self,
        source: random.Random,
        *,
        turn: int = 0,
        only_required: bool = False,
        hostile: bool = False,
        skip: float = 0.0,
    ) -> None:
        self._random = source
        self._turn = turn
        self._only_required = only_required
        self._hostile = hostile
        self._skip = skip
        self._serial = 0

    def object(self, plan: Plan) -> dict[str, Any]:
        """A value for every property that this way of filling fills."""
        body: dict[str, Any] = {}
        for name, child in plan.props.items():
            if self._only_required and not child.required:
                continue
            if self._skip and not child.required and self._random.random() < self._skip:
                continue
            body[name] = self._value(child)
        return body

    def _value(self, plan: Plan) -> Any:
        if plan.shape is Shape.OBJECT:
            return self.object(plan)
        if plan.shape is Shape.ARRAY:
            return self._array(plan)
        if "const" in plan.schema:
            return plan.schema["const"]
        if plan.shape is Shape.BOOLEAN:
            return self._turn % 2 == 0 if self._turn < 4 else self._random.random() < 0.5
        if plan.shape is Shape.INTEGER:
            return max(int(plan.schema.get("minimum", 1)), 1) + self._serial % 3
        return self._text(plan)

    def _array(self, plan: Plan) -> list[Any]:
        item = plan.item
        if item is None:
            return []
        if item.options:
            chosen = list(item.options)
            if self._turn % 3:
                chosen = [chosen[self._turn % len(chosen)]]
            return chosen
        return [self._value(item) for _ in range(max(2, int(plan.schema.get("minItems", 0))))]

    def _text(self, plan: Plan) -> str:
        self._serial += 1
        if plan.options:
            place = self._turn if self._turn < 12 else self._random.randrange(len(plan.options))
            return plan.options[place % len(plan.options)]
        form = plan.schema.get("format")
        if form == "date":
            return _DATES[self._turn % 2]
        if form == "date-time":
            return _MOMENTS[self._turn % 2]
        if form == "time":
            return "09:30"
        if form == "decimal":
            return f"{self._serial + 1000}.5"
        for example in plan.schema.get("examples", ()):
            return str(example)
        if "pattern" in plan.schema:
            return f"{self._serial + 1000}"
        return HOSTILE_TEXT if self._hostile else f"〔{plan.label}{self._serial}〕"


def leaf_places(plan: Plan, pointer: str = "") -> Iterator[tuple[str, Plan]]:
    """Every leaf that must be printable, with ``*`` for the rows of lists."""
    if plan.not_printed:
        return
    if plan.shape is Shape.OBJECT:
        for child in plan.props.values():
            yield from leaf_places(child, pointer + child.step)
    elif plan.shape is Shape.ARRAY:
        if plan.item is not None:
            yield from leaf_places(plan.item, pointer + "/*")
    else:
        yield pointer, plan


def generalise(plan: Plan, pointer: str) -> str:
    """``/rows/3/name`` → ``/rows/*/name``."""
    steps: list[str] = []
    here: Plan | None = plan
    for step in pointer.split("/")[1:]:
        if here is not None and here.shape is Shape.ARRAY:
            steps.append("*")
            here = here.item
        else:
            steps.append(step)
            here = next((c for c in here.props.values() if c.step == "/" + step), None) if here else None
    return "".join("/" + step for step in steps)
