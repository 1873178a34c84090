"""``types``, ``generate`` and ``check``: documents from files, without a database."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from formserver.cli.main import output_unwritable, show_problem
from formserver.config import load_settings
from formserver.core.clock import SystemClock, today_in_china
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.editions import Catalogue, FileDefinitionSource, shipped_catalogue
from formserver.core.definitions.tree_check import check_tree
from formserver.core.definitions.validation import validate_complete, validate_draft
from formserver.core.drafts import with_row_keys
from formserver.core.errors import Kind, Severity, error_code, invalid
from formserver.core.rendering_port import RenderMode, RenderRequest
from formserver.rendering.engine import TemplateEngine

BODY_UNREADABLE = error_code(
    "BODY_UNREADABLE",
    Kind.INVALID,
    zh="文件 {path} 不是可以读取的 JSON：{reason}。",
    en="{path} is not readable JSON: {reason}.",
)


def file_catalogue() -> Catalogue:
    """The catalogue over the definition folders of the settings."""
    settings = load_settings()
    return shipped_catalogue(
        SystemClock(), FileDefinitionSource(settings.schemas_dir, settings.templates_dir)
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 print JSON")
def types(as_json: bool) -> None:
    """列出文书种类。List the document types."""
    found = file_catalogue().types()
    if as_json:
        rows = [
            {"key": t.key, "edition": t.edition, "title": t.title, "numbering": t.numbering.mode}
            for t in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for dt in found:
        click.echo(f"{dt.key:<22}{dt.edition:<6}{dt.title}  {dt.document.get('purpose', '')}")


@click.command()
@click.argument("type_key", metavar="TYPE")
@click.argument(
    "body_path", metavar="BODY.json", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="生成的 docx 文件"
)
@click.option("--pdf", is_flag=True, help="同时生成 PDF also make the PDF")
@click.option(
    "--draft", is_flag=True, help="内容未完成时生成带水印的预览件 watermarked preview of an unfinished body"
)
@click.option("--number", default="", help="文号 the number to print")
@click.option("--organ", default="", help="制作机关 the issuing organ")
@click.option("--manifest", type=click.Path(dir_okay=False, path_type=Path), help="把生成清单写入此文件")
def generate(
    type_key: str,
    body_path: Path,
    output: Path,
    pdf: bool,
    draft: bool,
    number: str,
    organ: str,
    manifest: Path | None,
) -> None:
    """由 JSON 内容生成一份 TYPE 文书。Make a TYPE document from a JSON body.

    种类见 formserver types。内容不完整或有误时逐处指出，不生成文件。
    """
    catalogue = file_catalogue()
    dt = catalogue.type(type_key)
    body = read_body(body_path)
    context = {"today": today_in_china(SystemClock()).isoformat(), "state": "草稿" if draft else "定稿待签"}
    problems = validate_draft(dt, body) if draft else validate_complete(dt, body, stage="print", ctx=context)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors:
        raise invalid(errors)
    for problem in problems:
        show_problem(problem)
    made = TemplateEngine().render(
        render_request(catalogue, dt, body, context, number=number, organ=organ, draft=draft)
    )
    write_file(output, made.docx)
    click.echo(str(output))
    if manifest is not None:
        write_file(manifest, json.dumps(made.manifest, ensure_ascii=False, indent=1).encode())
    if pdf:
        target = output.with_suffix(".pdf")
        result = convert_file(made.docx)
        write_file(target, result.pdf)
        for warning in result.warnings:
            show_problem(warning)
        click.echo(f"{target}  {result.pages} 页")


def render_request(
    catalogue: Catalogue,
    dt: DocumentType,
    body: dict[str, Any],
    context: Mapping[str, str],
    *,
    number: str = "",
    organ: str = "",
    draft: bool = False,
) -> RenderRequest:
    """What the engine needs for a paper made from files alone: no check address, because nothing is stored."""
    envelope = {
        "number": number,
        "type_title": dt.title,
        "title": dt.summary(body),
        "state": context["state"],
        "organ": organ or str(body.get("issuing_organ", "")),
        "check_url": "",
        "check_code": "",
        "printed_on": context["today"],
        "version": "1",
    }
    return RenderRequest(
        template=catalogue.template(dt.key, dt.edition),
        template_sha256=catalogue.template_sha256(dt.key, dt.edition),
        schema=dt.schema,
        body=body,
        envelope=envelope,
        hidden=dt.hidden(body, context),
        mode=RenderMode.PREVIEW if draft else RenderMode.RECORD,
    )


def read_body(path: Path) -> dict[str, Any]:
    """A body from a JSON file; rows get keys. Raises BODY_UNREADABLE."""
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BODY_UNREADABLE(path=path.name, reason=str(error)) from error
    if not isinstance(body, dict):
        raise BODY_UNREADABLE(path=path.name, reason="最外层应为对象 {…}")
    keyed: dict[str, Any] = with_row_keys(body)
    return keyed


def write_file(path: Path, data: bytes) -> None:
    """Write what was asked for. Raises OUTPUT_UNWRITABLE."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise output_unwritable(path, error) from error


def convert_file(docx: bytes) -> Any:
    """The PDF of ``docx`` by a pool of one that lives as long as the call."""
    from formserver.rendering.pdf_pool import LibreOfficePool

    settings = load_settings()
    with LibreOfficePool(1, soffice=settings.soffice, fonts_dir=settings.font_folders) as pool:
        return pool.convert(docx, timeout=settings.pdf_timeout)


@click.command()
@click.option("--templates/--no-templates", default=True, help="检查每个模板能否发布 judge every template")
@click.option(
    "--pdf/--no-pdf", default=True, help="启动 LibreOffice 查看隔离与字体 start LibreOffice and look"
)
def check(templates: bool, pdf: bool) -> None:
    """检查定义、模板、字体、PDF 隔离与设置。Check definitions, templates, fonts, isolation, settings.

    有错误时退出码为 1。Exit code 1 when something is wrong.
    """
    settings = load_settings()
    failed = False
    click.secho("设置 settings", bold=True)
    click.echo(f"  环境 {settings.environment} · 数据目录 {settings.storage_dir}")
    click.secho("文书定义 definitions", bold=True)
    faults = check_tree(FileDefinitionSource(settings.schemas_dir, settings.templates_dir))
    for fault in faults:
        show_problem(fault)
    if any(fault.severity is Severity.ERROR for fault in faults):
        click.echo("  ✗ 定义文件有误，见上。")
        sys.exit(1)
    catalogue = file_catalogue()
    engine = TemplateEngine()
    for dt in catalogue.types():
        problems = (
            list(engine.check_template(catalogue.template(dt.key, dt.edition), dt.schema))
            if templates
            else []
        )
        bad = [p for p in problems if p.severity is Severity.ERROR]
        failed = failed or bool(bad)
        click.echo(f"  {'✗' if bad else '✓'} {dt.title}（{dt.key} {dt.edition}）")
        for problem in problems:  # on standard error, which may be read without the list above
            known = problem.message.startswith(problem.label)  # a message about a place begins with it
            label = dt.title if known else f"{dt.title} · {problem.label}"
            show_problem(dataclasses.replace(problem, label=label, pointer=""))
    failed = _check_fonts() or failed
    if pdf:
        _check_office()
    sys.exit(1 if failed else 0)


def _check_fonts() -> bool:
    from formserver.rendering.fonts import Standing, font_report

    click.secho("字体 fonts", bold=True)
    missing = poor = False
    words = {
        Standing.OFFICIAL: "原字体",
        Standing.SUBSTITUTE: "开源替代",
        Standing.LAST_RESORT: "末位替代",
        Standing.MISSING: "缺失",
    }
    for face in font_report(*load_settings().font_folders):
        missing = missing or face.standing is Standing.MISSING
        poor = poor or face.standing is Standing.LAST_RESORT
        family = face.face.family if face.face else "—"
        click.echo(
            f"  {'✗' if face.face is None else '✓'} {face.requested} → {family}（{words[face.standing]}）"
        )
    if poor or missing:
        click.secho(
            "  ! 部分公文字体只有末位替代。可运行 sh tools/fonts/fetch_fandol.sh 取得仿宋等开源字体，",
            fg="yellow",
        )
        click.echo("    或把已获授权的字体放入 FORMSERVER_FONTS_DIR 指向的目录。")
    return missing


def _check_office() -> None:
    from formserver.core.errors import AppError
    from formserver.rendering.pdf_pool import LibreOfficePool

    settings = load_settings()
    click.secho("PDF", bold=True)
    try:
        with LibreOfficePool(1, soffice=settings.soffice, fonts_dir=settings.font_folders) as pool:
            for line in pool.isolation_report().lines():
                click.echo(f"  {line}")
    except AppError as error:
        click.secho(f"  ! {error.message()}", fg="yellow")
        click.echo("    docx 仍可生成。docx still works.")
