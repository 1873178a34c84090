"""``calculators check``, ``figures`` and ``confirm``: the rules of the maintainers' pages on the command line."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from formserver.calculation.checking import check_validity
from formserver.calculation.library import CALCULATOR_UNKNOWN, Library
from formserver.calculators.confirm_figures import STATES, WAITING, Item, Wanted
from formserver.calculators.maintain_checking import judge_calculator, judge_limits
from formserver.calculators.maintain_models import RULE_FOLDERS
from formserver.calculators.maintain_rule_checking import judge_stored_rule
from formserver.cli.generating import file_catalogue
from formserver.cli.main import show_problem
from formserver.config import load_settings
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.publishing import definition_problems
from formserver.core.errors import NOT_FOUND, Problem
from formserver.core.permissions import system_actor

FOUND_SOMETHING = 1
KINDS = ("calculator", "limits")


@click.command("check")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def check(names: tuple[str, ...], as_json: bool, shipped: bool) -> None:
    """检查计算包：格式、名称、单位、限额、施行期和算例。Check calculators with their limits and examples.

    退出码：0 没有问题，1 有问题。Exit: 0 nothing found, 1 problems.
    """
    catalogue = _catalogue(shipped=shipped)
    library = Library(catalogue)
    known = library.names()
    for name in names:
        if name not in known:
            raise CALCULATOR_UNKNOWN(name=name)
    problems: list[Problem] = []
    editions = 0
    for name in names or known:
        for kind in KINDS:
            for one in catalogue.definitions(kind, name):
                editions += kind == "calculator"
                problems += definition_problems(catalogue, one.kind, one.name, one.version)
        problems += check_validity(library.editions(name))
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            show_problem(problem)
        click.echo(
            f"检查了 {editions} 个版本，{len(problems)} 处问题。{editions} editions, {len(problems)} problems."
        )
    sys.exit(FOUND_SOMETHING if problems else 0)


@click.command("figures")
@click.option("--state", type=click.Choice(STATES), default=WAITING, help="状态 state")
@click.option("--standard", default="", help="标准号或计算包名称 standard or calculator")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
def figures(state: str, standard: str, as_json: bool) -> None:
    """列出待核的数值和计算式。List figures and formulas to confirm."""
    from formserver.calculators.confirm_service import Figures

    found = _context().service(Figures).items(system_actor(), Wanted(state=state, calculator=standard))
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(f"{one.id}\t{one.value} {one.unit}\t{one.title}\t{one.standard}")


@click.command("confirm")
@click.argument("figure", metavar="FIGURE")
@click.option("--value", required=True, help="在原文中看到的数值 the value seen in the original")
@click.option("--against", required=True, help="核对依据：文件、页、表 document, page, table")
@click.option("--by", "username", required=True, help="确认人的用户名 who confirms")
def confirm(figure: str, value: str, against: str, username: str) -> None:
    """确认一个数值与标准原文一致。Confirm a figure against the standard.

    FIGURE 见 formserver calculators figures。Find FIGURE with formserver calculators figures.
    """
    from formserver.accounts.service import AccountService
    from formserver.calculators.confirm_service import Figures

    context = _context()
    accounts = context.service(AccountService)
    user = next((one for one in accounts.everybody() if one.username == username and one.active), None)
    if user is None:
        raise NOT_FOUND(what=f"用户 {username}")
    made = context.service(Figures).confirm(accounts.actor_for(user), {figure: value}, against)
    said = "已确认 confirmed" if made else "已经确认过 confirmed before"
    click.echo(f"{figure} = {value}：{said}")


def _catalogue(*, shipped: bool) -> Catalogue:
    settings = load_settings()
    if shipped or not (settings.database_url or (settings.storage_dir / "formserver.sqlite3").is_file()):
        made = file_catalogue()
        made.judges.update({"calculator": judge_calculator, "limits": judge_limits})
        made.judges.update(dict.fromkeys(RULE_FOLDERS, judge_stored_rule))
        return made
    found: Catalogue = _context().catalogue
    return found


def _context() -> Any:
    from formserver.app import build_context

    return build_context(load_settings())


def _plain(one: Item) -> dict[str, Any]:
    keys = ("id", "kind", "title", "value", "unit", "state", "standard", "clause", "source", "note")
    return {**{key: getattr(one, key) for key in keys}, "used_in": list(one.used_in)}
