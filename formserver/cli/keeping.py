"""``verify``, ``backup``, ``restore``, ``rebuild``, ``export`` and ``seal``: the record kept and proved whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

import click

from formserver.cli.main import output_unwritable
from formserver.config import load_settings
from formserver.core.clock import SHANGHAI, SystemClock
from formserver.core.errors import Kind, error_code
from formserver.core.ids import normalise_id
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.service_kit import projector
from formserver.store.findings import Report
from formserver.store.sql_store import SqlStore
from formserver.web.context import AppContext

NO_STORE = error_code(
    "NO_STORE",
    Kind.NOT_FOUND,
    zh="{path} 中没有数据库。请检查 FORMSERVER_STORAGE_DIR 是否正确；新装的系统先运行 formserver migrate。",
    en="There is no database in {path}. Check FORMSERVER_STORAGE_DIR; a new system starts with formserver migrate.",
)


def _open() -> tuple[AppContext, SqlStore]:
    """The store there is; an empty one made by a mistyped folder would be reported whole. Raises NO_STORE."""
    from formserver.app import build_context

    settings = load_settings()
    if not settings.database_url and not (settings.storage_dir / "formserver.sqlite3").is_file():
        raise NO_STORE(path=settings.storage_dir)
    context = build_context(settings)
    return context, cast(SqlStore, context.store)


def _tell(text: str) -> None:
    click.echo(f"  {text} …", err=True)


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告 print the report as JSON")
@click.option("--rerender", is_flag=True, help="重新生成每份 docx，与存档逐部分比较 render again and compare")
def verify(as_json: bool, rerender: bool) -> None:
    """检查全部记录是否完整、未被改动；有问题时退出码为 1。Check that the record is whole.

    服务器运行时也可执行，不写入任何内容。
    """
    from formserver.store.verify import verify as check

    context, store = _open()
    anchors = context.settings.anchors
    report = check(
        store,
        project=projector(context.catalogue),
        anchors=anchors if anchors.is_dir() else None,
        progress=(lambda _: None) if as_json else _tell,
        more=context.record_checks,
    )
    _show(report, as_json)
    differing = _rerender(context) if rerender else 0
    sys.exit(0 if report.ok and not differing else 1)


def _show(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        return
    for finding in report.findings:
        click.secho(f"{'·' if finding.fault.harmless else '✗'} {finding.message}", err=True)
    checked = "、".join(f"{name} {count}" for name, count in report.checked.items())
    click.echo(f"已检查：{checked or '无'}")
    click.secho(
        "记录完整，未发现改动。" if report.ok else "发现问题，见上。", fg="green" if report.ok else "red"
    )


def _rerender(context: AppContext) -> int:
    from formserver.core.papers import Papers
    from formserver.core.rerender import Outcome

    counts: dict[Outcome, int] = {}
    for document_id, version, outcome in context.service(Papers).rerender_all():
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome is Outcome.DIFFERENT:
            click.secho(f"✗ 文书 {document_id} 第{version}版：重新生成的 docx 与存档不同", err=True)
    words = "、".join(f"{outcome.value} {count}" for outcome, count in counts.items())
    click.echo(f"重新生成：{words or '没有 docx'}")
    return counts.get(Outcome.DIFFERENT, 0)


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def backup(folder: Path | None) -> None:
    """备份数据库和全部文件到新目录（服务器可以继续运行）。Back up while the server runs.

    不写目录时为 storage/backups/日期-时间。
    """
    from formserver.store.backup import backup as write

    context, store = _open()
    now = context.clock.now()
    stamp = now.astimezone(SHANGHAI).strftime("%Y%m%d-%H%M%S")
    target = folder or context.settings.storage_dir / "backups" / stamp
    write(store, target, now, progress=_tell)
    click.echo(f"备份完成：{target}")


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """把备份恢复到空的数据目录和空的数据库，并检查结果。Restore into an empty storage and verify.

    目标由 FORMSERVER_STORAGE_DIR 和 FORMSERVER_DATABASE_URL 决定；已有数据时拒绝。
    """
    from formserver.store.restore import restore as bring_back

    settings = load_settings()
    report = bring_back(folder, settings.resolved_database_url, settings.storage_dir, progress=_tell)
    _show(report, as_json=False)
    sys.exit(0 if report.ok else 1)


@click.command("rebuild")
def rebuild() -> None:
    """由版本重新生成检索、分面、指标和文书现状。Remake everything derived from the versions."""
    from formserver.store.rebuild import rebuild as remake

    context, store = _open()
    outcome = remake(store, projector(context.catalogue))
    click.echo(f"已重建 {outcome.documents} 份文书，修正现状 {outcome.heads_repaired} 份。")
    for failure in outcome.failures:
        click.secho(f"✗ {failure}", err=True)
    sys.exit(1 if outcome.failures else 0)


@click.command("export")
@click.argument("document_id")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="生成的 zip 文件"
)
def export(document_id: str, output: Path) -> None:
    """导出一份文书的完整记录（zip），任何人可用 tools/verify_record.py 核验。Export one verifiable record."""
    from formserver.store.export import export_record

    context, store = _open()
    try:
        identifier = normalise_id(document_id)
    except ValueError:
        raise click.BadParameter(f"“{document_id}”不是文书编号") from None
    try:
        export_record(store, identifier, output, scope=SYSTEM_SCOPE, at=context.clock.now())
    except OSError as error:
        raise output_unwritable(output, error) from error
    click.echo(str(output))


@click.command("seal")
def seal() -> None:
    """立即封存尚未封存的操作记录，并写出当日存证。Seal events now and write the day's anchor."""
    from formserver.cli.operating import seal_events

    context, _ = _open()
    seal_events(context)
    with context.store.uow() as u:
        latest = u.events.latest_seal()
    at = SystemClock().now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    click.echo(f"{at} 最新封存：{'无' if latest is None else f'第{latest.no}号 {latest.hash}'}")
