"""``formserver``: the group of commands, their language and their exit codes.

Commands live in modules of their own and are imported when called, so that ``--help`` and ``types`` stay quick.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from formserver.core.errors import AppError, Kind, Problem

EXIT_CODES = {
    Kind.INVALID: 3,
    Kind.NOT_FOUND: 4,
    Kind.CONFLICT: 5,
    Kind.UNAVAILABLE: 6,
    Kind.NOT_ALLOWED: 7,
}
_COMMANDS = {
    "agency": "people",
    "backup": "keeping",
    "check": "generating",
    "demo": "demonstrating",
    "export": "keeping",
    "generate": "generating",
    "migrate": "operating",
    "migration": "operating",
    "rebuild": "keeping",
    "restore": "keeping",
    "run": "operating",
    "seal": "keeping",
    "types": "generating",
    "user": "people",
    "verify": "keeping",
    "worker": "operating",
}


class LazyGroup(click.Group):
    """Imports a command's module only when it is asked for, and says errors the way people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(importlib.import_module(f"formserver.cli.{module}"), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppError as error:
            show_error(error)
            sys.exit(EXIT_CODES[error.kind])


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
