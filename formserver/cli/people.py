"""``user``, ``agency``, ``legacy`` and ``rule``: the commands that slices bring along, given the running context."""

from __future__ import annotations

from typing import Any, TypeVar

import click

from formserver.accounts.commands import user_commands
from formserver.agencies.commands import agency_commands
from formserver.calculators.ladder_commands import rule_commands
from formserver.legacy.commands import legacy_command

C = TypeVar("C", bound=click.Command)


def _with_context(command: C) -> C:
    callback = command.callback

    @click.pass_context
    def open_context(ctx: click.Context, /, **given: Any) -> None:
        from formserver.app import build_context
        from formserver.config import load_settings

        ctx.obj = build_context(load_settings())
        if callback is not None:
            ctx.invoke(callback, **given)

    command.callback = open_context
    return command


user = _with_context(user_commands)
agency = _with_context(agency_commands)
legacy = _with_context(legacy_command)
rule = _with_context(rule_commands)
