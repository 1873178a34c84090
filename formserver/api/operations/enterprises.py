"""The register of enterprises."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.operations.documents import CURSOR, LIMIT
from formserver.api.serving import next_address
from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.enterprises.models import FIELDS, LABELS, Enterprise, EnterpriseQuery
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.service import EnterpriseService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service

GROUP: Final = "企业档案"
_FLAG: Final = {"type": "boolean"}


def _field(key: str, limit: int) -> dict[str, Any]:
    kind: dict[str, Any] = dict(_FLAG) if key == "key_user" else {**TEXT, "maxLength": limit}
    return titled(kind, LABELS[key])


VALUES: Final = {field.key: _field(field.key, field.limit) for field in FIELDS}
ENTERPRISE: Final = shape(
    "Enterprise",
    "企业",
    {
        "id": titled(TEXT, "标识"),
        "agency_id": titled(TEXT, "监察机构"),
        "version": titled(WHOLE, "版本号", description="也是 ETag。"),
        # stored names may be longer than what is accepted now
        **{key: titled(_FLAG if key == "key_user" else TEXT, LABELS[key]) for key in VALUES},
        "created_at": {"type": ["string", "null"], "format": "date-time", "title": "建立时间"},
        "updated_at": {"type": ["string", "null"], "format": "date-time", "title": "更新时间"},
    },
)
CHANGE: Final = shape(
    "EnterpriseChange",
    "一次修改",
    {
        "version": titled(WHOLE, "版本号"),
        "at": titled(INSTANT, "时间"),
        "by": titled(TEXT, "谁"),
        "cause": titled(TEXT, "原因"),
        "fields": {
            "type": "object",
            "title": "项目、原来、现在",
            "additionalProperties": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
        },
    },
)
ACCEPT: Final = Parameter(
    "accept_duplicate", {"type": "boolean", "default": False}, "已核对，同名或同代码的不是同一家，继续保存"
)


def enterprise(item: Enterprise) -> dict[str, Any]:
    """A record of the register."""
    return {
        "id": item.id,
        "agency_id": item.agency_id,
        "version": item.row_version,
        **{key: getattr(item, key) for key in VALUES},
        "created_at": instant(item.created_at),
        "updated_at": instant(item.updated_at),
    }


def _list(call: Call) -> Answer:
    q = call.query
    page = service(EnterpriseService).search(
        call.actor,
        EnterpriseQuery(q.get("q", "").strip(), q["key_user"], q.get("cursor", ""), q["limit"]),
    )
    data: dict[str, Any] = {"items": [enterprise(item) for item in page.items], "count": page.count}
    if page.next_cursor:
        data["next"] = next_address(page.next_cursor)
    return Answer(data)


def _get(call: Call) -> Answer:
    found = service(EnterpriseService).get(call.actor, call.path["enterprise_id"])
    return Answer(enterprise(found), found.row_version)


def _create(call: Call) -> Answer:
    made = service(EnterpriseService).create(
        call.actor, call.body, accept_duplicate=call.query["accept_duplicate"]
    )
    return Answer(enterprise(made), made.row_version, location=f"/enterprises/{made.id}")


def _update(call: Call) -> Answer:
    new = service(EnterpriseService).edit(
        call.actor,
        call.path["enterprise_id"],
        call.body,
        expected_version=call.version,
        accept_duplicate=call.query["accept_duplicate"],
    )
    return Answer(enterprise(new), new.row_version)


def _history(call: Call) -> Answer:
    found = service(EnterpriseService).history(call.actor, call.path["enterprise_id"])
    items = [
        {
            "version": one.version,
            "at": instant(one.at),
            "by": one.by_name,
            "cause": one.cause,
            "fields": {key: list(pair) for key, pair in one.fields.items()},
        }
        for one in found
    ]
    return Answer({"items": items})


OPERATIONS: Final = (
    Operation(
        "list_enterprises",
        "GET",
        "/enterprises",
        GROUP,
        "查找企业：名称、拼音首字母或代码",
        EnterprisePermission.READ,
        _list,
        page_of(ENTERPRISE, "企业"),
        query=(
            Parameter("q", {"type": "string", "maxLength": 100}, "名称、拼音首字母或代码"),
            Parameter("key_user", {"type": "boolean", "default": False}, "只看重点用能单位"),
            CURSOR,
            LIMIT,
        ),
    ),
    Operation(
        "create_enterprise",
        "POST",
        "/enterprises",
        GROUP,
        "建立企业档案",
        EnterprisePermission.EDIT,
        _create,
        ENTERPRISE,
        201,
        query=(ACCEPT,),
        body={
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {**VALUES, "name": {**VALUES["name"], "minLength": 1}},
        },
        versioned=True,
        creates=True,
    ),
    Operation(
        "get_enterprise",
        "GET",
        "/enterprises/{enterprise_id}",
        GROUP,
        "一家企业",
        EnterprisePermission.READ,
        _get,
        ENTERPRISE,
        versioned=True,
    ),
    Operation(
        "update_enterprise",
        "PATCH",
        "/enterprises/{enterprise_id}",
        GROUP,
        "修改企业档案；没有写的项目不变",
        EnterprisePermission.EDIT,
        _update,
        ENTERPRISE,
        query=(ACCEPT,),
        body={"type": "object", "additionalProperties": False, "properties": VALUES},
        matches="版本号",
        versioned=True,
    ),
    Operation(
        "list_enterprise_changes",
        "GET",
        "/enterprises/{enterprise_id}/history",
        GROUP,
        "修改记录，新的在前",
        EnterprisePermission.READ,
        _history,
        page_of(CHANGE, "修改"),
    ),
)
