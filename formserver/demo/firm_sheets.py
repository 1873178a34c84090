"""能耗对标表 and 阶梯电价核算表 of several firms, at every step such a paper can stand at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formserver.core.clock import today_in_china
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document, Json
from formserver.core.permissions import Actor
from formserver.demo.load import sign_off
from formserver.demo.sheets import (
    LADDER_SHEET,
    SHEET,
    STATISTICS_YEAR,
    ladder_body,
    sheet_body,
    sheet_of_year,
)
from formserver.demo.works import (
    ALUMINIUM_WORKS,
    CARBIDE_WORKS,
    CEMENT_WORKS,
    CEMENT_YEARS,
    LADDER_ALUMINIUM,
    LADDER_STEEL,
    STEEL_WORKS,
    carbide_row,
    converter_row,
    potline_row,
)
from formserver.web.context import AppContext


def write_sheets(context: AppContext, actor: Actor, ids: Mapping[str, str]) -> list[Document]:
    """Signed, final and open ones. What rests on figures nobody confirmed can only be a draft."""
    desk = _Desk(context, actor, ids)
    steel = desk.sheet(
        STEEL_WORKS,
        [converter_row()],
        output_value="1126400",
        energy_total="1098600",  # of the whole works: the sheet looks at one process
        actions=["责令限期整改", "列入阶梯电价（差别电价）名单"],
        opinion="转炉工序单位产品能耗超过限定值，责令限期整改，完善转炉煤气和蒸汽回收。",
    )
    aluminium = desk.sheet(ALUMINIUM_WORKS, [potline_row(STATISTICS_YEAR)], output_value="251300")
    return [
        sign_off(context, actor, desk.cement("2024", "2025-09-18")),
        desk.cement("2026", desk.today),
        context.service(Issuing).finalise(actor, steel.id, base_version=steel.head_version),
        sign_off(context, actor, aluminium),
        desk.sheet(CARBIDE_WORKS, [carbide_row()], output_value="30860"),
        sign_off(context, actor, desk.ladder(STEEL_WORKS, LADDER_STEEL, "部分执行")),
        desk.ladder(ALUMINIUM_WORKS, LADDER_ALUMINIUM, "需进一步核实"),
    ]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Writes drafts as a person does: begin for a firm, fill in, save once."""

    context: AppContext
    actor: Actor
    ids: Mapping[str, str]

    @property
    def today(self) -> str:
        return today_in_china(self.context.clock).isoformat()

    def cement(self, year: str, day: str) -> Document:
        return self._write(SHEET, CEMENT_WORKS, lambda start: sheet_of_year(start, CEMENT_YEARS[year], day))

    def sheet(self, firm: str, rows: Sequence[Json], **facts: Any) -> Document:
        start_day, end_day = f"{STATISTICS_YEAR}-01-01", f"{STATISTICS_YEAR}-12-31"
        facts["sheet_date"] = self.today
        return self._write(
            SHEET, firm, lambda start: sheet_body(start, rows, start=start_day, end=end_day, **facts)
        )

    def ladder(self, firm: str, rows: Sequence[Mapping[str, Any]], conclusion: str) -> Document:
        return self._write(LADDER_SHEET, firm, lambda start: ladder_body(start, rows, conclusion, self.today))

    def _write(self, key: str, firm: str, fill: Callable[[Json], Json]) -> Document:
        drafting = self.context.service(Drafting)
        document = drafting.create(self.actor, key, enterprise_id=self.ids[firm])
        start = drafting.open(self.actor, document.id).draft.body
        team = self.context.catalogue.sample(SHEET)["inspectors"]
        body = fill({**start, "inspectors": team})
        drafting.save_body(self.actor, document.id, body, base_version=0)
        with self.context.store.uow() as u:
            return u.documents.get(document.id, self.actor.scope)
