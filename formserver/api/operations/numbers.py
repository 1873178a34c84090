"""Changes of the register of numbers: where a series goes on, numbers set aside, what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from formserver.api.asking import PATH_SCHEMAS
from formserver.api.shapes import NUMBER, TEXT, WHOLE, instant, number, shape, titled
from formserver.core.deeds import LONGEST_REASON
from formserver.core.issuing import LONGEST_NUMBER
from formserver.core.models import NumberStatus, Series
from formserver.numbers.models import Line, Register
from formserver.numbers.permissions import NumberPermission
from formserver.numbers.service import HIGHEST, LONGEST_WHOM, MOST_AT_ONCE, RegisterService
from formserver.web.api import Answer, Call, Operation, Schema, page_of
from formserver.web.context import service

GROUP: Final = "文号"
_YEAR: Final = {"type": "integer", "minimum": 1_900, "maximum": 9_999, "title": "年度"}
_REASON: Final = titled(TEXT, "理由", minLength=1, maxLength=LONGEST_REASON)
SERIES: Final = shape(
    "NumberSeries",
    "一个登记簿",
    {
        "agency_id": titled(TEXT, "监察机构"),
        "type": titled(TEXT, "文书种类"),
        "year": titled(WHOLE, "年度"),
        "next": titled(WHOLE, "下一个序号"),
        "holes": {"type": "array", "items": WHOLE, "title": "说明不了的空号"},
        "counts": {
            "type": "object",
            "title": "各种状态的个数",
            "additionalProperties": WHOLE,
        },
        "starts": {
            "type": "array",
            "title": "历次设置的起始号",
            "items": shape(
                "NumberStart",
                "一次设置",
                {
                    "next": titled(WHOLE, "起始号"),
                    "by": titled(TEXT, "谁"),
                    "at": titled(TEXT, "时间", format="date-time"),
                    "reason": titled(TEXT, "理由"),
                },
            ),
        },
    },
)


def _series(call: Call) -> Series:
    given = call.body if call.body is not None else call.query
    return Series(given.get("agency_id", call.actor.agency_id), given["type"], int(given["year"]))


def _register(found: Register) -> dict[str, Any]:
    counts = {s.value: found.count(s) for s in NumberStatus if found.count(s)}
    starts = [
        {"next": one.next_seq, "by": one.by, "at": instant(one.at), "reason": one.reason}
        for one in found.starts
    ]
    facts = {"agency_id": found.series.agency_id, "type": found.series.type, "year": found.series.year}
    return {**facts, "next": found.next_seq, "holes": list(found.holes), "counts": counts, "starts": starts}


def _start(call: Call) -> Answer:
    keeper, series = service(RegisterService), _series(call)
    keeper.set_start(call.actor, series, int(call.body["start"]), call.body["reason"])
    return Answer(_register(keeper.register(call.actor, series)))


def _reserve(call: Call) -> Answer:
    given = call.body
    made = service(RegisterService).reserve(
        call.actor, _series(call), int(given["count"]), given["whom"], given["reason"]
    )
    return Answer({"items": [number(Line(one)) for one in made]})


def _give_up(void: bool) -> Callable[[Call], Answer]:
    def run(call: Call) -> Answer:
        given = call.body
        ended = service(RegisterService).give_up(
            call.actor, _series(call), given["text"], given["reason"], void=void
        )
        return Answer(number(Line(ended)))

    return run


def _operation(
    key: str,
    path: str,
    summary: str,
    run: Callable[[Call], Answer],
    answer: Schema,
    more: dict[str, Any],
    status: int = 200,
) -> Operation:
    return Operation(
        key,
        "POST",
        f"/numbers/{path}",
        GROUP,
        summary,
        NumberPermission.MANAGE,
        run,
        answer,
        status,
        body={
            "type": "object",
            "required": sorted({"type", "year", "reason", *more}),
            "additionalProperties": False,
            "properties": {
                "agency_id": titled(PATH_SCHEMAS["agency_id"], "监察机构", description="不写为本机构。"),
                "type": PATH_SCHEMAS["type_key"],
                "year": _YEAR,
                **more,
                "reason": _REASON,
            },
        },
        creates=True,
        note="只能改动本机构今年和明年的登记簿。",
    )


_TEXT: Final = {"text": titled(TEXT, "文号", minLength=1, maxLength=LONGEST_NUMBER)}
OPERATIONS: Final = (
    _operation(
        "start_numbers",
        "start",
        "设置下一个号",
        _start,
        SERIES,
        {"start": {"type": "integer", "minimum": 1, "maximum": HIGHEST, "title": "起始号"}},
    ),
    _operation(
        "reserve_numbers",
        "reserve",
        "预留接下来的几个号",
        _reserve,
        page_of(NUMBER, "预留的号"),
        {
            "count": {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "title": "个数"},
            "whom": titled(TEXT, "预留给", minLength=1, maxLength=LONGEST_WHOM),
        },
        201,
    ),
    _operation("release_number", "release", "收回一个预留的号", _give_up(void=False), NUMBER, _TEXT),
    _operation("void_number", "void", "作废一个预留的号", _give_up(void=True), NUMBER, _TEXT),
)
