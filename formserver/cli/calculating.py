"""``calculate`` and ``calculators``: benchmarks from a JSON file, with a database (confirmed figures hold) or without."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from formserver.calculation.engine import calculate as work_out
from formserver.calculation.engine import nobody
from formserver.calculation.library import Library
from formserver.calculation.requests import REQUEST_FAULTY, request_from_json
from formserver.calculation.results import Result, Verdict, result_to_json
from formserver.calculators.repository import ConfirmationRepository
from formserver.calculators.service import Calculators
from formserver.calculators.telling import calculator_lines, overview, result_lines
from formserver.calculators.wording import conclusion
from formserver.cli.calculator_keeping import check, confirm, figures
from formserver.cli.generating import BODY_UNREADABLE, file_catalogue
from formserver.cli.main import EXIT_CODES, show_problem
from formserver.config import Settings, load_settings
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import Kind, Problem, Severity

FOUND_SOMETHING = 1


@click.command("calculate")
@click.argument("ref", metavar="CALCULATOR.PRODUCT")
@click.argument(
    "path",
    metavar="INPUTS.json",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--edition", default="", help="采用的版本（统计期跨换版日时必须选定） the edition to use")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部结果 print the whole result as JSON")
@click.option("--steps", is_flag=True, help="列出每一步计算 print every step")
@click.option("--shipped", is_flag=True, help="只用随附的定义，不看数据库 ignore the database")
def calculate(ref: str, path: Path, edition: str, as_json: bool, steps: bool, shipped: bool) -> None:
    """能耗对标：按标准核算并与限额比较。Benchmark a product against its standard.

    CALCULATOR.PRODUCT 如 cement.clinker（见 formserver calculators list）；INPUTS.json 为 - 时从标准输入读取：
    {"period": {"start": "2025-01-01", "end": "2025-12-31"}, "inputs": {…}, "energy": […]}。

    退出码：0 达标或不适用，1 不达标或待确认，3 数据不完整。Exit: 0 passes, 1 fails or unconfirmed, 3 incomplete.
    """
    calculator, _, product = ref.partition(".")
    data = {**_read(path), "calculator": calculator, "product": product}
    if edition:
        data["edition"] = edition
    library, confirmed = definitions(shipped=shipped)
    result = work_out(library, request_from_json(data), confirmed=confirmed)
    plain = result_to_json(result)
    if as_json:
        click.echo(json.dumps({**plain, "conclusion": conclusion(plain)}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(result_lines(plain, steps=steps)))
    for problem in _problems(result):
        show_problem(problem)
    sys.exit(_exit_code(result))


@click.group("calculators")
def calculators() -> None:
    """计算包：有哪些、需要什么数据。What can be calculated and what it asks for."""


@calculators.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def list_(as_json: bool, shipped: bool) -> None:
    """列出计算包。List the calculators."""
    library, _ = definitions(shipped=shipped)
    rows = [overview(library, name, today_in_china(SystemClock())) for name in library.names()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['name']:<28}{row['standard']:<18}{row['title']}（{len(row['products'])} 种产品）")


@calculators.command("show")
@click.argument("name", metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def show(name: str, as_json: bool, shipped: bool) -> None:
    """一个计算包的版本、产品、需要的数据。Editions, products and inputs of a calculator."""
    library, _ = definitions(shipped=shipped)
    row = overview(library, name, today_in_china(SystemClock()))
    click.echo(json.dumps(row, ensure_ascii=False, indent=1) if as_json else "\n".join(calculator_lines(row)))


for _kept in (check, confirm, figures):
    calculators.add_command(_kept)


def definitions(*, shipped: bool) -> tuple[Library, Callable[[str, str], bool]]:
    """The definitions and confirmations of this server, or the shipped files where it has no database yet."""
    settings = load_settings()
    found = None if shipped else _from_database(settings)
    return found or (Library(file_catalogue()), nobody)


def _from_database(settings: Settings) -> tuple[Library, Callable[[str, str], bool]] | None:
    from formserver.store.definition_access import DefinitionAccess
    from formserver.store.migrate import current_revision, head_revision
    from formserver.store.sql_store import SqlStore

    if not settings.database_url and not (settings.storage_dir / "formserver.sqlite3").is_file():
        return None
    store = SqlStore(
        settings.resolved_database_url,
        settings.storage_dir,
        repositories={ConfirmationRepository: ConfirmationRepository},
        upgrade=False,
    )
    if current_revision(store.engine) != head_revision():
        click.echo(
            "数据库尚未升级，改用随附的定义；已确认的数值不起作用。"
            " The database is not up to date: shipped definitions are used, confirmations do not count.",
            err=True,
        )
        return None
    clock = SystemClock()
    service = Calculators(store, clock, Catalogue(DefinitionAccess(store), clock))
    return service.library, service.confirmed()


def _read(path: Path) -> dict[str, Any]:
    """The request of a file or of standard input. Raises BODY_UNREADABLE, CALCULATION_REQUEST_FAULTY."""
    try:
        text = (
            sys.stdin.buffer.read().decode("utf-8-sig")
            if str(path) == "-"
            else path.read_text(encoding="utf-8-sig")
        )
        data = json.loads(text, parse_float=str)  # 0.1229 stays what is written, never a binary fraction
    except (ValueError, RecursionError) as error:
        raise BODY_UNREADABLE(path=path.name, reason=str(error)) from error
    if not isinstance(data, dict):
        raise REQUEST_FAULTY(reason="最外层应为对象 {…}")
    return data


def _problems(result: Result) -> list[Problem]:
    """Everything that stands against a verdict, as the house shows problems."""
    found = [Problem(one.code, one.message, one.field, one.title) for one in result.troubles]
    found += [
        Problem("UNCONFIRMED", "尚未对照标准原文确认。", figure.id, figure.title, Severity.WARNING)
        for figure in result.unconfirmed
    ]
    found += [
        Problem("FORMULA_UNCHECKED", "计算式待核。", one.id, one.title, Severity.HINT)
        for one in result.unchecked
    ]
    return found


def _exit_code(result: Result) -> int:
    if result.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        return 0
    if result.verdict in (Verdict.FAIL, Verdict.UNCONFIRMED):
        return FOUND_SOMETHING
    return EXIT_CODES[Kind.INVALID]
