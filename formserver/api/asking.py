"""Turns an HTTP request into a checked :class:`~formserver.web.api.Call`, or refuses it in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, BinaryIO, Final, cast

from flask import request

from formserver.api.reading import BAD_JSON, check, read_json
from formserver.core.definitions.grammar import is_date
from formserver.core.errors import NOT_FOUND, Kind, Problem, error_code, invalid
from formserver.core.permissions import Actor
from formserver.web.api import JSON_TYPE, Call, Operation, Parameter
from formserver.web.context import find_actor

NOT_ACCEPTABLE = error_code(
    "NOT_ACCEPTABLE",
    Kind.INVALID,
    zh="这个操作只能返回 {media}，请修改 Accept 请求头。",
    en="This operation answers {media}; change the Accept header.",
)
UNSUPPORTED_MEDIA = error_code(
    "UNSUPPORTED_MEDIA",
    Kind.INVALID,
    zh="请求正文应为 {media}（UTF-8），请修改 Content-Type 请求头。",
    en="The body must be {media} in UTF-8; change the Content-Type header.",
)
PRECONDITION_REQUIRED = error_code(
    "PRECONDITION_REQUIRED",
    Kind.INVALID,
    zh='请在 If-Match 请求头中写明您依据的{what}，例如 If-Match: "3"；它就是读取时的 ETag。',
    en="State the version you looked at in If-Match.",
)
BAD_HEADER = error_code(
    "BAD_HEADER", Kind.INVALID, zh="请求头 {name} 的写法不对：{hint}。", en="The header {name} is malformed."
)
NOBODY: Final = Actor("", "", "")
ID_PATTERN: Final = "^[0-7][0-9a-hjkmnp-tv-z]{25}$"
PATH_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "page_no": {"type": "integer", "minimum": 1, "maximum": 999_999, "title": "页码"},
    "no": {"type": "integer", "minimum": 1, "maximum": 999_999, "title": "版本号"},
    "type_key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$", "title": "文书种类"},
    "token": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$", "title": "校验码"},
    "document_id": {"type": "string", "pattern": ID_PATTERN, "title": "文书标识"},
    "rendition_id": {"type": "string", "pattern": ID_PATTERN, "title": "文件标识"},
    "enterprise_id": {"type": "string", "pattern": ID_PATTERN, "title": "企业标识"},
    "agency_id": {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$", "title": "监察机构标识"},
    "upload_id": {"type": "string", "pattern": ID_PATTERN, "title": "上传标识"},
    "evidence_id": {"type": "string", "pattern": ID_PATTERN, "title": "证据标识"},
    "page_id": {"type": "string", "pattern": ID_PATTERN, "title": "页面标识"},
    "original_id": {"type": "string", "pattern": ID_PATTERN, "title": "签字件文件标识"},
    "mark_id": {"type": "string", "pattern": ID_PATTERN, "title": "签名标识"},
    "seal_id": {"type": "string", "pattern": ID_PATTERN, "title": "印章标识"},
    "remark_id": {"type": "string", "pattern": ID_PATTERN, "title": "标注标识"},
    "appointment_id": {"type": "string", "pattern": ID_PATTERN, "title": "委托标识"},
    "view_id": {"type": "string", "pattern": ID_PATTERN, "title": "视图标识"},
    "token_id": {"type": "string", "pattern": ID_PATTERN, "title": "令牌标识"},
    "job_id": {"type": "string", "pattern": ID_PATTERN, "title": "任务标识"},
    "session_id": {"type": "string", "pattern": "^[0-9a-f]{64}$", "title": "登录标识"},
    "calculator": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]{0,63}$",
        "title": "计算包",
        "examples": ["cement"],
    },
    "edition": {"type": "string", "pattern": "^[a-z][a-z0-9.+_-]{0,99}$", "title": "版本"},
    "draft_id": {"type": "string", "pattern": ID_PATTERN, "title": "草案标识"},
    "confirmation_id": {"type": "string", "pattern": ID_PATTERN, "title": "确认标识"},
    "calculation_id": {"type": "string", "pattern": ID_PATTERN, "title": "计算标识"},
    "batch_id": {"type": "string", "pattern": "^[0-9a-f]{64}$", "title": "批次标识"},
    "list_id": {"type": "string", "pattern": ID_PATTERN, "title": "设备清单标识"},
    "number": {"type": "integer", "minimum": 1, "maximum": 999_999, "title": "清单行号"},
}
_COUNT: Final = "[1-9][0-9]{0,5}"
_ETAG = re.compile(r'"([0-9]{1,10})"')
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")


def read_call(operation: Operation, path: Mapping[str, Any]) -> Call:
    """The request as the operation wants it. Raises NOT_ACCEPTABLE, UNSUPPORTED_MEDIA, BAD_JSON, INVALID_INPUT, …"""
    _check_accept(operation)
    texts = {name: str(value) for name, value in path.items()}
    for name, text in texts.items():
        schema = PATH_SCHEMAS[name]
        wanted = schema["pattern"] if schema["type"] == "string" else _COUNT
        if not re.fullmatch(wanted, text, re.ASCII):
            raise NOT_FOUND(what=f"这个{schema['title']}")
    query = read_query(operation)
    version = _version(operation)
    headers = _read_headers(operation)
    actor = find_actor() or NOBODY
    if operation.binary:
        if request.mimetype != operation.binary:
            raise UNSUPPORTED_MEDIA(media=operation.binary)
        stream = cast(BinaryIO, request.stream)
        return Call(actor, texts, query, version=version, headers=headers, stream=stream)
    body, files = _body(operation)
    return Call(actor, texts, query, body, files, version, headers)


def read_query(operation: Operation) -> dict[str, Any]:
    """The declared parameters, by name; what was not given and has no default is absent."""
    declared = {parameter.name: parameter for parameter in operation.query}
    problems = [
        Problem("UNKNOWN_PARAMETER", f"没有参数“{name[:50]}”，请对照接口说明。", name[:50], name[:50])
        for name in dict.fromkeys(request.args)
        if name not in declared
    ]
    found: dict[str, Any] = {}
    for name, parameter in declared.items():
        texts = request.args.getlist(name)
        if not texts:
            if "default" in parameter.schema:
                found[name] = parameter.schema["default"]
            elif parameter.required:
                message = f"请提供参数“{name}”。"
                problems.append(Problem("REQUIRED", message, name, parameter.summary))
            continue
        message = _odd_texts(parameter, texts)
        values = [] if message else [_value(parameter.schema, text) for text in texts]
        if message or None in values:
            message = message or _expected(parameter.schema)
            problems.append(Problem("BAD_PARAMETER", f"参数“{name}”{message}", name, parameter.summary))
        else:
            found[name] = values if parameter.many else values[0]
    if problems:
        raise invalid(problems)
    return found


def _odd_texts(parameter: Parameter, texts: list[str]) -> str:
    if len(texts) > 1 and not parameter.many:
        return "只能给一次。"
    if len(texts) > 50:
        return "最多给 50 个。"
    return "含有不能使用的控制字符。" if any(_CONTROL.search(text) for text in texts) else ""


def _value(schema: Mapping[str, Any], text: str) -> Any:
    """The value of one text, or None where it does not fit."""
    kind = schema["type"]
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    if kind == "integer":
        if not re.fullmatch("[0-9]{1,15}", text, re.ASCII):
            return None
        number = int(text)
        return number if schema.get("minimum", 0) <= number <= schema.get("maximum", number) else None
    if "enum" in schema and text not in schema["enum"]:
        return None
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1000):
        return None
    if "pattern" in schema and not re.fullmatch(schema["pattern"], text, re.ASCII):
        return None
    return None if schema.get("format") == "date" and not is_date(text) else text


def _expected(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "boolean":
        return "应为 true 或 false。"
    if schema["type"] == "integer":
        return f"应为 {schema.get('minimum', 0)} 至 {schema.get('maximum', 999_999_999)} 的整数。"
    if "enum" in schema:
        return f"应为这些值之一：{'、'.join(schema['enum'])}。"
    return f"的写法不对或太长。{schema.get('description', '')}"


def _check_accept(operation: Operation) -> None:
    accept = request.accept_mimetypes
    if accept.provided and not any(accept[media] > 0 for media in operation.media):
        raise NOT_ACCEPTABLE(media="、".join(operation.media))


def _version(operation: Operation) -> int:
    text = request.headers.get("If-Match", "").strip()
    if not operation.matches:
        return 0
    if not text:
        raise PRECONDITION_REQUIRED(what=operation.matches)
    found = _ETAG.fullmatch(text)
    if found is None:
        raise BAD_HEADER(name="If-Match", hint='应为带英文双引号的版本号，例如 "3"')
    return int(found[1])


def _read_headers(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for declared in operation.headers:
        text = request.headers.get(declared.name)
        if text is None and not declared.required:
            continue
        value = _value(declared.schema, text) if text is not None else None
        if value is None:
            raise BAD_HEADER(name=declared.name, hint=declared.summary)
        found[declared.name] = value
    return found


def _body(operation: Operation) -> tuple[Any, list[tuple[str, BinaryIO]]]:
    if operation.body is None:
        if request.get_data(cache=False):
            raise BAD_JSON(reason="这个操作不需要请求正文")
        return None, []
    wanted = "multipart/form-data" if operation.upload else JSON_TYPE
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != wanted or charset not in ("utf-8", "utf8"):
        raise UNSUPPORTED_MEDIA(media=wanted)
    files: list[tuple[str, BinaryIO]] = []
    if operation.upload:
        files = [
            (file.filename or "", cast(BinaryIO, file.stream)) for file in request.files.getlist("files")
        ]
        if not files:
            raise invalid([Problem("REQUIRED", "请在 files 中附上至少一个文件。", "/files", "文件")])
        value = read_json(request.form.get("data", "{}").encode("utf-8", "surrogatepass"))
        _check_parts()
    else:
        value = read_json(request.get_data(cache=False))
    check(operation.body, value)
    return value, files


def _check_parts() -> None:
    unknown = sorted({*request.form, *request.files} - {"data", "files"})
    if unknown or len(request.form.getlist("data")) > 1:
        extra = "、".join(name[:50] for name in unknown[:5]) or "data"
        message = f"表单只应有 data（JSON，一份）和 files（文件）两种部分，多出：{extra}。"
        raise invalid([Problem("UNKNOWN_FIELD", message, "", "表单")])
