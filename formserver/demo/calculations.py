"""工具应用 in use: kept calculations, a batch, a confirmation, two drafts, and the sheets of several firms."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Final

from openpyxl import load_workbook

from formserver.calculation.requests import Request
from formserver.calculators.batch_service import BATCH_JOB, Batches
from formserver.calculators.confirm_service import Figures
from formserver.calculators.maintain_models import Draft
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.service import Calculators
from formserver.core.canonical import clone
from formserver.core.models import Document, Json
from formserver.core.permissions import Actor
from formserver.core.runner import JobRunner
from formserver.demo.firm_sheets import write_sheets
from formserver.demo.people import actor_called
from formserver.demo.sheets import STATISTICS_YEAR
from formserver.demo.works import (
    ALUMINIUM_WORKS,
    CEMENT_WORKS,
    CEMENT_YEARS,
    CLINKER_2023,
    LIQUID,
    SECOND_CEMENT_WORKS,
)
from formserver.web.context import AppContext

FIGURES_CONFIRMED: Final = tuple(
    f"limits/iron_steel/gb21256-2013#converter/process_energy/{level}" for level in (1, 2, 3)
)
AGAINST: Final = "示范数据：演示确认的步骤，没有对照 GB 21256-2013 标准原文"
_YEAR: Final[Mapping[str, str]] = {"start": f"{STATISTICS_YEAR}-01-01", "end": f"{STATISTICS_YEAR}-12-31"}


def fill_tools(context: AppContext, actor: Actor, ids: Mapping[str, str]) -> list[Document]:
    """Everything the pages of calculators can show; returns the sheets."""
    _confirm(context, actor)
    sheets = write_sheets(context, actor, ids)
    _keep(context, actor, ids)
    _batch(context, actor)
    _drafts(context, actor)
    return sheets


def _confirm(context: AppContext, actor: Actor) -> None:
    """One confirmation, of the limits of one process: the sheet of the steel works rests on them."""
    figures = context.service(Figures)
    seen = {figure: figures.item(actor, figure)[0].value for figure in FIGURES_CONFIRMED}
    figures.confirm(actor, seen, AGAINST, "正式使用前请撤回，由维护人员对照标准原文重新确认。")


def _keep(context: AppContext, actor: Actor, ids: Mapping[str, str]) -> None:
    """Three years of a kiln and of a potline, each kept at once; a trial of a colleague."""
    service = context.service(Calculators)
    kiln = {"2023": CLINKER_2023, **{year: CEMENT_YEARS[year].clinker_inputs for year in ("2024", "2025")}}
    colleague = actor_called(context, "heyutong")
    for who, calculator, product, years, title, firm in (
        (actor, "cement", "clinker", kiln, "川西水泥1号线熟料，2023—2025年", CEMENT_WORKS),
        (colleague, "cement", "clinker", kiln, "川西水泥1号线熟料，2023—2025年", CEMENT_WORKS),
        (
            actor,
            "electrolytic_aluminium",
            "liquid",
            LIQUID,
            "岷源铝业一系列铝液，2023—2025年",
            ALUMINIUM_WORKS,
        ),
    ):
        asked = [
            Request(calculator, product, date(int(year), 1, 1), date(int(year), 12, 31), inputs)
            for year, inputs in years.items()
        ]
        service.save_all(who, asked, title, ids[firm])


def _batch(context: AppContext, actor: Actor) -> None:
    """A workbook of five kilns as counties hand it in: good, over the limit, half filled in."""
    batches = context.service(Batches)
    (product,) = batches.products(actor, ["cement.clinker"])
    book = load_workbook(io.BytesIO(batches.workbook(actor, [product.name])))
    sheet = book[book.sheetnames[1]]
    places = {column.key: place for place, column in enumerate(product.columns, start=1)}
    for number, values in enumerate(_BATCH_ROWS, start=5):  # after title, keys, headings and example
        for key, value in values.items():
            place = places[f"fact/{key}" if key in _FACTS else f"input/{key}"]
            sheet.cell(number, place, float(value) if value.isdecimal() else value)
    data = io.BytesIO()
    book.save(data)
    blob = context.store.blobs.put_bytes(data.getvalue())
    batches.start(actor, f"全市水泥熟料对标{STATISTICS_YEAR}.xlsx", blob.sha256)
    JobRunner(context.store, {BATCH_JOB: context.job_handlers[BATCH_JOB]}, context.clock).run_all()


_FACTS: Final = ("enterprise", "county", "line", "start", "end")


def _kiln_row(
    firm: str, county: str, coal: str, heat: str, clinker: str, kwh: str, altitude: str
) -> dict[str, str]:
    return {
        "enterprise": firm,
        "county": county,
        "line": "1号线",
        **_YEAR,
        "coal_t": coal,
        "q_net_ar": heat,
        "clinker_t": clinker,
        "clinker_kwh": kwh,
        "waste_heat_factor": "0",
        "altitude_m": altitude,
    }


_BATCH_ROWS: Final = (
    _kiln_row(CEMENT_WORKS, "青石镇", "208000", "22400", "1550000", "83700000", "420"),
    _kiln_row(SECOND_CEMENT_WORKS, "青石镇", "101300", "22650", "792000", "44350000", "435"),
    _kiln_row("青石特种水泥股份有限公司", "青石镇", "98600", "21900", "655000", "41920000", "460"),
    _kiln_row("川西云岭水泥有限公司", "云岭县", "88200", "22150", "641000", "38120000", "1720"),
    _kiln_row("川西龙门水泥有限公司", "龙门县", "约9.4万", "22300", "702000", "40010000", "510"),
    _kiln_row("川西江口水泥有限公司", "江口县", "76400", "22480", "0", "33250000", "390"),
)
"""Two that comply, one over its limits, one without the air pressure its altitude needs, an unreadable and a zero."""


def _drafts(context: AppContext, actor: Actor) -> None:
    """Own editions in the making: one with a fault, one clean that waits for a second person to publish it."""
    drafts = context.service(Drafts)
    beer = drafts.copy(actor, "beer", "gb32047-2025", "示范：本省拟把啤酒限定值收严到 55 kgce/kL。")
    _rewritten(drafts, actor, beer, _limit(beer, "beer", "55"), beer.method)
    cement = drafts.copy(
        actor,
        "cement",
        "gb16780-2021",
        "示范：本省拟把水泥制备工段电耗限定值收严到 33 kWh/t，算例已同步修改。",
    )
    _rewritten(
        drafts, actor, cement, _limit(cement, "cement_preparation", "33"), _at_33(clone(cement.method))
    )


def _limit(draft: Draft, product: str, level_3: str) -> Json:
    table: Json = clone(draft.limits)
    for one in table["limits"]:
        if one["product"] == product:
            one["levels"]["3"] = level_3
    return table


def _at_33(method: Json) -> Json:
    """The examples at the old limit move to the new one."""
    for example in method["examples"]:
        if example["key"] in ("preparation_at_limit", "preparation_above"):
            inputs = example["inputs"]
            inputs["preparation_kwh"] = inputs["preparation_kwh"].replace("34", "33", 1)
            said = example["expect"]["indicators"]["section_electricity"]
            said["value"] = said["value"].replace("34", "33", 1)
            example["title"] = example["title"].replace("34", "33")
    return method


def _rewritten(drafts: Drafts, actor: Actor, draft: Draft, limits: Json, method: Json) -> None:
    drafts.save(actor, draft.id, method, limits, seen=draft.tag)
