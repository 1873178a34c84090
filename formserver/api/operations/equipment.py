"""Recognising equipment: judgements at once, elimination catalogues and their lines, the rules they rest on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from formserver.api.equipment_shapes import (
    ASKED,
    BATCH,
    CATEGORIES,
    CHECKED,
    DAY,
    LINE,
    RULES,
    batch_data,
    line_data,
)
from formserver.api.operations.documents import LIMIT
from formserver.api.serving import next_address
from formserver.api.shapes import TEXT, titled
from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.definitions.grammar import ILLEGAL
from formserver.core.errors import Problem, invalid
from formserver.equipment.joint import Judge, judgement_to_json
from formserver.equipment.lists_wishes import typed_day
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import VERDICT_WORDS, Item
from formserver.equipment.permissions import EquipmentPermission
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import context, service

GROUP: Final = "设备识别"
MOST_ROWS: Final = 500
MOST_TOLD: Final = 20


def _day(text: str) -> date:
    """The day asked for, today without one. Raises LIST_DAY."""
    return typed_day(text, today_in_china(context().clock))


def _check(call: Call) -> Answer:
    as_of, library = _day(call.body.get("as_of", "")), service(EquipmentLibrary)
    nameless = [
        Problem("REQUIRED", "请提供设备名称（name）或型号（model）。", f"/items/{place}", f"第{place + 1}台")
        for place, row in enumerate(call.body["items"])
        if not any(str(row.get(key, "")).strip() for key in ("name", "model"))
    ]
    if nameless:
        raise invalid(nameless[:MOST_TOLD])
    judge = Judge(library, service(Grades).library, as_of, service(Calculators).confirmed())
    items = [_judged(judge, number, row) for number, row in enumerate(call.body["items"], start=1)]
    return Answer({"as_of": as_of.isoformat(), "library": library.stamp(as_of), "items": items})


def _judged(judge: Judge, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    found = judge.judge({key: ILLEGAL.sub("", str(value)).strip() for key, value in row.items()})
    verdict = found.verdict.value
    return {
        "row": number,
        "verdict": verdict,
        "word": VERDICT_WORDS[verdict],
        "says": found.says,
        "judgement": judgement_to_json(found),
    }


def _catalogues(call: Call) -> Answer:
    found = service(EquipmentLibrary).batches(_day(call.query.get("as_of", "")))
    return Answer({"items": [batch_data(one) for one in found]})


def _lines(call: Call) -> Answer:
    limit, cursor = call.query["limit"], call.query.get("cursor", 0)
    found = [line for place, line in enumerate(_wanted(call), start=1) if place > cursor]
    data: dict[str, Any] = {"items": [line_data(one) for one in found[:limit]]}
    if len(found) > limit:
        data["next"] = next_address(str(cursor + limit))
    return Answer(data)


def _wanted(call: Call) -> Iterator[Item]:
    asked = call.query
    text = _plain(asked.get("q", ""))
    for batch in service(EquipmentLibrary).batches(_day(asked.get("as_of", ""))):
        if asked.get("catalogue", batch.name) != batch.name:
            continue
        for line in batch.items:
            said = _plain(" ".join((line.seq, line.name, line.model, line.section)))
            if text in said and asked.get("category", line.category) == line.category:
                yield line


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _rules(call: Call) -> Answer:
    as_of, library = _day(call.query.get("as_of", "")), service(EquipmentLibrary)
    catalogues = [
        {"name": one.name, "edition": one.edition, "sha256": one.sha256} for one in library.batches(as_of)
    ]
    return Answer(
        {
            "as_of": as_of.isoformat(),
            "library": library.stamp(as_of),
            "rules": len(library.rules(as_of)),
            "catalogues": catalogues,
        }
    )


_READ: Final = EquipmentPermission.READ
_AS_OF: Final = Parameter("as_of", DAY, "基准日；不写为今天")
OPERATIONS: Final = (
    Operation(
        "check_equipment",
        "POST",
        "/equipment-checks",
        GROUP,
        f"识别至多 {MOST_ROWS} 台设备；不保存",
        _READ,
        _check,
        CHECKED,
        body={
            "x-name": "EquipmentCheck",
            "title": "要识别的设备",
            "type": "object",
            "additionalProperties": False,
            "required": ["items"],
            "properties": {
                "as_of": titled(DAY, "基准日；不写为今天"),
                "items": {
                    "type": "array",
                    "items": ASKED,
                    "minItems": 1,
                    "maxItems": MOST_ROWS,
                    "title": "设备",
                },
            },
        },
        note="按基准日有效的淘汰目录和识别规则判定；更多的设备请用设备清单。",
    ),
    Operation(
        "list_elimination_catalogues",
        "GET",
        "/elimination-catalogues",
        GROUP,
        "基准日有效的淘汰目录",
        _READ,
        _catalogues,
        page_of(BATCH, "淘汰目录"),
        query=(_AS_OF,),
    ),
    Operation(
        "list_elimination_lines",
        "GET",
        "/elimination-lines",
        GROUP,
        "查找目录条目",
        _READ,
        _lines,
        page_of(LINE, "目录条目"),
        query=(
            _AS_OF,
            Parameter("q", titled(TEXT, "查找", maxLength=100), "型号、名称、条目号"),
            Parameter(
                "catalogue", {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}, "只看这一目录（键）"
            ),
            Parameter("category", CATEGORIES, "只看这一类别"),
            Parameter(
                "cursor",
                {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                "翻页标记，取自上一页的 next",
            ),
            LIMIT,
        ),
    ),
    Operation(
        "get_equipment_rules",
        "GET",
        "/equipment-rules",
        GROUP,
        "基准日的规则库：标识、规则条数、所用目录",
        _READ,
        _rules,
        RULES,
        query=(_AS_OF,),
    ),
)
