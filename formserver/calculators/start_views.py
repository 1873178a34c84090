"""工具应用: what can be computed here, and what was computed lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, render_template, request, url_for

from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.permissions import Permission
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Tool:
    """A card of the start page."""

    title: str
    text: str
    icon: str
    endpoint: str
    permission: Permission

    @property
    def url(self) -> str:
        """Where the card leads."""
        return url_for(self.endpoint)


TOOLS: Final = (
    Tool(
        "能耗对标",
        "选行业和产品，按限额标准核算单位产品能耗，看达到几级。",
        "chart",
        "calculators.benchmark",
        CalculatorPermission.USE,
    ),
    Tool(
        "阶梯电价",
        "电解铝、水泥、钢铁的阶梯电价与差别电价：应缴、已缴、差额。",
        "table",
        "calculators.ladder",
        CalculatorPermission.USE,
    ),
    Tool(
        "能效等级",
        "电动机、变压器、水泵、风机、空压机的能效等级查询。",
        "settings",
        "calculators.grades",
        CalculatorPermission.USE,
    ),
    Tool(
        "批量对标",
        "一张表格导入多家企业，逐行得出结果。",
        "upload",
        "calculators.batch",
        CalculatorPermission.BATCH,
    ),
    Tool(
        "计算包",
        "各标准的算法、限额和来源；对照两版，确认待核数值，另存草案修改。",
        "book",
        "calculators.packs",
        CalculatorPermission.USE,
    ),
)


@calculators.get("")
@requires(CalculatorPermission.USE)
def index() -> Any:
    """The start page: tools, and what this person kept."""
    actor = current_actor()
    tools = [
        tool for tool in TOOLS if actor.may(tool.permission) and tool.endpoint in current_app.view_functions
    ]
    found = service(Calculators).own(actor, limit=SHOWN + 1, after=request.args.get("after", "")[:26])
    recent = found[:SHOWN]
    following = url_for("calculators.index", after=recent[-1].id) if len(found) > SHOWN else ""
    return render_template("calculators/index.html", tools=tools, recent=recent, next_url=following)
