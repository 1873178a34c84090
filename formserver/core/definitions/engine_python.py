"""The engine without native code: ``jsonschema``, made to read patterns as ECMA 262 does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema import ValidationError as PyError
from jsonschema.validators import extend

from formserver.core.definitions.engines import Fault, instance_pointer


class PurePython:
    """A compiled schema for ``jsonschema``."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._validator = _PythonValidator(dict(schema))

    def faults(self, body: Any) -> list[Fault]:
        """What ``body`` breaks, sorted by place."""
        found: set[Fault] = set()
        for error in self._validator.iter_errors(body):
            keyword, here = str(error.validator), error.absolute_path
            if keyword == "additionalProperties":
                known = error.schema.get("properties", {})
                found.update(
                    Fault(instance_pointer(here, key), keyword) for key in error.instance if key not in known
                )
            else:
                found.add(Fault(instance_pointer(here), keyword))
        return sorted(found)


@lru_cache(maxsize=512)
def _ecma(pattern: str) -> re.Pattern[str]:
    """``pattern`` as ECMA 262 reads it: ``$`` is the very end, ``\\d`` and ``\\w`` are ASCII."""
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII)


def _match_pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterable[PyError]:
    if isinstance(instance, str) and _ecma(pattern).search(instance) is None:
        yield PyError(f"{instance!r} does not match {pattern!r}")


_PythonValidator: Final[Any] = extend(Draft202012Validator, {"pattern": _match_pattern})  # type: ignore[no-untyped-call]
