"""What a slice says of the operations it offers to programs; ``formserver.api`` serves and describes them.

A schema is JSON Schema 2020-12 as a plain dict. ``title`` is the Chinese label messages use; a schema with ``$name``
stands once among the components of the OpenAPI document and is referred to everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from flask import Response, request

from formserver.core.errors import Kind, error_code
from formserver.core.permissions import Actor, Permission

Schema = Mapping[str, Any]
API_ROOT: Final = "/api/v1"
JSON_TYPE: Final = "application/json"

PRECONDITION_FAILED = error_code(
    "PRECONDITION_FAILED",
    Kind.CONFLICT,
    zh="内容已是第{head}版，您依据的是第{base}版。请重新读取，核对后再提交。",
    en="The resource is at version {head}, the request was made for version {base}.",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query; ``many``: it may be given several times."""

    name: str
    schema: Schema
    summary: str
    many: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request: what the operation declared is there and fits its schema."""

    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    files: Sequence[tuple[str, BinaryIO]] = ()
    version: int = 0
    """The number in ``If-Match``."""
    headers: Mapping[str, Any] = field(default_factory=dict)
    stream: BinaryIO | None = None
    """The body of an operation that takes ``binary``, not read yet."""

    def at_version(self, head: int) -> int:
        """``version``, if it is the newest. Raises PRECONDITION_FAILED."""
        if self.version != head:
            raise PRECONDITION_FAILED(head=head, base=self.version)
        return self.version


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: ``data`` as JSON, or a ``file``. ``version`` becomes the ETag."""

    data: Any = None
    version: int | None = None
    location: str = ""
    file: Response | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    ``permission``: what the route demands (the service checks again), ``ANY_SIGNED_IN``, or None for anybody.
    ``matches`` names, in Chinese, the version that ``If-Match`` must give; ``versioned`` answers carry an ETag.
    ``creates``: an ``Idempotency-Key`` is understood. ``upload``: the body comes as multipart/form-data, files in
    parts named ``files`` and the body as JSON in the part ``data``; at most ``megabytes``, else the setting
    ``max_upload_mb``. ``binary``: the body is bytes of this media type, handed on as a stream. ``headers``: what stands
    in headers of the operation's own. ``media`` other than JSON: the answer is a file.
    """

    key: str
    method: str
    path: str
    group: str
    summary: str
    permission: Permission | str | None
    run: Callable[[Call], Answer]
    answer: Schema | None = None
    status: int = 200
    query: Sequence[Parameter] = ()
    body: Schema | None = None
    matches: str = ""
    versioned: bool = False
    creates: bool = False
    upload: bool = False
    media: Sequence[str] = (JSON_TYPE,)
    megabytes: int | None = None
    binary: str = ""
    headers: Sequence[Parameter] = ()
    note: str = ""


def is_api_request() -> bool:
    """Whether the current request is for the API, known path or not."""
    return request.path == API_ROOT or request.path.startswith(f"{API_ROOT}/")


def bearer_token() -> str | None:
    """The token a program sent; None on pages, and where no token was sent. Then the session counts, else never."""
    if not is_api_request():
        return None
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def page_of(item: Schema, what: str) -> dict[str, Any]:
    """The schema of a page of a list; ``next`` is the address of the following one, absent on the last."""
    return {
        "type": "object",
        "required": ["items"],
        "additionalProperties": False,
        "properties": {
            "items": {"type": "array", "items": item, "title": what},
            "count": {
                "type": "integer",
                "minimum": 0,
                "title": "总数",
                "description": "1000 以内为准确数，更多时为 1001。",
            },
            "next": {"type": "string", "title": "下一页地址", "description": "没有下一页时不出现。"},
        },
    }
