"""The 能耗对标表 and 阶梯电价核算表 of the demonstration: what people state in them; results are the server's own."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.library import Library
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculators.document_computer import BenchmarkComputer
from formserver.calculators.document_guard import BENCHMARK
from formserver.calculators.ladder_computer import LADDER, LadderComputer
from formserver.core.computing import FieldComputer, computed_fields, computer_name
from formserver.core.definitions.editions import Catalogue
from formserver.core.drafts import with_row_keys
from formserver.core.models import Json
from formserver.demo.works import CEMENT_YEARS, LADDER_STEEL, CementYear
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.widget_computer import EQUIPMENT, EquipmentComputer

SHEET: Final = "benchmark_sheet"
LADDER_SHEET: Final = "ladder_price_sheet"
STATISTICS_YEAR: Final = "2025"
"""The year the visit of the case looks at."""
_BASIC: Final = ("enterprise", "industry", "region", "inspectors")
_ENTERPRISE_SAYS: Final = "对核查数据和核算结果无异议。"


def sheet_of_year(sample: Json, year: CementYear, day: str) -> Json:
    """The sheet of the cement works for a period."""
    return sheet_body(
        sample,
        year.rows,
        start=year.start,
        end=year.end,
        output_value=year.output_value,
        sheet_date=day,
    )


def sheet_body(sample: Json, rows: Sequence[Json], *, start: str, end: str, **facts: Any) -> Json:
    """A 能耗对标表 with these calculations; who it is about comes from ``sample``."""
    body: Json = with_row_keys(
        {
            **{key: copy.deepcopy(sample[key]) for key in _BASIC if key in sample},
            "period_from": start,
            "period_to": end,
            "production_state": "正常",
            "ent_opinion": _ENTERPRISE_SAYS,
            "calculations": copy.deepcopy(list(rows)),
            **facts,
        }
    )
    return body


def ladder_body(sample: Json, rows: Sequence[Mapping[str, Any]], conclusion: str, made: str) -> Json:
    """A 阶梯电价核算表 of the statistics year."""
    body: Json = with_row_keys(
        {
            **{key: copy.deepcopy(sample[key]) for key in _BASIC if key in sample},
            "period_from": f"{STATISTICS_YEAR}-01-01",
            "period_to": f"{STATISTICS_YEAR}-12-31",
            "made_date": made,
            "rows": [dict(one) for one in rows],
            "evidence_note": f"供电公司{STATISTICS_YEAR}年1—12月加价电费通知单12份；电费发票；上年度能耗核定结果公示。",
            "conclusion": conclusion,
            "ent_opinion": _ENTERPRISE_SAYS,
        }
    )
    return body


def give_calculations(body: Json) -> None:
    """The rows a 现场核查表 fills from its calculations instead of typed ones."""
    for typed in ("energy_rows", "quota_rows", "energy_total"):
        body.pop(typed, None)
    kiln, _, mills, _ = CEMENT_YEARS[STATISTICS_YEAR].rows
    body["calculations"] = [kiln, mills]


def case_sheet(catalogue: Catalogue, day: str) -> Json:
    """The sheet of the case: clinker meets its limits, the mills miss theirs."""
    body = sheet_of_year(catalogue.sample(SHEET), CEMENT_YEARS[STATISTICS_YEAR], day)
    body["actions"] = ["责令限期整改", "督促落实节能改造"]
    body["opinion"] = (
        "水泥制备工段电耗超过限定值，责令限期整改；2号水泥磨的辊压机改造应在2027年6月30日前完成，期满复核。"
    )
    return body


def paper_ladder_sheet(catalogue: Catalogue, day: str) -> Json:
    """A ladder sheet for a folder of papers: of the works of the sample."""
    return ladder_body(catalogue.sample(LADDER_SHEET), LADDER_STEEL, "部分执行", day)


def computed(catalogue: Catalogue, key: str, body: Json, on: date) -> Json:
    """A body with its results where there is no database to keep it in: nothing is confirmed there."""
    dt = catalogue.type(key)
    made: Mapping[str, FieldComputer] = {
        BENCHMARK: BenchmarkComputer(Library(catalogue), _nobody),
        LADDER: LadderComputer(TariffLibrary(catalogue), _nobody),
        EQUIPMENT: EquipmentComputer(EquipmentLibrary(catalogue), GradeLibrary(catalogue)),
    }
    for field in computed_fields(dt):
        body = made[computer_name(field)].compute(dt, field, body, (), on)
    return body


def _nobody(_figure: str, _value: str) -> bool:
    return False
