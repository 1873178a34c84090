"""Equipment lists that are READY, put into a store as the checking job would, for tests of what comes after it.

A row is what a file states, by the keys of ``columns.COLUMNS``. ``_verdict`` gives it a judgement made by hand (with
``_reason``, ``_category``, ``_missing`` …), ``_error`` blocks it with this message, ``_sheet`` puts it on another sheet;
a row without ``_verdict`` is judged by the recognition of the server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.equipment.joint import Judge, Judgement, judgement_to_json
from formserver.equipment.joint_grades import GradeCheck
from formserver.equipment.lists_identity import Copies, identity_of
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Deadline, Finding, Item, Verdict
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.repository import EquipmentListRepository
from formserver.web.context import AppContext
from tests.support.website import Website

AS_OF: Final = date(2025, 6, 30)
MOTOR: Final = {
    "name": "三相异步电动机",
    "model": "Y160M-4",
    "made": "1998-05",
    "power_kw": "11",
    "poles": "4",
    "quantity": "2",
    "location": "一车间",
    "status": "在用",
}
LINE: Final = Item(
    ref="batch_2:2-1.17",
    batch="batch_2",
    edition="2012",
    seq="2-1.17",
    section="电动机",
    category="motor",
    name="三相异步电动机",
    model="Y160M-4",
    condition="",
    deadline=Deadline("2015年底", date(2015, 12, 31)),
    reason="效率低",
    replacement="YE3 系列及以上",
    recalled=False,
    source="第二批目录",
)
MIXED: Final[Sequence[Mapping[str, str]]] = (
    {**MOTOR, "_verdict": "eliminated"},
    {
        **MOTOR,
        "model": "Y2-160M-4",
        "made": "",
        "_verdict": "review",
        "_reason": "C03",
        "_missing": "made",
        "location": "二车间",
    },
    {
        "name": "配电变压器",
        "model": "S9-500/10",
        "capacity_kva": "500",
        "quantity": "1",
        "status": "在用",
        "_verdict": "restricted",
        "_reason": "C04",
        "_category": "transformer",
    },
    {
        "name": "离心泵",
        "model": "IS80-65-160",
        "power_kw": "7.5",
        "quantity": "3",
        "status": "备用",
        "_verdict": "ok",
        "_category": "pump",
    },
    {"name": "设备", "model": "8月18日", "quantity": "1", "_error": "型号像日期，请改为文本后照铭牌填写。"},
)
"""One row of every verdict and one that cannot be judged."""


def many(count: int) -> Iterator[dict[str, str]]:
    """Rows for lists of any length: the five of :data:`MIXED` in turn, each with a place of its own."""
    for index in range(count):
        yield {**MIXED[index % len(MIXED)], "location": f"{index}号机位"}


def ready_list(
    site: Website,
    rows: Iterable[Mapping[str, str]] = MIXED,
    *,
    username: str = "chen",
    title: str = "2025年设备清单",
    as_of: date = AS_OF,
    with_enterprise: bool = True,
    previous_id: str = "",
) -> EquipmentList:
    """A list of the person's agency, judged and ready for review."""
    return make_list(
        site.context,
        site.actor(username),
        rows,
        title=title,
        as_of=as_of,
        enterprise=(site.enterprise.id, "川西水泥有限公司", "91510000123456788G")
        if with_enterprise
        else ("", "", ""),
        previous_id=previous_id,
    )


def make_list(
    context: AppContext,
    actor: Actor,
    rows: Iterable[Mapping[str, str]],
    *,
    title: str,
    as_of: date = AS_OF,
    enterprise: tuple[str, str, str] = ("", "", ""),
    previous_id: str = "",
) -> EquipmentList:
    """As :func:`ready_list`, over any context; ``enterprise`` is id, name and USCC."""
    now = context.clock.now()
    source = context.store.blobs.put_bytes("设备清单".encode())
    new = EquipmentList(
        id=new_id(),
        agency_id=actor.agency_id,
        enterprise_id=enterprise[0],
        enterprise_name=enterprise[1],
        uscc=enterprise[2],
        title=title,
        as_of=as_of,
        state=ListState.READY,
        filename="设备清单.xlsx",
        source_sha256=source.sha256,
        created_by=actor.user_id,
        created_by_name=actor.name,
        created_at=now,
        library=context.service(EquipmentLibrary).stamp(as_of),
        previous_id=previous_id,
        checked_at=now,
    )
    made = list(
        _rows(new.id, rows, cache(lambda: _judge(context, as_of)))
    )  # the judge opens a unit of its own
    with context.store.uow(write=True) as u:
        lists = u.repository(EquipmentListRepository)
        lists.add(new)
        lists.replace_rows(new.id, made)
    return new


def _judge(context: AppContext, as_of: date) -> Judge:
    library, grades = context.service(EquipmentLibrary), context.service(Grades).library
    return Judge(library, grades, as_of, confirmed=context.service(Calculators).confirmed())


def _rows(list_id: str, rows: Iterable[Mapping[str, str]], judge: Callable[[], Judge]) -> Iterator[ListRow]:
    copies = Copies()
    for number, row in enumerate(rows, start=1):
        values = {key: value for key, value in row.items() if not key.startswith("_")}
        sheet = row.get("_sheet", "设备信息表")
        identity = identity_of(values)
        judgement = None if "_error" in row else _judged(row, values, judge)
        verdict = judgement.verdict.value if judgement else ""
        yield ListRow(
            list_id=list_id,
            number=number,
            sheet=sheet,
            row=number + 1,
            identity=identity,
            copy=copies.next(identity),
            stated=_stated(values, f"{sheet}!C{number + 1}", row.get("_error", "")),
            judged=judgement_to_json(judgement) if judgement else {},
            verdict=verdict,
            category=judgement.finding.category if judgement else "",
            reason=judgement.reason if judgement else "",
            catalogue=judgement.finding.catalogue if judgement else "",
            grade=judgement.grade.grade if judgement else "",
            standing=verdict,
        )


def _stated(values: Mapping[str, str], address: str, error: str) -> dict[str, Any]:
    problem = {
        "level": "error",
        "code": "MODEL_DATE",
        "address": address,
        "column": "设备型号",
        "value": values.get("model", ""),
        "message": error,
    }
    stated = {
        "cells": dict(values),
        "values": dict(values),
        "extra": {},
        "problems": [problem] if error else [],
    }
    return dict(json.loads(json.dumps(stated)))


def _judged(row: Mapping[str, str], values: Mapping[str, str], judge: Callable[[], Judge]) -> Judgement:
    if "_verdict" not in row:
        return judge().judge(values)
    verdict = Verdict(row["_verdict"])
    listed = verdict in (Verdict.ELIMINATED, Verdict.REVIEW)
    reason = row.get("_reason", "C01" if verdict is Verdict.ELIMINATED else "")
    finding = Finding(
        verdict=verdict,
        category=row.get("_category", "motor"),
        reasons=(reason,) if reason else (),
        rule="R-Y-B2" if listed else "",
        item=LINE if listed else None,
        catalogue="第二批" if listed else "",
        seq=LINE.seq if listed else "",
        canonical=values.get("model", ""),
        matched=values.get("model", "") if listed else "",
        evidence="型号在列，期限已满" if listed else "",
        deadline=LINE.deadline if listed else Deadline(),
        overdue_days=3469 if verdict is Verdict.ELIMINATED else None,
        replacement=LINE.replacement if listed else "",
        recalled=row.get("_recalled", "") == "1",
        missing=tuple(filter(None, row.get("_missing", "").split(","))),
        explanation=row.get(
            "_explanation", "型号列入第二批淘汰目录。" if listed else "没有条文涉及这个型号。"
        ),
    )
    return Judgement(verdict=verdict, finding=finding, grade=GradeCheck(), says=finding.explanation)
