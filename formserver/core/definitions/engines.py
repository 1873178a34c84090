"""The two JSON Schema engines behind one small answer: jsonschema-rs where it is installed, else jsonschema.

Only the keywords of our vocabulary are given to an engine, and an answer holds nothing an engine words itself,
so that both say the same (design §6). ``required`` depends on stage and visibility, formats and ``x-`` words are ours:
:mod:`.completeness` checks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

try:  # not built for every processor (LoongArch, some Kylin laptops)
    import jsonschema_rs
except ImportError:  # pragma: no cover
    jsonschema_rs = None  # type: ignore[assignment]

STRUCTURE: Final = ("type", "properties", "additionalProperties", "items")
CONSTRAINTS: Final = (
    "enum",
    "const",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
)
KEYWORDS: Final = STRUCTURE + CONSTRAINTS


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """``keyword`` failed at ``pointer``; for additionalProperties the pointer names the unknown property."""

    pointer: str
    keyword: str


class Engine(Protocol):
    """A compiled schema."""

    def faults(self, body: Any) -> list[Fault]:
        """What ``body`` breaks, sorted by place."""
        ...


def reduce_schema(view: Mapping[str, Any], keywords: Iterable[str]) -> dict[str, Any]:
    """A dereferenced schema with nothing but ``keywords``: what an engine is given."""
    wanted = frozenset(keywords)

    def reduce(node: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.items():
            if key not in wanted:
                continue
            if key == "properties":
                made[key] = {name: reduce(schema) for name, schema in value.items()}
            else:
                made[key] = reduce(value) if key == "items" else value
        return made

    return reduce(view)


def compile_engine(schema: Mapping[str, Any], *, pure: bool = False) -> Engine:
    """The fastest engine there is for a reduced schema; ``pure`` asks for the one without native code."""
    if pure or jsonschema_rs is None:
        # Imported when needed: most machines never do, and it takes a tenth of a second at start-up.
        from formserver.core.definitions.engine_python import PurePython

        return PurePython(schema)
    return _Native(schema)


def instance_pointer(path: Iterable[Any], *more: str) -> str:
    """A JSON pointer of the steps an engine reports."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in (*path, *more))


def _detail(error: Any, name: str) -> Any:
    """What an engine's error says beyond its place; the stubs know only the common part of the kinds."""
    return getattr(error.kind, name)


class _Native:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(dict(schema))

    def faults(self, body: Any) -> list[Fault]:
        found: set[Fault] = set()
        for error in self._validator.iter_errors(body):
            keyword = str(error.schema_path[-1])
            if keyword == "additionalProperties":
                found.update(
                    Fault(instance_pointer(error.instance_path, key), keyword)
                    for key in _detail(error, "unexpected")
                )
            else:
                found.add(Fault(instance_pointer(error.instance_path), keyword))
        return sorted(found)
