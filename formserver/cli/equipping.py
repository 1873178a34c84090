"""``equipment``: lists of equipment checked against the elimination catalogues, with a database or without."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from formserver.calculation.grade_library import GradeLibrary
from formserver.cli.calculating import FOUND_SOMETHING, definitions
from formserver.cli.equipment_files import Checked, check_file, lists_in, write_overview
from formserver.cli.equipment_keeping import catalogue
from formserver.cli.generating import BODY_UNREADABLE, write_file
from formserver.cli.main import EXIT_CODES, show_error
from formserver.core.clock import SHANGHAI, SystemClock, today_in_china
from formserver.core.errors import AppError, Kind
from formserver.equipment.joint import Judge
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.reading.keeping import plan_from_json
from formserver.equipment.reading.model import ReadPlan
from formserver.equipment.template_book import template_book

OVERVIEW = "汇总.xlsx"
"""The summary beside the results of a folder."""


@click.group("equipment")
def equipment() -> None:
    """设备识别：对照淘汰目录检查设备清单。Check lists of equipment against the elimination catalogues."""


equipment.add_command(catalogue)


@equipment.command("template")
@click.option(
    "-o", "--output", metavar="OUT.xlsx", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="写到哪个文件 where to write",
)  # fmt: skip
def template(output: Path) -> None:
    """写出空白的设备信息表。Write the template to fill in."""
    write_file(output, template_book())


@equipment.command("check")
@click.argument("path", metavar="LIST|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o", "--output", metavar="OUT", type=click.Path(path_type=Path),
    help="结果写到哪个 xlsx 文件；清单是文件夹时，写到哪个文件夹 where to write",
)  # fmt: skip
@click.option(
    "--as-of", "as_of", metavar="YYYY-MM-DD", default="", help="基准日，默认今天 the day to judge by"
)
@click.option(
    "--map", "map_path", metavar="FILE.json", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="列的对应关系（由 --plan 写出后修改） the mapping of columns",
)  # fmt: skip
@click.option(
    "--plan", "plan_only", is_flag=True, help="只输出各列怎样理解（JSON），不检查 only print the mapping"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出统计 print the counts as JSON")
@click.option("--shipped", is_flag=True, help="只用随附的定义，不看数据库 ignore the database")
def check(
    path: Path,
    output: Path | None,
    as_of: str,
    map_path: Path | None,
    plan_only: bool,
    as_json: bool,
    shipped: bool,
) -> None:
    """检查设备清单（xlsx、xls、csv），写出识别结果；文件夹则逐个检查，另写一份汇总。

    Check a list, or every list of a folder; a file that cannot be read does not stop the others.

    退出码：0 没有淘汰或待确认的设备，1 有，3 有须先改的行或不能读取的文件。Exit: 0 nothing found, 1 found, 3 rows or
    files to mend first.
    """
    day = _day(as_of)
    remembered = _mapping(map_path) if map_path else None
    library, confirmed = definitions(shipped=shipped)
    equipment_library = EquipmentLibrary(library.catalogue)
    judge = Judge(equipment_library, GradeLibrary(library.catalogue), day, confirmed)
    stamp = equipment_library.stamp(day)
    documents = {batch.name: batch.document_no for batch in equipment_library.batches(day)}
    at = SystemClock().now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")

    def one(source: Path, target: Path | None) -> Checked:
        return check_file(
            source, target, judge, as_of=day, stamp=stamp, documents=documents, exported_at=at, remembered=remembered,
            exact=not path.is_dir(), plan_only=plan_only, told=_told,
        )  # fmt: skip

    done = list(_folder(path, output, one)) if path.is_dir() else [one(path, output or _beside(path))]
    if path.is_dir() and not plan_only:
        write_overview((output or _beside(path)) / OVERVIEW, done, day, stamp, at)
    if plan_only:
        plans = {item.name: item.plan for item in done}
        click.echo(json.dumps(plans if path.is_dir() else done[0].plan, ensure_ascii=False, indent=1))
    elif as_json:
        click.echo(json.dumps([item.as_json() for item in done], ensure_ascii=False, indent=1))
    else:
        for item in done:
            click.echo(_line(item))
    sys.exit(_exit_code(done))


def _folder(
    path: Path, output: Path | None, one: Callable[[Path, Path | None], Checked]
) -> Iterator[Checked]:
    target = output or _beside(path)
    for source in lists_in(path, target):
        click.echo(f"{source.name}", err=True)
        try:
            yield one(source, target / f"{source.name}.识别结果.xlsx")
        except AppError as error:
            show_error(error)
            yield Checked(source.name, failure=error.message())


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.识别结果" if path.is_dir() else f"{path.stem}.识别结果.xlsx")


def _day(text: str) -> date:
    if not text:
        return today_in_china(SystemClock())
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("请写成 2025-06-30。Use YYYY-MM-DD.", param_hint="--as-of") from error


def _mapping(path: Path) -> ReadPlan:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BODY_UNREADABLE(path=path.name, reason=str(error)) from error
    return plan_from_json(data if isinstance(data, dict) else {})


def _told(text: str) -> None:
    click.echo(f"  {text}", err=True)


def _line(item: Checked) -> str:
    if item.failure:
        return f"{item.name}：没有检查。{item.failure}"
    words = {**VERDICT_WORDS, "blocked": "须先改"}
    counted = "，".join(
        f"{words[key]} {count} 行" for key, count in item.rows.items() if key in words and count
    )
    where = f" → {item.target}" if item.target else ""
    return f"{item.name}：{counted or '没有设备行'}{where}"


def _exit_code(done: list[Checked]) -> int:
    if any(item.failure or item.rows.get("blocked") for item in done):
        return EXIT_CODES[Kind.INVALID]
    return (
        FOUND_SOMETHING if any(item.rows.get("eliminated") or item.rows.get("review") for item in done) else 0
    )
