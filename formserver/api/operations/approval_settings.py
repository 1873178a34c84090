"""Around approvals: the order of signers, deputies, remarks on fields."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from formserver.api.asking import ID_PATTERN
from formserver.api.operations.documents import DAY
from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.approvals.chains import LONGEST_TITLE, Chains
from formserver.approvals.deputies import Deputies
from formserver.approvals.models import MOST_STEPS, Chain, ChainStep, Deputy
from formserver.approvals.permissions import ApprovalPermission as P
from formserver.core.deeds import LONGEST_REASON
from formserver.core.definitions.grammar import is_date
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

GROUP: Final = "审批"
CHAIN_WORD: Final = "审批顺序的修改次数，没有设置过时为 0"
STEP: Final = shape(
    "ChainStep",
    "审批的一步",
    {
        "title": titled(TEXT, "名称", maxLength=LONGEST_TITLE),
        "holder": titled(TEXT, "由谁审批", maxLength=100, description="取自 choices；空为任何有权限的人。"),
    },
)
CHAIN: Final = shape(
    "Chain",
    "一种文书的审批顺序",
    {
        "type": titled(TEXT, "文书种类；空为其余全部"),
        "steps": {"type": "array", "items": STEP, "title": "各步"},
        "version": titled(WHOLE, "修改次数", description="也是 ETag。"),
        "changed_by": titled(TEXT, "设置人"),
        "changed_at": {"type": ["string", "null"], "format": "date-time", "title": "设置时间"},
    },
)
CHAINS: Final = shape(
    "Chains",
    "本机构的审批顺序",
    {
        "items": {"type": "array", "items": CHAIN, "title": "设置过的"},
        "choices": {
            "type": "array",
            "title": "可以选择的人和角色",
            "items": shape(
                "ChainChoice", "一个选择", {"holder": titled(TEXT, "代码"), "label": titled(TEXT, "名称")}
            ),
        },
    },
)
DEPUTY: Final = shape(
    "Deputy",
    "委托",
    {
        "id": titled(TEXT, "标识"),
        "person": titled(TEXT, "委托人"),
        "deputy_id": titled(TEXT, "受托人标识"),
        "deputy": titled(TEXT, "受托人"),
        "from": titled(TEXT, "开始日期", format="date"),
        "to": titled(TEXT, "结束日期", format="date"),
        "reason": titled(TEXT, "理由"),
        "at": titled(INSTANT, "设置时间"),
        "ended_at": {"type": ["string", "null"], "format": "date-time", "title": "提前结束的时间"},
    },
)


def _chain(item: Chain) -> dict[str, Any]:
    return {
        "type": item.type,
        "steps": [{"title": step.title, "holder": step.holder} for step in item.steps],
        "version": item.row_version,
        "changed_by": item.changed_by_name,
        "changed_at": instant(item.changed_at),
    }


def _deputy(item: Deputy) -> dict[str, Any]:
    return {
        "id": item.id,
        "person": item.person_name,
        "deputy_id": item.deputy_id,
        "deputy": item.deputy_name,
        "from": item.from_day.isoformat(),
        "to": item.to_day.isoformat(),
        "reason": item.reason,
        "at": instant(item.at),
        "ended_at": instant(item.ended_at),
    }


def _chains(call: Call) -> Answer:
    chains = service(Chains)
    choices = [{"holder": holder, "label": label} for holder, label in chains.choices(call.actor)]
    return Answer(
        {"items": [_chain(c) for _, c in sorted(chains.all(call.actor).items())], "choices": choices}
    )


def _standing(call: Call, type_key: str) -> Chain:
    found = service(Chains).all(call.actor).get(type_key)
    return found or Chain(call.actor.agency_id, type_key, ())


def _set_chain(call: Call) -> Answer:
    type_key = call.body.get("type", "")
    call.at_version(_standing(call, type_key).row_version)
    steps = [ChainStep(one["title"].strip(), one["holder"]) for one in call.body["steps"]]
    service(Chains).put(call.actor, type_key, steps, expected_version=call.version)
    now = _standing(call, type_key)
    return Answer(_chain(now), now.row_version)


def _deputies(call: Call) -> Answer:
    return Answer({"items": [_deputy(one) for one in service(Deputies).mine(call.actor)]})


def _name(call: Call) -> Answer:
    given = call.body
    made = service(Deputies).name(
        call.actor,
        given["deputy_id"],
        _day(given["from"]),
        _day(given["to"]),
        given.get("reason", ""),
    )
    return Answer(_deputy(made))


def _end(call: Call) -> Answer:
    return Answer(_deputy(service(Deputies).end(call.actor, call.path["appointment_id"])))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if is_date(text) else None


_DAY: Final = {key: value for key, value in DAY.items() if key != "format"}
OPERATIONS: Final = (
    Operation("get_chains", "GET", "/approval-chains", GROUP, "本机构的审批顺序", P.CHAIN, _chains, CHAINS),
    Operation(
        "set_chain",
        "PUT",
        "/approval-chains",
        GROUP,
        "设置一种文书的审批顺序；没有步骤即取消单独设置",
        P.CHAIN,
        _set_chain,
        CHAIN,
        body={
            "type": "object",
            "required": ["steps"],
            "additionalProperties": False,
            "properties": {
                "type": titled(TEXT, "文书种类", maxLength=64, description="不写为其余全部文书。"),
                "steps": {"type": "array", "maxItems": MOST_STEPS, "items": STEP, "title": "各步"},
            },
        },
        matches=CHAIN_WORD,
        versioned=True,
    ),
    Operation(
        "list_deputies",
        "GET",
        "/deputies",
        GROUP,
        "我的委托，新的在前",
        P.DEPUTY,
        _deputies,
        page_of(DEPUTY, "委托"),
    ),
    Operation(
        "name_deputy",
        "POST",
        "/deputies",
        GROUP,
        "委托同事在一段时间代为审批",
        P.DEPUTY,
        _name,
        DEPUTY,
        201,
        body={
            "type": "object",
            "required": ["deputy_id", "from", "to"],
            "additionalProperties": False,
            "properties": {
                "deputy_id": {"type": "string", "pattern": ID_PATTERN, "title": "受托人标识"},
                "from": titled(_DAY, "开始日期"),
                "to": titled(_DAY, "结束日期"),
                "reason": titled(TEXT, "理由", maxLength=LONGEST_REASON),
            },
        },
        creates=True,
    ),
    Operation(
        "end_deputy", "DELETE", "/deputies/{appointment_id}", GROUP, "提前结束委托", P.DEPUTY, _end, DEPUTY
    ),
)
