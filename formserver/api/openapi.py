"""The OpenAPI 3.1 document, made from the same declarations that serve the requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from formserver.api.asking import PATH_SCHEMAS
from formserver.api.serving import IDEMPOTENCY_HEADER
from formserver.api.shapes import PROBLEM
from formserver.core.permissions import Permission
from formserver.web.api import API_ROOT, JSON_TYPE, Operation

PROBLEM_TYPE: Final = "application/problem+json"
REFUSALS: Final[Mapping[int, str]] = {
    400: "请求不完整，或安全校验没有通过",
    401: "没有有效的令牌或登录",
    403: "没有权限",
    404: "没有找到，或不在管辖范围内",
    406: "不能以要求的格式返回",
    409: "与现状冲突",
    412: "依据的版本已不是最新",
    413: "提交的内容太大",
    415: "正文格式不支持",
    422: "内容有误，逐处说明在 errors",
    428: "缺少 If-Match",
    429: "过于频繁",
    503: "暂时不能使用",
}
_PATH_NAME = re.compile(r"\{([a-z_]+)\}")
_INTRODUCTION: Final = (
    "工业节能监察平台的接口。用“访问令牌”页面生成的令牌访问：`Authorization: Bearer fs_…`。"
    "出错时按 RFC 9457 返回 application/problem+json，文字为中文。"
    "修改前先读取，把读到的 ETag 放进 If-Match；新建时可带 Idempotency-Key，24 小时内重复发送只执行一次。"
)


def openapi_document(operations: Iterable[Operation], server: str) -> dict[str, Any]:
    """The whole document. Raises ValueError when two schemas share a name."""
    components: dict[str, Any] = {}
    problem = _hoist(PROBLEM, components)
    paths: dict[str, dict[str, Any]] = {}
    groups: list[str] = []
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, components)
        if operation.group not in groups:
            groups.append(operation.group)
    return {
        "openapi": "3.1.0",
        "info": {"title": "工业节能监察平台", "version": version("formserver"), "description": _INTRODUCTION},
        "servers": [{"url": f"{server.rstrip('/')}{API_ROOT}"}],
        "tags": [{"name": group} for group in groups],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {
                f"Refused{status}": {
                    "description": text,
                    "content": {PROBLEM_TYPE: {"schema": problem}},
                }
                for status, text in REFUSALS.items()
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "访问令牌，以 fs_ 开头。"}
            },
        },
    }


def refusals(operation: Operation) -> tuple[int, ...]:
    """The error statuses an operation may answer."""
    found = {400, 404, 406, 422, 429, 503}
    if operation.permission is not None:
        found |= {401, 403, 409}  # 409 also where something is only read: a PDF that is not there yet
    if operation.method != "GET":
        found |= {409, 413}
    if operation.body is not None or operation.binary:
        found |= {413, 415}
    if operation.matches:
        found |= {412, 428}
    return tuple(sorted(found))


def _operation(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    permission = operation.permission
    made: dict[str, Any] = {
        "operationId": operation.key,
        "tags": [operation.group],
        "summary": operation.summary,
        "responses": _responses(operation, components),
    }
    needed = (
        f"需要权限“{permission.label}”（{permission.value}）。" if isinstance(permission, Permission) else ""
    )
    if operation.note or needed:
        made["description"] = f"{operation.note}{needed}"
    if permission is None:
        made["security"] = []
    parameters = [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)]
    if parameters:
        made["parameters"] = parameters
    if operation.body is not None:
        made["requestBody"] = {"required": True, "content": _content(operation, components)}
    if operation.binary:
        made["requestBody"] = {"required": True, "content": {operation.binary: {}}}
    return made


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PATH_SCHEMAS[name]["title"],
            "schema": dict(PATH_SCHEMAS[name]),
        }
        for name in _PATH_NAME.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.summary,
            "schema": (
                {"type": "array", "items": dict(parameter.schema), "maxItems": 50}
                if parameter.many
                else dict(parameter.schema)
            ),
        }
        for parameter in operation.query
    ]


def _headers(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": own.name,
            "in": "header",
            "required": own.required,
            "description": own.summary,
            "schema": dict(own.schema),
        }
        for own in operation.headers
    ]
    if operation.matches:
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": f"依据的{operation.matches}，即读取时的 ETag。",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,10}"$'},
            }
        )
    if operation.creates:
        found.append(
            {
                "name": IDEMPOTENCY_HEADER,
                "in": "header",
                "description": "同一个键在 24 小时内只执行一次。",
                "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
            }
        )
    return found


def _content(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    body = _hoist(operation.body, components)
    if not operation.upload:
        return {JSON_TYPE: {"schema": body}}
    form = {
        "type": "object",
        "required": ["files"],
        "additionalProperties": False,
        "properties": {
            "data": body,
            "files": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            },
        },
    }
    return {"multipart/form-data": {"schema": form, "encoding": {"data": {"contentType": JSON_TYPE}}}}


def _responses(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    if operation.media != (JSON_TYPE,):
        good["content"] = {media: {} for media in operation.media}
    elif operation.answer is not None:
        good["content"] = {JSON_TYPE: {"schema": _hoist(operation.answer, components)}}
    if operation.versioned:
        good["headers"] = {
            "ETag": {"description": "版本号，带双引号", "required": True, "schema": {"type": "string"}}
        }
    found = {str(operation.status): good}
    if operation.media != (JSON_TYPE,):  # a large file may be fetched in parts, or found unchanged
        found["206"] = {**good, "description": "文件的一部分"}
        found["304"] = {"description": "没有变化"}
        found["416"] = {"$ref": "#/components/responses/Refused400"}
    for status in refusals(operation):
        found[str(status)] = {"$ref": f"#/components/responses/Refused{status}"}
    return found


def _hoist(schema: Any, components: dict[str, Any]) -> Any:
    """``schema`` with every named part moved to ``components``."""
    if isinstance(schema, list | tuple):
        return [_hoist(item, components) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {key: _hoist(value, components) for key, value in schema.items() if key != "x-name"}
    name = schema.get("x-name")
    if not isinstance(name, str):
        return made
    if components.setdefault(name, made) != made:
        raise ValueError(f"two schemas are named {name}")
    return {"$ref": f"#/components/schemas/{name}"}
