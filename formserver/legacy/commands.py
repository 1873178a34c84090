"""``formserver legacy``: a folder of scans and its list, entered on the server itself, however large."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click

from formserver.accounts.repository import UserRepository
from formserver.accounts.service import AccountService, normalise_username
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Actor
from formserver.legacy.listing import PaperList
from formserver.legacy.service import LegacyBatches
from formserver.web.context import AppContext


@click.command("legacy")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--list",
    "listing",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="补录清单 xlsx the list",
)
@click.option("--user", "username", required=True, help="以谁的名义补录 the user who enters them")
@click.option("--dry-run", is_flag=True, help="只检查，不补录 look, enter nothing")
@click.pass_obj
def legacy_command(context: AppContext, folder: Path, listing: Path, username: str, dry_run: bool) -> None:
    """补录 FOLDER 中的扫描件。Enter the scans of FOLDER as the list describes them.

    可重复执行：同一份清单中已补录的行不会重复。有行未补录时退出码为 1。
    """
    batches, actor = context.service(LegacyBatches), _actor(context, username)
    data = listing.read_bytes()
    files = {path.name: path for path in sorted(folder.rglob("*")) if path.is_file() and path != listing}
    papers = batches.read(actor, listing.name, data, list(files))
    _show(papers)
    if dry_run:
        sys.exit(1 if len(papers.ready) < len(papers.rows) else 0)
    batch = hashlib.sha256(actor.user_id.encode() + data).hexdigest()
    result = batches.enter_rows(
        actor, batch, papers, lambda name: files[name].read_bytes(), lambda _percent, _text: None
    )
    for row in result["rows"]:
        click.echo(f"第 {row['row']} 行  {row['title']}  {'已补录' if row['document'] else row['why']}")
    click.echo(f"已补录 {result['entered']} 份，未补录 {result['refused']} 份。")
    sys.exit(1 if result["refused"] else 0)


def _actor(context: AppContext, username: str) -> Actor:
    with context.store.uow() as u:
        user = u.repository(UserRepository).by_username(normalise_username(username))
    if user is None or not user.active:
        raise NOT_FOUND(what=f"用户“{username}”")
    return context.service(AccountService).actor_for(user)


def _show(papers: PaperList) -> None:
    for text in papers.remarks:
        click.echo(f"· {text}")
    for row in papers.rows:
        for problem in row.problems:
            click.echo(f"✗ {problem}")
    click.echo(f"可补录 {len(papers.ready)} 份，有问题 {len(papers.rows) - len(papers.ready)} 份。")
