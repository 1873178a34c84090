"""Keeping calculators: editions, comparisons, figures to confirm, drafts, publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from formserver.api.maintenance_shapes import (
    CONFIRMATION,
    DRAFT,
    EDITION,
    FIGURE,
    confirmation_data,
    draft_data,
    figure_data,
)
from formserver.api.shapes import FREE, TEXT, titled
from formserver.calculators.confirm_figures import STATES, Wanted, limits_of
from formserver.calculators.confirm_service import AGAINST_LEAST, AGAINST_MOST, MOST_AT_ONCE, Figures
from formserver.calculators.maintain_compare import compare
from formserver.calculators.maintain_models import CALCULATOR, Draft
from formserver.calculators.maintain_packs import Packs
from formserver.calculators.maintain_publishing import Publishing
from formserver.calculators.maintain_service import PURPOSE_MOST, Drafts
from formserver.calculators.permissions import CalculatorPermission as P
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.definitions.document_type import read_json
from formserver.web.api import Answer, Call, Operation, Parameter
from formserver.web.context import context, service

GROUP: Final = "计算包维护"
TAG_WORD: Final = "草案的稿次"
_DAY: Final = {"type": "string", "format": "date"}
_KEY: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}
_EDITION_NAME: Final = {"type": "string", "pattern": "^[a-z][a-z0-9.+_-]{0,99}$"}


def _many(item: Mapping[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items"],
        "additionalProperties": False,
        "properties": {"items": {"type": "array", "items": item, "title": title}},
    }


def _editions(call: Call) -> Answer:
    groups = service(Packs).groups(
        service(Calculators).confirmations(), today_in_china(context().clock), call.query.get("q", "")
    )
    lines = {(one.name, one.edition): one for group in groups for one in group.lines}
    return Answer({"items": [asdict(one) for one in lines.values()]})


def _edition(call: Call) -> Answer:
    name, edition = call.path["calculator"], call.path["edition"]
    catalogue = context().catalogue
    definition = catalogue.definition("calculator", name, edition)
    limits = limits_of(service(Calculators).library, service(Calculators).library.calculator(name, edition))
    found = catalogue.definition("limits", limits.name, limits.edition) if limits is not None else None
    return Answer(
        {
            "calculator": name,
            "edition": edition,
            "sha256": definition.sha256,
            "status": definition.status,
            "method": read_json(definition.content, definition.id),
            "limits": read_json(found.content, found.id) if found is not None else None,
        }
    )


def _compare(call: Call) -> Answer:
    library, name = service(Calculators).library, call.path["calculator"]
    new = library.calculator(name, call.path["edition"])
    old = library.calculator(name, call.query["with"])
    found = compare((old, limits_of(library, old)), (new, limits_of(library, new)))
    parts = [{"title": title, "pairs": [asdict(one) for one in pairs]} for title, pairs in found.parts]
    return Answer(
        {
            "old": old.edition,
            "new": new.edition,
            "limits": [asdict(one) for one in found.limits],
            "parts": parts,
        }
    )


def _figures(call: Call) -> Answer:
    wanted = Wanted(
        text=call.query.get("q", ""),
        state=call.query.get("state", ""),
        calculator=call.query.get("calculator", ""),
    )
    return Answer({"items": [figure_data(one) for one in service(Figures).items(call.actor, wanted)]})


def _confirm(call: Call) -> Answer:
    seen = {one["id"]: one["value"] for one in call.body["figures"]}
    made = service(Figures).confirm(call.actor, seen, call.body["against"], call.body.get("note", ""))
    return Answer({"items": [figure_data(service(Figures).item(call.actor, one.id)[0]) for one in made]})


def _withdraw(call: Call) -> Answer:
    found = service(Figures).withdraw(call.actor, call.path["confirmation_id"], call.body["reason"])
    return Answer(confirmation_data(found))


def _history(call: Call) -> Answer:
    _, history = service(Figures).item(call.actor, call.query["figure"])
    return Answer({"items": [confirmation_data(one) for one in history]})


def _drafts(call: Call) -> Answer:
    found = service(Drafts).list(call.actor, name=call.query.get("calculator", ""), kind=CALCULATOR)
    return Answer({"items": [draft_data(one, whole=False) for one in found]})


def _answer(one: Draft) -> Answer:
    return Answer(draft_data(one, service(Drafts).judged(one).problems), version=one.tag)


def _add_draft(call: Call) -> Answer:
    body = call.body
    made = service(Drafts).copy(
        call.actor,
        body["calculator"],
        body["base"],
        body.get("purpose", ""),
        edition=body.get("edition", ""),
        standard=body.get("standard", ""),
    )
    return Answer(
        draft_data(made, service(Drafts).judged(made).problems),
        version=made.tag,
        location=f"/calculator-drafts/{made.id}",
    )


def _get_draft(call: Call) -> Answer:
    return _answer(service(Drafts).get(call.actor, call.path["draft_id"]))


def _save_draft(call: Call) -> Answer:
    body = call.body
    return _answer(
        service(Drafts).save(
            call.actor, call.path["draft_id"], body["method"], body["limits"], seen=call.version
        )
    )


def _publish_draft(call: Call) -> Answer:
    day, alone = date.fromisoformat(call.body["effective"]), call.body.get("alone", "")
    return _answer(
        service(Publishing).publish(call.actor, call.path["draft_id"], day, seen=call.version, alone=alone)
    )


_Q: Final = Parameter("q", titled(TEXT, "查找", maxLength=100), "标准号、名称或拼音")
_PATH: Final = "/calculator-editions/{calculator}/{edition}"
_DRAFT: Final = "/calculator-drafts/{draft_id}"
_FIGURES: Final = "/calculator-figures"


def _body(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


OPERATIONS: Final = (
    Operation(
        "list_calculator_editions",
        "GET",
        "/calculator-editions",
        GROUP,
        "计算包的全部版本",
        P.USE,
        _editions,
        _many(EDITION, "版本"),
        query=(_Q,),
    ),
    Operation("get_calculator_edition", "GET", _PATH, GROUP, "一个版本的文件", P.USE, _edition, FREE),
    Operation(
        "compare_calculator_editions",
        "GET",
        f"{_PATH}/compare",
        GROUP,
        "与另一版对照",
        P.USE,
        _compare,
        FREE,
        query=(Parameter("with", titled(_EDITION_NAME, "另一版"), "旧的一版", required=True),),
    ),
    Operation(
        "list_calculator_figures",
        "GET",
        _FIGURES,
        GROUP,
        "数值和计算式及其确认状态",
        P.USE,
        _figures,
        _many(FIGURE, "数值"),
        query=(
            _Q,
            Parameter("state", {"type": "string", "enum": list(STATES)}, "状态"),
            Parameter("calculator", titled(TEXT, "计算包", maxLength=64), "计算包名称或标准号"),
        ),
    ),
    Operation(
        "confirm_calculator_figures",
        "POST",
        f"{_FIGURES}/confirm",
        GROUP,
        "确认同一标准的数值",
        P.CONFIRM,
        _confirm,
        _many(FIGURE, "确认的数值"),
        body=_body(
            ["figures", "against"],
            figures={
                "type": "array",
                "title": "数值",
                "minItems": 1,
                "maxItems": MOST_AT_ONCE,
                "items": _body(
                    ["id", "value"],
                    id=titled(TEXT, "标识", maxLength=300),
                    value=titled(TEXT, "核对的数值", maxLength=1000),
                ),
            },
            against=titled(TEXT, "核对依据", minLength=AGAINST_LEAST, maxLength=AGAINST_MOST),
            note=titled(TEXT, "备注", maxLength=500),
        ),
    ),
    Operation(
        "list_figure_confirmations",
        "GET",
        f"{_FIGURES}/confirmations",
        GROUP,
        "一个数值的确认记录",
        P.USE,
        _history,
        _many(CONFIRMATION, "确认"),
        query=(Parameter("figure", titled(TEXT, "数值标识", maxLength=300), "数值标识", required=True),),
    ),
    Operation(
        "withdraw_figure_confirmation",
        "POST",
        f"{_FIGURES}/confirmations/{{confirmation_id}}/withdraw",
        GROUP,
        "撤回确认",
        P.CONFIRM,
        _withdraw,
        CONFIRMATION,
        body=_body(["reason"], reason=titled(TEXT, "理由", minLength=1, maxLength=500)),
    ),
    Operation(
        "list_calculator_drafts",
        "GET",
        "/calculator-drafts",
        GROUP,
        "编辑中的草案",
        P.MAINTAIN,
        _drafts,
        _many(DRAFT, "草案（不带文件）"),
        query=(Parameter("calculator", titled(_KEY, "计算包"), "计算包"),),
    ),
    Operation(
        "create_calculator_draft",
        "POST",
        "/calculator-drafts",
        GROUP,
        "由一个版本另存草案",
        P.MAINTAIN,
        _add_draft,
        DRAFT,
        201,
        body=_body(
            ["calculator", "base"],
            calculator=titled(_KEY, "计算包"),
            base=titled(_EDITION_NAME, "由来的版本"),
            purpose=titled(TEXT, "为什么修改", maxLength=PURPOSE_MOST),
            edition=titled(TEXT, "新标准的版本名", maxLength=60),
            standard=titled(TEXT, "新标准号", maxLength=60),
        ),
        versioned=True,
        creates=True,
    ),
    Operation(
        "get_calculator_draft",
        "GET",
        _DRAFT,
        GROUP,
        "一份草案",
        P.MAINTAIN,
        _get_draft,
        DRAFT,
        versioned=True,
    ),
    Operation(
        "save_calculator_draft",
        "PUT",
        _DRAFT,
        GROUP,
        "保存草案；有问题的也保存",
        P.MAINTAIN,
        _save_draft,
        DRAFT,
        body=_body(["method", "limits"], method=titled(FREE, "方法文件"), limits=titled(FREE, "限额文件")),
        matches=TAG_WORD,
        versioned=True,
    ),
    Operation(
        "publish_calculator_draft",
        "POST",
        f"{_DRAFT}/publish",
        GROUP,
        "发布草案，此后不再变动",
        P.PUBLISH,
        _publish_draft,
        DRAFT,
        body=_body(
            ["effective"],
            effective=titled(_DAY, "施行日期"),
            alone=titled(TEXT, "由一人发布的理由", maxLength=500),
        ),
        matches=TAG_WORD,
        versioned=True,
    ),
)
