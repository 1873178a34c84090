"""``formserver agency load | list``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from formserver.agencies.service import AgencyService, Branch
from formserver.core.permissions import system_actor
from formserver.web.context import AppContext


@click.group("agency", help="监察机构 · inspection agencies")
def agency_commands() -> None:
    """Group of commands."""


@agency_commands.command("load", help="从 JSON 文件装入机构树 · load the tree of agencies")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def load(context: AppContext, file: Path | None) -> None:
    """Add or update agencies; without a file the shipped demonstration tree."""
    path = file or context.settings.schemas_dir / "agencies.json"
    entries = json.loads(path.read_text(encoding="utf-8"))["agencies"]
    added, updated = context.service(AgencyService).load(system_actor(), entries)
    click.echo(f"已新增 {added} 个、更新 {updated} 个监察机构。")


@agency_commands.command("list", help="列出机构树 · show the tree")
@click.pass_obj
def list_agencies(context: AppContext) -> None:
    """The tree with codes."""

    def show(branches: tuple[Branch, ...], depth: int) -> None:
        for branch in branches:
            click.echo(f"{'  ' * depth}{branch.agency.code}\t{branch.agency.name}")
            show(branch.children, depth + 1)

    show(context.service(AgencyService).tree(system_actor()), 0)
