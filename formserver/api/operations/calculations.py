"""Calculators: what can be calculated, benchmarks, and the ones people kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.api.calculation_shapes import (
    ASK,
    CALCULATOR,
    KEEP,
    NEEDED,
    REQUEST,
    RESULT,
    SAVED,
    SAVED_HEAD,
)
from formserver.api.operations.documents import CURSOR, LIMIT
from formserver.api.serving import next_address
from formserver.api.shapes import instant
from formserver.calculation.requests import Request, request_from_json
from formserver.calculation.results import result_to_json
from formserver.calculators.models import SavedCalculation
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.calculators.telling import overview
from formserver.calculators.wording import conclusion
from formserver.core.clock import today_in_china
from formserver.core.definitions.grammar import ILLEGAL
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import context, service

GROUP: Final = "计算"


def _head(item: SavedCalculation) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "calculator": item.calculator,
        "product": item.product,
        "enterprise_id": item.enterprise_id,
        "owner": item.owner_name,
        "verdict": str(item.result.get("verdict", "")),
        "created_at": instant(item.created_at),
    }


def _saved(item: SavedCalculation) -> dict[str, Any]:
    return {**_head(item), "request": item.request, "result": item.result}


def _request(body: Mapping[str, Any]) -> Request:
    return request_from_json(_storable({key: value for key, value in body.items() if key not in KEEP}))


def _storable(value: Any) -> Any:
    """Without characters that no database and no paper takes."""
    if isinstance(value, str):
        return ILLEGAL.sub("", value)
    if isinstance(value, Mapping):
        return {ILLEGAL.sub("", key): _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value


def _list(_call: Call) -> Answer:
    library, today = service(Calculators).library, today_in_china(context().clock)
    return Answer({"items": [overview(library, name, today) for name in library.names()]})


def _get(call: Call) -> Answer:
    today = today_in_china(context().clock)
    return Answer(overview(service(Calculators).library, call.path["calculator"], today))


def _evaluate(call: Call) -> Answer:
    plain = result_to_json(service(Calculators).calculate(call.actor, _request(call.body)))
    return Answer({**plain, "conclusion": conclusion(plain)})


def _save(call: Call) -> Answer:
    made = service(Calculators).save(
        call.actor,
        _request(call.body),
        ILLEGAL.sub("", call.body["title"]),
        call.body.get("enterprise_id", ""),
    )
    return Answer(_saved(made), location=f"/calculations/{made.id}")


def _own(call: Call) -> Answer:
    limit = call.query["limit"]
    found = service(Calculators).own(call.actor, limit=limit + 1, after=call.query.get("cursor", ""))
    data: dict[str, Any] = {"items": [_head(one) for one in found[:limit]]}
    if len(found) > limit:
        data["next"] = next_address(found[limit - 1].id)
    return Answer(data)


def _one(call: Call) -> Answer:
    return Answer(_saved(service(Calculators).saved(call.actor, call.path["calculation_id"])))


_USE: Final = CalculatorPermission.USE
OPERATIONS: Final = (
    Operation(
        "list_calculators",
        "GET",
        "/calculators",
        GROUP,
        "有哪些计算包：版本、产品、需要的数据和单位",
        _USE,
        _list,
        page_of(CALCULATOR, "计算包"),
    ),
    Operation(
        "get_calculator", "GET", "/calculators/{calculator}", GROUP, "一个计算包", _USE, _get, CALCULATOR
    ),
    Operation(
        "evaluate_calculation",
        "POST",
        "/evaluations",
        GROUP,
        "按标准核算并与限额比较；不保存",
        _USE,
        _evaluate,
        RESULT,
        body=REQUEST,
    ),
    Operation(
        "list_calculations",
        "GET",
        "/calculations",
        GROUP,
        "我保存的计算，新的在前",
        _USE,
        _own,
        page_of(SAVED_HEAD, "计算"),
        query=(CURSOR, LIMIT),
    ),
    Operation(
        "save_calculation",
        "POST",
        "/calculations",
        GROUP,
        "核算并保存",
        _USE,
        _save,
        SAVED,
        201,
        body={
            **REQUEST,
            "x-name": "KeptCalculation",
            "title": "一次要保存的计算",
            "required": [*NEEDED, "title"],
            "properties": {**ASK, **KEEP},
        },
        creates=True,
    ),
    Operation(
        "get_calculation", "GET", "/calculations/{calculation_id}", GROUP, "一次保存的计算", _USE, _one, SAVED
    ),
)
