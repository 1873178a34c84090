"""``formserver rule check|publish``: own editions of ladder prices and grade tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from formserver.calculators.ladder_rules import Rules
from formserver.web.context import AppContext

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("rule")
def rule_commands() -> None:
    """本省的电价规则、能效等级表：检查与发布。Own editions of ladder prices and grade tables."""


@rule_commands.command("check")
@click.argument("path", metavar="FILE.json", type=_FILE)
@click.pass_obj
def check(context: AppContext, path: Path) -> None:
    """检查规则文件，连同其中的算例。Check a file and work out its examples."""
    made, problems = context.service(Rules).check(path.read_bytes(), path.name)
    for one in problems:
        click.echo(f"{one.pointer}  {one.message}", err=True)
    if made is None or problems:
        sys.exit(1)
    click.echo(f"{made.id} 可以发布。")


@rule_commands.command("publish")
@click.argument("path", metavar="FILE.json", type=_FILE)
@click.option("--by", required=True, help="谁发布 who publishes it")
@click.option("--reason", required=True, help="依据，如 省文件的文号 what it rests on")
@click.pass_obj
def publish(context: AppContext, path: Path, by: str, reason: str) -> None:
    """发布规则文件：从起始日起执行，此后不能再改。Publish a file; it is frozen afterwards."""
    made = context.service(Rules).publish(path.read_bytes(), path.name, by, reason)
    click.echo(f"{made.id} 已发布，自 {made.valid_from or '即日'} 起执行。")
