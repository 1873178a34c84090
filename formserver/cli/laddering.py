"""``calculate-ladder`` and ``grade``: ladder prices and efficiency grades, with a database or without."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date

import click

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_model import GradeRequest, GradeResult, GradeState
from formserver.calculation.grades import grade as look_up
from formserver.calculation.model import Figure
from formserver.calculation.results import StepResult, Trouble, as_json, plain
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import TariffRequest, TariffResult, TariffState
from formserver.calculation.tariffs import assess
from formserver.cli.calculating import FOUND_SOMETHING, definitions
from formserver.cli.main import EXIT_CODES, show_problem
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.errors import Kind, Problem, Severity

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("calculate-ladder")
@click.argument("tariff", metavar="TARIFF")
@click.option("--year", type=click.IntRange(2000, 2100), help="用电年度 the year of the electricity")
@click.option("--from", "start", type=_DAY, help="用电期间起 first day")
@click.option("--to", "end", type=_DAY, help="用电期间止 last day")
@click.option("--region", default="", help="企业所在地，如 河北省唐山市 where the enterprise is")
@click.option("--edition", default="", help="版次；不写时由地区和期间决定 the edition")
@click.option("--value", default="", help="分档指标核算值 the indicator")
@click.option("--kwh", "electricity", default="", help="计费电量 kWh the electricity charged")
@click.option("--category", default="", help="类别，如 淘汰类 the category")
@click.option("--object", "object_", default="", help="核算对象，如 熟料 what is assessed")
@click.option("--commissioned", default="", help="投产日期 the day of commissioning")
@click.option("--tier", default="", help="公布的档次 the tier as published")
@click.option("--tier-basis", default="", help="公布档次的文件 where it was published")
@click.option("--renewable-share", default="", help="非水可再生能源电量占比 % share of renewables")
@click.option("--renewable-target", default="", help="所在省激励值 % the province's target")
@click.option("--late", is_flag=True, help="逾期未缴清 paid late")
@click.option("--paid", default="", help="实缴 元 what was paid")
@click.option("--steps", is_flag=True, help="列出每一步 print every step")
@click.option("--json", "as_data", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义，不看数据库 ignore the database")
def calculate_ladder(
    tariff: str,
    year: int | None,
    start: date | None,
    end: date | None,
    region: str,
    edition: str,
    object_: str,
    late: bool,
    steps: bool,
    as_data: bool,
    shipped: bool,
    **texts: str,
) -> None:
    """阶梯电价、差别电价：档次、加价标准、应缴和差额。What is due under a ladder price.

    TARIFF：aluminium、cement_ladder、cement_differential、steel_ladder、steel_differential、punitive。

    退出码：0 已算定，1 待确认，3 数据不完整。Exit: 0 settled, 1 unconfirmed, 3 incomplete.
    """
    first = date(year, 1, 1) if year else _date(start)
    last = date(year, 12, 31) if year else _date(end)
    if first is None or last is None:
        raise click.UsageError("请给出 --year，或者 --from 和 --to。Give --year, or --from and --to.")
    library, confirmed = definitions(shipped=shipped)
    inputs = {**texts, "object": object_, "late": "true" if late else ""}
    request = TariffRequest(tariff, first, last, region, edition, inputs)
    result = assess(TariffLibrary(library.catalogue), request, confirmed=confirmed)
    if as_data:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join([*_tariff_lines(result), *(_step_lines(result.steps) if steps else ())]))
    _tell(result.troubles, result.unconfirmed)
    sys.exit(_exit_code(result.state is TariffState.SETTLED, result.state is TariffState.UNCONFIRMED))


@click.command("grade", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("table", metavar="EQUIPMENT")
@click.option("--on", type=_DAY, help="适用日期，默认今天 the day asked about, today by default")
@click.option("--edition", default="", help="标准版本；不写时由日期决定 the edition")
@click.option("--json", "as_data", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义，不看数据库 ignore the database")
@click.pass_context
def grade(
    ctx: click.Context, table: str, on: date | None, edition: str, as_data: bool, shipped: bool
) -> None:
    """设备能效等级。The efficiency grade of a motor, transformer, air_compressor, pump or fan.

    各种设备的数据写成选项，如 motor --kw 11 --poles 4 --efficiency 91.4；transformer --type oil_10kv --connection Dyn11
    --kva 1000 --p0 745 --pk 10300。

    退出码：0 已判定，1 待确认，3 未能判定。Exit: 0 settled, 1 unconfirmed, 3 cannot be told.
    """
    library, confirmed = definitions(shipped=shipped)
    day = _date(on) or today_in_china(SystemClock())
    request = GradeRequest(table, day, _pairs(ctx.args), edition)
    result = look_up(GradeLibrary(library.catalogue), request, confirmed=confirmed)
    if as_data:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_grade_lines(result)))
    _tell(result.troubles, result.unconfirmed)
    sys.exit(_exit_code(result.state is GradeState.SETTLED, result.state is GradeState.UNCONFIRMED))


def _date(given: date | None) -> date | None:
    """click gives a moment where a day was asked for."""
    return None if given is None else date(given.year, given.month, given.day)


def _pairs(arguments: list[str]) -> dict[str, str]:
    """``--kw 11 --poles=4`` as a mapping. Raises UsageError for what is no pair."""
    found: dict[str, str] = {}
    rest = iter(arguments)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise click.UsageError(f"“{word}”不是选项，请写成 --名称 数值。Write --name value.")
        found[name.replace("-", "_")] = value if equals else next(rest, "")
    return found


def _tariff_lines(result: TariffResult) -> list[str]:
    edition = "，".join(
        filter(
            None,
            (
                result.region if not result.number.startswith(result.region) else "",
                result.number,
                result.tier_rule,
            ),
        )
    )
    lines = [f"{result.title}：{result.state.value}", f"适用规则  {edition}" if edition else "适用规则  —"]
    for title, value, unit in (
        ("加价标准", result.rate, "元/kWh"),
        ("计费电量", result.electricity, "kWh"),
        ("应缴", result.due_fen, "元"),
        ("实缴", result.paid, "元"),
        ("差额", result.difference, "元"),
    ):
        if value is not None:
            lines.append(f"{title}  {plain(value)} {unit}")
    return [lines[0], f"档次  {result.tier or '—'}", *lines[1:], *result.remarks]


def _step_lines(steps: Iterable[StepResult]) -> list[str]:
    return [f"{i}. {one.title} ＝ {one.formula}：{one.numbers} {one.unit}" for i, one in enumerate(steps, 1)]


def _grade_lines(result: GradeResult) -> list[str]:
    shown = result.grade or ("或者".join(result.grades) if len(result.grades) < 4 else "") or "等级未定"
    lines = [
        f"{result.title}：{shown}（{result.state.value}）",
        f"标准  {result.standard} {result.standard_title}",
    ]
    if result.row:
        lines.append(f"表中的行  {result.row}")
    for one in result.criteria:
        limits = "，".join(
            f"{number}级 {'未录入' if limit.value is None else plain(limit.value)}"
            for number, limit in one.limits.items()
        )
        lines.append(f"{one.title}  {plain(one.value)} {one.unit}（{limits}）")
    if result.passes is not None:
        said = "达到" if result.passes else "没有达到"
        lines.append(f"能效限定值（3级）  {said}（{result.passes_state.value}）")
    return [*lines, *_step_lines(result.steps), *result.remarks]


def _tell(troubles: Iterable[Trouble], unconfirmed: Iterable[Figure]) -> None:
    for one in troubles:
        show_problem(Problem(one.code, one.message, one.field, one.title))
    for figure in unconfirmed:
        note = "尚未对照原文确认。"
        show_problem(Problem("UNCONFIRMED", note, figure.id, figure.title, Severity.WARNING))


def _exit_code(settled: bool, unconfirmed: bool) -> int:
    if settled:
        return 0
    return FOUND_SOMETHING if unconfirmed else EXIT_CODES[Kind.INVALID]
