"""``demo``: a complete fictional case, on paper or in the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formserver.cli.main import output_unwritable, show_problem
from formserver.config import load_settings
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.definitions.validation import validate_complete
from formserver.core.errors import AppError, Kind, Severity, error_code, invalid

if TYPE_CHECKING:
    from formserver.core.rendering_port import PdfConverter

DEMO_IN_PRODUCTION = error_code(
    "DEMO_IN_PRODUCTION",
    Kind.NOT_ALLOWED,
    zh="生产环境不写入演示数据（演示账号的密码是公开的）。",
    en="Demo data, with its published password, is refused in production.",
)
CASE_NUMBER = "川西节监通〔2026〕12号"


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="只在此目录生成整套文书（docx 和 PDF），不用数据库 write the papers here, no database",
)
@click.option("--pdf/--no-pdf", default=True, help="同时生成 PDF also make PDFs")
@click.option("--if-empty", is_flag=True, help="已有文书时什么也不做 do nothing when there are documents")
def demo(output: Path | None, pdf: bool, if_empty: bool) -> None:
    """一宗完整的示范案件：水泥企业节能监察，十种文书。A complete fictional case of a cement plant.

    不带 -o 时写入数据库，并建立演示账号 demo。Without -o it is loaded into the database.
    """
    if output is not None:
        _write_case(output, pdf)
    else:
        _load_case(if_empty)


def _write_case(folder: Path, pdf: bool) -> None:
    from formserver.cli.generating import file_catalogue, render_request, write_file
    from formserver.demo.case import ORDER, VISIT_DAY, complete_case
    from formserver.demo.sheets import LADDER_SHEET, computed, paper_ladder_sheet
    from formserver.rendering.engine import TemplateEngine
    from formserver.rendering.pdf_pool import LibreOfficePool

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_unwritable(folder, error) from error
    settings, catalogue, engine = load_settings(), file_catalogue(), TemplateEngine()
    today = today_in_china(SystemClock())
    bodies = complete_case(catalogue, CASE_NUMBER)
    bodies[LADDER_SHEET] = paper_ladder_sheet(catalogue, VISIT_DAY)
    pool = LibreOfficePool(1, soffice=settings.soffice, fonts_dir=settings.font_folders) if pdf else None
    try:
        for place, key in enumerate((*ORDER, LADDER_SHEET), start=1):
            dt, body = catalogue.type(key), computed(catalogue, key, bodies[key], today)
            context = {"today": today.isoformat(), "state": "定稿待签"}
            problems = validate_complete(dt, body, stage="print", ctx=context)
            errors = [p for p in problems if p.severity is Severity.ERROR]
            if errors:
                raise invalid(errors)
            number = CASE_NUMBER if dt.numbering.mode == "always" else ""
            made = engine.render(render_request(catalogue, dt, body, context, number=number))
            path = folder / f"{place}-{dt.title}.docx"
            write_file(path, made.docx)
            write_file(path.with_suffix(".json"), json.dumps(body, ensure_ascii=False, indent=1).encode())
            pages = _write_pdf(pool, made.docx, path) if pool else ""
            click.echo(f"{path.name}  {pages}")
    finally:
        if pool is not None:
            pool.close()


def _write_pdf(pool: PdfConverter, docx: bytes, path: Path) -> str:
    from formserver.cli.generating import write_file

    try:
        result = pool.convert(docx, timeout=load_settings().pdf_timeout)
    except AppError as error:
        if error.kind is not Kind.UNAVAILABLE:
            raise
        return f"（{error.message()}）"
    write_file(path.with_suffix(".pdf"), result.pdf)
    for warning in result.warnings:
        show_problem(warning)
    return f"PDF {result.pages} 页"


def _load_case(if_empty: bool) -> None:
    from formserver.app import build_context
    from formserver.demo.calculations import fill_tools
    from formserver.demo.desk import fill_desk
    from formserver.demo.equipment import fill_equipment
    from formserver.demo.load import is_empty, play
    from formserver.demo.people import DEMO_PASSWORD, PEOPLE, add_people
    from formserver.demo.register import add_enterprises

    settings = load_settings()
    if settings.environment == "production":
        raise DEMO_IN_PRODUCTION()
    context = build_context(settings)
    actor = add_people(context)
    if if_empty and not is_empty(context, actor):
        click.echo("已有文书，不再写入演示数据。")
    else:
        first = is_empty(context, actor)
        enterprises = add_enterprises(context, actor)
        played = play(context, actor, enterprises)
        click.echo(f"已写入示范案件 {played.number}：{len(played.documents)} 份文书。")
        if first:
            others = [
                paper
                for fill in (fill_desk, fill_tools, fill_equipment)
                for paper in fill(context, actor, enterprises)
            ]
            click.echo(f"另有其他企业办理中的文书 {len(others)} 份。")
    names = "、".join(person.username for person in PEOPLE[1:])
    click.secho(f"登录 sign in:  demo / {DEMO_PASSWORD}", bold=True)
    click.echo(f"其他账号（同一密码）：{names}")
