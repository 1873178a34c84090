"""``equipment catalogue``: elimination catalogues on the command line, by the rules of the maintainers' pages."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from formserver.cli.generating import file_catalogue
from formserver.cli.main import show_problem
from formserver.config import load_settings
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.publishing import definition_problems
from formserver.core.definitions.repository import EQUIPMENT_KINDS
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_browse import Browsing, Edition, LineQuery
from formserver.equipment.catalogue_models import ELIMINATION
from formserver.equipment.matching.judging import judges
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.sample_checking import outcomes, report, shipped_rows

FOUND_SOMETHING = 1
WAYS = ("new", "issued", "mend")


@click.group("catalogue")
def catalogue() -> None:
    """淘汰目录：查看、检查、导入、发布。Elimination catalogues: show, check, import, publish."""


@catalogue.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def list_(as_json: bool, shipped: bool) -> None:
    """列出目录和版本。List catalogues with their editions."""
    rows = [_plain(one) for one in _browsing(shipped=shipped).editions()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        counts = " ".join(f"{word} {number}" for word, number in row["counts"].items())
        click.echo(
            f"{row['catalogue']:<24}{row['title']}\t{row['state']}\t{row['validity']}\t{row['lines']} 条 {counts}"
        )


@catalogue.command("show")
@click.argument("ref", metavar="NAME/EDITION")
@click.option("--text", default="", help="只列含这些字的条目 only lines that contain this")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def show(ref: str, text: str, as_json: bool, shipped: bool) -> None:
    """一版目录的条目。The lines of an edition, such as batch_2/2012."""
    browsing = _browsing(shipped=shipped)
    name, _, version = ref.partition("/")
    edition = browsing.edition(ELIMINATION, name, version)
    found = browsing.lines(edition, LineQuery(text=text))
    if as_json:
        rows = [{**one.line, "ref": one.ref, "state": one.state} for one in found]
        click.echo(json.dumps({**_plain(edition), "items": rows}, ensure_ascii=False, indent=1))
        return
    click.echo(
        f"{edition.data['full_title']} {edition.data['document_no']}（{edition.state}，{edition.validity}）"
    )
    for one in found:
        click.echo(
            f"{one.line['seq']:<10}{one.line['name']}\t{one.line['model']}\t{one.deadline}\t{one.state}"
        )


@catalogue.command("check")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义 ignore the database")
def check(as_json: bool, shipped: bool) -> None:
    """检查目录、规则和随附样本。Check catalogues, rules and the shipped labelled rows.

    退出码：0 没有问题，1 有问题。Exit: 0 nothing found, 1 problems.
    """
    definitions = _catalogue(shipped=shipped)
    problems = [
        problem
        for kind in EQUIPMENT_KINDS
        for one in definitions.definitions(kind)
        if one.usable
        for problem in definition_problems(definitions, one.kind, one.name, one.version)
    ]
    wrong = report(outcomes(EquipmentLibrary(definitions), shipped_rows(definitions))).disagreeing
    if as_json:
        rows = [
            {"sample": one.sample.id, "expected": one.expected.value, "got": one.got.verdict.value}
            for one in wrong
        ]
        found = {"problems": [one.as_dict() for one in problems], "samples": rows}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            show_problem(problem)
        for one in wrong:
            words = one.expected.value, one.got.verdict.value
            click.echo(
                f"{one.sample.id}	{one.sample.stated.get('model', '')}	应为 {words[0]}，识别为 {words[1]}"
            )
        click.echo(
            f"{len(problems)} 处问题，{len(wrong)} 行样本与标注不同。{len(problems)} problems, {len(wrong)} rows differ."
        )
    sys.exit(FOUND_SOMETHING if problems or wrong else 0)


@catalogue.command("import")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--way", type=click.Choice(WAYS), default="new", help="新的一批、重新公布、改正录入 what it is")
@click.option(
    "--base", default="", help="已有的版本，如 batch_4/2016（后两种要给） the edition it grows from"
)
@click.option("--title", default="", help="简称 short title")
@click.option("--full-title", default="", help="全称 full title")
@click.option("--issuer", default="", help="发布单位 who issued it")
@click.option("--document-no", default="", help="文号 document number")
@click.option("--issued-on", default="", help="发布日期 day, month or year of issue")
@click.option("--valid-from", default="", help="施行日期 first day")
@click.option("--purpose", default="", help="为什么导入 why")
@click.option("--by", "username", required=True, help="导入人的用户名 who imports")
def import_(path: Path, way: str, base: str, purpose: str, username: str, **head: str) -> None:
    """由表格建一份草案；逐个列出要改正的单元格。Make a draft of a spreadsheet in the columns of the template."""
    from formserver.equipment.catalogue_new import Importing, Wish

    context = _context()
    wish = Wish(way, base, head, checked=False, purpose=purpose)
    draft, found = context.service(Importing).draft(
        _actor(context, username), wish, path.read_bytes(), path.name
    )
    for remark in found.remarks:
        click.echo(remark, err=True)
    click.echo(f"{draft.id}\t{draft.name}/{draft.edition}\t{len(found.lines)} 条，已存为草案 draft kept")


@catalogue.command("publish")
@click.argument("draft", metavar="DRAFT")
@click.option("--from", "first", required=True, metavar="YYYY-MM-DD", help="施行日期 first day")
@click.option("--by", "username", required=True, help="发布人的用户名 who publishes")
@click.option("--alone", default="", help="由一人发布的理由 why alone")
@click.option("--accept", default="", help="样本结论改变仍要发布的理由 why labelled rows may change")
def publish(draft: str, first: str, username: str, alone: str, accept: str) -> None:
    """发布草案：须由没有参与起草的人发布。Publish a draft; somebody who had no hand in it does."""
    from formserver.equipment.catalogue_drafts import CatalogueDrafts
    from formserver.equipment.catalogue_publishing import CataloguePublishing

    context = _context()
    actor = _actor(context, username)
    found = context.service(CatalogueDrafts).get(actor, draft)
    done = context.service(CataloguePublishing).publish(
        actor, draft, _day(first), seen=found.tag, alone=alone, accepted=bool(accept), accepted_reason=accept
    )
    click.echo(f"{done.definition_id}：已发布，{first} 起施行 published")


def _plain(one: Edition) -> dict[str, Any]:
    return {
        "catalogue": f"{one.definition.name}/{one.definition.version}",
        "title": one.title,
        "full_title": one.data["full_title"],
        "document_no": one.data["document_no"],
        "state": one.state,
        "validity": one.validity,
        "lines": one.lines,
        "counts": dict(one.counts),
        "sha256": one.definition.sha256,
    }


def _browsing(*, shipped: bool) -> Browsing:
    found = _catalogue(shipped=shipped)
    return Browsing(found, EquipmentLibrary(found), SystemClock())


def _catalogue(*, shipped: bool) -> Catalogue:
    settings = load_settings()
    if shipped or not (settings.database_url or (settings.storage_dir / "formserver.sqlite3").is_file()):
        made = file_catalogue()
        made.judges.update(judges())
        return made
    found: Catalogue = _context().catalogue
    return found


def _context() -> Any:
    from formserver.app import build_context

    return build_context(load_settings())


def _actor(context: Any, username: str) -> Actor:
    from formserver.accounts.service import AccountService

    accounts = context.service(AccountService)
    user = next((one for one in accounts.everybody() if one.username == username and one.active), None)
    if user is None:
        raise NOT_FOUND(what=f"用户 {username}")
    made: Actor = accounts.actor_for(user)
    return made


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
