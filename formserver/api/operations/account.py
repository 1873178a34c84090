"""One's own account: where one is signed in, which programs act in one's name, what waits on 工作台.

A token cannot make another token: there is no such operation.
"""

from __future__ import annotations

from typing import Any, Final

from formserver.accounts.devices import device_text
from formserver.accounts.models import ApiToken, StoredSession
from formserver.accounts.session_service import SessionService
from formserver.accounts.tokens import TokenService
from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.core.errors import NOT_FOUND
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import context, service
from formserver.web.feature import SearchHit, WorkCard
from formserver.web.permissions import ANY_SIGNED_IN

GROUP: Final = "帐户"
_WHEN: Final = {"type": ["string", "null"], "format": "date-time"}
SESSION: Final = shape(
    "Session",
    "登录",
    {
        "id": titled(TEXT, "标识"),
        "device": titled(TEXT, "设备"),
        "address": titled(TEXT, "网络地址"),
        "started_at": titled(INSTANT, "登录时间"),
        "used_at": titled(INSTANT, "最近使用"),
    },
)
TOKEN: Final = shape(
    "Token",
    "访问令牌",
    {
        "id": titled(TEXT, "标识"),
        "name": titled(TEXT, "名称"),
        "hint": titled(TEXT, "开头几个字"),
        "scopes": {"type": "array", "items": TEXT, "title": "权限"},
        "works": {"type": "boolean", "title": "有效"},
        "created_at": titled(INSTANT, "生成时间"),
        "expires_at": titled(INSTANT, "失效时间"),
        "used_at": titled(_WHEN, "最近使用"),
        "used_from": titled(TEXT, "从哪里"),
        "revoked_at": titled(_WHEN, "撤销时间"),
    },
)
WORK: Final = shape(
    "WorkCard",
    "一类待办",
    {
        "title": titled(TEXT, "名称"),
        "count": titled(WHOLE, "多少件", description="超过 1000 时为 1001。"),
        "url": titled(TEXT, "页面地址"),
        "items": {
            "type": "array",
            "title": "最前面的几件",
            "items": shape(
                "WorkItem",
                "一件",
                {
                    "title": titled(TEXT, "标题"),
                    "detail": titled(TEXT, "说明"),
                    "url": titled(TEXT, "页面地址"),
                    "state": titled(TEXT, "状态"),
                },
            ),
        },
    },
)


def _session(item: StoredSession) -> dict[str, Any]:
    return {
        "id": item.id,
        "device": device_text(item.user_agent),
        "address": item.address,
        "started_at": instant(item.created_at),
        "used_at": instant(item.seen_at),
    }


def _token(item: ApiToken) -> dict[str, Any]:
    names = ("id", "name", "hint", "used_from")
    times = ("created_at", "expires_at", "used_at", "revoked_at")
    return {
        **{name: getattr(item, name) for name in names},
        **{name: instant(getattr(item, name)) for name in times},
        "scopes": list(item.scopes),
        "works": item.works(context().clock.now()),
    }


def _sessions(call: Call) -> Answer:
    return Answer({"items": [_session(item) for item in service(SessionService).of(call.actor)]})


def _end_session(call: Call) -> Answer:
    service(SessionService).end(call.actor, call.path["session_id"])
    return Answer()


def _tokens(call: Call) -> Answer:
    return Answer({"items": [_token(item) for item in service(TokenService).of(call.actor)]})


def _revoke(call: Call) -> Answer:
    tokens = service(TokenService)
    tokens.revoke(call.actor, call.path["token_id"])
    for item in tokens.of(call.actor):
        if item.id == call.path["token_id"]:
            return Answer(_token(item))
    raise NOT_FOUND(what="这个令牌")


def _work(call: Call) -> Answer:
    made = (source(call.actor) for source in context().work_sources)
    cards = sorted((card for card in made if card is not None), key=lambda card: card.order)
    return Answer({"items": [_card(card) for card in cards]})


def _card(card: WorkCard) -> dict[str, Any]:
    items = [_item(hit) for hit in card.items]
    return {"title": card.title, "count": min(card.count, 1001), "url": card.url, "items": items}


def _item(hit: SearchHit) -> dict[str, Any]:
    return {"title": hit.title, "detail": hit.detail, "url": hit.url, "state": hit.state}


OPERATIONS: Final = (
    Operation(
        "list_work",
        "GET",
        "/work",
        "工作台",
        "等我办理的，按工作台的顺序",
        ANY_SIGNED_IN,
        _work,
        page_of(WORK, "待办"),
    ),
    Operation(
        "list_sessions",
        "GET",
        "/me/sessions",
        GROUP,
        "我在哪些设备上登录",
        ANY_SIGNED_IN,
        _sessions,
        page_of(SESSION, "登录"),
    ),
    Operation(
        "end_session",
        "DELETE",
        "/me/sessions/{session_id}",
        GROUP,
        "退出一台设备上的登录",
        ANY_SIGNED_IN,
        _end_session,
        None,
        204,
    ),
    Operation(
        "list_tokens",
        "GET",
        "/me/tokens",
        GROUP,
        "我的访问令牌，失效的也在内",
        ANY_SIGNED_IN,
        _tokens,
        page_of(TOKEN, "访问令牌"),
        note="令牌只能在网页上生成：程序不能用一个令牌生成另一个。",
    ),
    Operation(
        "revoke_token",
        "DELETE",
        "/me/tokens/{token_id}",
        GROUP,
        "立即撤销一个令牌；撤销正在使用的，下一个请求起不能再访问",
        ANY_SIGNED_IN,
        _revoke,
        TOKEN,
    ),
)
