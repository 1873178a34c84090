"""接口说明: the operations for people to read, drawn by us from the declarations."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template

from formserver.api.examples import example, request_line
from formserver.api.openapi import REFUSALS, openapi_document, refusals
from formserver.core.permissions import PERMISSION_LABELS, Permission
from formserver.web.api import API_ROOT, Answer, Call, Operation
from formserver.web.context import context
from formserver.web.permissions import ANY_SIGNED_IN, requires_sign_in

api = Blueprint("api", __name__, template_folder="templates")


@api.get("/api/docs")
@requires_sign_in
def docs() -> Any:
    """Every operation, by group."""
    groups: dict[str, list[Operation]] = {}
    for operation in context().operations:
        groups.setdefault(operation.group, []).append(operation)
    return render_template(
        "api/docs.html",
        groups=groups,
        root=API_ROOT,
        needed=_needed,
        refused=lambda operation: [(status, REFUSALS[status]) for status in refusals(operation)],
        pretty=_pretty,
        example=lambda schema: json.dumps(example(schema), ensure_ascii=False, indent=2),
        request_line=request_line,
        address=context().settings.base_url.rstrip("/"),
    )


def _needed(operation: Operation) -> str:
    permission = operation.permission
    if permission is None:
        return "任何人"
    return PERMISSION_LABELS[permission.value] if isinstance(permission, Permission) else "登录即可"


def _pretty(schema: Any) -> str:
    return json.dumps(_without_names(schema), ensure_ascii=False, indent=2)


def _without_names(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_names(value) for key, value in schema.items() if key != "x-name"}
    return [_without_names(item) for item in schema] if isinstance(schema, list | tuple) else schema


def _describe(_call: Call) -> Answer:
    built = context()
    return Answer(openapi_document(built.operations, built.settings.base_url))


DESCRIPTION = Operation(
    "openapi",
    "GET",
    "/openapi.json",
    "接口说明",
    "这份接口说明（OpenAPI 3.1）",
    ANY_SIGNED_IN,
    _describe,
    {"type": "object"},
)
