"""``formserver rule check|publish``: own editions of coefficients, ladder prices and grade tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from formserver.calculators.ladder_rules import Rules
from formserver.web.context import AppContext

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("rule")
def rule_commands() -> None:
    """本省的折标系数、电价规则、能效等级表：检查与发布。Own editions of coefficients, ladder prices and grade tables."""


@rule_commands.command("check")
@click.argument("path", metavar="FILE.json", type=_FILE)
@click.pass_obj
def check(context: AppContext, path: Path) -> None:
    """检查规则文件，连同其中的算例。Check a file and work out its examples."""
    found, problems = context.service(Rules).check(path.read_bytes(), path.name)
    for one in problems:
        click.echo(f"{one.pointer}  {one.message}", err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{found} 可以发布。")


@rule_commands.command("publish")
@click.argument("path", metavar="FILE.json", type=_FILE)
@click.option("--by", required=True, help="发布人的用户名 user name of who publishes it")
@click.option(
    "--drafted-by",
    default="",
    help="起草人的用户名，应为另一人 user name of who wrote it, somebody else (default: who publishes it)",
)
@click.option("--reason", required=True, help="依据，如 省文件的文号 what it rests on")
@click.option("--alone", default="", help="没有第二人时，由一人发布的理由 why one person alone publishes it")
@click.pass_obj
def publish(context: AppContext, path: Path, by: str, drafted_by: str, reason: str, alone: str) -> None:
    """发布规则文件：由起草人以外的人发布，此后不能再改。Publish a file by a second person; it is frozen then."""
    done = context.service(Rules).publish(
        path.read_bytes(), path.name, by=by, drafted_by=drafted_by or by, reason=reason, alone=alone
    )
    click.echo(f"{done.method_id} 已发布，自 {done.method['valid_from']} 起执行。")
