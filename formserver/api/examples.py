"""Examples drawn from the schemas: an answer, and a request as a line for ``curl``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from formserver.api.asking import ID_PATTERN, PATH_SCHEMAS
from formserver.api.serving import IDEMPOTENCY_HEADER
from formserver.web.api import API_ROOT, JSON_TYPE, Operation

ID: Final = "01jzq7v8k3m5n6p7r8s9t0v1w2"
MOMENT: Final = "2026-05-06T01:30:00Z"
DAY: Final = "2026-05-06"
_BY_PATTERN: Final[Mapping[str, str]] = {
    ID_PATTERN: ID,
    str(PATH_SCHEMAS["type_key"]["pattern"]): "inspection_notice",
    str(PATH_SCHEMAS["token"]["pattern"]): "k3v9t2abQ7",
    str(PATH_SCHEMAS["agency_id"]["pattern"]): ID,
    str(PATH_SCHEMAS["session_id"]["pattern"]): "0f" * 32,
    str(PATH_SCHEMAS["edition"]["pattern"]): "gb16780-2021",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": DAY,
    "^/": "/contact_person",
}


def example(schema: Mapping[str, Any], *, whole: bool = True) -> Any:
    """A value that fits ``schema``; ``whole``: with everything that may be left out."""
    if "$ref" in schema:
        return {}
    if "oneOf" in schema:
        return example(schema["oneOf"][0], whole=whole)
    for word in ("examples", "enum"):
        if word in schema:
            return next((value for value in schema[word] if value != ""), "")
    if "default" in schema:
        return schema["default"]
    kind = schema.get("type", "object")
    match kind if isinstance(kind, str) else kind[0]:
        case "object":
            required = schema.get("required", ())
            inner = schema.get("properties", {})
            return {key: example(v, whole=whole) for key, v in inner.items() if whole or key in required}
        case "array":
            if "$ref" in schema.get("items", {"$ref": ""}):
                return []  # a tree: its leaves have nothing below them; or a list of anything
            return [example(schema["items"], whole=whole)] * max(1, schema.get("minItems", 1))
        case "boolean":
            return False
        case "integer" | "number":
            return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1_000_000))
        case _:
            return _text(schema)


def _text(schema: Mapping[str, Any]) -> str:
    told = {"date-time": MOMENT, "date": DAY, "uri-reference": "/errors"}.get(schema.get("format", ""))
    text = told or _BY_PATTERN.get(schema.get("pattern", ""), str(schema.get("title", "文字")))
    return text[: schema.get("maxLength", 200)]


def request_line(operation: Operation, address: str) -> str:
    """The request as people try it in a terminal; the token stands in a variable of the shell."""
    path = re.sub(r"\{([a-z_]+)\}", lambda m: str(example(PATH_SCHEMAS[m[1]])), operation.path)
    query = "&".join(f"{p.name}={example(p.schema)}" for p in operation.query if p.required)
    parts = [f"curl -X {operation.method} '{address}{API_ROOT}{path}{'?' if query else ''}{query}'"]
    if operation.permission is not None:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if operation.matches:
        parts.append("-H 'If-Match: \"3\"'")
    if operation.creates:
        parts.append(f'-H "{IDEMPOTENCY_HEADER}: $(uuidgen)"')
    parts += [f"-H '{own.name}: {example(own.schema)}'" for own in operation.headers if own.required]
    if operation.binary:
        parts += [f"-H 'Content-Type: {operation.binary}'", "--data-binary @piece.bin"]
    elif operation.body is not None:
        body = json.dumps(example(operation.body), ensure_ascii=False)
        if operation.upload:
            parts += [f"-F 'data={body}'", "-F 'files=@scan.pdf'"]
        else:
            parts += [f"-H 'Content-Type: {JSON_TYPE}'", f"-d '{body}'"]
    if operation.media != (JSON_TYPE,):
        parts.append("-OJ")
    return " \\\n  ".join(parts)
