"""Everything that stands against publishing a template, found before anyone prints with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.errors import AppError, Problem
from formserver.rendering.compile import compile_template
from formserver.rendering.schema_plan import plan_for


def check_template(template: bytes, schema: Mapping[str, Any]) -> Sequence[Problem]:
    """An empty list means that ``template`` may be published for ``schema``."""
    try:
        compile_template(template)
        plan_for(schema)
    except AppError as error:
        return error.problems or (Problem(error.code.code, str(error)),)
    return ()
