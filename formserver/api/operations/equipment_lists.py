"""Equipment lists for programs: hand one in, ask how far it is, read its rows, decide about them."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.equipment_shapes import (
    ACTS,
    BASES,
    CATEGORIES,
    DAY,
    IDENTIFIER,
    LIST,
    PLAN,
    ROW,
    ROW_FILE,
    STATES,
    decision_data,
    list_data,
    row_data,
)
from formserver.api.operations.documents import CURSOR, LIMIT
from formserver.api.operations.equipment import GROUP
from formserver.api.serving import next_address
from formserver.api.shapes import TEXT, titled
from formserver.core.definitions.grammar import ILLEGAL
from formserver.equipment.lists_service import PURPOSE, Lists, Wanted
from formserver.equipment.lists_wishes import TITLE_LIMIT
from formserver.equipment.lists_wishes import Wish as ListWish
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.reading.keeping import plan_from_json
from formserver.equipment.register_service import Registers
from formserver.equipment.repository import BLOCKED, RowQuery
from formserver.equipment.review_acts import DECIDED_WORDS, LONGEST
from formserver.equipment.review_acts import Wish as RowWish
from formserver.equipment.review_service import Reviews
from formserver.uploads.service import UploadService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service

NOBODY_YET: Final = "none"


def _data(one: EquipmentList) -> dict[str, Any]:
    return list_data(one, one.mapping.get("plan") if one.state is ListState.MAPPING else None)


def _add(call: Call) -> Answer:
    given, actor = call.body, call.actor
    actor.require(EquipmentPermission.UPLOAD)
    enterprise_id = given.get("enterprise_id", "")
    name = service(Registers).enterprise(actor, enterprise_id).name if enterprise_id else ""
    stored = service(UploadService).take(actor, given["upload_id"], PURPOSE)
    wish = ListWish(
        title=ILLEGAL.sub("", given.get("title", "")),
        as_of=given.get("as_of", ""),
        enterprise=name,
        enterprise_id=enterprise_id,
        previous_id=given.get("previous_id", ""),
    )
    made = service(Lists).start(actor, wish, stored.filename, stored.sha256)
    return Answer(_data(made), location=f"/equipment-lists/{made.id}")


def _list(call: Call) -> Answer:
    asked, limit = call.query, call.query["limit"]
    wanted = Wanted(
        text=asked.get("q", ""),
        enterprise_id=asked.get("enterprise_id", ""),
        states=(ListState(asked["state"]),) if "state" in asked else (),
    )
    found, _ = service(Lists).find(call.actor, wanted, after=asked.get("cursor", "")[:26], limit=limit + 1)
    data: dict[str, Any] = {"items": [_data(one) for one in found[:limit]]}
    if len(found) > limit:
        data["next"] = next_address(found[limit - 1].id)
    return Answer(data)


def _get(call: Call) -> Answer:
    return Answer(_data(service(Lists).get(call.actor, call.path["list_id"])))


def _confirm(call: Call) -> Answer:
    plan = plan_from_json(call.body["plan"])
    return Answer(
        _data(
            service(Lists).confirm(
                call.actor, call.path["list_id"], plan, remember=call.body.get("remember", True)
            )
        )
    )


def _rows(call: Call) -> Answer:
    asked, limit = call.query, call.query["limit"]
    names = ("standing", "verdict", "category", "decided", "reason")
    query = RowQuery(**{name: asked[name] for name in names if name in asked}, text=asked.get("q", ""))
    page = service(Reviews).page(
        call.actor, call.path["list_id"], query, after=asked.get("cursor", 0), limit=limit
    )
    data: dict[str, Any] = {"items": [row_data(row, page.seen.get(row.number, "")) for row in page.rows]}
    if page.more:
        data["next"] = next_address(str(page.rows[-1].number))
    return Answer(data)


def _row(call: Call) -> Answer:
    found = service(Reviews).row(call.actor, call.path["list_id"], int(call.path["number"]), RowQuery())
    history = [decision_data(one) for one in found.history]
    return Answer({**row_data(found.row, found.seen), "history": history})


def _decide(call: Call) -> Answer:
    given, list_id, number = call.body, call.path["list_id"], int(call.path["number"])
    wish = RowWish(given["act"], given.get("basis", ""), ILLEGAL.sub("", given.get("reason", "")))
    service(Reviews).decide(call.actor, list_id, number, wish, seen=given.get("seen", ""))
    return _row(call)


_READ: Final = EquipmentPermission.READ
_UPLOAD: Final = EquipmentPermission.UPLOAD
_LIST: Final = "/equipment-lists/{list_id}"
_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 10_000_000}
_STANDINGS: Final = {"type": "string", "enum": [*VERDICT_WORDS, BLOCKED]}


def _body(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


OPERATIONS: Final = (
    Operation(
        "list_equipment_lists",
        "GET",
        "/equipment-lists",
        GROUP,
        "设备清单，新的在前",
        _READ,
        _list,
        page_of(LIST, "设备清单"),
        query=(
            Parameter("q", titled(TEXT, "查找", maxLength=100), "清单或企业名称"),
            Parameter("enterprise_id", IDENTIFIER, "只看这家企业"),
            Parameter("state", STATES, "只看这种状态"),
            CURSOR,
            LIMIT,
        ),
    ),
    Operation(
        "create_equipment_list",
        "POST",
        "/equipment-lists",
        GROUP,
        "由传完的文件建立设备清单，后台识别",
        _UPLOAD,
        _add,
        LIST,
        201,
        body=_body(
            ["upload_id"],
            upload_id=titled(IDENTIFIER, "上传标识", description="用途为 equipment 的上传。"),
            title=titled(TEXT, "名称", maxLength=TITLE_LIMIT),
            as_of=titled(DAY, "基准日；不写为今天"),
            enterprise_id=titled(IDENTIFIER, "企业"),
            previous_id=titled(IDENTIFIER, "上一份清单；处理从它沿用"),
        ),
        creates=True,
        note="状态为 mapping 的清单，先按 plan 确认各列的含义；ready 后可以读取各行。",
    ),
    Operation(
        "get_equipment_list", "GET", _LIST, GROUP, "一份设备清单：状态和各结论的行数", _READ, _get, LIST
    ),
    Operation(
        "confirm_equipment_columns",
        "PUT",
        f"{_LIST}/columns",
        GROUP,
        "确认各列的含义，开始识别",
        _UPLOAD,
        _confirm,
        LIST,
        body=_body(
            ["plan"], plan=PLAN, remember={"type": "boolean", "title": "这家企业同样的表下次照此读取"}
        ),
    ),
    Operation(
        "list_equipment_rows",
        "GET",
        f"{_LIST}/rows",
        GROUP,
        "清单各行及其结论",
        _READ,
        _rows,
        page_of(ROW, "行"),
        query=(
            Parameter("standing", _STANDINGS, "现结论；blocked 为未识别"),
            Parameter("verdict", _STANDINGS, "自动判定；blocked 为未识别"),
            Parameter("category", CATEGORIES, "类别"),
            Parameter("reason", {"type": "string", "pattern": "^C[0-9]{2}$"}, "理由码"),
            Parameter(
                "decided",
                {"type": "string", "enum": [NOBODY_YET, *filter(None, DECIDED_WORDS)]},
                "处理；none 为未确认",
            ),
            Parameter("q", titled(TEXT, "查找", maxLength=60), "原文中的文字"),
            Parameter("cursor", _NUMBER, "翻页标记，取自上一页的 next"),
            LIMIT,
        ),
    ),
    Operation(
        "get_equipment_row",
        "GET",
        f"{_LIST}/rows/{{number}}",
        GROUP,
        "一行及其处理记录",
        _READ,
        _row,
        ROW_FILE,
    ),
    Operation(
        "decide_equipment_row",
        "POST",
        f"{_LIST}/rows/{{number}}/decisions",
        GROUP,
        "对一行作出处理：移入、移出、确认、撤销或写意见",
        EquipmentPermission.DECIDE,
        _decide,
        ROW_FILE,
        body=_body(
            ["act"],
            act={"type": "string", "enum": ACTS, "title": "操作"},
            basis={"type": "string", "enum": BASES, "title": "依据"},
            reason=titled(TEXT, "理由或意见", maxLength=LONGEST),
            seen=titled(TEXT, "读取这一行时的 seen", maxLength=26),
        ),
        creates=True,
        note="移入、移出须有依据和不少于 5 个字的理由。读取之后有人先处理了这一行的，返回 409。",
    ),
)
