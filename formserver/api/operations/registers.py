"""Agencies, numbers, search, the check of a printed code."""

from __future__ import annotations

from typing import Any, Final

from flask import request

from formserver.agencies.models import Agency, Level, Mode
from formserver.agencies.permissions import AgencyPermission
from formserver.agencies.service import AgencyService, Branch
from formserver.api.asking import PATH_SCHEMAS
from formserver.api.serving import next_address
from formserver.api.shapes import NUMBER, TEXT, number, shape, titled
from formserver.core.errors import Kind, error_code
from formserver.core.models import Series
from formserver.documents.lookup import Lookup
from formserver.numbers.permissions import NumberPermission
from formserver.numbers.service import RegisterService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import context, service
from formserver.web.permissions import ANY_SIGNED_IN
from formserver.web.throttle import Throttle

TOO_MANY_QUESTIONS = error_code(
    "TOO_MANY_QUESTIONS",
    Kind.NOT_ALLOWED,
    zh="短时间内查询次数太多，请稍候几分钟再试。",
    en="Too many questions; try again in a few minutes.",
)
HITS: Final = 20
_FACTS: Final = {
    "id": titled(TEXT, "标识"),
    "code": titled(TEXT, "代码"),
    "name": titled(TEXT, "名称"),
    "level": {"type": "string", "enum": [level.value for level in Level], "title": "层级"},
    "mode": {"type": "string", "enum": [mode.value for mode in Mode], "title": "执法方式"},
    "issuing_organ": titled(TEXT, "制作机关"),
    "region_code": titled(TEXT, "行政区划代码"),
    "parent_id": titled(TEXT, "上级机构"),
}
AGENCY: Final = shape("Agency", "监察机构", _FACTS)
BRANCH: Final = shape(
    "AgencyBranch",
    "监察机构及其下级",
    {
        **_FACTS,
        "children": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/AgencyBranch"},
            "title": "下级",
        },
    },
)
HIT: Final = shape(
    "SearchHit",
    "搜索结果",
    {
        "group": titled(TEXT, "来源"),
        "kind": titled(TEXT, "类别"),
        "title": titled(TEXT, "标题"),
        "detail": titled(TEXT, "说明"),
        "url": titled(TEXT, "页面地址"),
    },
)
CHECKED: Final = shape(
    "CheckedPaper",
    "校验结果",
    {
        "verdict": {
            "type": "string",
            "enum": ["genuine", "void", "withdrawn"],
            "title": "有效、已作废、已撤回",
        },
        "type_title": titled(TEXT, "文书种类"),
        "doc_date": {"type": ["string", "null"], "title": "日期"},
        "organ": titled(TEXT, "制作机关"),
    },
)


def _agency(item: Agency) -> dict[str, Any]:
    facts = {key: getattr(item, key) for key in _FACTS}
    return {**facts, "level": item.level.value, "mode": item.mode.value}


def _branch(item: Branch) -> dict[str, Any]:
    return {**_agency(item.agency), "children": [_branch(child) for child in item.children]}


def _agencies(call: Call) -> Answer:
    return Answer({"items": [_branch(item) for item in service(AgencyService).tree(call.actor)]})


def _one_agency(call: Call) -> Answer:
    return Answer(_agency(service(AgencyService).get(call.actor, call.path["agency_id"])))


def _numbers(call: Call) -> Answer:
    q = call.query
    series = Series(q.get("agency_id", call.actor.agency_id), q["type"], q["year"])
    lines = service(RegisterService).register(call.actor, series).lines
    beyond = [line for line in lines if "cursor" not in q or line.entry.seq > q["cursor"]]
    shown = beyond[: q["limit"]]
    data: dict[str, Any] = {"items": [number(line) for line in shown], "count": min(len(lines), 1001)}
    if len(beyond) > len(shown):
        data["next"] = next_address(str(shown[-1].entry.seq))
    return Answer(data)


def _search(call: Call) -> Answer:
    text = call.query["q"].strip()
    items = [
        {"group": source.title, "kind": hit.kind, "title": hit.title, "detail": hit.detail, "url": hit.url}
        for source in context().search_sources
        for hit in (source.search(call.actor, text, limit=HITS) if text else ())
    ]
    return Answer({"items": items})


def _check(call: Call) -> Answer:
    if not service(Throttle).allow(request.remote_addr or ""):
        raise TOO_MANY_QUESTIONS()
    facts = service(Lookup).public(call.path["token"])
    return Answer(
        {
            "verdict": facts.verdict,
            "type_title": facts.type_title,
            "doc_date": facts.doc_date.isoformat() if facts.doc_date else None,
            "organ": facts.organ,
        }
    )


OPERATIONS: Final = (
    Operation(
        "list_agencies",
        "GET",
        "/agencies",
        "监察机构",
        "可见的监察机构，成树",
        AgencyPermission.READ,
        _agencies,
        page_of(BRANCH, "监察机构"),
    ),
    Operation(
        "get_agency",
        "GET",
        "/agencies/{agency_id}",
        "监察机构",
        "一个监察机构",
        AgencyPermission.READ,
        _one_agency,
        AGENCY,
    ),
    Operation(
        "list_numbers",
        "GET",
        "/numbers",
        "文号登记簿",
        "一种文书一年的文号，按序号",
        NumberPermission.READ,
        _numbers,
        page_of(NUMBER, "文号"),
        query=(
            Parameter("type", PATH_SCHEMAS["type_key"], "文书种类", required=True),
            Parameter("year", {"type": "integer", "minimum": 2000, "maximum": 2100}, "年份", required=True),
            Parameter("agency_id", PATH_SCHEMAS["agency_id"], "监察机构标识，不写为本机构"),
            Parameter("cursor", {"type": "integer", "maximum": 99_999_999}, "翻页标记，取自上一页的 next"),
            Parameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 200}, "每页多少条"
            ),
        ),
    ),
    Operation(
        "search",
        "GET",
        "/search",
        "搜索",
        "在文书、企业等中搜索",
        ANY_SIGNED_IN,
        _search,
        page_of(HIT, "搜索结果"),
        query=(
            Parameter("q", {"type": "string", "minLength": 1, "maxLength": 100}, "要找的文字", required=True),
        ),
    ),
    Operation(
        "check_code",
        "GET",
        "/check/{token}",
        "校验",
        "打印件上的校验码是否有效；任何人都可以查询",
        None,
        _check,
        CHECKED,
    ),
)
