"""``formserver``: the group of commands, their language and their exit codes.

Commands live in modules of their own and are imported when called, so that ``--help`` and ``types`` stay quick.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from formserver.core.errors import AppError, Kind, Problem, error_code

if (
    __name__ == "__main__"
):  # started with -m, as the worker is: its commands must find this module, not load it twice
    sys.modules["formserver.cli.main"] = sys.modules["__main__"]

SETTINGS_INVALID = error_code(
    "SETTINGS_INVALID",
    Kind.INVALID,
    zh="设置有误，没有执行。请改正环境变量或 .env 文件。",
    en="The settings are not acceptable; nothing was done. Correct the environment or the .env file.",
)
OUTPUT_UNWRITABLE = error_code(
    "OUTPUT_UNWRITABLE",
    Kind.UNAVAILABLE,
    zh="不能写入 {path}：{reason}。请检查文件夹是否存在、是否有写入权限和空间。",
    en="{path} cannot be written: {reason}. Check that the folder exists, is writable and has room.",
)
STORAGE_UNUSABLE = error_code(
    "STORAGE_UNUSABLE",
    Kind.UNAVAILABLE,
    zh="数据目录不能使用（{path}：{reason}）。请检查 FORMSERVER_STORAGE_DIR、权限和磁盘。",
    en="The storage folder cannot be used ({path}: {reason}). Check FORMSERVER_STORAGE_DIR, rights and disk.",
)

EXIT_CODES = {
    Kind.INVALID: 3,
    Kind.NOT_FOUND: 4,
    Kind.CONFLICT: 5,
    Kind.UNAVAILABLE: 6,
    Kind.NOT_ALLOWED: 7,
}
_COMMANDS = {
    "agency": ("people", "监察机构 · inspection agencies"),
    "backup": ("keeping", "备份 · back up while the server runs"),
    "calculate": ("calculating", "能耗对标 · benchmark a product against its standard"),
    "calculate-batch": ("batching", "批量对标 · benchmark the rows of a workbook"),
    "calculate-ladder": ("laddering", "阶梯电价 · what is due under a ladder price"),
    "calculators": ("calculating", "计算包 · what can be calculated"),
    "check": (
        "generating",
        "检查定义、模板、字体、PDF 与设置 · check definitions, templates, fonts, settings",
    ),
    "demo": ("demonstrating", "示范案件 · a complete fictional case"),
    "equipment": ("equipping", "设备识别 · lists of equipment against the elimination catalogues"),
    "export": ("keeping", "导出一份可核验的记录 · export one verifiable record"),
    "generate": ("generating", "由 JSON 生成文书 · make a document from a JSON body"),
    "grade": ("laddering", "能效等级 · the efficiency grade of equipment"),
    "legacy": ("people", "补录一个文件夹的旧文书 · enter a folder of old papers"),
    "migrate": ("operating", "建立或升级数据库 · create or upgrade the database"),
    "migration": ("operating", "起草迁移文件 · draft a migration file"),
    "rebuild": ("keeping", "重建检索与现状 · remake everything derived from the versions"),
    "restore": ("keeping", "由备份恢复 · restore into an empty storage"),
    "rule": ("people", "本省电价规则与等级表 · own editions of ladder prices and grade tables"),
    "run": ("operating", "启动网页服务 · serve the pages"),
    "seal": ("keeping", "立即封存 · seal events now"),
    "types": ("generating", "列出文书种类 · list the document types"),
    "user": ("people", "用户账号 · user accounts"),
    "verify": ("keeping", "检查记录是否完整 · check that the record is whole"),
    "worker": ("operating", "后台进程 · run jobs"),
}
"""Command → its module, and its line in the list: modules bring half the house along, a list must not wait for it."""


class LazyGroup(click.Group):
    """Imports a command's module only when it is asked for, and says errors the way people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        found: click.Command = getattr(
            importlib.import_module(f"formserver.cli.{module}"), cmd_name.replace("-", "_")
        )
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppError as error:
            show_error(error)
            sys.exit(EXIT_CODES[error.kind])
        except ValueError as error:
            refused = refused_settings(error)
            if refused is None:
                raise
            show_error(refused)
            sys.exit(EXIT_CODES[refused.kind])
        except OSError as error:
            unusable = unusable_storage(error)
            if unusable is None:
                raise
            show_error(unusable)
            sys.exit(EXIT_CODES[unusable.kind])


def unusable_storage(error: OSError) -> AppError | None:
    """STORAGE_UNUSABLE when ``error`` speaks of something in the storage folder; other files are told elsewhere."""
    from formserver.config import load_settings

    storage = load_settings().storage_dir.absolute()
    if not isinstance(error.filename, str | Path):
        return None
    named = Path(error.filename).absolute()
    if not named.is_relative_to(storage) and not storage.is_relative_to(named):
        return None
    return STORAGE_UNUSABLE(path=named, reason=error.strerror or str(error))


def refused_settings(error: ValueError) -> AppError | None:
    """What is wrong with the settings, if that is what ``error`` says; values are not repeated, they may be secret."""
    from pydantic import ValidationError

    from formserver.config import Settings

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    problems = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(map(str, fault["loc"]))
        field = Settings.model_fields.get(name)
        meaning = f"{field.description}：" if field is not None else ""
        message = meaning + str(fault["msg"]).removeprefix("Value error, ")
        problems.append(Problem("SETTING", message, label=f"FORMSERVER_{name.upper()}" if name else ""))
    return SETTINGS_INVALID(problems=problems)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="退出码 exit codes: 0 成功 ok · 1 检查发现问题 findings · 2 用法错误 usage · 3 内容有误 invalid · "
    "4 未找到 not found · 5 冲突 conflict · 6 暂不可用 unavailable · 7 无权限 not allowed",
)
@click.version_option(package_name="formserver", prog_name="formserver")
def main() -> None:
    """工业节能监察文书服务器：填表、生成文书、存档。

    Inspection documents for industrial energy conservation: fill, generate, keep.
    """


def output_unwritable(path: Path, error: OSError) -> AppError:
    """OUTPUT_UNWRITABLE for a file or folder that somebody asked to have written."""
    return OUTPUT_UNWRITABLE(path=path, reason=error.strerror or str(error))


def show_error(error: AppError) -> None:
    """The message in Chinese and English, then each problem with its place, on standard error."""
    click.secho(f"错误：{error.message()}", err=True, fg="red")
    click.secho(f"error: {error.message('en')} [{error.code.code}]", err=True, dim=True)
    for problem in error.problems:
        show_problem(problem)


def show_problem(problem: Problem) -> None:
    """One line: mark, label, sentence, place."""
    mark = {"error": "✗", "warning": "!", "hint": "·"}[problem.severity.value]
    label = f"{problem.label}：" if problem.label else ""
    place = f"  ({problem.pointer} {problem.code})" if problem.pointer else f"  ({problem.code})"
    click.echo(f"  {mark} {label}{problem.message}{place}", err=True)


if __name__ == "__main__":
    main()
