"""What programs can ask about people: who they act for, and inspectors for the person table of a form."""

from __future__ import annotations

from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service
from formserver.web.permissions import ANY_SIGNED_IN

_TEXT: Final = {"type": "string"}
ME: Final[dict[str, Any]] = {
    "x-name": "Me",
    "title": "当前用户",
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "name", "agency_id", "permissions"],
    "properties": {
        "id": {**_TEXT, "title": "标识"},
        "name": {**_TEXT, "title": "姓名"},
        "agency_id": {**_TEXT, "title": "监察机构"},
        "permissions": {"type": "array", "items": _TEXT, "title": "这次请求可用的权限"},
    },
}
PERSON: Final[dict[str, Any]] = {
    "x-name": "Person",
    "title": "监察人员",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "org", "cert_no", "cert_valid_to"],
    "properties": {
        "name": {**_TEXT, "title": "姓名"},
        "org": {**_TEXT, "title": "所在机构"},
        "cert_no": {**_TEXT, "title": "执法证号"},
        "cert_valid_to": {**_TEXT, "title": "证件有效期至"},
    },
}


def _me(call: Call) -> Answer:
    actor = call.actor
    return Answer(
        {
            "id": actor.user_id,
            "name": actor.name,
            "agency_id": actor.agency_id,
            "permissions": sorted(actor.permissions),
        }
    )


def _people(call: Call) -> Answer:
    found = service(AccountService).colleagues(call.actor, call.query["q"], limit=call.query["limit"])
    return Answer({"items": found})


OPERATIONS: Final = (
    Operation("me", "GET", "/me", "用户", "以谁的名义、有哪些权限", ANY_SIGNED_IN, _me, ME),
    Operation(
        "list_people",
        "GET",
        "/people",
        "用户",
        "持证的监察人员，按姓名或拼音",
        ANY_SIGNED_IN,
        _people,
        page_of(PERSON, "监察人员"),
        query=(
            Parameter("q", {"type": "string", "maxLength": 50, "default": ""}, "姓名、拼音或首字母"),
            Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 12}, "最多多少人"),
        ),
    ),
)
